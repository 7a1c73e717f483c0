"""The original scores higher than its copies with a fault."""

import numpy as np
import pytest

from bench.faults import FAULTS, STRENGTHS, plant
from pipeline.score import measure_frames
from pipeline.score.combination import lasting, total, worst

HARD = {("wobble", 1), ("morph", 1), ("local_flicker", 1), ("focus_pumping", 1)}
"""Hardly seen; bench/score.py says how often they are found."""


@pytest.fixture(scope="module")
def original(moving):
    return moving(20, 3, size=(90, 160))


@pytest.fixture(scope="module")
def best(original):
    return measure_frames(original).card.score


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_costs_score(fault, original, best):
    for strength in STRENGTHS:
        if (fault, strength) not in HARD:
            assert measure_frames(plant(fault, original, strength)).card.score < best, (fault, strength)


@pytest.mark.parametrize("fault", ["flicker", "noise", "jitter"])
def test_more_of_a_fault_costs_more(fault, original, best):
    scores = [measure_frames(plant(fault, original, strength)).card.score for strength in STRENGTHS]
    assert best > scores[0] > scores[1] > scores[2]


def test_faults_are_the_same_every_time_and_leave_the_clip_alone(original):
    before = [frame.luma.copy() for frame in original]
    one, two = (plant("noise", original, 2) for _ in range(2))
    assert all(np.array_equal(a.luma, b.luma) for a, b in zip(one, two, strict=True))
    assert all(np.array_equal(a, b.luma) for a, b in zip(before, original, strict=True))


def test_standing_still_costs_by_what_was_asked_for(moving):
    held = moving(1) * 10
    scores = {asked: measure_frames(held, motion=asked).card.terms["still"] for asked in (None, "static", "high")}
    assert scores[None] == scores["static"] == 0.0
    assert scores["high"] > 1.0
    assert measure_frames(held, motion="static").card.score == pytest.approx(1.0)


def test_terms_are_never_negative_and_none_makes_a_perfect_score(original):
    assert all(value >= 0 for value in measure_frames(original).card.terms.values())
    assert total({}) == total({"shake": 0.0}) == 1.0


def test_the_worst_tenth_is_at_least_one_value():
    assert worst(np.array([])) == 0.0
    assert worst(np.array([1.0, 5.0, 3.0])) == 5.0
    assert worst(np.arange(20.0)) == 18.5


def test_a_single_repeat_is_a_matter_of_rates():
    mask = np.array([True, False, True, True, False, True])
    assert lasting(mask).tolist() == [False, False, True, True, False, False]
