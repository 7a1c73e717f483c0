"""What a piece of lettering is: text set in type, in its place in the frame."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.model import Margins
from pipeline.vision.text import Align, Colour

Role = Literal["headline", "caption", "legal", "subtitle", "label"]
Place = Literal["upper", "centre", "lower"]
Box = tuple[int, int, int, int]
"""x, y, width and height in pixels."""

RISE = 0.3
"""How far below its place a rising headline or caption starts, as a share of its size: room is kept for it."""


@dataclass(frozen=True, slots=True)
class Style:
    """The brand in type: `font` None = the fonts of the house; text in `ink`, plates in `ground`."""

    font: Path | None
    ink: Colour
    ground: Colour
    margins: Margins


@dataclass(frozen=True, slots=True)
class Lettering:
    """Text set in type: lines with their baselines (y) and where each starts (x), in pixels of the frame.

    `size` is cap height over 0.75. `box` is all that may be drawn on, plate included; it lies inside `area`, the safe
    part of the frame. `drop` pixels below the box are kept free for text that rises to its place.
    """

    lines: tuple[str, ...]
    size: int
    starts: tuple[int, ...]
    baselines: tuple[int, ...]
    box: Box
    area: Box
    align: Align
    role: Role
    style: Style
    drop: int = 0

    @property
    def text(self) -> str:
        """The lines as one text, for messages."""
        return " ".join(self.lines)
