"""Every film that was made: cuts/0001, cuts/0002 ...; film.mp4 and manifest.json at the top are the newest one's."""

import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipeline.deliver.folder import DeskShot, as_json, link, rate_text
from pipeline.errors import Problem
from pipeline.model import Overlay, RenderPlan, Shot, Storyboard
from pipeline.store import discard, half_written, read_value, read_whole, write_whole

LOCK = ".assembling.lock"
"""Held, in the folder of a film or of a version, by whoever writes its cuts."""

LOCK_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A film that was made, or is being made: its number, its folder, and the recipe of its pieces and sound."""

    number: int
    folder: Path
    recipe: str

    @property
    def film(self) -> Path:
        """Its film."""
        return self.folder / "film.mp4"


def newest_cut(folder: Path) -> Cut | None:
    """Give the newest cut that is whole, or None."""
    places = [place for place in (folder / "cuts").glob("*") if place.name.isdigit()]
    for place in sorted(places, key=lambda one: int(one.name), reverse=True):
        recipe = read_value(place / "manifest.json", "recipe", str)
        if recipe is not None and (place / "film.mp4").is_file():
            return Cut(int(place.name), place, recipe)
    return None


def next_cut(folder: Path, recipe: str) -> Cut:
    """Open the folder of the next cut; one that was left unfinished is taken up again."""
    before = newest_cut(folder)
    number = before.number + 1 if before else 1
    place = folder / "cuts" / f"{number:04d}"
    place.mkdir(parents=True, exist_ok=True)
    return Cut(number, place, recipe)


def sweep(folder: Path) -> None:
    """Remove what a killed render left half written in the cuts; whoever calls holds the folder's lock."""
    for left in half_written(folder / "cuts"):
        discard(left)


def publish(folder: Path, cut: Cut, goods: Sequence[str] = ()) -> None:
    """Make film.mp4, manifest.json and all that is handed on at the top those of this cut; older ones go."""
    names = ["film.mp4", "manifest.json", *dict.fromkeys(name.split("/")[0] for name in goods)]
    for name in names:
        link(cut.folder / name, folder / name)
    for place in folder.iterdir():
        if place.is_symlink() and place.name not in names and str(place.readlink()).startswith("cuts/"):
            place.unlink()


def tell_version(film: Path, folder: Path, board: Storyboard) -> None:
    """Write down in a film's manifest, where there is one, what its version in `folder` has become.

    Raises:
        filelock.Timeout: another render has held the film for an hour.
    """
    manifest = film / "manifest.json"
    with FileLock(film / LOCK, timeout=LOCK_WAIT):  # two versions may be rendered at once
        whole = read_whole(manifest)
        if whole is None:
            return
        told = {"folder": folder.relative_to(film).as_posix(), **version_facts(folder)}
        whole["versions"] = {**whole.get("versions", {}), board.version: told}
        write_whole(manifest.resolve(), as_json(whole))


def version_facts(folder: Path) -> dict[str, Any]:
    """Give what a film's manifest says of a version, from the version's own."""
    whole = read_whole(folder / "manifest.json") or {}
    told = {key: whole.get(key) for key in ("title", "language", "size", "fps", "frames", "complete", "cut")}
    return {"film": f"versions/{folder.name}/film.mp4", **told}


def manifest(
    folder: Path, plan: RenderPlan, shots: Sequence[DeskShot], cut: Cut, seconds: float, warnings: Sequence[Problem]
) -> dict[str, Any]:
    """Give what the cut's manifest.json holds; a cut that is only told again keeps when and how fast it was made."""
    output = plan.output
    born = {"made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "seconds_to_make": round(seconds, 2)}
    born |= {name: told for name in born if (told := read_value(cut.folder / "manifest.json", name, object))}
    return {
        "kind": "manifest/1",
        "name": film_name(folder, plan.board),
        "title": plan.board.title,
        "storyboard": str(plan.board.file),
        "size": [output.size.width, output.size.height],
        "fps": rate_text(output.rate),
        "frames": plan.frames,
        "film": "film.mp4",
        "complete": all(shot.choice is not None for shot in shots),
        "cut": cut.number,
        "recipe": cut.recipe,
        **born,
        "shots": [_manifest_shot(film_name(folder, plan.board), plan, shot, warnings) for shot in shots],
        "version": plan.board.version or None,
        "language": plan.board.language,
        "versions": _versions(folder, plan.board),
    }


def write_manifest(cut: Cut, whole: Mapping[str, Any]) -> None:
    """Write a cut's manifest.json."""
    write_whole(cut.folder / "manifest.json", as_json(whole))


def film_name(folder: Path, board: Storyboard) -> str:
    """Give the name of a film, also of the one that a version in `folder` belongs to."""
    return folder.parent.parent.name if board.version else folder.name


def _versions(folder: Path, board: Storyboard) -> dict[str, Any]:
    """Give what is there of the storyboard's versions."""
    places = {name: folder / "versions" / name for name in board.versions} if not board.version else {}
    return {
        name: {"folder": f"versions/{name}", **version_facts(place)}
        for name, place in places.items()
        if (place / "manifest.json").is_file()
    }


def rerun(board: Storyboard, film: str, shot: str) -> str:
    """Say what to type to make one shot of a film again."""
    name = "" if film == board.name else f" --name {shlex.quote(film)}"
    return f"dailies render {shlex.quote(str(board.file))}{name} --shot {shot}"


def _manifest_shot(film: str, plan: RenderPlan, desk: DeskShot, warnings: Sequence[Problem]) -> dict[str, Any]:
    shot: Shot = desk.plan.shot
    take = desk.takes[desk.choice.take] if desk.choice else None
    slot = desk.plan.slot
    place = f"shots[{shot.index}]"
    return {
        "id": shot.id,
        "status": "done" if take else "missing",
        "take": desk.choice.take if desk.choice else None,
        "picked_by": desk.choice.by if desk.choice else None,
        "score": round(take.card.score, 4) if take else None,
        "seed": take.seed if take else None,
        "generator": desk.plan.generation.generator,
        "frames": [slot.start, slot.end],
        "transition": {"type": slot.transition, "frames": slot.transition_frames},
        "recipe": take.key if take else None,
        "sha256": take.sha256 if take else None,
        "cost_usd": 0.0 if desk.plan.uses else round(sum(one.usd for one in desk.takes.values()), 4),
        "compute_seconds": 0.0 if desk.plan.uses else round(sum(one.compute_seconds for one in desk.takes.values()), 3),
        "scene": shot.scene,
        "camera": shot.camera,
        "uses": desk.plan.uses,
        "speed": None if desk.plan.speed == 1 else rate_text(desk.plan.speed),
        "window": [desk.plan.first, desk.plan.spare] if desk.plan.windowed else None,
        "titles": [_title(one) for one in plan.overlays if one.kind == "title" and one.shot == shot.id],
        "lines": [{"who": one.who, "text": dict(one.text), "at": float(one.at)} for one in shot.lines],
        "advice": list(desk.plan.advice),
        "reason": None if take else desk.reason,
        "rerun": rerun(plan.board, film, shot.id),
        "warnings": [one.message for one in warnings if one.path.startswith(place)],
    }


def _title(one: Overlay) -> dict[str, Any]:
    return {"text": one.text, "role": one.role, "place": one.place, "start": one.start, "stop": one.stop}
