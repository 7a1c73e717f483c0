"""One process of the crew as its house sees it: it works, it waits to be started again, or it is in quarantine."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from flows.children import Child
from flows.crew.leaving import QUARANTINED, spell, take_note

Status = Literal["works", "waits", "quarantine"]

QUARANTINE = 900.0
"""Seconds that a worker's first quarantine lasts; each next one lasts twice as long."""

SOON = 10.0
"""Seconds that a process must have lived to be started again at once."""

LONGEST = 60.0
"""The longest pause, in seconds, before a process that keeps ending is started again."""


class Post:
    """A process that is kept alive. A class because how often it ended, and when, is remembered.

    `start` starts it, `folder` is where it leaves a note when it ends by itself. Times are seconds since 1970.
    """

    def __init__(self, name: str, start: Callable[[], Child], folder: Path, now: float) -> None:
        self.name = name
        self.folder = folder
        self.status: Status = "works"
        self.why = ""
        self.again_at: float | None = None
        self._start = start
        self._short = 0
        self._quarantines = 0
        self._begin(now)

    @property
    def pid(self) -> int | None:
        """Give the id of its process, if it works."""
        return self._child.process.pid if self.status == "works" else None

    @property
    def ended(self) -> bool:
        """Tell whether its process is gone."""
        return not self._child.alive

    def tend(self, now: float) -> str:
        """Look after it; give a sentence if something happened, else nothing."""
        if self.again_at is not None:
            return self._begun_again(now) if now >= self.again_at else ""
        if self._child.alive:
            return ""
        if self._child.process.exitcode == QUARANTINED:
            return self._quarantined(now)
        return self._ended(now)

    def let_go(self) -> None:
        """Ask it to end."""
        self._child.let_go()

    def stop(self) -> None:
        """Have it end."""
        self._child.stop()

    def _begin(self, now: float) -> None:
        take_note(self.folder)
        self._child = self._start()
        self._since = now
        self.status, self.why, self.again_at = "works", "", None

    def _begun_again(self, now: float) -> str:
        back = "is back from quarantine" if self.status == "quarantine" else "is started again"
        self._begin(now)
        return f"{self.name} {back}"

    def _quarantined(self, now: float) -> str:
        if now - self._since > self._long() * 4:
            self._quarantines = 0
        pause = self._long()
        self._quarantines += 1
        self._wait("quarantine", take_note(self.folder) or "takes failed in a row", now + pause)
        return f"{self.name} is in quarantine for {spell(pause)}: {self.why}"

    def _long(self) -> float:
        return QUARANTINE * 2.0**self._quarantines

    def _ended(self, now: float) -> str:
        how = how_ended(self._child.process.exitcode, take_note(self.folder))
        self._short = 0 if now - self._since >= SOON else self._short + 1
        if self._short <= 1:
            self._begin(now)
            return f"{self.name} {how}; started again"
        pause = min(2.0 ** (self._short - 2), LONGEST)
        self._wait("waits", how, now + pause)
        return f"{self.name} {how}, {self._short} times in a row; it is started again in {pause:.0f} s"

    def _wait(self, status: Status, why: str, until: float) -> None:
        self.status, self.why, self.again_at = status, why, until


def how_ended(code: int | None, note: str) -> str:
    """Say how a process ended, by its exit code and the note it left."""
    if note:
        return f"was ended: {note}"
    if code == -9:
        return "was killed"
    if code is not None and code < 0:
        return f"was ended by signal {-code}"
    return f"ended with code {code}"
