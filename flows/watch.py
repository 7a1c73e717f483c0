"""Runs whose process is gone: seen by a missing heartbeat while the server runs, and when `serve` starts again."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.exceptions import ObjectNotFound
from prefect.states import AwaitingRetry, Crashed

from flows import runs
from flows.local_api import served
from flows.runner import ready_file
from pipeline.errors import OperatorError

NAME = "dailies: runs without a heartbeat"
START = 120.0
"""Seconds the runners may take to start."""

PARTING = 10.0
"""Seconds the server may take to be told what goes on another time."""

SILENCE = timedelta(seconds=90)
AWAY = timedelta(seconds=runs.PATIENCE)
"""How long a run may give no sign of life: where the server is not ours it may be away for a while, and runs wait."""

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


def watch_heartbeats(silence: timedelta) -> None:
    """Have the server mark a run as crashed that gave no sign of life for so long; an older rule is replaced."""
    beat = "prefect.flow-run.heartbeat"
    trigger = EventTrigger(
        after={beat},
        expect={beat, *(f"prefect.flow-run.{state}" for state in ENDS)},
        match={"prefect.resource.id": "prefect.flow-run.*"},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=silence,
    )
    message = f"no sign of life for {silence.seconds} s: its process is gone; Retry goes on from what was made"
    crash = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=message, force=False)
    rule = AutomationCore(name=NAME, trigger=trigger, actions=[crash], description="Runs whose process was killed.")

    def ask(client: SyncPrefectClient) -> None:
        for old in client.read_automations_by_name(NAME):
            client.delete_automation(old.id)
        client.create_automation(rule)

    runs.patiently(ask)


def refuse_another_studio(studio: Path) -> None:
    """See to it that no other studio is served through this server: each would start the runs of the other.

    Raises:
        OperatorError: one is.
    """
    try:
        known = runs.patiently(lambda client: client.read_deployment_by_name(runs.FILM))
    except ObjectNotFound:
        return
    other = Path(str(known.parameters.get("studio")))
    if other != studio.absolute() and served(other):
        cure = "give this studio a server of its own: no PREFECT_API_URL, and no PREFECT_HOME that both use"
        raise OperatorError(f"this server already serves the studio {other}", cure=cure)


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
    message = f"`dailies serve` was stopped; {runs.GOES_ON} when it is started again"
    found = runs.living(studio, patience=PARTING)
    for run in found:
        runs.set_state(run.id, AwaitingRetry(message=message), patience=PARTING)
    return found
