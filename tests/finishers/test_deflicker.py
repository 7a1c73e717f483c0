"""Light that pumps is steadied; light that changes is not touched."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from pipeline.errors import ProducerError
from pipeline.finishers.deflicker import Deflicker
from pipeline.model import Size, Spec

FRAMES = 32
TIMES = np.arange(FRAMES)


def pan(frames=FRAMES, seed=3):
    """A texture within 20..200 that moves: a brighter frame clips nowhere."""
    noise = np.random.default_rng(seed).integers(0, 255, (60, 80, 3), np.uint8)
    picture = 0.7 * cv2.GaussianBlur(cv2.resize(noise, (320, 240), interpolation=cv2.INTER_CUBIC), (0, 0), 1.2) + 20
    moves = [np.float32([[1, 0, -10 - 1.5 * k], [0, 1, -10 - 0.5 * k]]) for k in range(frames)]
    return [np.rint(cv2.warpAffine(picture, move, (160, 96))).astype(np.uint8) for move in moves]


def lit(frames, gains):
    """Frames under gains, (frames,) for all channels or (frames, 3)."""
    gains = np.broadcast_to(np.reshape(gains, (len(frames), -1)), (len(frames), 3))
    return [np.clip(np.rint(frame * gain), 0, 255).astype(np.uint8) for frame, gain in zip(frames, gains, strict=True)]


def run(frames, strength=1.0):
    height, width = frames[0].shape[:2]
    spec = Spec(Size(width, height), Fraction(24), len(frames))
    step = Deflicker(strength)
    made = list(step.frames(iter(frames), spec))
    assert step.spec(spec) == spec
    assert len(made) == len(frames)
    return made


def flicker(frames, truth):
    """Deviation of every channel's brightness against the truth's, the worst channel."""
    ratios = [one.mean(axis=(0, 1)) / other.mean(axis=(0, 1)) for one, other in zip(frames, truth, strict=True)]
    return np.std(ratios, axis=0).max()


def same(made, given):
    return all(np.array_equal(one, other) for one, other in zip(made, given, strict=True))


@pytest.mark.parametrize(
    "wave", [(-1.0) ** TIMES, np.sin(2 * np.pi * TIMES / 4 + 0.4), np.sin(2 * np.pi * TIMES / 3)], ids=["2", "4", "3"]
)
def test_a_known_flicker_is_reduced_by_seven_tenths(wave):
    truth = pan()
    given = lit(truth, 1 + 0.06 * wave)
    assert flicker(run(given), truth) < 0.3 * flicker(given, truth)


def test_slow_flicker_is_reduced_once_a_period_and_a_half_were_seen():
    truth = pan(48)
    given = lit(truth, 1 + 0.06 * np.sin(2 * np.pi * np.arange(48) / 10))
    made = run(given)
    assert flicker(made[20:], truth[20:]) < 0.3 * flicker(given[20:], truth[20:])


def test_random_jumps_are_smoothed():
    truth = pan()
    given = lit(truth, 1 + 0.05 * np.random.default_rng(0).standard_normal(FRAMES))
    jumps = [np.abs(np.diff([frame.mean() for frame in frames], 2)).mean() for frames in (given, run(given))]
    assert jumps[1] < 0.25 * jumps[0]


def test_a_flicker_of_one_channel_is_taken_from_that_channel():
    truth = pan()
    gains = np.ones((FRAMES, 3))
    gains[:, 2] += 0.06 * (-1.0) ** TIMES
    given = lit(truth, gains)
    made = run(given)
    assert flicker(made, truth) < 0.3 * flicker(given, truth)
    assert all(np.array_equal(one[..., :2], other[..., :2]) for one, other in zip(made, given, strict=True))


@pytest.mark.parametrize(
    "gains",
    [
        np.clip(1 - (TIMES - 4) / 24, 0, 1),
        np.clip((TIMES - 4) / 20, 0, 1),
        np.where(TIMES < 16, 1, 0.7),
        np.where(TIMES == 16, 1.4, 1),
        np.ones(FRAMES),
    ],
    ids=["fade out", "fade in", "step", "flash", "steady"],
)
def test_light_that_changes_is_left_as_it_is(gains):
    given = lit(pan(), gains)
    made = run(given)
    assert max(abs(one.mean() - other.mean()) for one, other in zip(made, given, strict=True)) <= 1
    assert same(made, given)


def test_a_flickering_fade_is_followed():
    fade = 1 - TIMES / (FRAMES + 8)
    truth = lit(pan(), fade)
    given = lit(truth, 1 + 0.05 * (-1.0) ** TIMES)
    assert flicker(run(given), truth) < 0.3 * flicker(given, truth)


def test_a_cut_is_not_smeared():
    one, other = pan(16), lit(pan(16, seed=9), np.full(16, 0.5))
    assert same(run(one + other), one + other)
    given = lit(one + other, 1 + 0.06 * (-1.0) ** TIMES)
    assert same(run(given)[16:], run(given[16:]))


def test_a_frozen_clip_and_one_without_strength_keep_every_bit():
    given = lit(pan(6), 1 + 0.06 * (-1.0) ** np.arange(6))
    assert same(run([given[0]] * 6), [given[0]] * 6)
    assert all(one is other for one, other in zip(run(given, 0.0), given, strict=True))


def test_black_and_white_stay():
    given = pan(8)
    for frame in given:
        frame[:20], frame[-20:] = 255, 0
    for frame in run(lit(given, 1 - 0.06 * (TIMES[:8] % 2)))[::2]:
        assert (frame[:20] == 255).all()
        assert (frame[-20:] == 0).all()


def test_three_frames_are_looked_ahead():
    seen = []
    source = (seen.append(k) or frame for k, frame in enumerate(pan(10)))
    stream = Deflicker().frames(source, Spec(Size(160, 96), Fraction(24), 10))
    for count in range(1, 4):
        next(stream)
        assert len(seen) <= count + 3


@pytest.mark.parametrize("frames", [1, 2, 3, 5])
def test_short_clips_keep_their_frames(frames):
    run(lit(pan(frames), 1 + 0.06 * (-1.0) ** np.arange(frames)))
    run([frame[:9, :12].copy() for frame in pan(frames)])


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength):
    with pytest.raises(ProducerError, match="from 0 to 1"):
        Deflicker(strength)
