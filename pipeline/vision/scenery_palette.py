"""The colours of a panel: from lighting, style, season and seed."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours 0..255; `far`, `mid`, `near` are a dark object at three distances; `sun` is x, y, radius in heights."""

    sky: tuple[Colour, Colour, Colour]
    far: Colour
    mid: Colour
    near: Colour
    light: Colour
    accent: Colour
    lamp: Colour
    leaf: tuple[Colour, Colour]
    sun: tuple[float, float, float]
    glow: float
    stars: float
    night: float


_GREEN: tuple[Colour, Colour] = ((44, 86, 62), (122, 150, 82))

LIGHTING: dict[str, Palette] = {
    "": Palette(
        ((62, 132, 196), (132, 190, 224), (228, 238, 232)), (166, 200, 214), (86, 134, 128), (26, 52, 58),
        (255, 248, 226), (222, 78, 54), (255, 214, 140), _GREEN, (0.42, -0.3, 0.05), 0.55, 0.0, 0.0,
    ),
    "golden_hour": Palette(
        ((86, 104, 150), (242, 170, 112), (255, 224, 158)), (238, 172, 124), (160, 88, 76), (46, 28, 40),
        (255, 226, 158), (208, 62, 42), (255, 200, 110), ((88, 58, 44), (206, 134, 64)),
        (0.3, 0.02, 0.085), 1.0, 0.0, 0.05,
    ),
    "blue_hour": Palette(
        ((14, 26, 64), (54, 88, 148), (228, 164, 152)), (106, 124, 172), (46, 62, 112), (10, 15, 34),
        (255, 208, 150), (226, 96, 84), (255, 200, 120), ((24, 44, 66), (66, 92, 118)),
        (-0.45, 0.16, 0.0), 0.6, 0.45, 0.6,
    ),
    "studio": Palette(
        ((206, 212, 222), (228, 230, 232), (246, 242, 236)), (204, 210, 218), (126, 140, 158), (42, 50, 66),
        (255, 252, 246), (228, 88, 60), (255, 226, 176), ((70, 110, 92), (146, 176, 128)),
        (0.0, -0.35, 0.0), 0.5, 0.0, 0.0,
    ),
    "neon": Palette(
        ((12, 8, 36), (62, 20, 104), (226, 58, 148)), (112, 46, 146), (46, 24, 88), (10, 7, 26),
        (92, 236, 255), (255, 62, 164), (92, 236, 255), ((40, 24, 84), (110, 46, 140)),
        (0.25, 0.1, 0.0), 0.7, 0.25, 0.85,
    ),
    "moonlight": Palette(
        ((7, 12, 32), (22, 40, 80), (82, 112, 152)), (72, 100, 142), (30, 47, 82), (6, 10, 22),
        (220, 232, 255), (190, 84, 84), (255, 206, 132), ((18, 36, 52), (58, 86, 110)),
        (0.38, -0.27, 0.06), 0.6, 0.8, 0.8,
    ),
    "backlit": Palette(
        ((222, 186, 142), (255, 222, 164), (255, 246, 214)), (242, 208, 154), (138, 96, 66), (24, 18, 20),
        (255, 248, 222), (200, 74, 38), (255, 220, 150), ((92, 74, 40), (198, 160, 84)),
        (0.0, 0.0, 0.12), 1.3, 0.0, 0.0,
    ),
    "low_key": Palette(
        ((24, 16, 18), (58, 36, 32), (138, 84, 54)), (104, 66, 50), (56, 34, 32), (14, 9, 10),
        (255, 196, 116), (200, 70, 44), (255, 186, 96), ((48, 34, 26), (126, 82, 44)),
        (-0.35, 0.05, 0.0), 0.7, 0.1, 0.7,
    ),
    "overcast": Palette(
        ((140, 156, 170), (182, 194, 202), (216, 220, 218)), (184, 195, 200), (104, 122, 128), (36, 48, 54),
        (238, 240, 236), (190, 74, 58), (255, 220, 160), ((58, 82, 72), (122, 142, 112)),
        (0.2, -0.3, 0.0), 0.3, 0.0, 0.1,
    ),
}  # fmt: skip

_ALSO = {"daylight": "", "dawn": "golden_hour", "candlelight": "low_key", "high_key": "studio"}

