"""Patch error: one place that changes while the rest holds."""

from typing import ClassVar

from pipeline.ports import Pair
from pipeline.vision.structure import worst_patches


class PatchError:
    """Mean |Y_t - Y_t+1 fetched back along the flow| in the worst tenth of the patches, occluded parts included.

    Sees what a mean over the picture dilutes: a face that morphs, a thing that melts into the ground.
    """

    name: ClassVar[str] = "patch_error"
    unit: ClassVar[str] = "levels"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair, 0..255."""
        return worst_patches(pair.error)
