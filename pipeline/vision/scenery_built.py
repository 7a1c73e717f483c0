"""What people have built: gates, temples, bridges, houses, streets, vehicles."""

import numpy as np

from pipeline.vision.scenery_brush import Canvas, Random, glow, oval, poly, rectangle, rim, stroke, taper
from pipeline.vision.scenery_palette import Colour, Palette, lit, mix, tone

VERMILION: Colour = (206, 62, 42)


def torii(canvas: Canvas, palette: Palette, at: tuple[float, float], height: float, colour: Colour) -> None:
    """Paint a shrine gate, its feet at `at`."""
    x, y = at
    body, dark = lit(palette, colour, 0.85), mix(lit(palette, (44, 34, 36), 0.9), palette.near, 0.4)
    span, thick = height * 0.46, height * 0.085
    for side in (-1, 1):
        foot, head = (x + side * span, y), (x + side * span * 0.9, y - height * 0.92)
        taper(canvas, [foot, head], (thick, thick * 0.82), body)
        taper(canvas, [(foot[0], y), (foot[0] - side * 0.002, y - height * 0.1)], (thick * 1.25, thick * 1.2), dark)
        edge = side * thick * 0.28 * (1 if palette.sun[0] > 0 else -1)
        taper(
            canvas,
            [(foot[0] + edge, y - height * 0.1), (head[0] + edge, head[1])],
            (thick * 0.2,) * 2,
            rim(palette, body),
        )
    rectangle(canvas, x - span * 1.12, y - height * 0.74, x + span * 1.12, y - height * 0.66, body)
    rectangle(canvas, x - thick * 0.4, y - height * 0.9, x + thick * 0.4, y - height * 0.66, body)
    for drop, tall, wide, tint in ((0.87, 0.075, 1.42, body), (0.935, 0.07, 1.58, dark)):
        xs = np.linspace(-1, 1, 25)
        upper = y - height * (drop + tall) - height * 0.05 * xs**4
        lower = y - height * drop - height * 0.045 * xs**4
        line = np.stack([x + xs * span * wide, upper], 1)
        poly(canvas, np.concatenate([line, np.stack([x + xs * span * wide * 0.97, lower], 1)[::-1]]), tint)
    rectangle(canvas, x - height * 0.05, y - height * 0.86, x + height * 0.05, y - height * 0.74, dark)


def roof(canvas: Canvas, x: float, eave: float, half: float, tall: float, colour: Colour, light: Colour) -> None:
    """Paint a curved temple roof whose eaves are at y `eave`."""
    xs = np.linspace(-1, 1, 33)
    curve = eave - tall * (1 - np.abs(xs)) ** 1.7 - tall * 0.16 * np.abs(xs) ** 6
    under = eave + tall * 0.1 - tall * 0.2 * np.abs(xs) ** 4
    line = np.stack([x + xs * half, curve], 1)
    poly(canvas, np.concatenate([line, np.stack([x + xs * half, under], 1)[::-1]]), colour)
    stroke(canvas, line, 0.003, light)
    for rib in np.linspace(-0.75, 0.75, 9):
        top = eave - tall * (1 - abs(rib) * 0.6) ** 1.7
        stroke(canvas, [(x + rib * half * 0.6, top), (x + rib * half, eave)], 0.0012, mix(colour, light, 0.3))


def temple(canvas: Canvas, palette: Palette, at: tuple[float, float], width: float, tiers: int) -> None:
    """Paint a wooden temple or, with three tiers or more, a pagoda; lamps burn in it towards night."""
    x, y = at
    wood, dark = lit(palette, (116, 72, 52), 0.8), lit(palette, (52, 60, 62), 0.8)
    body = width * (0.34 if tiers < 3 else 0.2)
    rectangle(canvas, x - body * 1.5, y - width * 0.035, x + body * 1.5, y + width * 0.01, mix(dark, palette.far, 0.3))
    level = y - width * 0.03
    for tier in range(tiers):
        shrink = 1 - 0.16 * tier
        tall = width * (0.24 if tiers < 3 else 0.15)
        rectangle(canvas, x - body * shrink, level - tall, x + body * shrink, level, wood)
        _facade(canvas, palette, (x, level), body * shrink, tall)
        half = body * shrink * (1.75 if tiers < 3 else 2.0)
        roof(canvas, x, level - tall * 0.9, half, width * (0.25 if tiers < 3 else 0.13), dark, rim(palette, dark, 0.5))
        level -= tall + width * (0.16 if tiers < 3 else 0.05)
    if tiers >= 3:
        stroke(canvas, [(x, level + width * 0.02), (x, level - width * 0.2)], 0.005, dark)