SEASON_LEAF: dict[str, tuple[Colour, Colour]] = {
    "autumn": ((150, 44, 30), (236, 148, 52)),
    "spring": ((206, 118, 146), (252, 214, 222)),
    "winter": ((120, 138, 156), (244, 248, 252)),
}


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Blend two colours; `share` 0 gives the first."""
    a, b, c = (one + (other - one) * share for one, other in zip(first, second, strict=True))
    return (a, b, c)


def tone(palette: Palette, nearness: float) -> Colour:
    """Give the colour of a dark object at `nearness` 0 (horizon) .. 1 (at the lens): aerial perspective."""
    if nearness < 0.5:
        return mix(palette.far, palette.mid, nearness * 2)
    return mix(palette.mid, palette.near, nearness * 2 - 1)


def lit(palette: Palette, colour: Colour, nearness: float = 0.75) -> Colour:
    """Put an object's own colour into the light of the scene: darker at night, hazier far away."""
    shaded = mix(colour, palette.near, 0.12 + 0.5 * palette.night)
    return mix(palette.far, shaded, min(1.0, 0.35 + 0.75 * nearness))


def _turned(colour: Colour, hue: float, warmth: float) -> Colour:
    hsv = cv2.cvtColor(np.array([[colour]], np.float32) / 255, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0] + hue) % 360
    red, green, blue = (cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0] * 255).tolist()
    return (min(red * (1 + warmth), 255.0), green, min(blue * (1 - warmth), 255.0))


def _varied(palette: Palette, rng: np.random.Generator) -> Palette:
    """Let takes differ: a small turn of hue, warmer or cooler, the sun elsewhere."""
    hue, warmth = float(rng.uniform(-9, 9)), float(rng.uniform(-0.07, 0.07))
    x, y, radius = palette.sun
    side = float(rng.choice([-1, 1]))
    top, middle, low = (_turned(one, hue, warmth) for one in palette.sky)
    return replace(
        palette,
        sky=(top, middle, low),
        far=_turned(palette.far, hue, warmth),
        mid=_turned(palette.mid, hue, warmth),
        near=_turned(palette.near, hue, warmth),
        sun=(side * (x + float(rng.uniform(-0.14, 0.16))), y + float(rng.uniform(-0.06, 0.05)), radius),
    )


def palette(lighting: str, season: str, rng: np.random.Generator) -> Palette:
    """Choose the colours for a lighting id (or ""), a season and a take."""
    chosen = _varied(LIGHTING.get(_ALSO.get(lighting, lighting), LIGHTING[""]), rng)
    if season in SEASON_LEAF:
        dark, bright = SEASON_LEAF[season]
        dim = 0.55 * chosen.night
        chosen = replace(chosen, leaf=(mix(dark, chosen.near, dim), mix(bright, chosen.mid, dim)))
    return chosen


Pixels = npt.NDArray[np.uint8]

# Per style: contrast, saturation, lift (black level), warmth.
_STYLES: dict[str, tuple[float, float, float, float]] = {
    "": (1.0, 1.0, 0.0, 0.0),
    "cinematic": (1.1, 1.04, 0.0, 0.015),
    "documentary": (0.96, 0.78, 6.0, 0.0),
    "anime": (1.06, 1.42, 4.0, 0.0),
    "animated_3d": (1.02, 1.25, 8.0, 0.03),
    "noir": (1.5, 0.0, -6.0, 0.0),
    "vintage": (0.88, 0.66, 16.0, 0.08),
    "hyperreal": (1.22, 1.12, -2.0, 0.0),
    "miniature": (1.1, 1.38, 2.0, 0.02),
    "watercolour": (0.84, 0.9, 30.0, 0.02),
    "ink": (1.12, 0.0, 22.0, 0.05),
    "ukiyo_e": (0.95, 1.12, 14.0, 0.06),
    "stop_motion": (1.05, 1.2, 4.0, 0.04),
    "minimalist": (0.9, 0.7, 18.0, 0.0),
}


def grading(style: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the matrix (3x3) and offset (3) by which a style id grades R, G, B; an unknown style changes nothing."""
    contrast, saturation, lift, warmth = _STYLES.get(style, _STYLES[""])
    luma = np.array([0.2126, 0.7152, 0.0722])
    matrix = saturation * np.eye(3) + (1 - saturation) * np.tile(luma, (3, 1))
    matrix = np.diag([1 + warmth, 1.0, 1 - warmth]) @ matrix * contrast
    return matrix, np.full(3, 118 * (1 - contrast) + lift * (1.4 - contrast / 2))


def styled(rgb: Pixels, style: str) -> Pixels:
    """Grade pixels (..., 3) as a style id asks."""
    matrix, offset = grading(style)
    return np.asarray(cv2.transform(rgb, np.hstack([matrix, offset[:, None]])), np.uint8)
