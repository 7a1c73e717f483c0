"""The original scores higher than its copies with a fault."""

import numpy as np
import pytest

from bench.faults import FAULTS, STRENGTHS, plant
from bench.scoring.scenes import shoot
from pipeline.score import measure_frames
from pipeline.score.combination import lasting, planarity, total, worst


@pytest.fixture(scope="module")
def original():
    return shoot("rotation", 2, 30, lines=180)


def cost(clip):
    """Give what a clip costs where medium motion was asked for; more where a gate rejects it."""
    card = measure_frames(clip, motion="medium").card
    return sum(card.costs.values()) + 100.0 * len(card.rejected)


@pytest.fixture(scope="module")
def least(original):
    return cost(original)


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_costs_score(fault, original, least):
    for strength in STRENGTHS:
        assert cost(plant(fault, original, strength)) > least, (fault, strength)


@pytest.mark.parametrize("fault", ["flicker", "colour_flicker", "jitter"])
def test_more_of_a_fault_costs_more(fault, original, least):
    costs = [cost(plant(fault, original, strength)) for strength in STRENGTHS]
    assert least < costs[0] < costs[1] < costs[2]


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
    assert worst(np.arange(100.0), 4) == 97.5
    assert worst(np.arange(100.0), 0) == 99.0


def test_a_moved_still_counts_by_what_was_asked_for():
    told = np.array([0.4, 0.9])
    assert planarity(told, "high").tolist() == planarity(told, "medium").tolist() == [0.4, 0.9]
    assert planarity(told, "low") == pytest.approx([0.0, 0.8])
    assert planarity(told, "static").tolist() == planarity(told, None).tolist() == [0.0, 0.0]


def test_a_jump_costs_about_as_much_in_a_long_clip():
    clip = shoot("rotation", 2, 144, lines=180)
    short, long = (measure_frames(plant("cut", frames, 3)).card.terms["jolt"] for frames in (clip[:48], clip))
    assert long > 0.7 * short


def test_a_single_repeat_is_a_matter_of_rates():
    mask = np.array([True, False, True, True, False, True])
    assert lasting(mask).tolist() == [False, False, True, True, False, False]
