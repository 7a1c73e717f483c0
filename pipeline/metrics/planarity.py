"""Planarity: a picture in which nothing moves against anything else, as of a still under a moving camera."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series, along, bent, contrast, rms
from pipeline.ports import Course, Track
from pipeline.vision.structure import middle
from pipeline.vision.tracks import texture

FLAT = 0.005
"""Short sides within half a second that things move against each other where all is nearly one plane."""


EXPLAINED = 0.09
"""Of the contrast: patch error under which nearly everything is explained by that motion."""


SMOOTH = 0.0006
"""Short sides that the path of the whole picture may stray from a parabola: a hand that holds a camera strays more."""


class Planarity:
    """How much a picture moves as one within half a second, 0..1: exp of -(depth / 0.005)^2, and two more like it.

    Depth is the root mean square of what points move beside the motion of the picture as a whole. Real scenes have one
    from 0.008 on, for a face that talks; a still that is zoomed into has less than half of that. Patch error, by the
    contrast, tells what moves and cannot be followed: snow, leaves, water. The path of the picture itself is smooth,
    because no hand drew it.
    """

    name: ClassVar[str] = "planarity"
    unit: ClassVar[str] = "share"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair; 0 where too few points can be followed to tell."""
        error = course.series["patch_error"] / contrast(course.stills)
        return along(course, [(one, _planar(one, error)) for one in course.tracks])


def _planar(track: Track, error: Series) -> float:
    unexplained = float(error[track.start : track.start + len(track.places) - 1].mean())
    path = middle(track.places.transpose(0, 2, 1))
    strays = float(rms(bent(path[:, None]))[0])
    return float(np.exp(-((_depth(track) / FLAT) ** 2) - (unexplained / EXPLAINED) ** 2 - (strays / SMOOTH) ** 2))


def _depth(track: Track) -> float:
    squares = (track.own[-1].astype(np.float64) ** 2).sum(axis=1)
    return float(np.sqrt(np.average(squares, weights=texture(track.seen))))
