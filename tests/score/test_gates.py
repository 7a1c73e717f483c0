"""Gates strike on their faults, where they are, and on nothing else."""

from fractions import Fraction

import numpy as np
import pytest

from pipeline.score import measure, measure_frames


def struck(clip, motion=None, rate=Fraction(24)):
    return {one.gate: (one.start, one.stop) for one in measure_frames(clip, rate, motion).card.rejected}


@pytest.mark.parametrize("motion", [None, "static", "low", "medium", "high"])
def test_a_clip_that_moves_evenly_passes(moving, motion):
    assert struck(moving(16, 3), motion) == {}


def test_a_picture_held_in_the_middle_is_frozen_there(moving):
    clip = moving(30)
    held = clip[:10] + [clip[10]] * 12 + clip[22:]
    assert struck(held)["frozen"] == (10, 22)


def test_two_frames_held_are_no_fault(moving):
    clip = moving(24)
    assert struck([clip[k // 2 * 2] for k in range(24)]) == {}


def test_a_held_picture_is_frozen_also_with_key_frame_pops(moving, plane_of):
    frame = moving(1)[0]
    pop = plane_of(frame.luma + (np.arange(frame.luma.size).reshape(frame.luma.shape) % 4 == 0).astype(np.uint8))
    assert struck([frame] * 12 + [pop] * 12) == {"frozen": (0, 24)}


@pytest.mark.parametrize("count", [2, 3, 6, 40])
def test_a_clip_of_one_picture_is_frozen_and_still_unless_static_was_asked_for(moving, count):
    clip = moving(1) * count
    assert struck(clip) == {"frozen": (0, count)}
    assert struck(clip, "low") == {"frozen": (0, count), "still": (0, count)}
    assert struck(clip, "static") == {}


def test_grain_on_a_locked_camera_is_not_frozen(moving, plane_of):
    rng = np.random.default_rng(0)
    luma = moving(1)[0].luma.astype(float)
    clip = [plane_of(np.clip(luma + rng.normal(0, 1.5, luma.shape), 0, 255).astype(np.uint8)) for _ in range(12)]
    assert struck(clip, "static") == {}
    assert struck(clip) == {}


def test_one_frame_alone_is_neither_frozen_nor_still(moving):
    assert struck(moving(1), "high") == {}


def test_a_flat_colour_is_too_flat_to_be_called_frozen(plane_of):
    assert struck([plane_of(np.full((36, 64), 90, np.uint8))] * 12, "high") == {}


def test_black_is_dark_where_it_is_black(moving, plane_of):
    clip = moving(20)
    black = plane_of(np.zeros_like(clip[0].luma))
    found = struck(clip[:12] + [black] * 8)
    assert found["dark"] == (12, 20)


def test_a_nearly_black_clip_is_dark_and_a_night_with_lights_is_not(moving, plane_of):
    clip = moving(8)
    assert struck([plane_of(frame.luma // 25) for frame in clip])["dark"] == (0, 8)
    night = [np.where(frame.luma > 200, frame.luma, frame.luma // 25).astype(np.uint8) for frame in clip]
    assert "dark" not in struck([plane_of(luma) for luma in night])


def test_a_hard_cut_is_found_at_its_frame(moving):
    assert struck(moving(12, seed=1) + moving(12, seed=2)) == {"cut": (12, 13)}


def test_a_flash_is_no_cut(moving, plane_of):
    clip = moving(16)
    clip[8] = plane_of(np.clip(clip[8].luma.astype(int) + 90, 0, 255).astype(np.uint8))
    assert struck(clip) == {}


def test_reasons_are_sentences_with_frames(moving):
    card = measure_frames(moving(12, seed=1) + moving(12, seed=2)).card
    assert card.rejected[0].reason == "the picture jumps to another one at frame 12"


@pytest.mark.parametrize("motion", [None, "medium"])
def test_real_footage_passes(footage, motion):
    clips = sorted(path for path in footage.glob("*") if path.suffix in {".mp4", ".y4m"})
    assert clips
    assert {path.name: measure(path, motion).card.rejected for path in clips} == {path.name: () for path in clips}
