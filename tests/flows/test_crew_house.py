"""The house of the crew: GPUs handed out, models that stay, a scheduler that comes back, and nobody left behind."""

import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from flows.crew.hire import Terms, hired
from flows.crew.house import crew_of, joined
from pipeline.errors import OperatorError, ProducerError
from tests.flows.crewing import in_thread, log_of, made, player, stage, until

__all__ = ["player", "stage"]

LISTED = """GPU 0: NVIDIA H200 (UUID: GPU-aaaa-1)
GPU 1: NVIDIA H200 (UUID: GPU-bbbb-2)
"""


@pytest.fixture
def two_gpus(tmp_path, monkeypatch):
    """A driver that tells of two GPUs."""
    folder = tmp_path / "driver"
    folder.mkdir()
    (folder / "nvidia-smi").write_text(f"#!/bin/sh\ncat <<'END'\n{LISTED}END\n")
    (folder / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.mark.slow
def test_each_worker_sees_its_gpu_and_loads_a_model_once_for_three_films(stage, two_gpus):
    with crew_of(stage.studio) as crew:
        assert crew.state() == "2 workers: gpu0, gpu1"
        until(lambda: all("in the crew" in log_of(crew, one) for one in ("gpu0", "gpu1")))
        for title in ("one", "two", "three"):
            film = stage.film(f"{title}1", f"{title}2", title=title)
            for name in film.shots:
                stage.does(name, "sleep 0.3")
            assert set(made(crew, film).values()) == {None}
        assert set(made(crew, stage.film("other", generator="other", title="four")).values()) == {None}
        logs = [log_of(crew, one) for one in ("gpu0", "gpu1")]
    for log, gpu in zip(logs, ("GPU-aaaa-1", "GPU-bbbb-2"), strict=True):
        assert log.count("loaded player@2") == 1
        assert f"loaded player@2 (load 1 in this process, CUDA_VISIBLE_DEVICES={gpu})" in log
    assert sum(log.count("changed from player@2 to other@2") for log in logs) == 1
    assert len({worker for worker, *_ in stage.notes("load")}) == 2
    assert len(stage.notes("load")) == 3
    assert len(stage.notes("end")) == 7


def test_more_workers_than_gpus_are_refused(stage, two_gpus):
    with pytest.raises(ProducerError, match="--gpus 3: this machine has 2"), crew_of(stage.studio, "3"):
        pass
    with pytest.raises(ProducerError, match="neither auto nor a number"), crew_of(stage.studio, "all"):
        pass


@pytest.mark.slow
def test_a_scheduler_that_is_killed_comes_back_and_no_take_is_made_twice(stage):
    film = stage.film("a", "b")
    stage.does("a", "sleep 3")
    stage.does("b", "sleep 3")
    with crew_of(stage.studio, "1") as crew:
        result = in_thread(lambda: made(crew, film))
        until(lambda: stage.notes("begin"))
        address = crew.address
        os.kill(crew.scheduler_pid, signal.SIGKILL)
        assert until(crew.tend) == ["the scheduler was killed; started again"]
        assert set(result().values()) == {None}
        assert crew.address == address
        assert crew.tend() == []
        assert "the scheduler is lost" in log_of(crew, "cpu0")
    assert len(stage.notes("begin")) == len(stage.notes("end")) == 2
    assert len(stage.notes("load")) == 1


@pytest.mark.slow
def test_a_scheduler_that_stays_away_is_told(stage):
    film, port = stage.film("a"), free_port()
    (state,) = film.shots.values()
    with hired(f"tcp://127.0.0.1:{port}", Terms(), patience=2.0) as hand, pytest.raises(OperatorError) as told:
        hand.make(film.studio.store, state.plan, state.plan.takes[0], 0.0, lambda _: None)
    assert "has not answered for 2 seconds" in str(told.value)


@pytest.mark.slow
def test_a_machine_that_joins_may_come_before_the_scheduler(stage):
    port = free_port()
    with joined(stage.studio, "1", f"tcp://127.0.0.1:{port}") as guests:
        until(lambda: "begins" in log_of(guests, guests.members()[0].name))
        with crew_of(stage.studio, "0", port=port) as crew:
            assert crew.state() == "no workers on this machine"
            assert crew.address == f"tcp://127.0.0.1:{port}"
            assert set(made(crew, stage.film("a")).values()) == {None}
    assert stage.notes("end") == [(f"{platform.node()}-cpu0", "a", 1)]


@pytest.mark.slow
def test_a_port_that_is_taken_is_told(stage):
    with crew_of(stage.studio, "0") as crew:
        port = int(crew.address.rpartition(":")[2])
        with (
            pytest.raises(OperatorError, match=f"did not start: 127.0.0.1:{port}.*in use"),
            crew_of(stage.folder / "b", "0", port=port),
        ):
            pass


@pytest.mark.slow
def test_a_take_that_another_process_makes_is_waited_for(stage):
    film = stage.film("a")
    (state,) = film.shots.values()
    lock = film.studio.store.address(state.plan.takes[0].recipe.key).with_suffix(".lock")
    lock.parent.mkdir(parents=True)
    with crew_of(stage.studio, "1") as crew:
        with FileLock(lock):
            result = in_thread(lambda: made(crew, film))
            until(lambda: "is being made by another process" in log_of(crew, "cpu0"))
            assert not stage.notes("end")
        assert result() == {("a", 1): None}
        assert crew.tend() == []
        assert log_of(crew, "cpu0").count("waits") == log_of(crew, "cpu0").count("is begun") == 1


@pytest.mark.slow
def test_a_take_that_nobody_wants_any_more_is_stopped_and_its_worker_goes_on(stage):
    film = stage.film("a", "b")
    stage.does("a", "sleep 60")

    class Stopped(BaseException):
        pass

    def stop(_share):
        raise Stopped

    with crew_of(stage.studio, "1") as crew, hired(crew.address, Terms(floor=0)) as hand:
        a, b = (state.plan for state in film.shots.values())
        with pytest.raises(Stopped):
            hand.make(film.studio.store, a, a.takes[0], 0.0, stop)
        until(lambda: "nobody wants it any more" in log_of(crew, "cpu0"))
        began = time.monotonic()
        hand.make(film.studio.store, b, b.takes[0], 0.0, lambda _: None)
        assert time.monotonic() - began < 20
        assert crew.tend() == []


HOUSE = """
import sys, time
from pathlib import Path
from flows.crew.house import crew_of
if __name__ == "__main__":
    with crew_of(Path(sys.argv[1]), "2") as crew:
        print(crew.address, flush=True)
        time.sleep(60)
"""


@pytest.mark.slow
def test_nobody_is_left_when_the_house_is_killed(stage):
    film = stage.film("a")
    stage.does("a", "hang 30")
    script = stage.folder / "house.py"
    script.write_text(HOUSE)
    path = os.pathsep.join([str(Path.cwd()), os.environ["PYTHONPATH"]])
    house = subprocess.Popen(
        [sys.executable, script, stage.studio],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    address = house.stdout.readline().strip()
    with hired(address, Terms(floor=0)) as hand:
        (state,) = film.shots.values()
        threading.Thread(target=asked, args=(hand, film, state), daemon=True).start()
        until(lambda: stage.notes("begin"))
        family = psutil.Process(house.pid).children(recursive=True)
        assert len(family) >= 3
        house.kill()
        house.wait()
        until(lambda: not [one for one in family if one.is_running() and one.status() != "zombie"])
    house.stdout.close()


def asked(hand, film, state):
    from flows.crew.connection import LetGo

    try:
        hand.make(film.studio.store, state.plan, state.plan.takes[0], 0.0, lambda _: None)
    except LetGo:
        return
