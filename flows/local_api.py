"""Prefect's API for one render, in a process of its own that cannot outlive its parent.

Prefect's ephemeral server stays behind when the process that started it is killed; this one notices and goes.
"""

import multiprocessing
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path

from pipeline.errors import OperatorError

START_DEADLINE = 120.0
SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}


def prepare(studio: Path) -> None:
    """Settle Prefect's home and settings for this process; to be called before prefect is imported.

    An existing PREFECT_API_URL or PREFECT_HOME wins (architecture.md).
    """
    assert "prefect" not in sys.modules or "PREFECT_HOME" in os.environ, "prefect was imported too early"
    os.environ.setdefault("PREFECT_HOME", str((studio / ".prefect").absolute()))
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)


@contextmanager
def local_api(log: Path) -> Iterator[str]:
    """Serve the API on a free port of 127.0.0.1 while inside; give its URL. An existing PREFECT_API_URL is used as is.

    Raises:
        OperatorError: the server did not come up in time; says where its log is.
    """
    from prefect.settings import PREFECT_API_URL, temporary_settings

    given = PREFECT_API_URL.value()
    if given:
        yield given
        return
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, str(log)), daemon=True)
    server.start()
    try:
        _wait_until_healthy(url, server, log)
        with temporary_settings({PREFECT_API_URL: url}):
            yield url
    finally:
        server.terminate()
        server.join(10)
        if server.is_alive():
            server.kill()
            server.join()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, server: "multiprocessing.process.BaseProcess", log: Path) -> None:
    import httpx

    deadline = time.monotonic() + START_DEADLINE
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline and server.is_alive():
            try:
                if client.get(f"{url}/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise OperatorError("Prefect's local server did not start", cure=f"its log says why: {log}")


def _serve(port: int, log: str) -> None:
    with Path(log).open("a", buffering=1) as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    threading.Thread(target=_go_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    os.environ["PREFECT_UI_ENABLED"] = "0"
    uvicorn.run(create_app(), host="127.0.0.1", port=port, log_level="error", lifespan="on")


def _go_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
