"""Faults of texture: grain, focus, blocks, bands."""

import cv2
import numpy as np

from bench.scoring.planting import Clip, How, each, places, relit
from pipeline.media.planes import Planes


def noise(clip: Clip, how: How) -> list[Planes]:
    """Add grain to every frame: 3, 7 or 15 levels."""
    return [_noisy(frame, how.of(3, 7, 15), how.rng) for frame in clip]


def noise_bursts(clip: Clip, how: How) -> list[Planes]:
    """Add grain of 8, 16 or 30 levels to one frame in eight."""
    hit = set(places(len(clip), max(1, len(clip) // 8), how.rng))
    level = how.of(8, 16, 30)
    return [_noisy(frame, level, how.rng) if k in hit else frame for k, frame in enumerate(clip)]


def blur_pumping(clip: Clip, how: How) -> list[Planes]:
    """Let the focus come and go within half a second: a blur of up to 0.25, 0.5 or 1 % of the height."""
    most = how.of(0.0025, 0.005, 0.01) * clip[0].luma.shape[0]
    waves = most * np.sin(np.pi * np.arange(len(clip)) / (how.rate / 2) + how.rng.uniform(0, np.pi)) ** 2
    return [_soft(frame, float(size)) for frame, size in zip(clip, waves, strict=True)]


def blocks(clip: Clip, how: How) -> list[Planes]:
    """Save every frame as JPEG of quality 20, 10 or 4."""
    return [relit(frame, _saved(frame.luma, how.of(20, 10, 4))) for frame in clip]


def glitch(clip: Clip, how: How) -> list[Planes]:
    """Shake the brightness of single blocks, as a broken decoder does."""
    share, level = how.of((0.02, 8), (0.05, 16), (0.12, 32))
    return [_blocky(frame, share, level, how.rng) for frame in clip]


def banding(clip: Clip, how: How) -> list[Planes]:
    """Leave 24, 14 or 8 levels of brightness."""
    step = 256 / how.of(24, 14, 8)
    return [relit(frame, (np.floor(frame.luma / step) + 0.5) * step) for frame in clip]


def _noisy(frame: Planes, level: float, rng: np.random.Generator) -> Planes:
    return relit(frame, frame.luma + rng.standard_normal(frame.luma.shape, dtype=np.float32) * level)


def _soft(frame: Planes, size: float) -> Planes:
    return frame if size < 0.15 else each(frame, lambda plane: cv2.GaussianBlur(plane, (0, 0), size))


def _saved(plane: np.ndarray, quality: int) -> np.ndarray:
    kept, data = cv2.imencode(".jpg", plane, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert kept
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)


def _blocky(frame: Planes, share: float, level: float, rng: np.random.Generator) -> Planes:
    height, width = frame.luma.shape
    rows, columns = 18, max(1, round(18 * width / height))
    hit = (rng.random((rows, columns)) < share) * rng.normal(0, level, (rows, columns))
    return relit(
        frame, frame.luma + cv2.resize(hit.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST)
    )
