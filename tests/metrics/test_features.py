"""Every feature on clips whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.metrics import FEATURES
from pipeline.vision.sight import glance, pairs

BY_NAME = {feature.name: feature for feature in FEATURES}


@pytest.fixture
def moved(texture, planes):
    """Give a function of offsets that makes a clip of a picture moved so far."""

    def make(offsets, picture=None):
        picture = texture() if picture is None else picture
        return [planes(picture[:, x : x + 320]) for x in offsets]

    return make


@pytest.fixture
def read(measured):
    """Give a function that reads a feature by its name off every pair of a clip."""
    return lambda name, clip: measured(BY_NAME[name], clip)


def test_names_are_unique_and_every_feature_says_its_unit():
    assert len(BY_NAME) == len(FEATURES)
    assert all(feature.unit for feature in FEATURES)


OF_PAIRS = sorted(name for name, feature in BY_NAME.items() if feature.lower_is_better and name != "banding")


@pytest.mark.parametrize("name", OF_PAIRS)
def test_a_clip_that_stands_still_has_no_fault(name, read, moved):
    assert read(name, moved([10] * 4)) == pytest.approx([0.0] * 3, abs=1e-3)


def test_motion_is_two_pixels_where_the_picture_moves_two_pixels(read, moved):
    speeds = read("motion", moved([20, 22, 24, 26]))
    assert np.array(speeds) * 180 == pytest.approx([2.0] * 3, rel=0.05)


def test_shake_is_small_at_even_speed_and_twice_the_step_when_it_turns_back(read, moved):
    even = read("shake", moved([20, 22, 24, 26]))
    assert even[0] == 0.0
    assert max(even) * 180 < 0.3
    back = read("shake", moved([20, 22, 20, 22]))
    assert np.array(back[1:]) * 180 == pytest.approx([4.0] * 2, rel=0.1)


def test_flicker_is_the_second_difference_of_brightness(read, moved, texture, planes):
    dim = texture() // 2
    clip = moved([10] * 5, dim)
    levels = [0, 6, 0, 0, 0]
    clip = [planes(frame.luma + level) for frame, level in zip(clip, levels, strict=True)]
    assert read("flicker", clip) == pytest.approx([0, 12, 6, 0], abs=0.01)


def test_an_even_fade_does_not_flicker(read, texture, planes):
    dim = texture() // 2
    clip = [planes(dim[:, :320] + 5 * k) for k in range(6)]
    assert read("flicker", clip) == pytest.approx([0.0] * 5, abs=0.01)


def test_colour_flicker_is_the_mean_of_both_colour_differences(read, texture, planes):
    luma = texture()[:, :320]
    clip = [planes(luma), planes(luma, blue=132), planes(luma)]
    assert read("colour_flicker", clip) == pytest.approx([0.0, 4.0])


def test_change_is_the_mean_difference(read, texture, planes):
    dim = texture()[:, :320] // 2
    assert read("change", [planes(dim), planes(dim + 7)]) == pytest.approx([7.0], abs=0.05)


def test_occlusion_rises_when_a_part_is_replaced(read, moved, texture, planes):
    clip = moved([10, 12])
    other = clip[1].luma.copy()
    other[30:150, 60:260] = texture(5)[30:150, 60:260]
    whole, partly = (read("occlusion", [clip[0], second])[0] for second in (clip[1], planes(other)))
    assert whole < 0.05
    assert partly > 0.2


@pytest.mark.parametrize("name", ["warp_error", "patch_error", "structure_loss"])
def test_errors_grow_with_noise(name, read, moved, planes):
    rng = np.random.default_rng(0)
    grain = rng.standard_normal((4, 180, 320))
    found = []
    for level in (0, 4, 12):
        noisy = [frame.luma + level * part for frame, part in zip(moved([20, 22, 24, 26]), grain, strict=True)]
        clip = [planes(np.clip(np.rint(luma), 0, 255).astype(np.uint8)) for luma in noisy]
        found.append(float(np.mean(read(name, clip))))
    assert found[0] < found[1] < found[2]


def test_one_bad_place_shows_in_patches_more_than_in_the_whole(read, moved, planes):
    clip = moved([10, 10])
    spoilt = clip[1].luma.copy()
    spoilt[60:100, 100:140] = 255 - spoilt[60:100, 100:140]
    bad = [clip[0], planes(spoilt)]
    assert read("patch_error", bad)[0] > 5 * read("change", bad)[0]


def test_one_sharp_frame_among_soft_ones_is_sharpness_flicker(read, texture, planes):
    luma = texture()[:, :320]
    grain = np.random.default_rng(0).integers(-20, 20, luma.shape)
    noisy = np.clip(luma.astype(int) + grain, 0, 255).astype(np.uint8)
    found = read("sharpness_flicker", [planes(luma), planes(noisy), planes(luma), planes(luma)])
    assert found[1] > 1.0
    assert found[1] == pytest.approx(2 * found[2], rel=1e-3)


def test_features_need_no_frame_before_the_first(moved):
    first = next(pairs(glance(frame) for frame in moved([10, 12])))
    alone = replace(first, backward_before=None)
    assert all(np.isfinite(feature(alone)) for feature in FEATURES)
