"""The Prefect flow `render-shot`: one shot, from its missing takes to its choice; what the UI's Retry runs again."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast

from prefect import flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows import artifacts, waking
from flows.approval import approved
from flows.children import tied_to_parent
from flows.crew.hire import hired_for
from flows.deployed import deadline, epoch
from flows.progress import watcher
from flows.runs import asked_again, this_run
from flows.shoot import Shoot
from flows.stopping import stay_stoppable
from pipeline import film as verbs
from pipeline.production import Production, Studio, Wanted, prepare

WIDTH = 32
"""Takes of one shot that are asked for at once; each is waited for by a thread."""


def _wake_film(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - Prefect's names
    """Have the film that this shot belongs to go on, where it only waited for this."""
    waking.wake_film_of(flow_run)


@flow(
    name="render-shot",
    flow_run_name="{name}: {shot}",
    task_runner=cast("Any", ThreadPoolTaskRunner(max_workers=WIDTH)),
    on_completion=[_wake_film],
    on_failure=[_wake_film],
)
def render_shot(
    storyboard: str,
    shot: str,
    studio: str = "renders",
    name: str | None = None,
    takes: Annotated[int | None, Field(ge=1, le=100)] = None,
    at_most: Annotated[int | None, Field(ge=1)] = None,
    generator: str | None = None,
    profile: str | None = None,
    until: datetime | None = None,
    priority: Annotated[int, Field(ge=0)] = 0,
    ask: bool = True,
    snapshot: str | None = None,
) -> State[Any]:
    """Make what is missing of one shot: takes, cards, choice, the finished clip, and its contact sheet.

    Args:
        storyboard: Path of the storyboard (YAML).
        shot: Id of the shot.
        studio: The studio folder.
        name: Name of the film; else as the storyboard is called.
        takes: Takes of this shot; else as written there.
        at_most: No shot gets more takes than this, but where they race.
        generator: Make the takes with this generator.
        profile: One of the storyboard's profiles, such as draft.
        until: No take is begun after this time.
        priority: Smaller goes first.
        ask: Wait for a person where the shot has `approve`.
        snapshot: What the film's run began with; filled in by it.
    """
    stay_stoppable()
    with tied_to_parent():
        get_run_logger().info("process %d", os.getpid())
        wanted = Wanted(name, takes, generator, (shot,), (), profile, at_most=at_most)
        production = prepare(Path(storyboard), Studio(Path(studio)), wanted, snapshot)
        before = production.shots[shot].plan.after
        if before is not None:
            verbs.take_up(production, before)
        with hired_for(epoch(_held(until)), priority, verbs.words_of(production, shot)) as make:
            bugs = Shoot(production, {shot}, None, watcher(), make=make, width=WIDTH, among=[shot]).run()
        artifacts.tell_shot(production, shot)
        if bugs:
            raise bugs[0]
        return _told(production, shot, approved(production, shot) if ask else "")


def _held(until: datetime | None) -> datetime | None:
    """Give the end of the night, as far as it holds for this run."""
    run = this_run()
    return deadline(until, again=run is not None and asked_again(run))


def _told(production: Production, shot: str, answer: str) -> State[Any]:
    state = production.shots[shot]
    if state.choice is None:
        return Failed(message=f"{state.reason} ({state.cure})" if state.cure else state.reason)
    return Completed(message="; ".join(part for part in (answer, state.choice.reason) if part))
