"""Fetching a model: asked for, agreed to, gathered beside the others, and put among them whole."""

import json
import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from pipeline.errors import OperatorError, ToolFailed
from pipeline.generators import hub, weights
from pipeline.generators.shipment import Shipment, known, shipment
from pipeline.store import sync_folder, write_whole
from pipeline.trained.gathering import alone, put_in_place, writing

MARGIN = 1_000_000_000
"""Bytes of the disk that stay free."""

AT_ONCE = 4
"""Files that come side by side."""

PAUSE = 0.2
"""Seconds between two looks at how much has come."""

PERMISSIVE = re.compile(r"apache-2\.0|mit|bsd(-[23]-clause)?(-clear)?|0bsd|isc|unlicense|cc0-1\.0", re.IGNORECASE)

Tell = Callable[[int, int], None]
"""Called with the bytes that are here and those that will be, again and again."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is here now: its bytes as the hub tells them, and whether it is only now that it came."""

    folder: Path
    revision: str
    bytes: int
    fresh: bool


def pull(name: str, tell: Tell, *, accept: bool = False, revision: str | None = None) -> Pulled:
    """Have a model in the models folder, at a revision or the newest: of the catalog's name, of `EYES`, or a hub id.

    Raises:
        ProducerError: there is no such name or revision.
        OperatorError: its licence was not agreed to, the hub does not give it, the disk is too small, or it is pulled.
        ToolFailed: it is not what diffusers can load, or does not come whole.
    """
    entry, folder = known(name)
    before = weights.read_record(folder)
    if entry and not (entry.free or accept or "repo" in before):
        raise _asks_agreement(name, entry.licence, entry.clause)
    order = shipment(name, entry, folder, revision)
    agreed = accept or (entry is not None and entry.free) or before.get("licence") == order.licence
    if not (agreed or PERMISSIVE.fullmatch(order.licence)):
        raise _asks_agreement(name, order.licence, "")
    with writing(folder.parent), alone(order.name, order.folder):
        if _is_here(order):
            return Pulled(folder, order.page.commit, order.bytes, fresh=False)
        _clear(order)
        _gather(order, tell)
        _put_in_place(order)
    return Pulled(folder, order.page.commit, order.bytes, fresh=True)


def _asks_agreement(name: str, licence: str, clause: str) -> OperatorError:
    told = f"{name} comes under the licence {licence}" if licence else f"the page of {name} names no licence"
    cure = f"read it; if you agree: dailies models pull {name} --accept-licence"
    return OperatorError(f"{told}: {clause}" if clause else told, cure=cure)


# ---------------------------------------------------------------- what is here


def _is_here(order: Shipment) -> bool:
    """Tell whether the very same is in its place, by what was remembered and by the size of every file."""
    remembered = weights.read_record(order.folder)
    if any(remembered.get(key) != value for key, value in order.record.items()):
        return False
    sizes = _sizes(order.folder)
    if any(sizes.get(path) != file.size for path, file in order.files.items()):
        return False
    return _read(order.folder / order.head) == order.index and not _damaged(order.folder)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _sizes(folder: Path) -> dict[str, int]:
    return {one.relative_to(folder).as_posix(): one.stat().st_size for one in folder.rglob("*") if one.is_file()}


def _damaged(folder: Path) -> str:
    found = ((file, weights.damage(file)) for file in sorted(folder.rglob("*.safetensors")))
    return next((f"{file.relative_to(folder)}: {why}" for file, why in found if why), "")


def _have(order: Shipment) -> int:
    """Count the bytes that have come."""
    places = ((order.tree / path, file) for path, file in order.files.items())
    return sum(min(file.size, max(_size(to), _size(hub.part_of(file, to)))) for to, file in places)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


# ---------------------------------------------------------------- the pull


def _clear(order: Shipment) -> None:
    """Make room: nothing of another revision in the way, what can be used again at hand, and the disk large enough."""
    if order.folder.exists() and not weights.read_record(order.folder) and any(order.folder.iterdir()):
        told = f"{order.folder} holds what no pull put there"
        raise OperatorError(told, cure="move it away, then pull again")
    wanted = {order.tree / path for path in order.files}
    wanted |= {hub.part_of(file, order.tree / path) for path, file in order.files.items()}
    for one in sorted(order.tree.rglob("*"), reverse=True):
        if one.is_dir():
            with suppress(OSError):  # something is in it
                one.rmdir()
        elif one not in wanted:
            one.unlink()
    for path, file in order.files.items():
        to, old = order.tree / path, order.folder / path
        if not to.exists() and _size(old) == file.size:
            to.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # a disk without links: it comes anew
                to.hardlink_to(old)
    missing, free = order.bytes - _have(order), shutil.disk_usage(order.folder.parent).free
    if missing and missing + MARGIN > free:
        needs = f"{order.name} needs {missing / 1e9:.1f} GB more and 1 GB to spare"
        told = f"{needs}, and {free / 1e9:.1f} GB are free in {order.folder.parent}"
        raise OperatorError(told, cure="free some space, or set DAILIES_MODELS to a folder on a larger disk")


def _gather(order: Shipment, tell: Tell) -> None:
    """Have every file come, small ones first: what is wrong shows before much was fetched."""
    order.tree.mkdir(exist_ok=True)
    tell(_have(order), order.bytes)
    ending = Event()
    places = sorted(order.files.items(), key=lambda one: one[1].size)
    with ThreadPoolExecutor(AT_ONCE, "pull") as pool:
        try:
            coming = {pool.submit(hub.fetch, file, order.tree / path, ending) for path, file in places}
            while coming:
                done, coming = wait(coming, PAUSE, FIRST_COMPLETED)
                for one in done:
                    one.result()
                tell(_have(order), order.bytes)
        except BaseException:
            ending.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _put_in_place(order: Shipment) -> None:
    if why := _damaged(order.tree):
        raise ToolFailed(f"{order.page.repo} is damaged on the hub itself: {why}", cure="name another --revision")
    write_whole(order.tree / order.head, order.index)
    made = {"licence": order.licence, "pulled_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    made["stamp"] = weights.stamp(order.tree)
    record = json.dumps({"kind": "weights/1", **order.record, **made}, indent=1, ensure_ascii=False)
    write_whole(order.tree / weights.RECORD, record)
    for one in (order.tree, *order.tree.rglob("*")):
        if one.is_dir():
            sync_folder(one)
    put_in_place(order.folder)
