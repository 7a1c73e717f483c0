"""A worker's process: one Dask worker that makes one take at a time, and comes back whenever the scheduler does."""

import asyncio
import logging
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import distributed
from distributed.utils import sync

from flows.crew import leaving
from flows.crew.tuning import HEARTBEAT, log_here, tune
from flows.crew.work import resident
from pipeline.errors import OperatorError

log = logging.getLogger("dailies.worker")

PAUSE = 2.0
"""Seconds before the scheduler is asked again."""

FLUSH = 0.3
"""Seconds until what was told last is on its way."""

TOPIC = "crew"
"""The Dask topic on which workers tell that they leave."""

ANSWER = 10.0
"""Seconds the scheduler may take to answer a question of a worker."""


class Member(distributed.Worker):
    """A Dask worker that can step aside.

    A class because Dask asks its worker such things by method.
    """

    def __init__(self, address: str, name: str, folder: Path) -> None:
        self.folder = folder
        self.aside = asyncio.Event()
        self.why = ""
        super().__init__(
            address,
            name=name,
            nthreads=1,
            local_directory=str(folder),
            memory_limit=0,
            dashboard=False,
            heartbeat_interval=HEARTBEAT,
        )

    def start_http_server(self, *_arguments: Any, **_settings: Any) -> None:
        """Serve no web pages."""

    async def heartbeat(self) -> None:
        """Give a sign of life, more seldom than the scheduler proposes."""
        await super().heartbeat()
        self.periodic_callbacks["heartbeat"].callback_time = HEARTBEAT * 1000

    def step_aside(self, why: str) -> None:
        """Leave for a while because of what failed here, if another worker stays; called by the thread of a take."""
        try:
            leave = sync(self.loop, self._may_leave, callback_timeout=ANSWER)
        except (OSError, TimeoutError):
            leave = False
        log.warning("%s; %s", why, "this worker leaves" if leave else "it is the last worker, so it goes on")
        if leave:
            self.why = why
            self.log_event(TOPIC, {"name": str(self.name), "why": why})
            self.loop.add_callback(self.aside.set)

    async def _may_leave(self) -> bool:
        return bool(await self.scheduler.step_aside(worker=self.address))

    def end(self, code: int, why: str) -> None:
        """End this process now, and say why."""
        log.error(why)
        with suppress(OperatorError):
            leaving.leave_note(self.folder, why)
        time.sleep(FLUSH)
        sys.stderr.flush()
        os._exit(code)


def run(ending: threading.Event, address: str, name: str, folder: str) -> None:
    """Be the worker `name` of the scheduler at `address` until `ending`; its scratch files lie in `folder`."""
    tune()
    log_here()
    log.info("worker %s begins, process %d, CUDA_VISIBLE_DEVICES=%s", name, os.getpid(), _devices())
    asyncio.run(_serve(ending, address, name, Path(folder)))


def _devices() -> str:
    return os.environ.get("CUDA_VISIBLE_DEVICES", "")


async def _serve(ending: threading.Event, address: str, name: str, folder: Path) -> None:
    over = asyncio.create_task(asyncio.to_thread(ending.wait))
    over.add_done_callback(lambda _: _leave())
    while True:
        member = Member(address, name, folder)
        try:
            await _joined(member)
            await _at_work(member)
        except (OSError, RuntimeError, ValueError) as failure:
            log.warning("not in the crew of %s: %s; asking again", address, failure)
        await asyncio.sleep(PAUSE)
        await asyncio.to_thread(_at_rest)


def _at_rest() -> None:
    """Wait for the take that is still made here: the scheduler was lost, the take was not."""
    with resident.at_work:
        pass


def _leave() -> None:
    """End this process; closing politely takes seconds."""
    resident.line.tell("left")
    asyncio.get_running_loop().call_later(FLUSH, os._exit, 0)


async def _joined(member: Member) -> None:
    """Wait until the scheduler has taken this worker up."""
    start = asyncio.ensure_future(member)
    await asyncio.wait([start], timeout=ANSWER)
    if not start.done():
        log.warning("no scheduler answers at %s; asking on", member.scheduler.address)
    await start
    log.info("in the crew of %s", member.scheduler.address)


async def _at_work(member: Member) -> None:
    """Be in the crew until the scheduler is lost; a worker that has to step aside ends its process."""
    aside = asyncio.create_task(member.aside.wait())
    lost = asyncio.create_task(distributed.Worker.finished(member))
    await asyncio.wait([aside, lost], return_when=asyncio.FIRST_COMPLETED)
    if not aside.done():
        aside.cancel()
    else:
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(member.close_gracefully(reason=member.why), 2 * ANSWER)
        member.end(leaving.QUARANTINED, member.why)
    log.warning("the scheduler is lost; asking for it again")
