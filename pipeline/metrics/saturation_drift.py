"""Saturation drift: colours that fade or glow."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, between, departure
from pipeline.ports import Course


class SaturationDrift:
    """|ln(mean saturation + 2.0) less its median over the clip|, over three frames; the larger of a pair's."""

    name: ClassVar[str] = "saturation_drift"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return between(departure(np.log([one.saturation + 2.0 for one in course.stills])))
