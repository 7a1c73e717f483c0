"""A film's run of the deployment `film`: its snapshot, its shots as runs of their own, the cut; again where retried."""

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from flows import artifacts
from flows.approval import wait_for_people
from flows.crew.hire import hired_for
from flows.cutting import asked_shots, cut
from flows.deployed import deadline, epoch
from flows.fanout import FanOut, Limits
from flows.progress import watcher
from flows.runs import asked_again, this_run
from pipeline import snapshot
from pipeline.production import Production, Studio, Wanted, begin, prepare
from pipeline.store import make_folder, read_whole, write_whole


@dataclass(frozen=True, slots=True)
class Begun:
    """What a film's run wrote down when it began: its snapshot, and whether it went to sleep to wait for a person."""

    file: Path
    snapshot: str
    asleep: bool = False

    def write(self) -> None:
        """Write it down."""
        make_folder(self.file.parent)
        values = {"kind": "run/1", "snapshot": self.snapshot, "asleep": self.asleep}
        write_whole(self.file, json.dumps(values, indent=1))


def film_run(board: Path, root: Path, wanted: Wanted, limits: Limits) -> State[Any]:
    """Render a film with every shot as a run of the deployment `render-shot`; called again, make what is missing."""
    run = this_run()
    assert run is not None, "a film's run belongs to a deployment"
    get_run_logger().info("process %d", os.getpid())
    studio = Studio(root)
    begun = _begun(studio, wanted.name or board.stem, run.id)
    again = begun is not None
    if begun is None:
        begun = _begin(board, studio, wanted, run.id)
    awake = again and not begun.asleep
    replace(begun, asleep=False).write()
    limits = replace(limits, until=deadline(limits.until, again=asked_again(run)))
    return _until_quiet(board, studio, replace(wanted, fresh=()), limits, begun, run.id, retried=awake)


def _until_quiet(
    board: Path, studio: Studio, wanted: Wanted, limits: Limits, begun: Begun, run: UUID, *, retried: bool
) -> State[Any]:
    """Fan out and cut, once more while shots were retried meanwhile; sleep while a person is asked."""
    while True:
        production = prepare(board, studio, wanted, begun.snapshot)
        parameters = _parameters(board, production, wanted, limits, begun)
        only = asked_shots(production, wanted)
        fan = FanOut(production, run, parameters, only, limits, watcher(), retried=retried)
        fan.run()
        fan.take_up()
        with hired_for(epoch(limits.until), limits.priority) as make:
            ended = cut(production, wanted, limits.max_failures, [], make)
        artifacts.tell_film(production, ended.message or "")
        if waiting := fan.waiting():
            get_run_logger().info("the film is cut; it waits for a person to look at: %s", ", ".join(waiting))
            replace(begun, asleep=True).write()
            wait_for_people()
        if ended.is_completed() or not fan.moved():
            return ended
        retried = False


def _begun(studio: Studio, name: str, run: UUID) -> Begun | None:
    file = _file(studio, name, run)
    known = read_whole(file)
    return Begun(file, str(known["snapshot"]), bool(known.get("asleep"))) if known and "snapshot" in known else None


def _begin(board: Path, studio: Studio, wanted: Wanted, run: UUID) -> Begun:
    """Take the snapshot of a film's run and write the film's plan."""
    made = snapshot.take(studio.store, board)
    production = prepare(board, studio, wanted, made.key)
    begin(production, wanted)
    return Begun(_file(studio, production.name, run), made.key)


def _file(studio: Studio, name: str, run: UUID) -> Path:
    return studio.film(name) / "runs" / f"{run}.json"


def _parameters(board: Path, production: Production, wanted: Wanted, limits: Limits, begun: Begun) -> dict[str, Any]:
    """Give what every shot's run is told."""
    return {
        "storyboard": str(board.absolute()),
        "studio": str(production.studio.root.absolute()),
        "name": production.name,
        "takes": wanted.takes,
        "at_most": wanted.at_most,
        "generator": wanted.generator,
        "profile": wanted.profile,
        "until": limits.until.astimezone(UTC).isoformat() if limits.until else None,
        "priority": limits.priority,
        "ask": limits.ask,
        "snapshot": begun.snapshot,
    }
