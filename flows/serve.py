"""`dailies serve`: server, crew, runs and inbox of one studio, started together and ended so."""

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from flows import children, stopping
from flows.children import Child
from flows.crew.house import Crew, crew_of, places
from flows.deployed import House
from flows.local_api import HERE, SERVING, SERVING_LOCK, given, prepare, wait_for_given, wait_until_healthy
from flows.runner import Nightly
from flows.server import FILMS
from pipeline.errors import OperatorError
from pipeline.media import tell
from pipeline.store import make_folder, read_whole, write_whole

STOPPING = 60.0
"""Seconds that ending may take before the process goes all the same."""

TEND = 1.0
FILMS_AT_ONCE, SHOTS_A_WORKER = 8, 2
"""Films, and shots a worker, that are worked on at once: a worker never waits for a shot's process to begin."""

JOINED = 32
"""Shots at once where every worker is on another machine, so that nobody knows yet how many there will be."""

CALM = 20.0
"""Seconds a child has to live for its next death to be told as a new one; one that dies sooner is started later."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What `dailies serve` is asked for; `gpus` is `auto` or a number, `crew` host and port the crew listens at."""

    studio: Path
    port: int
    gpus: str
    inbox: Path
    nightly: Nightly
    notify: str | None
    house: House
    crew: tuple[str, int]


def serve(asked: Asked, say: Say) -> None:
    """Serve a studio until it is interrupted.

    Raises:
        OperatorError: the studio is served already, the port is taken, the server does not start.
        ProducerError: what is to be told in the morning cannot be called.
        KeyboardInterrupt: it was asked to end; everything is down, what was running goes on at the next start.
    """
    if asked.notify:
        tell.checked(asked.notify)
    places(asked.gpus)  # a wrong number is told before anything is started
    make_folder(asked.studio / "queue")
    prepare(asked.studio)
    stopping.take_time(STOPPING)
    with _alone(asked.studio), ExitStack() as stack:
        logs = make_folder(asked.studio / ".serve")
        for left in logs.glob("*.ready"):
            left.unlink()
        api = _Api(asked, logs, stack)
        os.environ["PREFECT_API_URL"] = api.url
        crew = stack.enter_context(crew_of(asked.studio, asked.gpus, *asked.crew, logs))
        house = replace(asked.house, crew=crew.address, films=api.films)
        os.environ.update(house.environment())
        if asked.notify:
            os.environ["DAILIES_NOTIFY"] = asked.notify
        _Shift(asked, api, crew, logs, say).work(stack)


