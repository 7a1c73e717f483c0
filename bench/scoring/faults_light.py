"""Faults of light and colour: what flickers, and what drifts."""

import cv2
import numpy as np

from bench.scoring.planting import Clip, How, byte, disc, relit, tinted
from pipeline.media.planes import Planes


def flicker(clip: Clip, how: How) -> list[Planes]:
    """Change the brightness of every frame by about 1.5, 4 or 10 %."""
    gains = 1.0 + how.rng.normal(0, how.of(0.015, 0.04, 0.1), len(clip))
    return [relit(frame, frame.luma * gain) for frame, gain in zip(clip, gains, strict=True)]


def local_flicker(clip: Clip, how: How) -> list[Planes]:
    """Change the brightness of one disc, a third of the picture high, from frame to frame."""
    blob = disc(clip[0].luma.shape, how.rng)
    gains = how.rng.normal(0, how.of(0.04, 0.1, 0.25), len(clip))
    return [relit(frame, frame.luma * (1.0 + gain * blob)) for frame, gain in zip(clip, gains, strict=True)]


def fade_to_black(clip: Clip, how: How) -> list[Planes]:
    """Lose the light over the last 40 % of the clip: to 50 %, 15 % or none of it."""
    last = how.of(0.5, 0.15, 0.0)
    shares = np.clip((np.arange(len(clip)) / max(1, len(clip) - 1) - 0.6) / 0.4, 0, 1)
    gains = 1.0 - shares * (1.0 - last)
    return [_scaled(frame, gain, gain) for frame, gain in zip(clip, gains, strict=True)]


def exposure_drift(clip: Clip, how: How) -> list[Planes]:
    """Let the exposure drift over the clip, down to 85, 70 or 50 %, or as far up."""
    least = how.of(0.85, 0.7, 0.5)
    last = least if how.rng.random() < 0.5 else 2.0 - least
    gains = np.linspace(1.0, last, len(clip))
    return [_scaled(frame, gain, gain) for frame, gain in zip(clip, gains, strict=True)]


def saturation_drift(clip: Clip, how: How) -> list[Planes]:
    """Let the colours fade over the clip to 75, 50 or 15 %."""
    return [_scaled(frame, 1.0, gain) for frame, gain in zip(clip, _down(clip, how, 0.75, 0.5, 0.15), strict=True)]


def hue_flicker(clip: Clip, how: How) -> list[Planes]:
    """Turn the hue of every frame by about 3, 8 or 20 degrees."""
    turns = np.radians(how.rng.normal(0, how.of(3.0, 8.0, 20.0), len(clip)))
    return [_turned(frame, turn) for frame, turn in zip(clip, turns, strict=True)]


def colour_flicker(clip: Clip, how: How) -> list[Planes]:
    """Tint every frame by about 1, 2.5 or 6 levels."""
    tints = how.rng.normal(0, how.of(1.0, 2.5, 6.0), (len(clip), 2))
    return [tinted(frame, frame.u + blue, frame.v + red) for frame, (blue, red) in zip(clip, tints, strict=True)]


def colour_bleeding(clip: Clip, how: How) -> list[Planes]:
    """Let colours run over their edges, further and further: 1, 2.5 or 6 % of the height at the end."""
    reach = how.of(0.01, 0.025, 0.06)
    return [_run(frame, reach * k / max(1, len(clip) - 1)) for k, frame in enumerate(clip)]


def _run(frame: Planes, reach: float) -> Planes:
    size = reach * frame.u.shape[0]
    if size < 0.1:
        return frame
    shift = np.array([[1, 0, size], [0, 1, 0.3 * size]], np.float32)

    def run(plane: np.ndarray) -> np.ndarray:
        soft = cv2.GaussianBlur(plane, (0, 0), size)
        return cv2.warpAffine(soft, shift, plane.shape[::-1], borderMode=cv2.BORDER_REPLICATE)

    return Planes(frame.luma, run(frame.u), run(frame.v), full=True)


def _down(clip: Clip, how: How, *ends: float) -> np.ndarray:
    return np.linspace(1.0, how.of(*ends), len(clip))


def _scaled(frame: Planes, light: float, colour: float) -> Planes:
    u, v = (byte(128.0 + colour * (plane.astype(np.float32) - 128.0)) for plane in (frame.u, frame.v))
    return Planes(byte(light * frame.luma), u, v, full=True)


def _turned(frame: Planes, turn: float) -> Planes:
    u, v = (plane.astype(np.float32) - 128.0 for plane in (frame.u, frame.v))
    cosine, sine = np.cos(turn), np.sin(turn)
    return tinted(frame, 128.0 + cosine * u - sine * v, 128.0 + sine * u + cosine * v)
