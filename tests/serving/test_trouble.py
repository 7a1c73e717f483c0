"""What goes wrong in a night beside kills: a server that is away, a worker that is ill, a disk that is full."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.serving.house import House, free_port


@pytest.fixture
def server(home, tmp_path):
    """A Prefect server that is not ours, which `dailies serve` joins; given as functions to start and kill it."""
    port = free_port()
    place = tmp_path / "prefect"
    environment = {name: one for name, one in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(place), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    subprocess.run(["cp", "-r", str(home), str(place)], check=True)
    running = []

    def start():
        argv = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        with (tmp_path / "prefect.txt").open("a") as log:
            running.append(subprocess.Popen(argv, env=environment, stdout=log, stderr=log, start_new_session=True))

    def kill():
        for one in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait(10)
        running.clear()

    start.kill, start.port = kill, port
    yield start
    kill()


def away(server):
    server.kill()
    time.sleep(15)
    server()


def pending(house):
    """Tell whether a shot's process is being started, which needs the server at once."""
    shots = [run for run in house.api("/flow_runs/filter", {}) if run["name"].startswith("away: ")]
    return any(run["state"]["type"] == "PENDING" for run in shots)


def test_a_server_that_is_away_for_a_while_costs_nothing(server, tmp_path):
    server()
    house = House(tmp_path / "house", port=server.port)
    house.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{server.port}/api"
    try:
        house.until(lambda: house.page("/api/health") == 200, "the server", 60)
        house.start()
        assert [one["name"] for one in house.api("/automations/filter", {})] == ["dailies: runs without a heartbeat"]
        file = house.write("away", "away_a", "away_b", takes=2)
        house.does("away_a", "waits", 8)
        house.render(file)
        house.until(lambda: pending(house), "the process of a shot to start", 120)
        away(server)
        house.until(lambda: house.notes("begin", "away_a"), "a take to begin", 120)
        away(server)
        house.until_state("away", "Completed", seconds=200)
        assert set(house.status("away").values()) == {"done"}
        assert len(house.notes("end")) == 4
        assert house.stop() == 130
    finally:
        house.kill_all()


def test_a_worker_that_fails_every_take_is_left_out_and_the_film_comes(own_house):
    house = own_house("--gpus", "2", environment={"CUDA_VISIBLE_DEVICES": "GPU-a,GPU-b"})
    house.does("GPU-a", "fails")
    file = house.write("ill", *[f"ill_{number}" for number in range(4)], takes=2)
    house.render(file)
    house.until_state("ill", "Completed", seconds=150)
    assert set(house.status("ill").values()) == {"done"}
    assert "in quarantine" in house.said()
    failed = {gpu for _, _, _, gpu in house.notes("fail")}
    assert failed == {"GPU-a"}
    assert len(house.notes("fail")) <= 3
    assert len(house.notes("end")) == 8


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 48 MB, or a skip that says why there is none."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no small disk can be mounted here, so a full one was not tried: {made.stderr.strip()}")
    yield place
    for _ in range(20):
        if not subprocess.run(["umount", str(place)], capture_output=True, check=False).returncode:
            return
        time.sleep(0.5)
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_on_a_full_disk_no_take_is_begun_and_the_film_is_cut_from_what_is_there(small_disk, home, tmp_path):
    house = House(tmp_path / "house")
    house.studio = small_disk / "studio"
    try:
        house.start("--disk-floor", "0.016")
        file = house.write("full", "full_a", "full_b")
        house.render(file, shots=["full_a"])
        house.until_state("full", "Failed", seconds=120)
        assert house.status("full") == {"full_a": "done", "full_b": "missing"}
        free = os.statvfs(small_disk)
        (small_disk / "ballast").write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - 12_000_000)))
        house.render(file)
        house.until(lambda: len(house.runs("full")) == 2 and house.state("full") == "Failed", "the second film", 120)
        assert "free" in house.message("full: full_b")
        assert not house.notes("begin", "full_b")
        assert (house.studio / "full/film.mp4").exists()
        (small_disk / "ballast").unlink()
        house.retry("full: full_b")
        house.until_state("full", "Completed", seconds=120)
        assert json.loads((house.studio / "full/manifest.json").read_text())["complete"]
        assert house.stop() == 130
    finally:
        house.kill_all()


def test_two_workers_see_a_gpu_each_and_load_the_model_once_over_three_films(own_house):
    house = own_house("--gpus", "2", environment={"CUDA_VISIBLE_DEVICES": "GPU-a,GPU-b"})
    for film in ("one", "two", "three"):
        for shot in "ab":
            house.does(f"{film}_{shot}", "waits", 0.3)
        house.render(house.write(film, f"{film}_a", f"{film}_b", takes=3))
    for film in ("one", "two", "three"):
        house.until_state(film, "Completed", seconds=150)
    loads = house.notes("load")
    assert sorted(gpu for _, _, _, gpu in loads) == ["GPU-a", "GPU-b"]
    assert len({pid for _, _, pid, _ in loads}) == 2
    logs = [Path(one).read_text() for one in (house.studio / ".serve").glob("gpu*.txt")]
    assert len(logs) == 2
    assert all(one.count("loaded actor@") == 1 for one in logs)
    assert len(house.notes("end")) == 18


def test_a_machine_that_joins_makes_the_takes(own_house):
    port = free_port()
    house = own_house("--gpus", "0", "--crew", f"127.0.0.1:{port}")
    file = house.write("joined", "join_a", takes=2)
    house.render(file)
    house.until_state("joined: join_a", "Running")
    assert "no workers on this machine" in house.said()
    argv = [sys.executable, "-m", "pipeline", "worker", "--join", f"tcp://127.0.0.1:{port}", "--gpus", "1"]
    with (house.root / "worker.txt").open("w") as log:
        other = subprocess.Popen(
            [*argv, "--studio", str(house.studio)], env=house.environment, stdout=log, stderr=log, cwd=house.root
        )
    try:
        house.until_state("joined", "Completed", seconds=120)
        other.send_signal(signal.SIGINT)
        assert other.wait(20) == 130
    finally:
        other.kill()
    assert len(house.notes("end")) == 2
