"""Takes of one shot that race: who takes part, what is kept of those that were stopped, and the race itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import shot as shots
from pipeline.model import Order, Race, Recipe, ShotPlan, TakePlan, TakeResult
from pipeline.ports import Generator, Tell
from pipeline.shot import TAKE, Judged
from pipeline.store import Store

TOOL = "race@1"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A take that was stopped early: after so many steps, with these scores of its previews, the last one too low.

    `key` is the address of the note that says so: without it the race would be run again.
    """

    plan: TakePlan
    steps: int
    previews: tuple[float, ...]
    key: str = ""

    @property
    def reason(self) -> str:
        """Say it to a producer."""
        told = ", ".join(f"{one:.3f}" for one in self.previews)
        steps = f"{self.steps} step{'' if self.steps == 1 else 's'}"
        return f"stopped in the race after {steps}: the others' previews were better ({told})"


def stop_recipe(take: TakePlan, race: Race) -> Recipe:
    """Give the recipe of the note that a take was stopped; another race stops others."""
    assert take.recipe is not None
    values = {"take": take.recipe.key, "rungs": list(race.rungs), "keep": list(race.keep)}
    return Recipe("stopped/1", TOOL, values)


def stopped(store: Store, shot: ShotPlan, take: TakePlan) -> Stopped | None:
    """Give what is known of a take that was stopped; None for one that is there, may not be stopped, or never began."""
    race = shot.shot.race
    if race is None or take.recipe is None or take.number not in shot.heat or store.has(take.recipe):
        return None
    entry = store.find(stop_recipe(take, race))
    if entry is None:
        return None
    told = json.loads(entry.file("data.json").read_text("utf-8"))
    return Stopped(take, int(told["steps"]), tuple(map(float, told["previews"])), entry.key)


def heat(store: Store, shot: ShotPlan) -> list[TakePlan]:
    """Give the takes of a shot that are still to race; one alone does not, it is made to its end."""
    race = shot.shot.race
    if race is None:
        return []
    known = [take for take in shot.takes if take.number in shot.heat and take.recipe is not None]
    left = [take for take in known if not store.has(take.recipe) and stopped(store, shot, take) is None]  # type: ignore[arg-type] # asked above
    return left if len(left) > 1 else []


def made(store: Store, shot: ShotPlan, take: TakePlan) -> Judged | Stopped | None:
    """Give a take and its card, or why it was stopped; None where it is still to be made."""
    return shots.find(store, shot, take) or stopped(store, shot, take)


def make(store: Store, shot: ShotPlan, take: TakePlan, tool: Generator, tell: Tell) -> Judged | Stopped:
    """Make and measure a take, or find it in the store; with it all it races against.

    Raises:
        Busy: another process is making it, or holds the race.
        DailiesError: the generator failed; the leaf says who can mend it.
    """
    if (there := made(store, shot, take)) is not None:
        return there
    others = heat(store, shot)
    if take in others:
        _run(store, shot, others, tool, tell)
        if (lost := stopped(store, shot, take)) is not None:
            return lost
    return shots.judge(store, shot, take, shots.make_take(store, shot, take, tool, tell))


def _run(store: Store, shot: ShotPlan, takes: Sequence[TakePlan], tool: Generator, tell: Tell) -> None:
    """Race takes; the artefact is the race's own log, from which bench/race.py tells what previews are worth."""
    race = shot.shot.race
    assert race is not None
    keys = sorted(take.recipe.key for take in takes if take.recipe)
    recipe = Recipe("race/1", TOOL, {"takes": keys, "rungs": list(race.rungs), "keep": list(race.keep)})

    def write(folder: Path) -> None:
        words = shots.read_words(store, tool, shot.generation, tell)
        orders = [Order(shot.generation, one.number, one.seed, _place(folder, one), words, race) for one in takes]
        results = shots.generated(tool, orders, shot, store.work(recipe), tell)
        by_number = {take.number: take for take in takes}
        told = [_kept(store, shot, by_number[one.order.take], one, race) for one in results]
        _log(folder, shot, race, told)

    store.make(recipe, write)


def _place(folder: Path, take: TakePlan) -> Path:
    return folder / f"take_{take.number}.mp4"


def _kept(store: Store, shot: ShotPlan, take: TakePlan, result: TakeResult, race: Race) -> dict[str, Any]:
    """Put what became of a take into the store; give what the log tells of it."""
    about: Mapping[str, Any] = result.provenance.get("race", {})
    previews = list(about.get("previews", ()))
    told = {"take": take.number, "seed": take.seed, "previews": previews, "steps": about.get("steps"), "final": None}
    if result.stopped is not None:
        note = json.dumps({"kind": "stopped/1", "steps": result.stopped, "previews": previews})
        store.make(stop_recipe(take, race), lambda folder: _write(folder, note))
        return told
    assert take.recipe is not None
    entry = store.make(take.recipe, lambda folder: _moved(result, folder))
    return told | {"final": shots.judge(store, shot, take, entry).card.score}


def _moved(result: TakeResult, folder: Path) -> Mapping[str, Any]:
    result.order.out.rename(folder / TAKE)
    return shots.record(result)


def _log(folder: Path, shot: ShotPlan, race: Race, told: Sequence[Mapping[str, Any]]) -> None:
    whole = {
        "kind": "race/1",
        "shot": shot.shot.id,
        "generator": shot.generation.generator,
        "rungs": list(race.rungs),
        "keep": list(race.keep),
        "takes": sorted(told, key=lambda one: int(one["take"])),
    }
    _write(folder, json.dumps(whole, indent=1))


def _write(folder: Path, text: str) -> None:
    (folder / "data.json").write_text(text, "utf-8")
