"""Another frame rate: frames made between frames, at any rational rate, as a stream."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import chain, pairwise
from math import floor
from typing import Any, ClassVar, Literal

from pipeline.errors import ProducerError, ToolFailed
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.timeline import resampled
from pipeline.vision.interpolation import between, blend, nearest, relate

Method = Literal["auto", "flow", "blend", "repeat"]

At = Callable[[float], Frame]
"""Makes the frame at time t, 0 < t < 1, between the two it was made for."""


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


def checked(rate: Fraction) -> Fraction:
    """Give back a rate that can be.

    Raises:
        ProducerError: it is not above 0.
    """
    if rate <= 0:
        raise ProducerError(f"{rate} frames a second cannot be", cure="choose a rate such as 24 or 24000/1001")
    return rate


def respec(before: Spec, rate: Fraction) -> Spec:
    """Foretell the same size at another rate, and its frames."""
    return Spec(before.size, rate, frames_after(before.frames, before.rate, rate))


def resample(
    frames: Iterator[Frame], before: Spec, rate: Fraction, relating: Callable[[Frame, Frame], At]
) -> Iterator[Frame]:
    """Stream a clip at another rate, holding two source frames; those that fall on a new time pass bit by bit.

    `relating` is asked once for every two neighbours between which frames fall, and what it gives, for each of them.

    Raises:
        ToolFailed: fewer frames came than `before` tells.
    """
    pairs = _pairs(frames)
    here, following, at, index = None, None, None, -1
    for wanted, t in moments(before.frames, before.rate, rate):
        while index < wanted:
            here, following = _next(pairs, index + 1, before)
            at, index = None, index + 1
        assert here is not None
        if not t:
            yield here
            continue
        if following is None:
            raise _short(index + 1, before)
        at = at or relating(here, following)
        yield at(float(t))


class FlowInterpolation:
    """Brings a clip to `rate` frames a second; source frames that fall on a new time pass bit by bit.

    A class because the port has four functions of the same settings. `auto` is flow, which itself blends still
    pairs and repeats across cuts; `blend` mixes neighbours; `repeat` takes the nearer one.

    Raises:
        ProducerError: a rate that is not above 0, an unknown method.
    """

    name: ClassVar[str] = "flow"
    version: ClassVar[int] = 2

    def __init__(self, rate: Fraction, method: Method = "auto") -> None:
        if method not in ("auto", "flow", "blend", "repeat"):
            raise ProducerError(f"no interpolation {method!r}", cure="choose flow, blend or repeat")
        self.rate = checked(rate)
        self.method: Method = "flow" if method == "auto" else method

    def values(self) -> Mapping[str, Any]:
        """Give rate and method."""
        return {"rate": self.rate, "method": self.method}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same size at the new rate, and its frames."""
        return respec(before, self.rate)

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:
        """Stream the clip at the new rate, holding two source frames.

        Raises:
            ToolFailed: fewer frames came than `before` tells.
        """
        return resample(frames, before, self.rate, self._relating)

    def _relating(self, a: Frame, b: Frame) -> At:
        if self.method == "flow":
            return partial(between, a, b, relation=relate(a, b))
        return partial(blend if self.method == "blend" else nearest, a, b)


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
