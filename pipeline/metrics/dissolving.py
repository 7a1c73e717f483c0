"""Dissolving: things that lose their form, or gain it, on the way."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, along
from pipeline.ports import Course, Track

ENDS = 3
"""Frames averaged at both ends."""


class Dissolving:
    """|ln of the detail around followed points at the end of half a second, by that at its beginning|: the mean.

    What all points have in common, the focus, is taken away.
    """

    name: ClassVar[str] = "dissolving"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair."""
        return along(course, [(one, float(_changes(one).mean())) for one in course.tracks])


def _changes(track: Track) -> np.ndarray:
    detail = np.log(track.seen[..., 1] + 1.0)
    change = detail[-ENDS:].mean(axis=0) - detail[:ENDS].mean(axis=0)
    return np.asarray(np.abs(change - np.median(change)))
