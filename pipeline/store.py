"""One artefact per recipe, whole or absent: the memory of the studio (architecture.md, decision 3).

store/ab/abcdef.../{data.*, recipe.json}     an artefact, flat or with folders; it appears by one rename
store/ab/abcdef....lock                      held while it is made
store/.making/abcdef...-<uuid>/              what is being written; swept when its maker is gone
store/.work/abcdef.../                       a generator's own notes; survives a kill, goes when the take is stored
"""

import errno
import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from pipeline.errors import Busy, OperatorError
from pipeline.model import Recipe

Value = TypeVar("Value")

_TEMPORARY = re.compile(r"\.(stem-|.*[0-9a-f]{32})")

Write = Callable[[Path], Mapping[str, Any] | None]
"""Writes an artefact's files into the folder given; what it returns is recorded beside them."""


@dataclass(frozen=True)
class Entry:
    """A whole artefact."""

    folder: Path

    @property
    def key(self) -> str:
        """The artefact's address."""
        return self.folder.name

    def file(self, name: str) -> Path:
        """Give the path of one of its files."""
        return self.folder / name

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """What recipe.json says: recipe, files with size and sha256, record, when it was made."""
        found: dict[str, Any] = json.loads(self.file("recipe.json").read_text("utf-8"))
        return found

    @property
    def record(self) -> Mapping[str, Any]:
        """What its maker wanted remembered (seconds, cost, provenance)."""
        record: Mapping[str, Any] = self.about["record"]
        return record

    def sha256(self, name: str) -> str:
        """Give the hash of one of its files, as taken when it was written."""
        return str(self.about["files"][name]["sha256"])

    def whole(self) -> bool:
        """Tell whether its record can be read and every file it was stored with is still there, at its size."""
        try:
            files, record = self.about["files"], self.about["record"]
            sizes = {name: int(one["bytes"]) for name, one in files.items() if one["sha256"]}
            there = all(self.file(name).stat().st_size == size for name, size in sizes.items())
            return there and bool(sizes) and isinstance(record, dict)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False


class Store:
    """Artefacts by recipe, in one folder that several processes may share."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def address(self, key: str) -> Path:
        """Give the folder of a key, whether it exists or not."""
        return self.root / key[:2] / key

    def has(self, recipe: Recipe) -> bool:
        """Tell quickly whether an artefact is there; `find` also looks into it."""
        return self.root.is_dir() and self.address(recipe.key).is_dir()

    def find(self, recipe: Recipe) -> Entry | None:
        """Give the artefact of a recipe, or None; a damaged one counts as absent and is replaced when made again."""
        entry = Entry(self.address(recipe.key))
        return entry if entry.whole() else None

    def make(self, recipe: Recipe, write: Write, *, wait: float = 0, hashed: Mapping[str, str] | None = None) -> Entry:
        """Give the artefact of a recipe, made by `write` if it is absent.

        `hashed` tells the sha256 of files whose bytes need not be read again to know it.

        Raises:
            Busy: another process makes it and did not finish within `wait` seconds.
            OperatorError: the folder cannot be written.
        """
        found = self.find(recipe)
        if found:
            return found
        lock = self.address(recipe.key).with_suffix(".lock")
        make_folder(lock.parent)
        with _told(self.root):
            try:
                with FileLock(lock, timeout=wait):
                    return self.find(recipe) or self._write(recipe, write, hashed or {})
            except Timeout:
                raise Busy(f"{recipe.kind} {recipe.key[:12]} is being made by another process") from None

    def work(self, recipe: Recipe) -> Path:
        """Give the folder that survives a kill while this recipe is being made."""
        return make_folder(self.root / ".work" / recipe.key)

    def _write(self, recipe: Recipe, write: Write, hashed: Mapping[str, str]) -> Entry:
        making = self.root / ".making"
        for left in making.glob(f"{recipe.key}-*"):  # the lock is ours: whoever wrote this was killed
            shutil.rmtree(left, ignore_errors=True)
        folder = make_folder(making / f"{recipe.key}-{uuid.uuid4().hex}")
        try:
            record = write(folder) or {}
            about = {
                "kind": "artefact/1",
                "recipe": json.loads(recipe.canonical()),
                "files": _sealed(folder, hashed),
                "record": dict(record),
                "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            }
            write_whole(folder / "recipe.json", json.dumps(about, indent=1, ensure_ascii=False))
            final = self.address(recipe.key)
            self._bury(final)
            folder.rename(final)
            sync_folder(final.parent)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(self.root / ".work" / recipe.key, ignore_errors=True)
        return Entry(final)

    def _bury(self, path: Path) -> None:
        """Take away what lies at an address: unreachable first, then deleted."""
        if not os.path.lexists(path):
            return
        grave = make_folder(self.root / ".making") / f"gone-{uuid.uuid4().hex}"
        path.rename(grave)
        discard(grave)

    def entries(self) -> Iterator[Entry]:
        """Walk every artefact."""
        for shelf in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from (Entry(folder) for folder in sorted(shelf.iterdir()) if folder.is_dir())

    def renew(self, entry: Entry) -> None:
        """Let an artefact's age begin now: it was asked for again, and no film names it yet."""
        with suppress(OSError):  # another user's: it keeps its age
            os.utime(entry.folder)

    def remove(self, entry: Entry) -> None:
        """Take an artefact away.

        Raises:
            Busy: another process is making it.
        """
        lock = entry.folder.with_suffix(".lock")
        with _told(self.root):
            try:
                with FileLock(lock, timeout=0):
                    self._bury(entry.folder)
                    lock.unlink(missing_ok=True)
            except Timeout:
                raise Busy(f"{entry.key[:12]} is being made by another process") from None


