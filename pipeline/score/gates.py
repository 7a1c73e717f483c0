"""Gates: faults that no other merit can outweigh. Each says where it struck, in a producer's words."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np

from pipeline.model import Amount, Rejection, Spec
from pipeline.score.combination import FLAT, UNCHANGED, Mask, lasting
from pipeline.score.readings import Readings, Series, texture, travel

Limits = Mapping[str, float]
"""Where gates begin to reject, by their names; what is not named is as usual."""

USUAL: Limits = {}

FROZEN_SECONDS = 0.25
"""A picture that moves may hold this long."""

FROZEN_PAIRS = 5
"""... and at least this many frames, for rates as low as 8 a second; drawings are often held for two or three."""

RESIDUE = 0.3
"""Change in levels that a coder may leave in a held picture while it refines it; half the pairs must hold exactly."""

STOPPED = 1 / 8
"""Of the clip's own change elsewhere: a slow, gently starting move changes as little for a while, a held one less."""

REFINED = 1 / 20
"""... and so little where a coder still works on the held picture, pair by pair."""

SPREAD, TEXTURE = 2.5, 0.5
"""Spread of luma, and difference from the surroundings (levels), under which nobody can tell whether it moves."""

DARK_LEVEL = 14.0
DARK_SPREAD = FLAT
DARK_FRAMES = 2
"""Frames under this level are black, unless they spread wider: a night with something in it."""

FADE_SECONDS = Fraction(1, 4)
"""A clip may fade in from black, or out to it: for so long, if the frame beside is at most three times as bright."""

STILL = {"low": 0.03, "medium": 0.08, "high": 0.2}
"""Median motion, in pixels per frame of a 720-line picture, under which nothing moves, by the amount asked for;
at higher rates every frame moves less."""

STILL_RATE = 24
STILL_TRAVEL = {"low": 0.15, "medium": 0.3, "high": 0.5}
"""... and pixels of a thumbnail (160 wide) under which it gets nowhere over the whole clip either."""

CUT_OCCLUSION = 0.8
CUT_LOSS = 0.3
CUT_ALONE = 2.0
"""A hard cut: hardly a pixel and no form is found again, and so much worse than its neighbours, unlike a fast pan."""

JUMP_OCCLUSION = 0.25
JUMP_LOSS = 0.25
JUMP_ALONE = 5.0
JUMP_CHANGE = 3.0
"""A jump to a similar picture: less is lost, but far more than in either neighbour."""

FLASH_LEVEL = 25.0
FLASH_FRAMES = 6
"""A flash changes the mean level by so much and is over after so many frames: lightning, cameras, a strobe."""


def gates(
    readings: Readings, rate: Fraction, motion: Amount | None = None, limits: Limits = USUAL
) -> tuple[Rejection, ...]:
    """Name every fault that rejects a clip, in the order frozen, dark, still, cut, with frames [start, stop).

    `motion` is what the shot asked for: `static` switches `frozen` and `still` off, None only `still`. `limits` say
    where a gate begins to reject. A picture too flat to tell is never called frozen or still, and what is dark is not
    called frozen or cut as well.
    """
    black = (readings.level < limits.get("dark", DARK_LEVEL)) & (readings.spread < DARK_SPREAD)
    textured = readings.frames > 1 and float(readings.spread.mean()) >= SPREAD and texture(readings.strip) >= TEXTURE
    frozen = _frozen(readings, black, rate, limits) if textured and motion != "static" else ()
    still = _still(readings, rate, motion, limits) if textured else ()
    return (*frozen, *_dark(readings, black, rate, limits), *still, *_cut(readings, black, limits))


def unlike(made: Spec, promised: Spec) -> tuple[Rejection, ...]:
    """Name what a clip has otherwise than its generator promised: size, rate, length."""
    told = (
        ("size", made.size, promised.size, ""),
        ("rate", made.rate, promised.rate, " frames a second"),
        ("length", made.frames, promised.frames, " frames"),
    )
    return tuple(
        Rejection(gate, 0, made.frames, f"it has {here}{unit} where {there} were promised")
        for gate, here, there, unit in told
        if here != there
    )


