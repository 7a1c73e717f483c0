"""Fetching a model that finishes takes: gathered beside the others, from afar or a file, put in place whole."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.errors import OperatorError, ProducerError
from pipeline.finishers import catalog
from pipeline.finishers.catalog import Model, WeightsFile
from pipeline.store import discard, write_whole
from pipeline.trained.fetch import fetch, lay, mirrored, part_of, whole
from pipeline.trained.gathering import alone, put_in_place, tree_of, writing

RECORD = "dailies.json"
"""What a pull writes beside weights."""

MARGIN = 100_000_000
"""Bytes of the disk that stay free."""

Tell = Callable[[int, int], None]
"""Called with the bytes that are here and those that will be, again and again."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is here now: its bytes, and whether it is only now that it came."""

    folder: Path
    bytes: int
    fresh: bool


def pull(name: str, tell: Tell, *, source: Path | None = None) -> Pulled:
    """Have a model of the catalog in the models folder, from its maker or a mirror, or from a file or folder `source`.

    Raises:
        ProducerError: there is no such model, or its files are not at `source`.
        OperatorError: it cannot be had, another file lies at `source`, the disk is too small, or it is being pulled.
        ToolFailed: what comes is another file.
    """
    known = catalog.models().get(name)
    if known is None:
        raise ProducerError(f"there is no model {name!r} that finishes takes", cure="`dailies models` lists them")
    given = _given(known, source) if source else {}
    folder = catalog.folder_of(name)
    tree = tree_of(folder)
    with writing(folder.parent), alone(name, folder):
        if _is_here(known, folder):
            return Pulled(folder, known.bytes, fresh=False)
        _clear(known, tree, folder)
        for one, file in given.items():
            lay(file, tree / one.name, one.hashed)
        if not given:
            _gather(known, tree, tell)
        _put_in_place(known, tree, folder)
    return Pulled(folder, known.bytes, fresh=True)


def _given(known: Model, source: Path) -> dict[WeightsFile, Path]:
    """Give each file of a model where it lies: a file that is the only one, or a folder with all by their names."""
    if source.is_file() and len(known.files) == 1:
        return {known.files[0]: source}
    names = " and ".join(one.name for one in known.files)
    if source.is_file():
        raise ProducerError(f"{known.name} is {len(known.files)} files", cure=f"name a folder that holds {names}")
    found = {one: source / one.name for one in known.files}
    if lost := [str(file) for file in found.values() if not file.is_file()]:
        cure = f"name the file, or a folder that holds {names}"
        raise ProducerError(f"there is no {lost[0] if source.is_dir() else source}", cure=cure)
    return found


def _is_here(known: Model, folder: Path) -> bool:
    return all(whole(folder / one.name, one.hashed, one.bytes) for one in known.files)


def _clear(known: Model, tree: Path, folder: Path) -> None:
    """Make room: nothing of the studio's own in the way, nothing else among what has come, the disk large enough."""
    names = {one.name for one in known.files}
    pulled = {*names, RECORD} if (folder / RECORD).is_file() else set()
    if own := sorted(one.name for one in folder.glob("[!.]*") if one.name not in pulled):
        told = f"{folder} holds what no pull put there: {own[0]}"
        raise OperatorError(told, cure="move it away, then pull again")
    tree.mkdir(exist_ok=True)
    parts = {part_of(tree / one.name, one.hashed).name for one in known.files}
    for one in tree.iterdir():
        if one.name not in names | parts:
            discard(one)
    missing, free = known.bytes - _have(known, tree), shutil.disk_usage(folder.parent).free
    if missing > 0 and missing + MARGIN > free:
        needs = f"{known.name} needs {missing / 1e6:.1f} MB more and 100 MB to spare"
        told = f"{needs}, and {free / 1e6:.1f} MB are free in {folder.parent}"
        raise OperatorError(told, cure="free some space, or set DAILIES_MODELS to a folder on a larger disk")


def _have(known: Model, tree: Path) -> int:
    """Count the bytes that have come."""
    places = [tree / one.name for one in known.files]
    places += [part_of(tree / one.name, one.hashed) for one in known.files]
    return sum(one.stat().st_size for one in places if one.exists())


def _gather(known: Model, tree: Path, tell: Tell) -> None:
    tell(_have(known, tree), known.bytes)
    done = 0
    for one in known.files:
        fetch(mirrored(one.url), tree / one.name, one.hashed, one.bytes, partial(_tell_more, tell, done, known.bytes))
        done += one.bytes
    tell(done, known.bytes)


def _tell_more(tell: Tell, before: int, total: int, here: int) -> None:
    tell(before + here, total)


def _put_in_place(known: Model, tree: Path, folder: Path) -> None:
    files = [
        {"name": one.name, "bytes": one.bytes, "sha256": catalog.identity(tree / one.name), "url": one.url}
        for one in known.files
    ]
    made = {"pulled_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    record = {"kind": "weights/1", "name": known.name, "licence": known.licence, "files": files, **made}
    write_whole(tree / RECORD, json.dumps(record, indent=1, ensure_ascii=False))
    put_in_place(folder)
