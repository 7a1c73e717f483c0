"""One artefact per recipe, whole or absent: the memory of the studio (architecture.md, decision 3).

store/ab/abcdef.../{data.*, recipe.json}     an artefact; the folder appears by one rename
store/ab/abcdef....lock                      held while it is made
store/.making/abcdef...-<uuid>/              what is being written; swept when its maker is gone
store/.work/abcdef.../                       a generator's own notes; survives a kill, goes when the take is stored
"""

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.errors import Busy, OperatorError
from pipeline.model import Recipe

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
        """Tell whether every file it was stored with is still there, at its size."""
        try:
            files = self.about["files"]
            return all(self.file(name).stat().st_size == one["bytes"] for name, one in files.items())
        except (OSError, ValueError, KeyError):
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
        """Give the artefact of a recipe, or None; a damaged one counts as absent and is cleared away."""
        entry = Entry(self.address(recipe.key))
        if not entry.folder.is_dir():
            return None
        if entry.whole():
            return entry
        shutil.rmtree(entry.folder, ignore_errors=True)
        return None

    def make(self, recipe: Recipe, write: Write, *, wait: float = 0) -> Entry:
        """Give the artefact of a recipe, made by `write` if it is absent.

        Raises:
            Busy: another process makes it and did not finish within `wait` seconds.
            OperatorError: the folder cannot be written.
        """
        found = self.find(recipe)
        if found:
            return found
        lock = self.address(recipe.key).with_suffix(".lock")
        _folder(lock.parent)
        try:
            with FileLock(lock, timeout=wait):
                return self.find(recipe) or self._write(recipe, write)
        except Timeout:
            raise Busy(f"{recipe.kind} {recipe.key[:12]} is being made by another process") from None

    def work(self, recipe: Recipe) -> Path:
        """Give the folder that survives a kill while this recipe is being made."""
        return _folder(self.root / ".work" / recipe.key)

    def _write(self, recipe: Recipe, write: Write) -> Entry:
        making = self.root / ".making"
        for left in making.glob(f"{recipe.key}-*"):  # the lock is ours: whoever wrote this was killed
            shutil.rmtree(left, ignore_errors=True)
        folder = _folder(making / f"{recipe.key}-{uuid.uuid4().hex}")
        try:
            record = write(folder) or {}
            about = {
                "kind": "artefact/1",
                "recipe": json.loads(recipe.canonical()),
                "files": {file.name: _seal(file) for file in sorted(folder.iterdir())},
                "record": dict(record),
                "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            }
            write_whole(folder / "recipe.json", json.dumps(about, indent=1, ensure_ascii=False))
            final = self.address(recipe.key)
            folder.rename(final)
            _sync_folder(final.parent)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(self.root / ".work" / recipe.key, ignore_errors=True)
        return Entry(final)

    def entries(self) -> Iterator[Entry]:
        """Walk every artefact."""
        for shelf in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from (Entry(folder) for folder in sorted(shelf.iterdir()) if folder.is_dir())

    def remove(self, entry: Entry) -> None:
        """Take an artefact away: unreachable first, then deleted."""
        grave = _folder(self.root / ".making") / f"gone-{uuid.uuid4().hex}"
        entry.folder.rename(grave)
        shutil.rmtree(grave, ignore_errors=True)
        entry.folder.with_suffix(".lock").unlink(missing_ok=True)


def write_whole(path: Path, text: str | bytes) -> None:
    """Write a file under a temporary name, sync it, and rename it into place: readers see all of it or none."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    data = text.encode() if isinstance(text, str) else text
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _seal(file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    return {"bytes": file.stat().st_size, "sha256": digest}


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        message = f"cannot write in {path}: {failure.strerror}"
        raise OperatorError(
            message, cure="give this user the right to write there, or choose another --studio"
        ) from failure
    return path


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
