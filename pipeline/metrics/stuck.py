"""Stuck: places that stand still on the screen while the picture moves."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, along
from pipeline.ports import Course, Track

MOVING = 0.01
"""Short sides within half a second that a picture must move, to say that it moves."""

LIVELY = 75
"""Percentile of the points by which that is told."""

STILL = 0.1
"""Of that motion, under which a point stands still."""

TEXTURED = 1.0
"""Mean |Laplacian| in levels under which nobody sees whether a place moves."""


class Stuck:
    """Share of the followed points that stand still on the screen, and did not before, while a quarter of all move.

    What is still from the beginning is the background of a locked camera, or a frame around the picture.
    """

    name: ClassVar[str] = "stuck"
    unit: ClassVar[str] = "share"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair, 0..1."""
        told: list[tuple[Track, float]] = []
        least = 1.0
        for track in sorted(course.tracks, key=lambda one: one.start):
            share = _still(track)
            least = min(least, share)
            told.append((track, share - least))
        return along(course, told)


def _still(track: Track) -> float:
    """Give the share of points that stand still in a picture that moves."""
    moved = np.hypot(*(track.places[-1] - track.places[0]).T)
    usual = float(np.percentile(moved, LIVELY))
    still = (moved < STILL * usual) & (track.seen[0, :, 1] > TEXTURED)
    return float(still.mean()) if usual >= MOVING else 0.0
