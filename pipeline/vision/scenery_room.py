"""Interiors and outer space: the two places without a horizon."""

import numpy as np

from pipeline.vision.scenery_brush import (
    Canvas,
    Random,
    around,
    glow,
    mask,
    mask_poly,
    noise,
    oval,
    paint,
    poly,
    ramp,
    rectangle,
    rim,
    rows,
    shine,
    stroke,
    taper,
)
from pipeline.vision.scenery_palette import Colour, Palette, lit, mix, tone

FLOOR = 0.24


def wall(canvas: Canvas, palette: Palette, rng: Random, hole: tuple[float, float, float, float]) -> None:
    """Paint the back wall with a window left open: `hole` is left, top, right, bottom."""
    plaster: Colour = ((176.0, 124.0, 86.0), (96.0, 128.0, 122.0), (150.0, 104.0, 98.0))[int(rng.integers(3))]
    base = mix(mix(plaster, palette.sky[1], 0.14), palette.near, 0.26 + 0.3 * palette.night)
    left, top, right, bottom = hole
    where = mask(canvas)
    where[:] = 255
    opening = mask(canvas)
    mask_poly(canvas, opening, [(left, top), (right, top), (right, bottom), (left, bottom)])
    paint(canvas, where - opening, ramp(canvas, [(-0.6, mix(base, palette.near, 0.45)), (0.1, base), (FLOOR, base)]))
    wood = lit(palette, (84, 50, 36), 0.95)
    panel = mix(wood, base, 0.35)
    rectangle(canvas, -canvas.width, 0.09, left - 0.03, FLOOR, panel)
    rectangle(canvas, right + 0.03, 0.09, canvas.width, FLOOR, panel)
    if bottom < 0.09:
        rectangle(canvas, left - 0.04, 0.09, right + 0.04, FLOOR, panel)
    stroke(canvas, [(-canvas.width, 0.09), (canvas.width, 0.09)], 0.008, rim(palette, wood, 0.25))
    for x in np.arange(-canvas.width, canvas.width, 0.13):
        stroke(canvas, [(x, 0.1), (x, FLOOR)], 0.002, mix(panel, palette.near, 0.35))
    _window(canvas, palette, hole, wood)
    where[:] = 0
    where[int((FLOOR + canvas.half[1]) * canvas.unit) :] = 255
    plank = lit(palette, (128, 84, 58), 0.85)
    paint(canvas, where, ramp(canvas, [(FLOOR, mix(plank, palette.near, 0.3)), (canvas.half[1], plank)]))
    for x in np.linspace(-2.4, 2.4, 33):
        stroke(canvas, [(x * 0.5, FLOOR), (x * 1.6, canvas.half[1])], 0.002, mix(plank, palette.near, 0.4))


def _window(canvas: Canvas, palette: Palette, hole: tuple[float, float, float, float], wood: Colour) -> None:
    left, top, right, bottom = hole
    edge = rim(palette, wood, 0.3)
    frame = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    stroke(canvas, frame, 0.02, wood)
    stroke(canvas, frame, 0.005, edge)
    for x in np.linspace(left, right, 4)[1:-1]:
        stroke(canvas, [(x, top), (x, bottom)], 0.008, wood)
    middle = top + (bottom - top) * 0.36
    stroke(canvas, [(left, middle), (right, middle)], 0.008, wood)
    rectangle(canvas, left - 0.03, bottom, right + 0.03, bottom + 0.018, edge)


def shaft(canvas: Canvas, palette: Palette, hole: tuple[float, float, float, float]) -> None:
    """Add the beam of light that falls through the window onto the floor."""
    left, top, right, bottom = hole
    side = -0.34 if palette.sun[0] > 0 else 0.34
    where = mask(canvas)
    for first, last in zip(np.linspace(left, right, 4)[:-1], np.linspace(left, right, 4)[1:], strict=True):
        shape = [
            (first + 0.01, top),
            (last - 0.01, top),
            (last - 0.01 + side, 0.52),
            (first + 0.01 + side * 1.15, 0.52),
        ]
        mask_poly(canvas, where, shape)
    fade = ramp(canvas, [(top, palette.light), (bottom, palette.light), (0.5, (0, 0, 0))])
    shine(canvas, where, fade, 0.13 * (1 - 0.55 * palette.night))


