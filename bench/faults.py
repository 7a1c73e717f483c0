"""Faults of generated clips, planted in memory at three strengths; run it for the list.

A clip is a list of planes; a fault gives a new list and leaves the clip alone. The same clip, fault and strength
always give the same frames.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import cv2
import numpy as np

from pipeline.media.planes import Planes

Clip = Sequence[Planes]
Fault = Callable[[Clip, int, np.random.Generator], list[Planes]]
STRENGTHS = (1, 2, 3)


def plant(name: str, clip: Clip, strength: int) -> list[Planes]:
    """Plant the fault `name` at strength 1 (seen when looked for), 2 (seen) or 3 (ruins the take)."""
    seed = [ord(letter) for letter in name] + [strength, len(clip)]
    return FAULTS[name](clip, strength, np.random.default_rng(seed))


def frozen(clip: Clip, strength: int, _: np.random.Generator) -> list[Planes]:
    """Hold one frame for 30, 60 or 100 % of the clip."""
    held = max(3, round(len(clip) * (0.3, 0.6, 1.0)[strength - 1]))
    start = (len(clip) - held) // 2
    return [clip[start] if start <= k < start + held else frame for k, frame in enumerate(clip)]


def stutter(clip: Clip, strength: int, _: np.random.Generator) -> list[Planes]:
    """Show every frame 2, 3 or 4 times, the rest never."""
    step = strength + 1
    return [clip[k // step * step] for k in range(len(clip))]


def dropped(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Hold a frame and jump over what was missed, in 1, 2 or 4 places, for 3 frames each."""
    order = list(range(len(clip)))
    for start in _places(len(clip) - 4, (1, 2, 4)[strength - 1], rng):
        order[start : start + 3] = [start] * 3
    return [clip[k] for k in order]


