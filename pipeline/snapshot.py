"""A storyboard and the files it names, as they are when a film run begins: kept in the store by content.

What a probe says of the files stands in the snapshot's record: every shot of a film asks, and they never change.

store/ab/abcd.../board/{kyoto.yaml, assets/gate.png}     snapshot/1: the storyboard, and links to copies of its files
store/cd/cdef.../data                                    asset/1: such a copy, one for every film that shows it
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.errors import MediaInvalid, OperatorError
from pipeline.media.probe import PROBE, digest, facts_from, facts_values, probe
from pipeline.model import MediaFacts, Probe, Recipe
from pipeline.store import Entry, Store
from pipeline.storyboard.named_files import named_files
from pipeline.storyboard.source_text import read_text

TOOL = "snapshot@1"
WAIT = 900.0
"""Seconds to wait for another process that copies the same file."""

_BOARD, _DATA, _FACTS = "board", "data", "facts/1"
_KEY = re.compile(r"[0-9a-f]{64}")
_TRIES = 5
_BLOCK = 1 << 20


class _ChangedError(Exception):
    """A file is no longer what it was when it was hashed."""


def take(store: Store, board_file: Path) -> Entry:
    """Keep a storyboard and the files it names as they are now; the same content gives the same snapshot.

    A file that is missing or cannot be read is left out: whoever loads the snapshot is told so.

    Raises:
        StoryboardInvalid: the storyboard cannot be read.
        MediaInvalid: a file is being written to.
        Busy: another process has been copying a file for a quarter of an hour.
        OperatorError: the store cannot be written.
    """
    text, named = _written(board_file)
    assets = {name: one for name, path in sorted(named.items()) if (one := _asset(store, path))}
    hashes = {name: one.sha256(_DATA) for name, one in assets.items()}
    values = {"storyboard": hashlib.sha256(text).hexdigest(), "name": board_file.name, "files": hashes, "facts": PROBE}

    def write(folder: Path) -> Mapping[str, Any]:
        (folder / _BOARD).mkdir()
        (folder / _BOARD / board_file.name).write_bytes(text)
        places = {name: folder / _BOARD / name for name in assets}
        placed = [name for name, asset in assets.items() if _place(asset.file(_DATA), places[name])]
        facts = {name: facts_values(one) for name in placed if (one := _probed(places[name], hashes[name]))}
        return {"facts": {"kind": _FACTS, "by": PROBE, "files": facts}}

    known = {f"{_BOARD}/{name}": sha256 for name, sha256 in hashes.items() if name != board_file.name}
    made = store.make(Recipe("snapshot/1", TOOL, values), write, wait=WAIT, hashed=known)
    for one in (made, *assets.values()):
        store.renew(one)
    return made


def find(store: Store, key: str) -> Entry:
    """Give the snapshot of a key.

    Raises:
        OperatorError: it is not in the store, or no longer what was kept.
    """
    entry = Entry(store.address(key))
    try:
        whole = _KEY.fullmatch(key) and entry.whole() and entry.about["recipe"]["kind"] == "snapshot/1"
        if whole and digest(file(entry)) == _values(entry)["storyboard"]:
            return entry
    except (OSError, KeyError, TypeError):
        pass
    raise OperatorError(
        f"what this run of the film began with, snapshot {key[:12]}, is gone from {store.root} or damaged",
        cure="start a new run of the film: it begins with the storyboard as it is now",
    )


def file(entry: Entry) -> Path:
    """Give the storyboard in a snapshot."""
    return entry.folder / _BOARD / str(_values(entry)["name"])


def keys(entry: Entry) -> list[str]:
    """List the artefacts a snapshot consists of: itself, and the copies of its files."""
    return [entry.key, *(_recipe(sha256).key for sha256 in _values(entry)["files"].values())]


def probe_of(entry: Entry) -> Probe:
    """Give a probe that remembers what the files in a snapshot are, and looks at any other."""
    place = file(entry).parent.resolve()
    facts = {place / name: one for name, one in _facts(entry).items()}
    return lambda path: facts.get(path) or probe(path)


def _facts(entry: Entry) -> dict[str, MediaFacts]:
    """Read the facts in a snapshot's record; not those that are damaged, or found by another version of the probe."""
    told, hashes = entry.record.get("facts"), _values(entry)["files"]
    if not isinstance(told, dict) or (told.get("kind"), told.get("by")) != (_FACTS, PROBE):
        return {}
    files = told["files"] if isinstance(told.get("files"), dict) else {}
    read = {name: facts_from(values) for name, values in files.items()}
    return {name: facts for name, facts in read.items() if facts and facts.sha256 == hashes.get(name)}


def _probed(path: Path, sha256: str) -> MediaFacts | None:
    """Give the facts of a file; None where it is no media: whoever needs it as such is told by the probe."""
    try:
        return probe(path, sha256)
    except MediaInvalid:
        return None


def _values(entry: Entry) -> Mapping[str, Any]:
    values: Mapping[str, Any] = entry.about["recipe"]["values"]
    return values


def _written(board_file: Path) -> tuple[bytes, dict[str, Path]]:
    """Give a storyboard's bytes, and the files that these very bytes name: it may be saved at any moment."""
    before, named = b"", dict[str, Path]()
    while (text := _bytes(board_file)) != before:
        before, named = text, named_files(board_file)
    return text, named


def _bytes(board_file: Path) -> bytes:
    read_text(board_file)  # tells what cannot be a storyboard
    return board_file.read_bytes()


def _recipe(sha256: str) -> Recipe:
    return Recipe("asset/1", TOOL, {"sha256": sha256})


def _asset(store: Store, path: Path) -> Entry | None:
    """Give the store's copy of a file, made if there is none; None where the file is missing or cannot be read."""
    for _ in range(_TRIES):
        try:
            if os.path.realpath(path) != str(path) or not path.is_file():  # a link that leads out, or no file
                return None
            sha256 = digest(path)
        except OSError:
            return None
        with suppress(_ChangedError):
            return store.make(_recipe(sha256), partial(_copy, path, sha256), wait=WAIT, hashed={_DATA: sha256})
    raise MediaInvalid(f"{path.name} is being written to", cure="render again when it is finished")


def _copy(path: Path, sha256: str, folder: Path) -> None:
    """Copy a file, and make sure that what was copied is what was hashed."""
    seen = hashlib.sha256()
    with (folder / _DATA).open("wb") as goal:
        for block in _blocks(path):
            seen.update(block)
            goal.write(block)
    if seen.hexdigest() != sha256:
        raise _ChangedError


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as source:
            while block := source.read(_BLOCK):
                yield block
    except OSError as failure:
        raise _ChangedError from failure


def _place(copy: Path, name: Path) -> bool:
    """Give a copy its name in a snapshot: as a link, or as a copy of its own where the disk has no such links.

    False where it cannot have that name: one file in two spellings, or a name that lies below a file.
    """
    try:
        name.parent.mkdir(parents=True, exist_ok=True)
        os.link(copy, name)
    except (FileExistsError, NotADirectoryError):
        return False
    except OSError:
        shutil.copyfile(copy, name)
    return True
