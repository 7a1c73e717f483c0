"""Arithmetic of whole courses that several features share."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.ports import Course, Still, Track

Series = npt.NDArray[np.float64]


def smoothed(values: Series, width: int = 3) -> Series:
    """Average every value with its neighbours, `width` (odd) in all; the ends are repeated."""
    width = min(width, len(values) - 1 + len(values) % 2)
    if width < 2:
        return values
    padded = np.pad(values, width // 2, "edge")
    return np.asarray(np.convolve(padded, np.full(width, 1.0 / width), "valid"))


def drift(values: Sequence[float], floor: float) -> Series:
    """Say how far frames are from a clip's usual state: |ln(value + floor) less its median|, over three frames.

    A pair has the larger of its two frames.
    """
    even = smoothed(np.log(np.array(values) + floor))
    away = np.abs(even - np.median(even))
    return np.asarray(np.maximum(away[:-1], away[1:]))


def bent(paths: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Give what a parabola does not explain of paths (T, P) or (T, P, C) through time: the residuals."""
    flat = paths.reshape(len(paths), -1).astype(np.float64)
    known = np.einsum("ts,sp->tp", _parabolas(len(paths)), flat)  # BLAS has other bits by where arrays lie
    return np.asarray((flat - known).reshape(paths.shape))


@lru_cache(maxsize=64)
def _parabolas(count: int) -> Series:
    """Give what projects `count` values onto the parabolas, (count, count)."""
    base, _ = np.linalg.qr(np.vander(np.linspace(-1.0, 1.0, count), min(2, count - 2) + 1))
    return np.asarray(np.einsum("tk,sk->ts", base, base))


def rms(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the root mean square over time of residuals (T, P) or (T, P, 2), whose components add up: (P,)."""
    squares = values * values
    return np.asarray(np.sqrt((squares[..., 0] + squares[..., 1] if squares.ndim == 3 else squares).mean(axis=0)))


def contrast(stills: Sequence[Still]) -> float:
    """Say how large an error may be in a clip, in levels: by its spread, and its detail, so that blur is no merit."""
    spread = float(np.mean([one.spread for one in stills])) + 4.0
    detail = 2.0 * float(np.mean([one.detail for one in stills])) + 4.0
    return float(np.sqrt(spread * detail))


def along(course: Course, told: Sequence[tuple[Track, float]]) -> Series:
    """Give every pair the largest value of the tracks that run through it; 0 where none does.

    The last track speaks for the pairs after it too, where they are too few for another.
    """
    series = np.zeros(max(0, len(course.stills) - 1))
    stop, last = 0, 0.0
    for track, value in told:
        part = slice(track.start, track.start + len(track.places) - 1)
        series[part] = np.maximum(series[part], value)
        stop, last = max((stop, last), (part.stop, value))
    if len(series) - stop < stop and course.tracks and len(series) - stop < len(course.tracks[-1].places):
        series[stop:] = last
    return series
