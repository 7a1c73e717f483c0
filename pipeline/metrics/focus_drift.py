"""Focus drift: sharpness that comes and goes within the clip."""

from typing import ClassVar

from pipeline.metrics.courses import Series, drift
from pipeline.ports import Course


class FocusDrift:
    """|ln(mean |Laplacian| + 0.5) less its median over the clip|, over three frames; the larger of a pair's.

    It is looked at in the clip's own pixels, in the middle of the picture.
    """

    name: ClassVar[str] = "focus_drift"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return drift([one.fine for one in course.stills], 0.5)
