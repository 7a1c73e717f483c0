"""What a shot's scores.json says of its takes, read tolerantly into values."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.deliver import json_values, page_curves
from pipeline.deliver.page_curves import CurveFacts
from pipeline.model import Rejection, Spot

SCORES = "scores.json"
SEEN = ("alignment", "consistency")


@dataclass(frozen=True, slots=True)
class TakeFacts:
    """One take: `score` is None where there is none; `clip` and `strip` are paths inside the film folder, or "".

    `costs` are its terms as they were weighed. `seen` is what trained models see in it, where their weights are here:
    `alignment` and `consistency`. `worst` are the places that cost it most, the heaviest first.
    """

    number: int
    seed: int | None = None
    score: float | None = None
    frames: int = 0
    rate: Fraction | None = None
    rejected: tuple[Rejection, ...] = ()
    terms: Mapping[str, float] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)
    seen: Mapping[str, float] = field(default_factory=dict)
    curves: tuple[CurveFacts, ...] = ()
    worst: tuple[Spot, ...] = ()
    clip: str = ""
    strip: str = ""


def read_scores(folder: Path) -> Mapping[str, Any]:
    """Read a shot folder's scores.json; an absent or unreadable one is empty."""
    try:
        found = json.loads((folder / SCORES).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def takes(folder: Path, here: str, scores: Mapping[str, Any]) -> tuple[TakeFacts, ...]:
    """Give the takes of a scores.json in the order of their numbers; `here` is the shot's folder inside `folder`."""
    found = [_take(folder, here, one) for one in json_values.mappings(scores.get("takes"))]
    return tuple(sorted((take for take in found if take.number >= 1), key=lambda take: take.number))


def failed(scores: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
    """Give the takes of a scores.json that could not be made: number and reason."""
    return _with_reasons(scores.get("failed"))


def stopped(scores: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
    """Give the takes of a scores.json that lost a race: number and reason."""
    return _with_reasons(scores.get("stopped"))


def _with_reasons(told: object) -> tuple[tuple[int, str], ...]:
    return tuple(
        (json_values.whole(one.get("take")) or 0, json_values.text(one.get("reason")))
        for one in json_values.mappings(told)
    )


def _take(folder: Path, here: str, about: Mapping[str, Any]) -> TakeFacts:
    number = json_values.whole(about.get("take")) or 0
    frames = json_values.whole(about.get("frames")) or 0
    clip = json_values.text(about.get("file")) or f"take_{number}.mp4"
    strip = json_values.text(about.get("strip")) or f"take_{number}.jpg"
    return TakeFacts(
        number=number,
        seed=json_values.whole(about.get("seed")),
        score=json_values.number(about.get("score")),
        frames=frames,
        rate=json_values.rate(about.get("rate")),
        rejected=_rejections(about, frames),
        terms=json_values.numbers(about.get("terms")),
        costs=json_values.numbers(about.get("costs")) or json_values.numbers(about.get("terms")),
        seen={name: one for name, one in json_values.numbers(about.get("features")).items() if name in SEEN},
        curves=page_curves.read(about.get("curves")),
        worst=tuple(_spots(about.get("worst"), frames)),
        clip=there(folder, f"{here}/{clip}".lstrip("/")),
        strip=there(folder, f"{here}/{strip}".lstrip("/")),
    )


def _spots(told: object, frames: int) -> Iterator[Spot]:
    """Read the places that cost most; what is odd or lies outside of the take is left out."""
    for one in json_values.mappings(told):
        term, start, stop = (
            json_values.text(one.get("term")),
            *(json_values.whole(one.get(k)) for k in ("start", "stop")),
        )
        if term and start is not None and stop is not None and 0 <= start < stop <= frames:
            yield Spot(term, start, stop, json_values.number(one.get("peak")) or 0.0)


def _rejections(about: Mapping[str, Any], frames: int) -> tuple[Rejection, ...]:
    """Give the gates that struck; one without a known place counts for the whole take."""
    told = [
        Rejection(
            json_values.text(one.get("gate")),
            json_values.whole(one.get("start")) or 0,
            _stop(one, frames),
            json_values.text(one.get("reason")),
        )
        for one in json_values.mappings(about.get("reasons"))
        if json_values.text(one.get("gate"))
    ]
    named = {one.gate for one in told}
    bare = [Rejection(gate, 0, frames, "") for gate in json_values.texts(about.get("rejected")) if gate not in named]
    return (*told, *bare)


def _stop(about: Mapping[str, Any], frames: int) -> int:
    stop = json_values.whole(about.get("stop"))
    return frames if stop is None else stop


def there(folder: Path, name: str) -> str:
    """Give back the name of a file if it is one inside `folder` (a link into the store is), else ""."""
    parts = PurePosixPath(name).parts
    inside = bool(parts) and ".." not in parts and not PurePosixPath(name).is_absolute() and "\0" not in name
    try:
        return name if inside and (folder / name).is_file() else ""
    except OSError:  # a name longer than the disk knows
        return ""