def _facade(canvas: Canvas, palette: Palette, foot: tuple[float, float], half: float, tall: float) -> None:
    x, y = foot
    wood = lit(palette, (74, 44, 36), 0.85)
    shine = mix(wood, palette.lamp, 0.3 + 0.65 * min(1.0, palette.night + 0.25))
    rectangle(canvas, x - half * 0.28, y - tall * 0.72, x + half * 0.28, y, shine)
    glow(canvas, (x, y - tall * 0.35), tall * 1.5, palette.lamp, 0.25 + 0.4 * palette.night)
    for column in np.linspace(-0.92, 0.92, 6):
        stroke(canvas, [(x + column * half, y), (x + column * half, y - tall)], half * 0.05, wood)
    stroke(canvas, [(x - half, y - tall * 0.72), (x + half, y - tall * 0.72)], half * 0.05, wood)


def bridge(canvas: Canvas, palette: Palette, at: tuple[float, float], half: float, colour: Colour) -> None:
    """Paint an arched bridge with railings; `at` is the water below its middle."""
    x, y = at
    body = lit(palette, colour, 0.85)
    dark, bright = mix(body, palette.near, 0.5), rim(palette, body, 0.35)
    xs = np.linspace(-1, 1, 61)
    deck = y - 0.035 - 0.105 * (1 - xs**2)
    top = np.stack([x + xs * half, deck], 1)
    poly(canvas, np.concatenate([top, (top + np.array([0, 0.026]))[::-1]]), dark)
    poly(canvas, np.concatenate([top, (top + np.array([0, 0.013]))[::-1]]), body)
    for leg in (-0.55, -0.18, 0.18, 0.55):
        height = 0.035 + 0.105 * (1 - leg**2)
        rectangle(canvas, x + leg * half - 0.008, y - height + 0.02, x + leg * half + 0.008, y + 0.014, dark)
    for post in range(0, 61, 5):
        px, py = top[post]
        rectangle(canvas, px - 0.005, py - 0.062, px + 0.005, py, body)
        oval(canvas, (px, py - 0.065), (0.0085, 0.008), bright)
    for rise, thick in ((0.05, 0.007), (0.028, 0.004)):
        stroke(canvas, top - np.array([0, rise]), thick, body)
    stroke(canvas, top - np.array([0, 0.054]), 0.002, bright)


def house(canvas: Canvas, palette: Palette, at: tuple[float, float], size: float, rng: Random) -> None:
    """Paint a small house with a pitched roof and lit windows."""
    x, y = at
    wall = lit(palette, (208, 190, 164), 0.7)
    cover = lit(palette, (104, 66, 58), 0.75)
    tall = size * 0.5
    rectangle(canvas, x - size * 0.5, y - tall, x + size * 0.5, y, wall)
    rectangle(canvas, x + size * 0.2, y - tall, x + size * 0.5, y, mix(wall, palette.near, 0.25))
    poly(canvas, [(x - size * 0.62, y - tall), (x - size * 0.34, y - size * 0.92), (x + size * 0.34, y - size * 0.92),
                  (x + size * 0.62, y - tall)], cover)  # fmt: skip
    stroke(canvas, [(x - size * 0.34, y - size * 0.92), (x + size * 0.34, y - size * 0.92)], 0.004, rim(palette, cover))
    shine = mix((96, 110, 122), palette.lamp, 0.35 + 0.6 * palette.night)
    for pane in (-0.32, 0.0, 0.34):
        if rng.uniform() < 0.85:
            rectangle(
                canvas, x + (pane - 0.08) * size, y - tall * 0.72, x + (pane + 0.08) * size, y - tall * 0.3, shine
            )
            glow(canvas, (x + pane * size, y - tall * 0.5), size * 0.5, palette.lamp, 0.55 * palette.night)


