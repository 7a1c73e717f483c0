"""Runs whose process is gone: seen by a missing heartbeat while the server runs, and when `serve` starts again."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.states import AwaitingRetry, Crashed

from flows import runs
from flows.runner import ready_file
from pipeline.errors import OperatorError

NAME = "dailies: runs without a heartbeat"
START = 120.0
"""Seconds the runners may take to start."""

PARTING = 10.0
"""Seconds the server may take to be told what goes on another time."""

SILENCE = timedelta(seconds=90)
BEAT = "prefect.flow-run.heartbeat"
SILENT = "no sign of life for 90 s: its process is gone; Retry goes on from what was made"
ENDS = ("Completed", "Failed", "Crashed", "Cancelled", "Suspended", "Paused", "AwaitingRetry", "Scheduled")


def wait_for_runners(studio: Path, alive: Callable[[], bool]) -> None:
    """Wait until the runners have told the server what can be run.

    Raises:
        OperatorError: they ended, or took too long.
    """
    deadline = time.monotonic() + START
    while not ready_file(studio).exists():
        if not alive() or time.monotonic() > deadline:
            cure = "see runs.txt in the studio's folder .serve"
            raise OperatorError("the runners of `dailies serve` did not start", cure=cure)
        time.sleep(0.2)


def watch_heartbeats(*, here: bool) -> None:
    """Have runs that give no sign of life marked as crashed; an older rule of ours on the server is taken away.

    A server that is not ours gets a rule of its own. On ours (`here`) the chores look, with `mark_silent`: the rule
    writes at every heartbeat and at every end of a run, and Prefect's SQLite then stands still for a minute at a time.
    """

    def ask(client: SyncPrefectClient) -> None:
        for old in client.read_automations_by_name(NAME):
            client.delete_automation(old.id)
        if not here:
            client.create_automation(_rule())

    runs.patiently(ask)


def _rule() -> AutomationCore:
    trigger = EventTrigger(
        after={BEAT},
        expect={BEAT, *(f"prefect.flow-run.{state}" for state in ENDS)},
        match={"prefect.resource.id": "prefect.flow-run.*"},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=SILENCE,
    )
    crash = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=SILENT, force=False)
    return AutomationCore(name=NAME, trigger=trigger, actions=[crash], description="Runs whose process was killed.")


def mark_silent(studio: Path, suspects: set[UUID]) -> tuple[list[FlowRun], set[UUID]]:
    """Mark the runs that have given no sign of life for 90 s, now and when `suspects` were found; give both anew.

    Asked twice, because a server that was away for a moment has missed heartbeats too.
    """
    before = datetime.now(UTC) - SILENCE
    old = [run for run in runs.living(studio) if _running_since(run) < before]
    silent = [run for run in old if not runs.beats(run.id, BEAT, before)] if old else []
    dead = [run for run in silent if run.id in suspects]
    for run in dead:
        runs.set_state(run.id, Crashed(message=SILENT))
    return dead, {run.id for run in silent}


def _running_since(run: FlowRun) -> datetime:
    """Give when a run began to run; one that only is about to is not asked for signs of life."""
    running = run.state is not None and run.state.is_running()
    return run.state.timestamp if run.state is not None and running else datetime.now(UTC)


def mark_orphans(studio: Path) -> list[FlowRun]:
    """Mark the runs of a studio whose processes are gone; to be called while none is started."""
    found = runs.living(studio)
    for run in found:
        runs.set_state(run.id, Crashed(message="its process was killed; Retry goes on from what was made"))
    return found


def go_on_later(studio: Path) -> list[FlowRun]:
    """Have what is running go on at the next start; to be called once the runs' processes are gone.

    Raises:
        OperatorError: the server does not answer.
    """
    message = "`dailies serve` was stopped; goes on when it is started again"
    found = runs.living(studio, patience=PARTING)
    for run in found:
        runs.set_state(run.id, AwaitingRetry(message=message), patience=PARTING)
    return found
