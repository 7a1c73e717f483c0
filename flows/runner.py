"""Prefect's runners, two in one process: one starts films and nights, one starts shots.

Two, because a film that waits for its shots would otherwise hold the place that they need.
"""

import asyncio
import multiprocessing
import os
import threading
import time
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any

from flows.local_api import SERVING

POLL = 2.0
"""Seconds between two questions whether there is work; Prefect's usual ten would be most of a short film."""

HEARTBEAT = 30.0
"""Seconds between two signs of life of a run; flows/watch.py counts on it."""


@dataclass(frozen=True, slots=True)
class Nightly:
    """When the night begins, as cron, and until when it works; told in `timezone`."""

    cron: str | None
    timezone: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Served:
    """A flow that can be run: its usual parameters, and when it runs by itself."""

    flow: Any
    parameters: dict[str, Any]
    schedule: Any = None


def ready_file(studio: Path) -> Path:
    """Give the file that is written once films, shots and nights can be run."""
    return studio / ".serve" / "runs.ready"


def run(ending: threading.Event, folder: str, films: int, shots: int, nightly: Nightly) -> None:
    """Run what the server of a studio asks for until `ending`: at most so many films, and so many shots, at once.

    Nothing is run before the studio is served: runs of an earlier start are looked at first.
    """
    threading.Thread(target=_end_with, args=(ending,), daemon=True).start()
    _fork_runs("flows.film", "flows.night", "flows.render_shot")
    from prefect.schedules import Cron

    from flows.film import film
    from flows.night import night
    from flows.render_shot import render_shot

    studio, usual = Path(folder), {"studio": folder}
    while not (studio / SERVING).exists():
        time.sleep(0.1)
    when = Cron(nightly.cron, timezone=nightly.timezone) if nightly.cron else None
    asked = {**usual, "until": nightly.until, "timezone": nightly.timezone}
    of_films, of_shots = (Served(film, usual), Served(night, asked, when)), (Served(render_shot, usual),)
    asyncio.run(_serve(((of_films, films), (of_shots, shots)), ready_file(studio)))


def _end_with(ending: threading.Event) -> None:
    """End at once: the runs see that their parent is gone, and `serve` writes down that they go on another time."""
    ending.wait()
    os._exit(0)


def _fork_runs(*modules: str) -> None:
    """Have the processes of runs forked from one that has imported `modules`, instead of each importing all again.

    That saves seconds a shot. Prefect asks for `spawn`; to it the other way to begin a process is the same.
    """
    usual = multiprocessing.get_context
    multiprocessing.set_forkserver_preload(list(modules))
    ensure_running()

    def given(method: str | None = None) -> BaseContext:
        return usual("forkserver" if method == "spawn" else method)

    multiprocessing.get_context = given  # type: ignore[assignment]  # of this process alone


async def _serve(groups: tuple[tuple[tuple[Served, ...], int], ...], ready: Path) -> None:
    """Tell the server what can be run, one runner a group, then run it."""
    runners = [await _runner(flows, limit) for flows, limit in groups]
    await asyncio.to_thread(ready.write_text, "")
    await asyncio.gather(*(runner.start() for runner in runners))


async def _runner(flows: tuple[Served, ...], limit: int) -> Any:
    from prefect.client.orchestration import get_client
    from prefect.runner import Runner
    from prefect.types.entrypoint import EntrypointType

    name = flows[0].flow.name
    runner = Runner(name=name, limit=limit, pause_on_shutdown=False, query_seconds=POLL, heartbeat_seconds=HEARTBEAT)
    for one in flows:
        known = await runner.aadd_flow(
            one.flow,
            one.flow.name,
            parameters=one.parameters,
            schedule=one.schedule,
            tags=["dailies"],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        if one.schedule is None:  # Prefect keeps those of an earlier start
            async with get_client() as client:
                for old in await client.read_deployment_schedules(known):
                    await client.delete_deployment_schedule(known, old.id)
    return runner
