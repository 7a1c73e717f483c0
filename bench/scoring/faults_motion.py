"""Faults of time: motion that is missing, slows, stutters, jumps, or runs in the wrong order."""

import numpy as np

from bench.scoring.planting import Clip, How, affine, disc, each, mixed, places
from bench.scoring.scenery import from_rgb
from pipeline.media.planes import Planes
from pipeline.vision.interpolation import between, relate


def frozen(clip: Clip, how: How) -> list[Planes]:
    """Hold one frame for 30, 60 or 100 % of the clip."""
    held = max(3, round(len(clip) * how.of(0.3, 0.6, 1.0)))
    start = (len(clip) - held) // 2
    return [clip[start] if start <= k < start + held else frame for k, frame in enumerate(clip)]


def partly_frozen(clip: Clip, how: How) -> list[Planes]:
    """Let a part of the picture stand still from the first third on, while the rest goes on."""
    blob = disc(clip[0].luma.shape, how.rng, how.of(0.18, 0.3, 0.5))
    start = len(clip) // 3
    return [frame if k < start else mixed(frame, clip[start], blob) for k, frame in enumerate(clip)]


def slow_down(clip: Clip, how: How) -> list[Planes]:
    """Let the motion run out: it slows to a stop over the last 40, 70 or 100 % of the clip."""
    count = len(clip)
    run_out = how.of(0.4, 0.7, 1.0) * (count - 1)
    late = np.maximum(np.arange(count) - (count - 1 - run_out), 0.0)
    return [_moment(clip, k - late[k] ** 2 / (2 * run_out)) for k in range(count)]


def _moment(clip: Clip, place: float) -> Planes:
    """Give the frame at a place between frames, synthesised along the motion."""
    first = min(int(place), len(clip) - 2)
    share = place - first
    if share < 0.02:
        return clip[first]
    if share > 0.98:
        return clip[first + 1]
    one, two = (_rgb(clip[first + k]) for k in (0, 1))
    return from_rgb(between(one, two, share, relate(one, two)), one.shape[0])


def _rgb(frame: Planes) -> np.ndarray:
    height, width = frame.luma.shape
    u, v = (np.kron(plane, np.ones((2, 2)))[:height, :width] - 128.0 for plane in (frame.u, frame.v))
    u, v = (np.pad(plane, [(0, height - plane.shape[0]), (0, width - plane.shape[1])], "edge") for plane in (u, v))
    luma = frame.luma.astype(np.float32)
    picture = np.stack([luma + 1.5748 * v, luma - 0.1873 * u - 0.4681 * v, luma + 1.8556 * u], axis=-1)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def stutter(clip: Clip, how: How) -> list[Planes]:
    """Show every frame 2, 3 or 4 times, the rest never."""
    step = how.strength + 1
    return [clip[k // step * step] for k in range(len(clip))]


def ken_burns(clip: Clip, how: How) -> list[Planes]:
    """Move over one still in place of a moving picture: 12, 6 or 2 % closer within the clip."""
    still, reach = clip[len(clip) // 2], how.of(0.12, 0.06, 0.02)
    turn = how.rng.uniform(-0.5, 0.5, 2)

    def at(share: float) -> Planes:
        zoom = 1.02 + reach * (share + 0.2)
        slack = np.clip(turn, -1, 1) * (share - 0.5) * reach
        return affine(
            still,
            lambda height, width: np.array(
                [
                    [zoom, 0, (1 - zoom) * width / 2 + slack[0] * height],
                    [0, zoom, (1 - zoom) * height / 2 + slack[1] * height],
                ]
            ),
        )

    return [at(k / max(1, len(clip) - 1)) for k in range(len(clip))]


def dropped(clip: Clip, how: How) -> list[Planes]:
    """Hold a frame and jump over what was missed, in 1, 2 or 4 places, for 3 frames each."""
    order = list(range(len(clip)))
    for start in places(len(clip) - 4, how.of(1, 2, 4), how.rng):
        order[start : start + 3] = [start] * 3
    return [clip[k] for k in order]


def swapped(clip: Clip, how: How) -> list[Planes]:
    """Exchange a frame with the one two later, in 1, 3 or 6 places."""
    order = list(range(len(clip)))
    for start in places(len(clip) - 3, how.of(1, 3, 6), how.rng):
        order[start], order[start + 2] = order[start + 2], order[start]
    return [clip[k] for k in order]


def cut(clip: Clip, how: How) -> list[Planes]:
    """Go on mirrored after the middle; turned upside down at 2; upside down and negative at 3."""
    middle = len(clip) // 2

    def other(plane: np.ndarray) -> np.ndarray:
        turned = plane[:, ::-1] if how.strength == 1 else plane[::-1, ::-1]
        return np.ascontiguousarray(255 - turned if how.strength == 3 else turned)

    return [frame if k < middle else each(frame, other) for k, frame in enumerate(clip)]


def loop_jump(clip: Clip, how: How) -> list[Planes]:
    """Jump back by 30, 50 or 80 % of the clip, and show that part again."""
    back = max(2, round(len(clip) * how.of(0.3, 0.5, 0.8)))
    turn = max(back, round(0.9 * len(clip) * 0.8))
    return [clip[k if k < turn else k - back] for k in range(len(clip))]
