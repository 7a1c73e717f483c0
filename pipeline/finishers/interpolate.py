"""Another frame rate: frames made between frames, at any rational rate, as a stream."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain, pairwise
from math import floor
from typing import Any, ClassVar, Literal

from pipeline.errors import ProducerError, ToolFailed
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.timeline import resampled
from pipeline.vision.interpolation import Relation, between, blend, nearest, relate

Method = Literal["auto", "flow", "blend", "repeat"]


def frames_after(frames: int, before: Fraction, after: Fraction) -> int:
    """Count the frames of a clip at another rate, half up; a clip keeps at least its first frame."""
    return max(1, resampled(frames, before, after)) if frames else 0


def position(k: int, before: Fraction, after: Fraction) -> Fraction:
    """Say where frame `k` at rate `after` stands in a clip at rate `before`, in frames of that clip, exactly."""
    return k * before / after


def moments(frames: int, before: Fraction, after: Fraction) -> Iterator[tuple[int, Fraction]]:
    """Give for every frame of the resampled clip its source frame and how far, 0 <= t < 1, it stands to the next.

    Times past the last source frame hold it.
    """
    for k in range(frames_after(frames, before, after)):
        place = min(position(k, before, after), Fraction(frames - 1))
        yield floor(place), place % 1


class FlowInterpolation:
    """Brings a clip to `rate` frames a second; source frames that fall on a new time pass bit by bit.

    A class because the port has four functions of the same settings. `auto` is flow, which itself blends still
    pairs and repeats across cuts; `blend` mixes neighbours; `repeat` takes the nearer one.

    Raises:
        ProducerError: a rate that is not above 0, an unknown method.
    """

    name: ClassVar[str] = "flow"
    version: ClassVar[int] = 1

    def __init__(self, rate: Fraction, method: Method = "auto") -> None:
        if rate <= 0:
            raise ProducerError(f"{rate} frames a second cannot be", cure="choose a rate such as 24 or 24000/1001")
        if method not in ("auto", "flow", "blend", "repeat"):
            raise ProducerError(f"no interpolation {method!r}", cure="choose flow, blend or repeat")
        self.rate = rate
        self.method: Method = "flow" if method == "auto" else method

    def values(self) -> Mapping[str, Any]:
        """Give rate and method."""
        return {"rate": self.rate, "method": self.method}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same size at the new rate, and its frames."""
        return Spec(before.size, self.rate, frames_after(before.frames, before.rate, self.rate))

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:
        """Stream the clip at the new rate, holding two source frames.

        Raises:
            ToolFailed: fewer frames came than `before` tells.
        """
        pairs = _pairs(frames)
        here, following, relation, index = None, None, None, -1
        for wanted, t in moments(before.frames, before.rate, self.rate):
            while index < wanted:
                here, following = _next(pairs, index + 1, before)
                relation, index = None, index + 1
            assert here is not None
            if not t:
                yield here
                continue
            if following is None:
                raise _short(index + 1, before)
            if relation is None and self.method == "flow":
                relation = relate(here, following)
            yield self._made(here, following, float(t), relation)

    def _made(self, a: Frame, b: Frame, t: float, relation: Relation | None) -> Frame:
        if relation is not None:
            return between(a, b, t, relation)
        return blend(a, b, t) if self.method == "blend" else nearest(a, b, t)


def _pairs(frames: Iterator[Frame]) -> Iterator[tuple[Frame, Frame | None]]:
    """Give every frame with the one after it; the last has none."""
    ended: Iterator[Frame | None] = chain(frames, (None,))
    for here, following in pairwise(ended):
        assert here is not None
        yield here, following


def _next(pairs: Iterator[tuple[Frame, Frame | None]], index: int, before: Spec) -> tuple[Frame, Frame | None]:
    found = next(pairs, None)
    if found is None:
        raise _short(index, before)
    return found


def _short(came: int, before: Spec) -> ToolFailed:
    return ToolFailed(f"the clip ended after {came} of its {before.frames} frames", cure="make or copy the clip again")
