"""Change the size of a frame: Lanczos up, area averaging down."""

from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.model import Size
from pipeline.ports import Frame
from pipeline.vision.fitting import Fit, inner_size

Focus = tuple[float, float]
"""A point of a picture, x from the left and y from the top, each 0..1."""

CENTRE: Focus = (0.5, 0.5)

TAPS = 5
"""Pixels beside a part that its own edge needs: Lanczos reaches over four."""

SEARCH = 32
"""Pixels by which the part that is scaled may be larger so that it ends on a whole pixel on both sides."""


def fit(frame: Frame, size: Size, how: Fit = "cover", focus: Focus = CENTRE) -> Frame:
    """Bring `frame` to exactly `size` without distorting it; a frame of that size is returned itself.

    What `cover` keeps lies around `focus`, as far as the picture reaches. Enlarging is Lanczos over 8x8 pixels,
    reducing is antialiased by area; the result is C-contiguous.
    """
    before = size_of(frame)
    if before == size:
        return frame
    inner = inner_size(before, size, how)
    if inner == before:
        return _crop(frame, size, focus) if how == "cover" else _bars(frame, size)
    return _covering(frame, inner, size, focus) if how == "cover" else _bars(_resize(frame, inner), size)


def around(frame: Frame, size: Size, focus: Focus) -> Frame:
    """Cut a picture down to the shape of `size` around `focus`, at its own scale."""
    before = size_of(frame)
    scale = min(Fraction(before.width, size.width), Fraction(before.height, size.height))
    kept = Size(max(1, round(size.width * scale)), max(1, round(size.height * scale)))
    return _crop(frame, kept, focus)


def size_of(frame: npt.NDArray[Any]) -> Size:
    """Give the size of a picture or plane (H, W, ...)."""
    return Size(frame.shape[1], frame.shape[0])


def resize_luma(plane: npt.NDArray[np.uint8], height: int) -> npt.NDArray[np.uint8]:
    """Reduce a plane (H, W) to `height` lines at its own aspect, by area; one that is not taller is returned itself."""
    lines, columns = plane.shape[:2]
    if lines <= height:
        return plane
    width = max(1, (2 * columns * height + lines) // (2 * lines))
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _resize(frame: Frame, size: Size) -> Frame:
    larger = size.width > frame.shape[1] or size.height > frame.shape[0]
    way = cv2.INTER_LANCZOS4 if larger else cv2.INTER_AREA
    return np.asarray(cv2.resize(frame, (size.width, size.height), interpolation=way), dtype=np.uint8)


def _covering(frame: Frame, inner: Size, size: Size, focus: Focus) -> Frame:
    """Scale a picture as if to `inner`, but only what is kept of it: a film turned upright keeps a third."""
    (rows, lines, top), (columns, samples, left) = (
        _kept(*one)
        for one in zip(frame.shape, (inner.height, inner.width), (size.height, size.width), focus[::-1], strict=False)
    )
    scaled = _resize(frame[rows, columns], Size(samples, lines))
    return np.ascontiguousarray(scaled[top : top + size.height, left : left + size.width])


@lru_cache(maxsize=64)
def _kept(before: int, inner: int, size: int, centre: float) -> tuple[slice, int, int]:
    """Give the part of a side that is scaled, what that becomes, and where in it the part of length `size` begins.

    The part ends where a whole pixel before is nearly a whole pixel after, so that no pixel moves by more than a
    few hundredths of one.
    """
    begin = _begin(inner, size, centre)
    if inner == size:
        return slice(0, before), inner, begin
    scale = Fraction(inner, before)
    low = max(0, floor(begin / scale) - TAPS)
    high = min(before, ceil((begin + size) / scale) + TAPS)
    start = min(range(max(0, low - SEARCH), low + 1), key=lambda one: _off(one * scale))
    stop = min(range(high, min(before, high + SEARCH) + 1), key=lambda one: _off(one * scale))
    return slice(start, stop), round(stop * scale) - round(start * scale), begin - round(start * scale)


def _off(place: Fraction) -> Fraction:
    return abs(place - round(place))


def _crop(frame: Frame, size: Size, focus: Focus) -> Frame:
    left, top = (
        _begin(*one) for one in zip((frame.shape[1], frame.shape[0]), (size.width, size.height), focus, strict=True)
    )
    return np.ascontiguousarray(frame[top : top + size.height, left : left + size.width])


def _begin(before: int, kept: int, centre: float) -> int:
    return min(max(0, round(centre * before - kept / 2)), before - kept)


def _bars(frame: Frame, size: Size) -> Frame:
    top, left = (size.height - frame.shape[0]) // 2, (size.width - frame.shape[1]) // 2
    whole = np.zeros((size.height, size.width, 3), np.uint8)
    whole[top : top + frame.shape[0], left : left + frame.shape[1]] = frame
    return whole
