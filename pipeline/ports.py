"""The sockets: what a generator, a finisher and a feature promise; tests/test_ports.py holds them to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

import numpy as np
import numpy.typing as npt

from pipeline.model import Card, GenerationPlan, Order, Recipe, Spec, TakeResult, Wish

Frame = npt.NDArray[np.uint8]
"""uint8 (H, W, 3) R, G, B, full range, BT.709, C-contiguous."""

Judge = Callable[[Path], Card]
"""Measures a clip, for generators that stop losing takes early."""

Tell = Callable[[float], None]
"""Takes progress, 0..1, of the orders in hand."""


LAST = ".last.png"
"""What replaces a take's suffix in the name of its last frame without a label."""


class Problems(tuple[tuple[str, str], ...]):
    """Why a wish cannot be had: pairs of (key of the shot, e.g. `first_frame`; what is wrong and the cure)."""

    __slots__ = ()


class Generator(Protocol):
    """Makes takes. Constructing one loads nothing; importing its module imports no torch and no SDK."""

    name: ClassVar[str]
    version: ClassVar[int]

    def plan(self, wish: Wish) -> GenerationPlan | Problems:
        """Foretell size, exact rate and frame count, without torch, network or pixels."""
        ...

    def generate(self, orders: Sequence[Order], work: Path, judge: Judge, tell: Tell) -> Iterator[TakeResult]:
        """Make the takes of one shot; `work` survives a kill and goes when the take is stored.

        A take with a label drawn over it may leave its last frame without one beside it, as `<stem>.last.png`: a shot
        that continues it starts from there.

        Raises:
            DailiesError: a leaf that says who can mend it.
        """
        ...


class Reader(Protocol):
    """A generator that encodes prompts once and for all takes: what it made of them is handed in with each order."""

    def words(self, plan: GenerationPlan) -> Recipe | None:
        """Give what decides the encoded prompt of a plan; None where there is nothing to read."""
        ...

    def read(self, plans: Sequence[GenerationPlan], tell: Tell) -> Iterator[Callable[[Path], None]]:
        """Encode the prompts of plans of one model with its encoder loaded once; each can be written into a folder.

        The folder then holds one file, `WORDS`.

        Raises:
            DailiesError: a leaf that says who can mend it.
        """
        ...


def reader_of(tool: Generator) -> Reader | None:
    """Give a generator as the reader it also is; None where it reads nothing beforehand.

    What it has is asked for, not its class: a generator may stand for another that is made only when it is needed.
    """
    return cast("Reader", tool) if callable(getattr(tool, "words", None)) else None


WORDS = "data.safetensors"
"""The file in which encoded prompts lie."""


class Finisher(Protocol):
    """Turns a stream of frames into another, in constant memory."""

    name: ClassVar[str]
    version: ClassVar[int]

    def values(self) -> Mapping[str, Any]:
        """Give the settings that decide the pixels, for recipes."""
        ...

    def spec(self, before: Spec) -> Spec:
        """Foretell the stream that `frames` will give for one of `before`."""
        ...

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:
        """Stream the result; never lists its input, keeps the first frame first."""
        ...


