"""Prefect's API for one render, in a process of its own that cannot outlive its parent.

Prefect's ephemeral server stays behind when the process that started it is killed; this one notices and goes.
"""

import multiprocessing
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from importlib.util import find_spec
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TextIO

from filelock import FileLock, Timeout

from pipeline.errors import OperatorError

START_DEADLINE = 120.0
ANSWER_DEADLINE = 10.0
STOP_DEADLINE = 3.0
SCARCE = 16 << 20
"""Bytes; Prefect's database alone is about 1 MB, its journal a few more."""

SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}
HERE = ("127.0.0.1", "localhost")
KEPT_OUT = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
"""Ctrl-C reaches every process of the terminal; the server is still needed to write down that the run was stopped."""


def prepare(studio: Path) -> None:
    """Settle Prefect's home and settings for this process; to be called before prefect is imported.

    An existing PREFECT_API_URL or PREFECT_HOME wins (architecture.md). No proxy is asked for 127.0.0.1.

    Raises:
        OperatorError: Prefect's home cannot be written.
    """
    assert "prefect" not in sys.modules or "PREFECT_HOME" in os.environ, "prefect was imported too early"
    os.environ.setdefault("PREFECT_HOME", str((studio / ".prefect").absolute()))
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    for name in ("NO_PROXY", "no_proxy"):
        known = [one for one in os.environ.get(name, "").split(",") if one.strip()]
        os.environ[name] = ",".join([*known, *(one for one in HERE if one not in known)])
    for name in ("ALL_PROXY", "all_proxy"):  # httpx refuses to start where it could not use one
        if os.environ.get(name, "").startswith("socks") and find_spec("socksio") is None:
            del os.environ[name]
    _home()


def _home() -> Path:
    home = Path(os.environ["PREFECT_HOME"])
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        message = f"Prefect's folder {home} cannot be made: {failure.strerror}"
        cure = "give this user the right to write there, choose another --studio, or set PREFECT_HOME"
        raise OperatorError(message, cure=cure) from failure
    return home


class Api:
    """The API a render reports to: being started, or one that was given.

    A class because the process starts before prefect is imported here, and is waited for after.
    """

    def __init__(self, stack: ExitStack, log: Path) -> None:
        self.log = log
        self.server: BaseProcess | None = None
        self.url = _given()
        if not self.url:
            lock = stack.enter_context(_alone())
            self.started = lock.release
            self.server, self.url = stack.enter_context(_server(log))

    @contextmanager
    def reached(self) -> Iterator[str]:
        """Wait until the API answers, then have flows report to it while inside; gives its URL.

        Raises:
            OperatorError: it did not answer in time; says who can mend it.
        """
        from prefect.settings import PREFECT_API_URL, temporary_settings

        if self.server is None:
            _wait_for_given(self.url)
        else:
            _wait_until_healthy(self.url, self.server, self.log)
            self.started()
        with temporary_settings({PREFECT_API_URL: self.url}):
            yield self.url


@contextmanager
def local_api(log: Path) -> Iterator[Api]:
    """Begin to serve the API on a free port of 127.0.0.1 while inside; `reached` waits for it.

    An existing PREFECT_API_URL, from the environment or from a profile of an own PREFECT_HOME, is used as is.
    """
    with ExitStack() as stack:
        yield Api(stack, log)


def _given() -> str:
    if "PREFECT_API_URL" in os.environ or (Path(os.environ["PREFECT_HOME"]) / "profiles.toml").is_file():
        from prefect.settings import PREFECT_API_URL

        return PREFECT_API_URL.value() or ""
    return ""


@contextmanager
def _alone() -> Iterator[FileLock]:
    """Let one server of a home start at a time: two would both lay out a new database."""
    lock = FileLock(_home() / "starting.lock", timeout=START_DEADLINE)
    try:
        lock.acquire()
    except Timeout:
        cure = "stop it if it hangs, then render again"
        raise OperatorError("another render in this studio is starting and does not end", cure=cure) from None
    except OSError as failure:
        raise OperatorError(f"{lock.lock_file}: {failure.strerror}", cure=_space(Path(lock.lock_file))) from failure
    try:
        yield lock
    finally:
        lock.release()


@contextmanager
def _server(log: Path) -> Iterator[tuple[BaseProcess, str]]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    with socket.socket() as bound:
        bound.bind((HERE[0], 0))
        url = f"http://{HERE[0]}:{bound.getsockname()[1]}/api"
        server = spawn.Process(target=_serve, args=(bound, theirs, str(log)), daemon=True)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, KEPT_OUT)  # inherited: the server never sees them
        try:
            server.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    ending, died = threading.Event(), threading.Event()
    threading.Thread(target=_watch, args=(server, ending, died), daemon=True).start()
    try:
        yield server, url
    except KeyboardInterrupt:
        if died.is_set():
            cure = f"render again, what was made is kept; the server's log: {log}"
            raise OperatorError("Prefect's local server ended in the middle of the render", cure=cure) from None
        raise
    finally:
        ending.set()
        ours.close()
        server.join(STOP_DEADLINE + 1)
        if server.is_alive():
            server.kill()
            server.join()


def _watch(server: BaseProcess, ending: threading.Event, died: threading.Event) -> None:
    """Interrupt a render whose server ended: Prefect would ask it for ever."""
    wait([server.sentinel])
    if not ending.is_set():
        died.set()
        sys.stderr.write("Prefect's local server ended; stopping, what was made is kept\n")
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # wakes it where it waits


def _wait_until_healthy(url: str, server: BaseProcess, log: Path) -> None:
    import httpx

    deadline = time.monotonic() + START_DEADLINE
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline and server.is_alive():
            with suppress(httpx.TransportError):
                if client.get(f"{url}/health").status_code == httpx.codes.OK:
                    return
            time.sleep(0.05)
    raise OperatorError("Prefect's local server did not start", cure=_space(log) or f"its log says why: {log}")


def _wait_for_given(url: str) -> None:
    import httpx

    deadline = time.monotonic() + ANSWER_DEADLINE
    told = ""
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                return
            told = "it answers with an error"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
            told = str(failure) or type(failure).__name__
        time.sleep(0.5)
    message = f"the Prefect server at {url} (PREFECT_API_URL) cannot be used: {told}"
    raise OperatorError(message, cure="start that server, or unset PREFECT_API_URL to render without one")


def _space(path: Path) -> str:
    """Say that the disk is full, where it is."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return ""
    return f"the disk of {path.parent} is full: free some space, then render again" if free < SCARCE else ""


def _serve(bound: socket.socket, parent: Connection, log: str) -> None:
    known: list[Any] = []
    threading.Thread(target=_go_with, args=(parent, known), daemon=True).start()
    with _log(log) as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    import uvicorn
    from prefect.server.api.server import create_app

    os.environ["PREFECT_UI_ENABLED"] = "0"
    server = uvicorn.Server(uvicorn.Config(create_app(), log_level="error", timeout_graceful_shutdown=1))
    server.capture_signals = nullcontext  # type: ignore[assignment, method-assign]  # the parent handles signals
    known.append(server)
    server.run(sockets=[bound])
    os._exit(0)  # Prefect's own threads would linger for seconds


def _log(path: str) -> TextIO:
    try:
        return Path(path).open("a", buffering=1)
    except OSError:
        return Path(os.devnull).open("a")


def _go_with(parent: Connection, known: list[Any]) -> None:
    """Wait until the other end is closed, by the parent or by its death; then end, at the latest after a while."""
    parent.poll(None)
    if known and known[0].started:
        known[0].should_exit = True
        time.sleep(STOP_DEADLINE)
    os._exit(0)
