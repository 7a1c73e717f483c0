"""Brushes: shapes, gradients, noise and light on one transparent plane.

Places are given in heights of the view: (0, 0) is its centre, x to the right, y down; the view reaches from
y = -0.5 to 0.5. Pixels are premultiplied RGBA, so colour without alpha is light that is added.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.scenery_palette import Colour, Palette, mix

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
Random = np.random.Generator
_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Canvas:
    """One plane while it is painted: `unit` pixels a view height, half its extent in view heights."""

    rgba: Pixels
    unit: float
    half: tuple[float, float]

    @property
    def width(self) -> float:
        """Half the width in heights."""
        return self.half[0]


def blank(aspect: float, unit: float, spare: tuple[float, float] = (0.34, 0.2)) -> Canvas:
    """Give an empty plane that reaches `spare` heights beyond a view of `aspect` on every side."""
    half = (aspect / 2 + spare[0], 0.5 + spare[1])
    shape = (round(2 * half[1] * unit), round(2 * half[0] * unit), 4)
    return Canvas(np.zeros(shape, np.uint8), unit, half)


def _pixels(canvas: Canvas, points: Sequence[Sequence[float]] | Points) -> npt.NDArray[np.int32]:
    where = (np.asarray(points, np.float64) + canvas.half) * canvas.unit - 0.5
    return np.round(where * (1 << _SHIFT)).astype(np.int32)


def _opaque(colour: Colour) -> tuple[float, float, float, float]:
    return (*colour, 255.0)


def poly(canvas: Canvas, points: Sequence[Sequence[float]] | Points, colour: Colour) -> None:
    """Fill a polygon, edges smooth."""
    cv2.fillPoly(canvas.rgba, [_pixels(canvas, points)], _opaque(colour), cv2.LINE_AA, _SHIFT)


def around(at: tuple[float, float], size: float, shape: Sequence[tuple[float, float]]) -> Points:
    """Place a shape given in multiples of `size` around a place."""
    placed: Points = np.asarray(shape, np.float64) * size + np.asarray(at)
    return placed


def rectangle(canvas: Canvas, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
    """Fill an upright rectangle."""
    poly(canvas, [(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def oval(canvas: Canvas, centre: tuple[float, float], radii: tuple[float, float], colour: Colour) -> None:
    """Fill an ellipse."""
    angle = np.linspace(0, 2 * np.pi, max(12, min(72, int(max(radii) * canvas.unit))), endpoint=False)
    poly(canvas, np.stack([centre[0] + radii[0] * np.cos(angle), centre[1] + radii[1] * np.sin(angle)], 1), colour)


def stroke(canvas: Canvas, points: Sequence[Sequence[float]] | Points, width: float, colour: Colour) -> None:
    """Draw a line through points, `width` in heights (at least one pixel)."""
    thick = max(1, round(width * canvas.unit))
    cv2.polylines(canvas.rgba, [_pixels(canvas, points)], False, _opaque(colour), thick, cv2.LINE_AA, _SHIFT)


def taper(
    canvas: Canvas, points: Sequence[Sequence[float]] | Points, widths: tuple[float, float], colour: Colour
) -> None:
    """Fill a limb along points that goes from one width to another (heights)."""
    line = np.asarray(points, np.float64)
    along = np.gradient(line, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-9)
    half = np.linspace(widths[0], widths[1], len(line))[:, None] / 2
    poly(canvas, np.concatenate([line + normal * half, (line - normal * half)[::-1]]), colour)


def mask(canvas: Canvas) -> Mask:
    """Give an empty mask of the plane's size."""
    return np.zeros(canvas.rgba.shape[:2], np.uint8)


def mask_poly(canvas: Canvas, into: Mask, points: Sequence[Sequence[float]] | Points, level: int = 255) -> None:
    """Fill a polygon of a mask."""
    cv2.fillPoly(into, [_pixels(canvas, points)], (level,), cv2.LINE_AA, _SHIFT)


def rows(canvas: Canvas, top: float, bottom: float) -> slice:
    """Give the pixel rows from `top` to `bottom` that lie on the plane."""
    height = canvas.rgba.shape[0]
    first, last = (round((y + canvas.half[1]) * canvas.unit) for y in (top, bottom))
    return slice(min(max(first, 0), height), min(max(last, 0), height))


def ramp(canvas: Canvas, stops: Sequence[tuple[float, Colour]]) -> npt.NDArray[np.float32]:
    """Give a colour a row, (H, 1, 3), from (y, colour) stops in order."""
    ys = (np.arange(canvas.rgba.shape[0]) + 0.5) / canvas.unit - canvas.half[1]
    at = [y for y, _ in stops]
    channels = [np.interp(ys, at, [colour[one] for _, colour in stops]) for one in range(3)]
    return np.stack(channels, -1).astype(np.float32)[:, None]


