"""Structure loss: forms that do not survive from a frame to the next."""

from typing import ClassVar

from pipeline.ports import Pair
from pipeline.vision.structure import mean


class StructureLoss:
    """1 - mean SSIM between a frame and the next fetched back along the flow, occluded parts included."""

    name: ClassVar[str] = "structure_loss"
    unit: ClassVar[str] = "1 - SSIM"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair, 0 (same forms) to 2."""
        return 1.0 - mean(pair.likeness)
