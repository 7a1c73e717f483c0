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
        if entry.key in named or _wanted(entry) > before:
            continue
        cost = not entry.whole() or float(entry.record.get("usd", 0.0) or 0.0) > 0  # a damaged one may have cost money
        if paid or not cost:
            yield Unneeded(entry, _bytes(entry.folder), cost)


def kept(studio: Studio) -> set[str]:
    """Collect every key that a plan.json of this studio names.

    Raises:
        OperatorError: a plan.json, or a folder it may lie in, cannot be read; nothing may be removed then.
    """
    try:
        films = _folders(studio.root)
        cuts = [version for film in films for version in _folders(film / VERSIONS)]
        plans = [plan for place in (*films, *cuts) if (plan := place / "plan.json").exists() or plan.is_symlink()]
    except OSError as failure:  # glob would pass over it, and what that film needs would go
        cure = "give this user the right to read it"
        raise OperatorError(f"{failure.filename} cannot be read, so nothing was removed", cure=cure) from failure
    return {key for plan in plans for key in _keeps(plan)}


def _folders(place: Path) -> list[Path]:
    return [path for path in place.iterdir() if path.is_dir()] if place.is_dir() else []


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


def _bytes(folder: Path) -> int:
    """Sum a folder's files; one with several names, which snapshots share, counts with its share."""
    facts = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum(one.st_size // one.st_nlink for one in facts)


def _wanted(entry: Entry) -> float:
    """Tell when an artefact was made, or since then asked for again (Store.renew)."""
    renewed = entry.folder.stat().st_mtime
    try:
        return max(timegm(time.strptime(str(entry.about["made_at"]), "%Y-%m-%dT%H:%M:%SZ")), renewed)
    except (OSError, ValueError, KeyError, TypeError):
        return renewed
