"""What a film folder says of itself: manifest.json and every scores.json, read tolerantly into values.

A field that is absent or of another kind than it should be reads as empty: a page about a half-made film is worth more
than none. Only the manifest itself must be there and be JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.deliver import json_values
from pipeline.errors import ProducerError
from pipeline.model import Rejection, Size

MANIFEST, SCORES = "manifest.json", "scores.json"


@dataclass(frozen=True, slots=True)
class TakeFacts:
    """One take: `score` is None where there is none; `clip` and `strip` are paths inside the film folder, or ""."""

    number: int
    seed: int | None = None
    score: float | None = None
    frames: int = 0
    rate: Fraction | None = None
    rejected: tuple[Rejection, ...] = ()
    terms: Mapping[str, float] = field(default_factory=dict)
    clip: str = ""
    strip: str = ""


@dataclass(frozen=True, slots=True)
class ShotFacts:
    """One shot as the page tells it; `done` False means a slate stands in the film.

    `failed` holds takes that could not be made: number and reason.
    """

    id: str
    done: bool
    start: int
    end: int
    scene: str = ""
    prompt: str = ""
    camera: str = ""
    generator: str = ""
    reason: str = ""
    rerun: str = ""
    warnings: tuple[str, ...] = ()
    transition: str = "cut"
    transition_frames: int = 0
    usd: float = 0.0
    compute_seconds: float = 0.0
    takes: tuple[TakeFacts, ...] = ()
    failed: tuple[tuple[int, str], ...] = ()
    chosen: int | None = None
    by: str = ""
    why: str = ""
    sheet: str = ""

    @property
    def chosen_take(self) -> TakeFacts | None:
        """The take in the film, if it is known."""
        return next((take for take in self.takes if take.number == self.chosen), None)


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """A film as the page tells it; `film` is the path of its file inside the folder, or ""."""

    folder: Path
    name: str
    title: str
    storyboard: str
    size: Size | None
    rate: Fraction | None
    frames: int
    film: str
    shots: tuple[ShotFacts, ...]
    cut: int | None = None
    made_at: str = ""
    seconds_to_make: float | None = None
    warnings: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


def read(folder: Path) -> FilmFacts:
    """Read a film folder.

    Raises:
        ProducerError: there is no manifest yet, or it cannot be read.
    """
    about = _manifest(folder)
    width, height = json_values.pair(about.get("size"))
    shots = tuple(
        _shot(folder, one) for one in json_values.mappings(about.get("shots")) if _safe(json_values.text(one.get("id")))
    )
    return FilmFacts(
        folder=folder,
        name=json_values.text(about.get("name")) or folder.name,
        title=json_values.text(about.get("title")) or json_values.text(about.get("name")) or folder.name,
        storyboard=json_values.text(about.get("storyboard")),
        size=Size(width, height) if width > 0 and height > 0 else None,
        rate=json_values.rate(about.get("fps")),
        frames=json_values.whole(about.get("frames")) or max((shot.end for shot in shots), default=0),
        film=_there(folder, json_values.text(about.get("film"))),
        shots=shots,
        cut=json_values.whole(about.get("cut")),
        made_at=json_values.text(about.get("made_at")),
        seconds_to_make=json_values.number(about.get("seconds_to_make")),
        warnings=json_values.texts(about.get("warnings")),
        versions=json_values.strings(about.get("versions")),
    )


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise ProducerError("not rendered yet", cure="dailies render BOARD") from None
    except (OSError, ValueError, RecursionError):
        raise ProducerError(f"{path} cannot be read", cure="render the film again: dailies render BOARD") from None
    if not isinstance(found, dict) or not json_values.text(found.get("kind")).startswith("manifest/"):
        raise ProducerError(f"{path} is not a film's manifest", cure="render the film again: dailies render BOARD")
    return found


def _shot(folder: Path, about: Mapping[str, Any]) -> ShotFacts:
    name = json_values.text(about.get("id"))
    here = f"shots/{name}"
    scores = read_scores(folder / here)
    start, end = json_values.pair(about.get("frames"))
    transition, told = json_values.mapping(about.get("transition")), _told(about, scores)
    done = about.get("status") == "done"
    chosen = json_values.whole(scores.get("chosen"))
    in_film = json_values.whole(about.get("take"))
    return ShotFacts(
        id=name,
        done=done,
        start=start,
        end=max(start, end),
        scene=told["scene"],
        prompt=told["prompt"],
        camera=told["camera"],
        generator=told["generator"],
        reason=json_values.text(about.get("reason")),
        rerun=json_values.text(about.get("rerun")),
        warnings=json_values.texts(about.get("warnings")),
        transition=json_values.text(transition.get("type")) or "cut",
        transition_frames=json_values.whole(transition.get("frames")) or 0,
        usd=json_values.number(about.get("cost_usd")) or 0.0,
        compute_seconds=json_values.number(about.get("compute_seconds")) or 0.0,
        takes=takes(folder, here, scores),
        failed=failed(scores),
        chosen=in_film if in_film is not None else chosen if done else None,
        by=json_values.text(about.get("picked_by")) or json_values.text(scores.get("by")),
        why=json_values.text(scores.get("why")),
        sheet=_there(folder, f"{here}/sheet.jpg"),
    )


def _told(about: Mapping[str, Any], scores: Mapping[str, Any]) -> dict[str, str]:
    """Give the words about a shot: as the manifest has them, else as its scores.json has."""
    names = ("scene", "prompt", "camera", "generator")
    return {name: json_values.text(about.get(name)) or json_values.text(scores.get(name)) for name in names}


def shot_alone(folder: Path) -> ShotFacts:
    """Read one shot's folder by itself, before there is a film: what its scores.json and strips say."""
    scores = read_scores(folder)
    told = _told({}, scores)
    return ShotFacts(
        id=json_values.text(scores.get("shot")) or folder.name,
        done=True,
        start=0,
        end=0,
        scene=told["scene"],
        camera=told["camera"],
        generator=told["generator"],
        takes=takes(folder, "", scores),
        failed=failed(scores),
        chosen=json_values.whole(scores.get("chosen")),
        by=json_values.text(scores.get("by")),
        why=json_values.text(scores.get("why")),
    )


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
    return tuple(
        (json_values.whole(one.get("take")) or 0, json_values.text(one.get("reason")))
        for one in json_values.mappings(scores.get("failed"))
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
        clip=_there(folder, f"{here}/{clip}".lstrip("/")),
        strip=_there(folder, f"{here}/{strip}".lstrip("/")),
    )


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


def _there(folder: Path, name: str) -> str:
    """Give back the name of a file if it is one inside `folder` (a link into the store is), else ""."""
    parts = PurePosixPath(name).parts
    inside = bool(parts) and ".." not in parts and not PurePosixPath(name).is_absolute() and "\0" not in name
    try:
        return name if inside and (folder / name).is_file() else ""
    except OSError:  # a name longer than the disk knows
        return ""


def _safe(shot_id: str) -> bool:
    return bool(shot_id) and shot_id not in {".", ".."} and not set(shot_id) & set("/\\\0")