@dataclass(frozen=True, slots=True)
class Still:
    """What one frame says alone, at scoring size.

    `level` and `spread` are mean and standard deviation of luma, 0..255, `chroma` the means of Cb and Cr as coded,
    `detail` the mean |Laplacian| of luma, `fine` the same at the clip's own size in the middle of the picture,
    `saturation` the mean distance of Cb, Cr from grey, `tint_detail` the mean |Laplacian| of Cb and Cr, `bands` the
    share by which levels of luma are left out (0 even, towards 2 where few are used).
    """

    level: float
    spread: float
    chroma: tuple[float, float]
    detail: float
    fine: float
    saturation: float
    tint_detail: float
    bands: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Frame t and the next, at scoring size, with what every feature shares.

    Flows are at a quarter of that size, float32 (H/4, W/4, 2), their vectors in pixels at scoring size. `change` is
    the mean |Y_t - Y_t+1|. Maps at half of the size, (H/2, W/2): `visible`, and `error`, |Y_t - Y_t+1 fetched back
    along the flow|, uint8; `likeness` is the SSIM of these two, float32 (H/8, W/8). Patches, float32 (rows, columns):
    `activity`, the mean change at half of the size, and `residual`, the mean of Y_t+1 fetched back less Y_t where seen.
    `cells` float32 (H/4, W/4, 2) are mean luma and |Laplacian| around every place of frame t+1. `turn` is the angle by
    which the colours turn along the flow, radians, and `grain` the median change of the Laplacian over places in the
    clip's own pixels. `echoes` are the products of Y_t+1 - Y_t, high-passed at half of the size, with itself and with
    the same of 2, 3 ... pairs before. `halves` tell for every step of `vision.echo` how far the frame a step before t+1
    is from the mean of t+1 and the one two steps before, by how far these are apart; where there are such. `stills` are
    those of frames t-1, t, t+1. What ends in `_before` is of the pair before; the first pair has none, nor a frame t-1.
    """

    index: int
    luma: npt.NDArray[np.uint8]
    cells: npt.NDArray[np.float32]
    forward: npt.NDArray[np.float32]
    backward: npt.NDArray[np.float32]
    visible: npt.NDArray[np.bool_]
    backward_before: npt.NDArray[np.float32] | None
    change: float
    activity: npt.NDArray[np.float32]
    error: npt.NDArray[np.uint8]
    likeness: npt.NDArray[np.float32]
    residual: npt.NDArray[np.float32]
    residual_before: npt.NDArray[np.float32] | None
    turn: float
    turn_before: float | None
    grain: float
    echoes: tuple[float, ...]
    halves: tuple[float, ...]
    stills: tuple[Still | None, Still, Still]


@dataclass(frozen=True, slots=True)
class Track:
    """Points followed along the flow through T frames, from an even grid on frame `start` on: the P still in sight.

    `places` float32 (T, P, 2) are x and y in short sides, and `own` the same, less where the motion of the picture as a
    whole (one affine a frame) would have brought them from where they began. `seen` float32 (T, P, 2) are the mean luma
    and the mean |Laplacian| around each, in levels. `lost` is the share that went out of sight.
    """

    start: int
    places: npt.NDArray[np.float32]
    own: npt.NDArray[np.float32]
    seen: npt.NDArray[np.float32]
    lost: float


@dataclass(frozen=True, slots=True)
class Course:
    """A clip from its first frame to its last: frames a second, every frame's facts, what pairs said, points followed.

    `series` are the readings of every Feature, a value a pair; `activity`, `echoes` and `halves` are those of every
    pair, and `small` is every frame at an eighth of the scoring size.
    """

    rate: float
    stills: tuple[Still, ...]
    series: Mapping[str, npt.NDArray[np.float64]]
    tracks: tuple[Track, ...]
    small: tuple[npt.NDArray[np.uint8], ...] = ()
    activity: tuple[npt.NDArray[np.float32], ...] = ()
    echoes: tuple[tuple[float, ...], ...] = ()
    halves: tuple[tuple[float, ...], ...] = ()


class CourseFeature(Protocol):
    """One measure of a clip that only its whole course tells: a number a frame pair."""

    name: ClassVar[str]
    unit: ClassVar[str]
    lower_is_better: ClassVar[bool]

    def __call__(self, course: Course) -> npt.NDArray[np.float64]:
        """Measure a clip; as many numbers as it has pairs."""
        ...


class Feature(Protocol):
    """One measure of a clip: a number a frame pair, from data computed once for all features."""

    name: ClassVar[str]
    unit: ClassVar[str]
    lower_is_better: ClassVar[bool]

    def __call__(self, pair: Pair) -> float:
        """Measure one pair."""
        ...
