"""Local wobble: one thing that bends to and fro."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, along, bent, rms
from pipeline.ports import Course, Track
from pipeline.vision.structure import worst_tenth

REACH = 0.11
"""Short sides within which neighbours stray together where a thing bends, and apart where the flow errs."""


NOTHING = 20.0
"""Exponent of a weight that counts for nothing; numbers much smaller are slow to add."""


class LocalWobble:
    """How far points stray, together with their neighbours, from a parabola within half a second: the worst tenth."""

    name: ClassVar[str] = "local_wobble"
    unit: ClassVar[str] = "short sides"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return along(course, [(one, worst_tenth(rms(_together(one)))) for one in course.tracks])


def _together(track: Track) -> np.ndarray:
    """Average what neighbours stray, by a Gaussian of their distance at the beginning."""
    across, down = track.places[0].T / np.float32(REACH * np.sqrt(2.0))
    apart = (across[:, None] - across) ** 2 + (down[:, None] - down) ** 2
    weights = np.exp(-np.minimum(apart, NOTHING))
    strays = bent(track.own)
    paths = strays.transpose(0, 2, 1).astype(np.float32, order="C").reshape(-1, len(weights))
    even = np.einsum("kq,pq->kp", paths, weights) / weights.sum(axis=1)
    return np.asarray(even.reshape(len(strays), 2, -1).transpose(0, 2, 1))
