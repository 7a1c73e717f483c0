"""What of all that lies in the inbox is a drop: a storyboard with its files, a folder with one in it, a zip."""

import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.inbox.names import is_board, is_zip, passed_over
from pipeline.inbox.sight import ABSENT, MOST_FILES, Item, Stamp, mark, only_board, stamp

Named = Mapping[str, Path]
"""The files of a storyboard: plain name -> where it lies, or is expected."""

Files = Callable[[Path], Named]


@dataclass(frozen=True, slots=True)
class Drop:
    """One thing that a producer put in.

    `kind` is board, folder, zip, link or other. `board` is the storyboard, in a zip not known yet. `seen` is all that
    must be still before it is looked into, `needed` what becomes the film, `around` where what is missing may yet
    come. `fault` says why it cannot be taken at all.
    """

    path: Path
    kind: str
    seen: Stamp
    needed: Stamp
    around: Stamp
    board: Path | None = None
    missing: tuple[str, ...] = ()
    fault: str = ""

    @property
    def name(self) -> str:
        """What it is called in the inbox."""
        return self.path.name


def drops(folder: Path, items: Sequence[Item], files: Files) -> list[Drop]:
    """Give what was dropped, in the order of the names; what is beside a storyboard is part of it."""
    boards = {one.name: files(one.path) for one in items if one.kind == "file" and is_board(one.name)}
    folders = [one for one in items if _is_drop(one, boards)]
    apart = {one.name for one in folders} | {one.name for one in items if is_zip(one.name)}
    loose = stamp({name: seen for one in items if one.name not in apart for name, seen in one.files.items()})
    found = [_of_board(folder, one, boards[one.name], loose) for one in items if one.name in boards]
    found += [_of_folder(folder, one, files) for one in folders]
    found += [
        Drop(one.path, "zip", one.stamp, one.stamp, one.stamp)
        for one in items
        if one.kind == "file" and is_zip(one.name)
    ]
    found += [_refused(one) for one in items if one.kind in {"link", "other"} and _in_the_way(one, folder)]
    return sorted(found, key=lambda one: one.name)


def _is_drop(item: Item, boards: Mapping[str, Named]) -> bool:
    """Tell whether a folder is a film of its own, not the files of a storyboard beside it."""
    if item.kind != "folder" or passed_over(item.name) or not item.boards:
        return False
    name = unicodedata.normalize("NFC", item.name)
    return not any(one.startswith(f"{name}/") for named in boards.values() for one in named)


def _of_board(folder: Path, item: Item, named: Named, loose: Stamp) -> Drop:
    needed = (*item.stamp, *marks(folder, named))
    return Drop(item.path, "board", needed, needed, loose, item.path, _missing(named))


def _of_folder(folder: Path, item: Item, files: Files) -> Drop:
    name, fault = only_board(item.boards, "folder")
    if len(item.files) >= MOST_FILES:
        name, fault = "", f"there are over {MOST_FILES} files in this folder; put in only what the film needs"
    if fault:
        return Drop(item.path, "folder", item.stamp, (), item.stamp, fault=fault)
    board = folder / name
    named = files(board)
    needed = ((name, *mark(board)), *marks(folder, named))
    return Drop(item.path, "folder", item.stamp, needed, item.stamp, board, _missing(named))


def marks(folder: Path, named: Named) -> Stamp:
    """Give the marks of files now, named relative to the folder if they are in it."""
    root = folder.resolve()
    places = {str(path.relative_to(root) if path.is_relative_to(root) else path): path for path in named.values()}
    return stamp({name: mark(path) for name, path in places.items()})


def _missing(named: Named) -> tuple[str, ...]:
    return tuple(name for name, path in named.items() if mark(path) == ABSENT)


def still(folder: Path, seen: Stamp) -> bool:
    """Tell whether files are what they were when they were seen."""
    return all(time < 0 or mark(folder / name) == (size, time) for name, size, time in seen)


def _in_the_way(item: Item, folder: Path) -> bool:
    """Tell whether something that is no file pretends to be a drop, or leads out of the inbox."""
    if is_board(item.name) or is_zip(item.name):
        return True
    inside = Path(os.path.realpath(item.path)).is_relative_to(os.path.realpath(folder))
    return item.kind == "link" and not passed_over(item.name) and not inside


def _refused(item: Item) -> Drop:
    what = "a link, and what it leads to may change" if item.kind == "link" else "no regular file"
    return Drop(item.path, item.kind, item.stamp, item.stamp, (), fault=f"this is {what}; copy the file itself here")
