"""Halted: places that moved and stand still for good, while the picture goes on."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series
from pipeline.ports import Course

SPLITS = (1 / 4, 1 / 3, 1 / 2)
"""Shares of a clip after which a place may have halted."""

LIVE = 0.4
"""Mean change in levels, at 24 frames a second, from which on a place moves."""

REST = 0.03
"""Change in levels that is none."""

STILL = 0.08
"""Of a place's former change, what it has left where it has halted (to 1/e)."""

FEWEST = 8
"""Places that must move, to tell of some that stop."""


class Halted:
    """Share of the picture that changed before a moment and hardly after it: the mean over three moments.

    Of every place's change afterwards by that before, exp(-(ratio / 0.08)^2). Even what stops in front of a camera
    keeps its grain; a part that is frozen changes no more at all.
    """

    name: ClassVar[str] = "halted"
    unit: ClassVar[str] = "share"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair, 0..1, all alike."""
        if len(course.activity) < 4:
            return np.zeros(len(course.activity))
        activity = np.stack([one.ravel() for one in course.activity]).astype(np.float64)
        shares = [_halted(activity, share, LIVE * min(1.0, 24.0 / course.rate)) for share in SPLITS]
        return np.full(len(activity), float(np.mean(shares)))


def _halted(activity: Series, share: float, live: float) -> float:
    moment = max(2, round(len(activity) * share))
    before, after = activity[:moment].mean(axis=0), activity[min(len(activity) - 1, moment + 1) :].mean(axis=0)
    moves = before > live
    if np.count_nonzero(moves) < FEWEST:
        return 0.0
    ratio = (after + REST) / (before + REST)
    return float((moves * np.exp(-((ratio / STILL) ** 2))).mean())
