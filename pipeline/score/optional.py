"""Optional features by trained models: on where their weights lie in the models folder, else as if they did not exist.

They weigh nothing in the score. Whether weights can be used is told from their files alone, so that planning loads
nothing; those that fail when they are loaded are an artefact of the store (`unusable`), which every process sees.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import prompts
from pipeline.generators import weights as known
from pipeline.media.frames import read
from pipeline.metrics.alignment import alignment
from pipeline.metrics.consistency import consistency
from pipeline.metrics.learned import INSTALL, KINDS, LIBRARIES, is_here, load
from pipeline.model import Recipe, Weights
from pipeline.ports import Frame
from pipeline.trained.folder import models_folder

log = logging.getLogger(__name__)

FRAMES = 8
"""Frames of a clip that are looked at, evenly spaced from the first to the last."""

NO_JAPANESE = frozenset({"CLIPModel"})
"""What reads Japanese as noise: no number is better than a wrong one."""

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """A feature that can be had: its name, the weights that are here, and the words to read, if it reads any."""

    name: str
    weights: Weights
    words: str = ""

    def values(self) -> Mapping[str, str]:
        """Give what decides its number, for the recipe of a card."""
        read = {"prompt": self.words} if self.words else {}
        return {"weights": self.weights.identity} | read


def learned(words: str) -> Iterator[Learned]:
    """Give the features by trained models that can be had of a clip that shall show `words`; loads nothing.

    Weights that lie there and are damaged, of an unknown kind, or lack their libraries are told of once, in the log.
    """
    reader = _here("alignment") if words.strip() else None
    if reader and not (reader.made_as in NO_JAPANESE and prompts.is_japanese(words)):
        yield Learned("alignment", reader, words)
    if eye := _here("consistency"):
        yield Learned("consistency", eye)


def unusable(weights: Weights) -> Recipe:
    """Give the recipe of the note that weights cannot be used with the libraries of this machine."""
    return Recipe("unusable/1", "learned@1", {"weights": weights.identity, "with": dict(_versions())})


def features(path: Path, count: int, asked: Sequence[Learned]) -> dict[str, float]:
    """Measure a clip of `count` frames by trained models; up to 8 frames are decoded, each from its key frame.

    Raises:
        Unusable: weights that cannot be loaded after all.
    """
    frames = [frame for place in places(count) for frame in read(path, place, place + 1)] if asked else []
    return {one.name: _measured(one, frames) for one in asked} if frames else {}


def places(count: int) -> list[int]:
    """Choose the frames of a clip that are looked at, in order."""
    return sorted(set(np.linspace(0, max(count - 1, 0), FRAMES).round().astype(int).tolist()))


def _measured(one: Learned, frames: Sequence[Frame]) -> float:
    if not is_here(one.weights):
        from pipeline.trained.libraries import at_work

        with at_work:
            load(one.weights)
    return alignment(frames, one.words, one.weights) if one.words else consistency(frames, one.weights)


# ---------------------------------------------------------------- what is here


def _here(name: str) -> Weights | None:
    folder = models_folder() / name
    return _looked_at(name, folder, _stamp(folder)) if folder.is_dir() else None


def _stamp(folder: Path) -> Stamp:
    """Tell one state of a folder from the next; empty where it cannot be read."""
    try:
        found = [(one.name, one.lstat()) for one in folder.iterdir()]
    except OSError:
        return ()
    return tuple(sorted((name, facts.st_size, facts.st_mtime_ns) for name, facts in found))


@lru_cache(maxsize=16)
def _looked_at(name: str, folder: Path, _: Stamp) -> Weights | None:
    """Look at weights once in each state that they are in, so that what is wrong with them is told once."""
    try:
        _see_libraries()
        made_as = _class(name, json.loads((folder / "config.json").read_text("utf-8")))
        _see_whole(folder)
        return Weights(folder, known.identity(folder), made_as)
    except (OSError, ValueError, LookupError, TypeError) as failure:
        log.warning("%s is not measured with the weights in %s: %s", name, folder, failure)
        return None


def _see_libraries() -> None:
    if missing := [one for one in LIBRARIES if find_spec(one) is None]:
        raise LookupError(f"{missing[0]} is not installed ({INSTALL})")


def _class(name: str, config: Any) -> str:
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind not in KINDS[name]:
        raise ValueError(f"config.json says {kind!r}, and it takes {' or '.join(KINDS[name])}")
    return KINDS[name][kind]


def _see_whole(folder: Path) -> None:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ValueError("there is no .safetensors file")
    for file in files:
        if why := known.damage(file):
            raise ValueError(f"{file.name} is damaged: {why}")


@lru_cache(maxsize=1)
def _versions() -> tuple[tuple[str, str], ...]:
    return tuple((name, _version(name)) for name in ("torch", "transformers"))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
