"""Sharpness flicker: detail or noise that comes and goes."""

from math import log
from typing import ClassVar

from pipeline.ports import Pair, Still


class SharpnessFlicker:
    """|second difference of ln(mean |Laplacian| + 0.5)|: bursts of noise, frames that lose focus.

    It is looked at in the clip's own pixels, in the middle of the picture.
    """

    name: ClassVar[str] = "sharpness_flicker"
    unit: ClassVar[str] = "ln per frame^2"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair with the frame before it; 0 for the first."""
        before, this, after = pair.stills
        return 0.0 if before is None else abs(_sharpness(before) - 2.0 * _sharpness(this) + _sharpness(after))


def _sharpness(still: Still) -> float:
    return log(still.fine + 0.5)
