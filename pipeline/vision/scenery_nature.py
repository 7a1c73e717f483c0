"""Sky, mountains, trees, water and ground."""

import cv2
import numpy as np

from pipeline.vision.scenery_brush import (
    Canvas,
    Points,
    Random,
    glow,
    mask,
    mask_poly,
    noise,
    oval,
    paint,
    poly,
    ramp,
    ridge,
    rim,
    rows,
    soften,
    stroke,
    taper,
)
from pipeline.vision.scenery_palette import Colour, Palette, mix, tone

HORIZON = 0.12


def sky(canvas: Canvas, palette: Palette, rng: Random, horizon: float = HORIZON) -> None:
    """Paint the opaque back: a gradient, stars, the sun or moon with its light."""
    top, middle, low = palette.sky
    colours = ramp(canvas, [(-0.62, top), (horizon - 0.34, middle), (horizon, low), (horizon + 0.4, low)])
    height, width = canvas.rgba.shape[:2]
    dither = rng.random((height, 256, 1), np.float32) * 1.6 - 0.3
    tile = np.clip(colours + dither, 0, 255).astype(np.uint8)
    canvas.rgba[..., :3] = np.tile(tile, (1, width // 256 + 1, 1))[:, :width]
    canvas.rgba[..., 3] = 255
    if palette.stars:
        _stars(canvas, palette, rng, horizon)
    x, y, radius = palette.sun
    x = x * min(1.0, canvas.width / 1.2)
    glow(canvas, (x, y), 0.95, palette.light, 0.42 * palette.glow)
    glow(canvas, (x, y), 0.34, palette.light, 0.5 * palette.glow)
    if radius:
        oval(canvas, (x, y), (radius, radius), mix(palette.light, (255, 255, 255), 0.35))


def _stars(canvas: Canvas, palette: Palette, rng: Random, horizon: float) -> None:
    for _ in range(int(260 * palette.stars * canvas.width)):
        x, y = rng.uniform(-canvas.width, canvas.width), rng.uniform(-canvas.half[1], horizon - 0.1)
        size = float(rng.choice([0.0009, 0.0013, 0.0021], p=[0.6, 0.3, 0.1]))
        fade = float(np.clip((horizon - y) * 2.2, 0.15, 1)) * rng.uniform(0.4, 1.0)
        oval(canvas, (x, y), (size, size), mix(palette.sky[0], (255, 255, 250), fade))


def clouds(canvas: Canvas, palette: Palette, rng: Random, amount: float = 0.5, low: float = 0.02) -> None:
    """Paint soft clouds above `low`, brighter on their upper side; `amount` 0..1 is how much sky they cover."""
    height, width = canvas.rgba.shape[:2]
    small = (height // 2, width // 2)
    cell = canvas.unit * 0.085
    body = noise(small, cell, rng, stretch=2.6, octaves=5)
    ys = (np.arange(small[0]) * 2 / canvas.unit - canvas.half[1])[:, None].astype(np.float32)
    place = np.exp(-(((ys - (low - 0.26)) / 0.19) ** 2))
    cover = np.clip((body * 0.62 + place * (0.55 + amount) - 0.92) / 0.42, 0, 1) * np.clip((low - ys) / 0.1, 0, 1)
    cover = cover * cover * (3 - 2 * cover)
    shade = np.clip(0.5 + 0.9 * (np.roll(body, max(1, int(cell * 0.12)), axis=0) * -1 + body), 0, 1)[..., None]
    bright = np.array(mix(palette.light, (255, 255, 255), 0.2 * (1 - palette.night)), np.float32)
    bright = bright * (1 - 0.62 * palette.night) + np.array(palette.sky[1], np.float32) * 0.62 * palette.night
    dark = np.array(mix(palette.sky[1], palette.sky[2], 0.45), np.float32)
    tint = dark + (bright - dark) * shade
    both = np.clip(np.dstack([tint * cover[..., None], cover * 255]) * 0.9, 0, 255).astype(np.uint8)
    canvas.rgba[:] = cv2.resize(both, (width, height))
    soften(canvas, 0.0016)


def mountains(
    canvas: Canvas, palette: Palette, rng: Random, base: float, height: float, nearness: float, snow: float = 0.0
) -> None:
    """Paint a range from its ridge down into haze; slopes are lit from the sun's side, peaks white by `snow` 0..1."""
    line = ridge(canvas.width, rng, roughness=0.53) * [1, height] + [0, base]
    slopes(canvas, palette, rng, line, nearness, snow)


def volcano(canvas: Canvas, palette: Palette, rng: Random, base: float, height: float) -> None:
    """Paint one symmetrical peak with a snow cap."""
    middle = float(rng.uniform(-0.4, 0.4)) * min(1.0, max(canvas.width - 0.5, 0.1))
    xs = np.linspace(-canvas.width, canvas.width, 300)
    away = np.abs(xs - middle) / 0.62
    shape = np.clip(1.12 - away, 0, None) ** 1.7 + 0.05 * np.exp(-away)
    ys = base - height * np.minimum(shape, 1.0) + rng.normal(0, 0.0014, 300)
    slopes(canvas, palette, rng, np.stack([xs, ys], 1), 0.22, 0.42)


def slopes(canvas: Canvas, palette: Palette, rng: Random, line: Points, nearness: float, snow: float) -> None:
    """Fill below a ridge line: light on the flanks, snow on top, haze at the foot."""
    bottom = canvas.half[1]
    where = mask(canvas)
    mask_poly(canvas, where, [*line, (canvas.width, bottom), (-canvas.width, bottom)])
    peak, foot = float(line[:, 1].min()), float(line[:, 1].max()) + 0.08
    body = tone(palette, nearness)
    hazy = mix(body, palette.far, 0.62 * (1 - nearness))
    paint(canvas, where, ramp(canvas, [(peak, body), (foot, hazy)]))
    height, width = where.shape
    part = rows(canvas, peak, foot + 0.05)
    tall = part.stop - part.start
    side = 1.0 if palette.sun[0] >= 0 else -1.0
    folds = noise((tall // 2 + 1, width // 2 + 1), canvas.unit * 0.09, rng, stretch=0.45, octaves=5)
    light = np.clip((np.roll(folds, int(side * canvas.unit * 0.012), 1) - folds) * 1.9, 0, 1)
    full = np.zeros((height, width), np.float32)
    fade = np.linspace(1, 0.15, light.shape[0], dtype=np.float32)[:, None]
    full[part] = np.repeat(np.repeat(light * fade, 2, 0), 2, 1)[:tall, :width]
    lit = np.array(rim(palette, body, 0.55), np.float32).reshape(1, 1, 3)
    paint(canvas, np.asarray(full * where * 0.62, np.uint8), lit)
    if snow:
        _snow_caps(canvas, palette, rng, line, (where, full), snow)


def _snow_caps(
    canvas: Canvas, palette: Palette, rng: Random, line: Points, surface: tuple[np.ndarray, np.ndarray], snow: float
) -> None:
    where, light = surface
    peak, foot = float(line[:, 1].min()), float(line[:, 1].max())
    limit = peak + (foot - peak) * snow
    edge = np.repeat(rng.uniform(-1, 1, 160), 2)[: 2 * 160]
    xs = np.linspace(-canvas.width, canvas.width, len(edge))
    teeth = np.stack([xs, limit + edge * 0.03 + 0.012 * np.sin(xs * 70)], 1)
    cap = mask(canvas)
    mask_poly(canvas, cap, [*teeth, (canvas.width, peak - 0.1), (-canvas.width, peak - 0.1)])
    white = mix(mix((244, 248, 252), palette.light, 0.3), palette.sky[1], 0.25 + 0.4 * palette.night)
    shaded = mix(white, palette.far, 0.45)
    cover = np.minimum(cap, where)
    paint(canvas, cover, np.array(shaded, np.float32).reshape(1, 1, 3), 0.92)
    paint(
        canvas, np.asarray(cover * (1 - np.clip(light * 1.2, 0, 1)), np.uint8), np.array(white, np.float32)[None, None]
    )


def hills(canvas: Canvas, rng: Random, base: float, height: float, colours: tuple[Colour, Colour]) -> Points:
    """Paint a rolling hill line, colour from crest to foot; give its line."""
    xs = np.linspace(-canvas.width, canvas.width, 220)
    ys = base - height * 0.5 * sum(
        np.sin(xs * frequency + rng.uniform(0, 6.3)) / (one + 1.6)
        for one, frequency in enumerate(rng.uniform(1.2, 2.2) * np.array([1, 2.1, 4.3]))
    )
    line = np.stack([xs, ys], 1)
    where = mask(canvas)
    mask_poly(canvas, where, [*line, (canvas.width, canvas.half[1]), (-canvas.width, canvas.half[1])])
    paint(canvas, where, ramp(canvas, [(base - height, colours[0]), (canvas.half[1] - 0.1, colours[1])]))
    return line


def conifer(canvas: Canvas, x: float, y: float, height: float, colours: tuple[Colour, Colour]) -> None:
    """Paint a fir, its foot at (x, y): tiers of drooping branches, one side lighter."""
    dark, bright = colours
    rectangle_half = height * 0.018
    poly(
        canvas, [(x - rectangle_half, y), (x + rectangle_half, y), (x, y - height * 0.6)], mix(dark, (20, 14, 12), 0.4)
    )
    tiers = 6
    for tier in range(tiers):
        low = y - height * (0.1 + 0.8 * tier / tiers)
        high = min(low - height * 0.3, y - height * 0.3)
        half = height * 0.23 * (1 - tier / tiers) ** 0.85
        high = max(high, y - height)
        poly(canvas, [(x, high), (x + half, low), (x, low - half * 0.18), (x - half, low)], dark)
        poly(canvas, [(x, high), (x + half * 0.86, low), (x + half * 0.1, low - half * 0.12)], mix(dark, bright, 0.35))


def broadleaf(canvas: Canvas, x: float, y: float, height: float, colours: tuple[Colour, Colour], rng: Random) -> None:
    """Paint a leafy tree, its foot at (x, y): trunk, branches, and clumps of leaves from dark to lit."""
    dark, bright = colours
    bark = mix(mix(dark, (40, 28, 26), 0.72), (0, 0, 0), 0.15)
    crown = y - height * 0.68
    lean = float(rng.uniform(-0.05, 0.05)) * height
    taper(
        canvas, [(x, y), (x + lean * 0.3, y - height * 0.3), (x + lean, crown)], (height * 0.075, height * 0.03), bark
    )
    for angle in (-0.75, -0.3, 0.35, 0.8):
        end = (x + lean + np.sin(angle) * height * 0.3, crown - np.cos(angle) * height * 0.16)
        taper(canvas, [(x + lean * 0.6, y - height * 0.42), end], (height * 0.03, height * 0.008), bark)
    for layer in range(4):
        share = layer / 3
        spread = height * 0.34 * (1 - 0.22 * share)
        for _ in range(26):
            angle, far = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
            cx = x + lean + np.cos(angle) * far * spread - 0.05 * height * share
            cy = crown + np.sin(angle) * far * spread * 0.66 - 0.07 * height * share
            size = height * rng.uniform(0.035, 0.085) * (1 - 0.35 * share)
            oval(canvas, (cx, cy), (size * 1.15, size), mix(dark, bright, share * rng.uniform(0.7, 1.05)))


def treeline(
    canvas: Canvas,
    rng: Random,
    base: float,
    height: float,
    colours: tuple[Colour, Colour],
    *,
    firs: bool,
    gap: float = 0.0,
) -> None:
    """Paint a wood along `base`; `gap` keeps the middle open (half its width in heights)."""
    step = height * (0.26 if firs else 0.36)
    for x in np.arange(-canvas.width, canvas.width, step):
        at = float(x + rng.uniform(-0.3, 0.3) * step)
        tall = height * float(rng.uniform(0.62, 1.12))
        if abs(at) < gap:
            continue
        if firs:
            conifer(canvas, at, base + 0.01, tall, colours)
        else:
            broadleaf(canvas, at, base + 0.02, tall, colours, rng)
    poly(
        canvas,
        [(-canvas.width, base), (canvas.width, base), (canvas.width, canvas.half[1]), (-canvas.width, canvas.half[1])],
        colours[0],
    )


def path(canvas: Canvas, top: float, colour: Colour, edge: Colour, bend: float) -> None:
    """Paint a way that runs from the viewer to the horizon `top`, bending by `bend` heights."""
    share = np.linspace(0, 1, 40)
    ys = top + (canvas.half[1] - top) * share**1.5
    middle = bend * (1 - share) ** 1.4 * np.sin(share * 3.1) * 1.6
    half = 0.012 + 0.42 * share**1.7
    for grow, tint in ((1.1, edge), (1.0, colour)):
        left, right = np.stack([middle - half * grow, ys], 1), np.stack([middle + half * grow, ys], 1)
        poly(canvas, np.concatenate([left, right[::-1]]), tint)
    for stone in range(3, 38, 2):
        wide = half[stone] * 0.8
        stroke(
            canvas,
            [(middle[stone] - wide, ys[stone]), (middle[stone] + wide, ys[stone])],
            0.0016,
            mix(colour, edge, 0.5),
        )


def water(canvas: Canvas, palette: Palette, rng: Random, top: float) -> None:
    """Paint water from `top` down: the sky mirrored, streaks that widen towards the viewer, the sun's track."""
    near = mix(mix(palette.sky[0], palette.near, 0.4), (20, 70, 90), 0.18)
    where = mask(canvas)
    where[rows(canvas, top, canvas.half[1])] = 255
    shine = mix(palette.sky[2], palette.far, 0.25)
    stops = [(top, shine), (top + 0.12, mix(shine, near, 0.5)), (canvas.half[1], near)]
    paint(canvas, where, ramp(canvas, stops))
    depth = canvas.half[1] - top
    sun = palette.sun[0] * min(1.0, canvas.width / 1.2)
    for _ in range(420):
        share = float(rng.uniform(0, 1)) ** 1.6
        x, y = float(rng.uniform(-canvas.width, canvas.width)), top + 0.004 + depth * share
        long, thin = 0.012 + 0.12 * share * rng.uniform(0.4, 1), 0.0009 + 0.0045 * share
        tint = mix(shine, near, float(rng.choice([0.1, 0.9])) * 0.8 + 0.1)
        oval(canvas, (x, y), (long, thin), mix(tint, mix(shine, near, share), 0.45))
    for _ in range(170):
        share = float(rng.uniform(0, 1)) ** 1.3
        x = sun + float(rng.normal(0, 0.02 + 0.09 * share))
        wide = 0.008 + 0.03 * share * rng.uniform(0.3, 1)
        tint = mix(shine, palette.light, 0.85 - 0.5 * share)
        oval(canvas, (x, top + 0.003 + depth * share * 0.85), (wide, 0.0011 + 0.003 * share), tint)
