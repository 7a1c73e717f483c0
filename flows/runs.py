"""What is asked of Prefect's API about runs: patiently, because a server that is started again is no lost night."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
    Operator,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import AwaitingRetry

from pipeline.errors import OperatorError

Answer = TypeVar("Answer")

PATIENCE = 600.0
"""Seconds the server may be away."""

PAGE = 200
"""The most runs that the server gives at once."""

FILM, SHOT, NIGHT = "film/film", "render-shot/render-shot", "night/night"
"""The deployments, as `flow/deployment`."""

BESIDE = "of film run "

GOES_ON = "goes on by itself"
"""Stands in the message of a state in which a run goes on without a person having asked for it."""

STARTS = 3
"""Times a run is started whose process ended before the run began."""

OURS = FlowFilter(name=FlowFilterName(any_=[one.partition("/")[0] for one in (FILM, SHOT, NIGHT)]))


def patiently(ask: Callable[[SyncPrefectClient], Answer], patience: float = PATIENCE) -> Answer:
    """Ask the server, again and again while it cannot be reached.

    Raises:
        OperatorError: it was away for too long.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            with get_client(sync_client=True) as client:
                return ask(client)
        except (httpx.TransportError, PrefectHTTPStatusError) as failure:
            mended = not isinstance(failure, PrefectHTTPStatusError) or failure.response.status_code >= 500
            if not mended:
                raise
            if time.monotonic() > deadline:
                cure = "start `dailies serve` again, then retry the run: what was made is kept"
                raise OperatorError("Prefect's server has not answered for minutes", cure=cure) from failure
        time.sleep(2.0)


def this_run() -> FlowRun | None:
    """Give the run this process is in, if it belongs to a deployment; None where a command runs the flow itself."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run if run is not None and run.deployment_id is not None else None


def read(run: UUID) -> FlowRun:
    """Give a run as it is now."""
    return patiently(lambda client: client.read_flow_run(run))


def shots_of(film_run: UUID) -> dict[str, FlowRun]:
    """Give the newest run of every shot that a film's run has started, by shot."""
    theirs = FlowRunFilter(
        operator=Operator.or_,  # type: ignore[call-arg]  # a field of its mixin, which mypy does not see
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[film_run]),
        tags=FlowRunFilterTags(all_=[beside_tag(film_run)]),
    )
    return {str(run.parameters.get("shot")): run for run in _all(theirs)}


def beside_tag(film_run: UUID) -> str:
    """Give the tag of shots that are no part of their film's run: Prefect suspends no run that is part of another."""
    return f"{BESIDE}{film_run}"


def film_of(run: FlowRun) -> UUID | None:
    """Give the film's run that started a shot's; None where a person started it."""
    beside = next((tag for tag in run.tags if tag.startswith(BESIDE)), None)
    if beside is not None:
        return UUID(beside.removeprefix(BESIDE))
    task = run.parent_task_run_id
    return patiently(lambda client: client.read_task_run(task)).flow_run_id if task else None


def living(studio: Path, patience: float = PATIENCE) -> list[FlowRun]:
    """Give the runs of a studio that are being worked on, or say so; not those of a command, which has its own."""
    types = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
    found = _all(_in_state(types), OURS, patience)
    mine = str(studio.absolute())
    return [run for run in found if run.deployment_id is not None and run.parameters.get("studio") == mine]


def suspended() -> list[FlowRun]:
    """Give the runs of our deployments that wait for a person."""
    return list(_all(_in_state([StateType.PAUSED]), OURS))


def _in_state(types: list[StateType]) -> FlowRunFilter:
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)))


def _all(wanted: FlowRunFilter, flows: FlowFilter | None = None, patience: float = PATIENCE) -> Iterator[FlowRun]:
    """Walk runs, oldest first."""
    offset = 0
    while True:
        page = patiently(
            lambda client: client.read_flow_runs(
                flow_filter=flows,
                flow_run_filter=wanted,
                sort=FlowRunSort.EXPECTED_START_TIME_ASC,
                limit=PAGE,
                offset=offset,  # noqa: B023 - asked at once
            ),
            patience,
        )
        yield from page
        if len(page) < PAGE:
            return
        offset += PAGE