def write_whole(path: Path, text: str | bytes) -> None:
    """Write a file under a temporary name, sync it, and rename it into place: readers see all of it or none.

    Raises:
        OperatorError: it cannot be written; the file is as it was.
    """
    tail = os.fsencode(path.name)[-100:].decode("utf-8", "ignore")  # a file system takes 255 bytes of a name
    temporary = path.with_name(f".{tail}.{uuid.uuid4().hex}")
    data = text.encode() if isinstance(text, str) else text
    with _told(path.parent):
        try:
            with temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)


def half_written(folder: Path) -> Iterator[Path]:
    """Walk what a killed process left unfinished in a folder and below, by the names that unfinished things have."""
    yield from (path for path in list(folder.rglob(".*")) if _TEMPORARY.match(path.name))


def discard(path: Path) -> None:
    """Remove a file, a link, or a folder and what is in it; what another process removed meanwhile is no matter."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def read_value(path: Path, name: str, kind: type[Value]) -> Value | None:
    """Read one value of a JSON mapping; None where the file or the value is absent, damaged, or of another kind."""
    value = (read_whole(path) or {}).get(name)
    return value if isinstance(value, kind) else None


def read_whole(path: Path) -> dict[str, Any] | None:
    """Read a JSON mapping; None where the file is absent, damaged, or holds something else."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def make_folder(path: Path) -> Path:
    """Give a folder, made with those above it if they are not there.

    Raises:
        OperatorError: it cannot be made.
    """
    with _told(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def refused(failure: OSError, place: Path) -> OperatorError:
    """Say in a sentence what the disk refused, and who can mend it."""
    why = failure.strerror or str(failure)
    if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        cure = "free some space, then run the same command again: what was made is kept"
    else:
        cure = "give this user the right to write there, or choose another --studio"
    return OperatorError(f"cannot write in {place}: {why}", cure=cure)


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        raise refused(failure, place) from failure


def _sealed(folder: Path, hashed: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Bring everything in a folder and below to the disk; give size and sha256 by name, with `/` between folders."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            name = path.relative_to(folder).as_posix()
            files[name] = _seal(path, hashed.get(name))
    return files


def _seal(file: Path, known: str | None) -> dict[str, Any]:
    with file.open("rb") as stream:
        digest = known or hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    return {"bytes": file.stat().st_size, "sha256": digest}


def sync_folder(path: Path) -> None:
    """Have the names in a folder reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
