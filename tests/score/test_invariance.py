"""A clip keeps its rank among its faults at any size, rate and length; and what truly happens is no fault."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import spearmanr

from bench.faults import plant
from bench.scoring.planting import relit
from bench.scoring.scenery import HEIGHT, WIDTH, from_rgb, paint
from bench.scoring.scenes import shoot
from pipeline.score import measure_frames

FAULTS = (
    "frozen",
    "slow_down",
    "ken_burns",
    "swapped",
    "cut",
    "flicker",
    "fade_to_black",
    "hue_flicker",
    "jitter",
    "boil",
    "wobble",
    "glitch",
)
SCENE, SEED = "rotation", 2


def costs(frames, rate, lines):
    """Give what the original and each fault cost, in the order of FAULTS."""
    clip = shoot(SCENE, SEED, frames, Fraction(rate), lines)
    made = [clip, *(plant(fault, clip, 2, float(rate)) for fault in FAULTS)]
    return [-np.log(measure_frames(one, Fraction(rate), "medium").card.score) for one in made]


@pytest.fixture(scope="module")
def usual():
    return costs(48, 24, 360)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("frames", "rate", "lines"),
    [
        (48, 24, 720),
        (48, 24, 1080),
        (60, 30, 360),
        (120, 60, 360),
        (192, 24, 360),
    ],
)
def test_ranks_are_the_same_at_other_sizes_rates_and_lengths(usual, frames, rate, lines):
    found = costs(frames, rate, lines)
    assert spearmanr(usual, found).statistic >= 0.9
    assert int(np.argmin(found)) == int(np.argmin(usual)) == 0


def strobe():
    clip = shoot("parallax", 3, 48)
    return [relit(frame, frame.luma * (0.35 if k // 3 % 2 else 1.0)) for k, frame in enumerate(clip)]


def locked():
    picture = paint(5, WIDTH, HEIGHT)
    grain = np.random.default_rng(0).normal(0, 1.5, (40, HEIGHT, WIDTH, 1)).astype(np.float32)
    return [from_rgb(np.clip(picture + one, 0, 255).astype(np.uint8), 360) for one in grain]


def fast_pan():
    picture = paint(6, WIDTH * 3, HEIGHT)
    return [from_rgb(np.ascontiguousarray(picture[:, 60 * k : 60 * k + WIDTH]), 360) for k in range(40)]


TRUE = {
    "camera shake that was asked for": (lambda: shoot("handheld", 1, 48), "medium"),
    "a strobe": (strobe, "medium"),
    "a locked camera": (locked, "static"),
    "a fast pan": (fast_pan, "high"),
    "snow": (lambda: shoot("particles", 3, 48), "low"),
    "water": (lambda: shoot("water", 3, 48), "medium"),
    "footage of 24 frames in 30": (lambda: [shoot("parallax", 2, 48)[k * 4 // 5] for k in range(48)], "medium"),
}


@pytest.mark.parametrize("event", TRUE)
def test_what_truly_happens_is_not_rejected(event):
    clip, motion = TRUE[event]
    assert measure_frames(clip(), Fraction(24), motion).card.rejected == ()
