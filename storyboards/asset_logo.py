"""The logo of the ad's invented brand: a morning moon over a hill, and its name in strokes. Drawn with numpy alone."""

import struct
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Shade = npt.NDArray[np.float64]
Strokes = tuple[tuple[tuple[float, float], ...], ...]

WIDTH, HEIGHT = 1080, 760
INK, GOLD = (244, 237, 228), (224, 164, 88)

_A: Strokes = (((0, 1), (0.5, 0), (1, 1)), ((0.2, 0.66), (0.8, 0.66)))
_S: Strokes = (
    ((0.9, 0.2), (0.76, 0.04), (0.5, 0), (0.22, 0.05), (0.1, 0.24), (0.22, 0.42), (0.5, 0.5), (0.79, 0.59),
     (0.92, 0.77), (0.78, 0.95), (0.5, 1), (0.2, 0.95), (0.06, 0.78)),
)  # fmt: skip
_LETTERS: dict[str, Strokes] = {
    "A": _A,
    "S": _S,
    "T": (((0, 0), (1, 0)), ((0.5, 0), (0.5, 1))),
    "U": (
        (
            (0.06, 0),
            (0.06, 0.3),
            (0.06, 0.62),
            (0.18, 0.9),
            (0.5, 1),
            (0.82, 0.9),
            (0.94, 0.62),
            (0.94, 0.3),
            (0.94, 0),
        ),
    ),
    "K": (((0.05, 0), (0.05, 1)), ((0.95, 0), (0.05, 0.6)), ((0.34, 0.42), (0.98, 1))),
    "I": (((0.5, 0), (0.5, 1)),),
}


def draw_logo(path: Path) -> None:
    """Write the logo as an RGBA PNG."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    moon = _disc(xs, ys, (540, 250), 168) * (1 - _disc(xs, ys, (612, 240), 146))
    hill = _inside(
        0.5 * (ys - (392 - 58 * np.exp(-(((xs - 470) / 130) ** 2)) - 30 * np.exp(-(((xs - 640) / 90) ** 2))))
    )
    hill *= _disc(xs, ys, (540, 250), 210)
    name = _name(xs, ys)
    rgba = np.zeros((HEIGHT, WIDTH, 4))
    for shade, colour in ((moon, GOLD), (hill, INK), (name, INK)):
        alpha = rgba[..., 3:] * (1 - shade[..., None]) + shade[..., None]
        mixed = rgba[..., :3] * rgba[..., 3:] * (1 - shade[..., None]) + np.array(colour) * shade[..., None]
        rgba = np.concatenate([mixed / np.maximum(alpha, 1e-9), alpha], axis=2)
    rgba[..., 3] *= 255
    path.write_bytes(_png(np.rint(rgba).astype(np.uint8)))


def _inside(distance: Shade) -> Shade:
    """Give how much of a pixel lies inside an edge, from its signed distance in pixels (inside is positive)."""
    return np.asarray(np.clip(distance + 0.5, 0, 1))


def _disc(xs: Shade, ys: Shade, middle: tuple[float, float], radius: float) -> Shade:
    return _inside(radius - np.hypot(xs - middle[0], ys - middle[1]))


def _name(xs: Shade, ys: Shade) -> Shade:
    """Draw ASATSUKI, letter by letter, with strokes of 11 pixels."""
    shade, band = np.zeros_like(xs), slice(540, 680)
    xs, ys = xs[band], ys[band]
    for place, letter in enumerate("ASATSUKI"):
        left, top, wide, tall = 102 + 114 * place - (16 if letter == "I" else 0), 560.0, 78.0, 96.0
        for stroke in _LETTERS[letter]:
            spots = [(left + wide * x, top + tall * y) for x, y in _rounded(stroke)]
            for first, last in pairwise(spots):
                shade[band] = np.maximum(shade[band], _inside(5.5 - _from_line(xs, ys, first, last)))
    return shade


def _rounded(stroke: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Run a smooth curve through a stroke of more than three spots (Catmull and Rom, 1974)."""
    if len(stroke) < 4:
        return list(stroke)
    spots = np.array([stroke[0], *stroke, stroke[-1]])
    found = []
    for k in range(1, len(spots) - 2):
        a, b, c, d = spots[k - 1 : k + 3]
        steps = np.linspace(0, 1, 6, endpoint=False)[:, None]
        found += list(b + 0.5 * steps * (c - a + steps * (2 * a - 5 * b + 4 * c - d + steps * (3 * (b - c) + d - a))))
    return [(float(x), float(y)) for x, y in [*found, stroke[-1]]]


def _from_line(xs: Shade, ys: Shade, first: tuple[float, float], last: tuple[float, float]) -> Shade:
    along, up = last[0] - first[0], last[1] - first[1]
    share = np.clip(((xs - first[0]) * along + (ys - first[1]) * up) / (along**2 + up**2), 0, 1)
    return np.asarray(np.hypot(xs - first[0] - share * along, ys - first[1] - share * up))


def _png(rgba: npt.NDArray[np.uint8]) -> bytes:
    """Code RGBA pixels as PNG (ISO/IEC 15948): every row with filter 0."""
    rows = b"".join(b"\0" + row.tobytes() for row in rgba)
    head = struct.pack(">IIBBBBB", rgba.shape[1], rgba.shape[0], 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    coded = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(coded)
