"""Motion for interpolation: found at every size, the same each time."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vision.interpolation_flow import FEWEST, HUGE_PIXELS, flow_size, flows, working_size


def texture(width, height, seed=1):
    noise = np.random.default_rng(seed).integers(0, 255, (max(2, height // 6), max(2, width // 6)), np.uint8)
    return cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)


@given(width=st.integers(1, 8000), height=st.integers(1, 8000))
def test_flow_is_never_larger_than_where_it_is_used_and_keeps_two_patches(width, height):
    flow, working = flow_size(width, height), working_size(width, height)
    assert all(one <= other <= whole for one, other, whole in zip(flow, working, (width, height), strict=True))
    assert min(flow) >= min(FEWEST, width, height)


@pytest.mark.parametrize(
    ("frame", "working", "flow"),
    [
        ((176, 144), (88, 72), (88, 72)),
        ((640, 360), (320, 180), (320, 180)),
        ((1280, 720), (640, 360), (320, 180)),
        ((1920, 1080), (960, 540), (480, 270)),
        ((3840, 2160), (960, 540), (480, 270)),
        ((24, 20), (19, 16), (19, 16)),
    ],
)
def test_the_sizes_at_which_frames_are_seen(frame, working, flow):
    assert (working_size(*frame), flow_size(*frame)) == (working, flow)
    assert frame[0] * frame[1] <= HUGE_PIXELS or working[0] == frame[0] // 4


@pytest.mark.parametrize("size", [(320, 180), (88, 72), (45, 33), (40, 120), (64, 64)])
def test_a_shift_is_found_both_ways(size):
    wide = texture(size[0] + 8, size[1] + 8)
    first, second = wide[4:-4, 4:-4], wide[2:-6, 1:-7]
    forward, backward = flows(np.ascontiguousarray(first), np.ascontiguousarray(second))
    assert np.allclose(np.median(forward, axis=(0, 1)), (3, 2), atol=0.1)
    assert np.allclose(np.median(backward, axis=(0, 1)), (-3, -2), atol=0.1)


def test_small_motion_is_placed_to_a_fraction_of_a_pixel():
    picture = texture(320, 180)
    move = np.float32([[1, 0, 1.25], [0, 1, -0.5]])
    forward, _ = flows(picture, cv2.warpAffine(picture, move, (320, 180), flags=cv2.INTER_CUBIC))
    inner = forward[16:-16, 16:-16]
    assert np.allclose(np.median(inner, axis=(0, 1)), (1.25, -0.5), atol=0.05)


@pytest.mark.parametrize("size", [(16, 16), (20, 45), (28, 45), (32, 41), (45, 90), (91, 30), (200, 17)])
def test_the_same_frames_give_the_same_motion_each_time(size):
    first, second = texture(*size), np.ascontiguousarray(np.roll(texture(*size), (1, 2), (0, 1)))
    once = flows(first, second)
    for again in (flows(first, second), flows(first, second)):
        assert np.array_equal(again, once)
    assert np.isfinite(once).all()
