"""Hue flicker: colours that turn to and fro."""

from math import degrees
from typing import ClassVar

from pipeline.ports import Pair


class HueFlicker:
    """|change of the angle by which colours turn along the flow|, from pair to pair."""

    name: ClassVar[str] = "hue_flicker"
    unit: ClassVar[str] = "degrees per frame^2"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair with the one before it; 0 for the first."""
        return 0.0 if pair.turn_before is None else abs(degrees(pair.turn - pair.turn_before))
