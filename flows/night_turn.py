"""One film's way through the night: which round it is in, what is left of it, and what the night did for it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from flows import runs
from flows.approval import asks
from flows.cutting import MISSING
from flows.deployed import ROUND
from pipeline import film as verbs
from pipeline.deliver import words
from pipeline.deliver.cuts import newest_cut
from pipeline.deliver.night_facts import NightFilm, night_film
from pipeline.errors import DailiesError
from pipeline.inbox.line import Queued
from pipeline.production import Production, Studio, Wanted, prepare


@dataclass(slots=True)
class Turn:
    """A film of the queue, in a night.

    `round` is the number of takes that every shot has after the run that is next or on; `last` the most that a shot
    is to have. `first`: the takes that were there when the night began, by key; `spent` seconds and dollars since;
    `first_cut` the number of the first cut that this night makes, 0 before. `asks`: a shot of it waits for a person.
    `failed`: why its last run ended badly, where it was not that shots are missing, which the film itself tells.
    """

    film: str
    board: Path = Path()
    position: int = 0
    paused: bool = False
    gone: bool = False
    problem: str = ""
    title: str = ""
    round: int = 1
    last: int = 0
    rounds: int = 0
    wanted: int = 0
    left: int = 0
    planned: int | None = None
    seconds_left: float = 0.0
    first_cut: int = 0
    asks: bool = False
    failed: str = ""
    run: FlowRun | None = None
    told: str = "waits"
    seen: tuple[str, int] | None = None
    first: set[str] | None = None
    spent: dict[str, tuple[float, float]] = field(default_factory=dict)
    starts: Counter[UUID] = field(default_factory=Counter)

    def take_place(self, studio: Studio, entry: Queued) -> None:
        """Take the place in the queue that the film has now; look at its storyboard where it is new or was changed."""
        self.position, self.paused, self.gone = entry.position, entry.paused, False
        self.board = entry.board
        if entry.problem:
            self.problem, self.seen = entry.problem, None
            return
        try:
            seen = (str(entry.board), entry.board.stat().st_mtime_ns)
            if seen != self.seen and self.run is None:
                self.seen = seen
                self.survey(studio)
                self.round = self._first_round(studio)
        except (DailiesError, OSError) as failure:  # moved or overwritten at this moment: the next look is another
            self.problem, self.seen = str(failure), None

    def survey(self, studio: Studio) -> None:
        """Count what there is of the film and what is left, without making anything."""
        self.problem = ""
        try:
            production = _taken_up(self.board, studio, Wanted(name=self.film))
        except (DailiesError, OSError) as failure:
            self.problem = str(failure)
            return
        self._count(production)

    def _count(self, production: Production) -> None:
        self.title, self.planned = production.plan.board.title, len(production.shots)
        self.asks = any(asks(state) for state in production.shots.values())
        takes = {name: one.plan.takes for name, one in production.shots.items() if one.plan.uses is None}
        rounds = [1 if production.shots[name].plan.heat else len(one) for name, one in takes.items()]
        self.last = max(rounds, default=1)  # takes that race come in one round
        self.wanted = sum(len(one) for one in takes.values())
        there = [take for one in production.shots.values() for take in one.takes.values() if one.plan.uses is None]
        self.left = _missing(production)
        estimate = production.plan.estimate  # which counts takes that a race has stopped
        self.seconds_left = estimate.seconds * min(1.0, self.left / max(estimate.takes, 1))
        spent = {
            take.entry.key: (float(take.entry.record.get("compute_seconds", 0)), float(take.entry.record.get("usd", 0)))
            for take in there
        }
        self.first = set(spent) if self.first is None else self.first
        self.spent = {key: one for key, one in spent.items() if key not in self.first}

    def _first_round(self, studio: Studio) -> int:
        """Give the first round in which something is missing; the last one where nothing is."""
        if self.problem or not self.left:
            return self.last
        for number in range(1, self.last):
            if _missing(_taken_up(self.board, studio, Wanted(name=self.film, at_most=number))):
                return number
        return self.last

    def may_start(self, *, late: bool, studio: Studio) -> bool:
        """Tell whether its next round may be started; after the deadline only if there is no film of it at all."""
        if self.run is not None or self.paused or self.gone or self.problem or self.round > self.last:
            return False
        return not late or (not self.rounds and newest_cut(studio.film(self.film)) is None)

    def start(self, studio: Studio, night: FlowRun, until: datetime | None) -> None:
        """Start the next round: a run of the deployment `film` with at most so many takes of a shot."""
        final = self.round >= self.last
        parameters = {
            "storyboard": str(self.board.absolute()),
            "studio": str(studio.root.absolute()),
            "name": self.film,
            "at_most": None if final else self.round,
            "until": until.astimezone(UTC).isoformat() if until else None,
            "priority": self.round * ROUND + self.position,
            "ask": final,
        }
        self.told = "works"
        self.first_cut = self.first_cut or _cuts(studio, self.film) + 1
        key = f"{night.id}:{self.film}:{self.round}:{self.seen}"
        below = not (final and self.asks)  # Prefect suspends no run that is part of another
        self.run = runs.start(runs.FILM, parameters, key=key, tags=[self.film, "night"], below=below)
        if runs.ended_badly(self.run):  # of an earlier attempt of this night
            runs.again(self.run.id)
            self.run = runs.read(self.run.id)

    def look(self, studio: Studio) -> bool:
        """Look at the run; tell whether its round is over, or waits for a person."""
        assert self.run is not None
        self.run = runs.read(self.run.id)
        if runs.started_again(self.run, self.starts):
            return False
        if not runs.over(self.run) and not runs.waits(self.run):
            return False
        self.told = "waits for a person" if runs.waits(self.run) else runs.said(self.run)
        bad = runs.ended_badly(self.run) and not self.told.startswith(MISSING)
        self.failed = self.told if bad else ""
        self.run = None
        self.rounds += 1
        self.survey(studio)
        self.round += 1
        return True

    def row(self) -> tuple[str, str, str, str, str]:
        """Give the film's row in the queue as it is shown."""
        state = self.problem or ("paused" if self.paused else "taken out" if self.gone else self.told)
        takes = f"{self.wanted - self.left} of {self.wanted}" if self.wanted else ""
        left = words.duration(self.seconds_left) if self.left and self.seconds_left else ""
        number = f"{min(self.round, self.last)} of {self.last}" if self.last else ""
        return f"{self.position}. {self.film}", number, takes, left, state

    def facts(self, studio: Studio) -> NightFilm:
        """Give what the summary tells of it."""
        seconds, usd = (sum(one[part] for one in self.spent.values()) for part in (0, 1))
        made = _cuts(studio, self.film) + 1 - self.first_cut if self.first_cut else 0
        return night_film(
            studio.root,
            self.film,
            str(self.board),
            title=self.title or self.film,
            rounds=self.rounds,
            takes_made=len(self.spent),
            takes_wanted=self.wanted,
            takes_left=self.left,
            seconds=seconds,
            usd=usd,
            error=self.problem or self.failed,
            paused=self.paused,
            remade=made,
            planned=self.planned,
        )


def _taken_up(board: Path, studio: Studio, wanted: Wanted) -> Production:
    """Plan a film and take up all that is there of it; nothing is made."""
    production = prepare(board, studio, wanted)
    for name, state in production.shots.items():
        if state.plan.uses is None:
            verbs.take_up(production, name)
    return production


def _missing(production: Production) -> int:
    """Count the takes that are still to be made."""
    names = [name for name, state in production.shots.items() if state.plan.uses is None]
    return sum(len(verbs.missing_takes(production, name)) for name in names)


def _cuts(studio: Studio, film: str) -> int:
    newest = newest_cut(studio.film(film))
    return newest.number if newest else 0
