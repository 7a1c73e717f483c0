"""In a shot's run: have its takes made by the crew, whatever happens to a worker or to the scheduler."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from distributed.scheduler import KilledWorker

from flows.crew.connection import LetGo, Switchboard
from flows.crew.leaving import spell
from flows.crew.request import Answer, Request
from flows.crew.work import NotBegun, Work
from flows.deployed import ROUND, house
from pipeline import racing
from pipeline import shot as shots
from pipeline.errors import Busy, DailiesError, OperatorError, ProducerError, ToolFailed
from pipeline.film.making import Make, made_here
from pipeline.model import GenerationPlan, ShotPlan, TakePlan
from pipeline.ports import Tell
from pipeline.racing import Stopped
from pipeline.shot import Judged
from pipeline.store import Store

GIB = 1 << 30

BUSY = 3.0
"""Seconds between two questions whether another process is done with a take."""

AGAIN = 1.0
"""Seconds before a take whose worker was killed is asked for again."""

KILLS = 3
"""Workers that one take may take with it."""

PATIENCE = 600.0
"""Seconds the scheduler may be away."""

SOON = 5.0
"""Seconds until the card of a take that is seen is taken to be missing."""

SHARED = 60.0
"""Seconds until what another machine wrote on a shared disk is seen here."""


AHEAD = 64
"""Prompts of a film that are read in one go: what they are made for is sent with every take."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every take of a run.

    A take is stopped after `deadline` seconds, not begun after `until` (seconds since 1970), nor where fewer than
    `floor` bytes are free on the studio's disk. `beside` is what else the film makes: a worker that must read a prompt
    reads those of the same model with it.
    """

    deadline: float = 7200.0
    until: float | None = None
    floor: int = 2 * GIB
    beside: Sequence[GenerationPlan] = ()


@dataclass(slots=True)
class _Story:
    """What happened to one take so far."""

    kills: int = 0
    failed_on: set[str] = field(default_factory=set)
    failures: int = 0


class Hired:
    """The crew, as one run has hired it. A class because its threads share one connection."""

    def __init__(self, board: Switchboard, terms: Terms) -> None:
        self._board = board
        self._terms = terms

    def make(self, store: Store, plan: ShotPlan, take: TakePlan, rank: float, tell: Tell) -> Judged | Stopped:
        """Have one take made and measured, wait for it, and give it; it is in the store then.

        Takes of lower `rank` go first. `tell` is called in this thread. Many threads may ask at once.

        Raises:
            ProducerError: at the first try.
            ToolFailed: on two workers, on one if it costs money; or it took too long, or took three workers with it.
            NotBegun: too late, or too little room on the disk.
            OperatorError: the scheduler was away for too long; the studio's folder is not the same everywhere.
        """
        terms = self._terms
        beside = [one for one in terms.beside if one.model == plan.generation.model][:AHEAD]
        work = Work(store.root.absolute(), plan, take, terms.deadline, terms.until, terms.floor, beside=tuple(beside))
        story = _Story()
        there: list[str] = []
        while not (answer := self._asked(work, rank, tell, there)).made:
            there = self._what_next(work, answer, story)
        return _seen(work, answer)

    def let_go(self) -> None:
        """Have every thread that waits for a take go, with LetGo, and every take they asked for be stopped."""
        self._board.closing.set()

    def _asked(self, work: Work, rank: float, tell: Tell, there: list[str]) -> Answer:
        try:
            request = Request(self._board.connection(), work, rank, there)
        except OSError:
            return Answer()
        return request.wait(tell, self._board)

    def _what_next(self, work: Work, answer: Answer, story: _Story) -> list[str]:
        """Decide about a take that did not come: give the workers to ask next, none in particular if empty."""
        failure = answer.failure
        if answer.overdue and not isinstance(failure, DailiesError):
            raise _overdue(work, answer.worker)
        if failure is None:
            self._pause(AGAIN)
        elif isinstance(failure, Busy):
            self._pause(BUSY)
        elif isinstance(failure, KilledWorker):
            self._killed(work, answer, failure, story)
        else:
            return self._failed(work, answer, story)
        return []

    def _killed(self, work: Work, answer: Answer, failure: KilledWorker, story: _Story) -> None:
        story.kills += not answer.left
        if story.kills >= KILLS:
            cure = "look into that worker's log in the studio's folder; memory may have run out"
            last = answer.worker or getattr(failure.last_worker, "name", "unknown")
            raise ToolFailed(f"{work.name} took {KILLS} workers with it, the last one {last}", cure=cure)
        self._pause(AGAIN)

    def _failed(self, work: Work, answer: Answer, story: _Story) -> list[str]:
        failure = as_told(work, answer.failure)
        if isinstance(failure, ProducerError | NotBegun):
            raise failure
        story.failures += 1
        story.failed_on.add(answer.worker)
        others = self._board.connection().others(story.failed_on)
        if bought(work, failure) or len(story.failed_on) > 1 or not others or story.failures >= KILLS:
            raise failure
        return others

    def _pause(self, seconds: float) -> None:
        if self._board.closing.wait(seconds):
            raise LetGo


@contextmanager
def hired(address: str, terms: Terms | None = None, patience: float = PATIENCE) -> Iterator[Hired]:
    """Hire the crew whose scheduler is at `address`; nothing is asked of it before the first take is.

    `patience`: seconds the scheduler may be away, at the beginning or later.
    """
    board = Switchboard(address, patience)
    try:
        yield Hired(board, terms or Terms())
    finally:
        board.close()


@contextmanager
def hired_for(until: float | None, priority: int, beside: Sequence[GenerationPlan] = ()) -> Iterator[Make]:
    """Give what makes the takes of this process's run: the crew of the house it was started by, else the process.

    `priority` is `ROUND` a round of the night, and a film's place in the queue; `beside` is what else the film makes.
    """
    rules = house()
    if not rules.crew:
        yield made_here
        return
    with hired(rules.crew, Terms(rules.deadline, until, rules.floor, beside)) as crew:

        def make(store: Store, plan: ShotPlan, take: TakePlan, tell: Tell) -> Judged | Stopped:
            place = rank(priority // ROUND, plan.generation.generator, priority % ROUND)
            return crew.make(store, plan, take, place, tell)

        yield make


def rank(round_: int, model: str, position: int) -> float:
    """Rank a take, lower first: by round, then by model, then by its place in the film.

    Models come in one order in even rounds and in the other in odd ones, so that the last of a round is the first of
    the next and stays loaded. The order is the same in every process.
    """
    steps = 1 << 16
    slot = int.from_bytes(hashlib.sha256(model.encode()).digest()[:2])
    turned = steps - 1 - slot if round_ % 2 else slot
    return round_ + (turned + min(position, (1 << 20) - 1) / (1 << 20)) / steps


def bought(work: Work, failure: DailiesError) -> bool:
    """Tell whether a failed try may have cost money: nobody but a person buys it a second time."""
    return isinstance(failure, ToolFailed) and work.shot.generation.usd > 0


def as_told(work: Work, failure: BaseException | None) -> DailiesError:
    """Give a failure as one that names its cure: what is not ours comes from Dask, on its way to or from a worker."""
    if isinstance(failure, DailiesError):
        return failure
    message = f"{work.name} could not be handed to a worker: {type(failure).__name__}: {failure}"
    return ToolFailed(message, cure="is the same version of Dailies installed on every machine of the crew?")


def _overdue(work: Work, worker: str) -> ToolFailed:
    cure = "give it more time, or a smaller size, fewer frames or steps; where it hung is in the worker's log"
    return ToolFailed(f"{work.name} was stopped after {spell(work.deadline)} on worker {worker}", cure=cure)


def _seen(work: Work, answer: Answer) -> Judged | Stopped:
    """Give what a worker made, or what it stopped, as soon as it is seen here: a shared disk may show it late.

    Raises:
        OperatorError: it is not seen.
    """
    store, began = Store(work.store), time.monotonic()
    while (found := racing.made(store, work.shot, work.take)) is None:
        waited, recipe = time.monotonic() - began, work.take.recipe
        if waited > SOON and recipe is not None and (entry := store.find(recipe)) is not None:
            return shots.judge(store, work.shot, work.take, entry)  # measured there with other weights than are here
        if waited > SHARED:
            message = f"worker {answer.worker} made {work.name}, but it is not in {work.store} here"
            raise OperatorError(message, cure="the studio's folder must be the same shared folder on every machine")
        time.sleep(0.5)
    return found
