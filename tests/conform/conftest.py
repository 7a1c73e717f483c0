"""A film handed to an editor, without rendering: a storyboard, its timeline, and what an editor does to it."""

from functools import cache
from types import SimpleNamespace

import opentimelineio as otio
import pytest

from pipeline import storyboard, timeline
from pipeline.deliver import editorial
from pipeline.deliver.finished import FinishedFilm, FinishedShot
from pipeline.media.probe import probe
from pipeline.model import Estimate, GenerationPlan, RenderPlan, ShotPlan, SoundPlan, Spec
from pipeline.plan.spans import spans

HEAD = """storyboard: 1
title: edit
output: {size: 160x96, fps: 24}
finish: {harmonise: false}
defaults: {generator: {name: animatic, label: false}, takes: 2, seconds: 2}
"""


def load(path):
    board, _ = storyboard.load(path, cache(probe))
    return board


def planned(board, shot, slot, span):
    spec = Spec(board.output.size, board.output.rate, span.frames)
    made = GenerationPlan("animatic@1", "text", "", "", spec)
    uses = shot.use.shot if shot.use else None
    return ShotPlan(
        shot, slot, made, spec, (), (), False, uses, Estimate(), first=span.first, made=span.made(slot.head), uses=uses
    )


def finished(folder, board, chosen=2):
    """A film as its render leaves it: every shot cut from take `chosen`."""
    slots = timeline.slots(board)
    taken, faults = spans(board, slots)
    assert not faults
    plans = [planned(board, shot, slot, taken[shot.id]) for shot, slot in zip(board.shots, slots, strict=True)]
    shown = []
    for one in plans:
        place = folder / "shots" / (one.uses or one.shot.id)
        takes = {number: place / f"take_{number}.mp4" for number in range(1, one.shot.takes + 1)}
        take = min(chosen, one.shot.takes)
        shown.append(FinishedShot(one, take, takes[take], one.first, takes, None))
    cut = folder / "cuts" / "0001"
    cut.mkdir(parents=True, exist_ok=True)
    frames = slots[-1].end
    plan = RenderPlan(board, board.output, frames, tuple(plans), (), SoundPlan(frames / board.output.rate), Estimate())
    return FinishedFilm(folder, cut, plan, tuple(shown), plan.sound)


def pictures(whole):
    return whole.video_tracks()[0]


def clip(track, name):
    return next(one for one in track if isinstance(one, otio.schema.Clip) and one.name == name)


def trim(one, head, tail, rate=24):
    """Take frames off a clip at either end; fewer than none adds some."""
    shown = one.source_range
    start = shown.start_time + otio.opentime.RationalTime(head, rate)
    one.source_range = otio.opentime.TimeRange(start, shown.duration - otio.opentime.RationalTime(head + tail, rate))


def cut_out(track, name):
    """Take a clip out, and the dissolve before it, which nothing after it has frames for."""
    one = clip(track, name)
    before = track.neighbors_of(one)[0]
    track.remove(one)
    if isinstance(before, otio.schema.Transition):
        track.remove(before)
    return one


@pytest.fixture
def editor():
    """What an editor's hands do."""
    return SimpleNamespace(pictures=pictures, clip=clip, trim=trim, cut_out=cut_out)


@pytest.fixture
def desk(tmp_path):
    """Hand a storyboard out (`hand_out(text)`) and keep what an editor makes of it (`save(timeline)`)."""

    def hand_out(text, kind="otio"):
        path = tmp_path / "film.yaml"
        path.write_text(text, "utf-8")
        (written,) = editorial.write(finished(tmp_path / "renders", load(path)), {"format": kind})
        (tmp_path / "renders" / f"film.{kind}").write_bytes(written.read_bytes())
        return path, tmp_path / "renders" / f"film.{kind}"

    def opened(text):
        path, edit = hand_out(text)
        return path, otio.adapters.read_from_file(str(edit))

    def save(whole, name="edit.otio"):
        otio.adapters.write_to_file(whole, str(tmp_path / name))
        return tmp_path / name

    def reload(text):
        (tmp_path / "edited.yaml").write_text(text, "utf-8")
        return load(tmp_path / "edited.yaml")

    return SimpleNamespace(hand_out=hand_out, opened=opened, save=save, reload=reload, folder=tmp_path)


@pytest.fixture
def head():
    return HEAD
