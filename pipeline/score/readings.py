"""One pass over a clip's frames: every feature of every pair, colours and thumbnails."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.media.planes import Planes
from pipeline.metrics import COURSES, FEATURES
from pipeline.model import ColourStats, Size
from pipeline.ports import Course, Frame, Pair, Still
from pipeline.vision import structure
from pipeline.vision.colour import RGB, Colours, mapped
from pipeline.vision.cores import single
from pipeline.vision.sight import Glance, glance, pairs
from pipeline.vision.structure import average, shrunk
from pipeline.vision.tracks import Tracker

THUMBNAILS = 8
EMPTY = (160, 90)
"""Width and height of a thumbnail of nothing."""

KEPT = 64
"""Thumbnails held at most while the length is not known; every second one goes when there are more."""

Series = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Readings:
    """What one pass found: each feature as a series over pairs, every frame's own facts, colours, the strip, the ends.

    `tints` are every frame's mean R, G, B, (frames, 3), `flows` the mean flow of every pair in short sides, (pairs, 2),
    and `edges` the first and the last frame in small, uint8.
    """

    size: Size
    rate: float
    features: Mapping[str, Series]
    stills: tuple[Still, ...]
    colours: ColourStats
    strip: Frame
    tints: Series
    flows: Series
    edges: tuple[Frame, Frame]

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

    def add(self, thumbnail: Callable[[], Frame]) -> None:
        """Offer the next frame's thumbnail, uint8 (H, W, 3); it is made only if it is kept."""
        if self._count % self._step == 0:
            self._kept.append(thumbnail())
        self._count += 1
        if len(self._kept) > KEPT:
            self._kept = self._kept[::2]
            self._step *= 2

    def picture(self) -> Frame:
        """Give `THUMBNAILS` of them side by side, from the first to the last; a shorter clip repeats frames.

        Without any they are black.
        """
        if not self._kept:
            return np.zeros((EMPTY[1], THUMBNAILS * EMPTY[0], 3), np.uint8)
        places = np.linspace(0, len(self._kept) - 1, THUMBNAILS).round().astype(int)
        return np.ascontiguousarray(np.concatenate([self._kept[place] for place in places], axis=1))


class _Pass:
    """What is gathered while the frames go by: a class because every stage of it adds to the same heap."""

    def __init__(self, rate: float) -> None:
        self.stills: list[Still] = []
        self.tints: list[Series] = []
        self.flows: list[Series] = []
        self.strip, self.colours = Strip(), Colours()
        self.tracker = Tracker(rate)
        self.size, self.shape, self.to_rgb = Size(0, 0), (0, 0), RGB
        self.edges: list[Frame] = []
        self.small: list[npt.NDArray[np.uint8]] = []
        self.activity: list[npt.NDArray[np.float32]] = []
        self.echoes: list[tuple[float, ...]] = []
        self.halves: list[tuple[float, ...]] = []

    def seen(self, glances: Iterable[Glance]) -> Iterator[Glance]:
        """Keep what every frame says alone."""
        for one in glances:
            if not self.stills:
                self.size, self.shape, self.to_rgb = one.size, one.luma.shape, one.to_rgb
                self.tracker.begin(one.cells, one.luma.shape)
            self.stills.append(one.still)
            self.strip.add(one.thumbnail)
            self.tints.append(self.colours.add(one.few))
            self.edges = [*self.edges[:1], one.luma]
            self.small.append(one.small)
            yield one

    def told(self, pair: Pair) -> list[float]:
        """Ask every feature about a pair, and follow the points through it."""
        self.tracker.step(pair.forward, pair.visible, pair.cells, self.shape)
        self.flows.append(average(pair.forward) / min(self.shape))
        self.activity.append(pair.activity)
        self.echoes.append(pair.echoes)
        self.halves.append(pair.halves)
        return [feature(pair) for feature in FEATURES]

    def course(self, rate: float, series: Mapping[str, Series]) -> Course:
        """Give the clip as a whole."""
        tracks = self.tracker.tracks(self.shape)
        past = (tuple(self.small), tuple(self.activity), tuple(self.echoes), tuple(self.halves))
        return Course(rate, tuple(self.stills), series, tracks, *past)


def read(planes: Iterable[Planes], rate: float = 24.0) -> Readings | None:
    """Measure every frame of a stream once, in nearly constant memory; None for an empty stream.

    Two frames at scoring size are held, two thirds of a second before them at half of it, 64 thumbnails, and about two
    kilobytes of every frame.
    """
    here = _Pass(rate)
    with single():
        values = [here.told(pair) for pair in pairs(here.seen(glance(frame) for frame in planes), rate)]
    if not here.stills:
        return None
    columns = np.array(values, dtype=np.float64).reshape(len(values), len(FEATURES)).T
    series = {feature.name: column for feature, column in zip(FEATURES, columns, strict=True)}
    course = here.course(rate, series)
    return Readings(
        here.size,
        rate,
        series | {feature.name: feature(course) for feature in COURSES},
        course.stills,
        here.colours.stats(here.to_rgb),
        here.strip.picture(),
        mapped(np.array(here.tints), here.to_rgb),
        np.array(here.flows).reshape(-1, 2),
        (shrunk(here.edges[0]), shrunk(here.edges[-1])),
    )