def paint(canvas: Canvas, where: Mask, colours: npt.NDArray[np.float32], strength: float = 1.0) -> None:
    """Lay colours (H, W or 1, 3), or one colour (1, 1, 3), over the plane where the mask says."""
    ys = np.flatnonzero(cv2.reduce(where, 1, cv2.REDUCE_MAX))
    if not len(ys):
        return
    part = slice(int(ys[0]), int(ys[-1]) + 1)
    cover = cv2.cvtColor(where[part], cv2.COLOR_GRAY2RGBA)
    cover[..., 3] = where[part]
    full = np.full((part.stop - part.start, where.shape[1], 4), 255, np.uint8)
    full[..., :3] = np.clip(np.round(colours[part] if colours.shape[0] > 1 else colours), 0, 255)
    kept = cv2.multiply(canvas.rgba[part], cv2.addWeighted(cover, -strength, cover, 0, 255), scale=1 / 255)
    cv2.add(kept, cv2.multiply(full, cover, scale=strength / 255), dst=kept)
    canvas.rgba[part] = kept


def shine(canvas: Canvas, where: Mask, colours: npt.NDArray[np.float32], strength: float) -> None:
    """Add light of colours (H, 1, 3) where the mask says."""
    lights = np.repeat(np.clip(colours * strength, 0, 255).astype(np.uint8), where.shape[1], axis=1)
    light = cv2.multiply(lights, cv2.cvtColor(where, cv2.COLOR_GRAY2RGB), scale=1 / 255)
    canvas.rgba[..., :3] = cv2.add(np.ascontiguousarray(canvas.rgba[..., :3]), light)


def noise(
    shape: tuple[int, int], cell: float, rng: Random, stretch: float = 1.0, octaves: int = 4
) -> npt.NDArray[np.float32]:
    """Give smooth fractal noise (H, W), mean 0, about -1..1; `cell` in pixels, `stretch` wider than high."""
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        size = cell / 2**octave
        coarse = rng.standard_normal((int(shape[0] / size) + 3, int(shape[1] / size / stretch) + 3)).astype(np.float32)
        fine = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
        total += np.asarray(fine, np.float32) * 0.5**octave
    return total / 1.1


def grain(canvas: Canvas, rng: Random, amount: float = 5.0, cell: float = 0.02) -> None:
    """Give painted surfaces a little texture, `amount` in levels."""
    height, width = canvas.rgba.shape[:2]
    small = noise((height // 2 + 1, width // 2 + 1), cell * canvas.unit / 2, rng, stretch=2.0, octaves=2)
    levels = np.clip(128 + small * amount, 0, 255).astype(np.uint8)
    texture = cv2.cvtColor(cv2.resize(levels, (width, height)), cv2.COLOR_GRAY2RGBA)
    texture[..., 3] = 128
    canvas.rgba[:] = cv2.multiply(canvas.rgba, texture, scale=1 / 128)


def glow(canvas: Canvas, centre: tuple[float, float], radius: float, colour: Colour, strength: float) -> None:
    """Add light around a place, fading to nothing at `radius`."""
    height, width = canvas.rgba.shape[:2]
    x, y = (centre[0] + canvas.half[0]) * canvas.unit, (centre[1] + canvas.half[1]) * canvas.unit
    reach = radius * canvas.unit
    top, bottom = max(0, int(y - reach)), min(height, int(y + reach) + 1)
    left, right = max(0, int(x - reach)), min(width, int(x + reach) + 1)
    if top >= bottom or left >= right:
        return
    step = max(1, int(reach / 60))
    ys = np.arange(top, bottom + step, step, dtype=np.float32)[:, None]
    xs = np.arange(left, right + step, step, dtype=np.float32)
    fall = np.clip(1 - np.hypot(xs - x, ys - y) / reach, 0, 1) ** 2.4 * strength
    wide, tall = right - left, bottom - top
    fine = cv2.resize(fall, (len(xs) * step, len(ys) * step))[:tall, :wide] if step > 1 else fall[:tall, :wide]
    light = cv2.merge([np.clip(fine * one, 0, 255).astype(np.uint8) for one in colour])
    part = np.ascontiguousarray(canvas.rgba[top:bottom, left:right, :3])
    room = cv2.addWeighted(part, -0.85, part, 0, 255)
    canvas.rgba[top:bottom, left:right, :3] = cv2.add(part, cv2.multiply(light, room, scale=1 / 255))


def soften(canvas: Canvas, amount: float) -> None:
    """Blur the plane, `amount` in heights: out of focus."""
    sigma = amount * canvas.unit
    if sigma >= 0.5:
        cv2.GaussianBlur(canvas.rgba, (0, 0), sigma, dst=canvas.rgba)


def ridge(width: float, rng: Random, roughness: float = 0.5, start: int = 4) -> Points:
    """Give a ridge line (n, 2): x from -width to width, y about 0..-1, by midpoint displacement."""
    line = rng.uniform(0.15, 1.0, start)
    scale = 0.42
    while len(line) < 400:
        middle = (line[:-1] + line[1:]) / 2 + rng.normal(0, scale * 0.5, len(line) - 1)
        joined = np.empty(len(line) * 2 - 1)
        joined[::2], joined[1::2] = line, middle
        line, scale = joined, scale * roughness
    line = (line - line.min()) / (np.ptp(line) + 1e-9)
    return np.stack([np.linspace(-width, width, len(line)), -line], 1)


def rim(palette: Palette, colour: Colour, share: float = 0.4) -> Colour:
    """Give a colour where the scene's light touches it."""
    return mix(colour, palette.light, share)
