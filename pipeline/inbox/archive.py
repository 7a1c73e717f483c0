"""What became a film is kept: one folder a film, the same path whatever is dropped under its name.

archive/<film>/{<film>.yaml, assets/gate.png}    the storyboard as it was dropped last, and the files it names
archive/.before/<film>-<sha8>/                   what lay there before
"""

import hashlib
import os
import re
import shutil
import stat
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.inbox.names import clipped, film_of, free, lexists
from pipeline.store import discard, make_folder
from pipeline.storyboard.named_files import named_files

BEFORE = ".before"


@dataclass(frozen=True, slots=True)
class Archived:
    """A storyboard in the archive.

    `again`: this very content was there already. `turn` counts the contents this film had so far, from 1: it tells
    one that comes back after another from the first time.
    """

    board: Path
    sha256: str
    again: bool
    turn: int


def home_of(archive: Path, film: str) -> Path:
    """Give the path of a film's storyboard in the archive."""
    return archive / film / f"{film}.yaml"


def keep(board: Path, archive: Path, work: Path, still: Callable[[], bool]) -> Archived | None:
    """Copy a storyboard and the files it names into the archive; files that lie in `work` are moved.

    Killed at any moment, the archive holds the former content, or the new one, or neither until this is called again;
    no content is lost. `still` is asked once all is copied: None is given, and nothing kept, where it says no.

    Raises:
        OSError: the disk refuses, or a file vanished.
    """
    film = film_of(board)
    goal = archive / film
    staged = work / f"new-{uuid.uuid4().hex}"
    try:
        made = _staged(board, staged / f"{film}.yaml", work)
        if not still():
            return None
        sha256, before = content(made), _held(goal)
        if sha256 != before:
            _put_in_place(staged, goal, before)
    finally:
        discard(staged)
    return Archived(home_of(archive, film), sha256, sha256 == before, _turn(archive, film))


def content(board: Path) -> str:
    """Give the sha256 of a storyboard's bytes with the names and sha256 of the files it names beside it."""
    folder, total = board.parent.resolve(), hashlib.sha256(_digest(board).encode())
    for name, path in sorted(named_files(board).items()):
        if path.is_file() and path.is_relative_to(folder):
            total.update(f"\n{name}\0{_digest(path)}".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _staged(board: Path, goal: Path, work: Path) -> Path:
    named = named_files(board)
    make_folder(goal.parent)
    _bring(board, goal, work)
    for name, path in sorted(named.items()):
        if path.is_file() and not lexists(place := goal.parent / name):
            make_folder(place.parent)
            _bring(path, place, work)
    return goal


def _bring(source: Path, goal: Path, work: Path) -> None:
    """Copy a file, or move one that is ours already; never wait for what turns out to be no file."""
    if source.is_relative_to(work.resolve()):
        source.rename(goal)
        return
    handle = os.open(source, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as stream, goal.open("xb") as copy:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FileNotFoundError(source)
        shutil.copyfileobj(stream, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())


def _held(goal: Path) -> str:
    """Give the sha256 of what a film's folder holds; nothing where it holds no storyboard."""
    board = goal / f"{goal.name}.yaml"
    return content(board) if board.is_file() else ""


def _put_in_place(staged: Path, goal: Path, before: str) -> None:
    make_folder(goal.parent)
    if lexists(goal):
        aside = make_folder(goal.parent / BEFORE)
        goal.rename(free(aside, f"{clipped(goal.name, 180)}-{before[:8] or 'unknown'}"))
    staged.rename(goal)


def _turn(archive: Path, film: str) -> int:
    known = re.compile(re.escape(clipped(film, 180)) + r"-[0-9a-f]{8}(-\d+)?")
    aside = archive / BEFORE
    return 1 + sum(known.fullmatch(one.name) is not None for one in aside.iterdir()) if aside.is_dir() else 1
