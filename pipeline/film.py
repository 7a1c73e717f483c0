"""The life of one film: takes shot by shot, a choice over all of them, pieces, the cut, the page.

    prepare -> make_shot_take ... -> settle_shot -> assemble

Flows call these verbs; calling them again makes only what the store lacks.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from pipeline import assemble as cutting
from pipeline import picks as picking
from pipeline import plan as planning
from pipeline import registry, shot
from pipeline.deliver import cuts, folder, report, slate
from pipeline.errors import DailiesError, ShotFailed
from pipeline.media import frames as film_frames
from pipeline.model import Recipe, ShotPlan, TakePlan
from pipeline.picks import Pick
from pipeline.production import Production, ShotState, remember_pace
from pipeline.store import Entry

NOT_ASKED = "not rendered in this run"


# ---------------------------------------------------------------- takes


def resolve(production: Production, name: str) -> ShotPlan:
    """Give a shot's plan with its recipes known; a chained shot's depend on the take its predecessor chose.

    Raises:
        ShotFailed: the shot it continues has no take.
    """
    state = production.shots[name]
    before = state.plan.after
    if before is None or all(take.recipe for take in state.plan.takes):
        return state.plan
    upstream = production.shots[before]
    if upstream.choice is None:
        raise ShotFailed(f"it continues '{before}', which has no take yet", cure=f"mend '{before}' first")
    store = production.studio.store
    frame, facts = shot.last_frame(store, upstream.takes[upstream.choice.take])
    state.plan = planning.chained(state.plan, production.plan.board, frame, facts, registry.generator, store.has)
    return state.plan


def make_shot_take(production: Production, name: str, number: int, tell: Callable[[float], None]) -> None:
    """Make and measure one take of a shot (resolved before), or find it in the store.

    Raises:
        DailiesError: the take could not be made; it is also remembered in the shot's state.
    """
    state = production.shots[name]
    take = next(one for one in state.plan.takes if one.number == number)
    store = production.studio.store
    tool = registry.generator(state.plan.generation.generator.partition("@")[0])
    there = take.recipe is not None and store.has(take.recipe)
    try:
        entry = shot.make_take(store, state.plan, take, tool, tell)
        judged = shot.judge(store, state.plan, take, entry)
    except DailiesError as failure:
        state.failures[number] = failure
        raise
    state.takes[number] = judged
    if not there:
        state.made.add(number)


def find_takes(production: Production, name: str) -> None:
    """Take up what the store already holds of a shot, without making anything."""
    state = production.shots[name]
    store = production.studio.store
    found = ((take.number, shot.find(store, state.plan, take)) for take in state.plan.takes)
    state.takes |= {number: judged for number, judged in found if judged is not None}


def missing_takes(production: Production, name: str) -> list[TakePlan]:
    """List the takes of a shot that are not there yet."""
    state = production.shots[name]
    return [take for take in state.plan.takes if take.number not in state.takes]


def settle_shot(production: Production, name: str) -> None:
    """Choose among a shot's takes, finish the choice, and put it on the desk: links, scores, contact sheet."""
    state = production.shots[name]
    choose(production, state, picking.read(production.folder))
    finished(production, state)
    folder.write_shot(production.folder, desk(state))


def choose(production: Production, state: ShotState, picks: Mapping[str, Pick]) -> None:
    """Choose a take by `picks` (picks.yaml as it is now), the storyboard, or the score; say why where none can be."""
    name = state.plan.shot.id
    pick = picks.get(name, Pick()).take
    state.choice = None
    if not state.takes:
        failure = next(iter(state.failures.values()), state.blocked)
        state.reason, state.cure = (failure.message, failure.cure) if failure else (NOT_ASKED, "")
    else:
        try:
            state.choice = shot.choice(state.plan, state.takes, pick)
        except DailiesError as failure:
            state.reason, state.cure = failure.message, failure.cure
    if state.choice is None and not state.cure:
        state.cure = cuts.rerun(production.plan.board, production.name, name)


def finished(production: Production, state: ShotState) -> shot.Material | None:
    """Give the chosen take at the film's rate; where finishing it fails, the shot is missing and says why."""
    if state.choice is None:
        return None
    store, board = production.studio.store, production.plan.board
    try:
        return shot.material(store, state.plan, board.finish, state.takes[state.choice.take])
    except DailiesError as failure:
        state.choice, state.reason, state.cure = None, failure.message, failure.cure
        return None


