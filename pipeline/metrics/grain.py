"""Grain: texture that is new in every frame."""

from typing import ClassVar

from pipeline.ports import Pair


class Grain:
    """|change of the Laplacian| from frame to frame, in the clip's own pixels: the median over places of 20x20.

    White noise of deviation s has sqrt(40 * 2 / pi) s, about 5 s (the Laplacian's weights are -4 and four times 1).
    """

    name: ClassVar[str] = "grain"
    unit: ClassVar[str] = "levels"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair in the middle of the picture."""
        return pair.grain
