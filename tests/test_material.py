"""How large the frames are that are made between a take's frames."""

from fractions import Fraction

import numpy as np

from pipeline.material import needed
from pipeline.media.frames import TAKE, write
from pipeline.media.probe import probe
from pipeline.model import Output, Size, Spec


def film(width, height, fit="cover"):
    return Output(Size(width, height), Fraction(24), fit)


def test_frames_are_made_as_large_as_the_film_shows_them_and_never_larger_than_the_take():
    taken = Size(1280, 720)
    assert needed(taken, ()) == taken
    assert needed(taken, [film(1920, 1080)]) == taken
    assert needed(taken, [film(480, 270)]) == Size(480, 270)
    assert needed(taken, [film(360, 360)]) == Size(640, 360)
    assert needed(taken, [film(360, 360, "contain")]) == Size(360, 202)
    assert needed(taken, [film(720, 1280)]) == taken


def test_a_version_that_is_smaller_shares_the_frames_of_its_film():
    assert needed(Size(3840, 2160), [film(1920, 1080), film(640, 360)]) == Size(1920, 1080)


SLOW = """
storyboard: 1
title: test
output: {size: %s, fps: 12}
finish: {harmonise: false}
shots:
  - {id: slow, seconds: 1, generator: animatic, source: {file: clip.mp4, speed: 0.5, out: 0.5}}
"""


def test_slow_motion_of_large_footage_is_made_at_the_size_of_the_film(board, shoot, tmp_path):
    frames = [np.full((144, 256, 3), 8 * k, np.uint8) for k in range(12)]
    write(tmp_path / "clip.mp4", frames, Spec(Size(256, 144), Fraction(12), 12), TAKE)
    sizes = {}
    for name, size in (("small", "128x72"), ("large", "512x288")):
        studio = tmp_path / name
        shoot(board(SLOW % size, name), studio)
        sizes[name] = {probe(one).spec.size for one in studio.glob("store/??/*/data.mp4") if "mezz" in kind(one)}
    assert sizes == {"small": {Size(128, 72)}, "large": {Size(256, 144)}}


def kind(clip):
    return (clip.parent / "recipe.json").read_text()
