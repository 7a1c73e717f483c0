"""What a film folder says of itself: manifest.json and every scores.json, read tolerantly into values.

A field that is absent or of another kind than it should be reads as empty: a page about a half-made film is worth more
than none. Only the manifest itself must be there and be JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline import picks as picking
from pipeline.deliver import diff, json_values
from pipeline.deliver.facts_extras import Extras, VersionFacts, extras, versions
from pipeline.deliver.facts_takes import SCORES, TakeFacts, failed, read_scores, stopped, takes, there
from pipeline.errors import ProducerError
from pipeline.model import Size
from pipeline.picks import Pick

__all__ = ["MANIFEST", "SCORES", "FilmFacts", "ShotFacts", "TakeFacts", "read", "read_scores", "shot_alone"]

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class ShotFacts:
    """One shot as the page tells it; `done` False means a slate stands in the film.

    `failed` holds takes that could not be made, `stopped` those that lost a race: number and reason. `changed`: it is
    not as in the cut before.
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
    stopped: tuple[tuple[int, str], ...] = ()
    chosen: int | None = None
    by: str = ""
    why: str = ""
    sheet: str = ""
    extras: Extras = field(default_factory=Extras)
    changed: bool = False

    @property
    def chosen_take(self) -> TakeFacts | None:
        """The take in the film, if it is known."""
        return next((take for take in self.takes if take.number == self.chosen), None)


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """A film as the page tells it; `film` is the path of its file inside the folder, or "".

    `version` is the name of this cut where it is one of `versions` of a film.
    """

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
    version: str = ""
    versions: tuple[VersionFacts, ...] = ()
    picks: Mapping[str, Pick] = field(default_factory=dict)

    @property
    def desk(self) -> Path:
        """The folder of the film itself, where picks.yaml lies, also for a version of it."""
        return desk(self.folder, self.version)


def read(folder: Path) -> FilmFacts:
    """Read a film folder.

    Raises:
        ProducerError: there is no manifest yet, or it cannot be read.
    """
    about = _manifest(folder)
    width, height = json_values.pair(about.get("size"))
    changed, language = _changed(folder, about), json_values.text(about.get("language"))
    shots = tuple(
        _shot(folder, one, language, changed)
        for one in json_values.mappings(about.get("shots"))
        if _safe(json_values.text(one.get("id")))
    )
    version = json_values.text(about.get("version"))
    picks, doubt = _picks(desk(folder, version))
    return FilmFacts(
        folder=folder,
        name=json_values.text(about.get("name")) or folder.name,
        title=json_values.text(about.get("title")) or json_values.text(about.get("name")) or folder.name,
        storyboard=json_values.text(about.get("storyboard")),
        size=Size(width, height) if width > 0 and height > 0 else None,
        rate=json_values.rate(about.get("fps")),
        frames=json_values.whole(about.get("frames")) or max((shot.end for shot in shots), default=0),
        film=there(folder, json_values.text(about.get("film"))),
        shots=shots,
        cut=json_values.whole(about.get("cut")),
        made_at=json_values.text(about.get("made_at")),
        seconds_to_make=json_values.number(about.get("seconds_to_make")),
        warnings=(*json_values.texts(about.get("warnings")), *doubt),
        version=version,
        versions=versions(folder, about),
        picks=picks,
    )


def desk(folder: Path, version: str) -> Path:
    """Give the folder of the film that a cut in `folder` belongs to."""
    return folder.parent.parent if version and folder.parent.name == "versions" else folder


def _picks(folder: Path) -> tuple[Mapping[str, Pick], tuple[str, ...]]:
    """Read the producer's picks, and what is to be said of them."""
    try:
        return picking.read(folder), ()
    except ProducerError as failure:
        return {}, (str(failure),)


def _changed(folder: Path, about: Mapping[str, Any]) -> frozenset[str]:
    """Name the shots that are not as in the cut before; none where there is none, or it cannot be read."""
    cut = json_values.whole(about.get("cut")) or 0
    before = [number for number in diff.numbers(folder) if number < cut]
    try:
        found = diff.between(folder, before[-1], cut) if before else None
    except ProducerError:
        return frozenset()
    return frozenset(one.id for one in found.shots) if found else frozenset()


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


def _shot(folder: Path, about: Mapping[str, Any], language: str, changed: frozenset[str]) -> ShotFacts:
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
        stopped=stopped(scores),
        chosen=in_film if in_film is not None else chosen if done else None,
        by=json_values.text(about.get("picked_by")) or json_values.text(scores.get("by")),
        why=json_values.text(scores.get("why")),
        sheet=there(folder, f"{here}/sheet.jpg"),
        extras=extras(about, language),
        changed=name in changed,
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
        stopped=stopped(scores),
        chosen=json_values.whole(scores.get("chosen")),
        by=json_values.text(scores.get("by")),
        why=json_values.text(scores.get("why")),
    )


def _safe(shot_id: str) -> bool:
    return bool(shot_id) and shot_id not in {".", ".."} and not set(shot_id) & set("/\\\0")
