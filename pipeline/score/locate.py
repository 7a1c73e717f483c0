"""Where a clip is worst: the frames in which a term is clearly visible and stands out."""

from collections.abc import Mapping, Sequence
from statistics import median

from pipeline.model import Spot

RANGES = 3
"""Worst ranges kept of a curve."""

SPOTS = 6
"""Spots kept of a clip."""

GAP = 2
"""Ranges with no more pairs between them are one."""

VISIBLE = 1.0

STANDS_OUT = 1.3
"""Of a curve's median: what is visible all through is told as that, and only what is above it as worst."""


def spots(curves: Mapping[str, Sequence[float]], weights: Mapping[str, float]) -> tuple[Spot, ...]:
    """Give the places of a clip that cost most, over all its curves, the heaviest first.

    `weights` are what the terms count; one without any marks nothing.
    """
    found = [
        (weights.get(term, 0.0) * sum(curve[start : stop - 1]), Spot(term, start, stop, max(curve[start : stop - 1])))
        for term, curve in curves.items()
        if weights.get(term, 0.0)
        for start, stop in (worst_ranges(curve) if curve else ())
    ]
    return tuple(one for _, one in sorted(found, key=lambda one: (-one[0], one[1].start, one[1].term))[:SPOTS])


def worst_ranges(curve: Sequence[float]) -> list[tuple[int, int]]:
    """Give the frames [start, stop) where a curve is clearly visible and stands out, the heaviest few, in order."""
    found: list[tuple[int, int]] = []
    least = max(VISIBLE, STANDS_OUT * median(curve))
    for place, value in enumerate(curve):
        if value < least:
            continue
        near = found and place - found[-1][1] <= GAP
        start = found.pop()[0] if near else place
        found.append((start, place + 1))
    heaviest = sorted(found, key=lambda one: -sum(curve[one[0] : one[1]]))[:RANGES]
    return sorted((start, stop + 1) for start, stop in heaviest)
