"""What is done beside the runs while a studio is served: looking into the inbox, and at those who wait for a person."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from flows import runs, waking
from flows.approval import answer_overdue
from pipeline.errors import DailiesError
from pipeline.inbox.dropped import Inbox, Ready
from pipeline.inbox.rejected import Rejected

if TYPE_CHECKING:
    from flows.serve import Asked

LOOK, PEOPLE = 0.5, 15.0
"""Seconds between two looks into the inbox, and at what waits for a person."""

Say = Callable[[str], None]


def begin(asked: "Asked", ending: threading.Event, say: Say) -> None:
    """Begin the chores, each in a thread of its own, until `ending`."""
    inbox = Inbox(asked.inbox, asked.studio)
    waiting: deque[Ready | Rejected] = deque()

    def look() -> None:
        waiting.extend(inbox.look(time.monotonic()))
        while waiting:
            say(_received(asked, inbox, waiting[0]))
            waiting.popleft()

    def people() -> None:
        for run in answer_overdue(asked.house.approval):
            say(f"{run.name}: nobody answered; it goes on with the scored take")
        for run in runs.suspended():
            if "shot" not in run.parameters:
                waking.wake(run.id)

    for name, chore, pause in (("inbox", look, LOOK), ("people", people, PEOPLE)):
        threading.Thread(target=_again, args=(name, chore, pause, ending, say), daemon=True).start()


def _again(name: str, chore: Callable[[], None], pause: float, ending: threading.Event, say: Say) -> None:
    """Do a chore again and again; a failure is told once, until it changes."""
    told = ""
    while not ending.wait(pause):
        try:
            chore()
            told = ""
        except Exception as failure:  # noqa: BLE001 - the next time may go well, and the night must go on
            kind = "" if isinstance(failure, DailiesError) else f"{type(failure).__name__}: "
            if told != str(failure):
                told = str(failure)
                say(f"{name}: {kind}{failure}")


def _received(asked: "Asked", inbox: Inbox, one: Ready | Rejected) -> str:
    if isinstance(one, Rejected):
        return f"inbox: {one.name} cannot become a film; {one.text} says why"
    parameters = {"storyboard": str(one.board.absolute()), "studio": str(asked.studio.absolute()), "name": one.film}
    key = f"drop:{one.film}:{one.turn}:{one.sha256}"
    run = runs.start(runs.FILM, parameters, key=key, tags=[one.film, "inbox"], below=False)
    inbox.clear(one)
    state = runs.kind(run).value.lower()
    return f"inbox: {one.film}: {'dropped before, its run is ' + state if one.again else 'a run was started'}"
