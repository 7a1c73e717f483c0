"""Takes that race: each is drawn to a rung and stands still there, and only those whose previews are best go on.

What goes on is bit for bit what it would have been alone: every take has its own thread, scheduler and noise, and
shares only the weights. Successive halving: Jamieson and Talwalkar, 2016.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from pipeline.errors import ToolFailed
from pipeline.generators.diffusion import previews
from pipeline.generators.diffusion.drawing import Drawing
from pipeline.model import Race
from pipeline.ports import Frame, Judge, Tell


class SentHome(BaseException):
    """Raised inside a take that does not go on."""


def stops(race: Race, steps: int) -> dict[int, int]:
    """Give the steps after which takes stand still, each a rung's share of all steps, and how many go on from there.

    Shares are rounded up; of rungs that fall together the last one counts.
    """
    found = {ceil(rung * steps): keep for rung, keep in zip(race.rungs, race.keep, strict=True)}
    return {step: keep for step, keep in found.items() if 0 < step < steps}


class Lane:
    """One take in a race. A class because its thread and the race hand it back and forth."""

    def __init__(self, drawing: Drawing, halts: Sequence[int]) -> None:
        self.drawing = drawing
        self.scores: list[float] = []
        self.steps = 0
        self.seconds = 0.0
        self.frames: Sequence[Frame] | None = None
        self._halts = frozenset(halts)
        self._guess = previews.watched(drawing.pipe.scheduler)
        self._sent: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._said: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def take(self) -> int:
        """The number of the take."""
        return self.drawing.order.take

    def advance(self, tell: Tell) -> None:
        """Draw on to the next rung, or to the end.

        Raises:
            BaseException: whatever drawing raises, also what `tell` raises in it.
        """
        started = time.monotonic()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(tell, _threads()), daemon=True)
            self._thread.start()
        else:
            self._sent.put(True)
        failure = self._said.get()
        self.seconds += time.monotonic() - started
        if failure is not None:
            raise failure

    def preview(self, folder: Path) -> Path:
        """Write what the take would look like if it ended here."""
        return previews.write(self.drawing, self._guess, folder / f"preview_{self.take}_{self.steps}.mp4")

    def send_home(self) -> None:
        """End the take where it stands."""
        if self._thread is not None and self._thread.is_alive():
            self._sent.put(False)
            self._thread.join()

    def _run(self, tell: Tell, threads: int) -> None:
        _have_threads(threads)
        try:
            self.frames = self.drawing.frames(tell, self._stepped)
        except SentHome:
            return
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that waits for it
            self._said.put(failure)
        else:
            self._said.put(None)

    def _stepped(self, latents: Any) -> None:
        self.steps += 1
        self._guess.latents = latents
        if self.steps in self._halts:
            self._said.put(None)
            if not self._sent.get():
                raise SentHome


def _threads() -> int:
    import torch

    return int(torch.get_num_threads())


def _have_threads(count: int) -> None:
    """Have this thread compute as its parent does: some models give other bits with another number of threads."""
    import torch

    torch.set_num_threads(count)


def run(
    drawings: Sequence[Drawing], race: Race, judge: Judge, work: Path, tell: Callable[[int, float], None]
) -> Iterator[Lane]:
    """Race takes of one shot; give each lane once it is over: those sent home have no frames.

    `tell` takes the number of a take and its progress.
    """
    steps = int(drawings[0].plan.levers["arguments"]["num_inference_steps"])
    halts = stops(race, drawings[0].steps(steps))
    lanes = [Lane(one, tuple(halts)) for one in drawings]
    running = list(lanes)
    try:
        for keep in halts.values():
            for lane in running:
                lane.advance(_telling(tell, lane.take))
                lane.scores.append(_score(judge, lane, work))
            best = sorted(running, key=lambda lane: (-lane.scores[-1], lane.take))[:keep]
            for lane in [one for one in running if one not in best]:
                running.remove(lane)
                lane.send_home()
                yield lane
        for lane in running:
            lane.advance(_telling(tell, lane.take))
            yield lane
    finally:
        for lane in lanes:
            lane.send_home()


def _telling(tell: Callable[[int, float], None], take: int) -> Tell:
    return lambda share: tell(take, share)


def _score(judge: Judge, lane: Lane, work: Path) -> float:
    """Judge a preview and take it away: one that a gate rejects comes after the others, one without pictures last."""
    try:
        clip = lane.preview(work)
    except ToolFailed:
        return -2.0
    card: Any = judge(clip)
    clip.unlink()
    return float(card.score) - (1.0 if card.rejected else 0.0)
