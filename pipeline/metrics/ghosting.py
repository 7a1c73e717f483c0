"""Ghosting: an earlier picture that shines through a later one."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series
from pipeline.ports import Course

FEWEST = 3
"""Pairs that must tell of a distance."""


class Ghosting:
    """How much likelier changes come back after some frames than after one more or fewer: the largest such excess.

    A double exposure repeats in the same places what changed some frames ago, so the correlation of changes over the
    clip has a peak at that distance; where things merely move it falls evenly.
    """

    name: ClassVar[str] = "ghosting"
    unit: ClassVar[str] = "correlation"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair, 0..1, all alike; 0 for a clip that is too short to tell."""
        found = [_correlation(course.echoes, k) for k in range(1, max(map(len, course.echoes), default=0))]
        told = np.array([one for one in found if one is not None])
        peaks = told[1:-1] - (told[:-2] + told[2:]) / 2.0
        return np.full(len(course.echoes), max(0.0, float(peaks.max())) if len(peaks) else 0.0)


def _correlation(echoes: tuple[tuple[float, ...], ...], place: int) -> float | None:
    """Give the sum of the products at one distance by that of the squares, over the pairs that reach so far back."""
    reach = [one for one in echoes if len(one) > place]
    if len(reach) < FEWEST:
        return None
    squares = sum(one[0] for one in reach)
    return sum(one[place] for one in reach) / squares if squares else 0.0
