"""Pictures and time: sizes, streams, and what a probe says about a file."""

import re
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


_RATE = re.compile(r"([0-9]{1,7})(?:/([0-9]{1,5})|\.([0-9]{1,6}))?")


def parse_rate(text: str) -> Fraction:
    """Read a frame rate exactly: `25`, `24000/1001`, `12.5`; `23.976`, `29.97` and the like mean n * 1000/1001.

    Raises:
        ValueError: not such a number, or outside 1 to 240 frames a second.
    """
    found = _RATE.fullmatch(text.strip())
    if not found or (found[2] and not int(found[2])):
        raise ValueError(f"{text!r} is no frame rate; write 24, 23.976 or 24000/1001")
    exact = Fraction(found[0])
    rate = _ntsc(exact) if found[3] else exact
    if not 1 <= rate <= 240:
        raise ValueError(f"{text} frames a second cannot be; 1 to 240 can")
    return rate


def _ntsc(written: Fraction) -> Fraction:
    """Give the NTSC rate that a decimal number means, or the number itself."""
    rate = Fraction(round(written) * 1000, 1001)
    usual = round(written) in (24, 30, 48, 60, 120)
    return rate if usual and abs(written - rate) < Fraction(5, 1000) else written
