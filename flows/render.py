"""One render in this process: settings, the local API, quiet logs, then the flow."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.local_api import local_api, prepare
from flows.progress import Watcher, watched_by
from flows.quiet import logged_to, stamp
from pipeline.store import make_folder


@dataclass(frozen=True, slots=True)
class Rendered:
    """How a render ended: `failure` is what the flow raised, None if it ran to its end.

    `machine`: shots are missing because something on this machine must be mended.
    """

    complete: bool
    failure: BaseException | None
    machine: bool = False


def render(studio: Path, log_folder: Path, told: Watcher, parameters: dict[str, Any]) -> Rendered:
    """Run the flow `film` here and tell how it ended.

    Raises:
        OperatorError: Prefect's server did not answer; a folder cannot be written.
        KeyboardInterrupt: the render was stopped; everything finished is in the store.
    """
    prepare(studio)
    logs, began = make_folder(log_folder), stamp()
    with local_api(logs / f"{began}-server.txt", studio) as api:
        from flows.cutting import MACHINE, MISSING  # takes a second, in which the server starts
        from flows.film import film

        with api.reached(), logged_to(logs / f"{began}-prefect.txt"), watched_by(told):
            state = film(**parameters, return_state=True)
    if state.is_completed():
        return Rendered(complete=True, failure=None)
    if state.message and state.message.startswith(MISSING):
        return Rendered(complete=False, failure=None, machine=state.message.endswith(MACHINE))
    found = state.result(raise_on_failure=False)
    return Rendered(complete=False, failure=found if isinstance(found, BaseException) else RuntimeError(state.message))
