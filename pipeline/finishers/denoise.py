"""Less noise: averaged along the motion, and smoothed where there is no past to average."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pipeline.errors import ProducerError
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.vision.noise import cleaned, noise_of
from pipeline.vision.steady import Settled, begin, settle

PAST = 0.8
"""The weight of the past at full strength."""


class Denoise:
    """Takes as much noise out of every frame as is estimated to be in it, by `strength` 0..1.

    A class because the port has four functions of the same setting.

    Raises:
        ProducerError: a strength outside 0..1.
    """

    name: ClassVar[str] = "denoise"
    version: ClassVar[int] = 1

    def __init__(self, strength: float = 0.5) -> None:
        if not 0.0 <= strength <= 1.0:
            raise ProducerError(f"a denoising of strength {strength} cannot be", cure="choose one from 0 to 1")
        self.strength = strength

    def values(self) -> Mapping[str, Any]:
        """Give the strength."""
        return {"strength": self.strength}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same stream."""
        return before

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:  # noqa: ARG002 - the port's signature
        """Stream the frames, holding one result; without strength they pass bit by bit."""
        if not self.strength:
            yield from frames
            return
        settled: Settled | None = None
        for frame in frames:
            noise = noise_of(frame)
            settled = settle(frame, settled, self.strength * PAST, noise) if settled else begin(frame)
            yield cleaned(settled, noise, self.strength)
