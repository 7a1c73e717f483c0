"""What stands near the viewer: grass, branches, dunes, reeds, rocks, falling water."""

import numpy as np

from pipeline.vision.scenery_brush import (
    Canvas,
    Points,
    Random,
    mask,
    mask_poly,
    oval,
    paint,
    poly,
    ramp,
    rim,
    stroke,
    taper,
)
from pipeline.vision.scenery_palette import Colour, Palette, mix, tone


def ground(canvas: Canvas, rng: Random, base: float, colours: tuple[Colour, Colour], bumps: float = 0.012) -> Points:
    """Paint the ground from an uneven edge at `base` down; give its edge."""
    xs = np.linspace(-canvas.width, canvas.width, 160)
    wave = np.sin(xs * 2.3 + rng.uniform(0, 6)) + 0.5 * np.sin(xs * 6.1 + rng.uniform(0, 6))
    line = np.stack([xs, base + bumps * wave], 1)
    where = mask(canvas)
    mask_poly(canvas, where, [*line, (canvas.width, canvas.half[1]), (-canvas.width, canvas.half[1])])
    paint(canvas, where, ramp(canvas, [(base - bumps, colours[0]), (canvas.half[1] - 0.05, colours[1])]))
    return line


def dapple(canvas: Canvas, rng: Random, top: float, colour: Colour, count: int = 160) -> None:
    """Strew flat patches of light or leaves over the ground below `top`, larger towards the viewer."""
    depth = canvas.half[1] - top
    for _ in range(count):
        share = float(rng.uniform(0.02, 1)) ** 1.3
        x = float(rng.uniform(-canvas.width, canvas.width))
        size = 0.003 + 0.02 * share * float(rng.uniform(0.3, 1))
        y = top + depth * share
        below = canvas.rgba[min(int((y + canvas.half[1]) * canvas.unit), canvas.rgba.shape[0] - 1), 5, :3]
        under = (float(below[0]), float(below[1]), float(below[2]))
        oval(canvas, (x, y), (size, size * 0.28), mix(under, colour, float(rng.uniform(0.25, 0.8))))


def grass(canvas: Canvas, rng: Random, base: float, height: float, colours: tuple[Colour, Colour]) -> None:
    """Paint blades of grass whose feet stand at `base`; fills everything below."""
    bottom = canvas.half[1]
    edge = [(-canvas.width, base), (canvas.width, base), (canvas.width, bottom), (-canvas.width, bottom)]
    poly(canvas, edge, colours[0])
    for _ in range(int(canvas.width * 260)):
        x = float(rng.uniform(-canvas.width, canvas.width))
        tall = height * float(rng.uniform(0.35, 1.0)) * (0.7 + 0.5 * np.sin(x * 5))
        lean = float(rng.normal(0.012, 0.02))
        foot = base + 0.012
        tip = (x + lean * 2, foot - abs(tall))
        tint = mix(colours[0], colours[1], float(rng.uniform(0, 0.6)))
        poly(canvas, [(x - 0.003, foot), (x + lean * 0.7, foot - abs(tall) * 0.55), tip, (x + 0.003, foot)], tint)


def flowers(canvas: Canvas, rng: Random, top: float, colour: Colour, count: int = 220) -> None:
    """Strew blossoms over a meadow below `top`, larger towards the viewer."""
    for _ in range(count):
        share = float(rng.uniform(0, 1)) ** 1.5
        y = top + (canvas.half[1] - top) * share
        size = 0.0016 + 0.0085 * share
        x = float(rng.uniform(-canvas.width, canvas.width))
        oval(canvas, (x, y), (size, size * 0.8), mix(colour, (255, 250, 240), float(rng.choice([0.0, 0.25, 0.6]))))


