"""Light drift: exposure that moves away from what it was."""

from typing import ClassVar

from pipeline.metrics.courses import Series, drift
from pipeline.ports import Course


class LightDrift:
    """|ln(mean luma + 8.0) less its median over the clip|, over three frames; the larger of a pair's."""

    name: ClassVar[str] = "light_drift"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return drift([one.level for one in course.stills], 8.0)
