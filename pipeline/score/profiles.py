"""Weights of a studio's own: what `dailies calibrate` learned from its producers' picks, by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ProducerError
from pipeline.score.parameters import usual
from pipeline.store import make_folder, write_whole

KIND = "profile/1"
FOLDER = "profiles"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LARGEST = 1 << 16
HEAVIEST = 100.0


@dataclass(frozen=True, slots=True)
class Profile:
    """Weights by term, and how they came to be: picks they were learned from, agreement held out before and after."""

    name: str
    weights: Mapping[str, float]
    scorer: int
    picks: int
    before: float
    after: float


def place(studio: Path, name: str) -> Path:
    """Give the file of a profile.

    Raises:
        ProducerError: the name is none.
    """
    if not NAME.fullmatch(name):
        raise ProducerError(f'"{name}" is no name of a profile', cure="use small letters, digits, - and _, 40 at most")
    return studio / FOLDER / f"{name}.yaml"


def write(studio: Path, profile: Profile) -> Path:
    """Write a profile, whole; give its file."""
    path = place(studio, profile.name)
    make_folder(path.parent)
    values = {
        "kind": KIND,
        "scorer": profile.scorer,
        "picks": profile.picks,
        "agreement": {"before": round(profile.before, 4), "after": round(profile.after, 4)},
        "weights": {name: round(weight, 4) for name, weight in profile.weights.items()},
    }
    write_whole(path, yaml.safe_dump(values, sort_keys=False))
    return path


def weights_of(asked: str | Mapping[str, float], studio: Path) -> Mapping[str, float]:
    """Give the weights that a storyboard asks for: by the name of a profile, or some of them in place of the usual.

    Raises:
        ProducerError: there is no such profile, or it cannot be read.
    """
    if not isinstance(asked, str):
        return {**usual(), **asked}
    if not asked:
        return usual()
    path = place(studio, asked)
    try:
        return {**usual(), **_read(path)}
    except FileNotFoundError:
        known = sorted(one.stem for one in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        there = f"there are: {', '.join(known)}" if known else "`dailies calibrate` makes one from your picks"
        raise ProducerError(f"this studio has no profile '{asked}'", cure=there) from None
    except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as failure:
        told = f"{path}: no profile: {(str(failure) or type(failure).__name__).splitlines()[0]}"
        raise ProducerError(told, cure="make it anew with `dailies calibrate`") from None


def _read(path: Path) -> dict[str, float]:
    facts = path.stat()
    if facts.st_size > LARGEST:
        raise ValueError("it is too large")
    return _parsed(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=8)
def _parsed(path: Path, *_: int) -> dict[str, float]:
    """Read a file once in each state that it is in: every card of a film asks for it."""
    values: Any = yaml.safe_load(path.read_text("utf-8"))
    if values["kind"] != KIND:
        raise ValueError(f"its kind is {values['kind']}")
    known = usual()
    return {name: _weight(name, value) for name, value in values["weights"].items() if name in known}


def _weight(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= HEAVIEST:
        raise ValueError(f"the weight of {name} is no number from 0 to {HEAVIEST:.0f}")
    return float(value)
