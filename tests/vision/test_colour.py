"""Colours of a clip and the affine between two."""

from itertools import pairwise

import numpy as np
import pytest

from pipeline.model import ColourStats, Grade
from pipeline.vision.colour import GAIN, Colours, apply, cube, match, stats_of


def noise(seed=0, low=40, high=200, size=(45, 80)):
    return np.random.default_rng(seed).integers(low, high, (*size, 3)).astype(np.uint8)


def flat(*colour):
    return np.full((12, 16, 3), colour, np.uint8)


def test_stats_are_the_moments_of_all_pixels_of_all_frames():
    frames = [noise(1), noise(2, 0, 90), flat(10, 200, 30)]
    pixels = np.concatenate([frame.reshape(-1, 3) for frame in frames]).astype(np.float64)
    stats = stats_of(frames)
    assert np.allclose(stats.mean, pixels.mean(0), rtol=0, atol=1e-4)
    assert np.allclose(np.reshape(stats.covariance, (3, 3)), np.cov(pixels.T, bias=True), rtol=0, atol=1e-4)


def test_stats_of_other_channels_are_those_of_the_colours_they_make():
    to_rgb = np.array([[0.9, 0.1, 0.2, 5.0], [-0.1, 0.8, 0.1, 20.0], [0.2, 0.0, 0.7, -3.0]])
    frames = [noise(1), noise(2, 0, 90)]
    colours = Colours()
    means = [colours.add(np.moveaxis(frame, -1, 0)) for frame in frames]
    made = np.concatenate([frame.reshape(-1, 3) for frame in frames]) @ to_rgb[:, :3].T + to_rgb[:, 3]
    stats = colours.stats(to_rgb)
    assert np.allclose(stats.mean, made.mean(0), rtol=0, atol=1e-3)
    assert np.allclose(np.reshape(stats.covariance, (3, 3)), np.cov(made.T, bias=True), rtol=0, atol=1e-3)
    assert np.allclose(means, [frame.mean((0, 1)) for frame in frames])


def test_stats_before_the_first_frame_are_black():
    assert Colours().stats() == ColourStats((0.0, 0.0, 0.0), (0.0,) * 9)


def test_a_clip_matched_to_itself_stays_as_it_is():
    stats = stats_of([noise()])
    assert np.allclose(match(stats, stats).matrix, Grade().matrix, atol=1e-3)


def test_match_finds_the_gains_that_were_applied():
    before = noise()
    after = np.clip(np.rint(before * np.array([1.2, 0.9, 0.8]) + [5, 0, 10]), 0, 255).astype(np.uint8)
    grade = match(stats_of([before]), stats_of([after]))
    assert np.abs(apply(before, grade).astype(int) - after).max() <= 1


def test_half_strength_goes_half_the_way():
    a, b = stats_of([flat(40, 80, 120)]), stats_of([flat(60, 60, 160)])
    assert apply(flat(40, 80, 120), match(a, b, 0.5))[0, 0].tolist() == [50, 70, 140]


def test_no_strength_changes_nothing():
    assert match(stats_of([noise(1)]), stats_of([noise(2, 0, 50)]), 0.0) == Grade()


@pytest.mark.parametrize("other", [noise(3), flat(0, 0, 0), flat(255, 255, 255)])
def test_a_flat_clip_takes_the_others_mean_without_exploding(other):
    here, there = stats_of([flat(90, 100, 110)]), stats_of([other])
    grade = match(here, there)
    gains = np.linalg.eigvalsh(np.reshape(grade.matrix, (3, 4))[:, :3])
    assert GAIN[0] - 1e-3 <= gains.min() <= gains.max() <= GAIN[1] + 1e-3
    assert np.allclose(apply(flat(90, 100, 110), grade)[0, 0], there.mean, atol=1)


def test_grades_are_rounded_so_that_recipes_are_stable():
    grade = match(stats_of([noise(1)]), stats_of([noise(2, 0, 50)]), 0.8)
    assert all(value == round(value, 4) for value in grade.matrix)
    assert "-0.0" not in {str(value) for value in grade.matrix}


def test_a_neutral_grade_gives_the_frame_itself():
    frame = noise()
    assert apply(frame, Grade()) is frame


def test_the_cube_says_what_apply_does():
    grade = Grade((1.1, 0.05, 0, -10, 0, 0.9, 0.1, 12, 0.02, 0, 0.8, 4))
    lines = cube(grade, 5).splitlines()
    assert "LUT_3D_SIZE 5" in lines
    rows = np.array([[float(part) for part in line.split()] for line in lines[4:]])
    assert rows.shape == (125, 3)
    assert rows.min() < 0, "what is clipped is clipped after interpolating"
    red_fastest = np.array([[r, g, b] for b in range(5) for g in range(5) for r in range(5)]) / 4 * 255
    graded = apply(np.rint(red_fastest).astype(np.uint8).reshape(1, 125, 3), grade)
    assert np.abs(np.clip(rows, 0, 1) * 255 - graded.reshape(125, 3)).max() <= 1.2


def test_a_neutral_cube_is_the_identity():
    rows = [line.split() for line in cube(Grade(), 3).splitlines() if line[0].isdigit()]
    assert rows[1] == ["0.500000", "0.000000", "0.000000"]
    assert all(one != two for one, two in pairwise(rows))