def branch(canvas: Canvas, rng: Random, palette: Palette, side: float, y: float, *, blossoms: bool) -> None:
    """Hang a leafy branch into the picture from the left (-1) or right (1) edge: a frame near the lens."""
    wood = tone(palette, 1.0)
    start = np.array([side * canvas.width, y - 0.1])
    end = np.array([side * (canvas.width - 0.34 - 0.36 * min(1.2, canvas.width)), y + float(rng.uniform(0.02, 0.1))])
    bow = np.array([0, -0.05])
    along = np.linspace(0, 1, 24)[:, None]
    line = start + (end - start) * along + bow * np.sin(along * np.pi)
    taper(canvas, line, (0.022, 0.004), wood)
    for place in range(5, 24, 2):
        out = line[place] + [float(rng.uniform(-0.05, 0.05)) - side * 0.05, float(rng.uniform(-0.06, 0.1))]
        taper(canvas, [line[place], out], (0.006, 0.002), wood)
        for _ in range(17):
            spot = line[place] + (out - line[place]) * rng.uniform(0, 1.4) + rng.normal(0, 0.022, 2)
            tint = mix(mix(palette.near, palette.leaf[0], 0.72), palette.leaf[1], float(rng.uniform(0, 0.75)))
            leaf(canvas, (float(spot[0]), float(spot[1])), 0.012 if blossoms else 0.021, rng, tint)


def leaf(canvas: Canvas, at: tuple[float, float], size: float, rng: Random, colour: Colour) -> None:
    """Paint one pointed leaf, turned at random."""
    angle = float(rng.uniform(0, 2 * np.pi))
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    shape = [along * size, across * size * 0.42, -along * size * 0.7, -across * size * 0.42]
    poly(canvas, np.array(at) + np.array(shape), colour)


def dunes(canvas: Canvas, rng: Random, palette: Palette, base: float, nearness: float) -> None:
    """Paint one dune ridge: a lit face and a shadowed one meeting in a sharp crest."""
    sand = mix(mix((226, 178, 116), palette.far, 0.55 * (1 - nearness)), palette.near, 0.75 * palette.night)
    xs = np.linspace(-canvas.width, canvas.width, 300)
    phase = float(rng.uniform(0, 6.3))
    wave = np.abs(np.sin(xs * float(rng.uniform(1.1, 1.9)) + phase)) ** 1.4 + 0.25 * np.sin(xs * 3.3 + phase)
    crest = base - (0.05 + 0.06 * nearness) * wave
    bottom = canvas.half[1]
    where = mask(canvas)
    mask_poly(canvas, where, [*np.stack([xs, crest], 1), (canvas.width, bottom), (-canvas.width, bottom)])
    paint(
        canvas, where, ramp(canvas, [(base - 0.1, rim(palette, sand, 0.5)), (base + 0.3, mix(sand, palette.mid, 0.3))])
    )
    shade = mask(canvas)
    lower = crest + 0.22 * np.clip(np.gradient(crest, xs) * 1.6 + 0.12, 0, 0.6)
    mask_poly(canvas, shade, np.concatenate([np.stack([xs, crest], 1), np.stack([xs, lower], 1)[::-1]]))
    dark = mix(mix(sand, palette.mid, 0.55), palette.near, 0.2 * nearness)
    paint(canvas, shade, np.array(dark, np.float32)[None, None], 0.85)
    for ripple in range(5):
        offset = 0.05 + ripple * 0.05
        line = np.stack([xs, lower + offset + 0.004 * np.sin(xs * 40 + ripple)], 1)
        stroke(canvas, line, 0.0014, mix(sand, dark, 0.3))


