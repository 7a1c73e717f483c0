"""Black bars around a picture of another shape."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from pipeline.errors import ProducerError
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.vision.screen import bars


class Letterbox:
    """Draws bars so that the picture between them has the shape `picture`, width by height.

    A class because the port has four functions of the same setting.

    Raises:
        ProducerError: a shape that no picture has.
    """

    name: ClassVar[str] = "letterbox"
    version: ClassVar[int] = 1

    def __init__(self, picture: Fraction) -> None:
        if not Fraction(1, 10) <= picture <= 10:
            raise ProducerError(
                f"a picture of shape {float(picture):g} cannot be", cure="choose one such as 2.39 or 4:3"
            )
        self.picture = picture

    def values(self) -> Mapping[str, Any]:
        """Give the shape."""
        return {"picture": self.picture}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same stream."""
        return before

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:  # noqa: ARG002 - the port's signature
        """Stream copies of the frames with bars over them."""
        return (bars(frame.copy(), self.picture) for frame in frames)
