"""Letters one by one: how wide they are, how they sit beside each other, and their shapes.

A size is in pixels of the cap height over 0.75, as OpenCV sizes the fonts of the house; a brand font is scaled to it by
its own capitals, so that two fonts at one size look as large.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision import fonts
from pipeline.vision.phrases import wide
from pipeline.vision.text import house_face

Mask = npt.NDArray[np.uint8]
"""uint8 (H, W): 0 nothing, 255 ink."""

CAPS = 0.75
_RULED = 64
_WHOLE = 1000
_SPACES = {"\u3000": "永", "\u00a0": " ", "\u202f": " "}
"""Spaces and the letter that each is as wide as."""

_OUTSIDE, _INSIDE = 0.24, 0.07
_CLOSING, _OPENING = frozenset("、。，．）」』】〉》〕］｝)]}"), frozenset("（「『【〈《〔［｛([{")
_RAISED = frozenset("’'”“")
_TIGHTEST, _NEAREST, _SLACK = -0.10, 0.045, 0.012


@dataclass(frozen=True, slots=True)
class Type:
    """A font and its weight 100..900; `font` None = the fonts of the house."""

    font: Path | None
    weight: int


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A letter's ink and where its top left corner lies from the pen on the baseline, in pixels."""

    ink: Mask
    x: int
    y: int


@lru_cache(maxsize=8192)
def advance(one: str, kind: Type) -> float:
    """Give how far the pen moves on after a letter, as a share of the size."""
    one = _SPACES.get(one, one)
    if wide(one) and kind.font is None:
        return _pen(one, Type(None, 400), _WHOLE) / _WHOLE
    return _pen(one, kind, _WHOLE) / _WHOLE


def _pen(one: str, kind: Type, size: int) -> int:
    face, drawn = _face(one, kind, size)
    return int(cv2.getTextSize((0, 0), one, (0, 0), face, drawn, kind.weight)[2]) - 1


def _face(one: str, kind: Type, size: int) -> tuple[Any, int]:
    """Give the face that has a letter and the size to ask of it."""
    if kind.font is None or not fonts.knows(kind.font, one):
        return house_face(), size
    return fonts.face(kind.font, kind.weight, one), max(1, round(size * _scale(kind)))


@lru_cache(maxsize=32)
def _scale(kind: Type) -> float:
    """Give what a size is multiplied by, so that the capitals of a brand font are CAPS of it."""
    assert kind.font is not None
    ruler = fonts.face(kind.font, kind.weight, "")
    em = int(cv2.getTextSize((0, 0), fonts.RULER, (0, 0), ruler, _WHOLE, 0)[2]) / _WHOLE
    capital = next((one for one in "HEIZN" if fonts.knows(kind.font, one)), None)
    if capital is None:
        return 1.07 / em
    canvas = np.zeros((3 * _WHOLE, 3 * _WHOLE), np.uint8)
    cv2.putText(canvas, capital, (_WHOLE, 2 * _WHOLE), (255,), fonts.face(kind.font, kind.weight, capital), _WHOLE, 0)
    height = 2 * _WHOLE - int(np.flatnonzero(canvas.any(axis=1))[0]) if canvas.any() else _WHOLE
    return float(np.clip(CAPS * _WHOLE / height, 0.85 / em, 1.4 / em))


@lru_cache(maxsize=4096)
def shape(one: str, kind: Type, size: int) -> Shape:
    """Draw a letter at a size in pixels, bold where the house has no bold of it; a space has no ink."""
    room = 2 * size
    canvas = np.zeros((room + size, room + size * 2), np.uint8)
    face, drawn = _face(one, kind, size)
    cv2.putText(canvas, one, (size, room), (255,), face, drawn, kind.weight)
    if kind.font is None or not fonts.knows(kind.font, one):
        canvas = _as_heavy(_plain_zero(canvas) if one == "0" else canvas, one, kind.weight, size)
    x, y, width, height = cv2.boundingRect(canvas)
    return Shape(np.ascontiguousarray(canvas[y : y + height, x : x + width]), x - size, y - room)


def _as_heavy(canvas: Mask, one: str, weight: int, size: int) -> Mask:
    """Thicken a letter of the one-weight font, which has all that the font with weights lacks."""
    radius = size * 0.021 * (weight - 400) / 300
    if weight <= 400 or not _one_weight(one) or radius < 0.5:
        return canvas
    side = 2 * round(radius) + 1
    return np.asarray(cv2.dilate(canvas, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))), np.uint8)


@lru_cache(maxsize=8192)
def _one_weight(one: str) -> bool:
    def drawn(weight: int) -> Mask:
        canvas = np.zeros((128, 160), np.uint8)
        cv2.putText(canvas, one, (32, 96), (255,), house_face(), 64, weight)
        return canvas

    return bool(np.array_equal(drawn(400), drawn(800)))


