"""Other colours: one affine for a whole shot."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pipeline.model import Grade, Spec
from pipeline.ports import Frame
from pipeline.vision.colour import apply


class Graded:
    """Applies one grade to every frame; a class because the port has four functions of the same setting."""

    name: ClassVar[str] = "grade"
    version: ClassVar[int] = 1

    def __init__(self, grade: Grade) -> None:
        self.grade = grade

    def values(self) -> Mapping[str, Any]:
        """Give the twelve numbers."""
        return {"matrix": self.grade.matrix}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same stream."""
        return before

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:  # noqa: ARG002 - the port's signature
        """Stream the frames, each graded alone."""
        return (apply(frame, self.grade) for frame in frames)
