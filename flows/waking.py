"""What the end of a shot's run means for its film: a film that only waited for it goes on by itself."""

import time
from uuid import UUID

from prefect.client.schemas.objects import FlowRun, StateType

from flows import runs

ASLEEP = {StateType.FAILED, StateType.CRASHED, StateType.PAUSED}
"""What a film's run is while something is missing: it failed, it died, or it waits for a person."""


RACE = 20.0
"""Seconds that a retried shot looks at a film which is just being cut without it."""


def wake_film_of(run: FlowRun) -> None:
    """Have the film of a shot's run go on, if nothing keeps it any more."""
    film = runs.film_of(run)
    if film is None:
        return
    until = time.monotonic() + (RACE if run.run_count > 1 else 0)
    while not wake(film) and time.monotonic() < until:
        time.sleep(1.0)


def wake(film: UUID) -> bool:
    """Have a film's run go on if every shot it waited for is there; tell whether there is nothing more to wait for.

    One that waits for a person goes on as soon as nobody is asked any more, also when other shots failed.
    """
    now = runs.kind(runs.read(film))
    if now not in ASLEEP:
        return now == StateType.COMPLETED
    shots = runs.shots_of(film).values()
    if now == StateType.PAUSED and all(runs.over(one) for one in shots):
        runs.resume(film)
    elif now != StateType.PAUSED and shots and all(runs.completed(one) for one in shots):
        runs.again(film)
    return True
