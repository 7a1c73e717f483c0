"""In `dailies serve` and `dailies worker`: the scheduler and the workers, each in a process, kept alive."""

import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from pathlib import Path

from flows import children
from flows.crew import diary
from flows.crew.leaving import ADDRESS, take_note
from flows.crew.post import Post, Status
from pipeline.errors import OperatorError, ProducerError
from pipeline.media import gpus as devices
from pipeline.store import make_folder

MANY = 4
"""The most plain workers of a machine without GPUs that nobody counted."""

START = 60.0
"""Seconds the scheduler may take to start."""

FOLDER = ".crew"
"""Where logs and scratch files lie, in the studio's folder."""

SCHEDULER, WORKER = "flows.crew.scheduler:run", "flows.crew.worker:run"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker works: its name, and what CUDA_VISIBLE_DEVICES says there; empty for a plain worker."""

    name: str
    gpu: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One worker of this machine. `again_at` is when it begins again (seconds since 1970), where it does not work."""

    name: str
    gpu: str
    status: Status
    why: str = ""
    again_at: float | None = None
    pid: int | None = None

    def __str__(self) -> str:
        if self.again_at is None:
            return self.name
        at = time.strftime("%H:%M", time.localtime(self.again_at))
        return f"{self.name} ({self.why}; again at {at})"


def places(wanted: str = "auto", host: str = "") -> tuple[Place, ...]:
    """Give the places of this machine's workers: `auto` is one a GPU, without any one a core, at most four.

    With a number so many, none if 0. `host` comes before their names: they are unique in a crew of several machines.

    Raises:
        ProducerError: it is no number, or there are not so many GPUs.
    """
    count = _count(wanted)
    before = f"{host}-" if host else ""
    if found := devices.gpus() if count != 0 else ():
        if count is not None and count > len(found):
            raise ProducerError(f"--gpus {count}: this machine has {len(found)}", cure="give that number, or auto")
        return tuple(Place(f"{before}gpu{index}", gpu) for index, gpu in enumerate(found[:count]))
    plain = min(cpu_count() or 1, MANY) if count is None else count
    return tuple(Place(f"{before}cpu{index}") for index in range(plain))


def _count(wanted: str) -> int | None:
    if wanted == "auto":
        return None
    if not wanted.isdecimal():
        raise ProducerError(f"--gpus {wanted}: neither auto nor a number", cure="give auto, or how many workers")
    return int(wanted)


class Crew:
    """The scheduler, if it is this house's, and the workers of this machine. A class because they are one state."""

    def __init__(self, folder: Path, logs: Path, address: str, scheduler: Post | None) -> None:
        self.folder = folder
        self.logs = logs
        self.address = address
        self._scheduler = scheduler
        self._workers: list[tuple[Place, Post]] = []

    def begin(self, at: Iterable[Place]) -> None:
        """Start a worker at every place."""
        self._workers += [(place, _worker(self.folder, self.logs, place, self.address)) for place in at]

    def tend(self) -> list[str]:
        """Start again what has ended, when its time has come; give a sentence about each thing that happened.

        It is also written down, for the summary of the night.
        """
        posts = [*([self._scheduler] if self._scheduler else []), *(post for _, post in self._workers)]
        now = time.time()
        told = [one for one in (post.tend(now) for post in posts) if one]
        for one in told:
            diary.note(self.folder, now, one)
        return told

    @property
    def size(self) -> int:
        """Count the workers of this machine."""
        return len(self._workers)

    @property
    def scheduler_pid(self) -> int | None:
        """Give the id of the scheduler's process, if it is this house's and runs."""
        return self._scheduler.pid if self._scheduler else None

    def members(self) -> tuple[Member, ...]:
        """Give how each worker of this machine is."""
        return tuple(
            Member(place.name, place.gpu, post.status, post.why, post.again_at, post.pid)
            for place, post in self._workers
        )

    def state(self) -> str:
        """Say in a line how the workers of this machine are."""
        if not self._workers:
            return "no workers on this machine"
        return f"{self.size} worker{'s' * (self.size > 1)}: {', '.join(map(str, self.members()))}"

    def stop(self) -> None:
        """End every worker, then the scheduler; a take that is being made is lost, what is stored is whole."""
        for _, post in self._workers:
            post.let_go()
        for _, post in self._workers:
            post.stop()
        if self._scheduler:
            self._scheduler.stop()


@contextmanager
def crew_of(
    studio: Path, gpus: str = "auto", host: str = "127.0.0.1", port: int = 0, logs: Path | None = None
) -> Iterator[Crew]:
    """Start a scheduler on `host` and `port` (0: any) and this machine's workers; all of them end with the block.

    They also end when this process is killed. `gpus` is as in `places`. What they say goes to `logs`, or else to the
    studio's .crew/logs. Call `tend` about once a second.

    Raises:
        OperatorError: the scheduler did not start.
        ProducerError: see `places`.
    """
    at = places(gpus)
    folder = make_folder(studio.absolute() / FOLDER)
    logs = make_folder(logs or folder / "logs").absolute()
    scheduler, address = _scheduler(folder, logs, host, port)
    yield from _kept(Crew(folder, logs, address, scheduler), at)


@contextmanager
def joined(studio: Path, gpus: str, address: str, logs: Path | None = None) -> Iterator[Crew]:
    """Start this machine's workers for the scheduler at `address`, which is another machine's; they end with the block.

    `studio` is the studio's folder, the same shared folder on every machine. A scheduler that is not there yet is
    waited for. The workers' names begin with the name of this machine.

    Raises:
        ProducerError: see `places`.
    """
    at = places(gpus, platform.node())
    folder = make_folder(studio.absolute() / FOLDER)
    logs = make_folder(logs or folder / "logs").absolute()
    yield from _kept(Crew(folder, logs, address, None), at)


def _kept(crew: Crew, at: Iterable[Place]) -> Iterator[Crew]:
    try:
        crew.begin(at)
        yield crew
    finally:
        crew.stop()


def _scheduler(folder: Path, logs: Path, host: str, port: int) -> tuple[Post, str]:
    """Start the scheduler and wait for its address, which it keeps when it is started again."""
    told, log = folder / ADDRESS, logs / "scheduler.txt"
    told.unlink(missing_ok=True)
    at = port

    def start() -> children.Child:
        return children.start("scheduler", SCHEDULER, (host, at, str(folder)), log)

    post = Post("the scheduler", start, make_folder(folder / "scheduler"), time.time())
    deadline = time.monotonic() + START
    while not told.exists():
        if post.ended or time.monotonic() > deadline:
            why = take_note(post.folder) or f"see {log}"
            post.stop()
            raise OperatorError(f"the crew's scheduler did not start: {why}", cure="is the port taken? give another")
        time.sleep(0.05)
    address = told.read_text("utf-8")
    at = int(address.rpartition(":")[2])
    return post, address


def _worker(folder: Path, logs: Path, place: Place, address: str) -> Post:
    own = make_folder(folder / place.name)
    log = logs / f"{place.name}.txt"
    gpu = {"CUDA_VISIBLE_DEVICES": place.gpu} if place.gpu else {}
    start = partial(children.start, f"worker {place.name}", WORKER, (address, place.name, str(own)), log, gpu)
    return Post(f"worker {place.name}", start, own, time.time())
