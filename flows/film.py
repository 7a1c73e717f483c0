"""The Prefect flow `film`: the verbs of pipeline.film as tasks with names that read well in the UI."""

import queue
import threading
from collections import deque
from collections.abc import Callable
from os import cpu_count
from pathlib import Path
from typing import Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.progress import Watcher, watcher
from pipeline import film as verbs
from pipeline.errors import Busy, DailiesError
from pipeline.production import Production, Studio, Wanted, begin, prepare

BUSY_RETRIES = 100
BUSY_DELAY = 3.0
WORKERS = cpu_count() or 1


class Stopped(BaseException):
    """Raised inside a take that is being made when the render is stopped."""


@flow(
    name="film",
    flow_run_name="{storyboard}",
    validate_parameters=False,
    task_runner=cast("Any", ThreadPoolTaskRunner(max_workers=WORKERS)),
)
def film(
    storyboard: str,
    studio: str = "renders",
    name: str | None = None,
    takes: int | None = None,
    generator: str | None = None,
    shots: tuple[str, ...] = (),
    fresh: tuple[str, ...] = (),
    max_failures: int | None = None,
) -> State[Any]:
    """Render a storyboard: every take of every shot, then the film; a failing shot never stops the others."""
    wanted = Wanted(name, takes, generator, tuple(shots), tuple(fresh))
    production = prepare(Path(storyboard), Studio(Path(studio)), wanted)
    begin(production, wanted)
    _Shoot(production, wanted, max_failures, watcher()).run()
    _assemble(production)
    missing = [name for name, state in production.shots.items() if state.choice is None]
    if missing:
        return Failed(message=f"shots failed: {', '.join(missing)}")
    return Completed(message=f"{len(production.shots)} shots, {production.plan.frames} frames")


def _assemble(production: Production) -> None:
    told = watcher()

    @task(name="assemble", task_run_name="assemble the film", cache_policy=NO_CACHE)
    def assemble() -> None:
        verbs.assemble(production, told.assembling)

    assemble()


class _Shoot:
    """All takes of all shots: a window of tasks in flight, a shot settled as soon as its last take is in.

    A class because the window, the counts and the threads' reports are one state.
    """

    def __init__(self, production: Production, wanted: Wanted, max_failures: int | None, told: Watcher) -> None:
        self.production = production
        self.only = set(wanted.shots)
        self.max_failures = max_failures
        self.told = told
        self.done: queue.Queue[tuple[str, int]] = queue.Queue()
        self.ready: deque[tuple[str, int]] = deque()
        self.open: dict[str, int] = {}
        self.in_flight = 0
        self.failed = 0
        self.stopping = threading.Event()
        self.take = self._task()

    def run(self) -> None:
        """Make what is missing, in the storyboard's order."""
        for name in self.production.shots:
            if self.production.shots[name].plan.after is None:
                self._begin(name)
        self.told.planned(len(self.ready), len(self.production.shots))
        try:
            self._work()
        except BaseException:
            self.stopping.set()
            raise

    def _work(self) -> None:
        while self.ready or self.in_flight:
            while self.ready and self.in_flight < WORKERS:
                self._submit(*self.ready.popleft())
            name, _ = self.done.get()
            self.in_flight -= 1
            self.open[name] -= 1
            if not self.open[name]:
                self._settle(name)

    def _submit(self, name: str, number: int) -> None:
        future: PrefectFuture[None] = self.take.submit(name, number)
        self.in_flight += 1
        future.add_done_callback(lambda _: self.done.put((name, number)))

    def _begin(self, name: str) -> None:
        """Queue the missing takes of a shot whose predecessor, if any, is settled."""
        try:
            verbs.resolve(self.production, name)
        except DailiesError as failure:
            self.production.shots[name].blocked = failure
            self._settle(name)
            return
        verbs.find_takes(self.production, name)
        wanted = self._asked(name) and not self._enough_failed()
        missing = verbs.missing_takes(self.production, name) if wanted else []
        self.open[name] = len(missing)
        self.ready.extend((name, one.number) for one in missing)
        if not missing:
            self._settle(name)

    def _settle(self, name: str) -> None:
        state = self.production.shots[name]

        @task(name="choose", task_run_name=f"{name}: choose and finish", cache_policy=NO_CACHE)
        def choose() -> str:
            verbs.settle_shot(self.production, name)
            return state.choice.reason if state.choice else state.reason

        choose(return_state=True)
        if state.choice is None and self._asked(name):
            self.failed += 1
            self.told.failed(name, state.reason)
            if self._enough_failed():
                self.ready.clear()
        self.told.settled(name)
        for other, waiting in self.production.shots.items():
            if waiting.plan.after == name:
                self._begin(other)

    def _asked(self, name: str) -> bool:
        return not self.only or name in self.only

    def _enough_failed(self) -> bool:
        return self.max_failures is not None and self.failed > self.max_failures

    def _task(self) -> Any:
        def busy(_task: Any, _run: Any, state: State[Any]) -> bool:
            return isinstance(state.result(raise_on_failure=False), Busy)

        @task(
            name="take",
            task_run_name="{shot}: take {take}",
            cache_policy=NO_CACHE,
            retries=BUSY_RETRIES,
            retry_delay_seconds=BUSY_DELAY,
            retry_condition_fn=busy,
        )
        def one_take(shot: str, take: int) -> None:
            verbs.make_shot_take(self.production, shot, take, self._tell(shot, take))
            self.told.take(shot, take, 1.0)

        return one_take

    def _tell(self, shot: str, take: int) -> Callable[[float], None]:
        def tell(share: float) -> None:
            if self.stopping.is_set():
                raise Stopped
            self.told.take(shot, take, min(share, 0.99))

        return tell
