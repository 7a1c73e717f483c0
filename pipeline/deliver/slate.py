"""The slate: the grey card that stands in the film where a shot is missing."""

from dataclasses import dataclass
from math import isqrt

import numpy as np

from pipeline.model import Recipe, Size
from pipeline.ports import Frame
from pipeline.vision import sheet as ink
from pipeline.vision import text

CARD, PANEL, LINE = (112, 112, 112), (92, 92, 92), (146, 146, 146)
WHITE, PALE, BLACK = (245, 245, 245), (208, 208, 208), (18, 18, 18)

HEADING = "MISSING SHOT   未完成カット"
REASON = "REASON  理由"
CURE = "TO DO  対処"
SMALLEST_TEXT = 9
VERSION = 1
"""Of the drawing: raised when it changes, so that old cards are drawn anew."""


@dataclass(frozen=True, slots=True)
class _Measures:
    """The card's grid in pixels: everything grows with `unit`, a 40th of the side of a square as large as the card."""

    size: Size
    unit: int

    @property
    def margin(self) -> int:
        return 2 * self.unit

    @property
    def left(self) -> int:
        return self.margin + 2 * self.unit

    @property
    def width(self) -> int:
        return self.size.width - 2 * self.left

    @property
    def bottom(self) -> int:
        return self.size.height - self.margin


def recipe(spec_size: Size, shot_id: str, reason: str, *, cure: str = "", scene: str = "", title: str = "") -> Recipe:
    """Give the recipe of a card, from the same words as the card itself."""
    said = {"shot": shot_id, "reason": reason, "cure": cure, "scene": scene, "title": title}
    values = {name: _whole(words) for name, words in said.items()}
    return Recipe("slate/1", f"slate@{VERSION}", {"size": spec_size, **values})


