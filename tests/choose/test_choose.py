"""Which take, and why."""

from fractions import Fraction

import pytest

from pipeline.choose import choose, ranked, where, worst_term
from pipeline.errors import ProducerError, ShotFailed
from pipeline.model import Card, ColourStats, Rejection, Size, Spec

FROZEN = Rejection("frozen", 12, 40, "the picture stands still from frame 12 to 40")
CUT = Rejection("cut", 33, 34, "the picture jumps to another one at frame 33")


def card(score, *rejected, **terms):
    spec = Spec(Size(64, 36), Fraction(24), 48)
    return Card(spec, score, terms, {}, rejected, ColourStats((0.0, 0.0, 0.0), (0.0,) * 9))


def test_the_best_score_is_chosen_and_the_reason_says_by_what():
    cards = {
        1: card(0.9, FROZEN, shake=0.1),
        2: card(0.8, shake=0.2, flicker=0.5),
        3: card(0.6, shake=1.9, flicker=0.4),
    }
    choice = choose(cards)
    assert (choice.take, choice.by) == (2, "score")
    assert choice.reason.startswith("take 2: steadiest motion")
    assert "take 1 rejected: frozen from frame 12 to 40" in choice.reason


def test_equal_scores_go_to_the_lowest_number_whatever_the_order():
    choice = choose({3: card(0.5), 2: card(0.5), 4: card(0.4)})
    assert choice.take == 2
    assert "take 3" in choice.reason


def test_the_producers_pick_wins_over_score_and_rejection():
    choice = choose({1: card(0.9), 2: card(0.1, CUT, FROZEN)}, pick=2)
    assert (choice.take, choice.by) == (2, "producer")
    assert choice.reason == ("take 2: picked by the producer, although cut at frame 33 and frozen from frame 12 to 40")


def test_a_pick_without_rejection_needs_no_although():
    assert choose({1: card(0.2)}, 1).reason == "take 1: picked by the producer"


@pytest.mark.parametrize(("cards", "there"), [({1: card(0.1), 3: card(0.2)}, "1, 3"), ({}, "none")])
def test_a_pick_that_is_not_there_says_what_is(cards, there):
    with pytest.raises(ProducerError, match=there):
        choose(cards, 2)


def test_all_rejected_names_every_take_its_gates_and_the_cure():
    with pytest.raises(ShotFailed) as failure:
        choose({2: card(0.5, CUT), 1: card(0.9, FROZEN)})
    assert "take 1 frozen from frame 12 to 40; take 2 cut at frame 33" in failure.value.message
    assert "dailies pick" in failure.value.cure


def test_no_take_at_all_is_a_failed_shot():
    with pytest.raises(ShotFailed):
        choose({})


def test_the_producers_own_footage_is_never_rejected():
    choice = choose({1: card(0.3, FROZEN)}, seeded=False)
    assert choice.take == 1
    assert choice.reason == "take 1: the only take; noticed: frozen from frame 12 to 40"


def test_the_only_take_left_is_told_as_such():
    assert choose({1: card(0.3, CUT), 2: card(0.1)}).reason == (
        "take 2: the only take left; take 1 rejected: cut at frame 33"
    )


def test_rejected_takes_rank_last():
    assert ranked({"a": card(0.9, CUT), "b": card(0.2), "c": card(0.6)}) == ["c", "b", "a"]


def test_the_worst_term_is_told_in_words():
    assert worst_term(card(0.5, flicker=0.1, shake=2.0)) == "unsteady motion"
    assert worst_term(card(0.5, something_new=2.0)) == "something new"
    assert worst_term(card(1.0, shake=0.0)) == ""
    assert worst_term(card(1.0)) == ""


def test_where_it_struck_is_a_frame_or_a_stretch():
    assert where(CUT) == "cut at frame 33"
    assert where(FROZEN) == "frozen from frame 12 to 40"
