"""Streets and what moves on them, on rails and on water."""

import numpy as np

from pipeline.vision.scenery_brush import (
    Canvas,
    Random,
    around,
    glow,
    mask,
    mask_poly,
    oval,
    paint,
    poly,
    ramp,
    rectangle,
    rim,
    stroke,
)
from pipeline.vision.scenery_palette import Colour, Palette, lit, mix, tone

NEON: tuple[Colour, ...] = ((255, 70, 160), (80, 236, 255), (255, 196, 70), (140, 255, 150), (176, 110, 255))


def road(canvas: Canvas, palette: Palette, top: float, *, wet: bool) -> None:
    """Paint a street seen along its length from the horizon `top`: pavement, lane marks, a crossing, wet shine."""
    asphalt = mix(tone(palette, 0.62), (60, 62, 72), 0.35)
    far = mix(asphalt, palette.sky[2], 0.55)
    where = mask(canvas)
    bottom = canvas.half[1]
    mask_poly(
        canvas, where, [(-canvas.width, top), (canvas.width, top), (canvas.width, bottom), (-canvas.width, bottom)]
    )
    paint(canvas, where, ramp(canvas, [(top, far), (top + 0.2, asphalt), (bottom, mix(asphalt, palette.near, 0.4))]))
    line = mix(asphalt, (240, 236, 224), 0.55 - 0.25 * palette.night)
    for side in (-1, 1):
        poly(canvas, [(side * 0.02, top), (side * 0.026, top), (side * 1.02, bottom), (side * 0.98, bottom)], line)
        curb = [(side * 0.045, top), (side * canvas.width, top), (side * canvas.width, bottom), (side * 1.35, bottom)]
        poly(canvas, curb, mix(asphalt, palette.far, 0.28))
    shares = [(0.04, 0.09), (0.13, 0.2), (0.27, 0.38), (0.48, 0.62)]
    for first, last in shares:
        y0, y1 = top + (bottom - top) * first, top + (bottom - top) * last
        poly(canvas, [(-0.012 * first, y0), (0.012 * first, y0), (0.02 * last, y1), (-0.02 * last, y1)], line)
    for bar in np.arange(-1.0, 1.0, 0.15):
        y0, y1 = top + (bottom - top) * 0.66, top + (bottom - top) * 0.84
        poly(canvas, [(bar * 0.72, y0), ((bar + 0.075) * 0.72, y0), ((bar + 0.075) * 0.9, y1), (bar * 0.9, y1)], line)
    if wet:
        for x, tint in ((-0.3, palette.light), (0.28, palette.accent), (0.02, palette.sky[2])):
            for step in range(7):
                glow(canvas, (x + 0.012 * np.sin(step * 2.1), top + 0.05 + step * 0.055), 0.1, tint, 0.28)


def blocks(canvas: Canvas, palette: Palette, rng: Random, top: float, *, signs: bool) -> None:
    """Paint the houses on both sides of a street, running to its vanishing point at (0, `top`)."""
    for side in (-1.0, 1.0):
        inner = 0.1
        for depth in range(5):
            outer = inner * float(rng.uniform(1.5, 1.75))
            nearness = 0.45 + 0.12 * depth
            tall = inner * float(rng.uniform(1.25, 2.3)) + 0.08
            _block(canvas, palette, rng, (side, inner, outer, tall, top), nearness)
            if signs:
                _sign(canvas, palette, rng, (side * (inner * 1.03), top - tall * float(rng.uniform(0.4, 0.7))), inner)
            inner = outer


