"""The terms from frame to frame: as long as the clip, small where nothing is wrong, high where something is."""

import numpy as np
import pytest

from bench.faults import plant
from pipeline.score import measure_frames
from pipeline.score.combination import worst


@pytest.fixture(scope="module")
def clip(moving):
    return moving(24, 3)


def planted(clip, fault, start, stop):
    """Plant a fault into frames [start, stop) of a clip."""
    return [*clip[:start], *plant(fault, clip[start:stop], 3), *clip[stop:]]


def test_every_curve_has_a_value_a_pair_in_three_digits(clip):
    curves = measure_frames(clip).card.curves
    assert set(curves) == {
        *("warp_error", "patch_error", "structure_loss", "shake", "flicker", "local_flicker", "colour_flicker"),
        *("hue_flicker", "sharpness_flicker", "wobble", "local_wobble", "shimmer", "dissolving"),
        *("fading", "recurring", "stall", "light_drift", "saturation_drift", "focus_drift", "frozen", "dark"),
    }
    assert {len(curve) for curve in curves.values()} == {23}
    assert all(value >= 0 and value == float(f"{value:.3g}") for curve in curves.values() for value in curve)
    assert {len(curve) for curve in measure_frames(clip[:1]).card.curves.values()} == {0}


@pytest.mark.parametrize(
    ("fault", "curve"), [("flicker", "flicker"), ("noise", "sharpness_flicker"), ("jitter", "shake")]
)
def test_a_fault_shows_where_it_was_planted(clip, fault, curve):
    values = np.array(measure_frames(planted(clip, fault, 10, 16)).card.curves[curve])
    inside = np.zeros(23, bool)
    inside[8:18] = True
    assert values[inside].max() >= 1.0, "clearly visible"
    assert values[~inside].max() < 0.5 * values[inside].max()


def test_a_curve_has_the_scale_of_its_term(clip):
    card = measure_frames(plant("flicker", clip, 3)).card
    assert worst(np.array(card.curves["flicker"])) == pytest.approx(card.terms["flicker"], rel=0.1)


def test_motion_that_was_asked_for_and_is_lacking_is_a_curve(moving):
    held = moving(1) * 12
    assert min(measure_frames(held, motion="high").card.curves["still"]) > 1.0
    assert "still" not in measure_frames(held, motion="static").card.curves
    assert "frozen" not in measure_frames(held, motion="static").card.curves


@pytest.mark.parametrize("gate", ["frozen", "dark", "cut"])
def test_a_fault_that_is_meant_rejects_nothing_and_the_others_still_do(moving, plane_of, gate):
    clips = {
        "frozen": moving(12) + moving(12)[-1:] * 12,
        "dark": moving(12) + [plane_of(np.zeros((90, 160), np.uint8))] * 12,
        "cut": moving(12, seed=1) + moving(12, seed=2),
    }
    free, bound = (measure_frames(clips[gate], allow=allow).card for allow in ([gate], []))
    assert {one.gate for one in bound.rejected} == {gate}
    assert free.rejected == ()
    assert free.score >= bound.score
    if gate != "cut":
        assert free.terms[gate] == 0.0 < bound.terms[gate]
        assert gate not in free.curves
