"""Painting lettering over a frame: plate, soft shadow and letters, drawn once and blended into every frame."""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision.glyphs import Mask, places, shape
from pipeline.vision.lettering_contrast import contrast, luminance, plate_colour
from pipeline.vision.lettering_set import kind, tracking
from pipeline.vision.lettering_value import Lettering

_FINE = 4
Floats = npt.NDArray[np.float32]


def paint(frame: Frame, lettering: Lettering, plate: float, shown: float, lift: float) -> Frame:
    """Give the frame with the text on it; the frame given is left as it is.

    `plate` is the opacity of the plate and `shown` that of everything, 0..1. The text stands `lift` pixels below its
    place (negative: above): a title that rises comes from a positive one down to 0. It never leaves the safe area.
    """
    if shown <= 0:
        return frame
    x, y, width, height = lettering.box
    low, high = lettering.area[1] - y, lettering.area[1] + lettering.area[3] - y - height
    lift = min(max(lift, low), high)
    whole = int(np.floor(lift))
    made = frame.copy()
    keep, add = _strip(lettering, plate, round((lift - whole) * 8) / 8)
    if shown < 1:
        keep = _mixed(keep, np.full_like(keep, 255), 1 - shown)
        add = _mixed(add, np.zeros_like(add), 1 - shown)
    top = y + whole
    part = made[max(top, 0) : top + height + 1, max(x, 0) : x + width]
    first = (max(-top, 0), max(-x, 0))
    cut = np.s_[first[0] : first[0] + part.shape[0], first[1] : first[1] + part.shape[1]]
    cv2.multiply(part, keep[cut], dst=part, scale=1 / 255)
    cv2.add(part, add[cut], dst=part)
    return made


@lru_cache(maxsize=24)
def _strip(lettering: Lettering, plate: float, below: float) -> tuple[Frame, Frame]:
    """Give what the box (and one row below it) is multiplied by, over 255, and what is added; `below` 0..1 pixels."""
    keep, add = _drawn(lettering, plate)
    keep = np.pad(keep, ((0, 1), (0, 0), (0, 0)), constant_values=255)
    add = np.pad(add, ((0, 1), (0, 0), (0, 0)))
    if below:
        keep, add = (_mixed(one, np.roll(one, 1, axis=0), below) for one in (keep, add))
    return keep, add


def _mixed(one: Frame, other: Frame, share: float) -> Frame:
    return np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), np.uint8)


@lru_cache(maxsize=24)
def _drawn(lettering: Lettering, plate: float) -> tuple[Frame, Frame]:
    style = lettering.style
    letters = letter_mask(lettering).astype(np.float32)[..., None] / 255
    shade, tone = _shadow(lettering, plate)
    cover = plate * _plate_mask(lettering)[..., None] if plate else np.zeros_like(letters)
    ground, ink = (np.array(one, np.float32) for one in (plate_colour(style), style.ink))
    keep = (1 - cover) * (1 - shade) * (1 - letters)
    add = (ground * cover * (1 - shade) + tone * shade) * (1 - letters) + ink * letters
    return (
        np.ascontiguousarray(np.repeat(np.rint(keep * 255), 3, axis=2)).astype(np.uint8),
        np.rint(add).astype(np.uint8),
    )


def letter_mask(lettering: Lettering) -> Mask:
    """Draw the letters alone, white in a black box, placed to a quarter of a pixel."""
    x, y, width, height = lettering.box
    canvas = np.zeros((height * _FINE, width * _FINE), np.uint8)
    type_, size = kind(lettering.role, lettering.style), lettering.size * _FINE
    for line, start, baseline in zip(lettering.lines, lettering.starts, lettering.baselines, strict=True):
        pens = places(line, type_, tracking(lettering.role))
        for one, pen in zip(line, pens, strict=False):
            if not one.isspace():
                drawn = shape(one, type_, size)
                at = (round((start - x) * _FINE + pen * size) + drawn.x, (baseline - y) * _FINE + drawn.y)
                _stamp(canvas, drawn.ink, at)
    return np.asarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _stamp(canvas: Mask, ink: Mask, at: tuple[int, int]) -> None:
    left, top = max(at[0], 0), max(at[1], 0)
    right, bottom = (min(at[0] + ink.shape[1], canvas.shape[1]), min(at[1] + ink.shape[0], canvas.shape[0]))
    if right > left and bottom > top:
        part = canvas[top:bottom, left:right]
        np.maximum(part, ink[top - at[1] : bottom - at[1], left - at[0] : right - at[0]], out=part)


def _shadow(lettering: Lettering, plate: float) -> tuple[Floats, float]:
    """Give a soft shadow's opacity (H, W, 1) and its tone 0..255: black, or white under dark ink."""
    ink, size = luminance(lettering.style.ink), lettering.size
    tone = 0.0 if contrast(ink, 0.0) >= contrast(ink, 1.0) else 255.0
    most = (0.62 if tone == 0 else 0.45) * (1 - 0.7 * plate)
    letters = letter_mask(lettering).astype(np.float32) / 255
    near = cv2.GaussianBlur(letters, (0, 0), max(0.7, size * 0.028))
    far = cv2.GaussianBlur(letters, (0, 0), max(1.5, size * 0.10))
    drop = max(1, round(size * 0.022)) if tone == 0 else 0
    shade = np.clip(0.7 * near + 0.9 * far, 0, 1)
    shade = np.pad(shade, ((drop, 0), (0, 0)))[: shade.shape[0]] * _faded(shade.shape[:2], size)
    return (most * shade)[..., None].astype(np.float32), tone


def _faded(shape_: tuple[int, ...], size: int) -> Floats:
    """Give 1 inside and 0 at the rim, so that no shadow ends in an edge."""
    soft = max(2.0, size * 0.18)
    down, across = (np.minimum(np.arange(one) + 0.5, one - 0.5 - np.arange(one)) for one in shape_)
    rim = np.minimum(down[:, None], across[None, :])
    return np.asarray(np.clip(rim / soft, 0, 1), np.float32)


def _plate_mask(lettering: Lettering) -> Floats:
    """Draw the plate, 0..1: rounded corners and an edge of two pixels, all inside the box."""
    _, _, width, height = lettering.box
    radius = max(2.0, min(0.22 * lettering.size, height / 4))
    down, across = (np.abs(np.arange(one) + 0.5 - one / 2) - (one / 2 - radius) for one in (height, width))
    outside = np.hypot(np.maximum(down[:, None], 0), np.maximum(across[None, :], 0)) - radius
    inside = np.minimum(np.maximum(down[:, None], across[None, :]), 0)
    soft = max(1.2, lettering.size * 0.03)
    return np.asarray(np.clip(-(outside + inside) / soft, 0, 1), np.float32)
