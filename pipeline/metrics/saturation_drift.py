"""Saturation drift: colours that fade or glow."""

from typing import ClassVar

from pipeline.metrics.courses import Series, drift
from pipeline.ports import Course


class SaturationDrift:
    """|ln(mean saturation + 2.0) less its median over the clip|, over three frames; the larger of a pair's."""

    name: ClassVar[str] = "saturation_drift"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return drift([one.saturation for one in course.stills], 2.0)
