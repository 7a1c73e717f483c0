"""From features to one number: every weight and scale of the score stands here.

A term is a feature brought to a common scale, where 0 is perfect and 1 clearly visible; the score is
exp(-sum / 8). Flaws of a moment count as much as lasting ones, so most terms look at the worst tenth of the pairs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.model import Amount
from pipeline.score.readings import Readings, Series

Mask = npt.NDArray[np.bool_]

SOFTNESS = 8.0
"""Sum of terms at which the score has fallen to 1/e."""

WORST = 0.1
"""Share of the pairs that count as the worst."""

UNCHANGED = 0.04
"""Mean |difference| in levels under which a frame is the one before, coding residue included."""

REPEATED = 0.25
"""Of the clip's median change: under it, a frame counts as repeated."""

PULLDOWN = 1 / 16
"""Share of repeated frames that real footage holds from conforming its rate (24 in 25 fps has 1 in 25)."""

BLACK = 14.0
FLAT = 2.5
"""A frame is empty under this mean luma, or under this spread of it."""

ASKED = {"low": 0.06, "medium": 0.15, "high": 0.4}
"""Mean motion, in pixels per frame of a 720-line picture, at which a clip moves too little by 1/e."""

MEANT = {"frozen": {"frozen", "duplicates"}, "dark": {"dark"}, "still": {"still"}}
"""Terms that cost nothing where the gate of that name is allowed; a picture that shall not move may also hold."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How a feature becomes a term: ln(1 + gain x value) / softness, where `relative` divides by the contrast."""

    gain: float
    softness: float
    relative: bool = False


SCALES = {
    "warp_error": Scale(40.0, 0.8, relative=True),
    "patch_error": Scale(20.0, 1.0, relative=True),
    "structure_loss": Scale(10.0, 0.6),
    "shake": Scale(180.0, 0.8),
    "jolt": Scale(180.0, 1.2),
    "flicker": Scale(1.0, 1.0),
    "colour_flicker": Scale(2.0, 0.7),
}
SHARPNESS = 0.4
STILL = 0.25


def combine(readings: Readings, motion: Amount | None = None, allow: Collection[str] = ()) -> dict[str, float]:
    """Weigh a clip's features into terms >= 0, by name; 0 is perfect.

    `motion` is what the shot asked for: `static` takes nothing that stands still amiss, an amount expects it,
    None expects nothing but that a picture that moves does not stop. `allow` names gates that are meant.
    """
    of = readings.features
    found = {
        "warp_error": worst(of["warp_error"]),
        "patch_error": _mean(of["patch_error"]),
        "structure_loss": worst(of["structure_loss"]),
        "shake": _mean(of["shake"][1:]),
        "jolt": worst(of["shake"]),
        "flicker": worst(of["flicker"]),
        "colour_flicker": worst(of["colour_flicker"]),
    }
    terms = {name: float(scaled(name, np.array(value), readings)) for name, value in found.items()} | {
        "sharpness_flicker": worst(of["sharpness_flicker"]) / SHARPNESS,
        "frozen": _mean(held(of["change"])) / 0.08,
        "duplicates": _duplicates(of["change"]),
        "still": float(stillness(np.array(of["motion"].mean()), motion)) if len(of["motion"]) else 0.0,
        "dark": float(empty(readings).mean()) / 0.2,
    }
    return terms | dict.fromkeys(meant(motion, allow), 0.0)


def scaled(name: str, values: Series, readings: Readings) -> Series:
    """Bring values of a feature to the scale of the term `name`."""
    scale = SCALES[name]
    return np.asarray(np.log1p(scale.gain * values / (_contrast(readings) if scale.relative else 1.0)) / scale.softness)


def meant(motion: Amount | None, allow: Collection[str]) -> set[str]:
    """Give the terms that cost nothing, by what the shot asked for and the gates it allows."""
    gates = {*allow, "frozen"} if motion == "static" else {*allow}
    return {term for gate, terms in MEANT.items() if gate in gates for term in terms}


def total(terms: Mapping[str, float]) -> float:
    """Give the score of a clip, 0..1, 1 for a perfect one."""
    return float(np.exp(-sum(terms.values()) / SOFTNESS))


def worst(series: Series) -> float:
    """Average the worst tenth of a series, at least one value; 0 for an empty one."""
    if not len(series):
        return 0.0
    count = int(np.ceil(len(series) * WORST))
    return float(np.sort(series)[-count:].mean())


def lasting(mask: Mask) -> Mask:
    """Keep what holds for two pairs or more: a single repeated frame is a matter of rates."""
    padded = np.concatenate([[False], mask, [False]])
    return np.asarray(mask & (padded[:-2] | padded[2:]))


def _contrast(readings: Readings) -> float:
    """Say how large an error may be in this picture: its spread, and its detail, so that blur is no merit."""
    spread, detail = float(readings.spread.mean()) + 4.0, 2.0 * float(readings.detail.mean()) + 4.0
    return float(np.sqrt(spread * detail))


def held(change: Series) -> Mask:
    """Mark the pairs in which the picture stands still."""
    return lasting(change < UNCHANGED)


def empty(readings: Readings) -> Mask:
    """Mark the frames in which nothing can be seen."""
    return (readings.level < BLACK) | (readings.spread < FLAT)


def stillness(motion: Series, asked: Amount | None) -> Series:
    """Say how much of the motion asked for is lacking; nothing where none was."""
    if asked is None or asked == "static":
        return np.zeros_like(motion)
    return np.asarray(np.exp(-720.0 * motion / ASKED[asked]) / STILL)


def _duplicates(change: Series) -> float:
    if not len(change):
        return 0.0
    share = float(np.mean(change < REPEATED * float(np.median(change))))
    return max(0.0, share - PULLDOWN) / 0.25


def _mean(series: Series | Mask) -> float:
    return float(series.mean()) if len(series) else 0.0
