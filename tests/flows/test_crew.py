"""The crew: takes are made by worker processes, whatever happens to one of them."""

import os
import signal
from datetime import UTC, datetime

import pytest

from flows.crew import diary
from flows.crew.house import crew_of
from flows.crew.work import NotBegun
from pipeline.errors import OperatorError, ProducerError, ToolFailed
from tests.flows.crewing import in_thread, log_of, made, player, stage, until

__all__ = ["player", "stage"]


def killed(crew, name):
    pid = next(one.pid for one in crew.members() if one.name == name)
    os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_both_workers_make_takes_and_what_ranks_first_goes_first(stage):
    film, shares = stage.film("a", "b", "c", takes=2), []
    for shot in "abc":
        stage.does(shot, "sleep 0.4")
    ranks = {(shot, take): take * 10.0 + "cab".index(shot) for shot in "abc" for take in (1, 2)}
    with crew_of(stage.studio, "2") as crew:
        until(lambda: "in the crew" in log_of(crew, "cpu1"))
        assert set(made(crew, film, ranks, tell=shares.append).values()) == {None}
    assert {worker for worker, *_ in stage.notes("end")} == {"cpu0", "cpu1"}
    assert len(stage.notes("end")) == 6
    order = [(shot, take) for _, shot, take in stage.notes("begin")]
    assert [ranks[one] for one in order[2:]] == sorted(ranks[one] for one in order[2:])
    assert shares
    assert max(shares) <= 1


@pytest.mark.slow
def test_a_take_whose_worker_is_killed_is_made_elsewhere_and_once(stage):
    film = stage.film("a")
    stage.does("a", "sleep 1.5")
    with crew_of(stage.studio, "2") as crew:
        until(lambda: "in the crew" in log_of(crew, "cpu0") and "in the crew" in log_of(crew, "cpu1"))
        result = in_thread(lambda: made(crew, film))
        first = until(lambda: stage.notes("begin"))[0][0]
        killed(crew, first)
        assert result() == {("a", 1): None}
        assert crew.tend() == [f"worker {first} was killed; started again"]
        (told,) = diary.since(crew.folder, datetime.fromtimestamp(0, UTC))
        assert told.endswith(f": worker {first} was killed; started again")
    assert stage.notes("end") == [({"cpu0": "cpu1", "cpu1": "cpu0"}[first], "a", 1)]


@pytest.mark.slow
def test_a_worker_that_fails_take_after_take_leaves_the_crew_and_another_one_makes_them(stage):
    film = stage.film("a", "b", "c", "d")
    stage.does("cpu0", "raise tool")
    stage.does("cpu1", "sleep 0.5")
    with crew_of(stage.studio, "2") as crew:
        until(lambda: "in the crew" in log_of(crew, "cpu0") and "in the crew" in log_of(crew, "cpu1"))
        assert set(made(crew, film).values()) == {None}
        (told,) = until(crew.tend)
        assert told.startswith("worker cpu0 is in quarantine for 15 minutes: 2 takes failed in a row, last: take 1")
        assert "no tool (mend it)" in told
        assert [one.status for one in crew.members()] == ["quarantine", "works"]
        assert "cpu0 (2 takes failed in a row" in crew.state()
    assert {worker for worker, *_ in stage.notes("end")} == {"cpu1"}


@pytest.mark.slow
def test_the_last_worker_stays_and_a_take_that_takes_workers_with_it_is_given_up(stage):
    film = stage.film("a", "b", "c", "d")
    for shot in "abc":
        stage.does(shot, "raise tool")
    with crew_of(stage.studio, "1") as crew:
        told = made(crew, film)
        assert {shot: str(told[shot, 1]) for shot in "abc"} == dict.fromkeys("abc", "no tool (mend it)")
        assert told["d", 1] is None
        assert crew.tend() == []
        assert "it is the last worker, so it goes on" in log_of(crew, "cpu0")
        stage.does("e", "die")
        result = in_thread(lambda: made(crew, stage.film("e", title="next")))
        ends = []
        until(lambda: ends.extend(crew.tend()) or len(ends) >= 3, 30)
        assert "worker cpu0 ended with code 9; started again" in ends
        failure = result()["e", 1]
    assert isinstance(failure, ToolFailed)
    assert "take 1 of shot 'e' took 3 workers with it, the last one cpu0" in str(failure)


@pytest.mark.slow
def test_a_take_that_takes_too_long_is_stopped_and_its_worker_with_it(stage):
    film = stage.film("a", "b")
    stage.does("a", "hang 60")
    with crew_of(stage.studio, "1") as crew:
        result = in_thread(lambda: made(crew, film, {("b", 1): 1.0}, deadline=2.0))
        (told,) = until(crew.tend)
        assert told == "worker cpu0 was ended: take 1 of shot 'a' took longer than 2 seconds; started again"
        failures = result()
        assert "time.sleep(float(much))" in log_of(crew, "cpu0") or "act" in log_of(crew, "cpu0")
    assert isinstance(failures["a", 1], ToolFailed)
    assert "take 1 of shot 'a' was stopped after 2 seconds on worker cpu0" in str(failures["a", 1])
    assert failures["b", 1] is None
    assert len(stage.notes("begin", "a")) == 1


@pytest.mark.slow
def test_what_went_wrong_comes_back_as_what_it_was(stage):
    film = stage.film("a", "b", "c", "d")
    stage.does("a", "raise producer")
    stage.does("b", "unpicklable")
    stage.does("c", "exit")
    with crew_of(stage.studio, "1") as crew:
        told = made(crew, film)
        assert crew.tend() == []
        late = made(crew, stage.film("late", title="late"), until=1.0)["late", 1]
        full = made(crew, stage.film("full", title="full"), floor=1 << 60)["full", 1]
    assert (type(told["a", 1]), told["a", 1].message, told["a", 1].cure) == (ProducerError, "no producer", "mend it")
    assert (type(told["b", 1]), told["b", 1].message) == (ToolFailed, "error 7")
    assert (type(told["c", 1]), "SystemExit: 3" in str(told["c", 1])) == (ToolFailed, True)
    assert told["d", 1] is None
    assert isinstance(late, NotBegun)
    assert "the night ended before take 1 of shot 'late' was begun" in str(late)
    assert isinstance(full, OperatorError)
    assert "no new take is begun" in str(full)
    assert len(stage.notes("begin", "a")) == 1
    assert not stage.notes("begin", "full")
