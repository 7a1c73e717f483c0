"""One request to the crew for one take, from the queue to its end."""

import queue
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from flows.crew.connection import Connection, Switchboard
from flows.crew.watch import STUBBORN
from flows.crew.work import Work
from pipeline.ports import Tell

LOOK = 1.0
"""Seconds between two looks at a request about which nothing is heard."""

LATE = STUBBORN + 20.0
"""Seconds after its deadline that a take is given up here, if its worker did not end itself."""

ANSWER = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How one request ended.

    `made`: the take is there. `failure` is what its worker raised, or how it ended; None where nothing is known, and
    the take is to be asked for again. `worker` is the one that began it, if any; `overdue`: it took too long; `left`:
    its worker was stopped by its owner.
    """

    made: bool = False
    failure: BaseException | None = None
    worker: str = ""
    overdue: bool = False
    left: bool = False


class Request:
    """A take that was asked for. A class because it remembers what the worker told meanwhile."""

    def __init__(self, connection: Connection, work: Work, rank: float, there: Collection[str]) -> None:
        self.key = f"take-{work.shot.shot.id}-{work.take.number}-{uuid.uuid4().hex}"
        self._deadline = work.deadline
        self._connection = connection
        self._worker = self._address = ""
        self._began: float | None = None
        self._overdue = self._left = False
        self._future, self._told = connection.submit(self.key, work, rank, there)

    def wait(self, tell: Tell, board: Switchboard) -> Answer:
        """Wait for its end, and tell how far the take has come.

        Raises:
            LetGo: the run is over; also whatever `tell` raises. The worker hears that nobody wants the take.
        """
        try:
            while not self._over(tell):
                board.still_open()
            return self._answer()
        except BaseException:
            self._connection.drop(self.key, self._future, self._address)
            raise
        finally:
            self._connection.forget(self.key)

    def _over(self, tell: Tell) -> bool:
        """Take up one message; tell whether it was the last."""
        try:
            message = self._told.get(timeout=LOOK)
        except queue.Empty:
            return self._future.done() or self._connection.lost or self._given_up()
        what = message["what"]
        if what == "started":
            self._began, self._worker, self._address = time.monotonic(), message["name"], message["worker"]
        elif what == "share":
            tell(message["value"])
        self._overdue |= what == "overdue"
        self._left |= what == "left"
        return bool(what == "over")

    def _given_up(self) -> bool:
        """Give a take up whose worker cannot even end itself."""
        if not self._late(LATE):
            return False
        self._overdue = True
        self._connection.drop(self.key, self._future, "")  # there is nobody to tell
        return True

    def _late(self, more: float = 0.0) -> bool:
        return self._began is not None and time.monotonic() > self._began + self._deadline + more

    def _answer(self) -> Answer:
        status = self._future.status
        failure = self._future.exception(timeout=ANSWER) if status == "error" else None
        if status == "finished":
            return Answer(made=True, worker=self._worker)
        if failure is None and not self._overdue:
            self._connection.broke()
        return Answer(False, failure, self._worker, self._overdue or self._late(), self._left)
