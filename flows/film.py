"""The Prefect flow `film`: a storyboard becomes a film, in this process or with every shot as a run of its own."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run as this
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.children import tied_to_parent
from flows.cutting import asked_shots, cut
from flows.fanout import Limits
from flows.film_run import film_run
from flows.progress import watcher
from flows.runs import this_run
from flows.shoot import THREADS, Shoot
from flows.stopping import stay_stoppable
from pipeline.production import Studio, Wanted, begin, prepare


def _run_name() -> str:
    """Name a run as its film is called."""
    asked = this.parameters
    return str(asked.get("name") or Path(str(asked.get("storyboard"))).stem)


@flow(
    name="film",
    flow_run_name=_run_name,
    task_runner=cast("Any", ThreadPoolTaskRunner(max_workers=THREADS)),
)
def film(
    storyboard: str,
    studio: str = "renders",
    name: str | None = None,
    takes: Annotated[int | None, Field(ge=1, le=100)] = None,
    at_most: Annotated[int | None, Field(ge=1)] = None,
    generator: str | None = None,
    shots: tuple[str, ...] = (),
    fresh: tuple[str, ...] = (),
    max_failures: Annotated[int | None, Field(ge=0)] = None,
    profile: str | None = None,
    version: str | None = None,
    until: datetime | None = None,
    priority: Annotated[int, Field(ge=0)] = 0,
    ask: bool = True,
) -> State[Any]:
    """Render a storyboard: every take of every shot, the film, its versions; a failing shot never stops the others.

    Args:
        storyboard: Path of the storyboard (YAML).
        studio: The studio folder.
        name: Name of the film; else as the storyboard is called.
        takes: Takes of every shot; else as written there.
        at_most: No shot gets more takes than this, but where they race.
        generator: Make every shot with this generator.
        shots: Only make takes of these shots; none = of all.
        fresh: Add new takes of these shots, and keep them.
        max_failures: Stop once more shots than this have failed.
        profile: One of the storyboard's profiles, such as draft.
        version: Only this version of the film, not all of them.
        until: No take is begun after this time.
        priority: Smaller goes first on the workers.
        ask: Wait for a person where a shot has `approve`.
    """
    stay_stoppable()
    wanted = Wanted(name, takes, generator, tuple(shots), tuple(fresh), profile, version, at_most)
    with tied_to_parent():
        if this_run() is not None:
            return film_run(Path(storyboard), Path(studio), wanted, Limits(max_failures, until, priority, ask))
        production = prepare(Path(storyboard), Studio(Path(studio)), wanted)
        begin(production, wanted)
        bugs = Shoot(production, asked_shots(production, wanted), max_failures, watcher()).run()
        return cut(production, wanted, max_failures, bugs)
