"""People and animals, simple and readable; feet at the place given, sizes in view heights."""

from dataclasses import dataclass

import numpy as np

from pipeline.vision.scenery_brush import Canvas, Random, around, oval, poly, rectangle, rim, stroke, taper
from pipeline.vision.scenery_palette import Colour, Palette, lit, mix

SKIN: tuple[Colour, ...] = ((242, 206, 178), (214, 164, 128), (150, 102, 74))
HAIR: tuple[Colour, ...] = ((36, 28, 30), (62, 42, 34), (104, 70, 46))
GARMENTS: tuple[Colour, ...] = (
    (206, 62, 52),
    (46, 84, 132),
    (226, 178, 84),
    (62, 116, 104),
    (122, 66, 96),
    (228, 222, 210),
)


@dataclass(frozen=True, slots=True)
class Wear:
    """The colours a figure is painted in."""

    coat: Colour
    shade: Colour
    legs: Colour
    skin: Colour
    hair: Colour
    edge: Colour


def wear(palette: Palette, rng: Random, coat: Colour | None) -> Wear:
    """Choose a figure's clothes; `coat` is the colour the scene asked for."""
    chosen = coat or GARMENTS[int(rng.integers(len(GARMENTS)))]
    body = lit(palette, chosen, 0.9)
    return Wear(
        coat=body,
        shade=mix(body, palette.near, 0.34),
        legs=lit(palette, (52, 54, 70), 0.95),
        skin=lit(palette, SKIN[int(rng.integers(len(SKIN)))], 0.9),
        hair=lit(palette, HAIR[int(rng.integers(len(HAIR)))], 0.95),
        edge=rim(palette, body, 0.55),
    )


def suited(palette: Palette) -> Wear:
    """Put a figure into a space suit: white all over, the helmet where its hair would be."""
    white = mix((236, 238, 244), palette.near, 0.06)
    shade = mix(white, palette.near, 0.36)
    return Wear(white, shade, mix(white, shade, 0.3), white, white, mix(white, palette.light, 0.6))


def person(
    canvas: Canvas, at: tuple[float, float], height: float, kind: str, worn: Wear, *, walking: bool, umbrella: bool
) -> None:
    """Paint a standing or walking woman, man or child seen from behind, a little turned."""
    x, y = at
    h = height
    head = {"child": 0.105, "woman": 0.072, "man": 0.07}[kind]
    oval(canvas, (x + h * 0.05, y), (h * 0.22, h * 0.022), mix(worn.shade, (10, 10, 16), 0.72))
    _legs(canvas, (x, y), h, worn, stride=0.085 if walking else 0.035)
    _coat(canvas, (x, y), h, kind, worn)
    neck = y - h * 0.84
    centre = (x + h * 0.006, y - h * (1 - head))
    rectangle(canvas, x - h * 0.022, neck - h * 0.04, x + h * 0.022, neck + h * 0.03, worn.skin)
    oval(canvas, centre, (h * head * 0.86, h * head), worn.skin)
    _hair(canvas, centre, h * head, kind, worn)
    if umbrella:
        _umbrella(canvas, (x, y), h, worn)


def _legs(canvas: Canvas, foot: tuple[float, float], h: float, worn: Wear, stride: float) -> None:
    x, y = foot
    dark = mix(worn.legs, (0, 0, 0), 0.25)
    for side, lift in ((-1, 0.0), (1, 0.012)):
        ankle = (x + side * stride * h, y - h * (0.02 + lift))
        knee = (x + side * h * (0.04 + stride * 0.35), y - h * 0.24)
        taper(canvas, [(x + side * h * 0.045, y - h * 0.48), knee, ankle], (h * 0.085, h * 0.05), worn.legs)
        shoe = (ankle[0] + h * 0.012, ankle[1] + h * 0.008)
        oval(canvas, shoe, (h * 0.042, h * 0.02), dark)


def _coat(canvas: Canvas, foot: tuple[float, float], h: float, kind: str, worn: Wear) -> None:
    x, y = foot
    hem, wide = {"woman": (0.26, 0.155), "man": (0.4, 0.115), "child": (0.24, 0.16)}[kind]
    shoulder, waist = {"woman": (0.1, 0.082), "man": (0.128, 0.1), "child": (0.115, 0.11)}[kind]
    top, middle = y - h * 0.83, y - h * 0.58
    outline = [
        (x - shoulder * h * 0.55, top - h * 0.012),
        (x + shoulder * h * 0.55, top - h * 0.012),
        (x + shoulder * h, top + h * 0.03),
        (x + waist * h, middle),
        (x + wide * h, y - h * hem),
        (x, y - h * (hem - 0.018)),
        (x - wide * h, y - h * hem),
        (x - waist * h, middle),
        (x - shoulder * h, top + h * 0.03),
    ]
    poly(canvas, outline, worn.coat)
    poly(
        canvas,
        [
            (x + h * 0.012, top),
            (x + shoulder * h, top + h * 0.03),
            (x + waist * h, middle),
            (x + wide * h, y - h * hem),
            (x + h * 0.02, y - h * (hem - 0.016)),
        ],
        worn.shade,
    )
    stroke(
        canvas,
        [(x - shoulder * h, top + h * 0.03), (x - waist * h, middle), (x - wide * h, y - h * hem)],
        h * 0.012,
        worn.edge,
    )
    for side, tint in ((-1, worn.coat), (1, worn.shade)):
        hand = (x + side * h * 0.15, y - h * 0.42)
        arm = [(x + side * shoulder * h * 0.92, top + h * 0.035), (x + side * h * 0.14, middle), hand]
        taper(canvas, arm, (h * 0.062, h * 0.048), mix(tint, worn.shade, 0.3))
        oval(canvas, hand, (h * 0.02, h * 0.024), worn.skin)
    if kind == "woman":
        stroke(canvas, [(x - waist * h, middle), (x + waist * h, middle)], h * 0.02, worn.shade)


