"""Setting type: how large a text is, where its lines break and where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.errors import ProducerError
from pipeline.model import Size
from pipeline.vision.fonts import settable
from pipeline.vision.glyphs import Type, places, reach, shape
from pipeline.vision.lettering_value import RISE, Box, Lettering, Place, Role, Style
from pipeline.vision.phrases import balanced_lines, unbroken, wide
from pipeline.vision.text import Align

_INSET = 0.03
_MEASURE = 1.5
_SMALLEST = 7
_LONGEST = 1000
_SHRINKS = 0.72
"""To which share of its size a text goes down to keep the lines that its writer broke it into."""


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a role is set; sizes, largest and smallest, as shares of the picture's short side.

    `leading` and `pad` (x, y) are shares of the size, `tall` the most of the safe area's height it takes.
    """

    largest: float
    smallest: float
    weight: int
    tracking: float
    leading: float
    most: int
    tall: float
    pad: tuple[float, float]
    align: Align = "centre"
    rises: bool = False


_MANNERS: dict[Role, _Manner] = {
    "headline": _Manner(0.088, 0.034, 700, -0.004, 1.24, 3, 0.6, (0.42, 0.32), rises=True),
    "caption": _Manner(0.046, 0.029, 440, 0.004, 1.42, 4, 0.5, (0.60, 0.42), rises=True),
    "subtitle": _Manner(0.044, 0.032, 480, 0.006, 1.40, 3, 0.4, (0.55, 0.36)),
    "legal": _Manner(0.0235, 0.018, 420, 0.014, 1.45, 6, 0.4, (0.70, 0.46)),
    "label": _Manner(0.0215, 0.017, 500, 0.030, 1.40, 2, 0.2, (0.70, 0.48), "right"),
}


def kind(role: Role, style: Style) -> Type:
    """Give the font and weight that a role is set in."""
    return Type(style.font, _MANNERS[role].weight)


def tracking(role: Role) -> float:
    """Give the space between the letters of a role, as a share of the size."""
    return _MANNERS[role].tracking


def leading(role: Role, text: str) -> float:
    """Give the distance of two baselines as a share of the size: Japanese has no ascenders and stands further apart."""
    return _MANNERS[role].leading + (0.16 if any(map(wide, text)) else 0.0)


def set_type(text: str, role: Role, place: Place, frame: Size, style: Style, picture: Size | None = None) -> Lettering:
    """Set a text: as large as its role is, smaller until it fits the safe area, its lines as even as they can be.

    `picture` is the picture inside bars, centred in the frame; text stays inside it too. A word (or a Japanese phrase)
    is broken only if it alone is wider than the area at the smallest size that can be read. Letters the font lacks are
    set as `settable` gives them.

    Raises:
        ProducerError: nothing to set, or it does not fit at the smallest size.
        MediaInvalid: the font cannot be used.
    """
    words = settable(text, style.font).strip()
    if not words:
        raise ProducerError(f"a {role} without letters that can be drawn: {text[:60]!r}", cure="write its text")
    return _set(words, role, place, frame, style, picture or frame)


@lru_cache(maxsize=512)
def _set(words: str, role: Role, place: Place, frame: Size, style: Style, picture: Size) -> Lettering:
    area = safe_area(frame, style, picture)
    if len(words) > _LONGEST:
        message = f"the {role} `{words[:60]}` has {len(words)} letters; {_LONGEST} is the most for one"
        raise ProducerError(message, cure="divide it into several titles")
    best: Lettering | None = None
    for size, whole in _attempts(role, min(picture.width, picture.height)):
        made = _at_size(words, role, place, frame, style, area, size, whole=whole)
        if made is not None and (best is None or _as_written(made, words)):
            best = made
        if best is not None and (_as_written(best, words) or size < _SHRINKS * best.size):
            return best
    if best is not None:
        return best
    room = f"{area[2]}x{area[3]} pixels of {frame}"
    message = f"the {role} `{words[:60]}` cannot be read: at the smallest size it is too long for {room}"
    raise ProducerError(message, cure="shorten it, or divide it into two titles")


def _as_written(made: Lettering, words: str) -> bool:
    """Say whether a text stands in the lines its writer broke it into; one without a break stands anyhow."""
    return "\n" not in words or len(made.lines) <= words.count("\n") + 1


