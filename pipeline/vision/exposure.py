"""How much brighter one frame is than the one before, whatever moves in it, and which of that is flicker."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision.flow import flow, visible, warp
from pipeline.vision.interpolation import SMALLEST
from pipeline.vision.interpolation_kind import LINES, kind_of
from pipeline.vision.steady import SEEN

Gains = npt.NDArray[np.float64]
"""Natural logarithms of how much brighter red, green and blue are, (3,)."""

EXPOSED = (16, 235)
"""Levels between which a pixel tells a gain: below, rounding does, above, clipping."""

ALIKE = 0.05
"""How far (logarithm) from the median a pixel's own gain may lie to count: what is further is another thing."""

EVERY = 2
"""Of so many lines and columns one is asked."""

ENOUGH = 50
"""Pixels that must tell a gain; fewer, in the last frames of a fade to black, tell none."""

SLIGHT, CLEAR = 0.004, 0.012
"""Swings (logarithm) up to which nothing flickers, and from which on all of it is taken away."""

LIGHT = (0.5, 0.7)
"""Swings (logarithm) from which on it is lightning or a strobe, and left as it is."""

MOST = 0.22
"""The largest correction, as a logarithm: a quarter brighter or darker."""

STEADY_FROM = 8
"""Frames that a slope is told from; fewer cannot tell it from flicker."""

KNEE = 230
"""Levels above which a correction fades out towards white: what is clipped stays clipped."""


@dataclass(frozen=True, slots=True)
class Look:
    """A frame as small as motion and brightness can be told by: uint8 (H, W, 3), and its luma."""

    colours: Frame
    luma: Frame


def look(frame: Frame) -> Look:
    """Reduce a frame to `LINES` on its short side."""
    height, width = frame.shape[:2]
    scale = min(1.0, LINES / min(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Look(small, np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8))


def brightened(before: Look, after: Look) -> Gains | None:
    """Measure how much brighter a frame is than the one before, at the same things; None across a cut.

    Every channel's gain is that of the pixels that agree with its median, so that what comes and goes does not count.
    It is measured both ways, as fetching along the flow softens what is fetched, which is no change of light.
    """
    if min(after.luma.shape) < SMALLEST:
        return _gains(before.colours, after.colours, np.ones_like(after.luma[::EVERY, ::EVERY], np.bool_))
    back, there = flow(after.luma, before.luma), flow(before.luma, after.luma)
    seen, seen_after = visible(back, there, EVERY), visible(there, back, EVERY)
    if float(seen.mean()) < SEEN and kind_of(after.luma, before.luma, back, there) == "cut":
        return None
    onward = _gains(warp(before.colours, back), after.colours, seen)
    return (onward - _gains(warp(after.colours, there), before.colours, seen_after)) / 2.0


def correction(course: Sequence[Gains], place: int) -> Gains:
    """Give the gains (logarithms) that bring frame `place` of a course of brightness onto its trend; 0 without flicker.

    `course` tells each frame's brightness against any one of them. The trend is a straight line through all of it, in
    levels. Flicker is what goes up, down and up again within the course: fades, steps and single flashes do not.
    """
    tracks = np.stack(list(course), axis=1)
    return np.array([_flicker_share(track) * (_trend(track, place) - track[place]) for track in tracks]).clip(
        -MOST, MOST
    )


def exposed(frame: Frame, gains: Gains) -> Frame:
    """Multiply red, green and blue by gains told as logarithms; gains that are all 0 give the frame itself."""
    if not np.any(gains):
        return frame
    return np.asarray(cv2.LUT(frame, np.stack([_curve(float(gain)) for gain in gains], axis=-1)[None]), np.uint8)


def _gains(before: Frame, after: Frame, seen: npt.NDArray[np.bool_]) -> Gains:
    """Measure gains at the places of every second line and column that are marked."""
    one, other = before[::EVERY, ::EVERY][seen], after[::EVERY, ::EVERY][seen]
    return np.array([_gain(one[:, channel], other[:, channel]) for channel in range(3)])


def _gain(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    low, high = EXPOSED
    told = (one >= low) & (one <= high) & (other >= low) & (other <= high)
    if np.count_nonzero(told) < ENOUGH:
        return 0.0
    a, b = _logarithms()[one[told]], _logarithms()[other[told]]
    apart = b - a
    alike = np.abs(apart - np.median(apart)) <= ALIKE
    return float(np.log(np.exp(b[alike]).sum() / np.exp(a[alike]).sum()))


@lru_cache(maxsize=1)
def _logarithms() -> npt.NDArray[np.float64]:
    return np.log(np.maximum(np.arange(256), 1))


def _trend(track: npt.NDArray[np.float64], place: int) -> float:
    levels = np.exp(np.clip(track - track[place], -2.0, 2.0))
    if len(levels) < STEADY_FROM:
        return float(track[place] + np.log(levels.mean()))
    times = np.arange(len(levels)) - place
    slope = float(np.cov(times, levels, bias=True)[0, 1] / times.var())
    return float(track[place] + np.log(max(levels.mean() - slope * times.mean(), np.exp(-MOST))))


def _flicker_share(track: npt.NDArray[np.float64]) -> float:
    """Say how far, 0..1, a course of brightness flickers: by its third largest swing."""
    swings = sorted(_swings(track))
    third = swings[-3] if len(swings) > 2 else 0.0
    slight = (third - SLIGHT) / (CLEAR - SLIGHT)
    return float(np.clip(min(slight, (LIGHT[1] - third) / (LIGHT[1] - LIGHT[0])), 0.0, 1.0))


def _swings(track: npt.NDArray[np.float64]) -> list[float]:
    """Measure every rise and every fall from turn to turn; a turn is one that is followed by more than `SLIGHT`."""
    turns = [float(track[0])]
    for value in map(float, track[1:]):
        if len(turns) > 1 and (turns[-1] - turns[-2]) * (value - turns[-1]) >= 0:
            turns[-1] = value
        elif abs(value - turns[-1]) > SLIGHT:
            turns.append(value)
    return [abs(after - before) for before, after in pairwise(turns)]


def _curve(gain: float) -> npt.NDArray[np.uint8]:
    levels = np.arange(256.0)
    share = np.clip((255.0 - levels) / (255.0 - KNEE), 0.0, 1.0)
    made = np.rint(levels * (1.0 + (np.exp(gain) - 1.0) * share))
    return np.asarray(np.clip(made, 0, 255), np.uint8)
