"""What changed between two cuts of a film, as their manifests tell it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from pipeline.deliver import json_values
from pipeline.errors import ProducerError
from pipeline.store import read_whole

LARGEST = 32 << 20
"""Bytes of a manifest that is still read; one of 1000 shots has about a megabyte."""

Told = str | int | float | bool | None
Shots = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was; None = it was not there, or is not any more."""

    what: str
    before: Told
    after: Told


@dataclass(frozen=True, slots=True)
class ShotDifference:
    """What became of one shot: added, removed, moved, changed."""

    id: str
    became: tuple[str, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells the cut `after` from the cut `before`: of the film as a whole, and shot by shot in film order."""

    before: int
    after: int
    film: tuple[Change, ...]
    shots: tuple[ShotDifference, ...]


def numbers(folder: Path) -> list[int]:
    """List the numbers of the cuts in a film's folder, oldest first."""
    places = [one.parent.name for one in (folder / "cuts").glob("*/manifest.json")]
    return sorted(int(name) for name in places if re.fullmatch(r"0[0-9]{3}|[1-9][0-9]{3,8}", name))


def between(folder: Path, first: int | None = None, second: int | None = None) -> Difference:
    """Compare two cuts of a film, the last two unless told; `first` alone is compared with the newest.

    Raises:
        ProducerError: there are no two cuts, no such cut, or a manifest that cannot be read.
    """
    there = numbers(folder)
    if first is None and len(there) < 2:
        if not there:
            raise ProducerError("not rendered yet", cure="dailies render BOARD")
        cure = "change something and render again: dailies render BOARD"
        raise ProducerError("there is only one cut so far", cure=cure)
    for asked in (one for one in (first, second) if one is not None):
        if asked not in there:
            known = ", ".join(map(str, there)) or "none yet"
            raise ProducerError(f"there is no cut {asked} of '{folder.name}'", cure=f"cuts there are: {known}")
    before = there[-2] if first is None else first
    after = there[-1] if second is None else second
    return compare(before, _manifest(folder, before), after, _manifest(folder, after))


def compare(before: int, old: Mapping[str, Any], after: int, new: Mapping[str, Any]) -> Difference:
    """Compare two manifests; a field that is absent or odd reads as None."""
    return Difference(before, after, _changes(FILM, old, new), _shots(_by_id(old), _by_id(new)))


def _manifest(folder: Path, number: int) -> Mapping[str, Any]:
    path = folder / "cuts" / f"{number:04d}" / "manifest.json"
    whole = read_whole(path) if path.is_file() and path.stat().st_size <= LARGEST else None
    if whole is None or not json_values.text(whole.get("kind")).startswith("manifest/"):
        raise ProducerError(f"{path} cannot be read", cure="it is damaged: compare two other cuts, or render again")
    return whole


# ---------------------------------------------------------------- shots


def _by_id(manifest: Mapping[str, Any]) -> Shots:
    found: dict[str, Mapping[str, Any]] = {}
    for one in json_values.mappings(manifest.get("shots")):
        if name := json_values.text(one.get("id")):
            found.setdefault(name, one)
    return found


def _shots(old: Shots, new: Shots) -> tuple[ShotDifference, ...]:
    moved = _moved([name for name in old if name in new], [name for name in new if name in old])
    found = []
    for name, shot in new.items():
        told = _changes(SHOT, old.get(name, {}), shot)
        became = [one for one, true in (("moved", name in moved), ("changed", bool(told))) if true]
        if name not in old or became:
            found.append(ShotDifference(name, tuple(became) if name in old else ("added",), told))
    gone = (
        ShotDifference(name, ("removed",), _changes(SHOT, shot, {})) for name, shot in old.items() if name not in new
    )
    return (*found, *gone)


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Name the shots that stand in another order: all but those that kept theirs."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return set(new) - {name for block in blocks for name in new[block.b : block.b + block.size]}


# ---------------------------------------------------------------- what is compared


def _changes(
    told: Mapping[str, Callable[[Mapping[str, Any]], Told]], old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Change, ...]:
    found = ((what, value(old) if old else None, value(new) if new else None) for what, value in told.items())
    return tuple(Change(what, before, after) for what, before, after in found if before != after)


def _size(about: Mapping[str, Any]) -> Told:
    width, height = json_values.pair(about.get("size"))
    return f"{width}x{height}" if width else None


def _frames(shot: Mapping[str, Any]) -> Told:
    start, end = json_values.pair(shot.get("frames"))
    return end - start


def _into(shot: Mapping[str, Any]) -> Told:
    about = json_values.mapping(shot.get("transition"))
    kind, frames = json_values.text(about.get("type")), json_values.whole(about.get("frames")) or 0
    return f"{kind}, {frames} frames" if frames else kind or None


def _cost(about: Mapping[str, Any]) -> Told:
    return round(json_values.number(about.get("cost_usd")) or 0.0, 4)


def _pictures(shot: Mapping[str, Any]) -> Told:
    return json_values.text(shot.get("sha256"))[:12] or None


def _told(name: str) -> Callable[[Mapping[str, Any]], Told]:
    return lambda about: json_values.text(about.get(name)) or None


FILM: Mapping[str, Callable[[Mapping[str, Any]], Told]] = {
    "frames": lambda about: json_values.whole(about.get("frames")),
    "size": _size,
    "fps": _told("fps"),
    "shots": lambda about: len(_by_id(about)),
    "missing": lambda about: sum(one.get("status") != "done" for one in _by_id(about).values()),
    "cost": lambda about: round(sum(float(_cost(one) or 0.0) for one in _by_id(about).values()), 4),
}
SHOT: Mapping[str, Callable[[Mapping[str, Any]], Told]] = {
    "status": _told("status"),
    "take": lambda shot: json_values.whole(shot.get("take")),
    "picked by": _told("picked_by"),
    "score": lambda shot: json_values.number(shot.get("score")),
    "pictures": _pictures,
    "frames": _frames,
    "transition": _into,
    "generator": _told("generator"),
    "cost": _cost,
}
"""What is compared of the film and of a shot, each by the function that reads it from a manifest."""
