"""The terms of a take's score from frame to frame: what scores.json keeps of them, and how the page draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

from pipeline.deliver import json_values, words
from pipeline.deliver.markup import Html, el
from pipeline.model import Card
from pipeline.score.locate import RANGES, VISIBLE, worst_ranges

CURVES = 3
"""Curves kept of a take: those that cost it most."""

POINTS = 120
"""Points kept of a curve; each is the worst of as many pairs as it stands for."""

WORTH = 0.25
"""A reading under which a second curve is not worth its place."""

SHORT = {
    "warp_error": "changes as it moves",
    "patch_error": "one place changes",
    "structure_loss": "forms do not hold",
    "shake": "unsteady motion",
    "flicker": "light flickers",
    "local_flicker": "one place flickers",
    "colour_flicker": "colours flicker",
    "hue_flicker": "hues flicker",
    "sharpness_flicker": "uneven sharpness",
    "wobble": "shapes wobble",
    "local_wobble": "one thing bends",
    "shimmer": "surfaces shimmer",
    "dissolving": "things lose form",
    "fading": "cross-fades",
    "recurring": "frames come again",
    "stall": "motion runs out",
    "light_drift": "exposure drifts",
    "saturation_drift": "colours fade or glow",
    "focus_drift": "focus drifts",
    "frozen": "stands still",
    "still": "too little motion",
    "dark": "black or empty",
}
"""What stands over a plot, short enough for one line."""

TOP, HEIGHT = 3.0, 40
"""The reading at the upper edge of a plot, and the plot's height in its own units."""


@dataclass(frozen=True, slots=True)
class CurveFacts:
    """One curve of a take: a point every `step` pairs of frames, its highest reading, and worst frames [start, stop).

    1 is clearly visible.
    """

    name: str
    step: int
    points: tuple[float, ...]
    peak: float
    worst: tuple[tuple[int, int], ...]


# ---------------------------------------------------------------- what is kept


def told(card: Card) -> list[dict[str, Any]]:
    """Give the curves of a card that tell most, as JSON values, the heaviest first; none for a card without.

    Those of terms that cost most tell most; on a card of a former version, the highest.
    """
    curves = sorted(
        ((name, curve) for name, curve in card.curves.items() if curve),
        key=lambda one: (-card.costs.get(one[0], 0.0), -_weight(one[1])),
    )
    kept = [one for place, one in enumerate(curves[:CURVES]) if not place or max(one[1]) >= WORTH]
    return [
        {
            "name": name,
            "step": (step := -(-len(curve) // POINTS)),
            "points": [round(max(curve[at : at + step]), 2) for at in range(0, len(curve), step)],
            "peak": round(max(curve), 2),
            "worst": [[start, stop] for start, stop in worst_ranges(curve)],
        }
        for name, curve in kept
    ]


def _weight(curve: Sequence[float]) -> float:
    return sum(curve) / len(curve) + max(curve)


def read(value: object) -> tuple[CurveFacts, ...]:
    """Read the curves of a take of scores.json; what is odd is left out."""
    found = (_curve(one) for one in json_values.mappings(value)[:CURVES])
    return tuple(one for one in found if one is not None)


def _curve(about: Any) -> CurveFacts | None:
    listed = about.get("points")
    points = [json_values.number(one) for one in listed[: 2 * POINTS]] if isinstance(listed, list) else []
    known = tuple(max(0.0, one) for one in points if one is not None)
    if not known or len(known) != len(points):
        return None
    ranges = about.get("worst")
    pairs = [json_values.pair(one) for one in ranges[:RANGES]] if isinstance(ranges, list) else []
    return CurveFacts(
        name=json_values.text(about.get("name")),
        step=max(1, json_values.whole(about.get("step")) or 1),
        points=known,
        peak=json_values.number(about.get("peak")) or max(known),
        worst=tuple((start, stop) for start, stop in pairs if 0 <= start < stop),
    )


# ---------------------------------------------------------------- how it is drawn


def plots(curves: Iterable[CurveFacts], frames: int, rate: Fraction | None) -> Html | None:
    """Draw the curves of a take, one under the other, as wide as its clip is long."""
    drawn = [_plot(one, max(frames, 2), rate) for one in curves]
    return el("div", *drawn, class_="plots") if drawn else None


def _plot(curve: CurveFacts, frames: int, rate: Fraction | None) -> Html:
    heaviest = max(curve.worst, key=lambda one: one[1] - one[0], default=None)
    button = heaviest and el(
        "button", words.run(*heaviest, None), type="button", class_="worst", data_frame=heaviest[0], hidden=True
    )
    return el(
        "div",
        el("p", el("span", SHORT.get(curve.name) or words.term(curve.name)), button or el("span", _evenly(curve))),
        _drawing(curve, frames, rate),
        class_="plot",
    )


def _drawing(curve: CurveFacts, frames: int, rate: Fraction | None) -> Html:
    """Give the drawing, a unit wide a point: worst ranges, the line of what is visible, the curve."""
    wide = (frames - 1) / curve.step
    marks = [
        el("rect", x=f"{start / curve.step:.1f}", width=f"{max(stop - 1 - start, 1) / curve.step:.1f}", height=HEIGHT)
        for start, stop in curve.worst
    ]
    line = HEIGHT - round(HEIGHT * VISIBLE / TOP)
    return el(
        "svg",
        *marks,
        el("path", class_="seen", d=f"M0 {line}H{wide:.1f}"),
        el("path", class_="curve", d=_path(curve, wide)),
        viewBox=f"0 0 {wide:.1f} {HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=in_words(curve, rate),
    )


def _path(curve: CurveFacts, wide: float) -> str:
    heights = [round(HEIGHT - HEIGHT * min(value, TOP) / TOP) for value in curve.points]
    places = (f"{min(place + 0.5, wide):g} {height}" for place, height in enumerate(heights))
    return f"M0 {heights[0]}L{' '.join(places)}H{wide:.1f}"


def in_words(curve: CurveFacts, rate: Fraction | None) -> str:
    """Say what a plot shows, for who cannot see it."""
    name = words.term(curve.name)
    worst = words.listed([words.run(start, stop, rate) for start, stop in curve.worst])
    found = f"worst in {worst}" if worst else _evenly(curve)
    return f"{name}, frame by frame: {found}; {curve.peak:.1f} at most, where 1 is clearly visible."


def _evenly(curve: CurveFacts) -> str:
    """Say how a curve without worst ranges is."""
    return "all through" if median(curve.points) >= VISIBLE else "hardly visible"
