"""What columns are called in shot lists, in English and Japanese, and which part of a shot each becomes."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.errors import ProducerError

EITHER = ("scene", "シーン", "場面")
"""Headings that are the number of a scene where its cells are short, and what is seen where they are not."""

SHORT = 8
"""Signs of the number of a scene, such as 12A."""

UNIT = re.compile(r"[(（\[].*?[)）\]]")
FRAMES = re.compile(r"frame|フレーム|コマ", re.IGNORECASE)
UNUSED = "-"


TOLD = {
    "sequence": "the first part of the id",
    "framing": "the first words of `scene`",
    "location": "the last words of `scene`",
    "dialogue": "`lines`",
    "narration": "`lines`",
    "character": "who speaks, else `notes`",
    "sound": "`notes`",
    "frames": "the length",
    "start": "the length",
    "end": "the length",
}
"""What a part of a shot becomes in a storyboard, where the name does not say it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column became what: key by place. Headings without a key are kept in the notes of each shot."""

    headings: tuple[str, ...]
    keys: Mapping[int, str]

    def told(self) -> list[str]:
        """Say which column became what, and which were not used."""
        lines = [f"column '{self.headings[place]}' became {_words(key)}" for place, key in self.keys.items()]
        other = [one for place, one in enumerate(self.headings) if place not in self.keys and one]
        return [*lines, *([f"kept in `notes` only: {', '.join(other)}"] if other else [])]


def known(heading: str) -> str | None:
    """Find the part of a shot that a heading names, or None."""
    plain = _plain(UNIT.sub("", heading))
    key = _known().get(_plain(heading)) or _known().get(plain)
    return "frames" if key == "seconds" and UNIT.search(heading) and FRAMES.search(heading) else key


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]], wanted: Mapping[str, str]) -> Columns:
    """Map columns to parts of a shot; `wanted` overrules, heading to key, `-` leaves a column out of it.

    Raises:
        ProducerError: `wanted` names a column or a key that does not exist.
    """
    asked = _asked(headings, wanted)
    keys: dict[int, str] = {place: key for place, key in asked.items() if key != UNUSED}
    for place, heading in enumerate(headings):
        key = known(heading)
        if _plain(heading) in EITHER:
            key = _scene_or_number([row[place] for row in rows if len(row) > place])
        if key is not None and place not in asked and key not in keys.values():
            keys[place] = key
    return Columns(tuple(headings), dict(sorted(keys.items())))


def _asked(headings: Sequence[str], wanted: Mapping[str, str]) -> dict[int, str]:
    places = {_plain(heading): place for place, heading in reversed(list(enumerate(headings)))}
    asked = {}
    for heading, key in wanted.items():
        if _plain(heading) not in places:
            raise ProducerError(
                f"there is no column '{heading}'", cure=f"there are: {', '.join(filter(None, headings))[:300]}"
            )
        if key not in parts() and key != UNUSED:
            raise ProducerError(
                f"'{key}' is no part of a shot", cure=f"there are: {', '.join(parts())}, and - for none"
            )
        asked[places[_plain(heading)]] = key
    return asked


def _scene_or_number(cells: Iterable[str]) -> str:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return "sequence" if filled and all(len(cell) <= SHORT and " " not in cell for cell in filled) else "scene"


@lru_cache(maxsize=1)
def parts() -> Mapping[str, tuple[str, ...]]:
    """Give the names of columns (data/headings.yaml) by the part of a shot."""
    text = (Path(__file__).parents[1] / "data" / "headings.yaml").read_text("utf-8")
    return {key: tuple(names.split()) for key, names in yaml.safe_load(text).items()}


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    return {name: key for key, names in parts().items() for name in names} | dict.fromkeys(EITHER, "scene")


def _plain(heading: str) -> str:
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "id" if folded.strip() == "#" else re.sub(r"[\W_]+", "", folded)


def _words(key: str) -> str:
    return TOLD.get(key, f"`{key}`")
