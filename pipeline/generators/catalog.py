"""The models that run on one's own GPUs (catalog.yaml): what can be asked of each, as typed values.

A studio adds models of its own, or changes what is told here, in a `catalog.yaml` of this form in its models folder.
"""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import yaml

from pipeline.errors import OperatorError
from pipeline.generators import weights
from pipeline.model import Size, parse_size
from pipeline.trained.folder import models_folder

Task = Literal["text_to_video", "image_to_video", "first_last", "video_to_video", "frame_by_frame", "text_to_image"]
Commercial = Literal["allowed", "clause", "registration", "unknown", "forbidden"]


@dataclass(frozen=True, slots=True)
class Frames:
    """How long a clip may be: step * n + plus frames, `least` to `most`, or one of `lengths` where there are any."""

    step: int = 1
    plus: int = 0
    least: int = 1
    most: int = 1
    lengths: tuple[int, ...] = ()

    @property
    def longest(self) -> int:
        """Frames of the longest clip."""
        return max(self.lengths, default=self.most)

    def legal(self, wanted: int) -> int | None:
        """Give the next length at or above `wanted` frames; None where a clip cannot be that long."""
        if self.lengths:
            return next((one for one in self.lengths if one >= wanted), None)
        steps = ceil(Fraction(max(wanted, self.least) - self.plus, self.step))
        found = self.step * steps + self.plus
        return found if found <= self.most else None

    def __str__(self) -> str:
        if self.lengths:
            return " or ".join(map(str, self.lengths))
        rule = f"{self.step}k+{self.plus}" if self.plus else f"{self.step}k" if self.step > 1 else ""
        return f"{rule}, at most {self.most}" if rule else f"at most {self.most}"


@dataclass(frozen=True, slots=True)
class Reads:
    """What a model reads: so many tokens of a prompt, in these languages, and whether also what must not be seen."""

    tokens: int
    languages: tuple[str, ...]
    negative: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A second repository that belongs to a model: its hub id, and the files wanted of it (all if none are named)."""

    repo: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class References:
    """Where a model's IP-Adapter lies inside its folder."""

    folder: str
    subfolder: str
    weights: str


@dataclass(frozen=True, slots=True)
class Speed:
    """A published time: `seconds` of one clip of `size`, `frames` and `steps` on one `gpu`."""

    gpu: str
    seconds: float
    size: Size
    frames: int
    steps: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of the catalog; catalog.yaml tells what each field means."""

    name: str
    title: str
    repo: str
    calls: Mapping[Task, str]
    frames: Frames
    sizes: tuple[Size, ...]
    shape: Literal["any", "listed"]
    multiple: int
    licence: str
    commercial: Commercial
    quality: int
    notes: str
    fps: Fraction | None = None
    upright: bool = True
    clause: str = ""
    not_in: tuple[str, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    instead: Mapping[Task, Mapping[str, str]] = field(default_factory=dict)
    asks: Mapping[str, Any] = field(default_factory=dict)
    scheduler: Mapping[str, Any] = field(default_factory=dict)
    reads: Reads | None = None
    amounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    references: References | None = None
    memory: Mapping[Size, float] = field(default_factory=dict)
    dtype: str = "bfloat16"
    float32: tuple[str, ...] = ()
    download_gb: float | None = None
    speed: tuple[Speed, ...] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What it can make."""
        return tuple(self.calls)

    @property
    def longest(self) -> Fraction | None:
        """Seconds of its longest clip; None for pictures."""
        return None if self.fps is None else self.frames.longest / self.fps

    @property
    def gpu_gb(self) -> float | None:
        """GB of GPU memory it is said to need for the smallest clip that is told of; None where that is not known."""
        return min(self.memory.values(), default=None)

    @property
    def free(self) -> bool:
        """Tell whether its weights may be fetched without agreeing to more than a permissive licence."""
        return self.commercial == "allowed"


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """Every model by name, in the order of the file; when it was written, and where each kind of fact is from.

    One is equal to itself alone, so what is made of a catalog can be kept with it.
    """

    as_of: str
    sources: Mapping[str, str]
    models: Mapping[str, Entry]


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """Read the catalog, once."""
    data = _read(Path(__file__).with_name("catalog.yaml"))
    models = {name: _entry(name, one) for name, one in data["models"].items()}
    return Catalog(data["as_of"], MappingProxyType(data["sources"]), MappingProxyType(models))


RECENT = 0.05
"""Seconds for which a look at the studio's own catalog holds: it is asked for many times a shot."""


