"""Texture that boils settles, what moves stays sharp."""

from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np
import pytest

from pipeline.errors import ProducerError
from pipeline.finishers.stabilise import Stabilise
from pipeline.model import Size, Spec
from pipeline.vision.steady import warp_error
from pipeline.vision.structure import detail


def texture(width=320, height=240, seed=3):
    noise = np.random.default_rng(seed).integers(0, 255, (height // 4, width // 4, 3), np.uint8)
    return cv2.GaussianBlur(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), (0, 0), 1.2)


def pan(frames, seed=3):
    picture = texture(seed=seed)
    moves = [np.float32([[1, 0, -20 - 2.3 * k], [0, 1, -20 - 0.7 * k]]) for k in range(frames)]
    return [cv2.warpAffine(picture, move, (240, 136), flags=cv2.INTER_LANCZOS4) for move in moves]


def walk(frames):
    """A textured patch that crosses a texture which moves another way: edges, and places that come into sight."""
    ground, patch = texture(240, 136, 5), texture(56, 56, 6)
    made = []
    for k in range(frames):
        frame = np.roll(ground, 2 * k, axis=1)
        frame[40:96, 20 + 4 * k : 76 + 4 * k] = patch
        made.append(frame)
    return made


def boiling(frames, sigma=6.0):
    """What a model that sees single frames adds to each: fine luma texture of its own."""
    rng, made = np.random.default_rng(0), []
    for frame in frames:
        noise = rng.standard_normal(frame.shape[:2]).astype(np.float32)
        noise -= cv2.GaussianBlur(noise, (0, 0), 1.5)
        noise *= sigma / noise.std()
        made.append(np.clip(np.rint(frame + noise[..., None]), 0, 255).astype(np.uint8))
    return made


def run(frames, strength=1.0):
    height, width = frames[0].shape[:2]
    spec = Spec(Size(width, height), Fraction(24), len(frames))
    step = Stabilise(strength)
    made = list(step.frames(iter(frames), spec))
    assert step.spec(spec) == spec
    assert len(made) == len(frames)
    return made


def psnr(made, truth):
    error = np.mean([(one.astype(np.float32) - other) ** 2 for one, other in zip(made, truth, strict=True)])
    return 10 * np.log10(255**2 / max(float(error), 1e-9))


def error(frames):
    return np.mean([warp_error(one, other) for one, other in pairwise(frames)])


def sharpness(frames):
    return np.mean([detail(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)) for frame in frames])


@pytest.mark.parametrize("clip", [pan, walk])
def test_what_boils_settles_and_what_moves_stays_sharp(clip):
    truth = clip(12)
    given = boiling(truth)
    made = run(given)
    assert error(made) < 0.6 * error(given)
    assert psnr(made, truth) > psnr(given, truth) + 2.5
    assert sharpness(made) > 0.97 * sharpness(truth)
    assert psnr(made[-3:], truth[-3:]) > psnr(given[-3:], truth[-3:]) + 3.5


def test_more_strength_steadies_more():
    given = boiling(pan(6))
    errors = [error(run(given, strength)) for strength in (0.0, 0.3, 0.6, 1.0)]
    assert errors == sorted(errors, reverse=True)
    assert errors[2] < 0.7 * errors[0]


@pytest.mark.parametrize("clip", [pan, walk])
def test_a_clip_that_does_not_boil_is_left_as_it_is(clip):
    given = clip(6)
    made = run(given)
    assert psnr(made, given) > 60
    assert sharpness(made) > 0.99 * sharpness(given)


def test_the_edges_of_what_moves_are_not_smeared():
    truth = walk(10)
    given = boiling(truth)
    rows, columns = slice(40, 96), slice(20 + 4 * 9 - 6, 20 + 4 * 9 + 6)
    made = run(given)[9][rows, columns]
    assert psnr([made], [truth[9][rows, columns]]) > psnr([given[9][rows, columns]], [truth[9][rows, columns]])


def test_the_first_frame_and_the_first_after_a_cut_pass_bit_by_bit():
    given = boiling(pan(3) + pan(3, seed=9))
    made = run(given)
    assert [np.array_equal(one, other) for one, other in zip(made, given, strict=True)] == [True, False, False] * 2


def test_a_fade_is_followed_and_steadied_at_once():
    truth = [np.rint(frame * (1 - k / 12)).astype(np.uint8) for k, frame in enumerate(pan(12))]
    given = boiling(truth)
    made = run(given)
    assert max(abs(one.mean() - other.mean()) for one, other in zip(made, given, strict=True)) < 1.0
    assert psnr(made, truth) > psnr(given, truth) + 2.5
    assert max(abs(one.mean() - other.mean()) for one, other in zip(run(truth), truth, strict=True)) < 1.0


def test_a_still_picture_converges():
    truth = [pan(1)[0]] * 12
    made = run(boiling(truth))
    gains = [psnr([one], truth[:1]) for one in made]
    assert gains[:5] == sorted(gains[:5])
    assert gains[-1] > gains[0] + 7


def test_without_strength_and_without_change_every_bit_is_kept():
    given = boiling(pan(3))
    assert all(one is other for one, other in zip(run(given, 0.0), given, strict=True))
    frozen = [given[0]] * 4
    assert all(np.array_equal(one, given[0]) for one in run(frozen))


def test_frames_too_small_for_motion_pass():
    given = [frame[:10, :12].copy() for frame in boiling(pan(3))]
    assert all(np.array_equal(one, other) for one, other in zip(run(given), given, strict=True))


def test_one_result_is_held_and_no_more():
    seen = []
    source = (seen.append(k) or frame for k, frame in enumerate(pan(6)))
    stream = Stabilise().frames(source, Spec(Size(240, 136), Fraction(24), 6))
    for count in range(1, 4):
        next(stream)
        assert len(seen) == count


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength):
    with pytest.raises(ProducerError, match="from 0 to 1"):
        Stabilise(strength)
