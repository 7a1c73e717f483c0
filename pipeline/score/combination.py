"""From features to one number: what each term is made of; what it weighs stands in parameters.yaml.

A term is a measure of one fault brought to a common scale, log2(1 + (value - natural) / visible), where `natural` is
what good footage has anyway: 0 is perfect, 1 clearly visible.
The score is exp(-sum of weight x term / 8). Flaws of a moment count as much as lasting ones, so many terms look at a
clip's worst moment.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.metrics.courses import contrast
from pipeline.model import Amount
from pipeline.score.parameters import parameters
from pipeline.score.readings import Readings, Series

Mask = npt.NDArray[np.bool_]

SOFTNESS = 8.0
"""Sum of weighted terms at which the score has fallen to 1/e."""

WORST = 0.1
"""Share of the pairs that count as the worst ..."""

MOMENT = 0.25
"""... but no more seconds of them: a jump in a long clip is no smaller than in a short one."""

UNCHANGED = 0.04
"""Mean |difference| in levels under which a frame is the one before, coding residue included."""

REPEATED = 0.25
"""Of the clip's median change: under it, a frame counts as repeated."""

SLIGHT_CHANGE = 1.0
"""Levels of change, and ..."""

SLIGHT_MOTION = 0.002
"""... short sides of motion a frame, that are added to a clip's own."""

BLACK = 14.0
FLAT = 2.5
"""A frame is empty under this mean luma, or under this spread of it."""

ASKED = {"low": 0.06, "medium": 0.15, "high": 0.4}
"""Mean motion, in pixels per frame of a 720-line picture, at which a clip moves too little by 1/e."""

MEANT = {
    "frozen": {"frozen", "duplicates", "stall", "halted", "recurring"},
    "dark": {"dark"},
    "still": {"still", "stall", "planar", "halted", "recurring", "fading"},
}
"""Terms that cost nothing where the gate of that name is allowed; a picture that shall not move may also hold."""


def worst(series: Series, most: int | None = None) -> float:
    """Average the worst tenth of a series, at least one value and at most so many; 0 for an empty one."""
    if not len(series):
        return 0.0
    count = int(np.ceil(len(series) * WORST))
    count = count if most is None else max(1, min(count, most))
    return float(np.sort(series)[-count:].mean())


def mean(series: Series | Mask) -> float:
    """Average a series; 0 for an empty one."""
    return float(series.mean()) if len(series) else 0.0


def lower(series: Series) -> float:
    """Give the value that 70 % of a series exceed: what holds nearly throughout; 0 for an empty one."""
    return float(np.quantile(series, 0.3)) if len(series) else 0.0


def upper(series: Series) -> float:
    """Give the value that 30 % of a series exceed; 0 for an empty one."""
    return float(np.quantile(series, 0.7)) if len(series) else 0.0


def last(series: Series) -> float:
    """Give the last value of a series; 0 for an empty one."""
    return float(series[-1]) if len(series) else 0.0


def by_contrast(readings: Readings) -> float:
    """Give what errors of light are told by, in levels."""
    return contrast(readings.stills)


def by_change(readings: Readings) -> float:
    """Give what errors of motion in levels are told by: a clip that hardly moves errs as hardly."""
    return mean(readings.features["change"]) + SLIGHT_CHANGE


def by_motion(readings: Readings) -> float:
    """Give what errors of motion in short sides are told by, for the same reason."""
    return mean(readings.features["motion"]) + SLIGHT_MOTION


@dataclass(frozen=True, slots=True)
class Measure:
    """The feature that a term reads, how its series becomes a number, and by what of the clip that is told.

    Without `of` it is the worst moment that counts.
    """

    feature: str
    of: Callable[[Series], float] | None = None
    by: Callable[[Readings], float] | None = None


