"""Stages of a stream side by side: each in a thread of its own, with room for a few frames between two of them.

Decoder, optical flow, models and encoder leave Python's lock while they work, so the whole takes about as long as its
slowest stage, or as all of them together on the cores there are.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import TypeVar

from pipeline.model import Spec
from pipeline.ports import Finisher, Frame

Item = TypeVar("Item")

ROOM = 3
"""Items that may wait between two stages: one in hand, one to come, one for a stage that works in bursts."""

PATIENCE = 0.1
"""Seconds after which a stage that waits looks whether anybody still wants its items."""


def through(steps: Sequence[Finisher], frames: Iterator[Frame], before: Spec) -> tuple[Generator[Frame], Spec]:
    """Run frames of `before` through finishing steps, each of them and their source in a thread of its own.

    Gives the stream that comes out, and what it is.
    """
    for step in steps:
        frames, before = _step(step, ahead(partial(iter, frames), step.name), before), step.spec(before)
    return ahead(partial(iter, frames), "finished"), before


def _step(step: Finisher, given: Generator[Frame], before: Spec) -> Iterator[Frame]:
    """Run a step, and end the stage before it whatever happens: one that fails would leave it waiting."""
    with closing(given):
        yield from step.frames(given, before)


class _Failed:
    """Carries what went wrong from a stage's thread to whoever reads it."""

    def __init__(self, failure: BaseException) -> None:
        self.failure = failure


class _End:
    """Follows the last item."""


def ahead(stream: Callable[[], Iterator[Item]], name: str, room: int = ROOM) -> Generator[Item]:
    """Give the items of a stream that works ahead in its own thread, at most `room` of them.

    `stream` is called in that thread, so a decoder is opened, used and closed in one. When the reader stops early the
    thread ends after the item in hand, and the stream is closed there. What the stream raises is raised here.
    """
    waiting: queue.Queue[Item | _Failed | type[_End]] = queue.Queue(room)
    unwanted = threading.Event()
    thread = threading.Thread(target=_work, args=(stream, waiting, unwanted), name=name, daemon=True)
    thread.start()
    try:
        while True:
            item = waiting.get()
            if isinstance(item, _Failed):
                try:
                    raise item.failure
                finally:
                    del item  # a failure that holds this frame, which holds the failure, would hold all stages
            if item is _End:
                return
            yield item  # type: ignore[misc]  # neither end nor failure
    finally:
        unwanted.set()
        thread.join()


def _work(
    stream: Callable[[], Iterator[Item]], waiting: "queue.Queue[Item | _Failed | type[_End]]", unwanted: threading.Event
) -> None:
    last: _Failed | type[_End] = _End
    items = None
    try:
        items = stream()
        for item in items:
            if not _put(waiting, item, unwanted):
                break
    except BaseException as failure:  # noqa: BLE001 - it is raised again where the items are read
        last = _Failed(failure)
    if items is not None and (close := getattr(items, "close", None)):
        close()
    _put(waiting, last, unwanted)
    del last


def _put(
    waiting: "queue.Queue[Item | _Failed | type[_End]]", item: "Item | _Failed | type[_End]", unwanted: threading.Event
) -> bool:
    """Hand an item on; tell whether anybody took it."""
    while not unwanted.is_set():
        try:
            waiting.put(item, timeout=PATIENCE)
        except queue.Full:
            continue
        return True
    return False
