"""Choosing among a shot's takes, finishing the choice, and putting it on the desk."""

from collections.abc import Mapping
from dataclasses import replace

from pipeline import picks as picking
from pipeline import shot
from pipeline.deliver import cuts, folder
from pipeline.errors import DailiesError
from pipeline.film import takes
from pipeline.material import Clip, material
from pipeline.model import Choice, ShotPlan
from pipeline.picks import Pick
from pipeline.production import Production, ShotState

NOT_ASKED = "not rendered in this run"


def settle_shot(production: Production, name: str) -> None:
    """Choose among a shot's takes, finish the choice, and put it on the desk: links, scores, contact sheet."""
    state = production.shots[name]
    choose(production, state, picking.read(production.desk))
    finished(production, state)
    folder.write_shot(production.folder, desk(state))
    for number, picture in sorted(state.key.takes.items() if state.key else ()):
        source, _ = shot.last_frame(production.studio.store, picture)
        folder.link(source.path, production.folder / "shots" / name / f"key_{number}.png")


def take_up(production: Production, name: str) -> ShotState:
    """Take up what is there of a shot, and of those it continues, and choose; nothing is made or written.

    The shot is blocked where one that it continues has no take. Takes that were added because all were rejected are
    taken up too.
    """
    state = production.shots[name]
    if state.plan.after in production.shots:
        take_up(production, str(state.plan.after))
    picks = picking.read(production.desk)
    try:
        takes.resolve(production, name)
    except DailiesError as failure:
        state.blocked = failure
    takes.find_takes(production, name)
    choose(production, state, picks)
    while more := takes.reroll(production, name):
        takes.find_takes(production, name)
        if more[0].number not in state.takes:
            break
        choose(production, state, picks)
    return state


def choose(production: Production, state: ShotState, picks: Mapping[str, Pick]) -> None:
    """Choose a take by `picks` (picks.yaml as it is now), the storyboard, or the score; say why where none can be."""
    name = state.plan.shot.id
    pick = picks.get(name, Pick()).take
    state.choice = None
    if state.plan.uses is not None:
        _choose_again(production, state, state.plan.uses)
    elif not state.takes:
        failure = next(iter(state.failures.values()), state.blocked)
        state.reason, state.cure = (failure.message, failure.cure) if failure else (NOT_ASKED, "")
    else:
        try:
            state.choice = _told_of_race(shot.choice(state.plan, state.takes, pick), len(state.stopped))
        except DailiesError as failure:
            state.reason, state.cure = failure.message, failure.cure
    if state.choice is None and not state.cure:
        state.cure = cuts.rerun(production.plan.board, production.name, name)


def _told_of_race(choice: Choice, stopped: int) -> Choice:
    return replace(choice, reason=f"{choice.reason}; {stopped} stopped early in the race") if stopped else choice


def _choose_again(production: Production, state: ShotState, used: str) -> None:
    """Take the choice of the shot whose take is shown again."""
    source = production.state(used)
    state.choice, state.takes = source.choice, source.takes
    if source.choice is None:
        state.reason = f"it shows the take of '{used}', which has none: {source.reason}"
        state.cure = source.cure


def finished(production: Production, state: ShotState) -> Clip | None:
    """Give the chosen take at the film's rate; where finishing it fails, the shot is missing and says why."""
    if state.choice is None:
        return None
    store, board = production.studio.store, production.plan.board
    outputs = [production.plan.output]
    if production.base is not None and _shares(production.base, production, state.plan):
        outputs = [production.base.plan.output, *outputs]
    try:
        return material(store, state.plan, board.finish, state.takes[state.choice.take], outputs)
    except DailiesError as failure:
        state.choice, state.reason, state.cure = None, failure.message, failure.cure
        return None


def _shares(base: Production, version: Production, plan: ShotPlan) -> bool:
    """Tell whether the film that a version belongs to makes the same of a take, but for its size."""
    theirs = base.shots.get(plan.shot.id)
    if theirs is None or base.plan.board.finish != version.plan.board.finish:
        return False
    there, here = theirs.plan.delivered, plan.delivered
    return (there.rate, there.frames) == (here.rate, here.frames)


def desk(state: ShotState) -> folder.DeskShot:
    """Give what is put on the producer's desk of one shot."""
    takes = {number: _desk_take(one) for number, one in sorted(state.takes.items())}
    failures = {number: str(failure) for number, failure in sorted(state.failures.items())}
    told = f"{state.reason} ({state.cure})" if state.cure else state.reason
    reason = told if state.choice is None else ""
    stopped = {number: one.reason for number, one in sorted(state.stopped.items())}
    return folder.DeskShot(state.plan, takes, failures, state.choice, reason, stopped)


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
