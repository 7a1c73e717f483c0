"""What became a film leaves the inbox: the very files that were seen, none that came since, none another drop needs.

work/clear-<uuid>.json    what is still to be removed, should this process be killed on the way
"""

import json
import uuid
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from pipeline.inbox.names import JUNK
from pipeline.inbox.sight import Stamp, mark
from pipeline.store import discard, make_folder, read_value, write_whole


def take_away(folder: Path, work: Path, stamp: Stamp, kept: Collection[str]) -> None:
    """Remove files from the inbox that are still what they were, but for those `kept`; then folders left empty.

    Raises:
        OperatorError, OSError: the folder cannot be written.
    """
    going = [one for one in stamp if one[0] not in kept and one[1] >= 0]
    note = make_folder(work) / f"clear-{uuid.uuid4().hex}.json"
    write_whole(note, json.dumps({"kind": "clear/1", "files": going}))
    _remove(folder, going)
    note.unlink()


def take_folder(dropped: Path, work: Path) -> None:
    """Remove a folder from the inbox at one moment, then from the disk."""
    gone = make_folder(work) / f"gone-{uuid.uuid4().hex}"
    dropped.rename(gone)
    discard(gone)


def resume(folder: Path, work: Path) -> None:
    """Finish what a killed process was removing, and sweep what it left half made."""
    for note in sorted(work.glob("clear-*.json")):
        files = read_value(note, "files", list) or []
        with suppress(ValueError, TypeError):
            _remove(folder, [(str(name), int(size), int(time)) for name, size, time in files])
    if work.is_dir():
        for left in list(work.iterdir()):
            discard(left)


def _remove(folder: Path, files: Collection[tuple[str, int, int]]) -> None:
    for name, *seen in files:
        path = folder / name
        if path.parent != folder and not path.parent.resolve().is_relative_to(folder.resolve()):
            continue
        if list(mark(path)) == seen:
            path.unlink(missing_ok=True)
            _remove_empty(path.parent, folder)


def _remove_empty(place: Path, folder: Path) -> None:
    """Remove a folder with nothing of a producer's in it, and those above it."""
    while place != folder and place.is_dir() and not place.is_symlink():
        rest = list(place.iterdir())
        if any(one.name.casefold() not in JUNK or one.is_dir() for one in rest):
            return
        for one in rest:
            one.unlink()
        place.rmdir()
        place = place.parent
