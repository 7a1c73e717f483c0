"""Takes that serve more than one cut: used again, trimmed, slowed, laid into versions."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoryboardInvalid
from pipeline.model import (
    GenerationPlan,
    Made,
    Output,
    Shot,
    Size,
    Slot,
    Spec,
    Storyboard,
    Title,
    ToolChoice,
    Transition,
    Use,
)
from pipeline.plan import another, plan, version
from pipeline.plan.spans import Span, trimmed

RATE = Fraction(24)


class Exact:
    """A generator that makes what it is asked for."""

    name = "exact"
    version = 1

    def plan(self, wish):
        levers = {"head": wish.options["head"], "tail": wish.options["tail"]}
        return GenerationPlan("exact@1", "t2v", wish.prompt, "", wish.spec, levers=levers)


def board(*shots, **more):
    made = tuple(replace(shot, index=n) for n, shot in enumerate(shots))
    return Storyboard("b", Path("b.yaml"), "b", Output(Size(128, 72), RATE), made, **more)


def one(name="a", seconds=2, **more):
    return Shot(name, 0, "a hill", ToolChoice(("exact",)), more.pop("takes", 1), seconds=Fraction(seconds), **more)


def planned(b):
    return plan(b, lambda _: None, lambda _: Exact(), lambda _: False)


def cut(base, b):
    return version(base, b, lambda _: None, lambda _: Exact(), lambda _: False)


def test_a_take_used_again_is_as_long_as_both_cuts_need_and_made_once():
    made = planned(board(one(seconds=4), one("again", 2, use=Use("a", Fraction(5, 2)))))
    first, again = made.shots
    assert first.generation.spec.frames == 108  # 2.5 s + 2 s
    assert (again.uses, again.takes, again.first, again.after) == ("a", (), 60, "a")
    assert again.generation == first.generation
    assert made.estimate.takes == 1


def test_handles_of_a_second_cut_lie_in_the_same_take():
    dissolve = Transition("dissolve", Fraction(1, 2))
    made = planned(board(one(seconds=4), one("b", transition=dissolve), one("again", 1, use=Use("a"))))
    first, _, again = made.shots
    assert (again.slot.head, again.first) == (6, 0)
    assert first.first == 6  # the take begins with the handle of the other cut
    assert first.generation.spec.frames == 6 + 96


def test_an_edit_shows_another_part_of_the_same_take():
    whole = planned(board(one(seconds=4))).shots[0]
    trimmed_ = planned(board(one(seconds=3, made=Made(96, first=12)))).shots[0]
    assert trimmed_.takes[0].recipe == whole.takes[0].recipe
    assert (trimmed_.first, trimmed_.slot.material) == (12, 72)


def test_an_edit_beyond_the_take_says_how_many_frames_are_missing():
    with pytest.raises(StoryboardInvalid, match="lacks 4 frames after"):
        planned(board(one(seconds=4, made=Made(96, first=4))))
    with pytest.raises(StoryboardInvalid, match="lacks 2 frames before"):
        planned(board(one(seconds=1, made=Made(96, first=-2))))


@pytest.mark.parametrize(("speed", "frames"), [("1/2", 25), ("2", 96), ("1/4", 13)])
def test_slow_motion_asks_for_fewer_frames_and_makes_the_rest_between(speed, frames):
    shot = planned(board(one(speed=Fraction(speed)))).shots[0]
    assert shot.generation.spec.frames == frames
    assert shot.mezzanine
    assert shot.delivered.frames == 48


def test_another_take_is_added_while_more_are_allowed():
    b = board(one(takes=2, max_takes=3))
    shot = planned(b).shots[0]
    more = another(shot, b, lambda _: False)
    assert [take.number for take in more.takes] == [1, 2, 3]
    assert another(more, b, lambda _: False) is None


def test_a_version_in_another_shape_and_language_makes_nothing():
    base = planned(board(one(), one("b", transition=Transition()), language="en"))
    square = replace(board(one(titles=(Title("やあ"),)), one("b")), version="square", language="ja")
    square = replace(square, output=Output(Size(72, 72), RATE))
    made = cut(base, square)
    assert made.estimate.takes == 0
    assert [one.generation for one in made.shots] == [one.generation for one in base.shots]
    assert made.shots[0].delivered.size == Size(72, 72)
    assert [(one.text, one.start, one.stop) for one in made.overlays] == [("やあ", 0, 48)]


def test_a_version_shows_a_slowed_take_again_at_its_speed():
    shots = (one(speed=Fraction(1, 2)), one("again", 1, use=Use("a")))
    made = cut(planned(board(*shots)), replace(board(*shots), version="ja"))
    assert [(shot.mezzanine, shot.speed) for shot in made.shots] == [(True, Fraction(1, 2))] * 2


def test_a_shorter_cut_may_show_any_window_of_the_take():
    base = planned(board(one(seconds=4)))
    made = cut(base, replace(board(one(seconds=3)), version="short")).shots[0]
    assert (made.first, made.spare, made.windowed) == (0, 24, True)


def test_a_cut_that_needs_more_than_the_take_makes_its_own():
    base = planned(board(one(seconds=2), one("b")))
    longer = replace(board(one(seconds=3), one("b")), version="long")
    made = cut(base, longer)
    assert made.estimate.takes == 1
    assert made.shots[0].generation.spec.frames == 72


def test_at_another_rate_the_take_is_resampled_as_a_whole():
    base = planned(board(one(seconds=4)))
    pal = replace(board(one(seconds=4)), version="pal", output=Output(Size(128, 72), Fraction(25)))
    made = cut(base, pal).shots[0]
    assert (made.delivered, made.mezzanine) == (Spec(Size(128, 72), Fraction(25), 100), True)


@given(
    st.integers(0, 12),
    st.integers(1, 60),
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(1, 60),
    st.integers(0, 12),
)
def test_a_window_never_leaves_its_take(head, body, tail, before, length, after):
    slot = Slot("a", 0, length, before, after, "cut", 0)
    found = trimmed(Span(head + body + tail, head, body), slot)
    if found is not None:
        assert found.first >= 0
        assert found.first + found.spare + slot.material <= head + body + tail
    if length <= body and before <= head and after <= tail:
        assert found is not None


@given(
    st.lists(st.integers(50, 600), min_size=1, max_size=6), st.sampled_from(["24000/1001 25", "25 24000/1001", "24 30"])
)
def test_a_version_at_another_rate_needs_no_takes_of_its_own(lengths, rates):
    main, other = map(Fraction, rates.split())
    shots = [one(f"s{n}", Fraction(length, 100)) for n, length in enumerate(lengths)]
    base = planned(replace(board(*shots), output=Output(Size(128, 72), main)))
    pal = replace(board(*shots), version="pal", output=Output(Size(128, 72), other))
    made = cut(base, pal)
    assert made.estimate.takes == 0
    for shot in made.shots:
        assert 0 <= shot.first <= shot.first + shot.spare + shot.slot.material <= shot.delivered.frames


@pytest.mark.parametrize(
    ("head", "body", "tail", "slot", "first", "frames"),
    [
        (0, 50, 0, Slot("a", 0, 51, 0, 0, "cut", 0), 0, 51),  # the last frame is held
        (5, 50, 0, Slot("a", 0, 51, 4, 0, "cut", 0), 0, 55),  # it begins one frame earlier
        (0, 50, 2, Slot("a", 0, 50, 1, 0, "cut", 0), 0, 52),  # it begins one frame later
        (0, 50, 0, Slot("a", 0, 52, 0, 0, "cut", 0), None, None),  # two frames are no rounding
        (0, 50, 9, Slot("a", 0, 50, 3, 0, "cut", 0), None, None),
    ],
)
def test_what_rounding_costs_a_take_is_made_good(head, body, tail, slot, first, frames):
    base = Span(head + body + tail, head, body)
    assert trimmed(base, slot) is None
    found = trimmed(base, slot, 1)
    assert (found and found.first, found and found.frames) == (first, frames)


def test_a_version_at_another_rate_is_laid_into_a_take_that_an_edit_trimmed():
    edited = board(one(seconds=2, made=Made(72, 0, 6, 7)))
    base = planned(edited)
    faster = cut(base, replace(edited, version="tv", output=Output(Size(128, 72), Fraction(30))))
    (shot,) = faster.shots
    assert shot.slot.end == 60
    assert shot.first == 9  # 7 frames at 24
    assert faster.estimate.takes == 0