def _block(
    canvas: Canvas, palette: Palette, rng: Random, box: tuple[float, float, float, float, float], nearness: float
) -> None:
    side, inner, outer, tall, top = box
    wall = mix(tone(palette, nearness), lit(palette, (150, 128, 116), nearness), 0.3)
    growth = outer / inner
    foot0, foot1 = top + inner * 0.32, top + outer * 0.32
    head0, head1 = top - tall, top - tall * growth
    front = [(side * inner, head0), (side * outer, head1), (side * outer, foot1), (side * inner, foot0)]
    poly(canvas, front, wall)
    poly(
        canvas,
        [(side * inner, head0), (side * outer, head1), (side * outer, head1 + 0.012), (side * inner, head0 + 0.008)],
        rim(palette, wall, 0.3),
    )
    floors, bays = max(3, int(tall / inner * 3.6)), 5
    dark = mix(wall, palette.near, 0.35)
    tints = (palette.lamp, mix(palette.lamp, (255, 190, 120), 0.7), mix(palette.light, wall, 0.25))
    for floor in range(floors):
        for bay in range(bays):
            alight = rng.uniform() < 0.12 + 0.34 * palette.night
            shine = mix(wall, tints[int(rng.integers(3))], 0.45 + 0.4 * palette.night) if alight else dark
            corners = []
            for u, v in (
                (bay + 0.2, floor + 0.25),
                (bay + 0.8, floor + 0.25),
                (bay + 0.8, floor + 0.8),
                (bay + 0.2, floor + 0.8),
            ):
                x = inner + (outer - inner) * u / bays
                scale = x / inner
                corners.append((side * x, top - tall * scale + (tall + inner * 0.2) * scale * v / floors))
            poly(canvas, corners, shine)


def _sign(canvas: Canvas, palette: Palette, rng: Random, at: tuple[float, float], size: float) -> None:
    x, y = at
    tint = mix(NEON[int(rng.integers(len(NEON)))], palette.far, 0.1)
    wide, tall = size * 0.14, size * float(rng.uniform(0.35, 0.6))
    x -= np.sign(x) * wide
    rectangle(canvas, x - wide * 0.6, y - tall, x + wide * 0.6, y + tall * 0.2, mix(tint, palette.near, 0.72))
    stroke(
        canvas,
        [
            (x - wide * 0.6, y - tall),
            (x + wide * 0.6, y - tall),
            (x + wide * 0.6, y + tall * 0.2),
            (x - wide * 0.6, y + tall * 0.2),
            (x - wide * 0.6, y - tall),
        ],
        max(0.0016, size * 0.012),
        tint,
    )
    for glyph in range(4):
        gy = y - tall * (0.85 - glyph * 0.27)
        rectangle(canvas, x - wide * 0.32, gy, x + wide * 0.32, gy + tall * 0.05, mix(tint, (255, 255, 255), 0.5))
        rectangle(
            canvas,
            x - wide * 0.06,
            gy - tall * 0.04,
            x + wide * 0.06,
            gy + tall * 0.13,
            mix(tint, (255, 255, 255), 0.4),
        )
    glow(canvas, (x, y - tall * 0.4), tall * 1.5 + 0.02, tint, 0.22 + 0.4 * palette.night)


def lamp_post(canvas: Canvas, palette: Palette, at: tuple[float, float], height: float) -> None:
    """Paint a street lamp, its arm towards the middle of the picture."""
    x, y = at
    arm = -np.sign(x) * height * 0.16
    dark = tone(palette, 0.95)
    stroke(canvas, [(x, y), (x, y - height), (x + arm, y - height * 1.02)], height * 0.018, dark)
    rectangle(canvas, min(x + arm, x + arm * 0.6), y - height * 1.02, max(x + arm, x + arm * 0.6), y - height, dark)
    glow(canvas, (x + arm * 0.85, y - height * 0.98), height * 0.5, palette.lamp, 0.2 + 0.6 * palette.night)