def _plain_zero(canvas: Mask) -> Mask:
    """Take the slash out of the house font's zero: what lies inside its two holes' common hull is open."""
    outlines, tree = cv2.findContours(canvas, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    holes = [line for line, place in zip(outlines, tree[0], strict=True) if place[3] >= 0] if len(outlines) else []
    if len(holes) > 1:
        cv2.fillConvexPoly(canvas, cv2.convexHull(np.vstack(holes)), (0,), cv2.LINE_AA)
    return canvas


@lru_cache(maxsize=8192)
def kern(one: str, after: str, kind: Type) -> float:
    """Give how much nearer two letters stand than their advances say, <= 0, as a share of the size.

    Latin is kerned optically: the white between two letters, averaged over the rows where either has ink and counted up
    to 0.28 of the size, is brought towards that of `HH` (capitals) or `nn`; nothing comes nearer than 0.045. Brackets
    and Japanese commas and full stops keep 0.24 of white outside and 0.07 inside (between the half squares and the
    full ones of JIS X 4051). OpenCV does no kerning.
    """
    if wide(one) or wide(after) or one in _OPENING or after in _CLOSING:
        return _drawn_in(one, after, kind)
    if not (one.isalpha() or one in _RAISED) or not (after.isalpha() or after in _RAISED or _overhangs(one, after)):
        return 0.0
    white, nearest = _white(one, after, kind)
    even = _white("H", "H", kind)[0] if one.isupper() and after.isupper() else _white("n", "n", kind)[0]
    return float(min(0.0, max(even - white + _SLACK, _TIGHTEST, _NEAREST - nearest)))


def _drawn_in(one: str, after: str, kind: Type) -> float:
    """Take off the white that Japanese punctuation carries in its square."""
    right = _edges(one, kind)[1].min() - (_INSIDE if one in _OPENING else _OUTSIDE)
    left = _edges(after, kind)[0].min() - (_OUTSIDE if after in _OPENING else _INSIDE)
    loose = (right if one in _CLOSING | _OPENING else 0.0, left if after in _CLOSING | _OPENING else 0.0)
    return -float(sum(min(max(one, 0.0), 0.6) for one in loose))


def _overhangs(one: str, after: str) -> bool:
    return after in ".," and one in "TVWYPFvwyr7"


@lru_cache(maxsize=4096)
def _white(one: str, after: str, kind: Type) -> tuple[float, float]:
    """Give the mean and the least white between two letters, as shares of the size."""
    right, left = _edges(one, kind)[1], _edges(after, kind)[0]
    inked = (right < 1) | (left < 1)
    if not inked.any():
        return 0.0, 0.0
    gaps = np.minimum(right, 0.24) + np.minimum(left, 0.24)
    around = np.minimum(np.minimum(right, np.roll(right, 2)), np.roll(right, -2)) + left
    return float(np.minimum(gaps[inked], 0.28).mean()), float(around.min())


@lru_cache(maxsize=2048)
def _edges(one: str, kind: Type) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give for each row from above the capitals to below the baseline the white left and right of the ink; 1 = none."""
    drawn = shape(one, kind, _RULED)
    left, right = np.ones((2, 2 * _RULED))
    for row, line in enumerate(drawn.ink):
        columns = np.flatnonzero(line > 127)
        place = row + drawn.y + _RULED + _RULED // 3
        if len(columns) and 0 <= place < 2 * _RULED:
            left[place] = (drawn.x + columns[0]) / _RULED
            right[place] = advance(one, kind) - (drawn.x + columns[-1] + 1) / _RULED
    return left, right


@lru_cache(maxsize=8192)
def places(line: str, kind: Type, tracking: float) -> tuple[float, ...]:
    """Give where the pen stands before each letter and after the last, as shares of the size; marks move nothing."""
    found = [0.0]
    for place, one in enumerate(line):
        after = line[place + 1] if place + 1 < len(line) else ""
        step = advance(one, kind) if unicodedata.category(one)[0] != "M" else 0.0
        found.append(found[-1] + step + (kern(one, after, kind) + tracking if after else 0.0))
    return tuple(found)


def reach(text: str, kind: Type) -> tuple[float, float]:
    """Give how far the ink of a text reaches above and below its baseline, as shares of the size."""
    shapes = [shape(one, kind, _RULED) for one in dict.fromkeys(text) if not one.isspace()]
    inked = [one for one in shapes if one.ink.size]
    above = max((-one.y for one in inked), default=0)
    below = max((one.y + one.ink.shape[0] for one in inked), default=0)
    return above / _RULED, max(below, 0) / _RULED
