"""Change: how much a frame differs from the next, motion included."""

from typing import ClassVar

from pipeline.ports import Pair


class Change:
    """Mean |Y_t - Y_t+1|: 0 for a repeated frame."""

    name: ClassVar[str] = "change"
    unit: ClassVar[str] = "levels"
    lower_is_better: ClassVar[bool] = False

    def __call__(self, pair: Pair) -> float:
        """Measure one pair, 0..255."""
        return pair.change
