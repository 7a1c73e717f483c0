"""Light drift: exposure that moves away from what it was."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, between, departure
from pipeline.ports import Course


class LightDrift:
    """|ln(mean luma + 8.0) less its median over the clip|, over three frames; the larger of a pair's."""

    name: ClassVar[str] = "light_drift"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return between(departure(np.log([one.level + 8.0 for one in course.stills])))
