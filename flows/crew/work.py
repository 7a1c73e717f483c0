"""What a worker does with one take. This module stays in the worker's process, and with it every model in use."""

import logging
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from flows.crew.line import Dropped, Line
from flows.crew.watch import watched
from pipeline import errors, racing, registry
from pipeline import shot as shots
from pipeline.errors import Busy, DailiesError, OperatorError, ProducerError, ToolFailed
from pipeline.model import GenerationPlan, Order, ShotPlan, TakePlan, TakeResult
from pipeline.ports import Generator, Judge, Tell, reader_of
from pipeline.store import Store

log = logging.getLogger("dailies.worker")

IN_A_ROW = 2
"""Different takes that may fail one after the other before a worker is taken for broken."""


class NotBegun(OperatorError):
    """A take that no worker is to begin now: the night is over, or the disk is full."""


@dataclass(frozen=True, slots=True)
class Work:
    """One take to make.

    `store` is the folder of the studio's store. The take is stopped after `deadline` seconds. It is not begun after
    `until` (seconds since 1970), nor where fewer than `floor` bytes are free. `topic` is where the worker tells what
    happens. `beside` is what else the film makes with the same model.
    """

    store: Path
    shot: ShotPlan
    take: TakePlan
    deadline: float
    until: float | None = None
    floor: int = 0
    topic: str = ""
    beside: tuple[GenerationPlan, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"take {self.take.number} of shot '{self.shot.shot.id}'"

    @property
    def model(self) -> str:
        """What makes it."""
        return self.shot.generation.generator


@dataclass(slots=True)
class Resident:
    """What this process keeps from one take to the next.

    `loads` counts, by generator, how often it was loaded here. `waits_for` is the take that was busy last. `failed` are
    the takes that failed since the last one that came. `at_work` is held while one is made, and `line` is its line: a
    take goes on when the scheduler is lost, and no second one begins.
    """

    loads: Counter[str] = field(default_factory=Counter)
    model: str = ""
    waits_for: str = ""
    failed: dict[str, str] = field(default_factory=dict)
    at_work: threading.Lock = field(default_factory=threading.Lock)
    line: Line = field(default_factory=Line)


resident = Resident()


def make(work: Work) -> None:
    """Make and measure one take, or find it in the store.

    Raises:
        NotBegun: too late, or too little room on the disk.
        Busy: another process is making it.
        DailiesError: a leaf of pipeline.errors, whatever went wrong; it carries nothing of the generator with it.
    """
    line = Line.of(work.topic)
    with resident.at_work:
        resident.line = line
        failure = _made(work, line)
        _counted(work, failure, line)
        resident.line = Line()
    if failure is not None:
        raise failure


def _made(work: Work, line: Line) -> DailiesError | None:
    """Make a take; give what went wrong as a value, so that nothing holds on to what the generator had in hand."""
    store = Store(work.store)
    try:
        if racing.made(store, work.shot, work.take) is None:
            _refuse(work, store)
            with watched(work.name, work.deadline, line):
                make_now(work, store, line)
            log.info("%s is there", work.name)
    except DailiesError as failure:
        return as_leaf(_logged(work, failure))
    except BaseException as failure:  # noqa: BLE001 - whatever a generator raises, the worker lives on
        return _broken(work, failure)
    return None


def _logged(work: Work, failure: DailiesError) -> DailiesError:
    """Write a failure down, with where it came from; that a take is busy only once, it is asked for again and again."""
    if isinstance(failure, Busy):
        if resident.waits_for != work.name:
            log.info("%s waits: %s", work.name, failure)
        resident.waits_for = work.name
    else:
        expected = isinstance(failure, NotBegun)
        log.warning("%s did not come: %s", work.name, failure, exc_info=None if expected else failure)
    return failure


def _broken(work: Work, failure: BaseException) -> DailiesError:
    if isinstance(failure, Dropped):
        log.info("%s is stopped: nobody wants it any more", work.name)
        return Busy(f"{work.name} was stopped", cure="whoever asked for it is gone")
    log.error("%s broke", work.name, exc_info=failure)
    message = f"{work.name} broke: {type(failure).__name__}: {failure}"
    return ToolFailed(message, cure="a fault of the generator; the worker's log has more")


def make_now(work: Work, store: Store, line: Line) -> None:
    """Make and measure a take that the store lacks."""
    tool = cast("Generator", _Begun(work, line, registry.generator(work.shot.generation.tool)))
    _read_ahead(work, store, tool, line)
    racing.make(store, work.shot, work.take, tool, line.share)


def _read_ahead(work: Work, store: Store, tool: Generator, line: Line) -> None:
    """Where the prompt of a take must be read, read those of the film's other shots with it: one load for all."""
    reader, plan = reader_of(tool), work.shot.generation
    own = reader.words(plan) if reader else None
    if own is None or store.has(own) or (work.take.recipe is not None and store.has(work.take.recipe)):
        return

    def tell(_: float) -> None:
        line.share(0.0)

    try:
        log.info("read %d prompts for %s", shots.read_ahead(store, tool, (plan, *work.beside), tell), work.model)
    except DailiesError as failure:
        log.warning("prompts are read with their takes: %s", failure)


class _Begun:
    """A generator that tells when it begins: not before this worker has the take to itself.

    A class because generators are asked by method.
    """

    def __init__(self, work: Work, line: Line, tool: Generator) -> None:
        self._work = work
        self._line = line
        self._tool = tool

    def __getattr__(self, name: str) -> Any:
        """Give what else the generator does, such as reading prompts."""
        return getattr(self._tool, name)

    def generate(self, orders: Sequence[Order], work: Path, judge: Judge, tell: Tell) -> Iterator[TakeResult]:
        self._line.started()
        note_model(self._work.model)
        log.info("%s is begun", self._work.name)
        yield from self._tool.generate(orders, work, judge, tell)


def _refuse(work: Work, store: Store) -> None:
    """Refuse to begin a take; one that only lacks its card is measured whatever the hour."""
    _refuse_elsewhere(work)
    if work.take.recipe is None or store.find(work.take.recipe) is None:
        _refuse_late(work)
        _refuse_full(work)


def _refuse_late(work: Work) -> None:
    if work.until is not None and time.time() > work.until:
        cure = "it is made in the next night, or render again without an end"
        raise NotBegun(f"the night ended before {work.name} was begun", cure=cure)


def _refuse_full(work: Work) -> None:
    free = room(work.store)
    if free < work.floor:
        told = f"{free / 1e9:.1f} GB are free in {work.store}, {work.floor / 1e9:.1f} GB must stay free"
        cure = "free some space (`dailies gc` shows what may go), then render again: what was made is kept"
        raise NotBegun(f"{told}; no new take is begun", cure=cure)


def _refuse_elsewhere(work: Work) -> None:
    if not work.store.parent.is_dir():
        message = f"this worker does not see the studio's folder, {work.store.parent}"
        raise OperatorError(message, cure="it must lie on a shared disk, under the same path on every machine")


def room(folder: Path) -> int:
    """Give the bytes that are free where a folder is, or will be."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
    return shutil.disk_usage(there).free


def note_model(model: str) -> None:
    """Write into the log which generator is loaded when, so that one can read there that it stays."""
    if not resident.loads[model]:
        resident.loads[model] += 1
        devices = os.environ.get("CUDA_VISIBLE_DEVICES", "")
        log.info("loaded %s (load %d in this process, CUDA_VISIBLE_DEVICES=%s)", model, resident.loads[model], devices)
    if resident.model not in {"", model}:
        log.info("changed from %s to %s", resident.model, model)
    resident.model = model


def as_leaf(failure: DailiesError) -> DailiesError:
    """Give a failure afresh, as the nearest class of pipeline.errors: any process can read it, and it holds nothing."""
    if isinstance(failure, NotBegun):
        return NotBegun(failure.message, cure=failure.cure)
    if isinstance(failure, errors.StoryboardInvalid):
        return ProducerError(failure.message, cure=failure.cure)
    kind = next(one for one in type(failure).__mro__ if one.__module__ == errors.__name__)
    made: DailiesError = kind(failure.message, cure=failure.cure)
    return made


def _counted(work: Work, failure: DailiesError | None, line: Line) -> None:
    """Count failures of different takes in a row; a worker that has enough of them steps aside."""
    if failure is None:
        resident.failed.clear()
    elif _is_the_workers(work, failure):
        resident.failed[work.take.recipe.key if work.take.recipe else work.name] = str(failure)
        if len(resident.failed) >= IN_A_ROW:
            line.step_aside(f"{len(resident.failed)} takes failed in a row, last: {work.name}: {failure}")


def _is_the_workers(work: Work, failure: DailiesError) -> bool:
    """Tell whether a failure may be this worker's fault: not what the storyboard, the hour, a disk or a price did."""
    if isinstance(failure, ProducerError | Busy | NotBegun):
        return False
    return room(work.store) >= work.floor and not work.shot.generation.usd
