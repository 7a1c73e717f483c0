"""Keep Prefect's own log lines out of a producer's terminal: they go to a file in the film's folder."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Send what Prefect logs while inside to `path` instead of the terminal, and flush it to the API at the end."""
    from prefect.logging.handlers import APILogWorker, PrefectConsoleHandler

    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = list(root.handlers)
    root.handlers = [*(one for one in before if not isinstance(one, PrefectConsoleHandler)), handler]
    try:
        yield
    finally:
        APILogWorker.drain_all(timeout=5)
        root.handlers = before
        handler.close()
