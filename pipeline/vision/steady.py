"""Recursive averaging of a moving picture along its motion: what flickers settles, what moves stays sharp."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision.flow import Flow, Luma, flow, grid, visible, warp
from pipeline.vision.interpolation import SMALLEST, enlarged
from pipeline.vision.interpolation_kind import kind_of
from pipeline.vision.structure import mean

LINES = 360
"""The short side at which motion is estimated; taller pictures than three times that take a third of their own."""

NEAR, FAR = 1.4, 2.3
"""A place counts in full where its residual is up to NEAR times the usual one, not at all from FAR times."""

WINDOW = (5, 5)

CELL = 12
"""Side, in places at working size, of the cells in which light may change."""

DARK = 2.0
"""Levels added to a cell's mean: in black there is no light to follow."""

QUIET, LOUD = 1.0, 2.5
"""Usual residual, in levels of luma, up to which nothing flickers and from which on it is averaged with full weight."""

QUARTERS, SKIP = 4, 3
"""Classes of contrast; every third place of every third line is asked."""

SEEN = 0.5
"""Share of a picture that, seen again in the next, leaves no doubt whether a cut parts them."""

Map = npt.NDArray[np.float32]
Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settled:
    """A frame as the average of what was seen of it so far.

    `levels` float32 (H, W, 3), 0..255; at working size `luma` and `age`, the frames (1 and up) that a place has had.
    """

    levels: Levels
    luma: Luma
    age: Map


@dataclass(frozen=True, slots=True)
class _Found:
    """The frame before, fetched along the motion to the present one, and how far each place of it is to be trusted."""

    levels: Levels
    trust: Map
    age: Map


def begin(frame: Frame) -> Settled:
    """Start with a frame that nothing is known about; `shown` gives it back bit by bit."""
    luma = np.asarray(_reduced(_luma(frame)), np.uint8)
    return Settled(frame.astype(np.float32), luma, np.ones(luma.shape, np.float32))


def settle(frame: Frame, before: Settled, weight: float, noise: float | None = None) -> Settled:
    """Blend the past into a frame wherever it is found again; after a cut, and where nothing flickers, into none.

    The past weighs n / (n + 1) where a place has had n frames, `weight` (0..1) at most. A place is found where its
    residual is not unusual in the picture; with `noise` (levels of luma) none above that is usual.
    """
    now = begin(frame)
    found = _found(now, before, noise)
    if found is None:
        return now
    share = np.minimum(found.age / (found.age + 1.0), weight) * found.trust
    height, width = frame.shape[:2]
    wide = cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR)
    mixed = cv2.blendLinear(found.levels, now.levels, wide, 1.0 - wide)
    return Settled(np.asarray(mixed, np.float32), now.luma, found.age * found.trust + 1.0)


def shown(settled: Settled) -> Frame:
    """Round to a frame, uint8 (H, W, 3)."""
    return np.asarray(cv2.convertScaleAbs(np.maximum(settled.levels, 0.0)), np.uint8)


def warp_error(first: Frame, second: Frame) -> float:
    """Measure the flicker between two frames at their own size: mean |Y - Y' fetched back| where it is seen, 0..255.

    As `metrics.warp_error`, which sees frames of 180 lines, where what boils from pixel to pixel is averaged away.
    """
    one, other = _luma(first), _luma(second)
    there, back = flow(one, other), flow(other, one)
    return mean(np.asarray(cv2.absdiff(one, warp(other, there))), visible(there, back))


def _found(now: Settled, before: Settled, noise: float | None) -> _Found | None:
    """Find the frame before in the present one; None where it is not there, or says nothing that is new."""
    if min(now.luma.shape) < SMALLEST:
        return None
    known = np.asarray(cv2.convertScaleAbs(_reduced(cv2.cvtColor(before.levels, cv2.COLOR_RGB2GRAY))), np.uint8)
    motion, back = flow(now.luma, known, "fast"), flow(known, now.luma, "fast")
    seen = visible(motion, back)
    if float(seen.mean()) < SEEN and kind_of(now.luma, known, motion, back) == "cut":
        return None
    levels = _lit_as(now.levels, _fetched(before.levels, motion), seen)
    trust = _trust(_residual(now, levels), _contrast(now.luma), seen, noise)
    return _Found(levels, trust, warp(before.age, motion)) if trust.any() else None


