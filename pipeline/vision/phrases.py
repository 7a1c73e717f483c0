"""Where a text may be broken: Latin words, Japanese phrases (BudouX), and lines as even as they can be.

Knows no pixels: widths come from a `measure` that is handed in.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

# JIS X 4051: what may not begin a line, and what may not end one.
NO_START = frozenset(
    "。、．，・：；？！?!,.:;)]}）」』】〉》〕］｝”’ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶゝゞ々〜～…‥―—%％℃°"
)
NO_END = frozenset("([{（「『【〈《〔［｛“‘¥￥$＄#＃")

_QUOTES = "\"'"
_JOINTS = frozenset("/-_?&=‐")
_FULL_STOPS, _PAUSES = frozenset("。．！？!?.…"), frozenset("、，,;:—」』）")
_LEANING = (
    " a an the of to and or nor but in on at for by with from as is are was my our your his her its their no "
    " de la le les der die das den dem ein eine und von zu mit im am この その あの どの ある わが "
)
_GLUE = frozenset("\u00a0\u202f\u2060\ufeff\u200d")
_TWICE = re.compile(r"([ぁ-ゖァ-ヺー]{2})\1")
_SPACES = re.compile(r"[^\S\u00a0\u202f\u3000]+")
_HANGUL = ("\u1100", "\u11ff"), ("\u3130", "\u318f"), ("\uac00", "\ud7af")

Measure = Callable[[str], float]
"""Gives the width of one line, in any unit."""


@lru_cache(maxsize=1)
def _parser() -> Any:
    import budoux

    return budoux.load_default_japanese_parser()


def wide(character: str) -> bool:
    """Say whether a letter is written without spaces between words, as Japanese is; Korean is not."""
    if unicodedata.east_asian_width(character) not in {"W", "F"}:
        return False
    return not any(first <= character <= last for first, last in _HANGUL)


def phrases(text: str) -> list[str]:
    """Cut text into the runs that no line break may split: Latin words with the space after them, Japanese phrases.

    No run begins with a letter of NO_START or ends with one of NO_END, but for the text's own first and last. Japanese
    phrases are those of BudouX (models/ja). A line feed ends a run. The runs joined are the text.
    """
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        found += _runs(line)
    return found


@lru_cache(maxsize=4096)
def _runs(line: str) -> tuple[str, ...]:
    places = [0, *sorted(_breaks(line)), len(line)]
    return tuple(line[start:stop] for start, stop in pairwise(places))


def _breaks(line: str) -> set[int]:
    """Give the places before which the line may be broken."""
    seams = _seams(line) if any(map(wide, line)) else set()
    quoted = _quoted(line)
    return {place for place in range(1, len(line)) if _may_break(line, place, seams, quoted)}


def _seams(line: str) -> set[int]:
    """Give the places where BudouX begins a phrase, but not inside a doubled word such as もしもし or ふわふわ."""
    place, found = 0, set()
    for phrase in _parser().parse(line):
        found.add(place)
        place += len(phrase)
    for doubled in _TWICE.finditer(line):
        found -= set(range(doubled.start() + 1, doubled.end()))
    return found


def _quoted(line: str) -> dict[int, bool]:
    """Tell of every straight quotation mark whether it opens; between two letters it is an apostrophe and closes."""
    found: dict[int, bool] = {}
    opened = dict.fromkeys(_QUOTES, False)
    for place, one in enumerate(line):
        if one in opened:
            inside = 0 < place < len(line) - 1 and line[place - 1].isalnum() and line[place + 1].isalnum()
            if not (inside and one == "'" and not wide(line[place - 1])):
                opened[one] = not opened[one]
                found[place] = opened[one]
    return found


def _may_break(line: str, place: int, seams: set[int], quoted: dict[int, bool]) -> bool:
    after = line[place]
    if line[place - 1] in _GLUE or after in _GLUE:
        return False
    if after.isspace() or after in NO_START or unicodedata.category(after)[0] == "M" or quoted.get(place) is False:
        return False
    last = len(line[:place].rstrip()) - 1
    if last < 0 or line[last] in NO_END or quoted.get(last):
        return False
    if line[place - 1].isspace():
        return True
    if wide(after) or wide(line[place - 1]):
        return place in seams
    return line[place - 1] == "—"


def pieces(run: str) -> list[str]:
    """Cut a run that is too wide for its line where it hurts least: a compound or an address after `/ - _ ? & =`.

    The pieces joined are the run; a run without such a joint is one piece.
    """
    found: list[str] = []
    start = 0
    for place in range(2, len(run) - 1):
        if run[place - 1] in _JOINTS and run[place].isalnum() and not run[place - 2 : place + 1].isdecimal():
            found.append(run[start:place])
            start = place
    return [*found, run[start:]]


def letters(piece: str) -> list[str]:
    """Cut a piece that is still too wide into letters, marks and letters that may not begin a line kept with them."""
    found: list[str] = []
    for one in piece:
        stays = one.isspace() or one in NO_START or unicodedata.category(one)[0] == "M"
        if found and (stays or found[-1][-1] in NO_END):
            found[-1] += one
        else:
            found.append(one)
    return found


def unbroken(text: str, width: float, measure: Measure) -> bool:
    """Say whether every run of a text fits a line of `width`."""
    return all(measure(run.rstrip()) <= width for run in phrases(text))


def balanced_lines(text: str, width: float, measure: Measure) -> list[str]:
    """Break text into the fewest lines of at most `width`, and those as even as they can be.

    A break after punctuation is preferred to one inside a clause; one after a word that leans on the next (`the`,
    `この`, a number) and a last line of one short word are avoided. Line feeds in the text are kept as breaks; other
    white space is one space, an ideographic or no-break space stays what it is. Only a run wider than the line is
    broken: after a joint (`pieces`), else between letters. The cost is the sum of squared widths: the total being
    nearly the same whatever the breaks, its least is the least variance.
    """
    found: list[str] = []
    for paragraph in text.replace("\r\n", "\n").split("\n"):
        found += _paragraph(_plain(paragraph), width, measure)
    return found


def _plain(paragraph: str) -> str:
    """Give a paragraph with single spaces; ideographic and no-break spaces are kept as they are."""
    return _SPACES.sub(" ", paragraph).strip()


def _paragraph(text: str, width: float, measure: Measure) -> list[str]:
    runs: list[str] = []
    for run in phrases(text):
        runs += _fitting(run, width, measure)
    if not runs:
        return [""]
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for stop in range(1, len(runs) + 1):
        best.append(min(_candidates(runs, stop, best, width, measure)))
    cuts = [len(runs)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][2])
    cuts.reverse()
    return ["".join(runs[start:stop]).rstrip() for start, stop in pairwise(cuts)]


def _fitting(run: str, width: float, measure: Measure) -> list[str]:
    if measure(run.rstrip()) <= width:
        return [run]
    return [
        one
        for piece in pieces(run)
        for one in ([piece] if measure(piece.rstrip()) <= width else letters(piece))
    ]  # fmt: skip


def _candidates(
    runs: Sequence[str], stop: int, best: Sequence[tuple[int, float, int]], width: float, measure: Measure
) -> list[tuple[int, float, int]]:
    """Give (lines, cost, start of the last line) of every way to end a line before run `stop`."""
    found: list[tuple[int, float, int]] = []
    for start in range(stop - 1, -1, -1):
        line = "".join(runs[start:stop])
        share = measure(line.rstrip()) / width
        if share > 1 and found:
            break
        lines, cost, _ = best[start]
        lonely = stop == len(runs) and stop - start == 1 and start > 0 and share < 0.3
        found.append((lines + 1, cost + share**2 + (0.25 if lonely else _break(line, last=stop == len(runs))), start))
    return found


def _break(line: str, *, last: bool) -> float:
    """Give what it costs to break after a line: less than nothing after a pause, much after a word that leans on."""
    ended = line.rstrip()
    if last or not ended:
        return 0.0
    if line[-1] == "\u3000":
        return -0.3
    if ended[-1] in _FULL_STOPS:
        return -0.12
    if ended[-1] in _PAUSES:
        return -0.07
    word = phrases(ended)[-1].lstrip("\"'“‘(「『（")
    return 0.12 if f" {word.lower()} " in _LEANING or word.isdecimal() else 0.0
