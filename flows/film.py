"""The Prefect flow `film`: the verbs of pipeline.film as tasks with names that read well in the UI."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from filelock import FileLock, Timeout
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.progress import watcher
from flows.shoot import THREADS, Shoot
from flows.stopping import stay_stoppable
from pipeline import film as verbs
from pipeline.deliver import cuts, report
from pipeline.errors import OperatorError
from pipeline.production import Production, Studio, Wanted, another_cut, begin, needed, prepare, versions

MISSING = "shots failed:"


@flow(
    name="film",
    flow_run_name="{storyboard}",
    validate_parameters=False,
    task_runner=cast("Any", ThreadPoolTaskRunner(max_workers=THREADS)),
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
    profile: str | None = None,
    version: str | None = None,
) -> State[Any]:
    """Render a storyboard: every take of every shot, the film, its versions; a failing shot never stops the others."""
    stay_stoppable()
    wanted = Wanted(name, takes, generator, tuple(shots), tuple(fresh), profile, version)
    production = prepare(Path(storyboard), Studio(Path(studio)), wanted)
    begin(production, wanted)
    only = set(wanted.shots)
    if version is not None:
        only = (only or set(production.shots)) & needed(production, [another_cut(production, version, wanted)])
    bugs: list[Exception] = Shoot(production, only, max_failures, watcher()).run()
    made = [] if version else [production]
    bugs += _assembled(production) if made else []
    for one in versions(production, wanted):
        watcher().version(one)
        cut = another_cut(production, one, wanted)
        begin(cut, wanted)
        bugs += [*Shoot(cut, set(wanted.shots), max_failures, watcher()).run(), *_assembled(cut)]
        made.append(cut)
    bugs += _told_of_versions(production) if made[-1].base else []
    if bugs:  # the film is there all the same; whoever runs this must know
        raise bugs[0]
    return _told(made)


def _told(made: list[Production]) -> State[Any]:
    missing = [name for film in made for name, state in film.shots.items() if state.choice is None]
    if missing:
        return Failed(message=f"{MISSING} {', '.join(dict.fromkeys(missing))}")
    return Completed(message="; ".join(f"{len(film.shots)} shots, {film.plan.frames} frames" for film in made))


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
