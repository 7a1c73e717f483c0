"""Processes of this house that cannot outlive the one that started them, not even one that is killed.

Parent and child hold the two ends of a pipe. When the parent lets go, by will or by its death, the child's `ending` is
set, and a while later the child is gone whatever it does.
"""

import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TextIO

GRACE = 3.0
"""Seconds a child may take to end once its parent has let go."""

KEPT_OUT = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
"""Ctrl-C reaches every process of the terminal; the parent alone decides in which order its children end."""


class Child:
    """A process that was started here.

    A class because the process, its name and this end of the pipe belong together until it has ended.
    """

    def __init__(self, name: str, process: BaseProcess, line: Connection) -> None:
        self.name = name
        self.process = process
        self._line = line

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self.process.is_alive()

    def let_go(self) -> None:
        """Ask it to end, and do not wait."""
        self._line.close()

    def stop(self, patience: float = GRACE + 1) -> None:
        """Have it end; it is killed when it has not ended after `patience` seconds."""
        self.let_go()
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def start(
    name: str, entry: str, arguments: tuple[Any, ...], log: Path, environment: Mapping[str, str] | None = None
) -> Child:
    """Start `entry` (`module:function`) in a process of its own; what it says goes to the end of `log`.

    The function is called with a `threading.Event` that tells it to end, then `arguments`. `environment` is set before
    anything of it is imported: that is how a worker sees one GPU only.
    """
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(
        target=_run, args=(entry, arguments, theirs, str(log), dict(environment or {})), name=f"dailies: {name}"
    )
    before = signal.pthread_sigmask(signal.SIG_BLOCK, KEPT_OUT)  # nothing reaches it before it can say what it does
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    return Child(name, process, ours)


@contextmanager
def tied_to_parent() -> Iterator[None]:
    """End this process at once when the one that started it is gone; nothing in a process that a person started."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()
    yield


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _run(entry: str, arguments: tuple[Any, ...], parent: Connection, log: str, environment: dict[str, str]) -> None:
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, KEPT_OUT)
    ending = threading.Event()
    threading.Thread(target=_go_with, args=(parent, ending), daemon=True).start()
    with _log(log) as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    module, _, function = entry.partition(":")
    getattr(importlib.import_module(module), function)(ending, *arguments)
    os._exit(0)  # threads of the libraries would linger for seconds


def _log(path: str) -> TextIO:
    try:
        return Path(path).open("a", buffering=1)
    except OSError:
        return Path(os.devnull).open("a")


def _go_with(parent: Connection, ending: threading.Event) -> None:
    """Wait until the other end is closed, by the parent or by its death; then end, at the latest after a while."""
    parent.poll(None)
    ending.set()
    time.sleep(GRACE)
    os._exit(0)
