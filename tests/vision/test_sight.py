"""What the scorer sees of a frame."""

import numpy as np
import pytest

from pipeline.media.planes import FULL, Planes
from pipeline.model import Size
from pipeline.vision.sight import glance, pairs, scoring_size, thumbnail_size
from pipeline.vision.structure import detail, likeness, mean, worst_patches


def planes(height, width, luma=120, u=128, v=128, **more):
    chroma = (-(-height // 2), -(-width // 2))
    return Planes(
        np.full((height, width), luma, np.uint8), np.full(chroma, u, np.uint8), np.full(chroma, v, np.uint8), **more
    )


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        (Size(1280, 720), Size(320, 180)),
        (Size(720, 1280), Size(180, 320)),
        (Size(176, 144), Size(220, 180)),
        (Size(1, 1), Size(180, 180)),
        (Size(9000, 2), Size(720, 180)),
    ],
)
def test_the_short_side_is_measured_at_180(size, seen):
    assert scoring_size(size) == seen


def test_thumbnails_are_160_wide_in_the_clips_shape():
    assert thumbnail_size(Size(1280, 720)) == Size(160, 90)
    assert thumbnail_size(Size(1080, 1920)) == Size(160, 284)


@pytest.mark.parametrize("height", [2, 91, 180, 720])
@pytest.mark.parametrize("width", [2, 161, 321, 1280])
def test_any_size_can_be_seen(height, width):
    two = [glance(planes(height, width)), glance(planes(height, width, luma=130))]
    pair = next(pairs(two))
    lines, columns = pair.luma.shape
    assert pair.change == pytest.approx(10 * 255 / 219, abs=1.0)
    assert pair.visible.shape == pair.error.shape == (lines // 2, columns // 2)
    assert pair.forward.shape == pair.cells.shape == (lines // 4, columns // 4, 2)
    assert two[0].thumbnail().shape[1] == 160


@pytest.mark.parametrize(
    ("matrix", "yuv", "rgb"),
    [
        (1, (63, 102, 240), (255, 0, 0)),
        (5, (81, 90, 240), (255, 0, 0)),
        (1, (173, 42, 26), (0, 255, 0)),
        (5, (145, 54, 34), (0, 255, 0)),
        (1, (235, 128, 128), (255, 255, 255)),
        (1, (16, 128, 128), (0, 0, 0)),
    ],
)
def test_thumbnails_have_the_colours_of_their_matrix(matrix, yuv, rgb):
    y, u, v = yuv
    seen = glance(planes(36, 64, y, u, v, matrix=matrix)).thumbnail()
    assert np.abs(seen[20, 80].astype(int) - rgb).max() <= 3


def test_full_range_is_left_as_it_is():
    assert glance(planes(36, 64, 235, full=True)).still.level == pytest.approx(235)
    assert glance(planes(36, 64, 235)).still.level == pytest.approx(255)


def test_limited_range_becomes_full_as_by_the_table():
    coded = np.resize(np.arange(256, dtype=np.uint8), (180, 320))
    chroma = np.full((90, 160), 128, np.uint8)
    assert np.array_equal(glance(Planes(coded, chroma, chroma)).luma, FULL[coded])


def test_halving_twice_is_the_mean_of_the_pixels():
    luma = np.random.default_rng(0).integers(0, 255, (720, 1280)).astype(np.uint8)
    chroma = np.full((360, 640), 128, np.uint8)
    seen = glance(Planes(luma, chroma, chroma, full=True)).luma
    exact = luma.reshape(180, 4, 320, 4).mean((1, 3))
    assert np.abs(seen - exact).max() <= 1.01


def test_likeness_is_one_for_equal_pictures_and_agrees_with_the_book():
    from skimage.metrics import structural_similarity

    rng = np.random.default_rng(0)
    coarse = np.kron(rng.integers(0, 255, (30, 50)), np.ones((7, 7)))
    luma = np.mean([np.roll(coarse, k, (0, 1)) for k in range(5)], axis=0).astype(np.uint8)
    noisy = np.clip(luma + rng.normal(0, 12, luma.shape), 0, 255).astype(np.uint8)
    assert np.allclose(likeness(luma, luma), 1.0, atol=1e-3)
    three, five = (structural_similarity(luma, noisy, win_size=k, use_sample_covariance=False) for k in (3, 5))
    assert three < mean(likeness(luma, noisy)) < five
    assert mean(likeness(luma, noisy)) == pytest.approx((three + five) / 2, abs=0.03)
    one, two = (plane[1:209, 1:349].reshape(52, 4, 87, 4).astype(np.float64) for plane in (luma, noisy))
    means, both = one.mean((1, 3)) * two.mean((1, 3)), (one * two).mean((1, 3))
    squares = one.mean((1, 3)) ** 2 + two.mean((1, 3)) ** 2
    spread = one.var((1, 3)) + two.var((1, 3))
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    exact = (2 * means + c1) * (2 * (both - means) + c2) / ((squares + c1) * (spread + c2))
    assert np.allclose(likeness(luma, noisy), exact, atol=1e-4)


def test_a_flat_picture_has_no_detail_and_a_tiny_map_is_one_patch():
    assert detail(np.full((10, 10), 50, np.uint8)) == 0.0
    assert worst_patches(np.full((3, 5), 7, np.uint8)) == pytest.approx(7.0)


def test_a_mean_over_nothing_is_zero():
    assert mean(np.full((4, 4), 9, np.uint8), np.zeros((4, 4), np.bool_)) == 0.0
