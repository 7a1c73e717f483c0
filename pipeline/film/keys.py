"""Pictures a shot starts from, made for it by a picture model: which are there, making one, and the choice."""

from pipeline import choose, shot
from pipeline.errors import DailiesError, ShotFailed
from pipeline.film.making import Make, made_here
from pipeline.model import Input, MediaFacts, TakePlan
from pipeline.ports import Tell
from pipeline.production import Production, ShotState
from pipeline.racing import Stopped


def missing_key_pictures(production: Production, name: str) -> list[TakePlan]:
    """List the pictures to be made before a shot's takes can be: none where it needs none, or has its takes' frames."""
    state = production.shots[name]
    if state.key is None or all(take.recipe for take in state.plan.takes):
        return []
    find_key_pictures(production, state.key)
    known = state.key.takes.keys() | state.key.failures.keys()
    return [take for take in state.key.plan.takes if take.number not in known]


def find_key_pictures(production: Production, key: ShotState) -> None:
    """Take up the pictures that the store already holds, without making anything."""
    for take in key.plan.takes:
        if take.number not in key.takes and (judged := shot.find(production.studio.store, key.plan, take)) is not None:
            key.takes[take.number] = judged


def make_key_picture(production: Production, name: str, number: int, tell: Tell, make: Make = made_here) -> None:
    """Have one picture of a shot made and measured by `make`, or find it in the store.

    Raises:
        DailiesError: it could not be made; it is also remembered in the shot's state.
    """
    key = production.shots[name].key
    assert key is not None
    take = next(one for one in key.plan.takes if one.number == number)
    try:
        made = make(production.studio.store, key.plan, take, tell)
    except DailiesError as failure:
        key.failures[number] = failure
        raise
    assert not isinstance(made, Stopped), "pictures do not race"
    key.takes[number] = made


def first_frame(production: Production, key: ShotState) -> tuple[Input, MediaFacts]:
    """Give the picture that a shot starts from: the one that goes best with its words, else the first that is usable.

    Raises:
        DailiesError: none could be made, or none is usable.
    """
    if not key.takes:
        raise next(iter(key.failures.values()), ShotFailed("no picture was made to start from", cure="render it again"))
    cards = {number: one.card for number, one in sorted(key.takes.items())}
    good = [number for number in choose.ranked(cards) if not cards[number].rejected]
    if not good:
        cure = "change the scene, ask for more pictures, or give one with `first_frame`"
        raise ShotFailed("every picture it could start from is black or empty", cure=cure)
    best = max(good, key=lambda number: (cards[number].features.get("alignment", 0.0), -good.index(number)))
    return shot.last_frame(production.studio.store, key.takes[best])
