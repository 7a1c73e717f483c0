"""A clip against its own past: changes that come back, and frames that lie halfway between others."""

from collections import deque
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.int16]
Plane = npt.NDArray[np.float32]

AROUND = (5, 5)
"""Pixels around a change whose mean is taken off it: what is left decays fast with motion."""

NEAREST = 2
"""Pairs from which on echoes are looked for; motion makes the next pair alike."""

REACH = 1 / 6
"""Seconds back, at least."""

LEAST = 10
"""... and pairs."""

HALVES = (1 / 12, 1 / 8, 1 / 6, 1 / 4, 1 / 3)
"""Seconds before and after a frame at which those lie that it may be a mixture of."""

MOVED = 0.3
"""Mean |difference| in levels under which nothing changes."""


def steps(rate: float) -> tuple[int, ...]:
    """Give `HALVES` in frames, each once."""
    return tuple(sorted({max(1, round(rate * share)) for share in HALVES}))


class Past:
    """Holds the last frames and changes of a clip, in constant memory."""

    def __init__(self, rate: float) -> None:
        self._steps = steps(rate)
        self._frames: deque[Levels] = deque(maxlen=2 * self._steps[-1] + 1)
        self._twice: deque[Levels] = deque(maxlen=self._steps[-1] + 1)
        self._changes: deque[tuple[Plane, float]] = deque(maxlen=max(LEAST, round(rate * REACH) + 1) + 1)

    def add(self, luma: Luma) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Take the next frame, uint8 (H, W), and give its echoes and its halves (see `ports.Pair`)."""
        here = luma.astype(np.int16)
        if self._frames:
            change = cv2.subtract(here, self._frames[0], dtype=cv2.CV_32F)
            fine = np.asarray(cv2.subtract(change, cv2.blur(change, AROUND)), np.float32)
            self._changes.appendleft((fine, float(cv2.norm(fine, cv2.NORM_L2SQR))))
        self._frames.appendleft(here)
        self._twice.appendleft(np.asarray(cv2.add(here, here), np.int16))
        return self._echoes(), self._halves()

    def _echoes(self) -> tuple[float, ...]:
        """Give the product of the last change with itself, then with those `NEAREST`, ... pairs before it."""
        if not self._changes:
            return ()
        (now, square), *past = self._changes
        return (square, *(_product(now, square, *one) for one in past[NEAREST - 1 :]))

    def _halves(self) -> tuple[float, ...]:
        """Give, for every step back, how far the frame there is from the mean of this one and the one as far before.

        Twice the mean |difference|, by the mean |difference| of the two: 0 for a cross-fade, 1.7 for noise. As many
        numbers as the past allows.
        """
        far = (step for step in self._steps if 2 * step < len(self._frames))
        return tuple(_bend(self._frames[0], self._twice[step], self._frames[2 * step]) for step in far)


def _bend(last: Levels, twice: Levels, first: Levels) -> float:
    moved = float(cv2.norm(last, first, cv2.NORM_L1))
    return float(cv2.norm(cv2.add(last, first), twice, cv2.NORM_L1)) / max(moved, MOVED * last.size)


def _product(one: Plane, square: float, other: Plane, other_square: float) -> float:
    """Give the sum of products from the squares: one pass, and the same bits wherever the arrays lie in memory."""
    return (square + other_square - float(cv2.norm(one, other, cv2.NORM_L2SQR))) / 2.0


def distance(frame: Luma, past: Luma) -> float:
    """Give the mean |difference| of a frame, uint8 (P,), and the likest of several, uint8 (N, P)."""
    sums: Any = cv2.batchDistance(frame[None], past, cv2.CV_32S, normType=cv2.NORM_L1, K=1)[0]
    return float(sums[0, 0]) / frame.size
