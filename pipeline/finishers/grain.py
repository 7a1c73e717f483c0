"""Film grain, which differs from frame to frame and not from run to run."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pipeline.errors import ProducerError
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.vision.screen import grain


class Grain:
    """Lays grain of `strength` 0..1 over every frame; a class because the port has four functions of the same setting.

    Raises:
        ProducerError: a strength outside 0..1.
    """

    name: ClassVar[str] = "grain"
    version: ClassVar[int] = 1

    def __init__(self, strength: float = 0.2) -> None:
        if not 0.0 <= strength <= 1.0:
            raise ProducerError(f"grain of strength {strength} cannot be", cure="choose one from 0 to 1")
        self.strength = strength

    def values(self) -> Mapping[str, Any]:
        """Give the strength."""
        return {"strength": self.strength}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same stream."""
        return before

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:  # noqa: ARG002 - the port's signature
        """Stream the frames, each under the grain of its number; without strength they pass bit by bit."""
        return (grain(frame, self.strength, k) if self.strength else frame for k, frame in enumerate(frames))
