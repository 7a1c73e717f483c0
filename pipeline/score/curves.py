"""The terms of the score from frame to frame: where in a clip something goes wrong, and how clearly it shows."""

from collections.abc import Collection

import numpy as np

from pipeline.model import Amount
from pipeline.score.combination import MEASURES, empty, held, meant, stillness, told, visible
from pipeline.score.readings import Readings

WHOLE = frozenset({"jolt", "banding", "ghosting", "halted", "grain", "tint_drift"})
"""Terms without a curve: the peak of another, or what lies only in a clip as a whole."""


def curves(
    readings: Readings, motion: Amount | None = None, allow: Collection[str] = ()
) -> dict[str, tuple[float, ...]]:
    """Give every term that can be told pair by pair, to 3 digits: 0 is perfect, 1 clearly visible.

    Value k belongs to frames k and k + 1; a clip of one frame has empty curves. What is meant has no curve, nor has
    what lies only in a clip as a whole: a lone repeated frame is a matter of rates, a still that is moved one of all.
    """
    of = readings.features
    found = {name: visible(name, told(name, readings)) for name in MEASURES if name not in WHOLE}
    found["frozen"] = held(of["change"]).astype(np.float64)
    found["still"] = visible("still", stillness(of["motion"], motion))
    nothing = empty(readings)
    found["dark"] = (nothing[:-1] | nothing[1:]).astype(np.float64)
    unasked = {"still"} if motion is None or motion == "static" else set()
    return {
        name: tuple(float(f"{value:.3g}") for value in series)
        for name, series in found.items()
        if name not in meant(motion, allow) | unasked
    }
