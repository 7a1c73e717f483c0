"""What lies in a folder at one moment: names, sizes and times, without opening anything."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.inbox.names import BOARDS, is_board, passed_over, readable

MOST_FILES = 10_000
"""Of one drop; more is not one film's."""

Mark = tuple[int, int]
"""Size and time of a file; of anything else its kind and -1, which no file has."""

Stamp = tuple[tuple[str, int, int], ...]
"""Files with their marks: two that are equal are of the same content, unless somebody takes pains."""

ABSENT: Mark = (-1, -1)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the folder that is looked at: a file, a folder with all below, a link, or something else.

    `files` are named relative to the folder looked at; beyond MOST_FILES no more are listed.
    """

    path: Path
    kind: str
    files: dict[str, Mark]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name

    @property
    def stamp(self) -> Stamp:
        """All that is seen of it."""
        return stamp(self.files)

    @property
    def boards(self) -> list[str]:
        """Storyboards in it, by their names, relative to the folder looked at."""
        return [name for name in sorted(self.files) if _board_at(name)]


def _board_at(name: str) -> bool:
    *folders, last = name.split("/")
    return is_board(last) and not any(passed_over(one) for one in folders)


def stamp(files: dict[str, Mark]) -> Stamp:
    """Give marks in one order."""
    return tuple((name, *mark) for name, mark in sorted(files.items()))


def survey(folder: Path, but: Iterable[str] = ()) -> list[Item]:
    """Look at everything in a folder, in the order of the names.

    Raises:
        OSError: the folder cannot be listed.
    """
    with os.scandir(folder) as listing:
        found = sorted((one for one in listing if one.name not in set(but)), key=lambda one: one.name)
    return [Item(folder / one.name, _kind(one), dict(_marks(one, one.name))) for one in found]


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _marks(entry: os.DirEntry[str], name: str) -> Iterator[tuple[str, Mark]]:
    """Walk the files of an entry; what vanishes meanwhile is not there."""
    if _kind(entry) != "folder":
        yield name, _mark(entry)
        return
    count, todo = 0, [(entry.path, name)]
    while todo:
        place, above = todo.pop()
        for below in _listed(place):
            count += 1
            if count > MOST_FILES:
                return
            inside = f"{above}/{below.name}"
            if _kind(below) == "folder":
                todo.append((below.path, inside))
            else:
                yield inside, _mark(below)


def _listed(place: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as listing:
            return list(listing)
    except OSError:
        return []


def _mark(entry: os.DirEntry[str]) -> Mark:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return ABSENT
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else (stat.S_IFMT(found.st_mode), -1)


def mark(path: Path) -> Mark:
    """Give the mark of a file; ABSENT where there is none, it is something else, or it may not be read."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return ABSENT
    regular = stat.S_ISREG(found.st_mode) and os.access(path, os.R_OK)
    return (found.st_size, found.st_mtime_ns) if regular else ABSENT


def only_board(names: Iterable[str], what: str) -> tuple[str, str]:
    """Give the one storyboard among names, and why there is not one; one of both is empty."""
    boards = sorted(names)
    if len(boards) == 1:
        return boards[0], ""
    if not boards:
        kinds = " or ".join(BOARDS)
        return "", f"there is no storyboard in this {what}; put one in, a file that ends in {kinds}"
    several = ", ".join(readable(one) for one in boards[:5])
    more = f" and {len(boards) - 5} more" if len(boards) > 5 else ""
    return "", f"there are several storyboards in this {what}: {several}{more}; drop each in a {what} of its own"
