"""Occlusion: how much of a frame is not found in the next."""

from typing import ClassVar

from pipeline.ports import Pair
from pipeline.vision.structure import mean


class Occlusion:
    """Share of pixels whose flow does not lead back: hidden, or morphed into something else.

    To be read beside `warp_error`, which leaves these pixels out.
    """

    name: ClassVar[str] = "occlusion"
    unit: ClassVar[str] = "share"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair, 0..1."""
        return 1.0 - mean(pair.visible.view("uint8"))