def skyline(canvas: Canvas, palette: Palette, rng: Random, base: float, height: float, nearness: float) -> None:
    """Paint a row of tall buildings with windows lit as the hour asks."""
    body = tone(palette, nearness)
    x = -canvas.width
    while x < canvas.width:
        wide, tall = float(rng.uniform(0.05, 0.13)), height * float(rng.uniform(0.35, 1.0)) ** 1.2
        tint = mix(body, palette.far, float(rng.uniform(0, 0.22)))
        rectangle(canvas, x, base - tall, x + wide, canvas.half[1], tint)
        rectangle(canvas, x + wide * 0.72, base - tall, x + wide, canvas.half[1], mix(tint, palette.near, 0.18))
        kind = rng.uniform()
        if kind < 0.25:
            stroke(canvas, [(x + wide / 2, base - tall), (x + wide / 2, base - tall - 0.06)], 0.002, tint)
        elif kind < 0.5:
            rectangle(canvas, x + wide * 0.2, base - tall - 0.022, x + wide * 0.7, base - tall, tint)
        _windows(canvas, palette, rng, (x, base - tall, wide, tall), nearness)
        x += wide * float(rng.uniform(0.85, 1.25))


def _windows(
    canvas: Canvas, palette: Palette, rng: Random, block: tuple[float, float, float, float], nearness: float
) -> None:
    x, top, wide, tall = block
    pitch = 0.012 + 0.008 * nearness
    share = 0.12 + 0.4 * palette.night
    wall = tone(palette, nearness)
    for row in np.arange(top + pitch, top + tall, pitch * 1.35):
        for column in np.arange(x + pitch * 0.5, x + wide - pitch * 0.7, pitch):
            draw = rng.uniform()
            bright = palette.lamp if draw < share * 0.8 else palette.light
            tint = mix(wall, bright, 0.3 + 0.6 * palette.night) if draw < share else mix(wall, palette.near, 0.22)
            rectangle(canvas, column, row, column + pitch * 0.55, row + pitch * 0.7, tint)


def lantern(canvas: Canvas, palette: Palette, at: tuple[float, float], size: float) -> None:
    """Paint a hanging paper lantern, alight."""
    x, y = at
    stroke(canvas, [(x, y - size * 3), (x, y)], 0.002, tone(palette, 0.9))
    paper = mix(palette.accent, palette.lamp, 0.45)
    glow(canvas, (x, y), size * 4.5, palette.lamp, 0.35 + 0.4 * palette.night)
    oval(canvas, (x, y), (size * 0.72, size), paper)
    oval(canvas, (x - size * 0.12, y), (size * 0.4, size * 0.8), mix(paper, palette.lamp, 0.55))
    for end in (-1, 1):
        rectangle(canvas, x - size * 0.34, y + end * size - size * 0.1, x + size * 0.34, y + end * size + size * 0.1,
                  tone(palette, 1.0))  # fmt: skip


def lighthouse(canvas: Canvas, palette: Palette, at: tuple[float, float], height: float) -> None:
    """Paint a lighthouse with a burning lamp."""
    x, y = at
    white, red = lit(palette, (236, 232, 224), 0.7), lit(palette, (196, 58, 50), 0.7)
    for band in range(5):
        low, high = y - height * 0.16 * band, y - height * 0.16 * (band + 1)
        wide, less = height * (0.12 - 0.011 * band), height * (0.12 - 0.011 * (band + 1))
        tint = red if band % 2 else white
        poly(canvas, [(x - wide, low), (x + wide, low), (x + less, high), (x - less, high)], tint)
    top = y - height * 0.8
    rectangle(canvas, x - height * 0.08, top - height * 0.02, x + height * 0.08, top, tone(palette, 0.9))
    rectangle(canvas, x - height * 0.045, top - height * 0.12, x + height * 0.045, top - height * 0.02, palette.lamp)
    poly(canvas, [(x - height * 0.065, top - height * 0.12), (x + height * 0.065, top - height * 0.12),
                  (x, top - height * 0.2)], red)  # fmt: skip
    glow(canvas, (x, top - height * 0.07), height * 1.1, palette.lamp, 0.75)
