"""What is said, as text to be read: captions by language, timed in whole film frames. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import ceil

from pipeline.model import Caption, Line, Slot, Storyboard, Subtitles
from pipeline.timeline import round_half_up
from pipeline.vision.phrases import balanced_lines

LEAST = Fraction(5, 6)
"""Seconds below which nothing is read, where there is room for more."""

GAP = 2
"""Film frames between two captions, so that a change is seen."""

LINES = 2
"""Lines of one caption, at the most."""

_ENDS = r"[.!?…]+[\"'”’)\]]*(?=\s|$)", r"[。！？]+(?![。！？」』）])", r"[。！？]+[」』）]+(?=[「『（\s]|$)", "$"
_SENTENCE = re.compile(rf"[^\n]+?(?:{'|'.join(_ENDS)})\s*|\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said in one language, in film frames [start, stop): the words of one line, or of two at once."""

    text: str
    who: str
    path: str
    start: int
    stop: int
    line: Line
    language: str
    together: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """What one caption shows of some words, from film frame `start` to `stop` if nothing else is said."""

    text: tuple[str, ...]
    words: _Words
    start: int
    stop: int

    @property
    def columns(self) -> int:
        return sum(columns(line) for line in self.text)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A part of what is said, and the film frames [start, stop) in which it is read."""

    part: _Part
    start: int
    stop: int


def columns(text: str) -> int:
    """Count letters as readers do: a wide one (Japanese, Chinese, Korean) is two, a mark upon another is none."""
    signs = "".join(text.splitlines())
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in signs
    )


def captions(board: Storyboard, slots: Sequence[Slot]) -> dict[str, tuple[Caption, ...]]:
    """Give the captions of every language that is asked for and in which anything is said.

    They keep to the limits of `subtitles`: two lines of so many columns, read at no more than its pace where there is
    time. A caption stays beyond its line's sound where it must; two who speak at once share one, each after a dash, or
    follow each other.
    """
    rate = board.output.rate
    made = {language: _shown(board, slots, language) for language in _languages(board)}
    return {
        language: tuple(Caption(one.start / rate, one.stop / rate, one.part.text, one.part.words.who) for one in shown)
        for language, shown in made.items()
        if shown
    }


def doubts(board: Storyboard, slots: Sequence[Slot]) -> list[tuple[str, str]]:
    """List (path, message) for languages without a word, and for lines whose captions go by faster than they are read.

    What is said too fast already is told where the storyboard is read; here it is what others leave no time for.
    """
    found = []
    for language in _languages(board):
        shown = _shown(board, slots, language)
        if not shown and _asked_at(board, language):
            found.append((_asked_at(board, language), f"nobody says anything in {language}, so it has no subtitles"))
        hasty = dict.fromkeys(one.part.words.path for one in shown if _hasty(one, board))
        found += [(f"{path}.text", _too_fast(path, language, shown, board)) for path in hasty]
    return found


def _languages(board: Storyboard) -> list[str]:
    """Give the languages that are written, and the film's own where it is drawn into the picture."""
    told = board.subtitles
    own = (board.language,) if told is None or told.burn or not told.languages else ()
    return list(dict.fromkeys((*(told.languages if told else ()), *own)))


def _asked_at(board: Storyboard, language: str) -> str:
    """Give the path at which subtitles in a language are asked for; "" = nowhere."""
    told = board.subtitles
    if told is not None and language in told.languages:
        return f"subtitles.languages[{told.languages.index(language)}]"
    if told is not None and told.burn:
        return "subtitles.burn"
    return next((f"deliver[{n}]" for n, one in enumerate(board.deliver) if one.name in {"srt", "vtt"}), "")


def _limits(board: Storyboard) -> Subtitles:
    return board.subtitles or Subtitles()


def _hasty(one: _Shown, board: Storyboard) -> bool:
    words, limits = one.part.words, _limits(board)
    said_too_fast = columns(words.text) > Fraction(limits.pace) * words.line.seconds
    if said_too_fast and (words.line.file is not None or words.language == board.language):
        return False
    return one.stop - one.start + GAP < _needed(one.part, board.output.rate, limits)


def _too_fast(path: str, language: str, shown: Sequence[_Shown], board: Storyboard) -> str:
    mine = [one for one in shown if one.part.words.path == path]
    count = sum(one.part.columns for one in mine)
    seconds = sum(one.stop - one.start for one in mine) / board.output.rate
    return (
        f"what comes next leaves {float(seconds):.1f} seconds for {count} characters ({language}),"
        f" {float(count / seconds):.0f} a second;"
        f" nobody reads more than {_limits(board).pace:g}. Say it earlier, or in fewer words"
    )


# ---------------------------------------------------------------- what is said


def _shown(board: Storyboard, slots: Sequence[Slot], language: str) -> list[_Shown]:
    """Place all that is said in a language, in the order in which it is read."""
    limits, end = _limits(board), slots[-1].end
    groups = [
        [part for words in group for part in _parts(words, limits.line)]
        for group in _groups(_dialogue(_said(board, slots, language), limits.line), limits.line)
    ]
    stops = [*(group[0].start - GAP for group in groups[1:]), end]
    return [
        one
        for group, stop in zip(groups, stops, strict=False)
        for one in _timed(group, stop, [_needed(part, board.output.rate, limits) for part in group], board.output.rate)
    ]


def _said(board: Storyboard, slots: Sequence[Slot], language: str) -> list[_Words]:
    """List what is said in a language within the film, the earliest first."""
    rate, end = board.output.rate, slots[-1].end
    found = []
    for shot, slot in zip(board.shots, slots, strict=True):
        for number, line in enumerate(shot.lines):
            text = line.text.get(language, "").strip()
            start = max(0, slot.start + round_half_up(line.at * rate))
            stop = min(end, slot.start + round_half_up((line.at + line.seconds) * rate))
            if text and start < end and stop > 0:
                path = f"shots[{shot.index}].lines[{number}]"
                found.append(_Words(text, line.who, path, start, max(stop, start + 1), line, language))
    return sorted(found, key=lambda one: one.start)