def _fetched(levels: Levels, motion: Flow) -> Levels:
    height, width = levels.shape[:2]
    where = cv2.add(enlarged(motion, width, height), grid(height, width))
    nothing = cast("Any", None)
    return np.asarray(cv2.remap(levels, where, nothing, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _lit_as(now: Levels, levels: Levels, seen: npt.NDArray[np.bool_]) -> Levels:
    """Give the past the light of the present, cell by cell: fades and shadows are followed, texture is averaged."""
    height, width = seen.shape
    weights = np.asarray(cv2.merge([seen.view(np.uint8)] * 3), np.uint8)
    cells = (max(1, round(width / CELL)), max(1, round(height / CELL)))
    present, past = (_cells(one, weights, cells) for one in (now, levels))
    gains = np.minimum((present + DARK) / (past + DARK), 2.0)
    wide = cv2.resize(gains, (now.shape[1], now.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(levels, wide), np.float32)


def _cells(levels: Levels, weights: Frame, cells: tuple[int, int]) -> Levels:
    """Average every cell; what is not seen counts as black."""
    height, width = weights.shape[:2]
    small = cv2.resize(levels, (width, height), interpolation=cv2.INTER_AREA)
    told = cv2.multiply(small, weights, dtype=cv2.CV_32F)
    return np.asarray(cv2.resize(told, cells, interpolation=cv2.INTER_AREA), np.float32)


def _residual(now: Settled, levels: Levels) -> Map:
    """Give the mean |difference| of luma around every place, in levels, at working size."""
    apart = cv2.absdiff(*(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in (now.levels, levels)))
    height, width = now.luma.shape
    return np.asarray(cv2.blur(cv2.resize(apart, (width, height), interpolation=cv2.INTER_AREA), WINDOW), np.float32)


def _trust(residual: Map, contrast: Luma, seen: npt.NDArray[np.bool_], noise: float | None) -> Map:
    """Say how far, 0..1, each place shows the same thing as before; 0 everywhere where nothing flickers."""
    if np.count_nonzero(seen[::SKIP, ::SKIP]) < QUARTERS:
        return np.zeros_like(residual)
    usual = _usual(residual, contrast, seen)
    if noise is not None:
        usual = np.minimum(usual, np.float32(noise))
    loud = np.clip((usual - QUIET) / (LOUD - QUIET), 0.0, 1.0)
    like = np.clip((FAR - residual / np.maximum(usual, 0.5 * QUIET)) / (FAR - NEAR), 0.0, 1.0)
    sure = cv2.erode(cv2.multiply(loud * like, seen.view(np.uint8), dtype=cv2.CV_32F), np.ones(WINDOW, np.uint8))
    return np.asarray(cv2.blur(sure, WINDOW), np.float32)


def _usual(residual: Map, contrast: Luma, seen: npt.NDArray[np.bool_]) -> Map:
    """Give the residual usual for places of like contrast: what models invent anew boils most where there is texture.

    It is the median of a quarter of the picture, at most twice that of the whole: texture that is lost is not usual.
    """
    asked = seen[::SKIP, ::SKIP]
    known, textured = residual[::SKIP, ::SKIP][asked], contrast[::SKIP, ::SKIP][asked]
    quarters = np.array_split(np.argsort(textured, kind="stable"), QUARTERS)
    medians = np.minimum([np.median(known[one]) for one in quarters], 2.0 * np.median(known))
    curve = np.interp(np.arange(256), [np.median(textured[one]) for one in quarters], medians).astype(np.float32)
    return np.asarray(cv2.LUT(contrast, curve), np.float32)


def _contrast(luma: Luma) -> Luma:
    """Give the standard deviation around every place, in whole levels."""
    plane = luma.astype(np.float32)
    middle = cv2.blur(plane, (9, 9))
    variance = cv2.blur(plane * plane, (9, 9)) - middle * middle
    return np.asarray(cv2.convertScaleAbs(np.sqrt(np.maximum(variance, 0.0))), np.uint8)


def _luma(frame: Frame) -> Luma:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)


def _reduced(luma: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Bring luma to working size."""
    short = min(luma.shape)
    lines = max(LINES, short // 3)
    if short <= lines:
        return luma
    height, width = (round(side * lines / short) for side in luma.shape)
    return np.asarray(cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA))
