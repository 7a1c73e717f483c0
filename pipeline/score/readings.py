"""One pass over a clip's frames: every feature of every pair, colours and thumbnails."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.media.planes import Planes
from pipeline.metrics import FEATURES
from pipeline.model import ColourStats, Size
from pipeline.ports import Frame, Still
from pipeline.vision import structure
from pipeline.vision.colour import Colours
from pipeline.vision.cores import single
from pipeline.vision.sight import Glance, glance, pairs

THUMBNAILS = 8
KEPT = 64
"""Thumbnails held at most while the length is not known; every second one goes when there are more."""

Series = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Readings:
    """What one pass found: each feature as a series over pairs, every frame's own facts, colours, the strip."""

    size: Size
    features: Mapping[str, Series]
    stills: tuple[Still, ...]
    colours: ColourStats
    strip: Frame

    @property
    def frames(self) -> int:
        """Frames that were read."""
        return len(self.stills)

    @property
    def level(self) -> Series:
        """Mean luma of every frame, 0..255."""
        return np.array([still.level for still in self.stills])

    @property
    def spread(self) -> Series:
        """Standard deviation of luma of every frame."""
        return np.array([still.spread for still in self.stills])

    @property
    def detail(self) -> Series:
        """Mean |Laplacian| of every frame."""
        return np.array([still.detail for still in self.stills])


def texture(strip: Frame) -> float:
    """Say how much there is in the thumbnails by which motion could be seen, in levels: the median over them."""
    return float(np.median([structure.texture(one) for one in _thumbnails(strip)]))


def travel(strip: Frame) -> float:
    """Say how far the picture gets over the whole clip, in pixels of a thumbnail, whatever the clip's rate."""
    first, *others = _thumbnails(strip)
    return max(structure.moved(first, one) for one in others)


def _thumbnails(strip: Frame) -> list[npt.NDArray[np.uint8]]:
    return [np.ascontiguousarray(one) for one in np.split(strip[..., 1], THUMBNAILS, axis=1)]


class Strip:
    """Thumbnails at even steps from a stream of unknown length, in constant memory."""

    def __init__(self) -> None:
        self._step = 1
        self._count = 0
        self._kept: list[Frame] = []

    def add(self, thumbnail: Frame) -> None:
        """Offer the next frame's thumbnail, uint8 (H, W, 3)."""
        if self._count % self._step == 0:
            self._kept.append(thumbnail)
        self._count += 1
        if len(self._kept) > KEPT:
            self._kept = self._kept[::2]
            self._step *= 2

    def picture(self) -> Frame:
        """Give `THUMBNAILS` of them side by side, from the first to the last; a shorter clip repeats frames."""
        places = np.linspace(0, len(self._kept) - 1, THUMBNAILS).round().astype(int)
        return np.ascontiguousarray(np.concatenate([self._kept[place] for place in places], axis=1))


def read(planes: Iterable[Planes]) -> Readings | None:
    """Measure every frame of a stream once, holding two frames and 64 thumbnails; None for an empty stream."""
    stills: list[Still] = []
    strip, colours = Strip(), Colours()
    size = Size(0, 0)

    def seen() -> Iterator[Glance]:
        nonlocal size
        for frame in planes:
            one = glance(frame)
            size = Size(frame.coded.shape[1], frame.coded.shape[0])
            stills.append(one.still)
            strip.add(one.thumbnail)
            colours.add(one.thumbnail[::2, ::2])
            yield one

    with single():
        values = [[feature(pair) for feature in FEATURES] for pair in pairs(seen())]
    if not stills:
        return None
    columns = np.array(values, dtype=np.float64).reshape(len(values), len(FEATURES)).T
    series = {feature.name: column for feature, column in zip(FEATURES, columns, strict=True)}
    return Readings(size, series, tuple(stills), colours.stats(), strip.picture())
