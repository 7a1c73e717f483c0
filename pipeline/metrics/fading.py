"""Fading: pictures that are mixtures of others, where there should be motion."""

from typing import ClassVar

import numpy as np

from pipeline.metrics.courses import Series
from pipeline.ports import Course
from pipeline.vision.echo import steps

LEAST = 0.02
"""Where rounding ends what can be told."""


class Fading:
    """-ln of how far a frame is from halfway between an earlier and a later one, by how far those are apart.

    The best of five distances up to a third of a second. In a cross-fade every frame is the mixture of its neighbours,
    and this is 1.2 to 3; what moves is elsewhere halfway, and noise is new in every frame: 0 to 0.9. Of what moves
    slowly, evenly and without any grain it is up to 1.3.
    """

    name: ClassVar[str] = "fading"
    unit: ClassVar[str] = "ln"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, course: Course) -> Series:
        """Measure every pair; 0 at least, and where no frame lies between others."""
        best, back = np.zeros(len(course.stills)), steps(course.rate)
        for last, halves in enumerate(course.halves, start=1):
            for step, bend in zip(back, halves, strict=False):  # the past allows so many
                best[last - step] = max(best[last - step], -np.log(max(LEAST, bend)))
        return best[1:]
