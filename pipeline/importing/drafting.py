"""Rows of a list become shots of a storyboard; what does not fit is kept in notes, and told."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pipeline.captions import columns
from pipeline.importing.ids import Ids
from pipeline.importing.listed import Listed, Row
from pipeline.importing.reading import KANA
from pipeline.importing.times import seconds
from pipeline.importing.wording import clean, framing, line, said, word
from pipeline.prompts import Kind

USUAL = Fraction(4)
"""Seconds of a shot whose length is not said."""

LONGEST = 3600
LEAST, PACE = Fraction(1), Fraction(17)
"""Seconds of the shortest line, and letters a second, as everywhere in a storyboard."""

MOST_LINES = 100
MOST_SCENE, MOST_LINE, MOST_TITLE, MOST_NOTE = 4000, 1900, 300, 4000
KINDS: tuple[Kind, ...] = ("camera", "motion", "style", "lighting")
JAPANESE = re.compile("[ぁ-んァ-ヶー一-龠]")
WHO = re.compile(r"([^\s:：「『（(][^:：「『\n]{0,30}?)\s*(?:[（(][^）)\n]{0,20}[）)]\s*)?(?:[:：]\s*|(?=[「『]))(.+)")
QUOTED = re.compile(r"[「『\"“](.*)[」』\"”]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One shot to be written: keys in order, and comments of what was not understood. `seconds` is its length."""

    values: Mapping[str, Any]
    comments: tuple[str, ...]
    seconds: Fraction


@dataclass(frozen=True, slots=True)
class Draft:
    """A storyboard to be written."""

    title: str
    language: str
    rate: Fraction
    shots: tuple[Entry, ...]
    target: Fraction | None
    close: str
    comments: tuple[str, ...]


def draft(listed: Listed, rate: Fraction) -> Draft:
    """Make shots of rows; timecode and frames count at `rate`."""
    ids = Ids()
    language = _language(list(_texts(listed)))
    drawn = [_Shot(row, rate, language) for row in listed.rows]
    named = _named(drawn, ids)
    shots = [one.entry(name) for one, name in zip(drawn, named, strict=True)]
    shots, close = _closed(shots)
    whole = sum((one.seconds for one in shots), Fraction(0))
    target, comments = _target(listed.target, whole, rate)
    return Draft(listed.title, language, rate, tuple(shots), target, close, comments)


def _texts(listed: Listed) -> Iterator[str]:
    for row in listed.rows:
        yield from (row.cells[key] for key in ("scene", "dialogue", "narration", "titles") if key in row.cells)


def _language(texts: Sequence[str]) -> str:
    """Take a list for Japanese where most of its texts are written so, and kana are among them."""
    written = sum(bool(JAPANESE.search(text)) for text in texts)
    return "ja" if 2 * written > len(texts) and any(map(KANA.search, texts)) else "en"


def _named(shots: "Sequence[_Shot]", ids: Ids) -> list[str]:
    """Name shots as the list does; where its numbers begin anew in each scene, the scene's number goes before."""
    plain = [line(one.row.cells.get("id", "")) for one in shots]
    scenes = [line(one.row.cells.get("sequence", "")) for one in shots]
    twice = len({one.casefold() for one in plain if one}) < sum(map(bool, plain)) or not any(plain)
    whole = [
        f"{scene}_{name}" if twice and scene and name else name or (scene if twice else "")
        for scene, name in zip(scenes, plain, strict=True)
    ]
    return [ids.legal(name, number) for number, name in enumerate(whole, 1)]


def _closed(shots: list[Entry]) -> tuple[list[Entry], str]:
    """Take the transition from the last shot: it is how the film closes."""
    if not shots or "transition" not in shots[-1].values:
        return shots, ""
    last = dict(shots[-1].values)
    kind = {"dissolve": "dip_black"}.get(last["transition"], last["transition"])
    del last["transition"]
    return [*shots[:-1], Entry(last, shots[-1].comments, shots[-1].seconds)], kind if kind in (
        "dip_black",
        "dip_white",
    ) else ""


def _target(text: str, whole: Fraction, rate: Fraction) -> tuple[Fraction | None, tuple[str, ...]]:
    if not text.strip():
        return None, ()
    wanted = seconds(text, rate)
    if wanted is None or wanted <= 0:
        return None, (f'the list asks for a length of "{line(text)[:40]}", which is no time',)
    if wanted == whole:
        return wanted, ()
    return None, (
        f"the list asks for {float(wanted):g} s, its shots come to {float(whole):g} s: target_seconds is left out",
    )


