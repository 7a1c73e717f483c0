"""What the end of a shot's run means for its film: a film that only waited for it goes on by itself."""

from uuid import UUID

from prefect.client.schemas.objects import FlowRun, StateType

from flows import runs

ASLEEP = {StateType.FAILED, StateType.CRASHED, StateType.PAUSED}
"""What a film's run is while something is missing: it failed, it died, or it waits for a person."""


def wake_film_of(run: FlowRun) -> None:
    """Have the film of a shot's run go on, if nothing keeps it any more."""
    film = runs.film_of(run)
    if film is not None:
        wake(film)


def wake(film: UUID) -> None:
    """Have a film's run go on if every shot it waited for is there.

    One that waits for a person goes on as soon as nobody is asked any more, also when other shots failed.
    """
    now = runs.kind(runs.read(film))
    if now not in ASLEEP:
        return
    shots = runs.shots_of(film).values()
    if now == StateType.PAUSED and all(runs.over(one) for one in shots):
        runs.resume(film)
    elif shots and all(runs.completed(one) for one in shots):
        runs.again(film)
