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


def drifting(texture, plane_of, places):
    """Give a view that stands at fractions of a pixel, each frame of its own."""
    whole = texture(4, 90, 200).astype(np.float32)
    clip = []
    for place in places:
        left, share = int(place), place - int(place)
        view = whole[:, left : left + 160] * (1 - share) + whole[:, left + 1 : left + 161] * share
        clip.append(plane_of(np.ascontiguousarray(np.rint(view).astype(np.uint8))))
    return clip


def test_a_slow_move_at_a_high_rate_is_neither_frozen_nor_still(texture, plane_of):
    slow = drifting(texture, plane_of, [k // 12 * 12 * 0.006 for k in range(240)])  # refreshed with every key frame
    assert struck(slow, "low", Fraction(60)) == {}


def test_a_hold_that_a_coder_still_refines_is_frozen(moving, plane_of):
    clip = moving(8, 3)
    held, residue = clip[7].luma.astype(int), np.arange(clip[7].luma.size).reshape(clip[7].luma.shape)
    refined = [plane_of(np.clip(held + (residue % 12 < k), 0, 255).astype(np.uint8)) for k in range(1, 10)]
    assert struck(clip + refined)["frozen"] == (7, 17)


def test_a_flat_picture_under_a_still_title_is_too_flat_to_tell(plane_of):
    luma = np.full((90, 160), 120, np.uint8)
    luma[74:82, 10:70:3] = 240
    assert struck([plane_of(luma)] * 24, "medium") == {}


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


def test_a_dim_night_is_not_dark(moving, plane_of):
    night = [plane_of(frame.luma // 10) for frame in moving(8)]
    assert struck(night) == {}


def test_a_short_fade_from_black_is_no_fault_and_a_light_that_goes_out_is(moving, plane_of):
    clip = moving(24)
    fade = [plane_of((frame.luma * min(1.0, k / 15)).astype(np.uint8)) for k, frame in enumerate(clip)]
    assert "dark" not in struck(fade)
    assert "dark" not in struck(fade[::-1])
    black = plane_of(np.zeros_like(clip[0].luma))
    assert struck(clip[:21] + [black] * 3)["dark"] == (21, 24)
    assert struck(clip[:10] + [black] * 2 + clip[12:])["dark"] == (10, 12)


def test_a_hard_cut_is_found_at_its_frame(moving):
    assert struck(moving(12, seed=1) + moving(12, seed=2)) == {"cut": (12, 13)}


def test_a_flash_is_no_cut(moving, plane_of):
    clip = moving(16)
    clip[8] = plane_of(np.clip(clip[8].luma.astype(int) + 90, 0, 255).astype(np.uint8))
    assert struck(clip) == {}


def test_a_strobe_of_two_frames_is_no_cut_and_a_cut_to_a_bright_scene_is(moving, plane_of):
    clip = moving(24, 3)
    strobe = list(clip)
    for k in (7, 8):
        strobe[k] = plane_of(np.clip(clip[k].luma.astype(int) + 150, 0, 255).astype(np.uint8))
    assert struck(strobe) == {}
    bright = [plane_of(128 + frame.luma // 2) for frame in moving(12, 3, seed=2)]
    assert struck(clip[:12] + bright) == {"cut": (12, 13)}


def test_reasons_are_sentences_with_frames(moving):
    card = measure_frames(moving(12, seed=1) + moving(12, seed=2)).card
    assert card.rejected[0].reason == "the picture jumps to another one at frame 12"


@pytest.mark.parametrize("motion", [None, "medium"])
def test_real_footage_passes(footage, motion):
    clips = sorted(path for path in footage.glob("*") if path.suffix in {".mp4", ".y4m"})
    assert clips
    assert {path.name: measure(path, motion).card.rejected for path in clips} == {path.name: () for path in clips}
