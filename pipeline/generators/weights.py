"""Where the weights of local models lie, which are there, and what tells one set of weights from another.

The models folder is DAILIES_MODELS, else ~/.local/share/dailies/models. It holds one folder a model, as diffusers
saves a pipeline: those that `dailies models pull` fetched, under the catalog's name or `owner--name` of a hub id, and
the studio's own.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any

from pipeline.errors import ToolFailed, ToolMissing
from pipeline.model import Weights
from pipeline.trained.folder import models_folder

RECORD = "dailies.json"
"""What `dailies models pull` writes beside weights: kind, repo, revision, parts."""

INDEX = "model_index.json"
"""What diffusers writes beside a pipeline: its class, and the class of each component."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?")
"""A folder inside the models folder, or a hub id."""

HALF = re.compile(r"\.(fp16|bf16)[.-]")
"""What names a file of weights in half precision, beside or in place of one in full."""

SAMPLES, SAMPLE = 32, 64 * 1024
"""Places of a large file that are looked at, and bytes at each: reading 60 GB whole would take minutes a plan."""

SMALL = 1024 * 1024
"""Files up to this many bytes are read whole."""


def folder_of(name: str) -> Path:
    """Give the folder of a model by the catalog's name, a hub id or the name of a folder.

    Raises:
        ValueError: it is none of these.
    """
    if not NAME.fullmatch(name) or ".." in name:
        raise ValueError(f"{name!r} is neither a folder inside the models folder nor a hub id such as owner/name")
    return models_folder() / name.replace("/", "--")


def asked(name: str, options: Mapping[str, Any]) -> str:
    """Give the name under which a generator's weights lie: the producer's own (`model`, `path`), else its own."""
    return str(options.get("model") or options.get("path") or name)


def find(name: str) -> Weights | None:
    """Give a model that is here; None where it is not, or its folder holds no pipeline."""
    try:
        folder = folder_of(name)
        index = folder / INDEX
        made_as = str(json.loads(index.read_text("utf-8"))["_class_name"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Weights(folder, identity(folder), made_as)


def here(name: str, *, catalogued: bool = True) -> Weights:
    """Give a model that must be here; `catalogued`: the catalog knows it by this name.

    Raises:
        ToolMissing: it is not, or its folder is not what diffusers saves.
    """
    found = find(name)
    if found is not None:
        return found
    folder = folder_of(name)
    if not folder.is_dir():
        raise ToolMissing(f"the weights of {name} are not on this machine", cure=cure(name, catalogued=catalogued))
    told = f"{folder} is no model that diffusers saved: its {INDEX} is missing or damaged"
    raise ToolMissing(told, cure=f"{cure(name, catalogued=catalogued)}, or name the folder that holds {INDEX}")


def cure(name: str, *, catalogued: bool) -> str:
    """Say how weights get here: those of a catalog's name or a hub id are pulled, a studio's own are laid there."""
    return f"dailies models pull {name}" if catalogued or "/" in name else f"lay them into {folder_of(name)}"


@lru_cache(maxsize=64)
def check(weights: Weights) -> None:
    """See that every safetensors file of a model is whole, once for each set of weights, without reading its numbers.

    Raises:
        ToolFailed: one is cut off or damaged.
    """
    for file in sorted(weights.folder.rglob("*.safetensors")):
        if why := damage(file):
            name = file.relative_to(weights.folder)
            cure = f"fetch it again: dailies models pull {weights.folder.name.replace('--', '/')}"
            raise ToolFailed(f"the weights {weights.folder.name}/{name} are damaged: {why}", cure=cure)


def damage(file: Path) -> str:
    """Say what is wrong with a safetensors file: 8 bytes of length, a JSON header, then the numbers it tells of."""
    try:
        length, tensors = _head(file)
        ends = [int(one["data_offsets"][1]) for one in tensors]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return "its head cannot be read"
    missing = 8 + length + max(ends, default=0) - file.stat().st_size
    return f"{missing} bytes are missing" if missing > 0 else ""


def _head(file: Path) -> tuple[int, list[Mapping[str, Any]]]:
    """Read the head of a safetensors file: its length in bytes, and what it tells of each tensor."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= min(file.stat().st_size - 8, 100_000_000):
            raise ValueError(f"{file.name} has no head")
        head = json.loads(stream.read(length))
    return length, [one for name, one in head.items() if name != "__metadata__"]


def numbers(file: Path) -> int:
    """Count the numbers in a safetensors file that is whole."""
    return sum(prod(one["shape"]) for one in _head(file)[1])


def components(folder: Path) -> list[str]:
    """Name the parts of a model that diffusers loads, each from a folder of its name."""
    index = json.loads((folder / INDEX).read_text("utf-8"))
    return [name for name, one in index.items() if isinstance(one, list) and not name.startswith("_") and one[0]]


def files_of(part: Path) -> list[Path]:
    """Give the safetensors files of one part: those in half precision only where there are no others."""
    found = sorted(part.glob("*.safetensors"))
    return [one for one in found if not HALF.search(one.name)] or found


def variant(folder: Path) -> str | None:
    """Tell by which name weights in half precision are asked for, where some part of a model has only those."""
    parts = [files_of(folder / name) for name in components(folder)]
    named = (HALF.search(one.name) for files in parts for one in files)
    return next((one[1] for one in named if one), None)


# ---------------------------------------------------------------- identity


def identity(folder: Path) -> str:
    """Tell the weights in a folder from any other: by where they were pulled from, else by what is in the files."""
    record = read_record(folder)
    pulled = isinstance(record.get("repo"), str) and isinstance(record.get("revision"), str)
    if pulled and record.get("stamp") == stamp(folder):
        parts = "".join(f"+{part}" for part in record.get("parts") or ())
        return f"hub:{record['repo']}@{record['revision']}{parts}"
    return f"folder:{_fingerprint(folder, _stamps(folder))}"


def stamp(folder: Path) -> str:
    """Hash the names, sizes and times of a model's files: what was pulled is taken for it while these are the same."""
    told = [(Path(name).relative_to(folder).as_posix(), size, time) for name, size, time in _stamps(folder)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in _files(folder))


def read_record(folder: Path) -> Mapping[str, Any]:
    """Read what `pull` wrote beside weights; empty where it wrote nothing."""
    try:
        found = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=64)
def _fingerprint(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> str:
    """Hash every file's name and size, small files whole, and large ones at evenly spread places.

    Training changes numbers everywhere, so samples tell; a change that spares every sampled place would not show.
    """
    whole = hashlib.sha256()
    for name, size, _ in stamp:
        file = Path(name)
        whole.update(f"{file.relative_to(folder).as_posix()}\0{size}\0".encode())
        with file.open("rb") as stream:
            for place in _places(size):
                stream.seek(place)
                whole.update(stream.read(SMALL if size <= SMALL else SAMPLE))
    return whole.hexdigest()[:32]


def _places(size: int) -> list[int]:
    return [0] if size <= SMALL else [k * (size - SAMPLE) // (SAMPLES - 1) for k in range(SAMPLES)]


def _files(folder: Path) -> Iterator[Path]:
    """Walk a model's files in the order of their names; caches and notes are none of it."""
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder).parts
        if file.is_file() and not any(part.startswith(".") for part in inside) and file.name != RECORD:
            yield file
