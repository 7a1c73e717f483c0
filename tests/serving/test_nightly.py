"""The night: it fires by itself, makes one take of everything first, and ends with films, whatever the hour."""

import json
import shlex
import sys
from datetime import UTC, datetime, timedelta

import pytest


def soon(seconds):
    """Give a time of day, whole minutes, that is at least so many seconds ahead."""
    ahead = datetime.now(UTC) + timedelta(seconds=seconds)
    return ahead.replace(second=0, microsecond=0) + timedelta(minutes=1)


def queue(house, *films, **more):
    place = house.studio / "queue"
    place.mkdir(parents=True, exist_ok=True)
    for number, film in enumerate(films, 1):
        file = house.write(film, f"{film}_a", f"{film}_b", **more)
        file.rename(place / f"{number}_{film}.yaml")


@pytest.fixture
def teller(tmp_path):
    """A command that writes down what it is told in the morning."""
    told = tmp_path / "told.json"
    script = tmp_path / "tell.py"
    script.write_text(f"import sys\nopen({str(told)!r}, 'w').write(sys.stdin.read())\n")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}", told


def test_the_night_fires_makes_one_take_of_everything_first_and_tells_in_the_morning(own_house, teller):
    command, told = teller
    when = soon(60)  # after it is served, however busy the machine
    house = own_house("--nightly", f"{when.minute} {when.hour} * * *", "--notify", command, ready=False)
    queue(house, "first", "second", takes=2)
    house.does("second_b", "fails")
    (house.studio / "queue/_3_third.yaml").write_text((house.studio / "queue/1_first.yaml").read_text())
    (house.studio / "queue/4_broken.yaml").write_text("storyboard: 1\nshots: []\n")
    (house.studio / "queue/9_first.yaml").write_text((house.studio / "queue/1_first.yaml").read_text())
    file = house.write("asks", {"id": "asks_a", "approve": True}, takes=2)
    file.rename(house.studio / "queue/5_asks.yaml")
    house.until(told.exists, "the morning", 240)
    night = json.loads(told.read_text())
    films = {one["name"]: one for one in night["films"]}
    assert (night["kind"], night["ended_because"], list(films)) == (
        "night/1",
        "done",
        ["first", "second", "third", "broken", "asks"],
    )
    assert (films["first"]["status"], films["first"]["takes_made"], films["first"]["takes_left"]) == ("complete", 4, 0)
    assert films["second"]["status"] == "incomplete"
    assert (films["asks"]["status"], house.state("asks")) == ("complete", "Suspended")
    (failure,) = [one for one in films["second"]["failures"] if one["shot"] == "second_b"]
    assert "ill" in failure["reason"]
    assert "--shot second_b" in failure["rerun"]
    assert 'Retry on the run "second: second_b"' in failure["retry"]
    assert films["third"]["status"] == films["broken"]["status"] == "not_made"
    assert "paused" in films["third"]["told"]
    rounds = [take for shot, take, _, _ in house.notes("end")]
    assert rounds == sorted(rounds), "second takes were made before every first one"
    assert not house.notes("begin", "third_a")
    page = (house.studio / "nights/latest/index.html").read_text()
    assert "second_b" in page
    assert (house.studio / "nights/latest/summary.md").exists()
    assert "Night of" in house.artifact("night-summary")
    assert "1. first" in house.artifact("queue")
    assert len(list((house.studio / "first/cuts").iterdir())) <= 2
    schedules = house.api("/deployments/name/night/night")["schedules"]
    assert [one["schedule"]["cron"] for one in schedules] == [f"{when.minute} {when.hour} * * *"]


def test_at_the_deadline_every_film_in_line_exists(own_house):
    ends = soon(75)
    house = own_house("--gpus", "1", "--until", f"{ends.hour:02d}:{ends.minute:02d}")
    queue(house, "alpha", "beta", "gamma", takes=20)
    for film in ("alpha", "beta", "gamma"):
        for shot in "ab":
            house.does(f"{film}_{shot}", "waits", 4)
    known = house.api("/deployments/name/night/night")
    for state in ("Running", "Skipped"):
        house.api(f"/deployments/{known['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
        house.until_state("night", state)
    assert house.message("night") == "another night works through this queue"
    house.until((house.studio / "nights/latest/summary.json").exists, "the summary", 280)
    ended = datetime.now(UTC)
    night = json.loads((house.studio / "nights/latest/summary.json").read_text())
    assert night["ended_because"] == "deadline"
    assert all((house.studio / film / "film.mp4").exists() for film in ("alpha", "beta", "gamma"))
    assert night["takes_left"] > 0
    assert ends <= ended <= ends + timedelta(seconds=90)
    last = max(one.stat().st_mtime for one in (house.studio / "store").glob("??/*/data.mp4"))
    assert last < ends.timestamp() + 30
