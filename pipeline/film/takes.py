"""Takes: which recipes a shot has, what the store holds of them, and making one."""

from collections.abc import Callable

from pipeline import plan as planning
from pipeline import registry, shot
from pipeline.deliver import facts_takes
from pipeline.errors import DailiesError, ShotFailed
from pipeline.generators import weights
from pipeline.model import ShotPlan, TakePlan
from pipeline.ports import Tell
from pipeline.production import Production
from pipeline.shot import Judged
from pipeline.store import Store

Make = Callable[[Store, ShotPlan, TakePlan, Tell], Judged]
"""Has a take made and measured, here or elsewhere; afterwards the store has both."""


def made_here(store: Store, plan: ShotPlan, take: TakePlan, tell: Tell) -> Judged:
    """Make and measure a take in this process, or find it in the store."""
    tool = registry.generator(plan.generation.generator.partition("@")[0])
    return shot.judge(store, plan, take, shot.make_take(store, plan, take, tool, tell))


def resolve(production: Production, name: str) -> ShotPlan:
    """Give a shot's plan with its recipes known; a chained shot's depend on the take its predecessor chose.

    Raises:
        ShotFailed: the shot it continues has no take.
    """
    state = production.shots[name]
    before = state.plan.after
    if before is None or all(take.recipe for take in state.plan.takes):
        return state.plan
    upstream = production.state(before)
    if upstream.choice is None:
        raise ShotFailed(f"it continues '{before}', which has no take yet", cure=f"mend '{before}' first")
    store = production.studio.store
    frame, facts = shot.last_frame(store, upstream.takes[upstream.choice.take])
    state.plan = planning.chained(
        state.plan, production.plan.board, frame, facts, registry.generator, store.has, weights.find
    )
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
        judged = make(store, state.plan, take, tell)
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


def recall_failures(production: Production, name: str) -> None:
    """Take up why takes of a shot did not come, as another process wrote it on the desk."""
    state = production.shots[name]
    wanted = {take.number for take in state.plan.takes} - set(state.takes)
    told = facts_takes.failed(facts_takes.read_scores(production.folder / "shots" / name))
    state.failures |= {number: ShotFailed(reason) for number, reason in told if number in wanted}


def missing_takes(production: Production, name: str) -> list[TakePlan]:
    """List the takes of a shot that are not there yet."""
    state = production.shots[name]
    return [take for take in state.plan.takes if take.number not in state.takes]


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
