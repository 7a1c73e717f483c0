"""queue.yaml: which films come first, and which wait. What is wrong in it is told, and the rest is followed."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import StoryboardInvalid
from pipeline.inbox.names import lexists
from pipeline.storyboard import mistakes
from pipeline.storyboard.source_text import read_text
from pipeline.storyboard.words import missing_name
from pipeline.storyboard.yaml_text import TooDeepError, Values, compose, grows_too_much

WISHES = "queue.yaml"
LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Wishes:
    """Names of films or files, as one letter's forms and cases do not matter; and what is wrong with the file."""

    order: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def place(self, name: str, film: str) -> int:
        """Give where in the order something is; LAST where it is not."""
        named = [self.order.index(one) for one in _same(name, film) if one in self.order]
        return min(named, default=LAST)

    def pauses(self, name: str, film: str) -> bool:
        """Tell whether something is to wait."""
        return any(one in self.paused for one in _same(name, film))

    def strangers(self, known: Sequence[tuple[str, str]]) -> list[str]:
        """Tell of names that nothing in line has."""
        names = {one for pair in known for one in _same(*pair)}
        films = [film for _, film in known]
        missing = [one for one in dict.fromkeys((*self.order, *self.paused)) if one not in names]
        return [f"{WISHES}: {missing_name('film in line', one, films)}" for one in missing]


def _same(name: str, film: str) -> tuple[str, ...]:
    """Give the names something may be called by: the film's, the file's, and that without its suffix."""
    return tuple(dict.fromkeys(_folded(one) for one in (film, name, name.rsplit(".", 1)[0])))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).casefold()


def wishes(path: Path) -> Wishes:
    """Read what is wished; nothing where there is no such file."""
    if not lexists(path):
        return Wishes()
    try:
        text = read_text(path)
    except StoryboardInvalid as failure:
        told = [one.message for one in failure.problems if "is empty" not in one.message]
        return Wishes(told=tuple(f"{WISHES}: {one}; all go by their names" for one in told))
    data, fault = _document(text)
    if not fault and not isinstance(data, dict | None):
        fault = "write `order: [a, b]` and `paused: [c]`"
    if fault:
        return Wishes(told=(f"{WISHES}: {fault}; all go by their names",))
    faults: list[str] = []
    read = {key: _names(key, value, faults) for key, value in (data or {}).items()}
    return Wishes(read.get("order", ()), read.get("paused", ()), tuple(faults))


def _document(text: str) -> tuple[Any, str]:
    try:
        root = compose(text)
    except TooDeepError as deep:
        return None, f"line {deep.line}: nested too deeply"
    except yaml.YAMLError as error:
        line, _, message = mistakes.explain(text, error)
        return None, f"line {line}: {message}"
    if root is None or grows_too_much(root):
        return None, "" if root is None else "it repeats itself without end"
    return Values().of(root), ""


def _names(key: str, value: Any, faults: list[str]) -> tuple[str, ...]:
    if key not in {"order", "paused"}:
        faults.append(f"{WISHES}: `{key}` means nothing here; there are `order` and `paused`")
        return ()
    listed = value if isinstance(value, list) else [] if value is None else [value]
    names = [one for one in listed if isinstance(one, str | int) and not isinstance(one, bool)]
    if len(names) != len(listed):
        faults.append(f"{WISHES}: `{key}` is a list of names, such as [kyoto, osaka]; the rest of it is passed over")
    return tuple(dict.fromkeys(_folded(str(one)) for one in names))
