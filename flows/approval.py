"""The approval gate: a shot with `approve` waits for a person, who sees its contact sheet and selects a take."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from prefect.client.schemas.objects import FlowRun
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from pydantic import Field, create_model

from flows import artifacts, runs
from pipeline import film as verbs
from pipeline import picks as picking
from pipeline.picks import Pick
from pipeline.production import Production, ShotState

SCORED = "the take with the best score"
NOBODY = "nobody answered"
FOR_EVER = 10 * 365 * 86400
"""Seconds; Prefect fails a run whose time is over, so `answer_overdue` ends the waiting itself."""


def approved(production: Production, shot: str) -> str:
    """Wait for a person where the shot asks for one and nothing is picked yet; give what was decided, in a sentence.

    The first time this process ends here. The run comes back from its beginning once somebody, or `answer_overdue`,
    has answered; then the pick is written to picks.yaml.
    """
    state = production.shots[shot]
    picks = picking.read(production.desk)
    known = picks.get(shot, Pick())
    if not asks(state) or not state.takes or known.take or state.plan.shot.pick or runs.this_run() is None:
        return ""
    answer = suspend_flow_run(wait_for_input=_form(production, shot), timeout=FOR_EVER, key="approve")
    number = re.match(r"take (\d+)", answer.take)
    if number is None:
        run = runs.this_run()
        said = [f"{tag}: " for tag in runs.read(run.id).tags if tag.startswith(NOBODY)] if run else []
        return f"{''.join(said)}{SCORED if state.choice else 'no take'} is used"
    picking.write(production.desk, {**picking.read(production.desk), shot: Pick(int(number[1]), known.first_take)})
    verbs.settle_shot(production, shot)
    artifacts.tell_shot(production, shot)
    return "approved"


def asks(state: ShotState) -> bool:
    """Tell whether a person is to choose among a shot's takes; there is nothing to choose where all would be alike."""
    return state.plan.shot.approve and state.plan.generation.seeded


def _form(production: Production, shot: str) -> Any:
    """Give the form: a select of takes, and above it the contact sheet."""
    state = production.shots[shot]
    takes = {number: _label(number, state.takes[number].card) for number in sorted(state.takes)}
    options = (SCORED, *takes.values())
    field = Field(title="Take", description="What the film shows. The next render keeps it.")
    asked: dict[str, Any] = {"take": (Literal[options], field)}
    form = create_model("Approval", __base__=RunInput, **asked)
    usual = takes[state.choice.take] if state.choice else SCORED
    return form.with_initial_data(description=artifacts.approval_text(production, shot), take=usual)


def _label(number: int, card: Any) -> str:
    struck = f", rejected: {', '.join(one.gate for one in card.rejected)}" if card.rejected else ""
    return f"take {number} (score {card.score:.2f}{struck})"


def answer_overdue(hours: float, now: datetime | None = None) -> list[FlowRun]:
    """Go on with the scored choice for every shot that has waited for a person longer than `hours`; give them."""
    late = [run for run in runs.suspended() if "shot" in run.parameters and _since(run, now) > timedelta(hours=hours)]
    for run in late:
        runs.tag(run, f"{NOBODY} in {hours:g} h")
        runs.resume(run.id, {"take": SCORED})
    return late


def _since(run: FlowRun, now: datetime | None) -> timedelta:
    assert run.state is not None
    return (now or datetime.now(UTC)) - run.state.timestamp


def wait_for_people() -> None:
    """Let this film's run sleep until no shot of it waits for a person any more; its process ends here."""
    suspend_flow_run(timeout=FOR_EVER, key=f"people-{uuid4().hex}")
