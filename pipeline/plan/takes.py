"""The takes of a shot: their numbers and seeds, what is there of them, which may race, and what they cost."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from pipeline.errors import StoryboardInvalid
from pipeline.model import Estimate, GenerationPlan, Recipe, Shot, ShotPlan, Storyboard, TakePlan
from pipeline.plan.asked import Asked, Desk, Has

BYTES_PER_PIXEL = 0.02
"""Disk of a stored take, per pixel and frame: measured on animatic takes at crf 12."""


def seed_of(board_seed: int, shot: Shot, take: int) -> int:
    """Derive the seed of a take: 31 bits of sha256(storyboard seed, shot id, take), or (shot seed, take)."""
    origin = f"{board_seed}\0{shot.id}\0{take}" if shot.seed is None else f"{shot.seed}\0{take}"
    return int.from_bytes(hashlib.sha256(origin.encode()).digest()[:4], "big") >> 1


def another(shot: ShotPlan, board: Storyboard, has: Has) -> ShotPlan | None:
    """Give the shot with one take more, where its takes may be more than there are; None where they may not."""
    numbers = [take.number for take in shot.takes]
    if not shot.generation.seeded or len(numbers) >= (shot.shot.max_takes or 0):
        return None
    number = max(numbers) + 1
    known = all(take.recipe is not None for take in shot.takes)
    take = take_of(shot.generation, number, seed_of(board.seed, shot.shot, number), has, known=known)
    return replace(shot, takes=(*shot.takes, take))


def begins_itself(shot: Shot) -> bool:
    """Tell whether a shot needs no frame that is still to be made: none of another shot, none of a picture model."""
    return shot.continues is None and shot.keyframe is None


def pickable(board: Storyboard, shot: Shot, made: GenerationPlan) -> None:
    """Refuse a pick among takes that would all be the same.

    Raises:
        StoryboardInvalid: the pick is not take 1.
    """
    if shot.pick is not None and shot.pick > 1 and not made.seeded:
        only = f"take {shot.pick} cannot be had: every take of this shot would be the same, so there is one"
        raise StoryboardInvalid([board.problem(f"shots[{shot.index}].pick", f"{only}; leave `pick` out")])


def takes(
    board: Storyboard, shot: Shot, made: GenerationPlan, has: Has, asked: Asked, *, races: bool = False
) -> list[TakePlan]:
    """Number the takes of a shot, from the first that is wanted on, and say which are there; a race has all of them."""
    if not made.seeded:
        return [take_of(made, 1, 0, has, known=begins_itself(shot))]
    first, count = asked.first_takes.get(shot.id, 1), asked.count(shot.takes, at_once=races)
    numbers = set(range(first, first + count))
    wanted = picked(asked, shot)
    if wanted:
        numbers = {wanted} if shot.id in asked.alone else numbers | {wanted}
    known = begins_itself(shot)
    return [take_of(made, n, seed_of(board.seed, shot, n), has, known=known) for n in sorted(numbers)]


def picked(asked: Asked, shot: Shot) -> int | None:
    """Give the take that the producer wants: it is made to its end whatever becomes of the others."""
    return asked.picked.get(shot.id) or shot.pick


def heat(desk: Desk, shot: Shot, made: GenerationPlan) -> tuple[bool, tuple[tuple[str, str], ...]]:
    """Tell whether a shot's takes race; and what to doubt where they should and cannot."""
    if shot.race is None or not made.seeded:
        return False, ()
    name = made.tool
    if getattr(desk.tools(name), "races", False):
        return True, ()
    return False, (("race", f"{name} cannot race: every take is made to its end"),)


def take_of(made: GenerationPlan, number: int, seed: int, has: Has, *, known: bool = True) -> TakePlan:
    """Give one take; its recipe is not known while the frame it starts from is still to be made."""
    if not known:
        return TakePlan(number, seed, None, stored=False)
    recipe: Recipe = made.recipe(seed)
    return TakePlan(number, seed, recipe, has(recipe))


def estimate(made: GenerationPlan, takes: int, pace: Mapping[str, float]) -> Estimate:
    """Say what so many takes cost, by the studio's own pace where it is known."""
    each = pace[made.generator] * made.spec.frames if made.generator in pace else made.compute_seconds
    disk = int(made.spec.size.pixels * made.spec.frames * BYTES_PER_PIXEL)
    return Estimate(takes, made.usd * takes, each * takes, disk * takes)
