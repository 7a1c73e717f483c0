"""Prefect's API for one render, in a process of its own that cannot outlive its parent.

Prefect's ephemeral server stays behind when the process that started it is killed; this one notices and goes.
"""

import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from filelock import FileLock, Timeout

from flows import children
from pipeline.errors import OperatorError
from pipeline.store import read_value

START_DEADLINE = 120.0
ANSWER_DEADLINE = 10.0
SCARCE = 16 << 20
"""Bytes; Prefect's database alone is about 1 MB, its journal a few more."""

SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}
SERVING = "serving.json"
"""In a studio that is served: where its server is."""

SERVING_LOCK = ".serving.lock"
"""Held there by `dailies serve`."""

HERE = ("127.0.0.1", "localhost")


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

    def __init__(self, stack: ExitStack, log: Path, studio: Path) -> None:
        self.log = log
        self.server: BaseProcess | None = None
        self.url = given() or served(studio)
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
            wait_for_given(self.url)
        else:
            wait_until_healthy(self.url, self.server, self.log)
            self.started()
        with temporary_settings({PREFECT_API_URL: self.url}):
            yield self.url


@contextmanager
def local_api(log: Path, studio: Path) -> Iterator[Api]:
    """Begin to serve the API on a free port of 127.0.0.1 while inside; `reached` waits for it.

    An existing PREFECT_API_URL, from the environment or from a profile of an own PREFECT_HOME, is used as is; so is
    the server of `dailies serve`, where this studio is served.
    """
    with ExitStack() as stack:
        yield Api(stack, log, studio)


def given() -> str:
    """Give the API that the environment or a Prefect profile names; empty where none does."""
    if "PREFECT_API_URL" in os.environ or (Path(os.environ["PREFECT_HOME"]) / "profiles.toml").is_file():
        from prefect.settings import PREFECT_API_URL

        return PREFECT_API_URL.value() or ""
    return ""


def served(studio: Path) -> str:
    """Give the API of the `dailies serve` that serves this studio; empty where none does."""
    lock = FileLock(studio / SERVING_LOCK, timeout=0)
    if not Path(lock.lock_file).exists():
        return ""
    try:
        with lock:
            return ""
    except (Timeout, OSError):
        return read_value(studio / SERVING, "api", str) or ""


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
    with socket.socket() as bound:
        bound.bind((HERE[0], 0))
        url = f"http://{HERE[0]}:{bound.getsockname()[1]}/api"
        server = children.start("server", "flows.server:for_one_render", (bound,), log)
    ending, died = threading.Event(), threading.Event()
    threading.Thread(target=_watch, args=(server.process, ending, died), daemon=True).start()
    try:
        yield server.process, url
    except KeyboardInterrupt:
        if died.is_set():
            cure = f"render again, what was made is kept; the server's log: {log}"
            raise OperatorError("Prefect's local server ended in the middle of the render", cure=cure) from None
        raise
    finally:
        ending.set()
        server.stop()


def _watch(server: BaseProcess, ending: threading.Event, died: threading.Event) -> None:
    """Interrupt a render whose server ended: Prefect would ask it for ever."""
    wait([server.sentinel])
    if not ending.is_set():
        died.set()
        sys.stderr.write("Prefect's local server ended; stopping, what was made is kept\n")
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # wakes it where it waits


def wait_until_healthy(url: str, server: BaseProcess, log: Path) -> None:
    """Wait until a server that was just started answers.

    Raises:
        OperatorError: it ended, or took too long.
    """
    import httpx

    deadline = time.monotonic() + START_DEADLINE
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline and server.is_alive():
            with suppress(httpx.TransportError):
                if client.get(f"{url}/health").status_code == httpx.codes.OK:
                    return
            time.sleep(0.05)
    raise OperatorError("Prefect's local server did not start", cure=_space(log) or f"its log says why: {log}")


def wait_for_given(url: str) -> None:
    """Wait a while until the server that PREFECT_API_URL names answers.

    Raises:
        OperatorError: it does not.
    """
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
