"""What stands between two frames: motion followed, cuts and changes of light recognised, nothing doubled."""

from itertools import combinations

import cv2
import numpy as np
import pytest

from pipeline.media.frames import read, read_picture
from pipeline.vision.interpolation import between, blend, relate

WIDTH, HEIGHT = 320, 180


def texture(seed, width=WIDTH, height=HEIGHT):
    rng = np.random.default_rng(seed)
    layers = [cv2.resize(rng.integers(0, 255, (n, n, 3), np.uint8), (width, height)) for n in (5, 20, 60)]
    return np.mean(layers, axis=0).astype(np.uint8)


def moved(picture, x, y=0.0):
    return cv2.warpAffine(picture, np.float32([[1, 0, x], [0, 1, y]]), (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)


def lit(picture, gain, lift=0):
    return np.clip(picture * gain + lift, 0, 255).astype(np.uint8)


def noisy(picture, seed):
    return np.clip(picture + np.random.default_rng(seed).normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


def psnr(one, other):
    error = np.mean((one[12:-12, 24:-24].astype(float) - other[12:-12, 24:-24]) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-9))


A, B = texture(1), texture(2)


@pytest.mark.parametrize("t", [0.2, 0.5, 0.75])
def test_motion_is_followed_to_any_moment(t):
    there = moved(A, 9, -4)
    relation = relate(A, there)
    assert relation.kind == "moving"
    made = between(A, there, t, relation)
    assert psnr(made, moved(A, 9 * t, -4 * t)) > 40
    assert psnr(made, moved(A, 9 * t, -4 * t)) > psnr(blend(A, there, t), moved(A, 9 * t, -4 * t)) + 8


def test_a_foreground_over_a_still_background_is_shown_once():
    def scene(x):
        picture = B.copy()
        picture[60:120, x : x + 60] = A[60:120, 40:100]
        return picture

    start, middle, end = scene(100), scene(110), scene(120)
    made = between(start, end, 0.5, relate(start, end))
    assert psnr(made, middle) > psnr(blend(start, end, 0.5), middle) + 4
    assert np.abs(made[:, :80].astype(int) - B[:, :80]).max() <= 1


def overlaid(picture):
    return np.vstack([picture[:140], A[140:]])


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (A, B, "cut"),
        (lit(A, 0.2), lit(B, 0.2), "cut"),
        (A, overlaid(B), "cut"),
        (A, A, "still"),
        (noisy(A, 1), noisy(A, 2), "still"),
        (A, lit(A, 0.8), "still"),
        (A, lit(A, 0.3, 150), "still"),
        (lit(A, 0.1), lit(A, 0), "still"),
        (A, np.full_like(A, 255), "still"),
        (A, blend(A, B, 0.1), "still"),
        (A, moved(A, 20), "moving"),
        (A, moved(A, 2.5, 1.5), "moving"),
    ],
    ids=[
        "cut",
        "dark cut",
        "cut under a lower third",
        "same",
        "noise",
        "fade",
        "flash",
        "last of a fade",
        "to white",
        "dissolve",
        "fast pan",
        "slow pan",
    ],
)
def test_what_happens_between_two_frames_is_recognised(first, second, kind):
    assert relate(first, second).kind == kind


def test_across_a_cut_the_nearer_frame_is_repeated():
    relation = relate(A, B)
    assert between(A, B, 0.4, relation) is A
    assert between(A, B, 0.6, relation) is B


def test_a_still_pair_is_blended():
    darker = lit(A, 0.8)
    assert np.array_equal(between(A, darker, 0.25, relate(A, darker)), blend(A, darker, 0.25))


@pytest.mark.parametrize("shape", [(2, 2), (8, 8), (16, 16), (2, 400), (17, 33), (400, 18), (720, 32)])
def test_any_size_works(shape):
    first = cv2.resize(A, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    second = np.ascontiguousarray(np.roll(first, 1, 1))
    made = between(first, second, 0.5, relate(first, second))
    assert made.shape == first.shape
    assert made.dtype == np.uint8


@pytest.mark.footage
def test_real_pictures_cut_together_are_cuts_and_real_neighbours_are_not(footage):
    pictures = [read_picture(path) for path in sorted((footage / "rife_pairs").glob("*.png"))]
    firsts, seconds = pictures[::2], pictures[1::2]
    assert {relate(a, b).kind for a, b in combinations(firsts, 2)} == {"cut"}
    assert {relate(a, b).kind for a, b in zip(firsts, seconds, strict=True)} == {"moving"}


@pytest.mark.footage
def test_dropped_frames_of_real_footage_come_back_better_than_a_blend(footage):
    first, truth, second = read(footage / "vmaf_park_joy_480x270_10f.y4m", 2, 5)
    made = between(first, second, 0.5, relate(first, second))
    assert psnr(made, truth) > psnr(blend(first, second, 0.5), truth) + 3


def test_small_pictures_leave_no_trace_in_the_next_ones():
    there = moved(A, 9, -4)
    before = between(A, there, 0.5, relate(A, there))
    relate(A[:20, :40], there[:20, :40])
    assert np.array_equal(between(A, there, 0.5, relate(A, there)), before)
