"""Warp error: what motion does not explain."""

from typing import ClassVar

from pipeline.ports import Pair
from pipeline.vision.structure import mean


class WarpError:
    """Mean |Y_t - Y_t+1 fetched back along the flow| where the pixel is seen in both frames.

    After Lai et al., "Learning blind video temporal consistency", ECCV 2018, section 4.3. Read it beside
    `occlusion`: what morphs is called occluded and leaves this measure.
    """

    name: ClassVar[str] = "warp_error"
    unit: ClassVar[str] = "levels"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair, 0..255; 0 where nothing is seen twice."""
        return mean(pair.error, pair.visible)
