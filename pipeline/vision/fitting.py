"""How large a picture becomes inside or around a size: arithmetic alone, which plans without a picture too."""

from fractions import Fraction
from typing import Literal

from pipeline.model import Size

Fit = Literal["cover", "contain"]
"""`cover` fills the size and crops what sticks out; `contain` shows everything between black bars."""


def inner_size(before: Size, size: Size, how: Fit) -> Size:
    """Say how large a picture of size `before` becomes inside (contain) or around (cover) `size`, in whole pixels.

    The inner size has the parity of `size` wherever they differ, so that the centre is exact.
    """
    scales = (Fraction(size.width, before.width), Fraction(size.height, before.height))
    scale = max(scales) if how == "cover" else min(scales)
    if scale == 1:
        return before
    return Size(_near(before.width * scale, size.width), _near(before.height * scale, size.height))


def _near(exact: Fraction, goal: int) -> int:
    steps = (exact - goal) / 2
    return max(2 - goal % 2, goal + 2 * round(steps))
