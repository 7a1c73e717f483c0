"""What every frame of a transition shows."""

import numpy as np
import pytest

from pipeline.vision.transition import TYPES, passage, progress

RNG = np.random.default_rng(3)
A = RNG.integers(0, 256, (24, 400, 3), dtype=np.uint8)
B = RNG.integers(0, 256, (24, 400, 3), dtype=np.uint8)
WHITE = np.full_like(A, 255)
BLACK = np.zeros_like(A)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("n", [1, 2, 7, 24])
def test_every_frame_has_the_shots_size_and_leaves_them_untouched(kind, n):
    a, b = A.copy(), B.copy()
    frames = [passage(kind, a, b, k, n) for k in range(n)]
    assert all(f.shape == A.shape and f.dtype == np.uint8 and f.flags.c_contiguous for f in frames)
    assert np.array_equal(a, A)
    assert np.array_equal(b, B)


@pytest.mark.parametrize("kind", TYPES)
def test_the_first_and_last_frames_already_move(kind):
    assert not np.array_equal(passage(kind, A, B, 0, 12), A)
    assert not np.array_equal(passage(kind, A, B, 11, 12), B)


@pytest.mark.parametrize("kind", ["dissolve", "dip_black", "dip_white"])
@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_a_passage_backwards_is_the_passage_of_the_shots_swapped(kind, n):
    for k in range(n):
        there, back = passage(kind, A, B, k, n), passage(kind, B, A, n - 1 - k, n)
        if n > 1 or kind == "dissolve":
            assert np.abs(there.astype(int) - back).max() <= 1


def test_wipes_mirror_each_other():
    for k in range(5):
        right = passage("wipe_right", A, B, k, 5)
        left = passage("wipe_left", A[:, ::-1].copy(), B[:, ::-1].copy(), k, 5)
        assert np.abs(right.astype(int) - left[:, ::-1]).max() <= 1


def test_dissolve_rounds_the_weighted_mean():
    for k in range(4):
        way = (k + 1) / 5
        exact = A * (1 - way) + B * way
        assert np.abs(passage("dissolve", A, B, k, 4) - exact).max() <= 0.501


def test_equal_shots_dissolve_into_themselves():
    assert np.array_equal(passage("dissolve", A, A, 1, 5), A)
    assert np.array_equal(passage("wipe_left", A, A, 1, 5), A)


@pytest.mark.parametrize(("kind", "colour"), [("dip_black", BLACK), ("dip_white", WHITE)])
def test_a_dip_reaches_its_colour_in_the_middle_and_never_mixes_the_shots(kind, colour):
    assert np.array_equal(passage(kind, A, B, 3, 7), colour)
    assert np.array_equal(passage(kind, A, B, 1, 7), passage(kind, A, A, 1, 7))
    assert np.array_equal(passage(kind, A, B, 5, 7), passage(kind, B, B, 5, 7))


def test_wipe_left_brings_the_new_shot_from_the_right():
    frame = passage("wipe_left", BLACK, WHITE, 1, 3)
    assert (frame[:, :190] == 0).all()
    assert (frame[:, 210:] == 255).all()
    row = frame[0, 190:210, 0].astype(int)
    assert (np.diff(row) >= 0).all()
    assert ((row > 0) & (row < 255)).any()


@pytest.mark.parametrize("kind", TYPES)
def test_a_film_opens_from_and_closes_to_a_colour(kind):
    colour = WHITE if kind == "dip_white" else BLACK
    assert np.array_equal(passage(kind, None, B, 0, 10), colour)
    assert np.array_equal(passage(kind, A, None, 9, 10), colour)
    assert not np.array_equal(passage(kind, None, B, 9, 10), B)
    assert not np.array_equal(passage(kind, A, None, 0, 10), A)


def test_opening_and_closing_are_mirror_images():
    for k in range(6):
        assert np.array_equal(passage("dip_black", None, A, k, 6), passage("dip_black", A, None, 5 - k, 6))


def test_steps_are_even():
    steps = np.diff([0, *(progress(k, 9) for k in range(9)), 1])
    assert np.allclose(steps, 0.1)


@pytest.mark.parametrize(
    ("kind", "a", "b", "k", "n"),
    [("melt", A, B, 0, 1), ("dissolve", None, None, 0, 1), ("dissolve", A, B, 2, 2), ("dissolve", A, B, -1, 2)],
)
def test_nonsense_is_refused(kind, a, b, k, n):
    with pytest.raises(ValueError, match=r"transition|shot|frame"):
        passage(kind, a, b, k, n)