def start(
    deployment: str,
    parameters: Mapping[str, Any],
    *,
    name: str | None = None,
    key: str | None = None,
    tags: Sequence[str] = (),
    below: bool = True,
) -> FlowRun:
    """Start a run of a deployment and do not wait for it; the same `key` never starts a second one.

    `below`: as a part of the run this process is in, if there is one.
    """
    from prefect.deployments import run_deployment

    def ask(_: SyncPrefectClient) -> FlowRun:
        made = run_deployment(
            deployment,
            parameters=dict(parameters),
            flow_run_name=name,
            idempotency_key=key,
            tags=list(tags),
            timeout=0,
            as_subflow=below,
        )
        assert isinstance(made, FlowRun), "asked outside an event loop"
        return made

    return patiently(ask)


def again(run: UUID, *, by_hand: bool = False) -> None:
    """Have a run that ended run again, as the UI's Retry does; `by_hand`: because a person asked for it."""
    set_state(run, AwaitingRetry(message=None if by_hand else f"{GOES_ON}: what it waited for is there"))


def started_again(run: FlowRun, starts: Counter[UUID]) -> bool:
    """Have a run go on whose process ended before the run began: the server was away at that moment.

    A process that cannot reach the server while it starts gives up at once. Nothing of the run has happened, so
    another start costs nothing; `starts` counts them, and after `STARTS` of them the run is left as it is.
    """
    if kind(run) != StateType.CRASHED or run.run_count or starts[run.id] >= STARTS - 1:
        return False
    starts[run.id] += 1
    again(run.id)
    return True


def asked_again(run: FlowRun) -> bool:
    """Tell whether a run runs again because a person pressed Retry, on it or on what started it."""
    if run.run_count <= 1:
        return False
    states = patiently(lambda client: client.read_flow_run_states(run.id))
    due = [one for one in states if one.type == StateType.SCHEDULED and one.name != "Late"]
    last = max(due, key=lambda one: one.timestamp)
    return last.name == "AwaitingRetry" and GOES_ON not in (last.message or "")


def resume(run: UUID, answer: Mapping[str, Any] | None = None) -> None:
    """Have a suspended run go on, with what was answered."""
    patiently(lambda client: client.resume_flow_run(run, run_input=dict(answer) if answer else None))


def tag(run: FlowRun, text: str) -> None:
    """Put one tag more on a run."""
    tags = {*run.tags, text}
    patiently(lambda client: client.update_flow_run(run.id, tags=tags))


def set_state(run: UUID, state: State[Any], patience: float = PATIENCE) -> None:
    """Say what a run is now, whatever it was."""
    patiently(lambda client: client.set_flow_run_state(run, state, force=True), patience)


def forget(run: UUID) -> None:
    """Take a run away that never began."""
    patiently(lambda client: client.delete_flow_run(run))


def kind(run: FlowRun) -> StateType:
    """Give what a run is doing."""
    return run.state.type if run.state is not None else StateType.SCHEDULED


def over(run: FlowRun) -> bool:
    """Tell whether a run has ended, well or not."""
    return run.state is not None and run.state.is_final()


def completed(run: FlowRun) -> bool:
    """Tell whether a run ended well."""
    return kind(run) == StateType.COMPLETED


def ended_badly(run: FlowRun) -> bool:
    """Tell whether a run has ended, and not well."""
    return over(run) and not completed(run)


def waits(run: FlowRun) -> bool:
    """Tell whether a run waits for a person."""
    return kind(run) == StateType.PAUSED


def said(run: FlowRun) -> str:
    """Give what a run said when it came to its state."""
    return (run.state.message if run.state is not None else None) or kind(run).value.lower()
