"""Flicker at full size, and what is averaged along the motion."""

import cv2
import numpy as np
import pytest

from pipeline.vision.steady import begin, settle, shown, warp_error


def texture(x=0):
    """A soft texture, 200x120, `x` pixels along."""
    noise = np.random.default_rng(1).integers(30, 220, (20, 40, 3), np.uint8)
    return np.ascontiguousarray(cv2.resize(noise, (320, 160), interpolation=cv2.INTER_CUBIC)[20:140, 40 + x : 240 + x])


def test_the_warp_error_of_equal_frames_is_none_and_of_motion_next_to_none():
    assert warp_error(texture(), texture()) == 0
    assert warp_error(texture(), texture(3)) < 0.2 * np.abs(texture().astype(int) - texture(3)).mean()


def test_the_warp_error_of_a_brighter_frame_is_by_how_much():
    assert warp_error(texture(), texture() + np.uint8(7)) == pytest.approx(7, abs=0.3)


def test_the_warp_error_of_noise_is_its_mean_difference():
    rng = np.random.default_rng(0)
    one, other = (np.clip(texture() + rng.normal(0, 6, (120, 200, 1)), 0, 255).astype(np.uint8) for _ in range(2))
    assert warp_error(one, other) == pytest.approx(6 * 2 / np.sqrt(np.pi), rel=0.1)


def test_a_beginning_is_the_frame_itself():
    assert np.array_equal(shown(begin(texture())), texture())


def test_age_grows_where_a_place_is_found_again():
    rng = np.random.default_rng(0)
    settled = begin(texture())
    for k in range(1, 4):
        frame = np.clip(texture(2 * k) + rng.normal(0, 6, (120, 200, 3)), 0, 255).astype(np.uint8)
        settled = settle(frame, settled, 0.8)
    assert np.median(settled.age) > 2.5
    assert settled.age.max() <= 4
    assert settled.age[:, -4:].mean() < np.median(settled.age) - 0.5