def swapped(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Exchange a frame with the one two later, in 1, 3 or 6 places."""
    order = list(range(len(clip)))
    for start in _places(len(clip) - 3, (1, 3, 6)[strength - 1], rng):
        order[start], order[start + 2] = order[start + 2], order[start]
    return [clip[k] for k in order]


def cut(clip: Clip, strength: int, _: np.random.Generator) -> list[Planes]:
    """Go on mirrored after the middle; turned upside down at 2; upside down and negative at 3."""
    middle = len(clip) // 2

    def other(plane: np.ndarray) -> np.ndarray:
        turned = cv2.flip(plane, 1 if strength == 1 else -1)
        return 255 - turned if strength == 3 else turned

    return [frame if k < middle else _each(frame, other) for k, frame in enumerate(clip)]


def flicker(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Change the brightness of every frame by about 1.5, 4 or 10 %."""
    gains = 1.0 + rng.normal(0, (0.015, 0.04, 0.1)[strength - 1], len(clip))
    return [_with(frame, _byte(frame.luma * gain)) for frame, gain in zip(clip, gains, strict=True)]


def colour_flicker(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Tint every frame by about 1, 2.5 or 6 levels."""
    tints = rng.normal(0, (1.0, 2.5, 6.0)[strength - 1], (len(clip), 2))
    return [
        _with(frame, frame.luma, _byte(frame.u + blue), _byte(frame.v + red))
        for frame, (blue, red) in zip(clip, tints, strict=True)
    ]


def local_flicker(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Change the brightness of one disc, a third of the picture high, from frame to frame."""
    blob = _disc(clip[0].luma.shape, rng)
    gains = rng.normal(0, (0.04, 0.1, 0.25)[strength - 1], len(clip))
    return [_with(frame, _byte(frame.luma * (1.0 + gain * blob))) for frame, gain in zip(clip, gains, strict=True)]


def jitter(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Shift every frame by about 0.15, 0.4 or 1 % of the height."""
    steps = rng.normal(0, (0.0015, 0.004, 0.01)[strength - 1], (len(clip), 2))
    return [_shifted(frame, x, y) for frame, (x, y) in zip(clip, steps, strict=True)]


def wobble(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Bend the picture locally, slowly and smoothly, as generated water and faces do."""
    return _bent(clip, (0.004, 0.01, 0.025)[strength - 1], 8.0, rng)


def boil(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Bend the picture locally, anew for every frame."""
    return _bent(clip, (0.002, 0.005, 0.012)[strength - 1], 0.0, rng)


def noise(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Add grain to every frame: 3, 7 or 15 levels."""
    return [_noisy(frame, (3, 7, 15)[strength - 1], rng) for frame in clip]


def noise_bursts(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Add grain of 8, 16 or 30 levels to one frame in eight."""
    hit = set(_places(len(clip), max(1, len(clip) // 8), rng))
    level = (8, 16, 30)[strength - 1]
    return [_noisy(frame, level, rng) if k in hit else frame for k, frame in enumerate(clip)]


def focus_pumping(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Blur one frame in five."""
    hit = set(_places(len(clip), max(1, len(clip) // 5), rng))
    sigma = clip[0].luma.shape[0] * (0.003, 0.006, 0.012)[strength - 1]
    return [
        _each(frame, lambda plane: cv2.GaussianBlur(plane, (0, 0), sigma)) if k in hit else frame
        for k, frame in enumerate(clip)
    ]


def blocks(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Shake the brightness of single blocks, as a broken decoder does."""
    share, level = ((0.02, 8), (0.05, 16), (0.12, 32))[strength - 1]
    return [_blocky(frame, share, level, rng) for frame in clip]


def morph(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Let one part turn into another part of the picture and back, 1, 2 or 4 times."""
    blob = _disc(clip[0].luma.shape, rng)
    waves = np.sin(np.pi * strength * np.arange(len(clip)) / len(clip)) ** 2
    return [
        _with(frame, _byte(frame.luma + amount * blob * (cv2.flip(frame.luma, -1).astype(np.float32) - frame.luma)))
        for frame, amount in zip(clip, waves, strict=True)
    ]


def popping(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Let a thing appear at once and vanish after a few frames, 1, 2 or 4 times."""
    changed = list(clip)
    for start in _places(len(clip) - 3, (1, 2, 4)[strength - 1], rng):
        blob = _disc(clip[0].luma.shape, rng) > 0.5
        for k in range(start, start + 3):
            changed[k] = _with(changed[k], np.where(blob, cv2.flip(changed[k].luma, -1), changed[k].luma))
    return changed


def dark(clip: Clip, strength: int, _: np.random.Generator) -> list[Planes]:
    """Lose the light: black for the last 15 or 40 % of the clip, or all of it nearly black."""
    start = round(len(clip) * (0.85, 0.6, 0.0)[strength - 1])
    gain = 0.04 if strength == 3 else 0.0
    return [frame if k < start else _with(frame, _byte(frame.luma * gain)) for k, frame in enumerate(clip)]


def breathing(clip: Clip, strength: int, rng: np.random.Generator) -> list[Planes]:
    """Zoom in and out by about 0.4, 1 or 2.5 % from frame to frame."""
    zooms = 1.0 + rng.normal(0, (0.004, 0.01, 0.025)[strength - 1], len(clip))
    return [_zoomed(frame, zoom) for frame, zoom in zip(clip, zooms, strict=True)]


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        frozen,
        stutter,
        dropped,
        swapped,
        cut,
        flicker,
        colour_flicker,
        local_flicker,
        jitter,
        wobble,
        boil,
        noise,
        noise_bursts,
        focus_pumping,
        blocks,
        morph,
        popping,
        dark,
        breathing,
    )
}


def _places(stop: int, count: int, rng: np.random.Generator) -> list[int]:
    """Choose places 1 <= k < stop, spread over the clip."""
    edges = np.linspace(1, max(2, stop), count + 1)
    return sorted({int(rng.uniform(low, high)) for low, high in pairwise(edges)})


def _byte(plane: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


def _with(frame: Planes, luma: np.ndarray, u: np.ndarray | None = None, v: np.ndarray | None = None) -> Planes:
    return Planes(luma, frame.u if u is None else u, frame.v if v is None else v, full=True)


def _each(frame: Planes, change: Callable[[np.ndarray], np.ndarray]) -> Planes:
    return Planes(change(frame.luma), change(frame.u), change(frame.v), full=True)


def _noisy(frame: Planes, level: float, rng: np.random.Generator) -> Planes:
    return _with(frame, _byte(frame.luma + rng.standard_normal(frame.luma.shape, dtype=np.float32) * level))


def _disc(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Draw a soft disc, 0..1, somewhere inside the picture."""
    height, width = shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = rng.uniform(0.25, 0.75) * width, rng.uniform(0.25, 0.75) * height
    distance = np.hypot(xs - x, ys - y) / (height / 6)
    return np.clip(1.5 - distance, 0, 1).astype(np.float32)


def _affine(frame: Planes, matrix: Callable[[int, int], np.ndarray]) -> Planes:
    def moved(plane: np.ndarray) -> np.ndarray:
        height, width = plane.shape
        where = matrix(height, width).astype(np.float32)
        return cv2.warpAffine(plane, where, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)

    return _each(frame, moved)


def _shifted(frame: Planes, x: float, y: float) -> Planes:
    return _affine(frame, lambda height, _: np.array([[1, 0, x * height], [0, 1, y * height]]))


def _zoomed(frame: Planes, zoom: float) -> Planes:
    return _affine(
        frame,
        lambda height, width: np.array([[zoom, 0, (1 - zoom) * width / 2], [0, zoom, (1 - zoom) * height / 2]]),
    )


def _bent(clip: Clip, size: float, slow: float, rng: np.random.Generator) -> list[Planes]:
    """Move pixels by a smooth random field, `size` of the height, that changes over `slow` frames (0: at once)."""
    fields = rng.normal(0, 1, (len(clip), 2, 4, 6)).astype(np.float32)
    if slow:
        weights = np.exp(-0.5 * (np.subtract.outer(np.arange(len(clip)), np.arange(len(clip))) / (slow / 2)) ** 2)
        weights /= np.sqrt((weights**2).sum(1, keepdims=True))
        fields = np.einsum("ij,jkhw->ikhw", weights, fields).astype(np.float32)
    return [_moved(frame, field * size) for frame, field in zip(clip, fields, strict=True)]


def _moved(frame: Planes, field: np.ndarray) -> Planes:
    def moved(plane: np.ndarray) -> np.ndarray:
        height, width = plane.shape
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        right, down = (cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC) * height for part in field)
        return cv2.remap(plane, xs + right, ys + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)

    return _with(frame, moved(frame.luma))


def _blocky(frame: Planes, share: float, level: float, rng: np.random.Generator) -> Planes:
    height, width = frame.luma.shape
    rows, columns = 18, max(1, round(18 * width / height))
    hit = (rng.random((rows, columns)) < share) * rng.normal(0, level, (rows, columns))
    return _with(frame, _byte(frame.luma + cv2.resize(hit.astype(np.float32), (width, height), interpolation=0)))


if __name__ == "__main__":
    for name, fault in FAULTS.items():
        print(f"{name:16} {fault.__doc__}")
