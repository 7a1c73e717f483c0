"""Stall: motion that runs out before the clip does."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series
from pipeline.ports import Course

SECONDS = 1 / 8
"""Length of the end that is looked at."""

REST = 0.03
"""Change in levels that is none."""


class Stall:
    """ln of the clip's usual change by what is left of it in the last eighth of a second; 0 before that.

    Told by change and not by motion: what slows down in front of a camera keeps its grain, a clip that is slowed to a
    stop loses all of it.
    """

    name: ClassVar[str] = "stall"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair, 0 at least."""
        change = course.series["change"]
        last = min(len(change), max(2, round(SECONDS * course.rate)))
        found = np.zeros(len(change))
        if last:
            left = float(change[-last:].mean()) + REST
            found[-last:] = max(0.0, float(np.log((np.median(change) + REST) / left)))
        return found
