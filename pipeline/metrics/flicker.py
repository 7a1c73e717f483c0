"""Flicker: brightness that jumps and comes back."""

from typing import ClassVar

from pipeline.ports import Pair


class Flicker:
    """|second difference of mean luma|: 0 for steady light and for an even fade."""

    name: ClassVar[str] = "flicker"
    unit: ClassVar[str] = "levels per frame^2"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair with the frame before it; 0 for the first."""
        before, this, after = pair.stills
        return 0.0 if before is None else abs(before.level - 2.0 * this.level + after.level)