def bamboo(canvas: Canvas, rng: Random, base: float, thick: float, colours: tuple[Colour, Colour], gap: float) -> None:
    """Paint a bamboo grove along `base`: jointed stalks higher than the picture, tufts of leaves; `gap` stays open."""
    dark, bright = colours
    for x in np.arange(-canvas.width, canvas.width, thick * 3.2):
        at = float(x + rng.uniform(-1, 1) * thick * 1.4)
        if abs(at) < gap:
            continue
        lean, wide = float(rng.normal(0, 0.03)), thick * float(rng.uniform(0.6, 1.1))
        tint = mix(dark, bright, float(rng.uniform(0.1, 0.7)))
        top = (at + lean, -canvas.half[1])
        taper(canvas, [(at, base), (at + lean * 0.4, 0.0), top], (wide, wide * 0.6), tint)
        stroke(canvas, [(at - wide * 0.25, base), (top[0] - wide * 0.2, top[1])], wide * 0.16, mix(tint, bright, 0.6))
        for joint in np.arange(base - 0.05, -canvas.half[1], -0.085):
            share = (base - joint) / (base + canvas.half[1])
            middle = at + lean * share**1.5
            stroke(canvas, [(middle - wide * 0.5, joint), (middle + wide * 0.5, joint)], 0.0024, mix(tint, dark, 0.6))
        for _ in range(9):
            tuft = (at + lean + float(rng.normal(0, 0.06)), float(rng.uniform(-canvas.half[1], -0.14)))
            for drop in rng.normal(0, 0.016, (5, 2)):
                spot = (tuft[0] + float(drop[0]) * 1.5, tuft[1] + float(drop[1]))
                leaf(canvas, spot, 0.016, rng, mix(dark, bright, float(rng.uniform(0.2, 1.0))))


def reeds(canvas: Canvas, rng: Random, palette: Palette, base: float) -> None:
    """Paint clumps of reeds at both sides of the picture, close to the lens."""
    tint = tone(palette, 0.97)
    for side in (-1.0, 1.0):
        for _ in range(46):
            x = side * (canvas.width - abs(float(rng.normal(0, 0.2))) - 0.1)
            tall, lean = float(rng.uniform(0.12, 0.36)), float(rng.normal(0, 0.05)) - side * 0.05
            shade = mix(tint, palette.leaf[1], float(rng.uniform(0, 0.22)))
            curve = [(x, base), (x + lean * 0.35, base - tall * 0.6), (x + lean, base - tall)]
            taper(canvas, curve, (0.007, 0.0016), shade)
            if rng.uniform() < 0.2:
                oval(canvas, (x + lean, base - tall), (0.006, 0.022), mix(shade, (110, 70, 40), 0.5))


def rocks(canvas: Canvas, rng: Random, palette: Palette, base: float, size: float) -> None:
    """Paint boulders along `base`, each with a lit top."""
    for _ in range(7):
        x, wide = float(rng.uniform(-canvas.width, canvas.width)), size * float(rng.uniform(0.4, 1.2))
        angles = np.linspace(np.pi, 2 * np.pi, 8) + rng.uniform(-0.12, 0.12, 8)
        bulge = rng.uniform(0.8, 1.1, 8)
        foot = base + float(rng.uniform(0.0, 0.05))
        body = mix(tone(palette, 0.7), (120, 116, 118), 0.3)
        for shrink, lift, tint in ((1.0, 0.0, body), (0.8, 0.12, rim(palette, body, 0.28))):
            top = np.stack([np.cos(angles) * bulge * shrink, np.sin(angles) * bulge * 0.6 * shrink - lift], 1)
            poly(canvas, top * wide + [x - 0.06 * wide * lift, foot], tint)


def waterfall(canvas: Canvas, rng: Random, palette: Palette, x: float, span: tuple[float, float]) -> None:
    """Paint falling water from y `span[0]` to `span[1]` with spray at its foot."""
    white = mix((238, 246, 250), palette.far, 0.3 + 0.4 * palette.night)
    top, foot = span
    poly(canvas, [(x - 0.035, top), (x + 0.035, top), (x + 0.06, foot), (x - 0.06, foot)], white)
    for _ in range(46):
        at = float(rng.uniform(-0.034, 0.034))
        stroke(
            canvas, [(x + at, top), (x + at * 1.7, foot)], 0.002, mix(white, palette.mid, float(rng.uniform(0, 0.4)))
        )
    for _ in range(60):
        spot = (x + float(rng.normal(0, 0.06)), foot + float(rng.normal(0, 0.012)))
        oval(canvas, spot, (0.022, 0.01), mix(white, palette.far, float(rng.uniform(0, 0.5))))
