"""Prefect's runners, each in a process of its own: one starts films and nights, one starts shots.

Two, because a film that waits for its shots would otherwise hold the place that they need.
"""

import asyncio
import os
import threading
import time
from dataclasses import dataclass
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


def ready_file(studio: Path, name: str) -> Path:
    """Give the file that is written once a flow of this name can be run."""
    return studio / ".serve" / f"{name}.ready"


def films(ending: threading.Event, studio: str, limit: int, nightly: Nightly) -> None:
    """Run films and nights until `ending`."""
    from prefect.schedules import Cron

    from flows.film import film
    from flows.night import night

    usual = {"studio": studio}
    when = Cron(nightly.cron, timezone=nightly.timezone) if nightly.cron else None
    asked = {**usual, "until": nightly.until, "timezone": nightly.timezone}
    _run(ending, Path(studio), (Served(film, usual), Served(night, asked, when)), limit)


def shots(ending: threading.Event, studio: str, limit: int) -> None:
    """Run shots until `ending`."""
    from flows.render_shot import render_shot

    _run(ending, Path(studio), (Served(render_shot, {"studio": studio}),), limit)


def _run(ending: threading.Event, studio: Path, flows: tuple[Served, ...], limit: int) -> None:
    """Run flows once the studio is served: until then, runs of an earlier start are still to be looked at."""
    threading.Thread(target=_end_with, args=(ending,), daemon=True).start()
    while not (studio / SERVING).exists():
        time.sleep(0.1)
    asyncio.run(_serve(flows, limit, ready_file(studio, flows[-1].flow.name)))


def _end_with(ending: threading.Event) -> None:
    """End at once: the runs see that their parent is gone, and `serve` writes down that they go on another time."""
    ending.wait()
    os._exit(0)


async def _serve(flows: tuple[Served, ...], limit: int, ready: Path) -> None:
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
    await asyncio.to_thread(ready.write_text, "")
    await runner.start()
