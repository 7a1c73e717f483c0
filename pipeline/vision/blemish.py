"""Declared faults, planted so that choosing among takes can be shown and tested."""

from collections.abc import Iterator

import cv2
import numpy as np

from pipeline.vision.scenery_brush import Pixels


def planted(views: Iterator[Pixels], fault: str, frames: int, seed: int) -> Iterator[Pixels]:
    """Plant a fault into a stream of `frames` RGBA views; a name that is none of these changes nothing.

    flicker: brightness jumps from frame to frame in the middle half; frozen: the picture stands still from the first
    third on; cut: it jumps to a mirrored, recoloured picture; jitter: it leaps about, up to 3 % of its height a frame.
    """
    return {"flicker": _flicker, "frozen": _frozen, "cut": _cut, "jitter": _jitter}.get(fault, _whole)(
        views, frames, seed
    )


def _whole(views: Iterator[Pixels], _frames: int, _seed: int) -> Iterator[Pixels]:
    yield from views


def _flicker(views: Iterator[Pixels], frames: int, seed: int) -> Iterator[Pixels]:
    rng = np.random.default_rng(seed)
    for place, view in enumerate(views):
        if frames // 4 <= place < frames - frames // 4:
            light = (1.0, 0.72)[place % 2] * float(rng.uniform(0.92, 1.08))
            view = np.asarray(cv2.convertScaleAbs(view, alpha=light), np.uint8)  # noqa: PLW2901 - the view, changed
            view[..., 3] = 255
        yield view


def _frozen(views: Iterator[Pixels], frames: int, _seed: int) -> Iterator[Pixels]:
    held: Pixels | None = None
    for place, view in enumerate(views):
        if place < frames // 3:
            yield view
            continue
        held = view.copy() if held is None else held
        yield held.copy()


def _cut(views: Iterator[Pixels], frames: int, _seed: int) -> Iterator[Pixels]:
    for place, view in enumerate(views):
        if place < frames * 11 // 20:
            yield view
            continue
        other = np.ascontiguousarray(cv2.flip(view, -1)[..., [2, 0, 1, 3]], np.uint8)
        other[..., :3] = 255 - other[..., :3] // 2
        yield other


def _jitter(views: Iterator[Pixels], _frames: int, seed: int) -> Iterator[Pixels]:
    rng = np.random.default_rng(seed)
    for view in views:
        height, width = view.shape[:2]
        x, y = rng.uniform(-0.03, 0.03, 2) * height
        yield np.asarray(
            cv2.warpAffine(
                view, np.array([[1.0, 0, x], [0, 1.0, y]]), (width, height), borderMode=cv2.BORDER_REPLICATE
            ),
            np.uint8,
        )
