"""Local flicker: one place whose light jumps while the rest is steady."""

from typing import ClassVar

import numpy as np

from pipeline.ports import Pair
from pipeline.vision.structure import worst_tenth


class LocalFlicker:
    """|change of the mean residual along the flow| from pair to pair, in the worst tenth of the patches.

    The residual is taken with its sign: noise cancels out in it, a thing that lights up does not.
    """

    name: ClassVar[str] = "local_flicker"
    unit: ClassVar[str] = "levels per frame^2"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair with the one before it; 0 for the first."""
        return 0.0 if pair.residual_before is None else worst_tenth(np.abs(pair.residual - pair.residual_before))
