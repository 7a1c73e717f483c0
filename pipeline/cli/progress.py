"""What a person sees while a film is made: takes done, time left, shots that failed."""

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Board:
    """A progress display; on a pipe or in a log, one line a shot instead of moving bars.

    A class because bars, counts and the threads that report share one state.
    """

    def __init__(self, console: Console, title: str) -> None:
        self.console = console
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=32),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.title = title
        self.lock = threading.Lock()
        self.shares: dict[tuple[str, int], float] = {}
        self.began = time.monotonic()
        self.takes: TaskID | None = None
        self.film: TaskID | None = None
        self.wanted = 0

    def __enter__(self) -> Self:
        self.console.print(f"[bold]{self.title}[/bold]: setting up", markup=True, highlight=False)
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def planned(self, takes: int, shots: int) -> None:
        """Show how much there is to do."""
        self._say(f"{takes} takes to make for {shots} shots" if takes else f"every take of {shots} shots is there")
        self._count(takes)

    def probing(self, takes: int, shots: int) -> None:
        """Show how much there is to look at."""
        from pipeline.deliver.words import plural

        self._say(f"to probe: {plural(takes, 'take')} of {plural(shots, 'shot')}")
        self._count(takes)

    def _count(self, takes: int) -> None:
        self.wanted = takes
        if takes:
            self.takes = self.progress.add_task("takes", total=takes, count=f"0/{takes}")

    def take(self, shot: str, take: int, share: float) -> None:
        """Move the bar of takes."""
        with self.lock:
            self.shares[shot, take] = max(share, self.shares.get((shot, take), 0.0))
            done, whole = sum(self.shares.values()), sum(one >= 1 for one in self.shares.values())
        if self.takes is not None:
            self.wanted = max(self.wanted, len(self.shares))
            count = f"{whole}/{self.wanted}"
            self.progress.update(self.takes, completed=done, total=self.wanted, count=count)

    def failed(self, shot: str, reason: str) -> None:
        """Say at once which shot will be a slate, and why."""
        self.console.print(f"{shot}: {reason}", style="red", markup=False, highlight=False)

    def settled(self, shot: str) -> None:
        """Say that a shot can be looked at."""
        self._say(f"{shot}: on the desk after {time.monotonic() - self.began:.0f} s")

    def assembling(self, share: float) -> None:
        """Move the bar of the film."""
        if self.film is None:
            self._say("cutting the film")
            self.film = self.progress.add_task("film ", total=1.0, count="")
        self.progress.update(self.film, completed=share, count=f"{share:4.0%}")

    def version(self, name: str) -> None:
        """Say that a version of the film comes next, with bars of its own."""
        self.console.print(f"version {name}", markup=False, highlight=False)
        for bar in (self.takes, self.film):
            if bar is not None:
                self.progress.remove_task(bar)
        self.takes = self.film = None
        with self.lock:
            self.shares.clear()

    def _say(self, line: str) -> None:
        if not self.console.is_terminal:
            self.console.print(line, markup=False, highlight=False)