def desk(state: ShotState) -> folder.DeskShot:
    """Give what is put on the producer's desk of one shot."""
    takes = {number: _desk_take(one) for number, one in sorted(state.takes.items())}
    failures = {number: str(failure) for number, failure in sorted(state.failures.items())}
    told = f"{state.reason} ({state.cure})" if state.cure else state.reason
    reason = told if state.choice is None else ""
    return folder.DeskShot(state.plan, takes, failures, state.choice, reason)


def _desk_take(one: shot.Judged) -> folder.DeskTake:
    record = one.entry.record
    return folder.DeskTake(
        one.plan.seed,
        one.clip,
        one.card_entry.file("strip.jpg"),
        one.card,
        one.entry.sha256(shot.TAKE),
        one.entry.key,
        float(record.get("usd", 0.0)),
        float(record.get("compute_seconds", 0.0)),
    )


# ---------------------------------------------------------------- film


def assemble(production: Production, tell: Callable[[float], None]) -> cuts.Cut:
    """Choose once more over all cards, finish what changed, join the film, and write manifest and page.

    The same cut is not joined twice: its recipe is compared with the newest one's.
    """
    store, plan = production.studio.store, production.plan
    picks = picking.read(production.folder)
    for state in production.shots.values():
        choose(production, state, picks)
    materials = {
        name: finished(production, state) or _slate(production, state) for name, state in production.shots.items()
    }
    chosen = {name: one.takes[one.choice.take] for name, one in production.shots.items() if one.choice is not None}
    edit = cutting.Edit(plan, materials, cutting.grades(plan, chosen))
    pieces = cutting.make_pieces(store, edit, tell)
    sound = cutting.make_sound(store, plan.sound)
    recipe = Recipe("film/1", cutting.TOOL, {"pieces": [one.key for one in pieces], "sound": sound.key})
    cut = cuts.newest_cut(production.folder)
    if cut is None or cut.recipe != recipe.key:
        cut = cuts.next_cut(production.folder, recipe.key)
        cutting.join_film(edit, pieces, sound, cut.film)
    _tell_all(production, cut, edit, [*pieces, sound])
    return cut


def _slate(production: Production, state: ShotState) -> shot.Still:
    store, plan = production.studio.store, production.plan
    size, name, scene, title = plan.output.size, state.plan.shot.id, state.plan.shot.scene, plan.board.title
    card = slate.recipe(size, name, state.reason, cure=state.cure, scene=scene, title=title)

    def write(path: Path) -> None:
        picture = slate.slate(size, name, state.reason, cure=state.cure, scene=scene, title=title)
        film_frames.write_picture(path / "data.png", picture)

    return shot.Still(card.key, store.make(card, write, wait=shot.CPU_WAIT).file("data.png"), size)


def _tell_all(production: Production, cut: cuts.Cut, edit: cutting.Edit, made: list[Entry]) -> None:
    plan = replace(production.plan, shots=tuple(state.plan for state in production.shots.values()))
    keys = [entry.key for entry in made]
    keys += [material.key for material in edit.materials.values()]
    keys += [key for one in production.shots.values() for take in one.takes.values() for key in _keys(take)]
    folder.write_plan(production.folder, plan, plan.board.file.resolve(), keys)
    shots = [desk(state) for state in production.shots.values()]
    for one in shots:
        folder.write_shot(production.folder, one)
    seconds = time.monotonic() - production.began
    cuts.write_manifest(production.folder, plan, shots, cut, seconds, production.warnings)
    cuts.publish(production.folder, cut)
    report.report(production.folder)
    remember_pace(production.studio, _pace_of(production))


def _pace_of(production: Production) -> dict[str, tuple[int, float]]:
    """Sum frames and compute seconds of the takes made in this run, by tool."""
    made: dict[str, tuple[int, float]] = {}
    for state in production.shots.values():
        tool = state.plan.generation.generator
        for number in state.made:
            frames, seconds = made.get(tool, (0, 0.0))
            spent = float(state.takes[number].entry.record.get("compute_seconds", 0.0))
            made[tool] = (frames + state.plan.generation.spec.frames, seconds + spent)
        state.made.clear()
    return made


def _keys(take: shot.Judged) -> list[str]:
    return [take.entry.key, take.card_entry.key]
