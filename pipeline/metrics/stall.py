"""Stall: motion that runs out before the clip does."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series
from pipeline.ports import Course

USUAL = 75
"""Percentile of the motion that a clip is capable of."""

REST = 0.0002
"""Short sides a frame that are no motion."""


class Stall:
    """Share of the clip's usual motion that is missing in its last third; 0 before, and where it moves as usual."""

    name: ClassVar[str] = "stall"
    unit: ClassVar[str] = "share"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair, 0..1."""
        motion = course.series["motion"]
        last = len(motion) // 3
        if not last:
            return np.zeros_like(motion)
        lacking = 1.0 - (motion + REST) / (np.percentile(motion, USUAL) + REST)
        return np.asarray(np.where(np.arange(len(motion)) >= len(motion) - last, np.clip(lacking, 0.0, 1.0), 0.0))