def _frozen(readings: Readings, black: Mask, rate: Fraction, limits: Limits) -> Iterator[Rejection]:
    change = readings.features["change"]
    quiet = (change < RESIDUE) & ~black[:-1]
    enough = min(max(FROZEN_PAIRS, round(limits.get("frozen", FROZEN_SECONDS) * float(rate))), len(change))
    pace = _pace(change, quiet)
    nowhere = travel(readings.strip) < STILL_TRAVEL["low"]
    for start, stop in _runs(quiet):
        first, last = _same(change, start, stop)
        if last - first >= enough:
            frozen = nowhere or float(change[first:last].mean()) < STOPPED * pace
        else:
            first, last = start, stop
            frozen = last - first >= enough and float(change[first:last].mean()) < REFINED * pace
        if frozen:
            yield Rejection("frozen", first, last + 1, f"the picture stands still from frame {first} to {last + 1}")


def _pace(change: Series, quiet: Mask) -> float:
    """Give the change of a pair where the clip moves, single pops of a coder left out."""
    for moving in (lasting(~quiet), lasting(change >= UNCHANGED)):
        if moving.any():
            return float(np.median(change[moving]))
    return 0.0


def _same(change: Series, start: int, stop: int) -> tuple[int, int]:
    """Cut a quiet stretch to where pairs do not change at all; empty unless half of its pairs do not."""
    same = np.flatnonzero(change[start:stop] < UNCHANGED) + start
    first, last = (int(same[0]), int(same[-1]) + 1) if len(same) else (start, start)
    return (first, last) if len(same) >= (last - first) / 2 else (start, start)


def _dark(readings: Readings, black: Mask, rate: Fraction, limits: Limits) -> Iterator[Rejection]:
    brightest = 3.0 * limits.get("dark", DARK_LEVEL)
    for start, stop in _runs(black):
        if stop - start >= min(DARK_FRAMES, len(black)) and not _fades(readings, start, stop, rate, brightest):
            yield Rejection("dark", start, stop, f"the picture is black from frame {start} to {stop}")


def _fades(readings: Readings, start: int, stop: int, rate: Fraction, brightest: float) -> bool:
    """Say whether black frames are the beginning or the end of a short fade, `brightest` the level beside them."""
    if (start > 0) == (stop < readings.frames) or stop - start > FADE_SECONDS * rate:
        return False
    return float(readings.level[start - 1 if start else stop]) < brightest


def _still(readings: Readings, rate: Fraction, motion: Amount | None, limits: Limits) -> Iterator[Rejection]:
    if motion is None or motion == "static":
        return
    moved = 720.0 * float(np.median(readings.features["motion"]))
    least = limits.get("still", STILL[motion]) * min(1.0, STILL_RATE / float(rate))
    if moved < least and travel(readings.strip) < STILL_TRAVEL[motion]:
        words = f"nothing moves, and {motion} motion was asked for"
        yield Rejection("still", 0, readings.frames, words)


def _cut(readings: Readings, black: Mask, limits: Limits) -> Iterator[Rejection]:
    least = limits.get("cut", CUT_LOSS)
    moving = np.flatnonzero(readings.features["change"] >= UNCHANGED)  # drawings are held, then jump a little
    lost, hidden, change = (readings.features[name][moving] for name in ("structure_loss", "occlusion", "change"))
    hard = (hidden > CUT_OCCLUSION) & (lost > least) & (lost > CUT_ALONE * _neighbours(lost))
    jump = (hidden > JUMP_OCCLUSION) & (lost > least * JUMP_LOSS / CUT_LOSS) & (lost > JUMP_ALONE * _neighbours(lost))
    jump &= change > JUMP_CHANGE * _neighbours(change)
    for pair in moving[hard | jump].tolist():
        frame = pair + 1
        if not black[pair] and not black[frame] and not _flash(readings.level, pair):
            yield Rejection("cut", frame, frame + 1, f"the picture jumps to another one at frame {frame}")


def _flash(level: Series, pair: int) -> bool:
    """Say whether a jump of the light is undone soon after, or undoes one of shortly before."""
    leap = abs(float(level[pair + 1] - level[pair]))
    before, after = level[max(0, pair + 1 - FLASH_FRAMES) : pair], level[pair + 2 : pair + 1 + FLASH_FRAMES]
    back = [*np.abs(after - level[pair]), *np.abs(before - level[pair + 1])]
    return leap >= FLASH_LEVEL and bool(back) and min(back) < leap / 4


def _neighbours(series: Series) -> Series:
    """Give the larger value beside each; 0 where a clip has only one pair."""
    padded = np.concatenate([[0.0], series, [0.0]])
    return np.asarray(np.maximum(padded[:-2], padded[2:]))


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """Give the stretches [start, stop) that are marked."""
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
