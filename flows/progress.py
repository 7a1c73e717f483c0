"""What a render tells whoever watches it: a terminal, a log, a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Watcher(Protocol):
    """Is told what happens, from several threads."""

    def planned(self, takes: int, shots: int) -> None:
        """Takes to make (those in the store are not counted) and shots in all."""
        ...

    def take(self, shot: str, take: int, share: float) -> None:
        """One take has come `share` (0..1) of its way; 1 = made and measured."""
        ...

    def failed(self, shot: str, reason: str) -> None:
        """A shot will be a slate."""
        ...

    def settled(self, shot: str) -> None:
        """A shot's takes are chosen and on the desk."""
        ...

    def assembling(self, share: float) -> None:
        """The film has come `share` (0..1) of its way."""
        ...

    def version(self, name: str) -> None:
        """A version of the film comes next."""
        ...


class Silent:
    """Watches nothing."""

    def planned(self, takes: int, shots: int) -> None:
        """Ignore."""

    def take(self, shot: str, take: int, share: float) -> None:
        """Ignore."""

    def failed(self, shot: str, reason: str) -> None:
        """Ignore."""

    def settled(self, shot: str) -> None:
        """Ignore."""

    def assembling(self, share: float) -> None:
        """Ignore."""

    def version(self, name: str) -> None:
        """Ignore."""


_watcher: ContextVar[Watcher] = ContextVar("watcher")


def watcher() -> Watcher:
    """Give whoever watches this render."""
    return _watcher.get(Silent())


@contextmanager
def watched_by(one: Watcher) -> Iterator[None]:
    """Have renders started inside tell `one`; a flow's parameters are only what a producer can type."""
    token = _watcher.set(one)
    try:
        yield
    finally:
        _watcher.reset(token)
