"""Shimmer: places whose brightness comes and goes while they move."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, along, bent, rms
from pipeline.ports import Course, Track
from pipeline.vision.structure import middle, worst_tenth


class Shimmer:
    """How far the luma around followed points strays from a parabola within half a second: the worst tenth of them.

    What all points have in common, the light, is taken away.
    """

    name: ClassVar[str] = "shimmer"
    unit: ClassVar[str] = "levels"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return along(course, [(one, worst_tenth(rms(bent(_alone(one))))) for one in course.tracks])


def _alone(track: Track) -> np.ndarray:
    luma = track.seen[..., 0]
    return np.asarray(luma - middle(luma)[:, None])
