"""What is seen at a cut between two takes: four measures, each 0 where nothing shows and 1 where it clearly does."""

from collections.abc import Callable, Mapping
from math import hypot

from pipeline.model import End

TINT = 16.0
"""Levels of Cb and Cr between the sides of a cut that are clearly seen."""

LIGHT = 32.0
"""Levels of luma, the same."""

SPEED = 0.1
"""Short sides a second: slower motion has no direction that a viewer would miss."""

FRAME = 12.0
"""Mean |difference| in levels between the last frame of a take and the first of one that goes on from it."""


def colour(before: End, after: End) -> float:
    """Measure how far the tints on both sides of a cut are apart."""
    (_, blue, red), (_, other_blue, other_red) = _opponents(before), _opponents(after)
    return hypot(blue - other_blue, red - other_red) / TINT


def exposure(before: End, after: End) -> float:
    """Measure how far the light on both sides of a cut is apart."""
    return abs(_opponents(before)[0] - _opponents(after)[0]) / LIGHT


def motion(before: End, after: End) -> float:
    """Measure the change of direction across a cut: 0 where motion goes on or one side stands still, 1 where it turns.

    Motion of a camera to the left after motion to the right is what editors call a jarring cut.
    """
    one, two = hypot(*before.motion), hypot(*after.motion)
    if not one or not two:
        return 0.0
    cosine = (before.motion[0] * after.motion[0] + before.motion[1] * after.motion[1]) / (one * two)
    return (1.0 - cosine) / 2.0 * min(1.0, min(one, two) / SPEED)


def frame(before: End, after: End) -> float:
    """Measure how much the first frame of a take that goes on from another differs from that one's last."""
    if not before.picture or len(before.picture) != len(after.picture):
        return 0.0
    apart = sum(abs(a - b) for a, b in zip(before.picture, after.picture, strict=True))
    return apart / len(before.picture) / FRAME


JOINS: Mapping[str, Callable[[End, End], float]] = {
    "colour": colour,
    "exposure": exposure,
    "motion": motion,
    "frame": frame,
}
"""The measures by the names that a storyboard weighs them with."""

WORDS = {
    "colour": "colours nearer",
    "exposure": "light nearer",
    "motion": "motion goes on",
    "frame": "first frame nearer to the last",
}


def join(before: End, after: End, weights: Mapping[str, float], *, chained: bool) -> dict[str, float]:
    """Give what a cut costs, by measure, in parts of the score; `frame` only where a shot goes on from another."""
    return {
        name: weight * JOINS[name](before, after)
        for name, weight in weights.items()
        if weight and (chained or name != "frame")
    }


def _opponents(end: End) -> tuple[float, float, float]:
    """Give Y, Cb, Cr of the mean colour (Rec. ITU-R BT.709-6, item 3), in levels."""
    red, green, blue = end.colour
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return luma, (blue - luma) / 1.8556, (red - luma) / 1.5748
