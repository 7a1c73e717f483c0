"""Render, hand out, trim and reorder, conform, render: the second film shows the edit, from the takes of the first.

At an NTSC rate, with a take in slow motion, one that is used twice, and dissolves.
"""

import copy
import subprocess

import imageio_ffmpeg
import numpy as np
import opentimelineio as otio
import pytest

from pipeline.conform import conform
from pipeline.deliver.cuts import newest_cut

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SIZE = (160, 96)
BOARD = """storyboard: 1
title: before
output: {size: 160x96, fps: 24000/1001}
finish: {harmonise: false}
defaults: {generator: {name: animatic, label: false}, takes: 2, frames: 24, camera: pan_left}
deliver: [otio]
shots:
  # the hill
  - {id: hill, scene: a hill by the sea, transition: {type: dissolve, frames: 6}}
  - {id: bridge, scene: a red bridge over a river, speed: 0.5}
  - id: town
    scene: neon signs over a wet street
    transition: {type: dissolve, frames: 4}
  - {id: moon, scene: the moon above dark hills}
  - {id: later, use: {shot: town, in: 0.5}, frames: 14}
"""


def decoded(path):
    argv = [FFMPEG, "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(argv, capture_output=True, check=True, timeout=120).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3).astype(int)


def frames(value):
    return otio.opentime.RationalTime(value, 24000 / 1001)


def trim(clip, head, tail):
    shown = clip.source_range
    clip.source_range = otio.opentime.TimeRange(shown.start_time + frames(head), shown.duration - frames(head + tail))


def recipes(production):
    return {take.recipe.key for shot in production.plan.shots for take in shot.takes if take.recipe}


@pytest.mark.slow
def test_a_trimmed_and_reordered_film_is_rendered_again_from_the_same_takes(board, shoot, tmp_path):
    before = shoot(board(BOARD, "before"))
    folder = before.folder
    whole = otio.adapters.read_from_file(str(newest_cut(folder).folder / "film.otio"))
    track = whole.video_tracks()[0]
    clips = {one.name: one for one in track if isinstance(one, otio.schema.Clip)}
    passing = next(one for one in track if isinstance(one, otio.schema.Transition))
    again = copy.deepcopy(clips["bridge"])
    trim(again, 10, 4)
    trim(clips["hill"], 5, 0)
    trim(clips["bridge"], 0, 6)
    order = [clips["town"], clips["hill"], passing, clips["bridge"], again, clips["later"]]
    track[:] = [copy.deepcopy(one) for one in order]
    otio.adapters.write_to_file(whole, str(tmp_path / "edit.otio"))
    made = conform(tmp_path / "edit.otio", tmp_path / "before.yaml")
    edited = board(made.text.replace("title: before", "title: after"), "after")
    after = shoot(edited)
    assert recipes(after) <= recipes(before)
    film, new = decoded(folder / "film.mp4"), decoded(after.folder / "film.mp4")
    cuts = {shot.slot.shot: shot.slot.start for shot in before.plan.shots}
    assert len(new) == 24 + 19 + 18 + 10 + 14
    shown = [
        *((k, cuts["town"] + k) for k in range(22)),
        *((24 + k, cuts["hill"] + 5 + k) for k in range(16)),
        *((43 + k, cuts["bridge"] + k) for k in range(3, 18)),
        *((61 + k, cuts["bridge"] + 10 + k) for k in range(10)),
        *((71 + k, cuts["later"] + k) for k in range(14)),
    ]
    worst = {place: float(np.abs(new[place] - film[was]).mean()) for place, was in shown}
    assert max(worst.values()) < 3, {place: off for place, off in worst.items() if off >= 3}
    assert float(np.abs(new[30] - film[cuts["bridge"] + 10]).mean()) > 6  # the measure can fail
