"""Sizes, shapes and antialiasing of scaled frames."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Size
from pipeline.vision.fitting import inner_size
from pipeline.vision.scale import fit, resize_luma, size_of

SIDES = st.integers(8, 80)


def ramp(width, height):
    xs = np.linspace(0, 255, width)
    return np.repeat(np.repeat(xs[None, :, None], height, 0), 3, 2).astype(np.uint8)


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from(["cover", "contain"]))
def test_any_frame_comes_out_at_the_asked_size(w, h, to_w, to_h, how):
    scaled = fit(ramp(w, h), Size(to_w, to_h), how)
    assert scaled.shape == (to_h, to_w, 3)
    assert scaled.dtype == np.uint8
    assert scaled.flags.c_contiguous


@settings(max_examples=200, deadline=None)
@given(st.integers(64, 4096), st.integers(64, 4096), st.integers(64, 4096), st.integers(64, 4096))
def test_cover_covers_and_contain_is_contained_without_distortion(w, h, to_w, to_h):
    before, goal = Size(w, h), Size(to_w, to_h)
    around, inside = inner_size(before, goal, "cover"), inner_size(before, goal, "contain")
    assert around.width >= to_w
    assert around.height >= to_h
    assert inside.width <= to_w
    assert inside.height <= to_h
    for inner in (around, inside):
        scale = inner.width / w if abs(inner.width - to_w) <= 1 else inner.height / h
        assert abs(inner.width - w * scale) <= 2.01
        assert abs(inner.height - h * max(scale, inner.height / h)) <= 2.01


def test_the_same_size_gives_the_frame_itself():
    frame = ramp(32, 16)
    assert fit(frame, Size(32, 16), "cover") is frame
    assert fit(frame, Size(32, 16), "contain") is frame


def test_contain_puts_equal_black_bars_around():
    scaled = fit(np.full((40, 40, 3), 200, np.uint8), Size(80, 40), "contain")
    assert (scaled[:, :20] == 0).all()
    assert (scaled[:, 60:] == 0).all()
    assert (scaled[:, 20:60] == 200).all()


@pytest.mark.parametrize("shape", [(96, 54), (97, 53), (54, 96), (300, 170)])
@pytest.mark.parametrize("goal", [Size(72, 128), Size(100, 100), Size(128, 40), Size(20, 36)])
@pytest.mark.parametrize("focus", [(0.5, 0.5), (0.0, 1.0), (0.31, 0.8)])
def test_what_is_cropped_away_is_not_scaled_and_the_rest_is_as_if_it_were(shape, goal, focus):
    soft = np.random.default_rng(1).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    frame = cv2.resize(soft, shape, interpolation=cv2.INTER_CUBIC)
    inner = inner_size(Size(*shape), goal, "cover")
    larger = inner.width > shape[0] or inner.height > shape[1]
    way = cv2.INTER_LANCZOS4 if larger else cv2.INTER_AREA
    whole = cv2.resize(frame, (inner.width, inner.height), interpolation=way).astype(int)
    left, top = (
        min(max(0, round(at * one - kept / 2)), one - kept)
        for at, one, kept in zip(focus, (inner.width, inner.height), (goal.width, goal.height), strict=True)
    )
    wanted = whole[top : top + goal.height, left : left + goal.width]
    assert np.abs(fit(frame, goal, "cover", focus) - wanted).mean() < 0.4


def test_cover_crops_the_centre():
    wide = ramp(120, 40)
    assert np.array_equal(fit(wide, Size(40, 40), "cover"), wide[:, 40:80])


def test_reducing_is_antialiased():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 254
    small = fit(stripes, Size(16, 16), "cover")
    assert np.abs(small.astype(int) - 127).max() <= 1


def test_enlarging_keeps_a_flat_picture_flat_and_sharpens_edges_beyond_linear():
    flat = np.full((10, 10, 3), 77, np.uint8)
    assert (fit(flat, Size(37, 37), "cover") == 77).all()
    edge = np.zeros((16, 16, 3), np.uint8)
    edge[:, 8:] = 200
    large = fit(edge, Size(64, 64), "cover")[32, :, 0].astype(int)
    assert np.diff(large).max() > 200 / 4


@pytest.mark.parametrize(("lines", "expected"), [(180, (180, 320)), (90, (90, 160)), (1000, (360, 640))])
def test_luma_is_reduced_to_lines_but_never_enlarged(lines, expected):
    plane = np.zeros((360, 640), np.uint8)
    assert resize_luma(plane, lines).shape == expected


def test_size_is_width_then_height():
    assert size_of(np.zeros((3, 7, 3), np.uint8)) == Size(7, 3)
