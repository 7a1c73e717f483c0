"""Wobble: shapes that bend to and fro while they move."""

from typing import ClassVar

from pipeline.metrics.courses import Series, along, bent, rms
from pipeline.ports import Course
from pipeline.vision.structure import middle


class Wobble:
    """How far points stray from a parabola within half a second, the motion of the whole picture taken away: median.

    A camera, a limb, a car are smooth over that time; generated walls, water and faces swim.
    """

    name: ClassVar[str] = "wobble"
    unit: ClassVar[str] = "short sides"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return along(course, [(one, float(middle(rms(bent(one.own))))) for one in course.tracks])