MEASURES = {
    "warp_error": Measure("warp_error", by=by_change),
    "patch_error": Measure("patch_error", mean, by_change),
    "structure_loss": Measure("structure_loss"),
    "shake": Measure("shake", lambda series: mean(series[1:]), by_motion),
    "jolt": Measure("shake", by=by_motion),
    "flicker": Measure("flicker"),
    "local_flicker": Measure("local_flicker", by=by_contrast),
    "colour_flicker": Measure("colour_flicker"),
    "hue_flicker": Measure("hue_flicker"),
    "sharpness_flicker": Measure("sharpness_flicker"),
    "ghosting": Measure("ghosting", mean),
    "grain": Measure("grain", mean),
    "banding": Measure("banding", mean),
    "wobble": Measure("wobble", mean, by_motion),
    "local_wobble": Measure("local_wobble", mean, by_motion),
    "shimmer": Measure("shimmer", mean, by_contrast),
    "dissolving": Measure("dissolving", mean),
    "fading": Measure("fading", upper),
    "halted": Measure("halted", mean),
    "recurring": Measure("recurring"),
    "stall": Measure("stall", last),
    "light_drift": Measure("light_drift"),
    "saturation_drift": Measure("saturation_drift"),
    "tint_drift": Measure("tint_drift"),
    "focus_drift": Measure("focus_drift"),
}
"""Terms that a feature tells by itself."""


def combine(readings: Readings, motion: Amount | None = None, allow: Collection[str] = ()) -> dict[str, float]:
    """Bring a clip's features to terms >= 0, by name; 0 is perfect, 1 clearly visible.

    `motion` is what the shot asked for: `static` takes nothing that stands still amiss, an amount expects it,
    None expects nothing but that a picture that moves does not stop. `allow` names gates that are meant.
    """
    change = readings.features["change"]
    values = {name: _value(name, readings) for name in MEASURES} | {
        "frozen": mean(held(change)),
        "duplicates": _duplicates(change),
        "still": mean(stillness(readings.features["motion"], motion)),
        "planar": lower(planarity(readings.features["planarity"], motion)),
        "dark": mean(empty(readings)),
    }
    found = {name: float(visible(name, np.array(values[name]))) for name in parameters()}
    return found | dict.fromkeys(meant(motion, allow), 0.0)


def _value(name: str, readings: Readings) -> float:
    series, of = told(name, readings), MEASURES[name].of
    return of(series) if of else worst(series, round(MOMENT * readings.rate))


def told(name: str, readings: Readings) -> Series:
    """Give what a measure says pair by pair."""
    measure = MEASURES[name]
    series = readings.features[measure.feature]
    return series / measure.by(readings) if measure.by else series


def visible(name: str, values: Series) -> Series:
    """Bring values of a measure to the scale of its term."""
    of = parameters()[name]
    return np.asarray(np.log2(1.0 + np.maximum(values - of.natural, 0.0) / of.visible))


def meant(motion: Amount | None, allow: Collection[str]) -> set[str]:
    """Give the terms that cost nothing, by what the shot asked for and the gates it allows."""
    gates = {*allow, "frozen", "still"} if motion == "static" else {*allow}
    return {term for gate, terms in MEANT.items() if gate in gates for term in terms}


def weighed(terms: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """Give what each term costs; one without a weight costs nothing."""
    return {name: value * weights.get(name, 0.0) for name, value in terms.items()}


def total(costs: Mapping[str, float]) -> float:
    """Give the score of a clip, 0..1, 1 for a perfect one."""
    return float(np.exp(-sum(costs.values()) / SOFTNESS))


def lasting(mask: Mask) -> Mask:
    """Keep what holds for two pairs or more: a single repeated frame is a matter of rates."""
    padded = np.concatenate([[False], mask, [False]])
    return np.asarray(mask & (padded[:-2] | padded[2:]))


def held(change: Series) -> Mask:
    """Mark the pairs in which the picture stands still."""
    return lasting(change < UNCHANGED)


def empty(readings: Readings) -> Mask:
    """Mark the frames in which nothing can be seen."""
    return (readings.level < BLACK) | (readings.spread < FLAT)


def stillness(motion: Series, asked: Amount | None) -> Series:
    """Say how much of the motion asked for is lacking over the clip, 0..1 a pair; nothing where none was asked for."""
    if asked is None or asked == "static":
        return np.zeros_like(motion)
    return np.full_like(motion, np.exp(-720.0 * mean(motion) / ASKED[asked]))


def planarity(series: Series, asked: Amount | None) -> Series:
    """Say how much a clip is a still that is moved, 0..1 for each pair; nothing where that may be what was asked for.

    A camera that moves alone asks for little motion: over a wall that is nearly a moved still, so where little was
    asked for only the upper half of the scale counts.
    """
    if asked in {"medium", "high"}:
        return series
    return np.maximum(0.0, 2.0 * series - 1.0) if asked == "low" else np.zeros_like(series)


def _duplicates(change: Series) -> float:
    if not len(change):
        return 0.0
    return float(np.mean(change < REPEATED * float(np.median(change))))