def slate(spec_size: Size, shot_id: str, reason: str, *, cure: str = "", scene: str = "", title: str = "") -> Frame:
    """Draw the card of a missing shot: its id, why it is missing, and what to do, in any aspect.

    Text that does not fit ends in an ellipsis; a card too small for sentences shows the id alone.
    """
    shot_id, reason, cure, scene, title = (_whole(words) for words in (shot_id, reason, cure, scene, title))
    frame = np.full((spec_size.height, spec_size.width, 3), CARD, np.uint8)
    grid = _Measures(
        spec_size, max(1, min(isqrt(spec_size.pixels) // 40, spec_size.width // 27, spec_size.height // 27))
    )
    if round(1.1 * grid.unit) < SMALLEST_TEXT:
        _tiny(frame, shot_id)
        return frame
    below = _stick(frame, grid)
    ink.box(frame, (grid.margin, below, spec_size.width - grid.margin, grid.bottom), PANEL)
    below = _heading(frame, grid, below, title)
    below = _name(frame, grid, below, shot_id, scene)
    _sentences(frame, grid, below, reason, cure)
    return frame


def _whole(words: str) -> str:
    """Replace halves of surrogate pairs, which an escape in a storyboard can leave and no font can draw."""
    return words.encode("utf-8", "replace").decode()


def _tiny(frame: Frame, shot_id: str) -> None:
    height, width = frame.shape[:2]
    band = max(1, height // 6)
    ink.stripes(frame, (0, 0, width, band), (BLACK, WHITE), max(2, band))
    if height < 2 * SMALLEST_TEXT or width < 3 * SMALLEST_TEXT:
        return
    room = width - width // 10
    size = _largest(shot_id, room, height // 3, SMALLEST_TEXT)
    name = text.shortened(shot_id, room, size)
    text.draw(frame, name, (width // 2, (height + band + size) // 2 - size // 8), size, WHITE, align="centre")


def _stick(frame: Frame, grid: _Measures) -> int:
    """Draw the clapper stick; give the y below it."""
    top, height = grid.margin, 3 * grid.unit
    area = (grid.margin, top, grid.size.width - grid.margin, top + height)
    ink.stripes(frame, area, (BLACK, WHITE), round(3.5 * grid.unit))
    return top + height


def _heading(frame: Frame, grid: _Measures, top: int, title: str) -> int:
    size = round(1.15 * grid.unit)
    baseline = top + round(2.1 * grid.unit)
    end = text.draw(frame, text.shortened(HEADING, grid.width, size), (grid.left, baseline), size, PALE)
    room = grid.left + grid.width - end - 2 * grid.unit
    if title and room > 8 * size:
        name = text.shortened(text.drawable(title), room, size)
        text.draw(frame, name, (grid.left + grid.width, baseline), size, PALE, align="right")
    _rule(frame, grid, top + 3 * grid.unit)
    return top + 3 * grid.unit


def _name(frame: Frame, grid: _Measures, top: int, shot_id: str, scene: str) -> int:
    size = _largest(shot_id, grid.width, 4 * grid.unit, 2 * grid.unit)
    baseline = top + round(1.3 * grid.unit) + size
    name = text.shortened(shot_id, grid.width, size, text.BOLD)
    text.draw(frame, name, (grid.left, baseline - size // 8), size, WHITE, weight=text.BOLD)
    bottom = baseline + round(0.7 * grid.unit)
    if scene:
        small = round(1.3 * grid.unit)
        place = (grid.left, bottom + small)
        most = 2 if grid.size.width >= grid.size.height else 4
        bottom = text.block(frame, scene, place, small, PALE, width=grid.width, most=most) - small
    _rule(frame, grid, bottom + grid.unit // 2)
    return bottom + grid.unit // 2


def _largest(words: str, width: int, most: int, least: int) -> int:
    """Give the largest size from `most` down to `least` at which the words fit one line."""
    at_most = text.measure(words, most, text.BOLD)
    return max(least, min(most, most * width // max(at_most, 1)))


def _sentences(frame: Frame, grid: _Measures, top: int, reason: str, cure: str) -> None:
    """Draw why and what to do: side by side on a wide card, one under the other on a tall one."""
    told = [(label, words) for label, words in ((REASON, reason), (CURE, cure)) if words]
    if not told:
        return
    wide = grid.size.width >= 1.5 * grid.size.height and len(told) > 1
    gap = 2 * grid.unit
    width = (grid.width - gap) // 2 if wide else grid.width
    room = grid.bottom - grid.unit // 2 - top if wide else (grid.bottom - grid.unit // 2 - top) // len(told)
    under = _label_height(grid)
    size = min(_largest_block(words, width, room - under, grid.unit) for _, words in told)
    for column, (label, words) in enumerate(told):
        left = grid.left + (width + gap) * column if wide else grid.left
        y = top if wide else top + room * column
        _sentence(frame, grid, (left, y, left + width, y + room), label, words, size)


def _label_height(grid: _Measures) -> int:
    return round(2.55 * grid.unit)


def _sentence(frame: Frame, grid: _Measures, area: ink.Box, label: str, words: str, size: int) -> None:
    left, top, right, bottom = area
    small = round(1.05 * grid.unit)
    first = top + _label_height(grid)
    most = _lines_in(bottom - first, size)
    if most:
        text.draw(frame, text.shortened(label, right - left, small), (left, top + round(1.95 * grid.unit)), small, PALE)
        text.block(frame, words, (left, first + size), size, WHITE, width=right - left, most=most)


def _largest_block(words: str, width: int, height: int, unit: int) -> int:
    """Give the largest size at which all the words fit a box, or the smallest one that is still comfortable."""
    sizes = [max(SMALLEST_TEXT, round(step * unit)) for step in (1.8, 1.6, 1.4, 1.25, 1.1)]
    fitting = (size for size in sizes if len(text.lines(words, width, size)) <= _lines_in(height, size))
    return next(fitting, sizes[-1])


def _lines_in(height: int, size: int) -> int:
    """Count the lines of text that fit; the last one needs no leading, only room for its descenders."""
    return max(0, 1 + (height - size - size // 4) // text.line_height(size))


def _rule(frame: Frame, grid: _Measures, y: int) -> None:
    ink.box(frame, (grid.margin, y, grid.size.width - grid.margin, y + max(1, grid.unit // 12)), LINE)