@dataclass(slots=True)
class _Shot:
    """One row becoming a shot: a class because every part may leave a comment or a note."""

    row: Row
    rate: Fraction
    language: str
    comments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def entry(self, name: str) -> Entry:
        """Give the shot under its id."""
        was = " ".join(line(self._cell(key)) for key in ("sequence", "id")).strip()
        if was and was != name:
            self.notes.append(f"was: {was}")
        length = self._length()
        found: dict[str, Any] = {"id": name, "scene": self._scene(name), **self._words(), **self._lasting(length)}
        found |= {"transition": self._transition(), "lines": self._lines(), "titles": self._titles()}
        self._keep()
        found["notes"] = "\n".join(self.notes)[:MOST_NOTE]
        values = {key: value for key, value in found.items() if value}
        return Entry(values, tuple(self.comments), length or USUAL)

    def _cell(self, key: str) -> str:
        return clean(self.row.cells.get(key, ""))

    def _scene(self, name: str) -> str:
        comma = "、" if self.language == "ja" else ", "
        parts = [framing(self._cell("framing")), said(self._cell("scene")), said(self._cell("location"))]
        whole = comma.join(part.rstrip(".。、,") for part in parts if part)
        if not whole:
            self.comments.append("nothing says what is seen")
            return f"shot {name}"
        if len(whole) > MOST_SCENE:
            self.comments.append(f"the scene was {len(whole)} letters long and is cut off")
        return whole[:MOST_SCENE]

    def _words(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind in KINDS:
            found[kind], comment = word(kind, self._cell(kind)[:1000])
            if comment:
                self.comments.append(comment)
                self.notes.append(f"{kind}: {line(self._cell(kind))}")
        return found

    def _transition(self) -> str:
        found, comment = word("transition", self._cell("transition")[:200])
        if comment:
            self.comments.append(comment)
            self.notes.append(f"transition: {line(self._cell('transition'))}")
        return "" if found == "cut" else found

    # ------------------------------------------------------------ how long

    def _length(self) -> Fraction | None:
        """Give the seconds that the list says, or None where it does not, or what it says is no length."""
        for key, bare in (("seconds", "s"), ("frames", "f")):
            text = self._cell(key)
            if text:
                found = seconds(text[:100], self.rate, bare=bare)
                if found is not None and 0 < found <= LONGEST and found * self.rate >= 1:
                    return found
                self.comments.append(f'"{line(text)[:40]}" is no length')
                self.notes.append(f"length: {line(text)[:200]}")
        return self._between()

    def _between(self) -> Fraction | None:
        start, end = (seconds(self._cell(key)[:100], self.rate) for key in ("start", "end"))
        if start is not None and end is not None and 0 < end - start <= LONGEST:
            return end - start
        self.notes += [f"{key}: {line(self._cell(key))}" for key in ("start", "end") if self._cell(key)]
        return None

    def _lasting(self, length: Fraction | None) -> dict[str, Any]:
        if length is None:
            return {}
        in_seconds = (length * 1000).denominator == 1 or (length * self.rate).denominator > 1
        in_seconds = in_seconds and (length * 10**6).denominator == 1
        return {"seconds": length} if in_seconds else {"frames": round(length * self.rate)}

    # ------------------------------------------------------------ what is heard and read

    def _lines(self) -> list[dict[str, Any]]:
        who = line(self._cell("character"))[:90]
        narrator = "ナレーション" if self.language == "ja" else "narrator"
        found = [*_spoken(self._cell("dialogue"), who), *_spoken(self._cell("narration"), narrator)]
        if who and not self._cell("dialogue"):
            self.notes.append(f"character: {who}")
        for one in [one for one in found if len(one["text"]) > MOST_LINE]:
            self.comments.append(f"a line of {len(one['text'])} letters is cut off")
            one["text"] = one["text"][:MOST_LINE]
        return _one_after_the_other(found[:MOST_LINES])

    def _titles(self) -> list[dict[str, str]]:
        text = clean(self._cell("titles"))
        if not text:
            return []
        from pipeline.vision.fonts import missing_glyphs

        missing = "" if text.isascii() else "".join(missing_glyphs(text, None))
        if missing or len(text) > MOST_TITLE:
            self.notes.append(f"title: {text}")
            self.comments.append(
                f"the title has signs that the house's font lacks: {missing[:6]}"
                if missing
                else "the title is too long"
            )
            return []
        return [{"text": text}]

    def _keep(self) -> None:
        for key in ("sound", "notes"):
            if self._cell(key):
                self.notes.append(f"sound: {self._cell(key)}" if key == "sound" else self._cell(key))
        self.notes += [f"{heading}: {clean(cell)}" for heading, cell in self.row.other if clean(cell)]


def _one_after_the_other(lines: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Place lines in a shot: each begins when the one before can have been said."""
    placed, at = [], Fraction(0)
    for one in lines:
        placed.append({**one, "at": at} if at else one)
        at += math.ceil(max(LEAST, columns(one["text"]) / PACE) * 10) / Fraction(10)
    return placed


def _spoken(text: str, who: str) -> list[dict[str, str]]:
    """Read lines said, each with who says it where it begins with a name: `ANNA: Hello`, 花子「こんにちは」."""
    found = []
    for one in text.split("\n"):
        plain = line(one)
        named = WHO.fullmatch(plain)
        speaker, words = (named[1], named[2]) if named else (who, plain)
        quoted = QUOTED.fullmatch(words.strip())
        words = (quoted[1] if quoted else words).strip()
        if words:
            found.append({"who": speaker[:90], "text": words} if speaker else {"text": words})
    return found
