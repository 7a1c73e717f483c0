"""Gates: faults that no other merit can outweigh. Each says where it struck, in a producer's words."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from pipeline.model import Amount, Rejection
from pipeline.score.combination import UNCHANGED, Mask
from pipeline.score.readings import Readings, Series

FROZEN_SECONDS = Fraction(1, 4)
"""A picture that moves may hold this long."""

FROZEN_PAIRS = 5
"""... and at least this many frames, for rates as low as 8 a second; drawings are often held for two or three."""

RESIDUE = 0.3
"""Change in levels that a coder may leave in a held picture while it refines it; half the pairs must hold exactly."""

TEXTURE = 2.5
"""Spread of luma under which a picture is too flat to tell whether it moves."""

DARK_LEVEL = 14.0
DARK_SPREAD = 8.0
DARK_FRAMES = 2
"""Frames under this level are black, unless they spread wider: a night with lights in it."""

STILL = {"low": 0.03, "medium": 0.08, "high": 0.2}
"""Median motion, in pixels per frame of a 720-line picture, under which nothing moves, by the amount asked for."""

CUT_OCCLUSION = 0.8
CUT_LOSS = 0.3
CUT_ALONE = 2.0
"""A hard cut: hardly a pixel and no form is found again, and so much worse than its neighbours, unlike a fast pan."""

JUMP_OCCLUSION = 0.25
JUMP_LOSS = 0.25
JUMP_ALONE = 5.0
JUMP_CHANGE = 3.0
"""A jump to a similar picture: less is lost, but far more than in either neighbour."""


def gates(readings: Readings, rate: Fraction, motion: Amount | None = None) -> tuple[Rejection, ...]:
    """Name every fault that rejects a clip, in the order frozen, dark, still, cut, with frames [start, stop).

    `motion` is what the shot asked for: `static` switches `frozen` and `still` off, None only `still`. A picture too
    flat to tell is never called frozen or still, and what is dark is not called frozen or cut as well.
    """
    black = (readings.level < DARK_LEVEL) & (readings.spread < DARK_SPREAD)
    textured = readings.frames > 1 and float(readings.spread.mean()) >= TEXTURE
    frozen = _frozen(readings, black, rate) if textured and motion != "static" else ()
    still = _still(readings, motion) if textured else ()
    return (*frozen, *_dark(black), *still, *_cut(readings, black))


def _frozen(readings: Readings, black: Mask, rate: Fraction) -> Iterator[Rejection]:
    change = readings.features["change"]
    enough = min(max(FROZEN_PAIRS, round(FROZEN_SECONDS * rate)), len(change))
    for start, stop in _runs((change < RESIDUE) & ~black[:-1]):
        same = np.flatnonzero(change[start:stop] < UNCHANGED) + start
        first, last = (int(same[0]), int(same[-1]) + 1) if len(same) else (start, start)
        if last - first >= enough and len(same) >= (last - first) / 2:
            words = f"the picture stands still from frame {first} to {last + 1}"
            yield Rejection("frozen", first, last + 1, words)


def _dark(black: Mask) -> Iterator[Rejection]:
    for start, stop in _runs(black):
        if stop - start >= min(DARK_FRAMES, len(black)):
            yield Rejection("dark", start, stop, f"the picture is black from frame {start} to {stop}")


def _still(readings: Readings, motion: Amount | None) -> Iterator[Rejection]:
    if motion is None or motion == "static":
        return
    moved = 720.0 * float(np.median(readings.features["motion"]))
    if moved < STILL[motion]:
        words = f"nothing moves, and {motion} motion was asked for"
        yield Rejection("still", 0, readings.frames, words)


def _cut(readings: Readings, black: Mask) -> Iterator[Rejection]:
    moving = np.flatnonzero(readings.features["change"] >= UNCHANGED)  # drawings are held, then jump a little
    lost, hidden, change = (readings.features[name][moving] for name in ("structure_loss", "occlusion", "change"))
    hard = (hidden > CUT_OCCLUSION) & (lost > CUT_LOSS) & (lost > CUT_ALONE * _neighbours(lost))
    jump = (hidden > JUMP_OCCLUSION) & (lost > JUMP_LOSS) & (lost > JUMP_ALONE * _neighbours(lost))
    jump &= change > JUMP_CHANGE * _neighbours(change)
    for pair in moving[hard | jump].tolist():
        frame = pair + 1
        if not black[pair] and not black[frame]:
            yield Rejection("cut", frame, frame + 1, f"the picture jumps to another one at frame {frame}")


def _neighbours(series: Series) -> Series:
    """Give the larger value beside each; 0 where a clip has only one pair."""
    padded = np.concatenate([[0.0], series, [0.0]])
    return np.asarray(np.maximum(padded[:-2], padded[2:]))


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """Give the stretches [start, stop) that are marked."""
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
