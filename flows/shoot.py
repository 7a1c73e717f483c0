"""All takes of all shots of a film as Prefect tasks, side by side."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from os import cpu_count
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture

from flows.progress import Watcher
from flows.turns import Turns, Wanted
from pipeline import film as verbs
from pipeline.errors import Busy, DailiesError
from pipeline.film.making import Make, made_here
from pipeline.production import Production

BUSY_RETRIES = 20_000
BUSY_DELAY = 3.0
"""Seconds between two questions whether another process is done with a take: one that a model makes takes an hour."""

WORKERS = cpu_count() or 1
THREADS = 2 * WORKERS
"""As many takes at once as there are cores, and beside them shots that are finished: neither waits for the other."""

A_BUG = "a bug; the log in the film's folder has more, and the same command tries again"


class Stopped(BaseException):
    """Raised inside a take that is being made when the render is stopped."""


def _failure(future: PrefectFuture[None]) -> BaseException | None:
    """Give what ended a task that is over, whatever it was: the queue waits for every take."""
    try:
        future.result(timeout=0, raise_on_failure=True)
    except BaseException as failure:  # noqa: BLE001 - a generator's SystemExit is no reason to lose the night
        return failure
    return None


class Shoot:
    """All takes of some shots, or of all: `width` at once, a shot settled as soon as its last take is in.

    `make` has one take made, here or elsewhere. `among` are the shots that are looked at, all if None; takes are made
    of those in `only`, of all of them if it is empty.

    A class because the queues, the counts and the threads' reports are one state.
    """

    def __init__(
        self,
        production: Production,
        only: AbstractSet[str],
        max_failures: int | None,
        told: Watcher,
        *,
        make: Make = made_here,
        width: int = WORKERS,
        among: Collection[str] | None = None,
    ) -> None:
        self.production = production
        self.only = only
        self.max_failures = max_failures
        self.told = told
        self.elsewhere = make
        self.width = width
        self.among = [name for name in production.shots if among is None or name in among]
        self.done: queue.Queue[tuple[str, int | None, PrefectFuture[None]]] = queue.Queue()
        self.turns = Turns(self._model, here=make is made_here)
        self.ready = self.turns.waiting
        self.whole: deque[str] = deque()
        self.open: dict[str, int] = {}
        self.bugs: list[Exception] = []
        self.making = 0
        self.settling = 0
        self.failed = 0
        self.stopping = threading.Event()
        self.take = self._task()
        self.choose = self._choosing()

    def run(self) -> list[Exception]:
        """Make what is missing, in the storyboard's order; give the faults of this program that were met."""
        for name in self.among:
            if self.production.shots[name].plan.after not in self.among:
                self._begin(name)
        self.told.planned(len(self.ready), len(self.among))
        self._read_words()
        try:
            self._work()
        except BaseException:
            self.stopping.set()
            raise
        return self.bugs

    def _read_words(self) -> None:
        """Have the prompts of all takes read first, where takes are made in this process."""
        if self.elsewhere is made_here:
            verbs.read_words(self.production, [name for name in self.among if self._asked(name)], lambda _: None)

    def _work(self) -> None:
        while self.ready or self.making or self.whole or self.settling:
            while self.whole:
                self._settle(self.whole.popleft())
            while self.making < self.width and (found := self.turns.next()) is not None:
                self._make(*found)
            name, number, future = self.done.get()
            if number is None:
                self.settling -= 1
                self._settled(name, _failure(future))
                continue
            self.making -= 1
            self.turns.back((name, number))
            self.open[name] -= 1
            self._came(name, number, _failure(future))
            if not self.open[name]:
                (self._settle if number > 0 else self._begin)(name)

    def _model(self, wanted: Wanted) -> str:
        name, number = wanted
        state = self.production.shots[name]
        return (state.plan if number > 0 or state.key is None else state.key.plan).generation.model

    def _make(self, name: str, number: int) -> None:
        self.making += 1
        what = f"take {number}" if number > 0 else f"picture {-number}"
        self.take.submit(name, number, what).add_done_callback(lambda one: self.done.put((name, number, one)))

    def _settle(self, name: str) -> None:
        self.settling += 1
        self.choose.submit(name).add_done_callback(lambda one: self.done.put((name, None, one)))

    def _came(self, name: str, number: int, failure: BaseException | None) -> None:
        """Remember why a take did not come, where the verbs did not: a fault of this program, or a lost API."""
        state = self.production.shots[name]
        shot = state if number > 0 or state.key is None else state.key
        if failure is not None and abs(number) not in shot.failures and abs(number) not in shot.takes:
            shot.failures[abs(number)] = self._told(failure)

    def _told(self, failure: BaseException) -> DailiesError:
        """Give a failure as one that names its cure; one that nobody foresaw ends the run as a bug."""
        if isinstance(failure, DailiesError):
            return failure
        if isinstance(failure, Exception):
            self.bugs.append(failure)
        return DailiesError(f"it broke: {type(failure).__name__}: {failure}", cure=A_BUG)

    def _begin(self, name: str) -> None:
        """Queue the missing takes of a shot whose predecessor, if any, is settled; before them its key pictures."""
        self.open[name] = 0
        if self._asked(name) and not self._enough_failed():
            pictures = verbs.missing_key_pictures(self.production, name)
            self.open[name] = len(pictures)
            self.ready.extend((name, -picture.number) for picture in pictures)
            if pictures:
                return
        try:
            verbs.resolve(self.production, name)
            verbs.find_takes(self.production, name)
        except Exception as failure:  # noqa: BLE001 - one shot's fault, whatever it is, never stops the others
            self.production.shots[name].blocked = self._told(failure)
            self.whole.append(name)
            return
        wanted = self._asked(name) and not self._enough_failed()
        tried = self.production.shots[name].failures  # in this very run, for the film of which this is a version
        missing = verbs.missing_takes(self.production, name) if wanted else []
        with_another = verbs.made_with_another(self.production, name)
        missing = [one for one in missing if one.number not in tried and one.number not in with_another]
        self.open[name] = len(missing)
        self.ready.extend((name, one.number) for one in missing)
        if not missing:
            self.whole.append(name)

    def _settled(self, name: str, failure: BaseException | None) -> None:
        if failure is not None:
            self._unsettled(name, failure)
        if self._rerolled(name):
            return
        self._tell_settled(name)
        for other in self.among:
            if self.production.shots[other].plan.after == name:
                self._begin(other)

    def _rerolled(self, name: str) -> bool:
        """Queue one take more for a shot whose takes were all rejected; those in the store are judged at once."""
        if not self._asked(name) or self._enough_failed():
            return False
        while more := verbs.reroll(self.production, name):
            verbs.find_takes(self.production, name)
            missing = [one for one in verbs.missing_takes(self.production, name) if one in more]
            if missing:
                self.open[name] = len(missing)
                self.ready.extendleft((name, one.number) for one in missing)
                return True
            verbs.settle_shot(self.production, name)
        return False

    def _unsettled(self, name: str, failure: BaseException) -> None:
        """Have a shot that could not be finished missing for now; the assembly tries it once more."""
        state = self.production.shots[name]
        state.blocked = self._told(failure)
        state.choice, state.reason, state.cure = None, state.blocked.message, state.blocked.cure

    def _tell_settled(self, name: str) -> None:
        state = self.production.shots[name]
        if state.choice is None and self._asked(name) and (state.failures or state.blocked or state.takes):
            self.failed += 1
            self.told.failed(name, f"{state.reason} ({state.cure})" if state.cure else state.reason)
            if self._enough_failed():
                self._stop_making()
        for number, failure in sorted(state.failures.items()):
            if state.choice is not None:
                self.told.failed(f"{name}, take {number}", str(failure))
        self.told.settled(name)

    def _stop_making(self) -> None:
        """Make no more takes: --max-failures is reached; shots whose takes are not all there keep what they have."""
        for name, _ in self.ready:
            self.open[name] -= 1
            if not self.open[name]:
                self.whole.append(name)
        self.ready.clear()

    def _asked(self, name: str) -> bool:
        return not self.only or name in self.only

    def _enough_failed(self) -> bool:
        return self.max_failures is not None and self.failed > self.max_failures

    def _task(self) -> Any:
        def busy(_task: Any, _run: Any, state: State[Any]) -> bool:
            return isinstance(state.result(raise_on_failure=False), Busy)

        @task(
            name="take",
            task_run_name="{shot}: {what}",
            cache_policy=NO_CACHE,
            retries=BUSY_RETRIES,
            retry_delay_seconds=BUSY_DELAY,
            retry_condition_fn=busy,
        )
        def one_take(shot: str, take: int, what: str) -> None:  # noqa: ARG001 - what it is called in the UI
            tell = self._tell(shot, take)
            tell(0.0)
            if take < 0:
                verbs.make_key_picture(self.production, shot, -take, tell, self.elsewhere)
            else:
                verbs.make_shot_take(self.production, shot, take, tell, self.elsewhere)
            self.told.take(shot, take, 1.0)

        return one_take

    def _choosing(self) -> Any:
        @task(name="choose", task_run_name="{shot}: choose and finish", cache_policy=NO_CACHE)
        def choose(shot: str) -> str:
            if self.stopping.is_set():
                raise Stopped
            verbs.settle_shot(self.production, shot)
            state = self.production.shots[shot]
            return state.choice.reason if state.choice else state.reason

        return choose

    def _tell(self, shot: str, take: int) -> Callable[[float], None]:
        def tell(share: float) -> None:
            if self.stopping.is_set():
                raise Stopped
            self.told.take(shot, take, min(share, 0.99))

        return tell
