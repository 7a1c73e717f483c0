"""Features of a whole course: known paths, light and motion in, known values out."""

import numpy as np
import pytest

from pipeline.metrics.dissolving import Dissolving
from pipeline.metrics.fading import Fading
from pipeline.metrics.focus_drift import FocusDrift
from pipeline.metrics.ghosting import Ghosting
from pipeline.metrics.halted import Halted
from pipeline.metrics.light_drift import LightDrift
from pipeline.metrics.local_wobble import LocalWobble
from pipeline.metrics.planarity import Planarity
from pipeline.metrics.recurring import Recurring
from pipeline.metrics.saturation_drift import SaturationDrift
from pipeline.metrics.shimmer import Shimmer
from pipeline.metrics.stall import Stall
from pipeline.metrics.tint_drift import TintDrift
from pipeline.metrics.wobble import Wobble

TIMES = np.linspace(-1.0, 1.0, 13)
WIGGLE = TIMES**3 - TIMES * (TIMES**4).sum() / (TIMES**2).sum()
"""What is left of t^3 without its straight part: nothing of it is a parabola."""


def across(path, count=30):
    """Give every point the same path along x."""
    return np.stack([np.repeat(path[:, None], count, 1), np.zeros((len(path), count))], axis=-1)


@pytest.mark.parametrize("size", [0.001, 0.01])
def test_wobble_is_what_a_parabola_leaves(course, followed, size):
    found = Wobble()(course(tracks=[followed(across(size * WIGGLE))]))
    assert found[:12] == pytest.approx(np.full(12, size * np.sqrt((WIGGLE**2).mean())), rel=0.05)
    assert found[12:] == pytest.approx(np.zeros(12))


def test_a_thrown_ball_does_not_wobble(course, followed):
    thrown = across(0.3 * TIMES - 0.2 * TIMES**2)
    assert Wobble()(course(tracks=[followed(thrown)])).max() < 1e-6


def test_local_wobble_is_told_by_what_neighbours_do_together(course, followed):
    spread = np.random.default_rng(0).uniform(-0.5, 0.5, (30, 2))
    close = np.concatenate([spread[:24], np.full((6, 2), 5.0)])
    path = across(np.zeros(13)) + 0.0
    path[:, 24:, 0] = 0.02 * WIGGLE[:, None]
    places = close[None] + path
    track = followed(path, places)
    found = LocalWobble()(course(tracks=[track]))
    assert found[0] == pytest.approx(0.02 * np.sqrt((WIGGLE**2).mean()), rel=0.05)
    alone = path.copy()
    alone[:, 24:27] *= -1
    assert LocalWobble()(course(tracks=[followed(alone, close[None] + alone)]))[0] < 0.2 * found[0]


def test_shimmer_is_light_that_a_place_has_for_itself(course, followed):
    luma = np.full((13, 30), 100.0)
    luma += 30.0 * TIMES[:, None] ** 3
    luma[:, :4] += 12.0 * WIGGLE[:, None]
    found = Shimmer()(course(tracks=[followed(luma=luma)]))
    assert found[0] == pytest.approx(12.0 * np.sqrt((WIGGLE**2).mean()), rel=0.05)


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_dissolving_is_the_mean_loss_of_detail(course, followed, share):
    detail = np.full((13, 30), 9.0)
    detail[:, :6] = 9.0 * np.clip(1.0 - (1.0 - share) * (np.arange(13) - 2.5) / 7, share, 1.0)[:, None]
    lost = np.log(10.0 / (9.0 * share + 1.0)) * 6 / 30
    assert Dissolving()(course(tracks=[followed(detail=detail)]))[0] == pytest.approx(lost, rel=0.05)


def test_a_focus_that_all_places_lose_is_no_dissolving(course, followed):
    detail = np.linspace(9.0, 3.0, 13)[:, None] * np.ones((1, 30))
    assert Dissolving()(course(tracks=[followed(detail=detail)]))[0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("depth", [0.0, 0.0025, 0.005, 0.02])
@pytest.mark.parametrize("error", [0.0, 4.0])
def test_planarity_falls_with_depth_and_with_what_motion_does_not_explain(course, followed, depth, error):
    track = followed(across(depth * np.linspace(0, 1, 13)))
    found = Planarity()(course(tracks=[track], series={"patch_error": np.full(24, error)}))
    contrast = np.sqrt((40.0 + 4.0) * (2 * 10.0 + 4.0))
    expected = np.exp(-((depth / 0.005) ** 2) - (error / contrast / 0.09) ** 2)
    assert found[0] == pytest.approx(expected, rel=0.05, abs=1e-6)


@pytest.mark.parametrize("size", [0.0004, 0.002])
def test_a_camera_in_hand_moves_no_still(course, followed, size):
    shaken = across(size * WIGGLE)
    track = followed(np.zeros_like(shaken), shaken)
    found = Planarity()(course(tracks=[track], series={"patch_error": np.zeros(24)}))
    assert found[0] == pytest.approx(np.exp(-(size**2) * (WIGGLE**2).mean() / 0.0006**2), rel=0.05)


@pytest.mark.parametrize("left", [0.0, 0.5, 2.0])
def test_stall_is_what_the_end_has_lost_of_the_usual_change(course, left):
    found = Stall()(course(frames=37, series={"change": np.append(np.full(33, 4.0), np.full(3, left))}))
    assert found[:33] == pytest.approx(np.zeros(33))
    assert found[33:] == pytest.approx(np.full(3, np.log(4.03 / (left + 0.03))), rel=0.05)


def test_a_rest_in_the_middle_is_no_stall(course):
    change = np.concatenate([np.full(14, 4.0), np.full(8, 0.0), np.full(14, 4.0)])
    assert Stall()(course(frames=37, series={"change": change})).max() == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("feature", "fact", "floor"),
    [
        (LightDrift(), "level", 8.0),
        (SaturationDrift(), "saturation", 2.0),
        (TintDrift(), "tint_detail", 0.3),
        (FocusDrift(), "fine", 0.5),
    ],
)
def test_drift_is_how_far_a_clip_leaves_its_usual_state(course, feature, fact, floor):
    values = np.concatenate([np.full(20, 40.0), np.full(10, 20.0)])
    found = feature(course(frames=30, **{fact: values}))
    assert found[:17] == pytest.approx(np.zeros(17), abs=1e-9)
    assert found[-5:] == pytest.approx(np.full(5, np.log((40.0 + floor) / (20.0 + floor))), rel=0.05)


def test_a_clip_without_pairs_has_no_numbers(course):
    features = (Wobble(), Shimmer(), Stall(), LightDrift(), FocusDrift(), Fading(), Ghosting(), Halted(), Recurring())
    assert [len(one(course(frames=1, series={"change": np.zeros(0)}))) for one in features] == [0] * 9
