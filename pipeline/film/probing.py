"""Looks at takes before they are made: a few steps of each, so that prompt and seed are settled cheaply."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from pipeline import registry, shot
from pipeline.errors import DailiesError, ShotFailed
from pipeline.film.choices import take_up
from pipeline.film.keys import make_key_picture, missing_key_pictures
from pipeline.film.making import bare
from pipeline.film.takes import missing_takes
from pipeline.film.words import read_words
from pipeline.model import Recipe, TakePlan
from pipeline.ports import Generator, Tell
from pipeline.production import Production, ShotState
from pipeline.shot import Judged

log = logging.getLogger(__name__)

TOOL = "probe@1"

Told = Callable[[str, int, float], None]
"""Takes the progress, 0..1, of a take of a shot; of its key pictures under the negative number."""


@dataclass(slots=True)
class Probed:
    """A shot looked at: what its takes promise, why one could not be drawn, and which takes are there already.

    `blocked` says why nothing can be drawn; `waits` is the shot it goes on from, where that one has no take yet.
    """

    shot: str
    takes: dict[int, Judged] = field(default_factory=dict)
    failures: dict[int, DailiesError] = field(default_factory=dict)
    made: tuple[int, ...] = ()
    blocked: DailiesError | None = None
    waits: str = ""


def can_be_probed(production: Production, name: str) -> bool:
    """Tell whether the generator of a shot can show what a take promises."""
    plan = production.shots[name].plan
    return plan.uses is None and getattr(_tool(production.shots[name]), "probes", False)


def to_probe(production: Production, names: Sequence[str]) -> int:
    """Count what is to be drawn: missing takes, but of shots that wait, and pictures that others start from."""
    count = 0
    for name in names:
        pictures = len(missing_key_pictures(production, name))
        waits = take_up(production, name).blocked is not None and not pictures
        count += pictures + (0 if waits else len(missing_takes(production, name)))
    return count


def probe(production: Production, names: Sequence[str], share: float, tell: Told) -> Iterator[Probed]:
    """Draw a share (0..1) of the steps of the missing takes of shots that can be probed; one shot after the other.

    What a shot starts from is made where it is a key picture, and must be there where it is the end of another shot.
    """
    read_words(production, names, lambda _: None)
    for name in names:
        _pictures(production, name, tell)
        production.shots[name].blocked = None
    states = {name: take_up(production, name) for name in names}
    read_words(production, [name for name, state in states.items() if state.blocked is None], lambda _: None)
    for name, state in states.items():
        looked = Probed(name, made=tuple(sorted(state.takes)))
        if state.blocked is None:
            _draw(production, state, share, looked, tell)
        elif _waits(production, state):
            looked.waits = str(state.plan.after)
        else:
            looked.blocked = state.blocked
        yield looked


def _waits(production: Production, state: ShotState) -> bool:
    """Tell whether a shot lacks nothing but the take that it goes on from."""
    after = state.plan.after
    return after is not None and isinstance(state.blocked, ShotFailed) and not production.state(after).takes


def _pictures(production: Production, name: str, tell: Told) -> None:
    """Make the pictures that a shot starts from; why one did not come is told by the shot."""

    def telling(number: int) -> Tell:
        return lambda share: tell(name, -number, share)

    for picture in missing_key_pictures(production, name):
        with suppress(DailiesError):
            make_key_picture(production, name, picture.number, telling(picture.number))


def _draw(production: Production, state: ShotState, share: float, looked: Probed, tell: Told) -> None:
    def telling(take: TakePlan) -> Tell:
        return lambda done: tell(looked.shot, take.number, done)

    for take in missing_takes(production, looked.shot):
        try:
            looked.takes[take.number] = _drawn(production, state, take, share, telling(take))
        except DailiesError as failure:
            log.info("take %d of shot '%s' did not come", take.number, looked.shot, exc_info=failure)
            looked.failures[take.number] = bare(failure)


def _drawn(production: Production, state: ShotState, take: TakePlan, share: float, tell: Tell) -> Judged:
    """Give what a take promises and its card, from the store or drawn and measured."""
    store = production.studio.store
    assert take.recipe is not None
    promise = replace(take, recipe=Recipe("probe/1", TOOL, {"take": take.recipe.key, "share": f"{share:g}"}))
    entry = shot.make_take(store, state.plan, promise, _tool(state), tell, probe=share)
    return shot.judge(store, state.plan, promise, entry)


def _tool(state: ShotState) -> Generator:
    return registry.generator(state.plan.generation.tool)
