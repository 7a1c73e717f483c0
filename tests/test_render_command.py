"""The whole command in real processes: `dailies render` with Prefect's local API, killed and run again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BOARD = """
storyboard: 1
title: test
output: {size: 320x180, fps: 24}
defaults: {generator: animatic, takes: 2, seconds: 1, transition: {type: dissolve, seconds: 0.25}}
shots:
  - {id: hill, scene: a hill, camera: pan_left}
  - {id: sea, scene: the sea at night, camera: dolly_in}
  - {id: town, scene: a street in town, camera: tilt_up}
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One Prefect database for all these tests: making a new one takes 8 seconds."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture
def command(tmp_path, home):
    (tmp_path / "board.yaml").write_text(BOARD)
    environment = {**os.environ, "PREFECT_HOME": str(home), "DAILIES_HOME": str(tmp_path / "renders")}
    environment.pop("PREFECT_API_URL", None)

    def start(*arguments, studio="renders"):
        argv = [sys.executable, "-m", "pipeline", *arguments]
        where = {**environment, "DAILIES_HOME": str(tmp_path / studio)}
        return subprocess.Popen(
            argv,
            cwd=tmp_path,
            env=where,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    return start


def finished(process):
    out, told = process.communicate(timeout=240)
    return process.returncode, out, told


def sums(folder):
    shots = json.loads((folder / "board" / "manifest.json").read_text())["shots"]
    return [(shot["id"], shot["take"], shot["sha256"]) for shot in shots]


def gone(group):
    """Wait a moment until no process of the group is left."""
    deadline = time.monotonic() + 15
    while list(alive(group)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not list(alive(group))


def alive(group):
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            yield status.parent.name


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="process groups are read from /proc")
def test_a_render_killed_at_any_moment_comes_out_the_same_and_leaves_no_process(command, tmp_path):
    code, out, told = finished(command("render", "board.yaml", studio="undisturbed"))
    assert code == 0, told
    assert Path(out.splitlines()[-1]).name == "film.mp4"
    want = sums(tmp_path / "undisturbed")
    store = tmp_path / "renders" / "store"
    for artefacts in (1, 4, 9):
        process = command("render", "board.yaml")
        deadline = time.monotonic() + 120
        while len(list(store.glob("??/*/recipe.json"))) < artefacts and time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        assert gone(process.pid)
    made = {path: path.stat().st_mtime_ns for path in store.glob("??/*/recipe.json")}
    code, out, told = finished(command("render", "board.yaml"))
    assert code == 0, told
    assert sums(tmp_path / "renders") == want
    assert {path: path.stat().st_mtime_ns for path in made} == made


def test_ctrl_c_stops_cleanly_and_says_that_nothing_is_lost(command, tmp_path):
    process = command("render", "board.yaml")
    deadline = time.monotonic() + 120
    while not list((tmp_path / "renders").glob("store/??/*/recipe.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    code, _, told = finished(process)
    assert code == 130, told
    assert "goes on from here" in told
    assert "Traceback" not in told
    assert gone(process.pid)


def test_a_server_that_dies_ends_the_render_with_a_sentence(command, tmp_path):
    process = command("render", "board.yaml", "--takes", "40")
    deadline = time.monotonic() + 120
    while not list((tmp_path / "renders").glob("store/??/*/recipe.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    (server,) = [pid for pid in alive(process.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(int(server), signal.SIGKILL)
    began = time.monotonic()
    code, _, told = finished(process)
    assert time.monotonic() - began < 30
    assert code in {4, 130}, told
    assert "Prefect's local server ended" in told
    assert "Traceback" not in told
    assert gone(process.pid)


def test_a_broken_board_is_told_in_a_moment_with_nothing_written(command, tmp_path):
    (tmp_path / "board.yaml").write_text(BOARD.replace("camera: pan_left", "kamera: pan_left"))
    began = time.monotonic()
    code, out, told = finished(command("render", "board.yaml"))
    assert code == 2
    assert "board.yaml:7:" in told
    assert "did you mean" in told
    assert "Traceback" not in out + told
    assert time.monotonic() - began < 20
    assert not (tmp_path / "renders").exists()


def test_a_missing_shot_ends_with_3_and_a_film_with_a_slate(command, tmp_path):
    text = BOARD.replace("takes: 2, seconds: 1,", "takes: 1, seconds: 1.5,")
    blemish = "camera: pan_left, motion: {amount: medium}, generator: {name: animatic, blemish: {1: frozen}}}"
    (tmp_path / "board.yaml").write_text(text.replace("camera: pan_left}", blemish))
    code, _, told = finished(command("render", "board.yaml"))
    assert code == 3, told
    told_shots = json.loads((tmp_path / "renders" / "board" / "manifest.json").read_text())["shots"]
    assert [shot["status"] for shot in told_shots] == ["missing", "done", "done"]
    assert (tmp_path / "renders" / "board" / "film.mp4").exists()
