"""A run's connection to the crew's scheduler; when it breaks, another one takes its place."""

import queue
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from typing import Any

from distributed import Client, Future
from distributed.client import ClosedClientError

from flows.crew import line, work
from flows.crew.leaving import spell
from flows.crew.tuning import hush, tune
from pipeline.errors import OperatorError

CONNECT = 5.0
"""Seconds the scheduler may take to answer."""

PAUSE = 1.0
"""Seconds before it is asked again."""

FAREWELL = 3.0
"""Seconds in which a run that is stopped takes back what it asked for."""

Inbox = queue.SimpleQueue[dict[str, Any]]

GONE = (OSError, TimeoutError, RuntimeError, ValueError, ClosedClientError)
"""What Dask raises in a client whose scheduler, or whose own loop, is gone."""


class LetGo(BaseException):
    """Raised in whoever waits for a take when the run is over."""


class Connection:
    """One Dask client, and the inboxes of what was asked through it. A class because the two belong together."""

    def __init__(self, address: str) -> None:
        self.client = Client(address, timeout=CONNECT, set_as_default=False)
        self.inboxes: dict[str, Inbox] = {}
        self._broken = False
        self.client.subscribe_topic(self.client.id, self._hand_out)  # Dask too tells there what a client does

    @property
    def lost(self) -> bool:
        """Tell whether nothing more comes through it: Dask's client forgets what it asked for when it reconnects."""
        return self._broken or self.client.status != "running"

    def submit(self, key: str, what: work.Work, rank: float, there: Collection[str]) -> tuple[Future[None], Inbox]:
        """Ask for a take, if possible of the workers at the addresses `there`; give its future and what is told.

        Raises:
            OSError: the connection is lost.
        """
        inbox = self.inboxes[key] = queue.SimpleQueue()
        told = replace(what, topic=self.client.id)
        only = {"workers": list(there), "allow_other_workers": True} if there else {}
        try:
            future = self.client.submit(work.make, told, key=key, pure=False, retries=0, priority=-rank, **only)
        except GONE as failure:
            raise ConnectionError("the crew's scheduler is gone") from failure
        future.add_done_callback(lambda _: inbox.put({"what": "over"}))
        return future, inbox

    def forget(self, key: str) -> None:
        """Take no more messages about a take."""
        self.inboxes.pop(key, None)

    def drop(self, key: str, future: Future[None], address: str) -> None:
        """Take a request back; a worker that makes the take stops at its next sign of life."""
        with suppress(*GONE):
            future.cancel(force=True)
            if address:
                self.client.run(line.drop, key, workers=[address], on_error="return")

    def others(self, names: Collection[str]) -> list[str]:
        """Give the addresses of the workers that take takes, but for those with these names."""
        with suppress(*GONE):
            workers = self.client.scheduler_info()["workers"]
            return [
                address
                for address, one in workers.items()
                if one["status"] == "running" and str(one["name"]) not in names
            ]
        return []

    def broke(self) -> None:
        """Remember that a request was lost with it."""
        self._broken = True

    def emptied(self, patience: float) -> None:
        """Wait, at most `patience` seconds, until nobody waits for anything any more."""
        deadline = time.monotonic() + patience
        while self.inboxes and not self.lost and time.monotonic() < deadline:
            time.sleep(0.02)

    def close(self) -> None:
        """End it; what was asked through it is forgotten by the scheduler."""
        self._broken = True
        with suppress(*GONE):
            self.client.unsubscribe_topic(self.client.id)
            self.client.close(timeout=1)

    def _hand_out(self, event: tuple[float, dict[str, Any]]) -> None:
        _, told = event
        if inbox := self.inboxes.get(told.get("take", "")):
            inbox.put(told)


class Switchboard:
    """Gives the connection that works now. A class because many threads share it.

    `patience`: seconds the scheduler may be away.
    """

    def __init__(self, address: str, patience: float) -> None:
        tune()
        hush()
        self._address = address
        self._patience = patience
        self._lock = threading.Lock()
        self._now: Connection | None = None
        self._given_up: OperatorError | None = None
        self.closing = threading.Event()

    def connection(self) -> Connection:
        """Give a connection; the scheduler is asked again and again while it does not answer.

        Raises:
            OperatorError: it did not answer for too long.
        """
        with self._lock:
            if self._now is None or self._now.lost:
                if self._now is not None:
                    self._now.close()
                self._now = self._connected()
            return self._now

    def still_open(self) -> None:
        """Go on.

        Raises:
            LetGo: the run is over.
        """
        if self.closing.is_set():
            raise LetGo

    def close(self) -> None:
        """Have whoever waits go, and end the connection when they have taken back what they asked for."""
        self.closing.set()
        with self._lock:
            if self._now is not None:
                self._now.emptied(FAREWELL)
                self._now.close()

    def _connected(self) -> Connection:
        deadline = time.monotonic() + self._patience
        while self._given_up is None and not self.closing.is_set():
            try:
                return Connection(self._address)
            except GONE as failure:
                if time.monotonic() > deadline:
                    self._given_up = _away(self._address, self._patience)
                    raise self._given_up from failure
            self.closing.wait(PAUSE)
        raise self._given_up or LetGo


def _away(address: str, patience: float) -> OperatorError:
    cure = "start `dailies serve` again, then retry the run: what was made is kept"
    return OperatorError(f"the crew's scheduler at {address} has not answered for {spell(patience)}", cure=cure)
