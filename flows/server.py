"""Prefect's server in a process of its own: bare for one render, or with the UI and the studio's films for `serve`."""

import os
import socket
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

FILMS = "/films"
"""Where the studio's films can be looked at, on the same server as the UI."""

OWN = frozenset({"store", "credentials", "queue", "inbox", "serving.json", "history.json"})
"""What of a studio is nobody's to look at; a film's links into the store are followed."""


def for_one_render(ending: threading.Event, bound: socket.socket) -> None:
    """Answer until `ending`, without a UI."""
    os.environ["PREFECT_UI_ENABLED"] = "0"
    from prefect.server.api.server import create_app

    _answer(create_app(), bound, ending)


def for_a_studio(ending: threading.Event, bound: socket.socket, studio: str) -> None:
    """Answer until `ending`, with the UI and the studio's films."""
    from prefect.server.api.server import create_app
    from starlette.routing import Mount

    app = create_app()
    app.router.routes.insert(0, Mount(FILMS, app=_films(Path(studio)), name="films"))
    _answer(app, bound, ending)


def _answer(app: Any, bound: socket.socket, ending: threading.Event) -> None:
    import uvicorn

    from flows.database import never_stuck

    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    server.capture_signals = nullcontext  # type: ignore[assignment, method-assign]  # the parent handles signals

    def end() -> None:
        ending.wait()
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    with never_stuck(lambda: server.started):
        server.run(sockets=[bound])


def _films(studio: Path) -> Any:
    from starlette.exceptions import HTTPException
    from starlette.staticfiles import StaticFiles

    class Films(StaticFiles):
        """The film folders and the pages of the nights; not the store, the keys, or anything hidden."""

        async def get_response(self, path: str, scope: Any) -> Any:
            parts = Path(path).parts
            if not parts or parts[0] in OWN or any(part.startswith(".") for part in parts):
                raise HTTPException(status_code=404)
            return await super().get_response(path, scope)

    return Films(directory=studio, follow_symlink=True)
