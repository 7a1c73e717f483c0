"""Pictures and time: sizes, streams, and what a probe says about a file."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def pixels(self) -> int:
        """Pixels of one frame."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Spec:
    """What a stream of frames is, known before the first one is made."""

    size: Size
    rate: Fraction
    frames: int

    @property
    def seconds(self) -> Fraction:
        """Exact length."""
        return self.frames / self.rate


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a probe says about one file; `spec` is None for sound, `seconds` is 0 for a picture."""

    kind: Literal["picture", "video", "sound"]
    sha256: str
    spec: Spec | None
    seconds: Fraction
    has_sound: bool


Probe = Callable[[Path], MediaFacts]
"""Tells what a file is; raises MediaInvalid. Asked once a file, remembered by the caller."""
