"""What the drawn scenes are made of: painted pictures, layers, and a camera that is never quite still.

A master is drawn at 1280x720, whatever size is asked for, so that one scene at two sizes shows the same thing.
"""

import cv2
import numpy as np

from pipeline.media.planes import Planes

Picture = np.ndarray
"""uint8 (H, W, 3) R, G, B, or float32 (H, W, 4) with alpha multiplied in."""

WIDTH, HEIGHT = 1280, 720
TO_YUV = np.array([[0.2126, 0.7152, 0.0722], [-0.1146, -0.3854, 0.5], [0.5, -0.4542, -0.0458]])
"""BT.709, full range."""


def paint(seed: int, width: int, height: int, shapes: int = 70) -> Picture:
    """Paint a picture with the spectrum of a photograph, about 1/f, and hard edges on top of it."""
    rng = np.random.default_rng([seed, width, height])
    ground = rng.uniform(60, 170, 3) + 45.0 * noise(rng, width, height)[..., None]
    ground += 18.0 * np.stack([noise(rng, width, height, 3) for _ in range(3)], axis=-1)
    picture = np.clip(ground, 0, 255).astype(np.uint8)
    for size in np.sort(rng.uniform(0.02, 0.22, shapes) ** 1.2)[::-1] * height:
        _shape(picture, rng, float(size))
    grain = 6.0 * noise(rng, width, height, 9)[..., None]
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8) + grain, 0, 255).astype(np.uint8)


def noise(rng: np.random.Generator, width: int, height: int, octaves: int = 7) -> np.ndarray:
    """Give a field of standard deviation 1: octaves of smooth noise, each finer one weaker by its scale."""
    total = np.zeros((height, width), np.float32)
    for octave in range(1, octaves + 1):
        cells = (max(2, (width * 2**octave) // 1280 + 2), max(2, (height * 2**octave) // 1280 + 2))
        field = rng.standard_normal(cells[::-1]).astype(np.float32)
        total += cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) * 0.62**octave
    return (total - total.mean()) / total.std()


def _shape(picture: Picture, rng: np.random.Generator, size: float) -> None:
    height, width = picture.shape[:2]
    x, y, turn = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0, np.pi)
    colour = tuple(float(value) for value in rng.uniform(15, 240, 3))
    corners = int(rng.integers(3, 7))
    if corners == 6:
        axes = (int(size) + 2, int(size * rng.uniform(0.4, 1)) + 2)
        cv2.ellipse(picture, (int(x), int(y)), axes, np.degrees(turn), 0, 360, colour, -1, cv2.LINE_AA)
        return
    angles = turn + np.arange(corners) * 2 * np.pi / corners
    points = np.stack([x + size * np.cos(angles), y + size * rng.uniform(0.5, 1) * np.sin(angles)], axis=-1)
    cv2.fillPoly(picture, [np.rint(points * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)


def cutout(picture: Picture, alpha: np.ndarray) -> Picture:
    """Give a layer: float32 (H, W, 4), its colours multiplied by alpha (0..1)."""
    return np.dstack([picture * alpha[..., None], alpha * 255.0]).astype(np.float32)


def moved(layer: Picture, matrix: np.ndarray, border: int = cv2.BORDER_REFLECT_101) -> Picture:
    """Show a layer under a 2x3 matrix from the layer's to the master's pixels."""
    return cv2.warpAffine(layer, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=border)


def placed(
    x: float, y: float, scale: float = 1.0, turn: float = 0.0, pivot: tuple[float, float] = (0, 0)
) -> np.ndarray:
    """Give the 2x3 matrix that brings `pivot` of a layer to (x, y) of the master, turned by radians and scaled."""
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([linear, np.array([x, y]) - linear @ np.asarray(pivot)])


def over(below: Picture, layer: Picture) -> Picture:
    """Lay a layer over a picture; float32 (H, W, 3)."""
    return below * (1.0 - layer[..., 3:] / 255.0) + layer[..., :3]


def sway(seconds: float, seed: int, size: float, slowest: float = 0.4, fastest: float = 2.5) -> tuple[float, float]:
    """Say where a hand holds a camera, in pixels: a sum of sines whose reach falls with their frequency."""
    rng = np.random.default_rng([seed, 77])
    rates = np.geomspace(slowest, fastest, 6) * rng.uniform(0.9, 1.1, (2, 6))
    phases = rng.uniform(0, 2 * np.pi, (2, 6))
    x, y = (size * (slowest / rates) * np.sin(2 * np.pi * rates * seconds + phases)).sum(axis=1)
    return float(x), float(y)


def seen(master: Picture, seed: int, seconds: float, lines: int) -> Planes:
    """Give a master as a clip's frame of `lines` lines: every second seed has the grain of a sensor."""
    if seed % 2:
        rng = np.random.default_rng([seed, round(seconds * 10000)])
        grain = rng.standard_normal((HEIGHT, WIDTH), dtype=np.float32) * 2.5
        master = master + grain[..., None]
    whole = np.clip(np.rint(master), 0, 255).astype(np.uint8)
    return from_rgb(whole, lines)


def from_rgb(picture: Picture, lines: int) -> Planes:
    """Give planes 4:2:0, full range, BT.709 of an RGB picture, `lines` high."""
    height, width = picture.shape[:2]
    size = (round(width * lines / height / 2) * 2, lines)
    if size != (width, height):
        how = cv2.INTER_AREA if lines < height else cv2.INTER_CUBIC
        picture = cv2.resize(picture, size, interpolation=how)
    yuv = picture.astype(np.float32) @ TO_YUV.T.astype(np.float32)
    half = cv2.resize(yuv[..., 1:], (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA) + 128.0
    luma, u, v = (np.clip(np.rint(one), 0, 255).astype(np.uint8) for one in (yuv[..., 0], half[..., 0], half[..., 1]))
    return Planes(luma, np.ascontiguousarray(u), np.ascontiguousarray(v), full=True)
