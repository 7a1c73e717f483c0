"""What the scorer sees: small planes, a thumbnail, and every frame pair with its flow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.media.planes import Planes
from pipeline.model import Size
from pipeline.ports import Frame, Pair, Still
from pipeline.vision.echo import Past
from pipeline.vision.flow import Flow, flow, flow_back, found_again, warp
from pipeline.vision.structure import bands, cells, detail, edges, fineness, likeness, middle, patches
from pipeline.vision.tint import Tints, saturation, tints, turned

LINES = 180
"""The short side that everything is measured at; flow on it ranks clips as well as flow at full size."""

THUMBNAIL = 160
"""Width of a thumbnail in pixels."""

LONGEST = 4
"""Shapes longer than this (a strip of a few lines) are squeezed to it."""

BT709 = 1
WEIGHTS = {BT709: (0.2126, 0.0722), 5: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""What red and blue give to luma, by the number that a clip carries: BT.709, BT.601, BT.2020."""

_BLACK = cast("Any", 16.0)  # the stubs say array, the code takes numbers

MIDDLE = (320, 180)
"""Width and height of the part in the middle that is looked at in the clip's own size, where it is no smaller."""

LIMITED = 255.0 / 219.0
"""Levels of full range that a coded one of limited range makes."""

GRAIN = 20
"""Side of the places, in own pixels, in whose middle one grain is told: half of them may move."""

SAMPLED = 90
"""Lines of about so many, and pixels of as many of them, are asked for their level."""

HEAP = 1 << 24
"""Bytes asked for and freed before a pass: glibc then keeps freed maps for the next pair (saves 0.8 ms a pair)."""

Luma = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Glance:
    """One frame as the scorer keeps it: luma at scoring size, half, a quarter, an eighth of it, and what it says alone.

    `size` is the one it is shown at. `cells` are those of `structure.cells`, `own` the Laplacian in the clip's own
    pixels in the middle of the picture, `parts` luma, Cb and Cr of a thumbnail, `few` every second line and pixel of
    them, and `tints` the latter two of those. `to_rgb` (3, 4) is the affine from such values to R, G, B.
    """

    size: Size
    luma: Luma
    half: Luma
    quarter: Luma
    small: Luma
    cells: npt.NDArray[np.float32]
    own: npt.NDArray[np.int16]
    still: Still
    parts: tuple[Luma, ...]
    few: tuple[Luma, ...]
    tints: Tints
    full: bool
    to_rgb: npt.NDArray[np.float64]

    def thumbnail(self) -> Frame:
        """Give the thumbnail as uint8 (H, W, 3) RGB."""
        return np.asarray(cv2.transform(cv2.merge(self.parts), self.to_rgb), dtype=np.uint8)


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
    luma = luma if planes.full else _full(luma)
    level, spread = (float(value.item()) for value in cv2.meanStdDev(luma))
    small = thumbnail_size(size)
    half = _smaller(luma, 2)
    quarter = _smaller(half, 2)
    near = half if small.width <= half.shape[1] and small.height <= half.shape[0] else luma
    parts = (_resized(near, small), _resized(planes.u, small), _resized(planes.v, small))
    few = tuple(np.ascontiguousarray(part[::2, ::2]) for part in parts)
    colour = tints(*few[1:])
    own = edges(_middle(planes.coded))
    fine = fineness(own) * (1.0 if planes.full else LIMITED)
    every = max(1, min(height, width) // SAMPLED)
    comb = bands(np.ascontiguousarray(planes.coded[::every, ::every]))
    lines, runs = edges(luma), (detail(parts[1]) + detail(parts[2])) / 2.0
    chroma = (cv2.mean(parts[1])[0], cv2.mean(parts[2])[0])
    still = Still(level, spread, chroma, fineness(lines), fine, saturation(colour), runs, comb)
    return Glance(
        planes.shown,
        luma,
        half,
        quarter,
        _smaller(quarter, 2),
        cells(quarter, lines),
        own,
        still,
        parts,
        few,
        colour,
        planes.full,
        _to_rgb(planes.matrix, planes.full),
    )


def _full(coded: Luma) -> Luma:
    """Bring limited-range luma to 0..255: a table does the same more slowly."""
    return np.asarray(cv2.convertScaleAbs(cv2.subtract(coded, _BLACK), alpha=LIMITED), np.uint8)


def _middle(plane: Luma) -> Luma:
    height, width = plane.shape
    top, left = max(0, height - MIDDLE[1]) // 2, max(0, width - MIDDLE[0]) // 2
    return plane[top : height - top, left : width - left]


def pairs(glances: Iterable[Glance], rate: float = 24.0) -> Iterator[Pair]:
    """Give every frame with its next, in order, flows and maps computed once; n frames make n - 1 pairs."""
    np.empty(HEAP, np.uint8)
    past = Past(rate)
    still: Still | None = None
    before: Pair | None = None
    this: Glance | None = None
    for index, after in enumerate(glances, start=-1):
        told = past.add(after.half)
        if this is not None:
            pair = _pair(index, this, after, still, before, *told)
            yield pair
            still, before = this.still, pair
        this = after


def _pair(
    index: int,
    this: Glance,
    after: Glance,
    still: Still | None,
    before: Pair | None,
    echoes: tuple[float, ...],
    halves: tuple[float, ...],
) -> Pair:
    onward = flow(this.quarter, after.quarter, "quarter")
    forward, backward = 4.0 * onward, 4.0 * flow_back(this.quarter, after.quarter, onward)
    there = warp(after.half, forward, 0.5)
    seen = _seen(forward, backward, this.half)
    apart = cv2.subtract(there, this.half, mask=seen.view(np.uint8), dtype=cv2.CV_16S)
    return Pair(
        index=index,
        luma=this.luma,
        cells=after.cells,
        forward=forward,
        backward=backward,
        visible=seen,
        backward_before=before.backward if before else None,
        change=float(cv2.norm(this.luma, after.luma, cv2.NORM_L1)) / this.luma.size,
        activity=patches(_distance(this.half, after.half)),
        error=_distance(this.half, there),
        likeness=likeness(this.half, there),
        residual=patches(apart),
        residual_before=before.residual if before else None,
        turn=turned(this.tints, after.tints, forward, this.tints.shape[1] / this.luma.shape[1]),
        turn_before=before.turn if before else None,
        grain=_grain(this, after),
        echoes=echoes,
        halves=halves,
        stills=(still, this.still, after.still),
    )


def _seen(forward: Flow, backward: Flow, luma: Luma) -> npt.NDArray[np.bool_]:
    """Ask every second pixel: the flow itself is as coarse as that."""
    height, width = luma.shape
    mask = found_again(forward, backward, 0.5 * forward.shape[1] / width).view(np.uint8)
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)).view(np.bool_)


def _smaller(luma: Luma, by: int) -> Luma:
    height, width = luma.shape
    return _resized(luma, Size(max(1, width // by), max(1, height // by)))


def _grain(this: Glance, after: Glance) -> float:
    told = patches(cv2.absdiff(this.own, after.own), GRAIN)
    return float(middle(told.ravel())) * (1.0 if after.full else LIMITED)


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
