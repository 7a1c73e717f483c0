"""The line from a take that is being made to whoever asked for it: Dask events, and what comes back on it."""

import time
from typing import Any, Protocol

from distributed import get_worker

BETWEEN = 1.0
"""Seconds between two words about how far a take has come."""


class Dropped(BaseException):
    """Raised inside a take that nobody wants any more; no generator catches it by mistake."""


class Post(Protocol):
    """What a take may ask of the worker it is made on."""

    name: Any

    def log_event(self, topic: str, msg: Any) -> None:
        """Tell everybody who listens to a topic."""
        ...

    def step_aside(self, why: str) -> None:
        """Leave the crew for a while, if another worker stays."""
        ...

    def end(self, code: int, why: str) -> None:
        """End this process now."""
        ...


dropped: set[str] = set()
"""Keys of takes that nobody wants any more."""


def drop(key: str) -> None:
    """Have a take that is made in this process end at its next sign of life; whoever asked for it is gone."""
    dropped.add(key)


class Line:
    """Tells how a take is coming. A class because it remembers when it last did.

    Outside a worker nobody listens.
    """

    def __init__(self, post: Post | None = None, topic: str = "", key: str = "") -> None:
        self.post = post
        self._topic = topic
        self._key = key
        self._next = 0.0

    @classmethod
    def of(cls, topic: str) -> "Line":
        """Give the line of the take that this thread makes."""
        try:
            worker: Any = get_worker()
        except ValueError:
            return cls()
        return cls(worker, topic, str(worker.get_current_task()))

    def started(self) -> None:
        """Tell that the take is begun, and where."""
        self.tell("started")

    def share(self, share: float) -> None:
        """Tell how far it has come (0..1), now and then.

        Raises:
            Dropped: nobody wants it any more.
        """
        if self._key in dropped:
            dropped.discard(self._key)
            raise Dropped
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + BETWEEN
            self.tell("share", share)

    def tell(self, what: str, value: float | str = "") -> None:
        """Send one message; nothing where nobody listens."""
        if self.post is not None and self._topic:
            told = {"take": self._key, "what": what, "value": value, "name": str(self.post.name)}
            self.post.log_event(self._topic, told)  # on its way Dask adds `worker`, the address

    def step_aside(self, why: str) -> None:
        """Have the worker leave the crew for a while."""
        if self.post is not None:
            self.post.step_aside(why)
