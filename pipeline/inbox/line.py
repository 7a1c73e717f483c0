"""The films that stand in line for the night: a folder that producers fill and order.

queue/10_kyoto.yaml assets/      a storyboard, its files beside it; also a folder with both in it, or a zip
queue/queue.yaml                 `order: [b, a]` comes first, `paused: [c]` waits; films, or files, by their names
queue/_kyoto.yaml                paused too
queue/done/ queue/.zips/         not in line; zips that were unpacked
"""

import json
import re
import time
import unicodedata
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline.errors import DailiesError, ProducerError
from pipeline.inbox.drops import Drop, drops
from pipeline.inbox.names import film_fault, free, is_board, is_zip, lexists, passed_over, readable
from pipeline.inbox.sight import Item, mark, only_board, survey
from pipeline.inbox.wishes import WISHES, Wishes, wishes
from pipeline.inbox.zips import USUAL, Limits, NotWholeError, unpack
from pipeline.store import discard, make_folder, read_value, read_whole, write_whole
from pipeline.storyboard.named_files import named_files

DONE, ZIPS, WORK, UNPACKED = "done", ".zips", ".work", ".unpacked.json"

DAY = 86400.0

_NUMBER = re.compile(r"_*\d{1,3}(?:[ _-]+|\.\s+)(?=\S)")


