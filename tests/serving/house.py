"""`dailies serve` in a real process, on a port and a studio of its own, and what a test asks and does to it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.serving.stage import board, plugins

TEMPLATE = {}
"""`home`: a Prefect home whose database is laid out already, once a test run has one."""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class House:
    """A served studio."""

    def __init__(self, root, *options, port=None, environment=None):
        self.root = Path(root)
        self.studio = self.root / "studio"
        self.stage = self.root / "stage"
        self.stage.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.options = options
        self.log = self.root / "serve.txt"
        self.process = None
        if TEMPLATE.get("home"):  # a new database takes Prefect ten seconds
            shutil.copytree(TEMPLATE["home"], self.studio / ".prefect")
        if not (self.root / "plugins").exists():
            plugins(self.root / "plugins")
        kept_out = ("PREFECT_", "DAILIES_")
        self.environment = {name: one for name, one in os.environ.items() if not name.startswith(kept_out)}
        path = os.pathsep.join([str(self.root / "plugins"), os.environ.get("PYTHONPATH", "")])
        self.environment |= {"PYTHONPATH": path, "REHEARSAL": str(self.stage), "PYTHONUNBUFFERED": "1"}
        self.environment |= environment or {}

    # ------------------------------------------------------------ the process

    def start(self, *more, ready=True):
        argv = [sys.executable, "-m", "pipeline", "serve", "--studio", str(self.studio), "--port", str(self.port)]
        given = {"--gpus": "2", "--disk-floor": "0"}
        chosen = [*self.options, *more]
        usual = [part for name, value in given.items() if name not in chosen for part in (name, value)]
        with self.log.open("a") as stream:
            self.process = subprocess.Popen(
                [*argv, *usual, *chosen],
                cwd=self.root,
                env=self.environment,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        began = len(self.said())
        if ready:
            self.until(lambda: "ready" in self.said()[began:] or self.process.poll() is not None, "ready", 120)
            assert self.process.poll() is None, self.said()
        return self

    def said(self):
        return self.log.read_text() if self.log.exists() else ""

    def stop(self, how=signal.SIGINT):
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        self.process.send_signal(how)
        code = self.process.wait(60)
        self.until(lambda: not self.processes(), "every process to be gone", 20)
        return code

    def processes(self):
        """Every process that has this house's stage in its environment, by its command."""
        wanted = f"REHEARSAL={self.stage}".encode()
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if wanted in (place / "environ").read_bytes().split(b"\0"):
                    found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def process_of(self, name):
        """Give the process of a run, as its log names it."""
        run = self.run(name)
        if run is None:
            return None
        asked = {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "sort": "TIMESTAMP_DESC"}
        found = self.api("/logs/filter", asked)
        return next((int(one["message"].split()[1]) for one in found if one["message"].startswith("process ")), None)

    @contextlib.contextmanager
    def another(self, studio):
        """Try to serve a studio on the same port; give how it ended."""
        argv = [sys.executable, "-m", "pipeline", "serve", "--studio", str(studio), "--port", str(self.port)]
        yield subprocess.run(
            argv, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def pause(self, seconds):
        time.sleep(seconds)

    def kill_all(self):
        """Kill serve and everything it started, as a power cut would."""
        for _ in range(3):
            for pid in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)
        self.process.wait(10)

    # ------------------------------------------------------------ the API

    def api(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api{path}", data, {"content-type": "application/json"}, method=method
        )
        end = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    text = answer.read()
                return json.loads(text) if text else None
            except urllib.error.HTTPError as failure:  # its database is busy: Prefect's own clients ask again too
                if failure.code != 503 or time.monotonic() > end:
                    raise
            time.sleep(0.5)

    def runs(self, name=None):
        """Runs, newest first, all or those of a name."""
        found = self.api("/flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC"})
        return [one for one in found if name in {None, one["name"]}]

    def run(self, name):
        return next(iter(self.runs(name)), None)

    def state(self, name):
        run = self.run(name)
        return run["state"]["name"] if run else ""

    def message(self, name):
        return self.run(name)["state"]["message"] or ""

    def retry(self, name):
        """Do what the UI's button does."""
        run = self.run(name)["id"]
        state = {"type": "SCHEDULED", "name": "AwaitingRetry", "message": "Retry from the UI"}
        return self.api(f"/flow_runs/{run}/set_state", {"state": state, "force": False})

    def render(self, file, **parameters):
        """Start a custom run of the deployment `film`."""
        known = self.api("/deployments/name/film/film")
        asked = {"storyboard": str(file), **parameters}
        return self.api(
            f"/deployments/{known['id']}/create_flow_run", {"parameters": asked, "state": {"type": "SCHEDULED"}}
        )

    def artifact(self, key):
        found = self.api("/artifacts/latest/filter", {"artifacts": {"key": {"any_": [key]}}})
        return found[0]["data"] if found else ""

    def artifact_like(self, start):
        """Give the data of the newest artifact whose key begins so."""
        found = self.api("/artifacts/latest/filter", {"limit": 200})
        return next((one["data"] for one in found if (one["key"] or "").startswith(start)), "")

    def page(self, path):
        """Give the status of a page of the server."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as failure:
            return failure.code

    def until(self, true, what="it", seconds=90):
        """Wait until something is true."""
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError):
                if found := true():
                    return found
            assert time.monotonic() < end, f"waited {seconds} s for {what}\n{self.told()}"
            time.sleep(0.25)

    def until_state(self, name, *states, seconds=90):
        return self.until(lambda: self.state(name) in states, f"{name} to be {states}", seconds)

    def told(self):
        """Everything that helps to understand a failure."""
        parts = [self.said()[-3000:]]
        parts += [f"== {one.name}\n{one.read_text()[-2500:]}" for one in sorted((self.studio / ".serve").glob("*.txt"))]
        with contextlib.suppress(OSError):
            parts += [f"{one['name']}: {one['state']['name']}: {one['state']['message']}" for one in self.runs()]
        return "\n".join(parts)

    # ------------------------------------------------------------ the stage

    def does(self, who, what, much=""):
        (self.stage / f"{who}.{what}").write_text(str(much))

    def rests(self, who, what):
        (self.stage / f"{who}.{what}").unlink(missing_ok=True)

    def notes(self, what, shot=None):
        """(shot, take, process, CUDA_VISIBLE_DEVICES) of every time something happened."""
        file = self.stage / "notes.txt"
        lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
        return [
            (one[1], int(one[2]), int(one[3]), one[4]) for one in lines if one[0] == what and shot in {None, one[1]}
        ]

    def write(self, name, *shots, **more):
        """Write a storyboard into the house and give its path."""
        path = self.root / f"{name}.yaml"
        path.write_text(board(name, *shots, **more))
        return path

    def manifest(self, film):
        path = self.studio / film / "manifest.json"
        return json.loads(path.read_text()) if path.exists() else {"shots": []}

    def status(self, film):
        return {one["id"]: one["status"] for one in self.manifest(film)["shots"]}
