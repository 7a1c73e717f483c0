"""What is known of generators, here or not: the catalog's models, and those of data/models.yaml.

Dated facts, second-hand prices, a coarse opinion.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

from pipeline.generators import catalog
from pipeline.generators.catalog import Catalog, Entry
from pipeline.model import Size, parse_size

Task = catalog.Task | Literal["conform", "card"]
Kind = Literal["local", "hosted", "previz"]
Commercial = Literal["allowed", "clause", "registration", "terms", "unknown", "forbidden"]


@dataclass(frozen=True, slots=True)
class Model:
    """One generator as it is known.

    `longest` seconds of one clip and `gpu_gb` of GPU memory, None = any, or not known; `usd` least and most dollars a
    second, None = not known. `quality` is 1 to 5, 0 for the previz. `retired` is the date since when it is gone.
    """

    name: str
    title: str
    kind: Kind
    tasks: tuple[Task, ...]
    licence: str
    commercial: Commercial
    quality: int
    clause: str = ""
    not_in: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    fps: Fraction | None = None
    longest: Fraction | None = None
    frames: str = ""
    gpu_gb: float | None = None
    usd: tuple[float, float] | None = None
    retired: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Every model by name, in the order of the file; when it was written, and where each kind of fact is from.

    One is equal to itself alone, so what is made of a table can be kept with it.
    """

    as_of: str
    models: Mapping[str, Model]
    sources: Mapping[str, str] = field(default_factory=dict)


def models() -> Mapping[str, Model]:
    """Give every known generator by name."""
    return table().models


def table() -> Table:
    """Give everything that is known; the catalog is read again when a studio changes its own."""
    return _table(catalog.known())


@lru_cache(maxsize=2)
def _table(own: Catalog) -> Table:
    path = Path(__file__).parents[1] / "data" / "models.yaml"
    data = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    local = {name: _local(entry) for name, entry in own.models.items()}
    known = {name: _model(name, entry) for name, entry in data["models"].items()}
    known = local | {name: one for name, one in known.items() if name not in local}
    return Table(data["as_of"], MappingProxyType(known), MappingProxyType(data["sources"]))


def _local(entry: Entry) -> Model:
    return Model(
        entry.name,
        entry.title,
        "local",
        entry.tasks,
        licence=entry.licence,
        commercial=entry.commercial,
        quality=entry.quality,
        clause=entry.clause,
        not_in=entry.not_in,
        sizes=entry.sizes,
        fps=entry.fps,
        longest=entry.longest,
        frames=str(entry.frames) if entry.fps else "",
        gpu_gb=entry.gpu_gb,
        notes=entry.notes,
    )


def _model(name: str, entry: Mapping[str, Any]) -> Model:
    frames, fps, usd = entry.get("frames"), entry.get("fps"), entry.get("usd")
    longest = Fraction(frames["most"], fps) if frames and "most" in frames else entry.get("seconds")
    return Model(
        name,
        entry["title"],
        entry["kind"],
        tuple(entry["tasks"]),
        licence=entry["licence"],
        commercial=entry["commercial"],
        quality=entry["quality"],
        sizes=tuple(parse_size(one) for one in entry.get("sizes", ())),
        fps=None if fps is None else Fraction(fps),
        longest=None if longest is None else Fraction(longest),
        frames=_rule(frames) if frames else "",
        usd=None if usd is None else (float(usd[0]), float(usd[1])),
        clause=entry.get("clause", ""),
        not_in=tuple(entry.get("not_in", ())),
        gpu_gb=entry.get("gpu_gb"),
        retired=entry.get("retired", ""),
        notes=entry.get("notes", ""),
    )


def _rule(frames: Mapping[str, int]) -> str:
    """Write a rule of frame counts: 4k+1, at most 81."""
    rule = f"{frames['step']}k+{frames['plus']}" if frames["step"] > 1 else ""
    most = f"at most {frames['most']}" if "most" in frames else ""
    return ", ".join(one for one in (rule, most) if one)