def models() -> Mapping[str, Entry]:
    """Give every model by name, the studio's own among them.

    Raises:
        OperatorError: the studio's own catalog cannot be read.
    """
    return known().models


def known() -> Catalog:
    """Give the catalog with the studio's own models in it.

    Raises:
        OperatorError: the studio's own catalog cannot be read.
    """
    return _looked_up(os.environ.get("DAILIES_MODELS"), os.environ.get("HOME"), int(time.monotonic() / RECENT))


@lru_cache(maxsize=2)
def _looked_up(_named: str | None, _home: str | None, _moment: int) -> Catalog:
    """Look for the studio's own catalog, once for each place the environment may name, and moment."""
    own = models_folder() / "catalog.yaml"
    try:
        stamp = own.stat().st_mtime_ns
    except OSError:
        return catalog()
    return _with_own(own, stamp)


@lru_cache(maxsize=4)
def _with_own(file: Path, _stamp: int) -> Catalog:
    """Read a studio's own catalog once for each time it was changed."""
    try:
        data = _read(file)
        own = {str(name): _checked(_entry(str(name), one)) for name, one in data["models"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as failure:
        what = f"`{failure.args[0]}` is missing" if isinstance(failure, KeyError) else str(failure).partition("\n")[0]
        cure = "write it as pipeline/generators/catalog.yaml is written, or take it away"
        raise OperatorError(f"{file} cannot be read: {what}", cure=cure) from failure
    return replace(catalog(), models=MappingProxyType({**catalog().models, **own}))


def _checked(entry: Entry) -> Entry:
    """See that a studio's own entry can be planned with.

    Raises:
        ValueError: says what is wrong in it.
    """
    from pipeline.generators.diffusion.calls import CALLS  # which reads entries itself

    if "/" in entry.name or not weights.NAME.fullmatch(entry.name):
        raise ValueError(f"{entry.name!r} is no name for a model: letters, digits, `.`, `_` and `-`")
    if odd := set(entry.calls) - set(get_args(Task)):
        raise ValueError(f"{entry.name} cannot make {sorted(odd)}: there are {', '.join(get_args(Task))}")
    if unknown := set(entry.calls.values()) - CALLS.keys():
        raise ValueError(f"{entry.name} calls {sorted(unknown)}, which is not known here: there are {', '.join(CALLS)}")
    if "num_inference_steps" not in entry.asks:
        raise ValueError(f"{entry.name}: `asks` must say num_inference_steps")
    return entry


def _read(file: Path) -> Mapping[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: Mapping[str, Any] = yaml.load(file.read_text("utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders
    return data


def _entry(name: str, data: Mapping[str, Any]) -> Entry:
    prompt, references = data.get("prompt"), data.get("references")
    values = {key: data[key] for key in ("dtype", "upright", "clause", "download_gb", "asks", "instead") if key in data}
    return Entry(
        name=name,
        title=data["title"],
        repo=data["repo"],
        calls=data["calls"],
        frames=_frames(data["frames"]),
        sizes=tuple(parse_size(one) for one in data["sizes"]),
        shape=data["shape"],
        multiple=data["multiple"],
        licence=data["licence"],
        commercial=data["commercial"],
        quality=data["quality"],
        notes=data["notes"],
        fps=Fraction(data["fps"]) if "fps" in data else None,
        not_in=tuple(data.get("not_in", ())),
        parts={key: Part(one["repo"], tuple(one.get("only", ()))) for key, one in data.get("parts", {}).items()},
        scheduler=_scheduler(data.get("scheduler", {})),
        reads=None if prompt is None else Reads(prompt["tokens"], tuple(prompt["languages"]), prompt["negative"]),
        amounts=data.get("amounts", {}),
        references=None if references is None else References(**references),
        memory={parse_size(size): float(gb) for size, gb in data.get("memory", {}).items()},
        float32=tuple(data.get("float32", ())),
        speed=tuple(Speed(**one | {"size": parse_size(one["size"])}) for one in data.get("speed", ())),
        **values,
    )


def _frames(rule: Mapping[str, int] | Sequence[int]) -> Frames:
    if isinstance(rule, Mapping):
        return Frames(rule["step"], rule["plus"], rule["least"], rule["most"])
    return Frames(lengths=tuple(sorted(rule)))


def _scheduler(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read a scheduler's settings; those that hang on the size are kept by size."""
    return {
        key: {parse_size(size): one for size, one in value.items()} if isinstance(value, Mapping) else value
        for key, value in rule.items()
    }
