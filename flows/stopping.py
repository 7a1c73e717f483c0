"""Being stopped: Ctrl-C, a closed terminal or a shutdown end a render the same way, soon, with one sentence."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 130
GRACE = 8.0
"""Seconds a generator that does not listen may hold up the end; what is stored is whole at any moment."""

SENTENCE = "stopped; what was made is kept, the same command goes on from here"
ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stop:
    """The first signal interrupts; a second one, or too long a wait, ends the process.

    A class because the signal handler must know whether it was called before.
    """

    def __init__(self) -> None:
        self.asked = False
        self.grace = GRACE

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            _end()
        self.asked = True
        timer = threading.Timer(self.grace, _end)
        timer.daemon = True
        timer.start()
        raise KeyboardInterrupt


_stop: _Stop | None = None


@contextmanager
def stoppable() -> Iterator[None]:
    """Have every signal that asks to stop raise KeyboardInterrupt inside; one that is ignored (nohup) stays ignored."""
    global _stop  # noqa: PLW0603 - signal handlers belong to the process
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _stop = _Stop()
    before = {one: signal.getsignal(one) for one in ASKED}
    for one, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(one, _stop)
    try:
        yield
    finally:
        _stop = None
        for one, handler in before.items():
            signal.signal(one, handler)


def take_time(seconds: float) -> None:
    """Give what is to be ended in order so long, instead of the usual seconds."""
    if _stop is not None:
        _stop.grace = seconds


def stay_stoppable() -> None:
    """Take SIGTERM back from Prefect, which swaps it while a flow runs; nothing where `stoppable` is not in force."""
    if _stop is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)


def _end() -> None:
    try:
        sys.stderr.write(f"\n{SENTENCE}\n")
        sys.stderr.flush()
    finally:  # also where nobody can be told any more
        os._exit(STOPPED)
