"""Whole frames from exact seconds."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import timeline
from pipeline.model import (
    Output,
    Shot,
    Size,
    Storyboard,
    ToolChoice,
    Transition,
)

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)]
TYPES = ["dissolve", "dip_black", "dip_white", "wipe_left", "wipe_right"]


def board(lengths, transitions=(), rate=Fraction(24), **more):
    kinds = [*transitions, *[Transition()] * (len(lengths) - len(transitions))]
    shots = tuple(
        Shot(f"s{n}", n, "a hill", ToolChoice(("animatic",)), 1, seconds=Fraction(length), transition=kind)
        for n, (length, kind) in enumerate(zip(lengths, kinds, strict=True))
    )
    return Storyboard("b", Path("b.yaml"), "b", Output(Size(64, 36), rate), shots, **more)


def dissolve(seconds):
    return Transition("dissolve", Fraction(seconds))


@pytest.mark.parametrize(("value", "want"), [("1/2", 1), ("3/2", 2), ("5/2", 3), ("-1/2", 0), ("49/100", 0)])
def test_halves_are_rounded_upwards(value, want):
    assert timeline.round_half_up(Fraction(value)) == want


@pytest.mark.parametrize(
    ("frames", "before", "after", "want"),
    [(24, "24", "60", 60), (49, "8", "24", 147), (30, "30000/1001", "25", 25), (1, "24", "25", 1), (5, "2", "1", 3)],
)
def test_a_resampled_clip_has_the_frames_of_decision_9(frames, before, after, want):
    assert timeline.resampled(frames, Fraction(before), Fraction(after)) == want


def test_500_cuts_stay_within_half_a_frame():
    rate = Fraction(24000, 1001)
    lengths = [Fraction("0.46875")] * 500
    cuts = timeline.cut_points(lengths, rate)
    worst = max(abs(cut - n * lengths[0] * rate) for n, cut in enumerate(cuts))
    assert len(cuts) == 501
    assert worst <= Fraction(1, 2)
    assert cuts[-1] == timeline.round_half_up(500 * lengths[0] * rate)


def test_an_odd_transition_gives_its_larger_half_to_the_tail():
    first, second = timeline.slots(board([2, 2], [dissolve(Fraction(5, 24))]))
    assert (first.head, first.tail, first.transition_frames) == (0, 3, 5)
    assert (second.head, second.tail) == (2, 0)
    assert (first.material, second.material) == (51, 50)


def test_the_last_shot_has_no_transition_and_cuts_have_no_handles():
    only = timeline.slots(board([1, 1], [Transition(), dissolve(1)]))
    assert [(one.transition, one.transition_frames, one.head, one.tail) for one in only] == [("cut", 0, 0, 0)] * 2


def test_an_empty_body_makes_no_piece():
    made = timeline.pieces(b := board([2, 1, 2], [dissolve(1), dissolve(1)]), timeline.slots(b))
    assert [one.kind for one in made] == ["body", "transition", "transition", "body"]


def test_open_and_close_are_pieces_of_their_shots():
    b = board([2, 2], open=Transition("dip_black", Fraction(1)), close=Transition("dip_white", Fraction(1, 2)))
    made = timeline.pieces(b, timeline.slots(b))
    assert [(one.kind, one.type, one.start, one.frames) for one in made] == [
        ("open", "dip_black", 0, 24),
        ("body", "cut", 24, 24),
        ("body", "cut", 48, 36),
        ("close", "dip_white", 84, 12),
    ]


def test_a_shot_shorter_than_its_transitions_is_told_with_the_missing_frames():
    b = board([2, Fraction(1, 2), 2], [dissolve(1), dissolve(1)])
    ((path, message),) = timeline.faults(b, timeline.slots(b))
    assert path == "shots[1].transition"
    assert "'s1': its 12 frames are 12 too few" in message


def test_a_shot_of_less_than_half_a_frame_is_told():
    b = board([1, Fraction(1, 100)])
    assert [path for path, _ in timeline.faults(b, timeline.slots(b))] == ["shots[1].seconds"]


def test_an_opening_longer_than_the_film_is_told():
    b = board([1], open=Transition("dip_black", Fraction(2)))
    assert timeline.faults(b, timeline.slots(b))[0][0] == "open"


@given(
    lengths=st.lists(st.fractions(min_value=Fraction(1, 3), max_value=9, max_denominator=1000), min_size=1, max_size=9),
    rate=st.sampled_from(RATES),
    data=st.data(),
)
def test_pieces_tile_the_film_and_stay_inside_their_material(lengths, rate, data):
    chosen = [
        Transition(data.draw(st.sampled_from(TYPES)), data.draw(st.fractions(0, Fraction(1, 3), max_denominator=60)))
        for _ in lengths
    ]
    b = board(lengths, chosen, rate)
    placed = timeline.slots(b)
    if timeline.faults(b, placed):
        return
    made = timeline.pieces(b, placed)
    material = {slot.shot: slot.material for slot in placed}
    position = 0
    for piece in made:
        assert piece.start == position
        assert piece.frames > 0
        position += piece.frames
        assert 0 <= piece.a_from <= material[piece.a] - piece.frames
        assert piece.b is None or piece.b_from + piece.frames <= material[piece.b]
    assert position == placed[-1].end == timeline.round_half_up(sum(lengths) * rate)