def shelf(canvas: Canvas, palette: Palette, rng: Random, at: tuple[float, float], size: tuple[float, float]) -> None:
    """Paint shelves with books, jars and cups; `at` is the left top."""
    x, y = at
    wide, tall = size
    wood = lit(palette, (84, 54, 42), 0.9)
    rectangle(canvas, x, y, x + wide, y + tall, mix(wood, palette.near, 0.45))
    for level in range(3):
        base = y + tall * (level + 1) / 3
        at_x = x + 0.012
        while at_x < x + wide - 0.03:
            thick, high = float(rng.uniform(0.01, 0.024)), tall / 3 * float(rng.uniform(0.45, 0.82))
            tint = lit(
                palette,
                ((178, 74, 60), (66, 98, 122), (206, 170, 112), (92, 116, 92), (222, 214, 198))[int(rng.integers(5))],
                0.8,
            )
            if rng.uniform() < 0.16:
                oval(canvas, (at_x + 0.016, base - 0.022), (0.016, 0.022), tint)
                at_x += 0.04
                continue
            rectangle(canvas, at_x, base - high, at_x + thick, base, mix(tint, palette.near, 0.2))
            at_x += thick + 0.002
        rectangle(canvas, x - 0.006, base - 0.004, x + wide + 0.006, base + 0.008, wood)


def pendant(canvas: Canvas, palette: Palette, at: tuple[float, float], size: float) -> None:
    """Paint a hanging lamp and the light it gives."""
    x, y = at
    shade = lit(palette, (56, 92, 82), 0.9)
    stroke(canvas, [(x, -canvas.half[1]), (x, y - size)], 0.003, tone(palette, 1.0))
    poly(canvas, [(x - size * 0.24, y - size), (x + size * 0.24, y - size), (x + size, y), (x - size, y)], shade)
    stroke(canvas, [(x - size * 0.24, y - size), (x - size, y)], 0.004, rim(palette, shade))
    oval(canvas, (x, y), (size * 0.9, size * 0.16), mix(palette.lamp, (255, 255, 255), 0.4))
    glow(canvas, (x, y), size * 6.0, palette.lamp, 0.22 + 0.25 * palette.night)
    glow(canvas, (x, y), size * 2.2, palette.lamp, 0.4)


def table(canvas: Canvas, palette: Palette, top: float, half: float, *, cup: bool) -> None:
    """Paint a table whose near edge is at y `top`, laid with cups, a book and a flower."""
    wood = lit(palette, (126, 78, 52), 0.95)
    far = top - 0.055
    poly(canvas, [(-half * 0.88, far), (half * 0.88, far), (half, top), (-half, top)], rim(palette, wood, 0.22))
    rectangle(canvas, -half, top, half, top + 0.035, mix(wood, palette.near, 0.3))
    for side in (-1, 1):
        rectangle(
            canvas,
            side * half * 0.86 - 0.018,
            top + 0.03,
            side * half * 0.86 + 0.018,
            canvas.half[1],
            mix(wood, palette.near, 0.5),
        )
    china = lit(palette, (240, 236, 226), 0.95)
    spots = (-half * 0.28, half * 0.24) if cup else (half * 0.24,)
    for x in spots:
        oval(canvas, (x, top - 0.018), (0.05, 0.011), mix(china, palette.near, 0.3))
        poly(
            canvas,
            around((x, top), 1.0, [(-0.032, -0.062), (0.032, -0.062), (0.022, -0.02), (-0.022, -0.02)]),
            china,
        )
        oval(canvas, (x, top - 0.062), (0.032, 0.008), mix((74, 44, 30), palette.near, 0.2))
        poly(
            canvas,
            around((x, top), 1.0, [(0.012, -0.06), (0.032, -0.062), (0.022, -0.02), (0.008, -0.02)]),
            mix(china, palette.near, 0.22),
        )
    vase = half * 0.62
    poly(
        canvas,
        around((vase, top), 1.0, [(-0.016, -0.1), (0.016, -0.1), (0.026, -0.03), (-0.026, -0.03)]),
        lit(palette, (70, 104, 128), 0.95),
    )
    for lean in (-0.05, -0.01, 0.04):
        taper(
            canvas,
            [(vase, top - 0.09), (vase + lean * 0.6, top - 0.15), (vase + lean, top - 0.2)],
            (0.004, 0.003),
            palette.leaf[0],
        )
        oval(canvas, (vase + lean, top - 0.205), (0.017, 0.015), mix(palette.accent, (255, 240, 230), 0.25))


def plant(canvas: Canvas, palette: Palette, rng: Random, side: float) -> None:
    """Paint large leaves that reach into the picture from one side, close to the lens."""
    foot = np.array([side * (canvas.width - 0.12), 0.55])
    for _ in range(13):
        angle = float(rng.uniform(-1.15, 0.55)) * side - side * 0.25
        long = float(rng.uniform(0.28, 0.52))
        tip = foot + long * np.array([np.sin(angle), -np.cos(angle) * 1.25])
        bend = (foot + tip) / 2 + [0.05 * side, -0.06]
        share = np.linspace(0, 1, 18)[:, None]
        line = foot * (1 - share) ** 2 + 2 * bend * share * (1 - share) + tip * share**2
        along = np.gradient(line, axis=0)
        normal = np.stack([-along[:, 1], along[:, 0]], 1) / np.linalg.norm(along, axis=1, keepdims=True)
        wide = 0.034 * np.sin(np.clip(share * 1.05, 0, 1) * np.pi) ** 0.8
        tint = mix(tone(palette, 1.0), palette.leaf[0], float(rng.uniform(0.1, 0.5)))
        poly(canvas, np.concatenate([line + normal * wide, (line - normal * wide)[::-1]]), tint)
        stroke(canvas, line, 0.002, mix(tint, palette.light, 0.16))


