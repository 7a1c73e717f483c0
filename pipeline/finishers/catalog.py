"""The models that finish takes (catalog.yaml), and where those that are here lie.

Each has a folder of its name in the models folder: what `dailies models pull` put there, or a studio's own, one file of
weights under a name of the studio's choice.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

from pipeline.errors import ProducerError, ToolMissing
from pipeline.trained.folder import models_folder

Kind = Literal["realesrgan", "rife"]

RIFE, ENLARGER = "rife-v4.6", "realesr-general-x4v3"
"""The models that make frames between frames, and that enlarge pictures, where none is named."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
"""A folder inside the models folder."""

ENDINGS = (".pth", ".pt", ".pkl", ".safetensors", ".bin")
"""What a file of weights is called; the `.param` that ncnn writes beside a `.bin` holds none."""


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file of a model: its name, address and size, and its SHA-256 (64 digits) or git's hash of it (40)."""

    name: str
    url: str
    bytes: int
    hashed: str


@dataclass(frozen=True, slots=True)
class Model:
    """One model of the catalog; catalog.yaml tells what each field means."""

    name: str
    kind: Kind
    about: str
    licence: str
    source: str
    files: tuple[WeightsFile, ...]
    scale: int | None = None

    @property
    def bytes(self) -> int:
        """Bytes of all its files."""
        return sum(one.bytes for one in self.files)


@lru_cache(maxsize=1)
def models() -> Mapping[str, Model]:
    """Give every model by name, in the order of the catalog."""
    text = Path(__file__).with_name("catalog.yaml").read_text("utf-8")
    return MappingProxyType({name: _model(name, one) for name, one in yaml.safe_load(text)["models"].items()})


def _model(name: str, data: Mapping[str, Any]) -> Model:
    return Model(**{**data, "name": name, "files": tuple(_file(one) for one in data["files"])})


def _file(data: Mapping[str, Any]) -> WeightsFile:
    hashed = data["sha256"] if "sha256" in data else data["git"]
    return WeightsFile(data["name"], data["url"], data["bytes"], hashed)


# ---------------------------------------------------------------- what is here


def folder_of(name: str) -> Path:
    """Give the folder of a model, whether it is there or not.

    Raises:
        ProducerError: no folder can be called that.
    """
    if not NAME.fullmatch(name):
        cure = "`dailies models` lists them; one of your own is the name of a folder inside the models folder"
        raise ProducerError(f"{name!r} is no name for a model", cure=cure)
    return models_folder() / name


def find(name: str) -> Path | None:
    """Give the file of weights to load for a model; None where it is not here.

    It is the first file of the catalog's, else the only file of weights in the model's folder.

    Raises:
        ProducerError: no model can be called that.
    """
    folder, known = folder_of(name), models().get(name)
    if known and (first := folder / known.files[0].name).is_file():
        return first
    found = _laid(name)
    return found[0] if len(found) == 1 else None


def here(name: str) -> Path:
    """Give the file of weights to load for a model that must be here.

    Raises:
        ProducerError: no model can be called that.
        ToolMissing: it is not on this machine, or its folder holds more than one file of weights.
    """
    if found := find(name):
        return found
    if several := [one.name for one in _laid(name)]:
        told = f"{folder_of(name)} holds {len(several)} files of weights: {', '.join(several)}"
        raise ToolMissing(told, cure="leave the one that is meant")
    raise _missing(name)


def second(name: str) -> Path | None:
    """Give the second file of a model of the catalog; None where it has but one.

    Raises:
        ToolMissing: it has one, and that is not on this machine.
    """
    known = models().get(name)
    if known is None or len(known.files) == 1:
        return None
    found = folder_of(name) / known.files[1].name
    if not found.is_file():
        raise _missing(name)
    return found


def _laid(name: str) -> list[Path]:
    """Give the files of weights in a model's folder that could be the one to load: no second one of the catalog's."""
    known = models().get(name)
    not_alone = {one.name for one in known.files[1:]} if known else set()
    found = (one for one in folder_of(name).glob("[!.]*") if one.name not in not_alone)
    return sorted(one for one in found if one.suffix.lower() in ENDINGS and one.is_file())


def _missing(name: str) -> ToolMissing:
    cure = f"dailies models pull {name}" if name in models() else f"lay its file of weights into {folder_of(name)}"
    return ToolMissing(f"the weights of {name} are not on this machine", cure=cure)


def identity(path: Path) -> str:
    """Give the SHA-256 of a file, read once for each time it was changed."""
    found = path.stat()
    return _sha256(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
