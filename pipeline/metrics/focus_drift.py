"""Focus drift: sharpness that comes and goes within the clip."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, between, departure
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
        return between(departure(np.log([one.fine + 0.5 for one in course.stills])))
