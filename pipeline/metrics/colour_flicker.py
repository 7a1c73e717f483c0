"""Colour flicker: a tint that jumps and comes back."""

from typing import ClassVar

from pipeline.ports import Pair


class ColourFlicker:
    """|second difference of mean Cb| and Cr, averaged."""

    name: ClassVar[str] = "colour_flicker"
    unit: ClassVar[str] = "levels per frame^2"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair with the frame before it; 0 for the first."""
        before, this, after = pair.stills
        if before is None:
            return 0.0
        blue, red = (abs(a - 2.0 * b + c) for a, b, c in zip(before.chroma, this.chroma, after.chroma, strict=True))
        return (blue + red) / 2.0
