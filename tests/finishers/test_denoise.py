"""Noise goes, pictures stay."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from pipeline.errors import ProducerError
from pipeline.finishers.denoise import Denoise
from pipeline.model import Size, Spec
from pipeline.vision.noise import noise_of

LUMA = float(np.hypot.reduce([0.299, 0.587, 0.114]))
"""Deviation of luma where red, green and blue have independent noise of deviation 1."""


def pan(frames, seed=3):
    noise = np.random.default_rng(seed).integers(0, 255, (60, 80, 3), np.uint8)
    picture = cv2.GaussianBlur(cv2.resize(noise, (320, 240), interpolation=cv2.INTER_CUBIC), (0, 0), 1.2)
    moves = [np.float32([[1, 0, -20 - 2.3 * k], [0, 1, -20 - 0.7 * k]]) for k in range(frames)]
    return [cv2.warpAffine(picture, move, (240, 136), flags=cv2.INTER_LANCZOS4) for move in moves]


def noisy(frames, sigma=8.0):
    rng = np.random.default_rng(0)
    return [np.clip(np.rint(frame + rng.normal(0, sigma, frame.shape)), 0, 255).astype(np.uint8) for frame in frames]


def run(frames, strength=1.0):
    height, width = frames[0].shape[:2]
    spec = Spec(Size(width, height), Fraction(24), len(frames))
    step = Denoise(strength)
    made = list(step.frames(iter(frames), spec))
    assert step.spec(spec) == spec
    assert len(made) == len(frames)
    return made


def psnr(made, truth):
    error = np.mean([(one.astype(np.float32) - other) ** 2 for one, other in zip(made, truth, strict=True)])
    return 10 * np.log10(255**2 / max(float(error), 1e-9))


@pytest.mark.parametrize("sigma", [4.0, 8.0, 16.0])
def test_a_noisy_pan_gains(sigma):
    truth = pan(10)
    given = noisy(truth, sigma)
    made = run(given)
    assert psnr(made, truth) > psnr(given, truth) + (2.5 if sigma >= 8 else 1.0)
    assert psnr(made[-3:], truth[-3:]) > psnr(given[-3:], truth[-3:]) + (4.0 if sigma >= 8 else 1.0)


def test_flat_places_gain_from_the_first_frame_on():
    truth = [np.full((136, 240, 3), (90, 140, 60), np.uint8)] * 6
    given = noisy(truth)
    made = run(given)
    assert psnr(made[:1], truth[:1]) > psnr(given[:1], truth[:1]) + 5
    assert psnr(made[-1:], truth[-1:]) > psnr(given[-1:], truth[-1:]) + 8


def test_more_strength_takes_more_noise():
    truth = pan(6)
    given = noisy(truth)
    gains = [psnr(run(given, strength), truth) for strength in (0.0, 0.3, 0.6, 1.0)]
    assert gains == sorted(gains)


def test_a_clean_clip_loses_nothing_that_is_seen():
    given = pan(6)
    assert psnr(run(given), given) > 45
    assert all(np.array_equal(one, given[0]) for one in run([given[0]] * 3))


def test_a_cut_is_not_blended():
    truth = pan(4) + pan(4, seed=9)
    given = noisy(truth)
    made = run(given)
    alone = run(given[4:])
    assert all(np.array_equal(one, other) for one, other in zip(made[4:], alone, strict=True))


def test_a_fade_is_followed():
    truth = [np.rint(frame * (1 - k / 12)).astype(np.uint8) for k, frame in enumerate(pan(12))]
    given = noisy(truth)
    made = run(given)
    assert max(abs(one.mean() - other.mean()) for one, other in zip(made, given, strict=True)) < 1.0
    assert psnr(made, truth) > psnr(given, truth) + 2.5


def test_without_strength_every_frame_is_the_frame_itself():
    given = noisy(pan(3))
    assert all(one is other for one, other in zip(run(given, 0.0), given, strict=True))


@pytest.mark.parametrize("sigma", [3.0, 8.0, 16.0])
def test_noise_is_estimated_on_texture_as_on_one_colour(sigma):
    for picture in (pan(1)[0], np.full((136, 240, 3), 128, np.uint8)):
        assert noise_of(noisy([picture], sigma)[0]) == pytest.approx(sigma * LUMA, rel=0.12)
    assert noise_of(pan(1)[0]) < 0.7


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength):
    with pytest.raises(ProducerError, match="from 0 to 1"):
        Denoise(strength)