@contextmanager
def _alone(studio: Path) -> Iterator[None]:
    """Let one `dailies serve` hold a studio."""
    lock = FileLock(studio / SERVING_LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        known = read_whole(studio / SERVING) or {}
        message = f"{studio} is served already, by process {known.get('pid')}: {known.get('ui')}"
        raise OperatorError(message, cure="use that one, or stop it first (Ctrl-C there)") from None
    (studio / SERVING).unlink(missing_ok=True)  # of one that was killed
    try:
        yield
    finally:
        (studio / SERVING).unlink(missing_ok=True)
        lock.release()


class _Api:
    """The Prefect API that is served here, or the one that was given.

    A class because a server that dies is started again on the same socket.
    """

    def __init__(self, asked: Asked, logs: Path, stack: ExitStack) -> None:
        self.logs = logs
        self.studio = asked.studio
        self.socket: socket.socket | None = None
        self.server: Child | None = None
        self.films = ""
        self.url = given()
        if self.url:
            return
        self.socket = stack.enter_context(_bound(asked.port))
        host = f"http://{HERE[0]}:{self.socket.getsockname()[1]}"
        self.url, self.films = f"{host}/api", f"{host}{FILMS}"
        os.environ["PREFECT_UI_API_URL"] = self.url
        stack.callback(self.stop)
        self.start()

    @property
    def ui(self) -> str:
        """Where people look."""
        return self.url.removesuffix("/api")

    def start(self) -> None:
        """Start the server; it answers a while later."""
        what = "flows.server:for_a_studio", (self.socket, str(self.studio.absolute())), self.logs / "server.txt"
        self.server = children.start("server", *what)

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            OperatorError: it does not.
        """
        if self.server is None:
            wait_for_given(self.url)
        else:
            wait_until_healthy(self.url, self.server.process, self.logs / "server.txt")

    def stop(self) -> None:
        """End the server."""
        if self.server is not None:
            self.server.stop()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HERE[0], port))
    except OSError as failure:
        bound.close()
        if failure.errno != errno.EADDRINUSE:
            raise OperatorError(f"port {port}: {failure.strerror}", cure="choose another --port") from failure
        message = f"port {port} is held by {holder(port)}"
        raise OperatorError(message, cure="stop that, or choose another --port") from None
    return bound


def holder(port: int) -> str:
    """Say which process listens on a port of this machine."""
    try:
        found = [one.pid for one in psutil.net_connections("tcp") if one.laddr and one.laddr[1] == port and one.pid]
        if not found:
            return "another user's process"
        process = psutil.Process(found[0])
        while "multiprocessing" in " ".join(process.cmdline()) and process.parent() is not None:
            process = process.parent()  # a server of ours is the child of what a person started
        return f"process {process.pid} ({' '.join(process.cmdline())[:200] or process.name()})"
    except psutil.Error:
        return "another process"


class _Shift:
    """Everything that is looked after while a studio is served.

    A class because children, their last deaths and what was told belong together.
    """

    def __init__(self, asked: Asked, api: _Api, crew: Crew, logs: Path, say: Say) -> None:
        self.asked = asked
        self.api = api
        self.crew = crew
        self.logs = logs
        self.say = say
        self.ending = threading.Event()
        self.runner: Child | None = None
        self.born = 0.0
        self.ours = False

    def work(self, stack: ExitStack) -> None:
        """Start the rest, say what is there, and look after it until interrupted."""
        stack.callback(self._stop)
        self._start()
        from flows import chores, watch  # they import prefect, which must know its server

        self.api.wait()
        watch.refuse_another_studio(self.asked.studio)
        self._tell_orphans()
        self.ours = True
        watch.watch_heartbeats(watch.AWAY if self.api.server is None else watch.SILENCE)
        write_whole(self.asked.studio / SERVING, _serving(self.api, self.crew))
        watch.wait_for_runners(self.asked.studio, lambda: self.runner is not None and self.runner.alive)
        chores.begin(self.asked, self.ending, self.say)
        self._welcome()
        while True:
            time.sleep(TEND)
            self._tend()

    def _start(self) -> None:
        shots = max(4, SHOTS_A_WORKER * self.crew.size) if self.crew.size else JOINED
        arguments = str(self.asked.studio.absolute()), FILMS_AT_ONCE, shots, self.asked.nightly
        self.runner = children.start("runs", "flows.runner:run", arguments, self.logs / "runs.txt")
        self.born = time.monotonic()

    def _tend(self) -> None:
        for told in self.crew.tend():
            self.say(told)
        if self.api.server is not None and not self.api.server.alive:
            self.say("Prefect's server ended; it is started again")
            self.api.start()
            self.api.wait()
        if self.runner is not None and not self.runner.alive and time.monotonic() > self.born + CALM:
            self.say(f"the runs' process ended; it is started again (its log: {self.logs / 'runs.txt'})")
            self.runner.stop()
            self._tell_orphans()
            self._start()

    def _tell_orphans(self) -> None:
        """Mark and tell the runs whose processes are gone with the one that started them."""
        from flows import watch

        for run in watch.mark_orphans(self.asked.studio):
            self.say(f"{run.name}: its process is gone; Retry in the UI goes on from what was made")

    def _welcome(self) -> None:
        asked = self.asked
        self.say(f"UI: {self.api.ui}")
        self.say(f"studio: {asked.studio}")
        self.say(f"crew: {self.crew.state()}; more machines: dailies worker --join {self.crew.address}")
        self.say(f"inbox: {asked.inbox} (drop a storyboard with its assets, or a zip)")
        if asked.nightly.cron:
            until = f" until {asked.nightly.until}" if asked.nightly.until else ""
            self.say(f"nightly: '{asked.nightly.cron}' {asked.nightly.timezone}{until}, from {asked.studio / 'queue'}")
        self.say("ready; Ctrl-C stops everything, what is running goes on at the next start")

    def _stop(self) -> None:
        """End what may start something new, then the runs, and have them go on another time."""
        from flows import watch

        self.say("stopping")
        self.ending.set()
        if self.runner is not None:
            self.runner.stop()
        if not self.ours:  # what an earlier `serve` left when it was killed is told by the next one
            return
        time.sleep(0.5)  # the runs see that their parent is gone
        try:
            for run in watch.go_on_later(self.asked.studio):
                self.say(f"{run.name}: goes on at the next start")
        except OperatorError as failure:
            self.say(f"what was running is seen at the next start: {failure.message}")


def _serving(api: _Api, crew: Crew) -> str:
    return json.dumps({"kind": "serving/1", "pid": os.getpid(), "api": api.url, "ui": api.ui, "crew": crew.address})
