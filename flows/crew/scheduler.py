"""The crew's scheduler: one queue for all takes, handed out one by one, what ranks first going first."""

import asyncio
import logging
import os
import threading
from pathlib import Path
from typing import Any

import distributed
from distributed.core import Status
from distributed.scheduler import TaskState

from flows.crew.leaving import ADDRESS, leave_note
from flows.crew.tuning import log_here, tune
from pipeline.store import write_whole

log = logging.getLogger("dailies.scheduler")


class Desk(distributed.Scheduler):
    """A Dask scheduler that keeps takes in its own queue until a worker is free, and its last worker for ever.

    A class because Dask asks its scheduler such things by method.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.handlers["step_aside"] = self.step_aside

    def start_http_server(self, *_arguments: Any, **_settings: Any) -> None:
        """Serve no web pages: nobody looks at them, and they would listen on every network."""

    def is_rootish(self, task: TaskState) -> bool:
        """Queue every task that any worker may do; Dask would hand out a small group at once, to workers that work."""
        return not (task.worker_restrictions or task.host_restrictions or task.resource_restrictions)

    def step_aside(self, worker: str) -> bool:
        """Give a worker no more takes, if it is not the last one that takes any; tell whether so."""
        state = self.workers.get(worker)
        if state is None or not self.running - {state}:
            return False
        self.handle_worker_status_change(Status.closing_gracefully, state, f"step-aside-{worker}")
        return True


def run(ending: threading.Event, host: str, port: int, folder: str) -> None:
    """Be the scheduler until `ending`; its address is written into `folder` as soon as it can be reached."""
    tune()
    log_here()
    try:
        asyncio.run(_serve(ending, host, port, Path(folder)))
    except (OSError, RuntimeError) as failure:
        log.exception("the scheduler cannot be reached at %s:%d", host, port)
        leave_note(Path(folder) / "scheduler", f"{host}:{port}: {failure.__cause__ or failure}")
        os._exit(1)


async def _serve(ending: threading.Event, host: str, port: int, folder: Path) -> None:
    async with Desk(host=host, port=port, dashboard=False) as desk:
        write_whole(folder / ADDRESS, desk.address)
        log.info("takes are handed out at %s", desk.address)
        await asyncio.to_thread(ending.wait)
        os._exit(0)  # closing politely takes seconds, and nobody is left to hear it
