"""Takes of neighbouring shots chosen together."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.choose import Candidate, Cut, choose, join, together
from pipeline.model import Card, ColourStats, End, Size, Spec

GREY, BLUE = (120.0, 120.0, 120.0), (90.0, 110.0, 180.0)
LEFT, RIGHT, STILL = (-0.3, 0.0), (0.3, 0.0), (0.0, 0.0)


def end(colour=GREY, motion=STILL, picture=()):
    return End(colour, motion, picture)


def card(score, first, last=None):
    spec = Spec(Size(64, 36), Fraction(24), 48)
    return Card(spec, score, {}, {}, (), ColourStats((0.0,) * 3, (0.0,) * 9), ends=(first, last or first))


def candidate(shot, cards):
    return Candidate(shot, choose(cards), cards)


GATE = candidate("gate", {1: card(0.80, end(GREY)), 2: card(0.75, end(BLUE))})
BRIDGE = candidate("bridge", {1: card(0.70, end(BLUE)), 2: card(0.45, end(GREY))})
CUTS = [Cut()]


def test_without_a_weight_every_shot_has_its_own_best():
    found = together([GATE, BRIDGE], CUTS, {"colour": 0.0})
    assert {name: choice.take for name, choice in found.items()} == {"gate": 1, "bridge": 1}
    assert found["gate"] is GATE.alone


def test_a_little_worse_take_that_matches_its_neighbour_wins_and_says_so():
    found = together([GATE, BRIDGE], CUTS, {"colour": 0.1})
    assert {name: choice.take for name, choice in found.items()} == {"gate": 2, "bridge": 1}
    assert found["gate"].reason == ("take 2: joins 'bridge' better, colours nearer (score 0.75; take 1 alone has 0.80)")
    assert found["bridge"] is BRIDGE.alone


def test_a_transition_hides_the_join():
    found = together([GATE, BRIDGE], [Cut(hard=False)], {"colour": 0.1})
    assert found["gate"].take == 1


def test_what_is_fixed_stays_and_its_neighbour_gives_way():
    fixed = replace(GATE, cards={1: GATE.cards[1]})
    found = together([fixed, BRIDGE], CUTS, {"colour": 1.0})
    assert {name: choice.take for name, choice in found.items()} == {"gate": 1, "bridge": 2}


def test_a_card_of_a_former_version_has_no_ends_and_joins_anything():
    old = replace(GATE.cards[1], ends=None)
    found = together([replace(GATE, cards={1: old, 2: GATE.cards[2]}), BRIDGE], CUTS, {"colour": 5.0})
    assert found["gate"].take == 1


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), min_size=1, max_size=4), min_size=1, max_size=5)
)
def test_no_other_combination_of_takes_is_worth_more(film):
    weights = {"exposure": 0.2}
    shots = [
        candidate(f"s{n}", {k: card(score / 20, end((level * 16.0,) * 3)) for k, (score, level) in enumerate(takes, 1)})
        for n, takes in enumerate(film)
    ]

    def worth(takes):
        cards = [shot.cards[take] for shot, take in zip(shots, takes, strict=True)]
        cuts = sum(sum(join(a.ends[1], b.ends[0], weights, chained=False).values()) for a, b in pairwise(cards))
        return sum(one.score for one in cards) - cuts

    found = together(shots, [Cut()] * (len(shots) - 1), weights)
    best = max(worth(takes) for takes in product(*(shot.cards for shot in shots)))
    assert worth([found[shot.shot].take for shot in shots]) == pytest.approx(best)


def test_light_and_tint_are_measured_apart():
    bright = tuple(value + 32.0 for value in GREY)
    assert join(end(GREY), end(bright), {"exposure": 1.0, "colour": 1.0}, chained=False) == pytest.approx(
        {"exposure": 1.0, "colour": 0.0}
    )


@pytest.mark.parametrize(
    ("before", "after", "cost"), [(LEFT, LEFT, 0.0), (LEFT, RIGHT, 1.0), (LEFT, STILL, 0.0), (LEFT, (0.0, 0.3), 0.5)]
)
def test_motion_that_turns_at_a_cut_costs(before, after, cost):
    found = join(end(motion=before), end(motion=after), {"motion": 1.0}, chained=False)
    assert found == pytest.approx({"motion": cost})


def test_the_last_frame_and_the_first_are_compared_where_a_shot_goes_on():
    before, after = end(picture=(10, 20, 30, 40)), end(picture=(22, 32, 42, 52))
    assert join(before, after, {"frame": 2.0}, chained=True) == pytest.approx({"frame": 2.0})
    assert join(before, after, {"frame": 2.0}, chained=False) == {}
    assert join(before, end(), {"frame": 2.0}, chained=True) == {"frame": 0.0}
