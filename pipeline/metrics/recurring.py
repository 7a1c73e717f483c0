"""Recurring: pictures that have been there before."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series
from pipeline.ports import Course
from pipeline.vision.echo import distance

APART = 0.25
"""Seconds after which a picture should be another one."""

BACK = 10.0
"""Seconds looked back."""

STEP = 0.15
"""Levels that a frame differs from the next at least."""

LEAST = 0.02


class Recurring:
    """-ln of how far a frame is from the likest of a quarter of a second before and earlier, by a usual step.

    A clip that jumps back and repeats itself shows the same pictures again; what truly moves comes no closer to where
    it was than a frame to the next.
    """

    name: ClassVar[str] = "recurring"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair by its later frame, 0 at least."""
        if len(course.small) < 2:
            return np.zeros(0)
        small = np.stack([one.ravel() for one in course.small])
        apart, back = max(2, round(APART * course.rate)), max(3, round(BACK * course.rate))
        usual = max(STEP, float(np.median(np.abs(np.diff(small.astype(np.int16), axis=0)).mean(axis=1))))
        found = np.zeros(len(small) - 1)
        for frame in range(apart, len(small)):
            past = small[max(0, frame - back) : frame - apart + 1]
            found[frame - 1] = max(0.0, -np.log(max(LEAST, distance(small[frame], past) / usual)))
        return found
