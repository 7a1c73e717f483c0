"""How a clip begins and ends, as its neighbours in a film will see it."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from pipeline.model import End

SECONDS = Fraction(1, 4)


def ends(
    colours: npt.NDArray[np.float64],
    motion: npt.NDArray[np.float64],
    pictures: Sequence[npt.NDArray[np.uint8]],
    rate: Fraction,
) -> tuple[End, End]:
    """Give both ends of a clip from every frame's mean R, G, B (frames, 3) and mean flow (pairs, 2) in short sides.

    `pictures` are the first and the last frame in small; `rate` turns motion into short sides a second.
    """
    frames = max(1, round(SECONDS * rate))
    pairs = motion if len(motion) else np.zeros((1, 2))
    parts = ((slice(None, frames), pictures[0]), (slice(-frames, None), pictures[-1]))
    first, last = (
        End(
            _three(colours[part].mean(axis=0)),
            _two(pairs[part].mean(axis=0) * float(rate)),
            tuple(int(value) for value in picture.ravel()),
        )
        for part, picture in parts
    )
    return first, last


def _three(values: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    red, green, blue = (round(float(value), 3) for value in values)
    return red, green, blue


def _two(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    x, y = (round(float(value), 5) for value in values)
    return x, y
