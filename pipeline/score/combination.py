"""From features to one number: every weight and scale of the score stands here.

A term is a feature brought to a common scale, where 0 is perfect and 1 clearly visible; the score is
exp(-sum / 8). Flaws of a moment count as much as lasting ones, so most terms look at the worst tenth of the pairs.
"""

from collections.abc import Mapping

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


def combine(readings: Readings, motion: Amount | None = None) -> dict[str, float]:
    """Weigh a clip's features into terms >= 0, by name; 0 is perfect.

    `motion` is what the shot asked for: `static` takes nothing that stands still amiss, an amount expects it,
    None expects nothing but that a picture that moves does not stop.
    """
    of = readings.features
    contrast = _contrast(readings)
    terms = {
        "warp_error": _log(40.0 * worst(of["warp_error"]) / contrast, 0.8),
        "patch_error": _log(20.0 * _mean(of["patch_error"]) / contrast, 1.0),
        "structure_loss": _log(10.0 * worst(of["structure_loss"]), 0.6),
        "shake": _log(180.0 * _mean(of["shake"][1:]), 0.8),
        "jolt": _log(180.0 * worst(of["shake"]), 1.2),
        "flicker": _log(worst(of["flicker"]), 1.0),
        "colour_flicker": _log(2.0 * worst(of["colour_flicker"]), 0.7),
        "sharpness_flicker": worst(of["sharpness_flicker"]) / 0.4,
        "frozen": _frozen(of["change"]),
        "duplicates": _duplicates(of["change"]),
        "still": _still(of["motion"], motion),
        "dark": float(np.mean((readings.level < BLACK) | (readings.spread < FLAT))) / 0.2,
    }
    if motion == "static":
        terms |= {"frozen": 0.0, "duplicates": 0.0}
    return terms


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


def _frozen(change: Series) -> float:
    return _mean(lasting(change < UNCHANGED)) / 0.08


def _duplicates(change: Series) -> float:
    if not len(change):
        return 0.0
    share = float(np.mean(change < REPEATED * float(np.median(change))))
    return max(0.0, share - PULLDOWN) / 0.25


def _still(motion: Series, asked: Amount | None) -> float:
    if asked is None or asked == "static" or not len(motion):
        return 0.0
    return float(np.exp(-720.0 * motion.mean() / ASKED[asked])) / 0.25


def _log(value: float, scale: float) -> float:
    return float(np.log1p(value)) / scale


def _mean(series: Series | Mask) -> float:
    return float(series.mean()) if len(series) else 0.0
