"""Text on pictures: line breaking for Latin and Japanese, measuring and drawing with OpenCV's built-in fonts.

Sizes are in pixels; colours are R, G, B 0..255. Regular weight is drawn with the font `uni`, heavier with `sans`.
"""

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from threading import get_ident
from typing import Literal

import cv2
import numpy as np

from pipeline.ports import Frame
from pipeline.vision.phrases import NO_END, NO_START

Colour = tuple[int, int, int]
Align = Literal["left", "centre", "right"]

REGULAR, BOLD = 400, 700
LEADING = 1.42
ELLIPSIS = "…"
_TWINS = {"〜": "～", "‑": "-", "‒": "–", "゠": "=", "‣": "・"}


@lru_cache(maxsize=32)
def _face(name: str, thread: int) -> cv2.FontFace:  # noqa: ARG001 - one font a thread: it keeps state
    return cv2.FontFace(name)


def _font(weight: int) -> cv2.FontFace:
    return _face("uni" if weight <= REGULAR else "sans", get_ident())


def house_face() -> cv2.FontFace:
    """Give this thread's face of the house that has weights, for Latin; what it lacks it takes from `uni`."""
    return _face("sans", get_ident())


@lru_cache(maxsize=8192)
def has_glyph(character: str) -> bool:
    """Say whether the fonts of the house can draw a letter."""

    def ink(text: str) -> Frame:
        spot = np.zeros((48, 64, 3), np.uint8)
        cv2.putText(spot, text, (8, 34), (255, 255, 255), _font(REGULAR), 28, REGULAR)
        return spot

    return character == "?" or not np.array_equal(ink(character), ink("?"))


def twin(one: str, known: Callable[[str], bool]) -> str:
    """Give what is drawn for a letter that a font does not know: one that looks the same, or its parts; "" = nothing.

    A wave dash is a full-width tilde, ㈱ is (株): the compatibility decomposition (Unicode, NFKC).
    """
    looks = _TWINS.get(one) or unicodedata.normalize("NFKC", one)
    return looks if looks != one and all(map(known, looks)) else ""


def drawable(text: str, known: Callable[[str], bool] | None = None) -> str:
    """Replace what the fonts cannot draw: letters by their twin or □, emoji and control characters by nothing.

    Line feeds, ideographic and no-break spaces are kept, other white space is a space; text comes back in NFC. `known`
    says which letters can be drawn, by default those of the house.
    """
    drawn = (_drawable_character(one, known or has_glyph) for one in unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", "".join(drawn))


def _drawable_character(one: str, known: Callable[[str], bool]) -> str:
    if one in "\n\u3000\u00a0\u202f" or " " <= one <= "~":
        return one
    if unicodedata.category(one) in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if unicodedata.category(one) in {"Cs", "Cf"}:  # half a surrogate pair ends the process in OpenCV
        return ""
    if known(one):
        return one
    if same := twin(one, known):
        return same
    return "□" if unicodedata.category(one)[0] in "LN" else ""


def measure(text: str, size: int, weight: int = REGULAR) -> int:
    """Give the width in pixels of `text` on one line."""
    text = text.encode("utf-8", "ignore").decode()
    if not text:
        return 0
    return int(cv2.getTextSize((0, 0), text, (0, 0), _font(weight), size, weight)[2])


def line_height(size: int) -> int:
    """Give the distance in pixels between the baselines of two lines."""
    return round(size * LEADING)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def _may_break(before: str, after: str) -> bool:
    if after in NO_START or before in NO_END:
        return False
    return before.isspace() or _wide(before) or _wide(after) or before == "—"


def _atoms(text: str) -> Iterator[str]:
    """Cut text into the shortest runs that no line break may split; a space stays with the word before it."""
    start = 0
    for place in range(1, len(text)):
        if not text[place].isspace() and _may_break(text[place - 1], text[place]):
            yield text[start:place]
            start = place
    yield text[start:]


def _fitting(text: str, width: int, size: int, weight: int) -> int:
    """Count the leading characters of `text` that fit `width`, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip(), size, weight) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _paragraph(text: str, width: int, size: int, weight: int) -> Iterator[str]:
    line = ""
    for atom in _atoms(text):
        if measure((line + atom).rstrip(), size, weight) <= width:
            line += atom
            continue
        if line:
            yield line.rstrip()
        rest = atom
        while measure(rest.rstrip(), size, weight) > width and len(rest) > 1:
            fits = _fitting(rest, width, size, weight)
            yield rest[:fits]
            rest = rest[fits:]
        line = rest
    yield line.rstrip()


def _all_lines(text: str, width: int, size: int, weight: int) -> Iterator[str]:
    for paragraph in text.split("\n"):
        yield from _paragraph(" ".join(paragraph.split()), width, size, weight)


def shortened(text: str, width: int, size: int, weight: int = REGULAR) -> str:
    """Cut `text` to one line of `width` pixels, an ellipsis at its end where something is missing."""
    if measure(text, size, weight) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS, size, weight) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" 、,") + ELLIPSIS


def lines(text: str, width: int, size: int, weight: int = REGULAR, most: int | None = None) -> list[str]:
    """Break `text` into lines of at most `width` pixels, by the Japanese rules (kinsoku) and never inside a word.

    Only a word wider than the whole line is broken. With `most`, the last line kept ends in an ellipsis when
    there was more. Line feeds in the text are kept as breaks.
    """
    found: list[str] = []
    for line in _all_lines(drawable(text), max(width, 1), size, weight):
        if most is not None and len(found) == most:
            found[-1] = shortened(found[-1] + " " + line, width, size, weight)
            if not found[-1].endswith(ELLIPSIS):
                found[-1] = shortened(found[-1] + ELLIPSIS, width, size, weight)
            break
        found.append(line)
    return found


def draw(
    frame: Frame,
    text: str,
    at: tuple[int, int],
    size: int,
    colour: Colour,
    *,
    weight: int = REGULAR,
    align: Align = "left",
) -> int:
    """Draw one line in place, its baseline starting at `at` (x, y); give the x where it ends.

    With `align` centre or right, `at` is the middle or the end of the baseline. What lies outside is cut off.
    """
    text = drawable(text).replace("\n", " ")
    width = measure(text, size, weight)
    left = {"left": at[0], "centre": at[0] - width // 2, "right": at[0] - width}[align]
    if text:
        cv2.putText(frame, text, (left, at[1]), colour, _font(weight), size, weight)
    return left + width


def block(
    frame: Frame,
    text: str,
    at: tuple[int, int],
    size: int,
    colour: Colour,
    *,
    width: int,
    weight: int = REGULAR,
    most: int | None = None,
) -> int:
    """Draw text broken into lines of `width` from baseline `at` on, in place; give the baseline after the last."""
    x, y = at
    for line in lines(text, width, size, weight, most):
        draw(frame, line, (x, y), size, colour, weight=weight)
        y += line_height(size)
    return y
