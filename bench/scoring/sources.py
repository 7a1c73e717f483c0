"""Where clips come from: real ones in a folder, and drawn scenes; each is cut into segments of about a second."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from bench.scoring.scenes import SCENES, UNSEEN, shoot
from pipeline.media.planes import Planes, planes
from pipeline.media.probe import probe

CLIPS = Path(__file__).parents[3] / "shared" / "clips"
VIDEOS = frozenset({".mp4", ".mov", ".mkv", ".webm", ".y4m"})
SEGMENT = 33
LINES = 360
SEEDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Source:
    """One source of clips: a real file, or a scene; `tuned`: weights may be fitted to it."""

    name: str
    path: Path | None = None
    tuned: bool = True

    @property
    def rate(self) -> float:
        """Frames a second."""
        spec = probe(self.path).spec if self.path else None
        return float(spec.rate) if spec else 24.0

    @property
    def lines(self) -> int:
        """Height of a file; 0 for a scene, which has none of its own."""
        spec = probe(self.path).spec if self.path else None
        return spec.size.height if spec else 0

    def segments(self, *, quick: bool = False) -> Iterator[tuple[str, list[Planes]]]:
        """Give every segment by name: parts of a file, or a scene by its seeds; `quick`: the first alone."""
        if self.path is None:
            for seed in SEEDS[: 1 if quick else None]:
                yield f"{self.name} {seed}", shoot(self.name, seed, SEGMENT, Fraction(24), LINES)
            return
        clip = [smaller(frame) for frame in planes(self.path)]
        parts = max(1, round(len(clip) / SEGMENT))
        step = len(clip) // parts
        for part in range(1 if quick else parts):
            yield f"{self.name} {part + 1}", clip[part * step : (part + 1) * step]


def sources(clips: Path) -> list[Source]:
    """List the sources: every video of a folder, then every scene."""
    files = sorted(path for path in clips.glob("*") if path.suffix in VIDEOS)
    real = [Source(path.stem, path) for path in files]
    return [*real, *(Source(name, tuned=name not in UNSEEN) for name in SCENES)]


def smaller(frame: Planes) -> Planes:
    """Halve a frame until it is at most 360 lines high: planting faults then costs less than measuring them."""
    luma, u, v = frame.luma, frame.u, frame.v
    while luma.shape[0] > LINES:
        luma, u, v = (half(plane) for plane in (luma, u, v))
    return Planes(luma, u, v, full=True, matrix=frame.matrix)


def half(plane: np.ndarray) -> np.ndarray:
    return cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)
