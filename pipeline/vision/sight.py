"""What the scorer sees: small planes, a thumbnail, and every frame pair with its flow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.media.planes import FULL, Planes
from pipeline.model import Size
from pipeline.ports import Frame, Pair, Still
from pipeline.vision.flow import Flow, flow, visible, warp
from pipeline.vision.structure import detail, likeness

LINES = 180
"""The short side that everything is measured at; flow on it ranks clips as well as flow at full size."""

THUMBNAIL = 160
"""Width of a thumbnail in pixels."""

LONGEST = 4
"""Shapes longer than this (a strip of a few lines) are squeezed to it."""

BT709 = 1
WEIGHTS = {BT709: (0.2126, 0.0722), 5: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""What red and blue give to luma, by the number that a clip carries: BT.709, BT.601, BT.2020."""

HEAP = 1 << 24
"""Bytes asked for and freed before a pass: glibc then keeps freed maps for the next pair (saves 0.8 ms a pair)."""

Luma = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Glance:
    """One frame as the scorer keeps it: luma at scoring size, what it says alone, and an RGB thumbnail."""

    luma: Luma
    still: Still
    thumbnail: Frame


def scoring_size(size: Size) -> Size:
    """Give the size a clip of `size` is measured at: `LINES` on the short side, its own shape up to 4:1."""
    short = min(size.width, size.height)
    width = round(min(size.width / short, LONGEST) * LINES)
    height = round(min(size.height / short, LONGEST) * LINES)
    return Size(width, height)


def thumbnail_size(size: Size) -> Size:
    """Give the size of a clip's thumbnails: 160 wide, its own shape between 4:1 and 1:4."""
    height = round(THUMBNAIL * size.height / size.width)
    return Size(THUMBNAIL, max(THUMBNAIL // LONGEST, min(THUMBNAIL * LONGEST, height)))


def glance(planes: Planes) -> Glance:
    """Reduce one decoded frame to what is measured: small first, then to full range, which is ten times cheaper."""
    height, width = planes.coded.shape
    size = Size(width, height)
    luma = _resized(planes.coded, scoring_size(size))
    luma = luma if planes.full else np.asarray(cv2.LUT(luma, FULL), dtype=np.uint8)
    level, spread = (float(value.item()) for value in cv2.meanStdDev(luma))
    chroma = (cv2.mean(planes.u)[0], cv2.mean(planes.v)[0])
    small = thumbnail_size(size)
    parts = [_resized(plane, small) for plane in (luma, planes.u, planes.v)]
    thumbnail = np.asarray(cv2.transform(cv2.merge(parts), _to_rgb(planes.matrix, planes.full)), dtype=np.uint8)
    return Glance(luma, Still(level, spread, chroma, detail(luma)), thumbnail)


def pairs(glances: Iterable[Glance]) -> Iterator[Pair]:
    """Give every frame with its next, in order, flows and maps computed once; n frames make n - 1 pairs."""
    np.empty(HEAP, np.uint8)
    before: Still | None = None
    backward_before = None
    this: Glance | None = None
    for index, after in enumerate(glances, start=-1):
        if this is not None:
            pair = _pair(index, this, after, before, backward_before)
            yield pair
            before, backward_before = this.still, pair.backward
        this = after


def _pair(index: int, this: Glance, after: Glance, before: Still | None, backward_before: Flow | None) -> Pair:
    forward = flow(this.luma, after.luma, "sparse")
    backward = flow(after.luma, this.luma, "sparse")
    fetched = warp(after.luma, forward)
    return Pair(
        index=index,
        luma=this.luma,
        after=after.luma,
        forward=forward,
        backward=backward,
        visible=_seen(forward, backward),
        backward_before=backward_before,
        change=_distance(this.luma, after.luma),
        error=_distance(this.luma, fetched),
        likeness=likeness(this.luma, fetched),
        stills=(before, this.still, after.still),
    )


def _seen(forward: Flow, backward: Flow) -> npt.NDArray[np.bool_]:
    """Ask every second pixel: the flow itself is coarser than that."""
    height, width = forward.shape[:2]
    mask = visible(forward, backward, every=2).view(np.uint8)
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)).view(np.bool_)


def _distance(first: Luma, second: Luma) -> Luma:
    return np.asarray(cv2.absdiff(first, second), dtype=np.uint8)


def _resized(plane: Luma, size: Size) -> Luma:
    height, width = plane.shape
    while width >= 4 * size.width and height >= 4 * size.height and width % 2 == height % 2 == 0:
        width, height = width // 2, height // 2  # halving has a path of its own: 4x in two steps is 7 times faster
        plane = np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if (width, height) == (size.width, size.height):
        return plane
    shrinks = width >= size.width and height >= size.height
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (size.width, size.height), interpolation=how), dtype=np.uint8)


@lru_cache(maxsize=8)
def _to_rgb(matrix: int, full: bool) -> npt.NDArray[np.float64]:
    """Give the 3x4 affine from full-range Y and coded Cb, Cr to R, G, B (Rec. ITU-R BT.709-6, BT.601-7, item 3)."""
    red, blue = WEIGHTS.get(matrix, WEIGHTS[BT709])
    green, scale = 1.0 - red - blue, 1.0 if full else 255.0 / 224.0
    from_v, from_u = 2.0 * (1.0 - red) * scale, 2.0 * (1.0 - blue) * scale
    linear = np.array([[1, 0, from_v], [1, -from_u * blue / green, -from_v * red / green], [1, from_u, 0]])
    return np.column_stack([linear, -128.0 * linear[:, 1:].sum(axis=1)])
