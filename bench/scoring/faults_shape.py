"""Faults of shape: what shakes, bends, melts, appears and goes."""

import cv2
import numpy as np

from bench.scoring.planting import Clip, How, bent, disc, mixed, places, relit, shifted, slowly, zoomed
from pipeline.media.planes import Planes


def jitter(clip: Clip, how: How) -> list[Planes]:
    """Shift every frame by about 0.15, 0.4 or 1 % of the height."""
    steps = how.rng.normal(0, how.of(0.0015, 0.004, 0.01), (len(clip), 2))
    return [shifted(frame, x, y) for frame, (x, y) in zip(clip, steps, strict=True)]


def rolling_jitter(clip: Clip, how: How) -> list[Planes]:
    """Shake the picture line by line, as a rolling shutter does: 0.2, 0.5 or 1.2 % of the height."""
    size = how.of(0.002, 0.005, 0.012)
    lines = np.linspace(0, 2 * np.pi, 32, dtype=np.float32)
    turns = how.rng.uniform(0, 2 * np.pi, len(clip))
    fields = [size * np.sin(lines * how.rng.uniform(0.5, 1.5) + turn) for turn in turns]
    return [
        bent(frame, np.stack([np.repeat(field[:, None], 4, 1), np.zeros((32, 4), np.float32)]).astype(np.float32))
        for frame, field in zip(clip, fields, strict=True)
    ]


def breathing(clip: Clip, how: How) -> list[Planes]:
    """Zoom in and out by about 0.4, 1 or 2.5 % from frame to frame."""
    zooms = 1.0 + how.rng.normal(0, how.of(0.004, 0.01, 0.025), len(clip))
    return [zoomed(frame, zoom) for frame, zoom in zip(clip, zooms, strict=True)]


def boil(clip: Clip, how: How) -> list[Planes]:
    """Make the texture anew in every frame: fine displacements of 0.15, 0.4 or 1 % of the height."""
    fields = how.rng.normal(0, how.of(0.0015, 0.004, 0.01), (len(clip), 2, 18, 32)).astype(np.float32)
    return [bent(frame, field) for frame, field in zip(clip, fields, strict=True)]


def wobble(clip: Clip, how: How) -> list[Planes]:
    """Bend the picture slowly and smoothly, within a third of a second, by 0.6, 1.5 or 3.5 % of the height."""
    fields = slowly(len(clip), (2, 4, 6), how.rate / 3, how.rng) * how.of(0.006, 0.015, 0.035)
    return [bent(frame, field) for frame, field in zip(clip, fields, strict=True)]


def object_warp(clip: Clip, how: How) -> list[Planes]:
    """Stretch one thing and let it spring back, within a third of a second, by 2, 4 or 8 % of the height."""
    blob = disc(clip[0].luma.shape, how.rng, 0.25)
    small = cv2.resize(blob, (96, 54), interpolation=cv2.INTER_AREA)
    pulls = slowly(len(clip), (2, 2, 2), how.rate / 3, how.rng) * how.of(0.02, 0.04, 0.08)
    return [
        bent(frame, np.stack([cv2.resize(part, (96, 54), interpolation=cv2.INTER_LINEAR) * small for part in pull]))
        for frame, pull in zip(clip, pulls, strict=True)
    ]


def ghost(clip: Clip, how: How) -> list[Planes]:
    """Expose twice: 20, 35 or 50 % of the frame a sixth of a second before shines through."""
    back, share = max(1, round(how.rate / 6)), how.of(0.2, 0.35, 0.5)
    return [mixed(frame, clip[max(0, k - back)], share) for k, frame in enumerate(clip)]


def morph(clip: Clip, how: How) -> list[Planes]:
    """Cross-fade from key frame to key frame in place of motion: 6, 3 or 1 of them."""
    keys = np.unique(np.linspace(0, len(clip) - 1, how.of(7, 4, 2)).round().astype(int))
    made = []
    for k in range(len(clip)):
        after = int(np.clip(np.searchsorted(keys, k, side="right"), 1, len(keys) - 1))
        first, last = keys[after - 1], keys[after]
        made.append(mixed(clip[first], clip[last], (k - first) / (last - first)))
    return made


def melting(clip: Clip, how: How) -> list[Planes]:
    """Let one part turn into another part of the picture and back, 1, 2 or 4 times."""
    blob = disc(clip[0].luma.shape, how.rng)
    waves = np.sin(np.pi * how.strength * np.arange(len(clip)) / len(clip)) ** 2
    return [
        relit(frame, frame.luma + amount * blob * (cv2.flip(frame.luma, -1).astype(np.float32) - frame.luma))
        for frame, amount in zip(clip, waves, strict=True)
    ]


def popping(clip: Clip, how: How) -> list[Planes]:
    """Let a thing appear at once and vanish after a few frames, 1, 2 or 4 times."""
    changed = list(clip)
    for start in places(len(clip) - 3, how.of(1, 2, 4), how.rng):
        blob = disc(clip[0].luma.shape, how.rng) > 0.5
        for k in range(start, start + 3):
            changed[k] = relit(changed[k], np.where(blob, cv2.flip(changed[k].luma, -1), changed[k].luma))
    return changed


def dissolve(clip: Clip, how: How) -> list[Planes]:
    """Let the subject go up in mist in the middle, by 40, 70 or 100 %, and come back."""
    blob = disc(clip[0].luma.shape, how.rng, 0.25)
    waves = how.of(0.4, 0.7, 1.0) * np.sin(np.pi * np.arange(len(clip)) / max(1, len(clip) - 1)) ** 2
    return [mixed(frame, _mist(frame), amount * blob) for frame, amount in zip(clip, waves, strict=True)]


def _mist(frame: Planes) -> Planes:
    def soft(plane: np.ndarray) -> np.ndarray:
        height, width = plane.shape
        small = cv2.resize(plane, (max(2, width * 24 // height), 24), interpolation=cv2.INTER_AREA)
        return cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.0), (width, height), interpolation=cv2.INTER_CUBIC)

    return Planes(soft(frame.luma), soft(frame.u), soft(frame.v), full=True)
