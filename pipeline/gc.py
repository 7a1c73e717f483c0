"""What the store may forget: artefacts that no film's plan.json names, older than a week; paid ones only when asked."""

import time
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.production import VERSIONS, Studio
from pipeline.store import Entry, half_written, read_value

KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Unneeded:
    """An artefact that may go."""

    entry: Entry
    bytes: int
    paid: bool


def unneeded(studio: Studio, *, paid: bool, now: float | None = None) -> Iterator[Unneeded]:
    """Walk the artefacts that may go."""
    named = kept(studio)
    before = (now if now is not None else time.time()) - KEPT_DAYS * 86400
    for entry in studio.store.entries():
        if entry.key in named or _made(entry) > before:
            continue
        cost = not entry.whole() or float(entry.record.get("usd", 0.0) or 0.0) > 0  # a damaged one may have cost money
        if paid or not cost:
            yield Unneeded(entry, sum(one.stat().st_size for one in entry.folder.iterdir()), cost)


def kept(studio: Studio) -> set[str]:
    """Collect every key that a plan.json of this studio names.

    Raises:
        OperatorError: a plan.json cannot be read; nothing may be removed then.
    """
    named: set[str] = set()
    for path in (*studio.root.glob("*/plan.json"), *studio.root.glob(f"*/{VERSIONS}/*/plan.json")):
        named |= set(_keeps(path))
    return named


def _keeps(path: Path) -> list[str]:
    found = read_value(path, "keeps", list)
    if found is None:
        cure = "render that film again, or delete its folder if it is not wanted"
        raise OperatorError(f"{path} cannot be read, so nothing was removed", cure=cure)
    return [str(one) for one in found]


def leftovers(studio: Studio, now: float | None = None) -> Iterator[Path]:
    """Walk what killed processes left half written, once it is a week old."""
    before = (now if now is not None else time.time()) - KEPT_DAYS * 86400
    for place in (studio.store.root / ".making", studio.store.root / ".work"):
        yield from (path for path in place.glob("*") if path.lstat().st_mtime < before)
    for film in (path.parent for path in studio.root.glob("*/plan.json")):
        yield from (path for path in half_written(film) if path.lstat().st_mtime < before)


def _made(entry: Entry) -> float:
    try:
        return timegm(time.strptime(str(entry.about["made_at"]), "%Y-%m-%dT%H:%M:%SZ"))
    except (OSError, ValueError, KeyError, TypeError):
        return entry.folder.stat().st_mtime
