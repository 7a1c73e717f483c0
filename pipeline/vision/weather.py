"""What falls, drifts and glows in the air of a panel: rain, snow, leaves, petals, sparks, dust, mist, glints.

Every particle is a function of time alone, so frame k is the same whichever frames were drawn before it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.scenery_brush import Pixels
from pipeline.vision.scenery_palette import Colour, Palette, mix

Numbers = npt.NDArray[np.float64]
_SHIFT = 4

# Count at 16:9, fall and wind in heights a second, size in heights.
_KINDS: dict[str, tuple[int, float, float, float]] = {
    "rain": (240, 1.5, 0.22, 0.05),
    "snow": (210, 0.13, 0.05, 0.0052),
    "leaves": (34, 0.15, 0.10, 0.016),
    "petals": (62, 0.11, 0.12, 0.0095),
    "sparks": (80, -0.2, 0.03, 0.0042),
    "dust": (70, -0.012, 0.03, 0.0032),
    "glints": (90, 0.0, 0.0, 0.012),
}


@dataclass(frozen=True, slots=True)
class Particles:
    """One kind of weather: per particle a place (x, y in view shares), depth 0.4..1.5, phase, and a colour (RGB)."""

    kind: str
    place: Numbers
    depth: Numbers
    phase: Numbers
    tint: npt.NDArray[np.float64]
    wind: float


def particles(kind: str, palette: Palette, aspect: float, rng: np.random.Generator) -> Particles:
    """Scatter the particles of one kind over a view."""
    count = max(8, int(_KINDS[kind][0] * min(1.4, aspect / 1.78)))
    place, depth = rng.uniform(0, 1, (count, 2)), np.sort(rng.uniform(0.4, 1.5, count))
    share = rng.uniform(0, 1, (count, 1))
    dark, bright = (np.array(one) for one in _tints(kind, palette))
    wind = float(rng.choice([-1.0, 1.0])) * float(rng.uniform(0.6, 1.2))
    return Particles(kind, place, depth, rng.uniform(0, 2 * np.pi, count), dark + (bright - dark) * share, wind)


def _tints(kind: str, palette: Palette) -> tuple[Colour, Colour]:
    white: Colour = (255, 255, 255)
    tints: dict[str, tuple[Colour, Colour]] = {
        "rain": (mix(palette.far, white, 0.25), mix(palette.light, white, 0.2)),
        "snow": (mix(palette.far, white, 0.6), white),
        "leaves": palette.leaf,
        "petals": ((244, 176, 196), (255, 232, 236)),
        "sparks": ((255, 120, 40), (255, 220, 130)),
        "dust": (palette.light, mix(palette.light, white, 0.4)),
        "glints": (palette.light, white),
    }
    return tints[kind]


def fall(view: Pixels, one: Particles, seconds: float, shift: tuple[float, float]) -> None:
    """Draw the particles at a moment, in place; `shift` is how far the view has turned, in heights."""
    height, width = view.shape[:2]
    _, speed, wind, _ = _KINDS[one.kind]
    aspect = width / height
    sway = 0.0 if one.kind in {"rain", "glints"} else 0.035
    x = one.place[:, 0] * (aspect + 0.2) + one.depth * (wind * one.wind * seconds - shift[0])
    x += sway * np.sin(seconds * (0.8 + one.depth * 0.7) + one.phase)
    y = one.place[:, 1] * 1.2 + one.depth * (speed * seconds - shift[1])
    x, y = np.mod(x, aspect + 0.2) - 0.1, np.mod(y, 1.2) - 0.1
    draw = {"rain": _rain, "leaves": _leaves, "petals": _leaves, "glints": _glints}.get(one.kind, _dots)
    draw(view, one, np.stack([x, y], 1) * height, seconds)


def _fixed(points: Numbers) -> npt.NDArray[np.int32]:
    return np.round(points * (1 << _SHIFT)).astype(np.int32)


def _rain(view: Pixels, one: Particles, spots: Numbers, _: float) -> None:
    """Lay slanting streaks, thin and pale far away; drawn on a copy and mixed in, so that they stay glassy."""
    height = view.shape[0]
    sheet = view.copy()
    _, speed, wind, long = _KINDS["rain"]
    slant = np.array([wind * one.wind, speed]) / speed
    tails = spots - slant * (long * height * one.depth)[:, None]
    for start, end, depth, tint in zip(_fixed(tails), _fixed(spots), one.depth, one.tint, strict=True):
        thick = 1 if depth < 1.15 else 2
        cv2.line(sheet, start.tolist(), end.tolist(), (*tint, 255), thick, cv2.LINE_AA, _SHIFT)
    cv2.addWeighted(sheet, 0.42, view, 0.58, 0, dst=view)


def _leaves(view: Pixels, one: Particles, spots: Numbers, seconds: float) -> None:
    height = view.shape[0]
    size = _KINDS[one.kind][3] * height * (0.6 + 0.7 * one.depth)
    turn = one.phase + seconds * (0.7 + one.depth) * np.where(one.phase > np.pi, 1, -1)
    flat = 0.25 + 0.75 * np.abs(np.sin(seconds * 1.9 * one.depth + one.phase * 2))
    outline = np.array([[-1, 0], [-0.2, 0.44], [0.6, 0.34], [1.05, 0], [0.6, -0.34], [-0.2, -0.44]])
    for spot, long, angle, thin, tint in zip(spots, size, turn, flat, one.tint, strict=True):
        cosine, sine = np.cos(angle), np.sin(angle)
        shape = (outline * [long, long * thin]) @ np.array([[cosine, sine], [-sine, cosine]]) + spot
        cv2.fillConvexPoly(view, _fixed(shape), (*(tint * (0.78 + 0.22 * thin)), 255), cv2.LINE_AA, _SHIFT)


def _dots(view: Pixels, one: Particles, spots: Numbers, seconds: float) -> None:
    height = view.shape[0]
    size = np.maximum(_KINDS[one.kind][3] * height * one.depth**1.6, 0.7)
    pulse = 1.0 if one.kind == "snow" else 0.55 + 0.45 * np.sin(seconds * 3 + one.phase)
    fade = np.clip(np.broadcast_to(pulse, size.shape), 0.1, 1.0) * (0.85 if one.kind == "snow" else 0.7)
    for spot, radius, share, tint in zip(spots, size, fade, one.tint, strict=True):
        _dot(view, spot, float(radius), tint, float(share))


def _dot(view: Pixels, spot: Numbers, radius: float, tint: Numbers, share: float) -> None:
    """Add one soft round spot."""
    height, width = view.shape[:2]
    reach = radius * 1.6
    left, right = max(0, int(spot[0] - reach)), min(width, int(spot[0] + reach) + 2)
    top, bottom = max(0, int(spot[1] - reach)), min(height, int(spot[1] + reach) + 2)
    if left >= right or top >= bottom:
        return
    xs = (np.arange(left, right) - spot[0]) ** 2
    ys = (np.arange(top, bottom) - spot[1])[:, None] ** 2
    cover = np.clip(1.35 - np.sqrt(xs + ys) / radius * 0.85, 0, 1)[..., None] * share
    part = view[top:bottom, left:right, :3]
    part[:] = part + cover * (tint - part)


def _glints(view: Pixels, one: Particles, spots: Numbers, seconds: float) -> None:
    """Let light flash on water: short level strokes in the lower part of the view that come and go."""
    height, width = view.shape[:2]
    bright = np.sin(seconds * (1.2 + one.depth) + one.phase * 3)
    for spot, depth, flash in zip(spots, one.depth, bright, strict=True):
        if flash < 0.35:
            continue
        y = height * (0.645 + 0.3 * spot[1] / height)
        long = _KINDS["glints"][3] * height * (0.25 + 1.1 * (y / height - 0.62) / 0.3) * (flash - 0.2) * depth
        row, left, right = int(y), max(0, int(spot[0] - long)), min(width, int(spot[0] + long) + 1)
        if 0 <= row < height and right > left:
            strip = view[row : row + (2 if depth > 1 else 1), left:right, :3]
            strip[:] = strip + (flash - 0.35) * 0.8 * (one.tint[0] - strip)