def safe_area(frame: Size, style: Style, picture: Size) -> Box:
    """Give the part of the frame that text may stand in: inside the brand's margins and a little inside the picture."""
    across, down = frame.width - picture.width, frame.height - picture.height
    inset = round(min(picture.width, picture.height) * _INSET)
    margins = style.margins
    left = max(round(margins.left * frame.width), across // 2 + inset * (across > 0))
    right = frame.width - max(round(margins.right * frame.width), across // 2 + inset * (across > 0))
    top = max(round(margins.top * frame.height), down // 2 + inset * (down > 0))
    bottom = frame.height - max(round(margins.bottom * frame.height), down // 2 + inset * (down > 0))
    return left, top, max(right - left, 1), max(bottom - top, 1)


def _attempts(role: Role, short: int) -> Iterator[tuple[int, bool]]:
    """Give sizes from the largest down with words whole, then the smallest with words broken."""
    manner = _MANNERS[role]
    smallest = max(_SMALLEST, round(manner.smallest * short))
    size = max(smallest, round(manner.largest * short))
    while size > smallest:
        yield size, True
        size = min(size - 1, round(size * 0.95))
    yield smallest, True
    yield smallest, False


def _at_size(
    words: str, role: Role, place: Place, frame: Size, style: Style, area: Box, size: int, *, whole: bool
) -> Lettering | None:
    manner, type_ = _MANNERS[role], kind(role, style)
    pad_x, pad_y = (max(2, round(share * size)) for share in manner.pad)
    axis, width = _column(area, frame, manner.align)
    room = min(width - 2 * pad_x, round(_MEASURE * min(frame.width, frame.height)))

    def measure(line: str) -> float:
        return places(line, type_, manner.tracking)[-1] * size

    if room < size or (whole and not unbroken(words, room, measure)):
        return None
    lines = tuple(balanced_lines(words, room, measure))
    step = round(leading(role, words) * size)
    above, below = (round(share * size) for share in _reach(words, type_))
    high = above + step * (len(lines) - 1) + below + 2 * pad_y
    drop = round(RISE * size) if manner.rises and place == "lower" else 0
    most = manner.most if whole else 2 * manner.most
    if high + drop > area[3] or len(lines) > most or (whole and high > manner.tall * area[3]):
        return None
    broad = min(width, round(max(map(measure, lines))) + 2 * pad_x + 2)
    x = area[0] + area[2] - broad if manner.align == "right" else axis - broad // 2
    y = _top(role, place, area, high + drop, frame)
    starts = tuple(_start(line, type_, size, manner, (x + pad_x, broad - 2 * pad_x)) for line in lines)
    baselines = tuple(y + pad_y + above + step * one for one in range(len(lines)))
    return Lettering(lines, size, starts, baselines, (x, y, broad, high), area, manner.align, role, style, drop)


def _reach(words: str, type_: Type) -> tuple[float, float]:
    """Give how far lines reach above and below their baselines: at least as capitals and descenders do."""
    above, below = reach(words, type_)
    return max(above, 0.76), max(below, 0.17)


def _column(area: Box, frame: Size, align: Align) -> tuple[int, int]:
    """Give the axis that lines are centred on, and the width around it: the frame's, where that costs little width."""
    middle = area[0] + area[2] // 2
    centred = 2 * min(frame.width // 2 - area[0], area[0] + area[2] - frame.width // 2)
    if align == "right" or centred < 0.85 * area[2]:
        return middle, area[2]
    return frame.width // 2, centred


def _top(role: Role, place: Place, area: Box, high: int, frame: Size) -> int:
    if role == "label" and place == "lower":
        return area[1] + area[3] - high
    if role == "label":
        return area[1]
    if role == "legal" or place == "lower":
        return area[1] + area[3] - high
    if place == "upper":
        return area[1]
    optical = round(0.485 * frame.height) - high // 2
    return min(max(optical, area[1]), area[1] + area[3] - high)


def _start(line: str, type_: Type, size: int, manner: _Manner, column: tuple[int, int]) -> int:
    """Give where the pen starts, so that the ink of the line, not its side bearings, is centred or ends flush."""
    if not line:
        return column[0]
    pens = [one * size for one in places(line, type_, manner.tracking)]
    first, last = shape(line[0], type_, size), shape(line[-1], type_, size)
    left = first.x
    right = pens[-2] + last.x + (last.ink.shape[1] if last.ink.size else 0)
    slack = column[1] - (right - left)
    start = column[0] - left + (slack if manner.align == "right" else slack / 2)
    return round(start)
