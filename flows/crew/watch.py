"""A take that takes too long ends its worker: nothing else frees a GPU from a library that hangs."""

import faulthandler
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flows.crew.leaving import OVERDUE, spell
from flows.crew.line import Line

STUBBORN = 10.0
"""Seconds after which a process that does not even come to end itself is ended by a clock outside of Python."""

STDERR = 2


@contextmanager
def watched(name: str, deadline: float, line: Line) -> Iterator[None]:
    """End this worker's process when what is done inside takes longer than `deadline` seconds.

    Where each thread stood then is in its log.
    """
    if line.post is None:
        yield
        return
    timer = threading.Timer(deadline, _overdue, (name, deadline, line))
    timer.daemon = True
    timer.start()
    faulthandler.dump_traceback_later(deadline + STUBBORN, exit=True, file=STDERR)
    try:
        yield
    finally:
        timer.cancel()
        faulthandler.cancel_dump_traceback_later()


def _overdue(name: str, deadline: float, line: Line) -> None:
    faulthandler.dump_traceback(file=STDERR)
    line.tell("overdue")
    if line.post is not None:
        line.post.end(OVERDUE, f"{name} took longer than {spell(deadline)}")
