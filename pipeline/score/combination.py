"""From features to one number: what each term is made of; what it weighs stands in parameters.yaml.

A term is a measure of one fault brought to a common scale, log2(1 + (value - natural) / visible), where `natural` is
what good footage has anyway: 0 is perfect, 1 clearly visible.
The score is exp(-sum of weight x term / 8). Flaws of a moment count as much as lasting ones, so many terms look at the
worst tenth of the pairs.
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
"""Share of the pairs that count as the worst."""

UNCHANGED = 0.04
"""Mean |difference| in levels under which a frame is the one before, coding residue included."""

REPEATED = 0.25
"""Of the clip's median change: under it, a frame counts as repeated."""

BLACK = 14.0
FLAT = 2.5
"""A frame is empty under this mean luma, or under this spread of it."""

ASKED = {"low": 0.06, "medium": 0.15, "high": 0.4}
"""Mean motion, in pixels per frame of a 720-line picture, at which a clip moves too little by 1/e."""

MEANT = {"frozen": {"frozen", "duplicates", "stall"}, "dark": {"dark"}, "still": {"still", "stall", "planar"}}
"""Terms that cost nothing where the gate of that name is allowed; a picture that shall not move may also hold."""


def worst(series: Series) -> float:
    """Average the worst tenth of a series, at least one value; 0 for an empty one."""
    if not len(series):
        return 0.0
    count = int(np.ceil(len(series) * WORST))
    return float(np.sort(series)[-count:].mean())


def mean(series: Series | Mask) -> float:
    """Average a series; 0 for an empty one."""
    return float(series.mean()) if len(series) else 0.0


def lower(series: Series) -> float:
    """Give the value that 70 % of a series exceed: what holds nearly throughout; 0 for an empty one."""
    return float(np.quantile(series, 0.3)) if len(series) else 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """The feature that a term reads, how its series becomes a number, and whether it is told by the contrast."""

    feature: str
    of: Callable[[Series], float]
    relative: bool = False


MEASURES = {
    "warp_error": Measure("warp_error", worst, relative=True),
    "patch_error": Measure("patch_error", mean, relative=True),
    "structure_loss": Measure("structure_loss", worst),
    "shake": Measure("shake", lambda series: mean(series[1:])),
    "jolt": Measure("shake", worst),
    "flicker": Measure("flicker", worst),
    "local_flicker": Measure("local_flicker", worst, relative=True),
    "colour_flicker": Measure("colour_flicker", worst),
    "hue_flicker": Measure("hue_flicker", worst),
    "sharpness_flicker": Measure("sharpness_flicker", worst),
    "ghosting": Measure("ghosting", mean),
    "banding": Measure("banding", mean),
    "wobble": Measure("wobble", mean),
    "local_wobble": Measure("local_wobble", mean),
    "shimmer": Measure("shimmer", mean, relative=True),
    "dissolving": Measure("dissolving", mean),
    "stuck": Measure("stuck", lambda series: lower(series[len(series) // 2 :])),
    "stall": Measure("stall", lambda series: mean(series[len(series) - len(series) // 3 :])),
    "light_drift": Measure("light_drift", worst),
    "saturation_drift": Measure("saturation_drift", worst),
    "tint_drift": Measure("tint_drift", worst),
    "focus_drift": Measure("focus_drift", worst),
}
"""Terms that a feature tells by itself."""


def combine(readings: Readings, motion: Amount | None = None, allow: Collection[str] = ()) -> dict[str, float]:
    """Bring a clip's features to terms >= 0, by name; 0 is perfect, 1 clearly visible.

    `motion` is what the shot asked for: `static` takes nothing that stands still amiss, an amount expects it,
    None expects nothing but that a picture that moves does not stop. `allow` names gates that are meant.
    """
    change = readings.features["change"]
    values = {name: one.of(told(name, readings)) for name, one in MEASURES.items()} | {
        "frozen": mean(held(change)),
        "duplicates": _duplicates(change),
        "still": mean(stillness(readings.features["motion"], motion)),
        "planar": lower(planarity(readings.features["planarity"], motion)),
        "dark": mean(empty(readings)),
    }
    found = {name: float(visible(name, np.array(values[name]))) for name in parameters()}
    return found | dict.fromkeys(meant(motion, allow), 0.0)


def told(name: str, readings: Readings) -> Series:
    """Give what a measure says pair by pair, by the contrast of the picture where it is relative."""
    measure = MEASURES[name]
    series = readings.features[measure.feature]
    return series / contrast(readings.stills) if measure.relative else series


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

    A camera that moves alone asks for little motion: over a wall that is a moved still.
    """
    return series if asked in {"medium", "high"} else np.zeros_like(series)


def _duplicates(change: Series) -> float:
    if not len(change):
        return 0.0
    return float(np.mean(change < REPEATED * float(np.median(change))))
