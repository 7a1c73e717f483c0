"""Steady texture: what a model that sees single frames invents anew in each is averaged along the motion."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pipeline.errors import ProducerError
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.vision.steady import Settled, begin, settle, shown

PAST = 0.75
"""The weight of the past at full strength."""


class Stabilise:
    """Blends every frame with the result before it, fetched along the motion, by `strength` 0..1.

    A class because the port has four functions of the same setting. Clips that do not boil, the frames of cuts and
    what was hidden before pass as they are.

    Raises:
        ProducerError: a strength outside 0..1.
    """

    name: ClassVar[str] = "stabilise"
    version: ClassVar[int] = 1

    def __init__(self, strength: float = 1.0) -> None:
        if not 0.0 <= strength <= 1.0:
            raise ProducerError(f"a stabilising of strength {strength} cannot be", cure="choose one from 0 to 1")
        self.strength = strength

    def values(self) -> Mapping[str, Any]:
        """Give the strength."""
        return {"strength": self.strength}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same stream."""
        return before

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:  # noqa: ARG002 - the port's signature
        """Stream the frames, holding one result; without strength they pass bit by bit."""
        settled: Settled | None = None
        for frame in frames:
            if self.strength:
                settled = settle(frame, settled, self.strength * PAST) if settled else begin(frame)
            yield shown(settled) if settled else frame
