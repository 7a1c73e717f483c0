"""The folder people look into: links to takes, scores, sheets, plan, manifest, and every cut that was made."""

import json
import os
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.deliver import page_curves, sheet
from pipeline.model import Card, Choice, RenderPlan, ShotPlan
from pipeline.score import VERSION
from pipeline.store import read_value, write_whole


@dataclass(frozen=True, slots=True)
class DeskTake:
    """One take as it is shown."""

    seed: int
    clip: Path
    strip: Path
    card: Card
    sha256: str
    key: str
    usd: float
    compute_seconds: float


@dataclass(frozen=True, slots=True)
class DeskShot:
    """One shot as it is shown; `reason` says why it is missing, where `choice` is None.

    `failures` and `stopped` say why a take could not be made, and why it was not made to its end.
    """

    plan: ShotPlan
    takes: Mapping[int, DeskTake]
    failures: Mapping[int, str]
    choice: Choice | None
    reason: str
    stopped: Mapping[int, str] = field(default_factory=dict)


def rate_text(rate: Fraction) -> str:
    """Write a rate as `24/1`."""
    return f"{rate.numerator}/{rate.denominator}"


def as_json(value: object) -> str:
    """Write JSON as people and diffs like it."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


# ---------------------------------------------------------------- plan


def write_plan(folder: Path, plan: RenderPlan, board_file: Path, keys: Sequence[str]) -> None:
    """Write plan.json: what was decided, and the key of every artefact the film hangs on (`dailies gc` keeps those)."""
    known = [take.recipe.key for shot in plan.shots for take in shot.takes if take.recipe is not None]
    whole = {
        "kind": "plan/1",
        "storyboard": str(board_file),
        **plan_facts(plan),
        "keeps": sorted({*known, *keys}),
    }
    write_whole(folder / "plan.json", as_json(whole))


def kept_keys(folder: Path) -> list[str]:
    """Give the keys that plan.json names now; none before the first render."""
    return [str(key) for key in read_value(folder / "plan.json", "keeps", list) or []]


def plan_facts(plan: RenderPlan) -> dict[str, Any]:
    """Give a plan as JSON values, for plan.json and `dailies plan --json`."""
    output = plan.output
    return {
        "title": plan.board.title,
        "size": [output.size.width, output.size.height],
        "fps": rate_text(output.rate),
        "frames": plan.frames,
        "estimate": _estimate(plan.estimate),
        "shots": [_shot_facts(shot) for shot in plan.shots],
        "warnings": [str(one) for one in plan.warnings],
    }


def _estimate(estimate: Any) -> dict[str, Any]:
    return {
        "takes": estimate.takes,
        "usd": round(estimate.usd, 4),
        "seconds": round(estimate.seconds, 3),
        "disk_bytes": estimate.disk_bytes,
    }


def _shot_facts(shot: ShotPlan) -> dict[str, Any]:
    made, wanted = shot.generation.spec, shot.delivered
    return {
        "id": shot.shot.id,
        "frames": [shot.slot.start, shot.slot.end],
        "handles": [shot.slot.head, shot.slot.tail],
        "transition": {"type": shot.slot.transition, "frames": shot.slot.transition_frames},
        "generator": shot.generation.generator,
        "task": shot.generation.task,
        "prompt": shot.generation.prompt,
        "negative": shot.generation.negative,
        "made": {"size": str(made.size), "fps": rate_text(made.rate), "frames": made.frames},
        "delivered": {"size": str(wanted.size), "fps": rate_text(wanted.rate), "frames": wanted.frames},
        "steps": list(shot.steps),
        "after": shot.after,
        "takes": [
            {"take": one.number, "seed": one.seed, "key": one.recipe.key if one.recipe else None, "stored": one.stored}
            for one in shot.takes
        ],
        "estimate": _estimate(shot.estimate),
    }


# ---------------------------------------------------------------- shots


def take_numbers(folder: Path, shot: str) -> list[int]:
    """List the numbers of the takes that lie on the desk for a shot."""
    found = (re.fullmatch(r"take_(\d+)\.mp4", path.name) for path in (folder / "shots" / shot).glob("take_*.mp4"))
    return sorted(int(match[1]) for match in found if match)


def write_shot(folder: Path, desk: DeskShot) -> None:
    """Put one shot on the desk: links to its takes, their strips, scores.json, and the contact sheet."""
    place = folder / "shots" / desk.plan.shot.id
    place.mkdir(parents=True, exist_ok=True)
    for number, take in desk.takes.items():
        link(take.clip, place / f"take_{number}.mp4")
        link(take.strip, place / f"take_{number}.jpg")
    scores = as_json(scores_of(desk))
    before = place / "scores.json"
    if before.is_file() and before.read_text("utf-8") == scores and (place / "sheet.jpg").is_file():
        return
    write_whole(before, scores)
    write_whole(place / "log.txt", log_of(desk))
    sheet.write(place)


def link(target: Path, name: Path) -> None:
    """Make `name` a relative link to `target`, replacing an older one in one step."""
    goal = os.path.relpath(target.resolve(), name.parent.resolve())
    if name.is_symlink() and str(name.readlink()) == goal:
        return
    temporary = name.with_name(f".{uuid.uuid4().hex}")
    temporary.symlink_to(goal)
    temporary.replace(name)


def scores_of(desk: DeskShot) -> dict[str, Any]:
    """Give scores.json of a shot (interface.md)."""
    return {
        "kind": "scores/1",
        "scorer": VERSION,
        "shot": desk.plan.shot.id,
        "scene": desk.plan.shot.scene,
        "camera": desk.plan.shot.camera,
        "generator": desk.plan.generation.generator,
        "prompt": desk.plan.generation.prompt,
        "takes": [_scored(number, take) for number, take in desk.takes.items()],
        "failed": [{"take": number, "reason": reason} for number, reason in desk.failures.items()],
        "stopped": [{"take": number, "reason": reason} for number, reason in desk.stopped.items()],
        "chosen": desk.choice.take if desk.choice else None,
        "by": desk.choice.by if desk.choice else None,
        "why": desk.choice.reason if desk.choice else desk.reason,
    }


def log_of(desk: DeskShot) -> str:
    """Tell in lines what became of every take of a shot, and which one the film uses."""
    lines = [f"{desk.plan.shot.id}: {desk.plan.generation.generator}, {desk.plan.generation.task}"]
    for number, take in desk.takes.items():
        gates = "; ".join(one.reason for one in take.card.rejected)
        told = f"rejected: {gates}" if gates else "not rejected"
        lines.append(f"take {number}: seed {take.seed}, {take.compute_seconds:.1f} s, {take.card.score:.3f}, {told}")
    lines += [f"take {number}: not made: {reason}" for number, reason in desk.failures.items()]
    lines += [f"take {number}: {reason}" for number, reason in desk.stopped.items()]
    lines.append(desk.choice.reason if desk.choice else f"missing: {desk.reason}")
    return "\n".join(lines) + "\n"


def _scored(number: int, take: DeskTake) -> dict[str, Any]:
    card = take.card
    return {
        "take": number,
        "seed": take.seed,
        "score": round(card.score, 4),
        "rejected": [one.gate for one in card.rejected],
        "features": {name: round(value, 5) for name, value in card.features.items()},
        "terms": {name: round(value, 5) for name, value in card.terms.items()},
        "costs": {name: round(value, 5) for name, value in card.costs.items()},
        "worst": [asdict(one) for one in card.worst],
        "reasons": [
            {"gate": one.gate, "start": one.start, "stop": one.stop, "reason": one.reason} for one in card.rejected
        ],
        "file": f"take_{number}.mp4",
        "strip": f"take_{number}.jpg",
        "rate": rate_text(card.spec.rate),
        "frames": card.spec.frames,
        "curves": page_curves.told(card),
    }