def car(canvas: Canvas, palette: Palette, at: tuple[float, float], length: float, colour: Colour) -> None:
    """Paint a car in profile with its lights on."""
    x, y = at
    s = length
    body = lit(palette, colour, 0.9)
    glass = mix(palette.sky[1], palette.near, 0.45)
    oval(canvas, (x, y), (s * 0.52, s * 0.022), mix(palette.near, (0, 0, 0), 0.2))
    poly(
        canvas,
        around(
            (x, y),
            s,
            [
                (-0.5, -0.05),
                (-0.5, -0.17),
                (-0.3, -0.2),
                (-0.18, -0.32),
                (0.14, -0.32),
                (0.28, -0.2),
                (0.47, -0.17),
                (0.5, -0.05),
            ],
        ),
        body,
    )
    for left, right, lean in ((-0.24, -0.02, 0.08), (0.01, 0.21, -0.08)):
        first, last = (left + lean, right) if lean > 0 else (left, right + lean)
        poly(
            canvas,
            [
                (x + left * s, y - s * 0.2),
                (x + first * s, y - s * 0.29),
                (x + last * s, y - s * 0.29),
                (x + right * s, y - s * 0.2),
            ],
            glass,
        )
    stroke(
        canvas,
        [(x - s * 0.3, y - s * 0.2), (x - s * 0.18, y - s * 0.32), (x + s * 0.14, y - s * 0.32)],
        s * 0.012,
        rim(palette, body),
    )
    for wheel in (-0.3, 0.3):
        oval(canvas, (x + wheel * s, y - s * 0.05), (s * 0.082, s * 0.082), (24, 24, 28))
        oval(canvas, (x + wheel * s, y - s * 0.05), (s * 0.04, s * 0.04), (134, 138, 146))
    glow(canvas, (x + s * 0.5, y - s * 0.12), s * 0.5, palette.lamp, 0.4 + 0.4 * palette.night)
    glow(canvas, (x - s * 0.5, y - s * 0.13), s * 0.16, (255, 60, 40), 0.6)


def train(canvas: Canvas, palette: Palette, at: tuple[float, float], height: float, colour: Colour) -> None:
    """Paint a passing train across the whole plane, windows lit."""
    _, y = at
    body, dark = lit(palette, colour, 0.8), tone(palette, 0.9)
    shine = mix(palette.sky[1], palette.lamp, 0.5 + 0.45 * palette.night)
    left, right = -canvas.width, canvas.width * 0.62
    rectangle(canvas, left, y - height * 0.16, right, y, dark)
    poly(
        canvas,
        [
            (left, y - height),
            (right - height * 0.7, y - height),
            (right, y - height * 0.42),
            (right, y - height * 0.14),
            (left, y - height * 0.14),
        ],
        body,
    )
    rectangle(canvas, left, y - height * 0.34, right, y - height * 0.25, mix(body, (250, 248, 240), 0.7))
    for x in np.arange(right - height * 1.25, left, -height * 0.46):
        rectangle(canvas, x, y - height * 0.82, x + height * 0.32, y - height * 0.48, shine)
    for x in np.arange(right - height * 3.2, left, -height * 3.2):
        rectangle(canvas, x, y - height, x + height * 0.06, y - height * 0.1, dark)
    stroke(
        canvas,
        [(left, y - height), (right - height * 0.7, y - height), (right, y - height * 0.42)],
        0.004,
        rim(palette, body),
    )
    glow(canvas, (right, y - height * 0.3), height * 1.3, palette.lamp, 0.5)
    rectangle(canvas, -canvas.width, y, canvas.width, y + height * 0.035, mix(dark, palette.far, 0.3))


def boat(canvas: Canvas, palette: Palette, at: tuple[float, float], size: float, colour: Colour) -> None:
    """Paint a sailing boat and its reflection."""
    x, y = at
    s = size
    hull, sail = lit(palette, colour, 0.8), lit(palette, (244, 238, 226), 0.75)
    oval(canvas, (x, y + s * 0.05), (s * 0.4, s * 0.03), mix(hull, palette.near, 0.5))
    poly(canvas, around((x, y), s, [(-0.42, -0.1), (0.5, -0.12), (0.32, 0.04), (-0.34, 0.04)]), hull)
    stroke(canvas, [(x, y - s * 0.1), (x, y - s * 1.05)], s * 0.02, tone(palette, 0.9))
    poly(canvas, [(x + s * 0.03, y - s * 1.0), (x + s * 0.42, y - s * 0.2), (x + s * 0.03, y - s * 0.18)], sail)
    poly(
        canvas,
        [(x - s * 0.03, y - s * 0.9), (x - s * 0.33, y - s * 0.2), (x - s * 0.03, y - s * 0.18)],
        mix(sail, palette.far, 0.35),
    )
    stroke(canvas, [(x - s * 0.42, y - s * 0.1), (x + s * 0.5, y - s * 0.12)], s * 0.02, rim(palette, hull, 0.6))
