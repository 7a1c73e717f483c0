"""What a plan as a whole must keep to: length, steps that are here, money and time."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from pipeline import timeline
from pipeline.errors import Problem
from pipeline.model import Estimate, RenderPlan, Slot, Storyboard


def target(board: Storyboard, placed: Sequence[Slot]) -> list[Problem]:
    """Say by how much a film misses the length that it must come out at."""
    if board.target_seconds is None:
        return []
    exact = sum((timeline.seconds_of(shot, board.output.rate) for shot in board.shots), Fraction(0))
    off = board.target_seconds - exact
    if abs(off) * board.output.rate < Fraction(1, 2):
        return []
    longest = max(placed, key=lambda slot: slot.end - slot.start)
    verb = "lengthen" if off > 0 else "shorten"
    what = (
        f"the shots come out at {float(exact):g} s, not {float(board.target_seconds):g} s: "
        f"{verb} some by {float(abs(off)):g} s in all (the longest is '{longest.shot}'), or change target_seconds"
    )
    return [board.problem("target_seconds", what)]


def legible(plan: RenderPlan) -> RenderPlan:
    """Give a plan whose every text can be read.

    Raises:
        StoryboardInvalid: with every text that cannot be set inside the safe area.
    """
    if plan.overlays:
        from pipeline.plan.lettered import letters  # drawing is needed only where something is written

        letters(plan)
    return plan


def budget(board: Storyboard, total: Estimate) -> list[Problem]:
    """Warn of what the plan needs beyond the budget."""
    limits: list[tuple[str, Any, float]] = [
        ("usd", board.budget.usd, total.usd),
        ("hours", board.budget.hours, total.seconds / 3600),
    ]
    return [
        board.problem(f"budget.{key}", f"the plan needs {need:.2f}, the budget is {limit:g}", warning=True)
        for key, limit, need in limits
        if limit is not None and need > limit
    ]
