"""The second half of a film's run: the cut and its versions, from takes that are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from filelock import FileLock, Timeout
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.progress import watcher
from flows.shoot import Shoot
from pipeline import film as verbs
from pipeline.deliver import cuts, report, words
from pipeline.errors import OperatorError
from pipeline.film.making import Make, made_here
from pipeline.production import Production, ShotState, Wanted, another_cut, begin, needed, versions

MISSING, MACHINE = "shots failed:", "; something on this machine must be mended first"
"""How the message of a film begins that lacks shots, and how it ends where storyboard and score are not at fault."""


def asked_shots(production: Production, wanted: Wanted) -> set[str]:
    """Give the shots whose takes are wanted; none = all of them."""
    only = set(wanted.shots)
    if wanted.version is None:
        return only
    return (only or set(production.shots)) & needed(production, [another_cut(production, wanted.version, wanted)])


def cut(
    production: Production, wanted: Wanted, max_failures: int | None, bugs: list[Exception], make: Make = made_here
) -> State[Any]:
    """Assemble a film whose takes are there, and make its versions; `make` makes those takes that only they need."""
    made = [] if wanted.version else [production]
    bugs += _assembled(production) if made else []
    for one in versions(production, wanted):
        watcher().version(one)
        other = another_cut(production, one, wanted)
        begin(other, wanted)
        bugs += Shoot(other, set(wanted.shots), max_failures, watcher(), make=make).run()
        bugs += _assembled(other)
        made.append(other)
    bugs += _told_of_versions(production) if made[-1].base else []
    if bugs:  # the film is there all the same; whoever runs this must know
        raise bugs[0]
    return _told(made)


def _told(made: list[Production]) -> State[Any]:
    missing = {name: state for film in made for name, state in film.shots.items() if state.choice is None}
    if missing:
        machine = any(_of_the_machine(state) for state in missing.values())
        return Failed(message=f"{MISSING} {', '.join(missing)}{MACHINE if machine else ''}")
    return Completed(
        message="; ".join(
            f"{words.plural(len(film.shots), 'shot')}, {words.plural(film.plan.frames, 'frame')}" for film in made
        )
    )


def _of_the_machine(state: ShotState) -> bool:
    """Tell whether a shot is missing for a reason that lies with the machine: its tools, weights, disk."""
    return any(isinstance(failure, OperatorError) for failure in (*state.failures.values(), state.blocked))


def _assembled(production: Production) -> list[Exception]:
    """Assemble a film; give what kept it, or something beside it, from being handed on."""
    try:
        _assemble(production)
    except Exception as failure:  # noqa: BLE001 - one film's fault, whatever it is, never stops its versions
        return [failure]
    return []


def _told_of_versions(production: Production) -> list[Exception]:
    """Write the film's own page again, now that its versions are there; give what kept it from being written."""
    if not (production.folder / "manifest.json").is_file():
        return []
    try:
        with _alone(production):
            report.report(production.folder)
    except Exception as failure:  # noqa: BLE001 - the films are there, whatever it is
        return [failure]
    return []


def _assemble(production: Production) -> None:
    told = watcher()

    @task(name="assemble", task_run_name="assemble the film", cache_policy=NO_CACHE)
    def assemble() -> None:
        with _alone(production):
            verbs.assemble(production, told.assembling)

    assemble()


@contextmanager
def _alone(production: Production) -> Iterator[None]:
    """Let one process at a time write a film's folder; two renders of one film end one after the other."""
    try:
        with FileLock(production.folder / cuts.LOCK, timeout=cuts.LOCK_WAIT):
            cuts.sweep(production.folder)
            yield
    except Timeout:
        message = f"another render has been assembling {production.folder} for {cuts.LOCK_WAIT / 60:.0f} minutes"
        raise OperatorError(message, cure="stop it if it hangs, then render again") from None
