"""The figures of the benchmark: shares, intervals, and who is first among many."""

import pytest

from bench.faults import FAMILIES, FAULTS, plant
from bench.scoring import agreement
from bench.scoring.agreement import Trial
from bench.scoring.scenes import SCENES, UNSEEN, shoot


def trial(source, fault, strength, score):
    return Trial(source, f"{source} 1", False, fault, strength, {"judge": score}, {})


TRIALS = [
    *(trial(source, "", 0, 0.8) for source in ("a", "b")),
    *(trial("a", "flicker", level, 0.8 - 0.1 * level) for level in (1, 2, 3)),
    *(trial("b", "flicker", level, 0.9) for level in (1, 2, 3)),
    *(trial(source, "frozen", 3, 0.8) for source in ("a", "b")),
]


def test_a_tie_is_lost_and_sources_are_the_witnesses():
    share = agreement.pairwise(TRIALS, "judge")
    assert (share.value, share.count) == (3 / 8, 8)
    assert (share.low, share.high) == (0.0, 0.75)


def test_wilsons_interval():
    share = agreement.wilson([True] * 8 + [False] * 2)
    assert (share.low, share.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_first_among_all_and_among_one_of_each_family():
    assert agreement.first_of_all(TRIALS, "judge", 1).value == 0.5
    assert agreement.first_of_all(TRIALS, "judge", 3).value == 0.0
    assert agreement.first_of_families(TRIALS, "judge").value == 0.0
    good = [one for one in TRIALS if one.source == "a" and one.fault != "frozen"]
    assert agreement.first_of_families(good, "judge").value == 1.0


def test_a_still_clip_before_its_original_is_counted():
    assert agreement.static_first(TRIALS, "judge") == 2


def test_good_against_bad_across_clips():
    assert agreement.across(TRIALS, "judge") == pytest.approx((3 + 2 * 0.5) / 8)


def test_the_benchmark_has_what_it_promises():
    assert len(FAULTS) >= 24
    assert len(FAULTS) == sum(map(len, FAMILIES.values()))
    assert len(UNSEEN) >= 3
    assert set(UNSEEN) < set(SCENES)
    assert len(SCENES) >= 6


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_shows_the_same_moment_at_every_rate_and_moves(scene):
    slow, fast = shoot(scene, 1, 3, 12, 90), shoot(scene, 1, 5, 24, 90)
    assert (slow[1].luma == fast[2].luma).all()
    assert (slow[0].luma != slow[2].luma).mean() > 0.02


def test_a_fault_is_the_same_every_time():
    clip = shoot("rotation", 1, 9, 24, 90)
    for fault in FAULTS:
        one, two = (plant(fault, clip, 2) for _ in range(2))
        assert len(one) == len(clip)
        assert all((a.luma == b.luma).all() and (a.u == b.u).all() for a, b in zip(one, two, strict=True)), fault
        assert any((a.luma != b.luma).any() or (a.u != b.u).any() for a, b in zip(one, clip, strict=True)), fault
