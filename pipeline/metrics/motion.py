"""Motion: how fast the picture moves."""

from typing import ClassVar

from pipeline.ports import Pair
from pipeline.vision.flow import speed
from pipeline.vision.structure import mean


class Motion:
    """Mean length of the flow vectors, camera and subject together."""

    name: ClassVar[str] = "motion"
    unit: ClassVar[str] = "short sides per frame"
    lower_is_better: ClassVar[bool] = False

    def __call__(self, pair: Pair) -> float:
        """Measure one pair."""
        height, width = pair.luma.shape
        return mean(speed(pair.forward)) / float(min(height, width))
