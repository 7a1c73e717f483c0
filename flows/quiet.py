"""Keep Prefect's own log lines out of a producer's terminal: they go to a file in the film's folder."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class _File(logging.FileHandler):
    """A log that falls silent when it cannot be written (a full disk); logging would print a traceback a line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        pass


def stamp() -> str:
    """Give what the names of a run's logs begin with: the time, and the process."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Send what Prefect logs while inside to `path` instead of the terminal, and flush it to the API at the end."""
    from prefect.logging.handlers import APILogWorker

    handler = _log(path)
    root = logging.getLogger()
    known = [root, *(one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    before = {one: list(one.handlers) for one in known}
    for one, handlers in before.items():
        kept = [each for each in handlers if not _to_terminal(each)]
        one.handlers = [*kept, handler] if one is root or (len(kept) < len(handlers) and not one.propagate) else kept
    try:
        yield
    finally:
        APILogWorker.drain_all(timeout=5)
        for one, handlers in before.items():
            one.handlers = handlers
        with suppress(OSError):
            handler.close()


@contextmanager
def logged_alone(path: Path) -> Iterator[None]:
    """Send what is logged while inside to `path`, where Prefect takes no part."""
    handler, root, own = _log(path), logging.getLogger(), logging.getLogger("pipeline")
    before = own.level
    own.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        own.setLevel(before)
        with suppress(OSError):
            handler.close()


def _log(path: Path) -> logging.Handler:
    handler = _File(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    return handler


def _to_terminal(handler: logging.Handler) -> bool:
    return isinstance(handler, logging.StreamHandler) and handler.stream in (sys.stderr, sys.stdout, sys.__stderr__)
