"""Whatever is killed, the film comes, or its run says so and Retry makes it; no take is made or paid twice."""

import os
import signal
from collections import Counter


def test_a_worker_killed_during_a_take_costs_nothing_but_that_try(own_house):
    house = own_house()
    file = house.write("worker", "kill_a", "kill_b", takes=2)
    house.does("kill_a", "waits", 60)
    house.render(file)
    (_, _, pid, _), *_ = house.until(lambda: house.notes("begin", "kill_a"), "a take to begin", 120)
    os.kill(pid, signal.SIGKILL)
    house.until(lambda: "was killed" in house.said(), "the death to be told")
    house.rests("kill_a", "waits")
    house.until_state("worker", "Completed", seconds=120)
    ended = Counter((shot, take) for shot, take, _, _ in house.notes("end"))
    assert ended == {("kill_a", 1): 1, ("kill_a", 2): 1, ("kill_b", 1): 1, ("kill_b", 2): 1}
    made = [one for one in (house.studio / "store").glob("??/*/recipe.json") if '"take/1"' in one.read_text()]
    assert len(made) == 4


def test_a_killed_flow_process_is_seen_as_crashed_and_retry_finishes(own_house):
    house = own_house()
    file = house.write("flow", "flow_a", "flow_b")
    house.does("flow_a", "waits", 100)
    house.render(file)
    house.until(lambda: house.notes("begin", "flow_a"), "a take to begin", 120)
    house.until_state("flow: flow_b", "Completed", seconds=60)
    pid = house.until(lambda: house.process_of("flow: flow_a"), "its process to be told")
    os.kill(pid, signal.SIGKILL)
    house.until_state("flow: flow_a", "Crashed", seconds=30)
    house.until_state("flow", "Failed", seconds=60)
    assert house.status("flow") == {"flow_a": "missing", "flow_b": "done"}
    house.retry("flow: flow_a")
    house.rests("flow_a", "waits")
    house.until_state("flow", "Completed", seconds=120)
    assert set(house.status("flow").values()) == {"done"}
    assert len(house.notes("end", "flow_a")) == 1


def test_a_run_that_hangs_is_seen_by_its_silence_and_retry_finishes(own_house):
    house = own_house()
    house.does("silent_a", "waits", 400)
    house.render(house.write("silent", "silent_a"))
    house.until(lambda: house.notes("begin", "silent_a"), "a take to begin", 120)
    pid = house.until(lambda: house.process_of("silent: silent_a"), "its process to be told")
    os.kill(pid, signal.SIGSTOP)
    house.until_state("silent: silent_a", "Crashed", seconds=130)
    assert "no sign of life for 90 s" in house.message("silent: silent_a")
    house.rests("silent_a", "waits")
    os.kill(pid, signal.SIGKILL)
    house.until_state("silent", "Failed", "Completed", seconds=60)
    if house.state("silent") == "Failed":  # the take came after it was cut without
        house.retry("silent: silent_a")
    house.until_state("silent", "Completed", seconds=120)
    assert len(house.notes("end", "silent_a")) == 1
    rules = [one["name"] for one in house.api("/automations/filter", {})]
    assert rules == ["dailies: runs without a heartbeat"]


def test_serve_and_all_it_started_killed_and_started_again(own_house):
    house = own_house()
    file = house.write("power", "power_a", "power_b")
    house.does("power_a", "waits", 100)
    house.render(file)
    house.until(lambda: house.notes("begin", "power_a"), "a take to begin", 120)
    house.until_state("power: power_b", "Completed", seconds=60)
    house.kill_all()
    assert not house.processes()
    house.rests("power_a", "waits")
    house.start()
    house.until_state("power: power_a", "Crashed", seconds=120)
    house.until_state("power", "Crashed", "Failed", seconds=120)
    house.retry("power: power_a")
    house.until_state("power: power_a", "Completed", seconds=120)
    if house.state("power") != "Completed":
        house.until(lambda: house.state("power") != "Crashed" or house.retry("power"))
    house.until_state("power", "Completed", seconds=120)
    assert len(house.notes("end", "power_b")) == 1
    assert len(house.notes("end", "power_a")) == 1


def test_ctrl_c_ends_everything_and_the_next_start_goes_on(own_house):
    house = own_house()
    file = house.write("stopped", "stop_a")
    house.does("stop_a", "waits", 100)
    house.render(file)
    house.until(lambda: house.notes("begin", "stop_a"), "a take to begin", 120)
    assert house.stop(signal.SIGINT) == 130
    assert not house.processes()
    assert "goes on at the next start" in house.said()
    assert "Traceback" not in house.said()
    house.rests("stop_a", "waits")
    house.start()
    house.until_state("stopped", "Completed", seconds=150)
    assert house.stop(signal.SIGTERM) == 130
    assert len(house.notes("end", "stop_a")) == 1


def test_a_second_serve_says_who_holds_the_studio_or_the_port(own_house, tmp_path_factory):
    house = own_house()
    with house.another(house.studio) as told:
        assert told.returncode == 4
        assert f"is served already, by process {house.process.pid}" in told.stderr
        assert f"http://127.0.0.1:{house.port}" in told.stderr
    with house.another(tmp_path_factory.mktemp("other")) as told:
        assert told.returncode == 4
        assert f"port {house.port} is held by process {house.process.pid}" in told.stderr
        assert "--port" in told.stderr
    house.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{house.port}/api"
    with house.another(tmp_path_factory.mktemp("third")) as told:
        assert told.returncode == 4
        assert f"this server already serves the studio {house.studio}" in told.stderr
