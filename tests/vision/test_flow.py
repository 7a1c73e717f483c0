"""Flow, warping, visibility."""

import numpy as np
import pytest

from pipeline.vision.cores import single
from pipeline.vision.flow import flow, flow_back, speed, visible, warp


def texture(height=180, width=360, seed=0):
    """Draw smooth random shapes, uint8, by summing waves of random direction."""
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[0:height, 0:width]
    waves = [np.sin(xs * a + ys * b + c) for a, b, c in rng.uniform(-0.35, 0.35, (24, 3)) * [1, 1, 20]]
    total = np.sum(waves, axis=0)
    return np.rint(127 + 100 * total / np.abs(total).max()).astype(np.uint8)


@pytest.mark.parametrize("preset", ["quarter", "ultrafast", "medium"])
def test_a_texture_moved_two_pixels_has_a_flow_of_two(preset):
    whole = texture()
    found = flow(whole[:, 20:340], whole[:, 18:338], preset)
    assert np.median(found[..., 0]) == pytest.approx(2.0, rel=0.05)
    assert np.median(speed(found)) == pytest.approx(2.0, rel=0.05)
    assert np.abs(np.median(found[..., 1])) < 0.1


@pytest.mark.parametrize("off", [0.0, 0.5, -0.5])
def test_the_way_back_begins_at_the_way_there_and_ends_nearer_to_what_is_so(off):
    whole = texture()
    here, there = whole[:45, 20:100], whole[:45, 8:88]
    found = flow_back(here, there, np.full((45, 80, 2), (12.0 + off, 0.0), np.float32))
    assert abs(np.median(found[:, 20:, 0]) + 12.0) <= 0.65 * abs(off)


def test_the_way_there_is_not_believed_where_nothing_moves():
    picture = texture()[:45, :80]
    assert np.median(speed(flow_back(picture, picture, np.full((45, 80, 2), 12.0, np.float32)))) < 0.1


def test_warping_along_the_flow_brings_the_next_frame_back():
    whole = texture()
    here, there = whole[:, 20:340], whole[:, 18:338]
    back = warp(there, flow(here, there))
    inside = (slice(10, -10), slice(10, -10))
    assert np.abs(back[inside].astype(int) - here[inside]).mean() < 2.0


def test_warp_by_whole_pixels_is_exact():
    picture = texture(20, 30)
    motion = np.zeros((20, 30, 2), np.float32)
    motion[..., 0] = 3
    assert np.array_equal(warp(picture, motion)[:, :27], picture[:, 3:])


def test_a_picture_is_fetched_along_a_smaller_field_as_along_its_own():
    picture = texture(40, 60)
    motion = np.full((40, 60, 2), (3.0, -2.0), np.float32)
    assert np.array_equal(warp(picture, motion[::2, ::2] / 2.0, 2.0), warp(picture, motion))


def test_speed_is_the_length_of_the_vectors():
    motion = np.full((4, 5, 2), (3.0, -4.0), np.float32)
    assert np.allclose(speed(motion), 5.0)


def test_what_leads_back_is_seen_and_what_does_not_is_hidden():
    there = np.full((40, 60, 2), (4.0, 0.0), np.float32)
    assert visible(there, -there).all()
    assert not visible(there, there).any()


def test_asking_every_second_pixel_gives_the_same_answers():
    whole = texture()
    here, there = whole[:, 20:340], np.roll(whole, 5, axis=0)[:, 12:332]
    forward, backward = flow(here, there), flow(there, here)
    assert np.array_equal(visible(forward, backward, every=2), visible(forward, backward)[::2, ::2])


def test_one_core_is_put_back_as_it_was():
    import cv2

    before = cv2.getNumThreads()
    with single(), single():
        assert cv2.getNumThreads() == 1
    assert cv2.getNumThreads() == before
