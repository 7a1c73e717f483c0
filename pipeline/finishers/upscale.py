"""Another size, by Lanczos up and by area down."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pipeline.model import Size, Spec
from pipeline.ports import Frame
from pipeline.vision.fitting import Fit
from pipeline.vision.scale import CENTRE, Focus, fit


class Lanczos:
    """Brings every frame to `size`: `cover` crops what sticks out around `focus`, `contain` adds black bars.

    A class because the port has four functions of the same settings.
    """

    name: ClassVar[str] = "lanczos"
    version: ClassVar[int] = 2

    def __init__(self, size: Size, how: Fit = "cover", focus: Focus = CENTRE) -> None:
        self.size = size
        self.how: Fit = how
        self.focus = focus

    def values(self) -> Mapping[str, Any]:
        """Give size, fit and what is kept inside."""
        return {"size": self.size, "fit": self.how, "focus": self.focus}

    def spec(self, before: Spec) -> Spec:
        """Foretell the new size; rate and frames stay."""
        return Spec(self.size, before.rate, before.frames)

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:  # noqa: ARG002 - the port's signature
        """Stream the frames, each scaled alone; those of that size already pass bit by bit."""
        return (fit(frame, self.size, self.how, self.focus) for frame in frames)
