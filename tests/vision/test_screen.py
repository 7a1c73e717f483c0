"""Grain: what it is defined as, however it is laid."""

import numpy as np
import pytest

from pipeline.vision import screen


def noise(height, width):
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("strength", [0.02, 0.3, 1.0])
def test_grain_is_its_levels_by_their_share_alike_in_every_channel(strength):
    frame, k = noise(71, 90), 5  # two strips and a part of one
    down, across = (k * 197) % screen.TILE, (k * 331) % screen.TILE
    levels = np.rint(screen._tile() * screen.GRAIN_LEVELS * strength)
    levels = np.roll(levels, (-down, -across), (0, 1))[:71, :90]
    luma = frame @ screen.LUMA[0].astype(float)
    share = np.rint(255 * np.sqrt(4 * (luma / 255) * (1 - luma / 255))) / 255
    wanted = np.clip(frame + (levels * share)[..., None], 0, 255)
    made = screen.grain(frame, strength, k)
    assert np.abs(made - wanted).max() < 1.6
    assert np.abs(made - wanted).mean() < 0.35  # rounding alone: a quarter


def test_a_frame_has_the_same_grain_every_time_and_another_than_its_neighbour():
    frame = np.full((64, 64, 3), 128, np.uint8)
    assert np.array_equal(screen.grain(frame, 0.5, 9), screen.grain(frame, 0.5, 9))
    assert not np.array_equal(screen.grain(frame, 0.5, 9), screen.grain(frame, 0.5, 10))
    assert (frame == 128).all()


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_white_have_no_grain(level):
    frame = np.full((40, 40, 3), level, np.uint8)
    assert np.array_equal(screen.grain(frame, 1.0, 2), frame)
