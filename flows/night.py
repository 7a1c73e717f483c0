"""The Prefect flow `night`: the queue, breadth-first, until all is done or the deadline; in the morning a summary."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout
from prefect import flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging import get_run_logger
from prefect.states import Completed

from flows import artifacts, runs
from flows.children import tied_to_parent
from flows.crew import diary
from flows.crew.house import FOLDER
from flows.deployed import link
from flows.night_turn import Turn
from pipeline.deliver import night as summary
from pipeline.deliver.night_facts import Ended, Night
from pipeline.inbox.line import queued
from pipeline.media import tell
from pipeline.production import Studio
from pipeline.store import make_folder

LOOK = 2.0
"""Seconds between two looks at the films' runs."""

AT_ONCE = 3
"""Films that are worked on at once; their takes keep their order on the workers all the same."""

NOTIFY = "DAILIES_NOTIFY"
"""Environment variable: whom to tell in the morning. It may hold a secret, so it is no parameter."""


@flow(name="night", flow_run_name="night", description="Works through the queue: one take of every shot first.")
def night(
    studio: str = "renders",
    until: str | None = None,
    timezone: str = "UTC",
) -> State[Any]:
    """Make every film of the queue: first one take of every shot of each, then more, until all is done.

    Args:
        studio: The studio folder.
        until: No take is begun after this time of day, e.g. 07:00.
        timezone: Where that is told, e.g. Asia/Tokyo.
    """
    run = runs.this_run()
    assert run is not None, "the night belongs to a deployment: start it in the UI, or with --nightly"
    ends, root = _deadline(run, until, timezone), Path(studio)
    with tied_to_parent(), _alone(root) as alone:
        if why := "another night works through this queue" if not alone else missed(run, ends):
            return Completed(name="Skipped", message=why)
        return Shift(Studio(root), run, ends, timezone).work()


@contextmanager
def _alone(studio: Path) -> Iterator[bool]:
    """Let one night at a time work in a studio: after days without `dailies serve` several are due at once."""
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(make_folder(studio / ".serve") / "night.lock", timeout=0))
        except Timeout:
            yield False
        else:
            yield True


def missed(run: FlowRun, ends: datetime | None) -> str:
    """Say why a night that nobody asked for in particular is not begun: its hours are over; empty where it is."""
    if ends is None or not run.auto_scheduled or run.run_count > 1 or datetime.now(UTC) < ends:
        return ""
    return f"it was to end at {ends:%H:%M}, and `dailies serve` was not there to begin it; the queue waits for the next"


def _deadline(run: FlowRun, until: str | None, timezone: str) -> datetime | None:
    """Give the first time of day `until` after this night was to begin."""
    if until is None:
        return None
    zone = ZoneInfo(timezone)
    began = (run.expected_start_time or datetime.now(zone)).astimezone(zone)
    hour, minute = (int(part) for part in until.split(":"))
    ends = began.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return ends if ends > began else ends + timedelta(days=1)


class Shift:
    """One night's work: a turn for every film of the queue, looked at again whenever a film is to be started.

    A class because what each film has had, and what runs, is one state.
    """

    def __init__(self, studio: Studio, run: FlowRun, until: datetime | None, timezone: str) -> None:
        self.studio = studio
        self.run = run
        self.until = until
        self.zone = ZoneInfo(timezone)
        self.began = datetime.now(self.zone)
        self.turns: dict[str, Turn] = {}
        self.logger = get_run_logger()
        self.told = ""
        self.heard: set[str] = set()
        self.unsettled: tuple[str, ...] = ()

    def work(self) -> State[Any]:
        """Start films in their order, wait for them, and tell in the end what became of them."""
        while True:
            self._line_up()
            while self._start_next():
                self._line_up()
            self._tell_queue()
            working = [turn for turn in self.turns.values() if turn.run is not None]
            if not working and (self._late() or not self.unsettled):
                return self._summary()
            time.sleep(LOOK)
            for turn in working:
                if turn.look(self.studio):
                    self.logger.info("%s: %s", turn.film, turn.told)

    def _line_up(self) -> None:
        """Look at the queue as it is now: what was added, moved or paused meanwhile counts."""
        line = queued(self.studio.root / "queue")
        self.unsettled = line.unsettled
        for told in line.told:
            self._warn(told)
        good = {entry.film for entry in line.films if not entry.problem}
        for entry in line.films:
            if entry.problem and entry.film in good:
                self._warn(f"{entry.board.name}: {entry.problem}")
            else:
                self.turns.setdefault(entry.film, Turn(entry.film)).take_place(self.studio, entry)
        there = {entry.film for entry in line.films}
        for film, turn in self.turns.items():
            if film not in there:
                turn.gone = True

    def _warn(self, told: str) -> None:
        """Tell something of the queue, once a night."""
        if told not in self.heard:
            self.heard.add(told)
            self.logger.warning("queue: %s", told)

    def _start_next(self) -> bool:
        """Start the film whose turn it is, if there is one and room for it."""
        waiting = [turn for turn in self.turns.values() if turn.may_start(late=self._late(), studio=self.studio)]
        if not waiting or sum(turn.run is not None for turn in self.turns.values()) >= AT_ONCE:
            return False
        turn = min(waiting, key=lambda one: (one.round, one.position))
        turn.start(self.studio, self.run, self.until)
        self.logger.info("%s: round %d of %d", turn.film, turn.round, turn.last)
        return True

    def _tell_queue(self) -> None:
        """Show the queue in the UI, whenever it changed."""
        turns = sorted(self.turns.values(), key=lambda one: one.position)
        text = artifacts.queue_text([turn.row() for turn in turns], self._ends())
        if text != self.told:
            self.told = text
            artifacts.tell_queue(text)

    def _ends(self) -> str:
        return f"until {self.until:%H:%M}" if self.until else "until all is done"

    def _summary(self) -> State[Any]:
        turns = sorted(self.turns.values(), key=lambda one: one.position)
        why: Ended = "deadline" if any(turn.left for turn in turns) and self._late() else "done"
        films = summary.told_apart([turn.facts(self.studio) for turn in turns])
        workers = diary.since(self.studio.root / FOLDER, self.began)
        whole = Night(self.began, datetime.now(self.zone), self.until, why, films, workers)
        folder = summary.write(self.studio.root, whole)
        artifacts.tell_night(summary.markdown(whole, self._address()))
        self._notify(summary.as_values(whole, folder / "index.html"))
        return Completed(message=summary.headline(whole))

    def _late(self) -> bool:
        return self.until is not None and datetime.now(self.zone) >= self.until

    def _address(self) -> Callable[[str], str | None]:
        return lambda path: link(self.studio.root, self.studio.root / path) or None

    def _notify(self, values: dict[str, Any]) -> None:
        target = os.environ.get(NOTIFY)
        if target and (failure := tell.told(target, values)):
            self.logger.warning("%s", failure)