def _dialogue(said: Sequence[_Words], width: int) -> list[_Words]:
    """Put two short lines that are mostly said at once into one, each after a dash."""
    found: list[_Words] = []
    for words in said:
        before = found[-1] if found else None
        if before is not None and not before.together and _at_once(before, words, width):
            text = f"- {before.text}\n- {words.text}"
            who = ", ".join(name for name in (before.who, words.who) if name)
            found[-1] = replace(before, text=text, who=who, stop=max(before.stop, words.stop), together=True)
        else:
            found.append(words)
    return found


def _at_once(one: _Words, other: _Words, width: int) -> bool:
    if any(columns(words.text) + 2 > width or "\n" in words.text for words in (one, other)):
        return False
    both = min(one.stop, other.stop) - other.start
    return 2 * both > min(one.stop - one.start, other.stop - other.start)


def _groups(said: Sequence[_Words], width: int) -> list[list[_Words]]:
    """Gather what overlaps in time, or begins at once, so that it is read one after the other."""
    found: list[list[_Words]] = []
    for words in said:
        group = found[-1] if found else []
        before = sum(1 + columns(one.text) // width for one in group)
        if group and words.start < max(group[0].start + GAP + before, *(one.stop for one in group)):
            group.append(words)
        else:
            found.append([words])
    return found


# ---------------------------------------------------------------- captions of a line


def _parts(words: _Words, width: int) -> list[_Part]:
    """Share the time of a line out to its captions, by their letters."""
    texts = (tuple(words.text.split("\n")),) if words.together else _texts(words.text, width)
    counts = [sum(columns(line) for line in text) for text in texts]
    sums = [0, *accumulate(counts)]
    length, whole = words.stop - words.start, max(1, sums[-1])
    places = [words.start + length * before // whole for before in sums]
    return [
        _Part(text, words, start, stop) for text, start, stop in zip(texts, places, places[1:], strict=False)
    ]  # fmt: skip


@lru_cache(maxsize=512)
def _texts(text: str, width: int) -> tuple[tuple[str, ...], ...]:
    """Cut a text into captions of at most two lines, at the ends of sentences where that can be."""
    if len(_broken(text, width)) <= LINES:
        return (_broken(text, width),)
    packed: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if packed and len(_broken(packed[-1] + sentence, width)) <= LINES:
            packed[-1] += sentence
        elif len(_broken(sentence, width)) <= LINES:
            packed.append(sentence)
        else:
            packed += _pieces(sentence, width)
    return tuple(lines for one in packed if (lines := _broken(one, width)))


def _broken(text: str, width: int) -> tuple[str, ...]:
    return tuple(line for line in balanced_lines(text, width, columns) if line)


def _pieces(sentence: str, width: int) -> list[str]:
    """Cut a sentence too long for one caption into the fewest that hold two lines each, as even as they can be."""
    for tenths in range(10 * LINES, 9, -1):
        found = balanced_lines(sentence, tenths * width / 10, columns)
        if all(len(_broken(one, width)) <= LINES for one in found):
            break
    return [*found[:-1], found[-1] + sentence[len(sentence.rstrip()) :]]


# ---------------------------------------------------------------- reading time


def _needed(part: _Part, rate: Fraction, limits: Subtitles) -> int:
    """Count the film frames in which a caption can be read."""
    return max(1, ceil(part.columns * rate / Fraction(limits.pace)))


def _timed(parts: Sequence[_Part], limit: int, needed: Sequence[int], rate: Fraction) -> list[_Shown]:
    """Give captions their time, up to film frame `limit`: what they need where there is room, else each its share."""
    gaps = GAP * (len(parts) - 1)
    for least in (ceil(LEAST * rate), 1):
        lengths = [max(least, one) for one in needed]
        if parts[0].start + sum(lengths) + gaps <= limit:
            return _in_time(parts, limit, lengths)
    return _squeezed(parts, limit, needed)


def _in_time(parts: Sequence[_Part], limit: int, lengths: Sequence[int]) -> list[_Shown]:
    """Begin each caption with its words, or as soon as the one before has been read, or early enough for the rest."""
    latest = [limit - left + GAP for left in accumulate(length + GAP for length in reversed(lengths))][::-1]
    starts: list[int] = []
    ready = parts[0].start
    for part, length, last in zip(parts, lengths, latest, strict=True):
        starts.append(min(last, max(part.start, ready)))
        ready = starts[-1] + length + GAP
    stops = [*(start - GAP for start in starts[1:]), limit]
    return [
        _Shown(part, start, min(stop, max(part.stop, start + length)))
        for part, start, stop, length in zip(parts, starts, stops, lengths, strict=True)
    ]


def _squeezed(parts: Sequence[_Part], limit: int, needed: Sequence[int]) -> list[_Shown]:
    """Share too short a time out by what each caption needs; what has not even one frame is left out."""
    start, room = parts[0].start, limit - parts[0].start
    parts, needed = parts[:room], needed[:room]
    gap = GAP if room >= len(parts) * (GAP + 1) else 0
    spare = room - gap * (len(parts) - 1) - len(parts)
    sums = [spare * before // sum(needed) for before in accumulate(needed, initial=0)]
    return [
        _Shown(part, start + k * (1 + gap) + sums[k], start + k * (1 + gap) + 1 + sums[k + 1])
        for k, part in enumerate(parts)
    ]
