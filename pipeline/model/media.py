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
    """What a probe says about one file; `spec` is None for sound and weights, `seconds` 0 for pictures and weights."""

    kind: Literal["picture", "video", "sound", "weights"]
    sha256: str
    spec: Spec | None
    seconds: Fraction
    has_sound: bool


Probe = Callable[[Path], MediaFacts]
"""Tells what a file is; raises MediaInvalid. Asked once a file, remembered by the caller."""


_SIZE = re.compile(r"\s*([0-9]{1,6})\s*[xX×]\s*([0-9]{1,6})\s*")
_RATE = re.compile(r"([0-9]{1,7})(?:/([0-9]{1,5})|\.([0-9]{1,6}))?")


def parse_rate(text: str) -> Fraction:
    """Read a frame rate exactly: `25`, `24000/1001`, `12.5`; `23.976`, `29.97` and the like mean n * 1000/1001.

    Raises:
        ValueError: not such a number, or outside 1 to 240 frames a second.
    """
    found = _RATE.fullmatch(text.strip())
    if not found or (found[2] and not int(found[2])):
        raise ValueError(f"{text!r} is no frame rate; write 24, 23.976 or 24000/1001")
    return frame_rate(Fraction(found[0]))


def frame_rate(written: Fraction) -> Fraction:
    """Give the exact rate that a number of frames a second means: the NTSC rate near it, or the number itself.

    Raises:
        ValueError: outside 1 to 240, or a fraction finer than any clock counts.
    """
    nominal = round(written)
    ntsc = Fraction(nominal * 1000, 1001)
    meant = nominal in (24, 30, 48, 60, 120) and abs(written - ntsc) < Fraction(5, 1000)
    rate = ntsc if meant else written
    if not 1 <= rate <= 240 or rate.numerator > 1_000_000 or rate.denominator > 10_000:
        raise ValueError(f"{float(written):.6g} frames a second cannot be; 1 to 240, e.g. 24, 25 or 24000/1001")
    return rate


def parse_size(text: str) -> Size:
    """Read a film's size, `1920x1080`.

    Raises:
        ValueError: no size, a side that is odd (H.264 in yuv420p has none), or one outside 16 to 8192 pixels.
    """
    found = _SIZE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no size; write it as 1920x1080")
    size = Size(int(found[1]), int(found[2]))
    if not (16 <= size.width <= 8192 and 16 <= size.height <= 8192):
        raise ValueError(f"{size} is no film size; each side is 16 to 8192 pixels, e.g. 1920x1080")
    if size.width % 2 or size.height % 2:
        even = Size(size.width + size.width % 2, size.height + size.height % 2)
        raise ValueError(f"{size} has an odd side, which video cannot have; write {even}")
    return size