@dataclass(frozen=True, slots=True)
class Queued:
    """A film in line, from position 1. `problem` says why it cannot be worked on; `board` is then what lies there."""

    film: str
    board: Path
    position: int
    paused: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The films in their order, what is to be told about the folder itself, and what is still being copied."""

    films: tuple[Queued, ...]
    told: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def queued(folder: Path, *, settle: float = 2.0, now: float | None = None, limits: Limits = USUAL) -> Line:
    """Give the films in line; what changed less than `settle` seconds before `now` (as time.time) is not there yet.

    Zips are unpacked by the way. Nothing in the folder makes this fail.
    """
    moment = time.time() if now is None else now
    try:
        problems = _unpack_all(folder, moment - settle, limits)
        items = survey(folder, (WISHES, DONE, ZIPS, WORK))
    except OSError as failure:
        gone = isinstance(failure, FileNotFoundError)
        return Line((), () if gone else (f"{folder} cannot be read: {failure.strerror}",))
    dropped = drops(folder, items, named_files)
    young = {one.name for one in dropped if _young(one, items, moment - settle)}
    there = [one for one in dropped if one.kind != "zip" or problems.get(one.name)]
    found = [one for one in there if one.name not in young]
    asked = wishes(folder / WISHES)
    entries = [_entry(one, problems.get(one.name, ""), asked) for one in found]
    ordered = sorted(entries, key=lambda one: _place(one[0], one[1].film, asked))
    told = [*asked.told, *asked.strangers([(name, one.film) for name, one in entries]), *_without_board(items, found)]
    return Line(_numbered(ordered), tuple(told), tuple(sorted(young)))


def film_in(name: str) -> str:
    """Give the name of the film that a file or folder stands for: `_10_kyoto.yaml`, `2-kyoto` and `03 kyoto` alike."""
    stem = name.rsplit(".", 1)[0] if is_board(name) or is_zip(name) else name
    plain = _NUMBER.sub("", stem, count=1) if _NUMBER.match(stem) else stem.lstrip("_")
    return unicodedata.normalize("NFC", plain.strip())


def _entry(drop: Drop, problem: str, asked: Wishes) -> tuple[str, Queued]:
    film = film_in(drop.name)
    paused = drop.name.startswith("_") or asked.pauses(drop.name, film)
    fault = problem or drop.fault or film_fault(film)
    return drop.name, Queued(film, drop.board or drop.path, 0, paused, fault)


def _place(name: str, film: str, asked: Wishes) -> tuple[int, list[tuple[int, str]]]:
    """Give where something stands: first what is ordered, then by name, 2 before 10."""
    plain = unicodedata.normalize("NFC", name).casefold().lstrip("_")
    parts = re.split(r"(\d+)", plain)
    return asked.place(name, film), [(int(one), "") if one.isdecimal() else (-1, one) for one in parts]


def _numbered(entries: Sequence[tuple[str, Queued]]) -> tuple[Queued, ...]:
    """Number the line; of two films of one name the later is told that it cannot be worked on."""
    found: list[Queued] = []
    first: dict[str, str] = {}
    for position, (name, one) in enumerate(entries, 1):
        before = first.setdefault(one.film.casefold(), name)
        clash = "" if before == name else f"{readable(before)} is the same film, '{one.film}'; give one another name"
        found.append(replace(one, position=position, problem=one.problem or clash))
    return tuple(found)


def _young(drop: Drop, items: Sequence[Item], before: float) -> bool:
    """Tell whether something of a drop changed after a moment; times to come are those of a clock that is wrong."""
    files = next((one.files for one in items if one.name == drop.name), {})
    if f"{drop.name}/{UNPACKED}" in files:
        return False
    places = [drop.path.parent / name for name in {*files, *(name for name, *_ in drop.needed)}]
    return any(_changed_after(one, before) for one in places)


def _changed_after(path: Path, moment: float) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return moment < max(found.st_mtime, found.st_ctime) <= time.time()


def _without_board(items: Sequence[Item], found: Sequence[Drop]) -> list[str]:
    """Tell of folders that are no film, and that no film needs."""
    used = {name.split("/")[0] for one in found for name, *_ in one.needed}
    idle = [one.name for one in items if one.kind == "folder" and not one.boards and one.name not in used]
    return [f"{readable(one)} holds no storyboard, so it is not in line" for one in idle if not passed_over(one)]


# ---------------------------------------------------------------- zips


def _unpack_all(folder: Path, before: float, limits: Limits) -> dict[str, str]:
    """Unpack the zips that lie still; give why not, by the name of the zip."""
    told: dict[str, str] = {}
    _sweep(folder / WORK)
    for one in survey(folder, (DONE, ZIPS, WORK)):
        if one.kind == "file" and is_zip(one.name) and not _changed_after(one.path, before):
            try:
                told[one.name] = _refused_before(one.path) or _unpacked(one.path, limits)
            except ProducerError as trouble:
                told[one.name] = _refused(one.path, str(trouble))
            except (OSError, DailiesError) as trouble:
                told[one.name] = str(trouble)
            except NotWholeError:
                fault = "the zip is damaged, or a part of it is missing; copy it once more"
                told[one.name] = _refused(one.path, fault)
    return told


def _refused(zip_file: Path, fault: str) -> str:
    """Remember for a day what is wrong with a zip, so that it is not unpacked at every look; give it."""
    known = {"kind": "refused/1", "zip": list(mark(zip_file)), "fault": fault}
    with suppress(OSError, DailiesError):  # a full disk, a name too long: it is looked at again
        write_whole(make_folder(zip_file.parent / WORK) / f"{zip_file.name}.json", json.dumps(known))
    return fault


def _refused_before(zip_file: Path) -> str:
    """Give what was wrong with this very zip at an earlier look; empty where it was not looked at yet."""
    known = read_whole(zip_file.parent / WORK / f"{zip_file.name}.json") or {}
    return str(known.get("fault", "")) if known.get("zip") == list(mark(zip_file)) else ""


def _sweep(work: Path) -> None:
    """Remove what a killed process left, once it is a day old: another may be unpacking now."""
    for left in list(work.iterdir()) if work.is_dir() else []:
        if not _changed_after(left, time.time() - DAY):
            discard(left)


def _unpacked(zip_file: Path, limits: Limits) -> str:
    """Make a folder of a zip and put the zip aside; killed on the way, it is done again, or only put aside."""
    folder, seen = zip_file.parent, list(mark(zip_file))
    goal = folder / zip_file.name.rsplit(".", 1)[0]
    if lexists(goal) and read_value(goal / UNPACKED, "zip", list) != seen:
        return f"there is {readable(goal.name)} already; take one of the two away, or give the zip another name"
    if not lexists(goal):
        place = make_folder(folder / WORK / uuid.uuid4().hex)
        try:
            names = unpack(zip_file, place, limits)
            if fault := only_board((one for one in names if is_board(PurePosixPath(one).name)), "zip")[1]:
                return _refused(zip_file, fault)
            write_whole(place / UNPACKED, json.dumps({"kind": "unpacked/1", "zip": seen}))
            place.rename(goal)
        finally:
            discard(place)
    zip_file.rename(free(make_folder(folder / ZIPS), goal.name, zip_file.suffix))
    return ""
