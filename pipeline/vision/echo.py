"""Changes that come back: a picture in which an earlier one shines through repeats that one's changes."""

from collections import deque

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]

LAGS = 9
"""Pairs looked back."""

SHAPE = (160, 90)
"""Width and height at which changes are compared."""

LEAST = 0.3
"""Mean |change| in levels under which there is nothing to compare."""


class Echoes:
    """Holds the last changes, in constant memory."""

    def __init__(self) -> None:
        self._past: deque[npt.NDArray[np.float32] | None] = deque(maxlen=LAGS)

    def add(self, first: Luma, second: Luma) -> tuple[float, ...]:
        """Give the correlation of `second` - `first`, uint8 (H, W), with the changes 1, 2 ... pairs before, or 0."""
        change = _change(first, second)
        found = tuple(0.0 if change is None or one is None else _product(change, one) for one in self._past)
        self._past.appendleft(change)
        return found


def _product(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """Multiply and add up in double precision: the same to the last bit wherever the arrays lie in memory."""
    return float(cv2.sumElems(cv2.multiply(one, other))[0])


def _change(first: Luma, second: Luma) -> npt.NDArray[np.float32] | None:
    """Give a change at comparing size, length 1; None for none."""
    apart = cv2.subtract(second, first, dtype=cv2.CV_16S)
    small = cv2.resize(apart, SHAPE, interpolation=cv2.INTER_AREA).astype(np.float32)
    length = float(cv2.norm(small))
    if float(cv2.norm(small, cv2.NORM_L1)) < LEAST * small.size:
        return None
    return np.asarray(small / length, np.float32)
