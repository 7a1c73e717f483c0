"""The wheel, as a stranger gets it: what is inside, whether it runs elsewhere, whether its server starts."""

import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import zipfile
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOARD = """storyboard: 1
title: A walk
shots:
  - {id: gate, scene: a wooden gate in the mist, camera: dolly_in, seconds: 2}
  - {id: river, scene: a red bridge over a river, camera: pan_left, seconds: 2}
"""
SILENT = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
pytestmark = pytest.mark.slow


def run(*argv, cwd, timeout=120):
    environment = {
        key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "COVERAGE_PROCESS_START"}
    }
    return subprocess.run(
        [str(one) for one in argv],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", out, ROOT, cwd=out)
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = out.glob("dailies-*.whl")
    return found


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """A fresh environment with the wheel in it; its libraries are the ones that are here."""
    folder = tmp_path_factory.mktemp("elsewhere")
    python = folder / "venv" / "bin" / "python"
    assert run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder).returncode == 0
    quiet = ["--disable-pip-version-check", "--no-deps", "--no-index"]
    put = run(sys.executable, "-m", "pip", "--python", python, "install", *quiet, wheel, cwd=folder)
    assert put.returncode == 0, put.stdout + put.stderr
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_the_wheel_holds_the_product_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    here = {
        str(file.relative_to(ROOT))
        for room in ("pipeline", "flows")
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    schemas = {f"pipeline/schemas/{file.name}" for file in (ROOT / "schemas").glob("*.json")}
    assert "pipeline/schemas/storyboard.schema.json" in schemas
    inside = {name for name in names if ".dist-info/" not in name}
    assert inside == here | schemas


def test_the_wheel_asks_for_the_fastapi_that_works(wheel):
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    wanted = re.findall(r"^Requires-Dist: (\S+?)(?=[<>=])(\S*)$", archive.read(metadata).decode(), re.MULTILINE)
    assert dict(wanted)["fastapi"] == "<0.151,>=0.139"
    assert dict(wanted)["prefect"] == "<4,>=3.8.8"


def test_the_constraints_pin_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    known = {name.lower().replace("_", "-") for name in pinned}
    asked = [
        *project["dependencies"],
        *(one for extra in ("dev", "local") for one in project["optional-dependencies"][extra]),
    ]
    assert not {re.split(r"[<>=\[]", one)[0].lower() for one in asked} - known
    assert pinned == sorted(pinned, key=str.lower)


def test_the_command_runs_from_another_folder(elsewhere):
    dailies = elsewhere / "venv" / "bin" / "dailies"
    told = run(dailies, "--help", cwd=elsewhere)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "check" in told.stdout
    (elsewhere / "walk.yaml").write_text(BOARD)
    checked = run(dailies, "check", "walk.yaml", cwd=elsewhere)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    (elsewhere / "wrong.yaml").write_text(BOARD.replace("camera:", "kamera:"))
    refused = run(dailies, "check", "wrong.yaml", cwd=elsewhere)
    assert refused.returncode == 2
    assert "wrong.yaml:4:" in refused.stdout + refused.stderr


def test_what_runs_elsewhere_is_the_wheel(elsewhere):
    asked = "import pipeline, flows; print(pipeline.__file__, flows.__file__, sep='\\n')"
    answer = run(elsewhere / "venv" / "bin" / "python", "-c", asked, cwd=elsewhere)
    assert answer.returncode == 0, answer.stderr
    assert all(Path(line).is_relative_to(elsewhere) for line in answer.stdout.split())


def test_the_prefect_server_starts_with_the_pinned_libraries(tmp_path):
    """A newer fastapi breaks the server of this Prefect at import; see docs/dependencies.md."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    log = tmp_path / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            cwd=tmp_path,
            env={**environment, **SILENT, "PREFECT_HOME": str(tmp_path / "home")},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            assert healthy(port, server, deadline=time.monotonic() + 60), log.read_text()[-2000:]
        finally:
            stop(server)


def healthy(port, server, deadline):
    while time.monotonic() < deadline and server.poll() is None:
        try:
            line = HTTPConnection("127.0.0.1", port, timeout=2)
            line.request("GET", "/api/health")
            if json.loads(line.getresponse().read()) is True:
                return True
        except (OSError, HTTPException, ValueError):
            time.sleep(0.3)
    return False


def stop(server):
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(20)
