"""Spoken lines: who says what, in which recording, and whether it can be read in that time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.captions import columns
from pipeline.model import Asset, Line, MediaFacts, Shot, Subtitles
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.languages import Tongue, missing_language, of_language, written_at
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.titles import check_letters
from pipeline.storyboard.words import number

SOUND = ("sound",)
LEAST = Fraction(1)
"""Seconds of the shortest line without a recording."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Reads lines; a class because all of them ask for the same files and obey the same limits.

    Where the film has `subtitles`, it is of them that the plan says whether they can be read in time.
    """

    tongue: Tongue
    subtitles: Subtitles | None
    font: Path | None
    assets: Assets
    ledger: Ledger

    def of(self, values: Any, path: str) -> tuple[Line, ...]:
        """Read the lines of a shot."""
        found = (
            self._line(data, f"{path}[{index}]")
            for index, data in enumerate(values if isinstance(values, list) else ())
            if isinstance(data, dict)
        )
        return tuple(line for line in found if line is not None)

    def _line(self, data: Mapping[str, Any], path: str) -> Line | None:
        recorded = self._recording(data.get("file"), f"{path}.file")
        text = self._text(data, path)
        if recorded is None and (data.get("file") is not None or not text):
            return None
        return Line(
            data.get("who", ""),
            text,
            recorded[0] if recorded else None,
            Fraction(data.get("at", 0)),
            self._seconds(data, path, text, recorded),
            float(data.get("gain_db", 0)),
        )

    def _recording(self, value: Any, path: str) -> tuple[Asset, MediaFacts] | None:
        if isinstance(value, dict):
            name = of_language(value, self.tongue.film)
            if name is None:
                self.ledger.wrong(path, missing_language("recording", value, self.tongue.film))
            return self.assets.get(name, written_at(value, name, path), SOUND)
        return self.assets.get(value, path, SOUND)

    def _text(self, data: Mapping[str, Any], path: str) -> dict[str, str]:
        """Give the words by language, those of the film's and the subtitles' languages under their very names."""
        value = data.get("text")
        if value is None:
            if data.get("file") is None and path.partition(".")[0] not in self.ledger.broken:
                self.ledger.wrong(path, "nothing says what is said; write `text`, and `file` for a recording")
            return {}
        text = dict(value) if isinstance(value, dict) else {self.tongue.home: str(value)}
        for language in dict.fromkeys((self.tongue.film, *(self.subtitles.languages if self.subtitles else ()))):
            told = of_language(text, language)
            if told is None:
                self.ledger.wrong(f"{path}.text", missing_language("text", text, language))
            else:
                text[language] = told
        if self.subtitles and self.subtitles.burn:
            burnt = text.get(self.tongue.film, "")
            check_letters(burnt, written_at(value, burnt, f"{path}.text"), self.font, self.ledger)
        return text

    def _seconds(
        self, data: Mapping[str, Any], path: str, text: Mapping[str, str], recorded: tuple[Asset, MediaFacts] | None
    ) -> Fraction:
        pace = Fraction((self.subtitles or Subtitles()).pace).limit_denominator(1000)
        seconds = recorded[1].seconds if recorded else data.get("seconds")
        count = columns(text.get(self.tongue.film, ""))
        if seconds is None:
            return max(LEAST, count / pace)
        if self.subtitles is None and count > pace * seconds:
            message = (
                f"{count} letters in {number(round(Fraction(seconds), 2))} seconds are"
                f" {float(count / Fraction(seconds)):.0f} a second; nobody reads more than {number(pace)}."
                " Say it in fewer words, or slower"
            )
            self.ledger.doubt(f"{path}.text", message)
        return Fraction(seconds)


def check_lines(shots: Sequence[Shot], lengths: Sequence[Fraction], ledger: Ledger) -> None:
    """Warn of lines that the film's beginning or end cuts off."""
    start, film = Fraction(0), sum(lengths, Fraction(0))
    for shot, length in zip(shots, lengths, strict=True):
        for index, line in enumerate(shot.lines):
            path = f"shots[{shot.index}].lines[{index}]"
            over = start + line.at + line.seconds - film
            if start + line.at < 0:
                early = number(-start - line.at)
                ledger.doubt(f"{path}.at", f"it begins {early} seconds before the film, and that much is cut off")
            elif line.at >= length and over <= 0:
                message = f"the shot is over by then; it is {number(length)} seconds long, and what follows is seen"
                ledger.doubt(f"{path}.at", message)
            elif over > 0:
                ledger.doubt(path, f"it goes on {number(round(over, 2))} seconds after the film's end, and is cut off")
        start += length