def _hair(canvas: Canvas, centre: tuple[float, float], size: float, kind: str, worn: Wear) -> None:
    x, y = centre
    if kind == "man":
        oval(canvas, (x, y - size * 0.22), (size * 0.95, size * 0.86), worn.hair)
        return
    oval(canvas, (x, y - size * 0.12), (size * 1.02, size * 1.02), worn.hair)
    long = 1.15 if kind == "woman" else 0.7
    poly(
        canvas,
        [
            (x - size * 1.02, y - size * 0.1),
            (x + size * 1.02, y - size * 0.1),
            (x + size * 0.9, y + size * long),
            (x, y + size * (long + 0.18)),
            (x - size * 0.9, y + size * long),
        ],
        worn.hair,
    )
    shine = mix(worn.hair, worn.edge, 0.4)
    stroke(canvas, [(x - size * 0.7, y - size * 0.3), (x - size * 0.35, y - size * 0.75)], size * 0.14, shine)


def _umbrella(canvas: Canvas, foot: tuple[float, float], h: float, worn: Wear) -> None:
    x, y = foot
    tip = (x + h * 0.1, y - h * 1.28)
    stroke(canvas, [tip, (x + h * 0.14, y - h * 0.44)], h * 0.014, worn.legs)
    angle = np.linspace(np.pi, 2 * np.pi, 33)
    top = np.stack([tip[0] + h * 0.36 * np.cos(angle), tip[1] + h * 0.27 + h * 0.25 * np.sin(angle)], 1)
    scallop = np.stack(
        [tip[0] + h * 0.36 * np.cos(angle[::-1]), tip[1] + h * 0.27 - h * 0.03 * np.abs(np.sin(4 * angle))], 1
    )
    cover = mix(worn.coat, worn.edge, 0.15)
    poly(canvas, np.concatenate([top, scallop]), cover)
    poly(canvas, [tuple(tip), *top[16:], (tip[0] + h * 0.12, tip[1] + h * 0.26)], mix(cover, worn.shade, 0.45))


def bust(canvas: Canvas, at: tuple[float, float], height: float, kind: str, worn: Wear) -> None:
    """Paint head and shoulders, for a close shot or somebody at a table; `at` is where the shoulders end below."""
    x, y = at
    h = height
    size = h * 0.27
    poly(
        canvas,
        around((x, y), h, [(-0.5, 0.0), (-0.44, -0.28), (-0.15, -0.42), (0.15, -0.42), (0.44, -0.28), (0.5, 0.0)]),
        worn.coat,
    )
    poly(canvas, around((x, y), h, [(0.02, 0.0), (0.06, -0.4), (0.15, -0.42), (0.44, -0.28), (0.5, 0.0)]), worn.shade)
    taper(canvas, [(x, y - h * 0.36), (x, y - h * 0.56)], (h * 0.17, h * 0.14), mix(worn.skin, worn.shade, 0.28))
    centre = (x, y - h * 0.72)
    if kind != "man":
        oval(canvas, (x, centre[1] + size * 0.2), (size * 1.0, size * 1.2), worn.hair)
    oval(canvas, (x, centre[1] - size * 0.14), (size * 0.9, size * 0.98), worn.hair)
    for side in (-1, 1):
        oval(canvas, (x + side * size * 0.74, centre[1] + size * 0.14), (size * 0.12, size * 0.18), worn.skin)
    oval(canvas, (x, centre[1] + size * 0.08), (size * 0.74, size * 0.92), worn.skin)
    cheek = np.linspace(-np.pi / 2, np.pi / 2, 24)
    half = np.stack([x + size * 0.74 * np.cos(cheek), centre[1] + size * (0.08 + 0.92 * np.sin(cheek))], 1)
    back = cheek[::-1]
    inner = np.stack([x + size * 0.3 * np.cos(back), centre[1] + size * (0.08 + 0.92 * np.sin(back))], 1)
    poly(canvas, np.concatenate([half, inner]), mix(worn.skin, worn.shade, 0.16))
    _fringe(canvas, centre, size, worn)
    stroke(canvas, [(x - h * 0.44, y - h * 0.28), (x - h * 0.15, y - h * 0.42)], h * 0.014, worn.edge)


