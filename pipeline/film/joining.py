"""Choosing the takes of neighbouring shots together, where the storyboard weighs what is seen at their cuts."""

import itertools
from collections.abc import Iterator

from pipeline.choose import Candidate, Cut, together
from pipeline.production import Production, ShotState


def choose_together(production: Production) -> None:
    """Choose again for every run of shots that have a choice, by the film's join weights; nothing without any.

    What a producer picked, what is shown again, and what another shot goes on from stays as it is.
    """
    weights = production.plan.board.join
    if not any(weights.values()):
        return
    fixed = _handed_on(production)
    for run in _runs(production):
        shots = [_candidate(state, state.plan.shot.id in fixed) for state in run]
        found = together(shots, [_cut(*two) for two in itertools.pairwise(run)], weights)
        for state in run:
            state.choice = found[state.plan.shot.id]


def _handed_on(production: Production) -> set[str]:
    """Give the shots whose takes others go on from, or show again."""
    plans = [state.plan for state in production.shots.values()]
    return {name for plan in plans for name in (plan.after, plan.uses) if name is not None}


def _runs(production: Production) -> Iterator[list[ShotState]]:
    """Give the shots in film order, parted where one is missing."""
    run: list[ShotState] = []
    for plan in production.plan.shots:
        state = production.shots[plan.shot.id]
        if state.choice is not None:
            run.append(state)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _candidate(state: ShotState, fixed: bool) -> Candidate:
    assert state.choice is not None
    cards = {number: one.card for number, one in state.takes.items()}
    fixed = fixed or state.choice.by == "producer" or state.plan.uses is not None or not state.plan.generation.seeded
    kept = {number: card for number, card in cards.items() if not fixed and not card.rejected}
    return Candidate(state.plan.shot.id, state.choice, kept or {state.choice.take: cards[state.choice.take]})


def _cut(before: ShotState, after: ShotState) -> Cut:
    return Cut(before.plan.slot.transition_frames == 0, after.plan.after == before.plan.shot.id)
