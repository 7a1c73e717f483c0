"""What faults are made with: a clip is a list of planes, and a fault gives a new list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import cv2
import numpy as np

from pipeline.media.planes import Planes

Clip = Sequence[Planes]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class How:
    """How a fault is to be planted: strength 1 to 3, its own chance, frames a second of the clip."""

    strength: int
    rng: np.random.Generator
    rate: float = 24.0

    def of(self, seen_if_looked_for: Value, seen: Value, ruins: Value) -> Value:
        """Choose a value by the strength."""
        return (seen_if_looked_for, seen, ruins)[self.strength - 1]


Fault = Callable[[Clip, How], list[Planes]]


def byte(plane: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


def relit(frame: Planes, luma: np.ndarray) -> Planes:
    return Planes(byte(luma), frame.u, frame.v, full=True)


def tinted(frame: Planes, u: np.ndarray, v: np.ndarray) -> Planes:
    return Planes(frame.luma, byte(u), byte(v), full=True)


def each(frame: Planes, change: Callable[[np.ndarray], np.ndarray]) -> Planes:
    return Planes(change(frame.luma), change(frame.u), change(frame.v), full=True)


def mixed(one: Planes, other: Planes, share: np.ndarray | float) -> Planes:
    """Mix two frames: `share` (a number, or a map of luma's size) of the other."""
    whole = np.broadcast_to(np.float32(share), one.luma.shape)

    def plane(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        part = whole if whole.shape == a.shape else cv2.resize(whole, a.shape[::-1], interpolation=cv2.INTER_AREA)
        return byte(a + part * (b.astype(np.float32) - a))

    return Planes(plane(one.luma, other.luma), plane(one.u, other.u), plane(one.v, other.v), full=True)


def places(stop: int, count: int, rng: np.random.Generator) -> list[int]:
    """Choose places 1 <= k < stop, spread over the clip."""
    edges = np.linspace(1, max(2, stop), count + 1)
    return sorted({int(rng.uniform(low, high)) for low, high in pairwise(edges)})


def disc(shape: tuple[int, int], rng: np.random.Generator, radius: float = 1 / 6) -> np.ndarray:
    """Draw a soft disc, 0..1, somewhere inside the picture; `radius` in heights."""
    height, width = shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = rng.uniform(0.25, 0.75) * width, rng.uniform(0.3, 0.7) * height
    distance = np.hypot(xs - x, ys - y) / (height * radius)
    return np.clip((1.25 - distance) * 2, 0, 1).astype(np.float32)


def affine(frame: Planes, matrix: Callable[[int, int], np.ndarray]) -> Planes:
    """Move every plane by a 2x3 matrix that is made for its height and width; sharp, borders mirrored."""

    def moved(plane: np.ndarray) -> np.ndarray:
        height, width = plane.shape
        where = matrix(height, width).astype(np.float32)
        return cv2.warpAffine(
            plane, where, (width, height), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101
        )

    return each(frame, moved)


def shifted(frame: Planes, x: float, y: float) -> Planes:
    """Shift by parts of the height."""
    return affine(frame, lambda height, _: np.array([[1, 0, x * height], [0, 1, y * height]]))


def zoomed(frame: Planes, zoom: float) -> Planes:
    """Zoom about the middle."""
    return affine(
        frame,
        lambda height, width: np.array([[zoom, 0, (1 - zoom) * width / 2], [0, zoom, (1 - zoom) * height / 2]]),
    )


def bent(frame: Planes, field: np.ndarray) -> Planes:
    """Move pixels by a field (2, h, w) in heights, brought to the picture's size; sharp, as a generator's would be."""

    def moved(plane: np.ndarray) -> np.ndarray:
        height, width = plane.shape
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        right, down = (cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC) * height for part in field)
        return cv2.remap(plane, xs + right, ys + down, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101)

    return each(frame, moved)


def slowly(count: int, shape: tuple[int, ...], frames: float, rng: np.random.Generator) -> np.ndarray:
    """Give `count` random fields of deviation 1 that change smoothly, within about `frames` frames."""
    fields = rng.normal(0, 1, (count, *shape)).astype(np.float32)
    apart = np.subtract.outer(np.arange(count), np.arange(count))
    weights = np.exp(-0.5 * (apart / (frames / 2)) ** 2)
    weights /= np.sqrt((weights**2).sum(1, keepdims=True))
    return np.tensordot(weights, fields, axes=1).astype(np.float32)
