"""A film's shots as runs of the deployment `render-shot`: started, waited for, and told of to whoever waits."""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.schemas.objects import FlowRun
from prefect.logging import get_run_logger

from flows import artifacts, runs
from flows.approval import asks
from flows.progress import Watcher
from pipeline import film as verbs
from pipeline.errors import ShotFailed
from pipeline.model import ShotPlan
from pipeline.production import Production

LOOK = 2.0
"""Seconds between two looks at the shots' runs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one run may go: failures, the time after which no take is begun, its place, and whether it may ask."""

    max_failures: int | None
    until: datetime | None
    priority: int
    ask: bool


class FanOut:
    """The shots of one film's run, each a run of its own.

    `parameters` are what every shot's run is given besides its shot. `retried`: runs that ended badly in an earlier
    attempt of this film's run are started again, the others are left as they are.

    A class because what was started, what is over and what was told is one state.
    """

    def __init__(
        self,
        production: Production,
        film_run: UUID,
        parameters: dict[str, object],
        only: set[str],
        limits: Limits,
        told: Watcher,
        *,
        retried: bool,
    ) -> None:
        self.production = production
        self.film_run = film_run
        self.parameters = parameters
        self.told = told
        self.limits = limits
        self.known = runs.shots_of(film_run)
        self.wanted = [name for name in production.shots if not only or name in only]
        self.settled: set[str] = set()
        self.starts: Counter[UUID] = Counter()
        self.logger = get_run_logger()
        self.progress = artifacts.Progress(production.name)
        if retried:
            self._again()

    def run(self) -> None:
        """Start what is missing, in the storyboard's order, and wait until all of it is over or waits for a person."""
        self.told.planned(0, len(self.wanted))
        while True:
            self._start()
            open_ = [name for name in self.known if name in self.wanted and not self._at_rest(self.known[name])]
            self._tell()
            if not open_:
                return
            self._take_back()
            time.sleep(LOOK)
            self._look()

    def waiting(self) -> list[str]:
        """Give the shots that wait for a person."""
        return [name for name, run in self.known.items() if runs.waits(run)]

    def take_up(self) -> None:
        """Take up what the shots' runs have made, and why others made nothing."""
        for name, state in self.production.shots.items():
            if state.plan.uses is not None:
                continue
            verbs.take_up(self.production, name)
            verbs.recall_failures(self.production, name)
            run = self.known.get(name)
            if run is not None and runs.ended_badly(run) and not state.failures:
                state.blocked = state.blocked or ShotFailed(runs.said(run))
            elif run is None and not state.takes and (why := self._ended()) and name in self.wanted:
                state.blocked = state.blocked or ShotFailed(why, cure="retry the film's run")

    def moved(self) -> bool:
        """Tell whether a shot's run is not as it was when the film was cut: somebody retried it meanwhile."""
        now = runs.shots_of(self.film_run)
        before = {name: (run.id, runs.kind(run)) for name, run in self.known.items()}
        self.known = now
        return before != {name: (run.id, runs.kind(run)) for name, run in now.items()}

    def _look(self) -> None:
        """See how the shots' runs are; those that were lost before they began are started again."""
        self.known = runs.shots_of(self.film_run)
        lost = [name for name, run in self.known.items() if runs.started_again(run, self.starts)]
        if lost:
            self.logger.info("%s: once more, the process ended before it began", ", ".join(lost))
            self.known = runs.shots_of(self.film_run)

    def _again(self) -> None:
        for name, run in self.known.items():
            if name in self.wanted and runs.ended_badly(run):
                self.logger.info("%s: once more", name)
                runs.again(run.id, by_hand=self.limits.until is None)
        self.known = runs.shots_of(self.film_run)

    def _start(self) -> None:
        """Start the runs of shots that lack something and whose predecessor is there."""
        for name in self.wanted:
            if name not in self.known and not self._ended() and self._ready(name):
                self.known[name] = self._started(name)

    def _ready(self, name: str) -> bool:
        """Tell whether a shot needs a run, and what it starts from is decided."""
        plan = self.production.shots[name].plan
        if plan.uses is not None or name in self.settled:
            return False
        if plan.after in self.production.shots and plan.after in self.known:
            before = self.known[plan.after]
            if not runs.completed(before):
                return False
        state = verbs.take_up(self.production, name)
        if state.blocked is not None and plan.after in self.wanted:
            state.blocked = None
            return False
        if state.choice is None or verbs.missing_takes(self.production, name) or self._asks(name):
            return True
        self.settled.add(name)
        self.told.settled(name)
        return False

    def _asks(self, name: str) -> bool:
        choice = self.production.shots[name].choice
        return self._may_ask(name) and choice is not None and choice.by != "producer"

    def _may_ask(self, name: str) -> bool:
        return asks(self.production.shots[name]) and self.limits.ask

    def _started(self, name: str) -> FlowRun:
        self.logger.info("%s: started", name)
        plan, gated = self.production.shots[name].plan, self._may_ask(name)
        return runs.start(
            runs.SHOT,
            {**self.parameters, "shot": name},
            name=f"{self.production.name}: {name}",
            key=f"{self.film_run}:{name}:{digest(plan)}",
            tags=[self.production.name, *([runs.beside_tag(self.film_run)] if gated else [])],
            below=not gated,
        )

    def _at_rest(self, run: FlowRun) -> bool:
        return runs.over(run) or runs.waits(run)

    def _tell(self) -> None:
        for name, run in self.known.items():
            if runs.over(run) and name not in self.settled:
                self.settled.add(name)
                if runs.completed(run):
                    self.told.settled(name)
                else:
                    self.logger.warning("%s: %s", name, runs.said(run))
                    self.told.failed(name, runs.said(run))
        self.progress.tell(len(self.settled), len(self.production.shots))

    def _failed(self) -> int:
        return sum(runs.ended_badly(run) for run in self.known.values())

    def _ended(self) -> str:
        """Say why no shot may be begun any more; empty while they may."""
        most, until = self.limits.max_failures, self.limits.until
        if most is not None and self._failed() > most:
            return "more shots failed than this run allows"
        return "" if until is None or datetime.now(UTC) < until else "the night ended before it was begun"

    def _take_back(self) -> None:
        """Take back the shots that have not begun, once no more may be; a retry of the film starts them."""
        if self._ended():
            for name, run in list(self.known.items()):
                if run.state is not None and run.state.is_scheduled() and not run.run_count:
                    runs.forget(run.id)
                    del self.known[name]


def digest(plan: ShotPlan) -> str:
    """Give what a shot is made from, as one number: its definition and the files it reads, not the shot before it."""
    made = plan.generation
    wanted = made.recipe(0).values
    files = {} if plan.after else dict(wanted["inputs"])
    values = repr((made.generator, {**wanted, "inputs": files}, [take.seed for take in plan.takes]))
    return hashlib.sha256(values.encode()).hexdigest()[:16]
