"""Tint drift: colours that run over their edges."""

from typing import ClassVar

from pipeline.metrics.courses import Series, drift
from pipeline.ports import Course


class TintDrift:
    """|ln(mean |Laplacian| of Cb, Cr + 0.3) less its median over the clip|, over three frames; a pair's larger."""

    name: ClassVar[str] = "tint_drift"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return drift([one.tint_detail for one in course.stills], 0.3)