def deep_space(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """Paint stars and a nebula, opaque."""
    height, width = canvas.rgba.shape[:2]
    dark, cloud, warm = (8, 9, 22), mix((70, 40, 130), palette.sky[0], 0.35), mix(palette.accent, (255, 150, 120), 0.4)
    small = (height // 4 + 1, width // 4 + 1)
    first = np.clip(noise(small, canvas.unit * 0.09, rng, octaves=5) * 0.5 + 0.15, 0, 1)[..., None]
    second = np.clip(noise(small, canvas.unit * 0.06, rng, octaves=5) * 0.6 - 0.35, 0, 1)[..., None]
    picture = np.array(dark) + first * (np.array(cloud) - dark) * 0.8 + second * np.array(warm) * 0.55
    picture = np.repeat(np.repeat(picture, 4, 0), 4, 1)[:height, :width]
    canvas.rgba[..., :3] = np.clip(picture + rng.uniform(-1, 1, (height, width, 1)), 0, 255)
    canvas.rgba[..., 3] = 255
    for _ in range(int(620 * canvas.width)):
        size = float(rng.choice([0.0008, 0.0013, 0.0022, 0.0036], p=[0.55, 0.3, 0.12, 0.03]))
        x, y = float(rng.uniform(-canvas.width, canvas.width)), float(rng.uniform(-canvas.half[1], canvas.half[1]))
        tint = mix((255, 255, 255), ((255, 220, 190), (190, 215, 255))[int(rng.integers(2))], 0.5)
        oval(canvas, (x, y), (size, size), mix(dark, tint, float(rng.uniform(0.3, 1))))
        if size > 0.003:
            glow(canvas, (x, y), 0.03, tint, 0.5)


def planet(
    canvas: Canvas, palette: Palette, rng: Random, at: tuple[float, float], radius: float, *, rings: bool
) -> None:
    """Paint a banded planet, lit from one side, with or without rings."""
    if rings:
        _ring(canvas, palette, at, radius, (np.pi, 2 * np.pi))
    where = mask(canvas)
    part = (rows(canvas, at[1] - radius * 1.1, at[1] + radius * 1.1), slice(None))
    tall, wide = where[part].shape
    ys, xs = np.mgrid[0:tall, 0:wide].astype(np.float32)
    u = (xs / canvas.unit - canvas.half[0] - at[0]) / radius
    v = (ys + part[0].start) / canvas.unit / radius - (canvas.half[1] + at[1]) / radius
    inside = np.clip((1 - np.hypot(u, v)) * radius * canvas.unit, 0, 1)
    deep = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
    light = np.clip(-0.65 * u - 0.45 * v + 0.6 * deep, 0, 1) ** 0.9
    bands = noise((tall, wide), canvas.unit * 0.05 * max(radius / 0.2, 0.6), rng, stretch=9, octaves=3)[..., None]
    body = np.array(mix(palette.accent, palette.sky[2], 0.35)) + bands * np.array([34, 26, 20])
    where[part] = np.round(inside * 255)
    colours = np.zeros((*where.shape, 3), np.float32)
    colours[part] = np.clip(body * (0.06 + 1.05 * light[..., None]), 0, 255)
    paint(canvas, where, colours)
    glow(canvas, (at[0] - radius * 0.5, at[1] - radius * 0.4), radius * 1.7, palette.light, 0.22)
    if rings:
        _ring(canvas, palette, at, radius, (0.0, np.pi))


def _ring(canvas: Canvas, palette: Palette, at: tuple[float, float], radius: float, span: tuple[float, float]) -> None:
    angle = np.linspace(*span, 60)
    for wide in (1.42, 1.5, 1.62, 1.7, 1.86):
        x, y = wide * radius * np.cos(angle), wide * radius * 0.24 * np.sin(angle)
        line = np.stack([at[0] + x - y * 0.25, at[1] + y + x * 0.25], 1)
        stroke(
            canvas,
            line,
            0.0055 if wide != 1.7 else 0.009,
            mix(palette.light, palette.accent, 0.15 + 0.35 * (wide - 1.4)),
        )