def _fringe(canvas: Canvas, centre: tuple[float, float], size: float, worn: Wear) -> None:
    """Comb the hair over the forehead, parted at one side, with a shine."""
    x, y = centre
    angle = np.linspace(np.pi * 1.02, np.pi * 1.98, 30)
    crown = np.stack([x + size * 0.9 * np.cos(angle), y - size * 0.14 + size * 0.98 * np.sin(angle)], 1)
    along = np.linspace(1, -1, 30)
    brow = y - size * (0.42 + 0.2 * np.cos((along + 0.35) * 2.4))
    poly(canvas, np.concatenate([crown, np.stack([x + size * 0.84 * along, brow], 1)]), worn.hair)
    arc = np.linspace(np.pi * 1.2, np.pi * 1.45, 12)
    line = np.stack([x + size * 0.68 * np.cos(arc), y - size * 0.14 + size * 0.76 * np.sin(arc)], 1)
    stroke(canvas, line, size * 0.05, mix(worn.hair, worn.edge, 0.4))


def quadruped(canvas: Canvas, at: tuple[float, float], size: float, kind: str, body: Colour, edge: Colour) -> None:
    """Paint a cat (sitting), dog or horse in profile."""
    x, y = at
    s = size
    if kind == "cat":
        poly(
            canvas,
            around((x, y), s, [(-0.3, 0.0), (-0.26, -0.4), (-0.02, -0.66), (0.17, -0.6), (0.2, -0.3), (0.2, 0.0)]),
            body,
        )
        oval(canvas, (x + s * 0.12, y - s * 0.74), (s * 0.16, s * 0.14), body)
        for ear in (0.03, 0.2):
            poly(
                canvas,
                [
                    (x + (ear - 0.05) * s, y - s * 0.82),
                    (x + ear * s, y - s * 0.99),
                    (x + (ear + 0.06) * s, y - s * 0.82),
                ],
                body,
            )
        tail = [
            (x - s * 0.27, y - s * 0.05),
            (x - s * 0.5, y - s * 0.1),
            (x - s * 0.55, y - s * 0.36),
            (x - s * 0.47, y - s * 0.45),
        ]
        taper(canvas, tail, (s * 0.07, s * 0.05), body)
        stroke(canvas, [(x - s * 0.26, y - s * 0.4), (x - s * 0.02, y - s * 0.66)], s * 0.025, edge)
        return
    _walker(canvas, at, size, kind, body, edge)


def _walker(canvas: Canvas, at: tuple[float, float], size: float, kind: str, body: Colour, edge: Colour) -> None:
    x, y = at
    s = size
    long, leg, rise, head_size = {"dog": (0.5, 0.36, 0.26, 0.2), "horse": (0.6, 0.62, 0.52, 0.2)}[kind]
    high = y - s * leg
    for place, tint in ((-0.36, 0.3), (0.34, 0.3), (-0.44, 0.0), (0.42, 0.0)):
        hip = (x + s * place * long * 1.7, high - s * 0.02)
        taper(canvas, [hip, (hip[0] + s * 0.03, y)], (s * 0.13, s * 0.05), mix(body, (0, 0, 0), tint))
    trunk = [(-0.95, -0.14), (-0.5, -0.25), (0.6, -0.25), (0.98, -0.3), (0.9, 0.1), (0.0, 0.05), (-0.85, 0.1)]
    poly(canvas, [(x + s * long * along, high + s * down) for along, down in trunk], body)
    head = (x + s * (long + 0.16), high - s * (rise + 0.16))
    taper(canvas, [(x + s * long * 0.78, high - s * 0.12), head], (s * 0.3, s * head_size), body)
    oval(canvas, head, (s * head_size * 0.75, s * head_size * 0.7), body)
    taper(canvas, [head, (head[0] + s * 0.26, head[1] + s * 0.1)], (s * head_size * 1.1, s * 0.09), body)
    ear = [(-0.1, -0.06), (-0.08, -0.24), (0.03, -0.1)]
    poly(canvas, [(head[0] + s * along, head[1] + s * down) for along, down in ear], mix(body, (0, 0, 0), 0.2))
    lift = -0.26 if kind == "dog" else 0.26
    tail = [(-0.9 * long, -0.12), (-long - 0.14, -0.1), (-long - 0.24, lift)]
    taper(canvas, [(x + s * along, high + s * down) for along, down in tail], (s * 0.09, s * 0.03), body)
    stroke(canvas, [(x - s * long * 0.5, high - s * 0.25), (x + s * long * 0.6, high - s * 0.25)], s * 0.02, edge)


def bird(canvas: Canvas, at: tuple[float, float], span: float, colour: Colour, lift: float) -> None:
    """Paint a bird on the wing; `lift` -1..1 is how its wings stand."""
    x, y = at
    for side in (-1, 1):
        wing = [
            (x, y),
            (x + side * span * 0.5, y - span * 0.28 * lift - span * 0.1),
            (x + side * span, y - span * 0.12 * lift),
        ]
        taper(canvas, wing, (span * 0.16, span * 0.02), colour)
    oval(canvas, (x, y + span * 0.02), (span * 0.1, span * 0.07), colour)
