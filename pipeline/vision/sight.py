"""What the scorer sees: small planes, a thumbnail, and every frame pair with its flow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.media.planes import FULL, Planes
from pipeline.model import Size
from pipeline.ports import Frame, Pair, Still
from pipeline.vision.echo import Echoes
from pipeline.vision.flow import Flow, flow, found_again, halved, warp
from pipeline.vision.structure import bands, detail, likeness, patches
from pipeline.vision.tint import Tints, fineness, saturation, tints, turned

LINES = 180
"""The short side that everything is measured at; flow on it ranks clips as well as flow at full size."""

THUMBNAIL = 160
"""Width of a thumbnail in pixels."""

LONGEST = 4
"""Shapes longer than this (a strip of a few lines) are squeezed to it."""

BT709 = 1
WEIGHTS = {BT709: (0.2126, 0.0722), 5: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""What red and blue give to luma, by the number that a clip carries: BT.709, BT.601, BT.2020."""

MIDDLE = (320, 180)
"""Width and height of the part in the middle that is looked at in the clip's own size, where it is no smaller."""

SAMPLED = 90
"""Lines of about so many, and pixels of as many of them, are asked for their level."""

HEAP = 1 << 24
"""Bytes asked for and freed before a pass: glibc then keeps freed maps for the next pair (saves 0.8 ms a pair)."""

Luma = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Glance:
    """One frame as the scorer keeps it: luma at scoring size, what it says alone, an RGB thumbnail, and its tints."""

    luma: Luma
    still: Still
    thumbnail: Frame
    tints: Tints


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
    colour = tints(parts[1], parts[2])
    fine = detail(_middle(planes.coded)) * (1.0 if planes.full else 255.0 / 219.0)
    every = max(1, min(height, width) // SAMPLED)
    comb = bands(planes.coded[::every, ::every])
    still = Still(level, spread, chroma, detail(luma), fine, saturation(colour), fineness(colour), comb)
    return Glance(luma, still, thumbnail, colour)


def _middle(plane: Luma) -> Luma:
    height, width = plane.shape
    top, left = max(0, height - MIDDLE[1]) // 2, max(0, width - MIDDLE[0]) // 2
    return plane[top : height - top, left : width - left]


def pairs(glances: Iterable[Glance]) -> Iterator[Pair]:
    """Give every frame with its next, in order, flows and maps computed once; n frames make n - 1 pairs."""
    np.empty(HEAP, np.uint8)
    echoes = Echoes()
    still: Still | None = None
    before: Pair | None = None
    this: Glance | None = None
    for index, after in enumerate(glances, start=-1):
        if this is not None:
            pair = _pair(index, this, after, still, before, echoes)
            yield pair
            still, before = this.still, replace(pair, backward_before=None, residual_before=None)
        this = after


def _pair(index: int, this: Glance, after: Glance, still: Still | None, before: Pair | None, echoes: Echoes) -> Pair:
    motion = flow(this.luma, after.luma, "sparse")
    fetched = warp(after.luma, motion)
    forward, backward = halved(motion), halved(flow(after.luma, this.luma, "sparse"))
    seen = _seen(forward, backward, this.luma)
    apart = cv2.subtract(fetched, this.luma, mask=seen.view(np.uint8), dtype=cv2.CV_16S)
    return Pair(
        index=index,
        luma=this.luma,
        after=after.luma,
        forward=forward,
        backward=backward,
        visible=seen,
        backward_before=before.backward if before else None,
        change=_distance(this.luma, after.luma),
        error=_distance(this.luma, fetched),
        likeness=likeness(this.luma, fetched),
        residual=patches(apart),
        residual_before=before.residual if before else None,
        turn=turned(this.tints, after.tints, forward, this.tints.shape[1] / this.luma.shape[1]),
        turn_before=before.turn if before else None,
        echoes=echoes.add(this.luma, after.luma),
        stills=(still, this.still, after.still),
    )


def _seen(forward: Flow, backward: Flow, luma: Luma) -> npt.NDArray[np.bool_]:
    """Ask every second pixel: the flow itself is coarser than that."""
    height, width = luma.shape
    mask = found_again(forward, backward, 0.5).view(np.uint8)
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
