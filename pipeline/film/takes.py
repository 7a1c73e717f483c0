"""Takes: which recipes a shot has, what the store holds of them, and making one."""

from pipeline import plan as planning
from pipeline import racing, registry, shot
from pipeline.deliver import facts_takes
from pipeline.errors import DailiesError, ShotFailed
from pipeline.film.keys import find_key_pictures, first_frame
from pipeline.film.making import Make, made_here
from pipeline.generators import weights
from pipeline.model import Input, MediaFacts, ShotPlan, TakePlan
from pipeline.ports import Tell
from pipeline.production import Production, ShotState
from pipeline.racing import Stopped


def resolve(production: Production, name: str) -> ShotPlan:
    """Give a shot's plan with its recipes known; they may depend on the take of another, or on a picture made for it.

    Raises:
        ShotFailed: the shot it continues has no take; or there is no picture to start from.
    """
    state = production.shots[name]
    before = state.plan.after
    if all(take.recipe for take in state.plan.takes):
        return state.plan
    if state.key is not None:
        find_key_pictures(production, state.key)
        return _started(production, state, *first_frame(production, state.key))
    if before is None:
        return state.plan
    upstream = production.state(before)
    if upstream.choice is None:
        raise ShotFailed(f"it continues '{before}', which has no take yet", cure=f"mend '{before}' first")
    last = shot.last_frame(production.studio.store, upstream.takes[upstream.choice.take])
    return _started(production, state, *last)


def _started(production: Production, state: ShotState, frame: Input, facts: MediaFacts) -> ShotPlan:
    """Plan a shot now that the frame it starts from is there."""
    store, board = production.studio.store, production.plan.board
    state.plan = planning.chained(state.plan, board, frame, facts, registry.generator, store.has, weights.find)
    return state.plan


def make_shot_take(production: Production, name: str, number: int, tell: Tell, make: Make = made_here) -> None:
    """Have one take of a shot (resolved before) made and measured by `make`, or find it in the store.

    Raises:
        DailiesError: the take could not be made; it is also remembered in the shot's state.
    """
    state = production.shots[name]
    take = next(one for one in state.plan.takes if one.number == number)
    store = production.studio.store
    there = take.recipe is not None and store.has(take.recipe)
    try:
        raced = len(racing.heat(store, state.plan)) > 0
        made = make(store, state.plan, take, tell)
    except DailiesError as failure:
        state.failures[number] = failure
        raise
    if isinstance(made, Stopped):
        state.stopped[number] = made
    else:
        state.takes[number] = made
        if not there and not raced:  # what a race takes tells nothing of what a take takes alone
            state.made.add(number)
    if raced:
        find_takes(production, name)


def find_takes(production: Production, name: str) -> None:
    """Take up what the store already holds of a shot, without making anything."""
    state = production.shots[name]
    store = production.studio.store
    for take in state.plan.takes:
        if (judged := shot.find(store, state.plan, take)) is not None:
            state.takes[take.number] = judged
        elif (lost := racing.stopped(store, state.plan, take)) is not None:
            state.stopped[take.number] = lost


def recall_failures(production: Production, name: str) -> None:
    """Take up why takes of a shot did not come, as another process wrote it on the desk."""
    state = production.shots[name]
    wanted = {take.number for take in state.plan.takes} - set(state.takes)
    told = facts_takes.failed(facts_takes.read_scores(production.folder / "shots" / name))
    state.failures |= {number: ShotFailed(reason) for number, reason in told if number in wanted}


def missing_takes(production: Production, name: str) -> list[TakePlan]:
    """List the takes of a shot that are not there yet; those that lost a race are left where they are."""
    state = production.shots[name]
    return [take for take in state.plan.takes if take.number not in state.takes and take.number not in state.stopped]


def made_with_another(production: Production, name: str) -> set[int]:
    """Give the missing takes of a shot that come with the first one of their race."""
    return {take.number for take in racing.heat(production.studio.store, production.shots[name].plan)[1:]}


def reroll(production: Production, name: str) -> list[TakePlan]:
    """Plan one take more for a shot whose takes were all rejected, as far as `max_takes` allows; else none."""
    state = production.shots[name]
    if state.choice is not None or not state.takes or state.failures:
        return []
    more = planning.another(state.plan, production.plan.board, production.studio.store.has)
    if more is None:
        return []
    state.plan = more
    return [more.takes[-1]]
