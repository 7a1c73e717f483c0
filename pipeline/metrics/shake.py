"""Shake: motion that changes from pair to pair."""

from typing import ClassVar

from pipeline.ports import Pair
from pipeline.vision.flow import speed
from pipeline.vision.structure import mean


class Shake:
    """Mean acceleration |F_t + B_t-1|: flow to the next frame plus flow back to the one before, 0 at even speed."""

    name: ClassVar[str] = "shake"
    unit: ClassVar[str] = "short sides per frame^2"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair; 0 for the first, which has no frame before it."""
        if pair.backward_before is None:
            return 0.0
        height, width = pair.luma.shape
        return mean(speed(pair.forward + pair.backward_before)) / float(min(height, width))
