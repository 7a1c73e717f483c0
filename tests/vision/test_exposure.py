"""Gains between frames, whatever moves; which of them are flicker."""

import cv2
import numpy as np
import pytest

from pipeline.vision.exposure import MOST, brightened, correction, exposed, look


def texture(x=0):
    """A soft texture, 200x120, `x` pixels along, that clips nowhere when it is made a tenth brighter."""
    noise = np.random.default_rng(1).integers(40, 200, (20, 40, 3), np.uint8)
    return np.ascontiguousarray(cv2.resize(noise, (320, 160), interpolation=cv2.INTER_CUBIC)[20:140, 40 + x : 240 + x])


def course(levels):
    return [np.full(3, np.log(level)) for level in levels]


@pytest.mark.parametrize("gains", [(1.06, 1.06, 1.06), (0.94, 1.0, 1.05), (0.8, 0.8, 0.8)])
def test_a_known_gain_is_found_under_motion(gains):
    after = np.rint(texture(3) * np.array(gains)).astype(np.uint8)
    assert np.exp(brightened(look(texture()), look(after))) == pytest.approx(gains, abs=0.004)


def test_what_comes_into_the_picture_is_no_gain():
    after = texture(3)
    after[30:90, 50:110] = 235
    assert np.abs(brightened(look(texture()), look(after))).max() < 0.003


def test_across_a_cut_there_is_no_gain():
    other = np.ascontiguousarray(
        np.random.default_rng(7).permutation(texture()[::-1].reshape(-1, 3)).reshape(120, 200, 3)
    )
    other = cv2.resize(cv2.resize(other, (25, 15), interpolation=cv2.INTER_NEAREST), (200, 120))
    assert brightened(look(texture()), look(other)) is None


def test_alternating_light_is_brought_to_its_middle():
    levels = [1.06, 0.94] * 8
    left = np.log(levels[8]) + correction(course(levels), 8)
    assert np.abs(left).max() < 0.015


@pytest.mark.parametrize("levels", [range(40, 20, -1), [9] * 8 + [5] * 8, [9] * 8 + [14] + [9] * 7, [6, 1] * 8])
def test_fades_steps_flashes_and_strobes_are_light(levels):
    assert np.array_equal(correction(course(levels), 8), np.zeros(3))


def test_a_correction_is_limited():
    assert np.abs(correction(course([1.28, 0.78] * 8), 9)).max() == MOST


def test_a_gain_of_none_gives_the_frame_itself_and_black_and_white_stay():
    frame = texture()
    assert exposed(frame, np.zeros(3)) is frame
    frame[0, 0], frame[0, 1] = 0, 255
    made = exposed(frame, np.log([1.1, 1.1, 1.1]))
    assert made[0, :2].tolist() == [[0] * 3, [255] * 3]
    assert made.mean() == pytest.approx(1.1 * frame.mean(), rel=0.002)
