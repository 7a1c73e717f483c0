"""One film's way through the night, without a server: what is asked of Prefect is answered by the test."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.states import AwaitingRetry, Completed, Crashed, Failed, Running, Scheduled

from flows import runs
from flows.night_turn import Turn
from pipeline.inbox.line import Queued
from pipeline.production import Studio
from tests.serving import stage


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path / "renders")


@pytest.fixture
def prefect(monkeypatch):
    """What was started, and how every run stands that is looked at."""

    known = SimpleNamespace(started=[], again=[], state=Running(), run_count=1, id=uuid4())

    def run(_=None):
        return FlowRun(id=known.id, flow_id=uuid4(), state=known.state, run_count=known.run_count)

    monkeypatch.setattr(runs, "start", lambda *what, **how: known.started.append((what, how)) or run())
    monkeypatch.setattr(runs, "again", lambda *what, **how: known.again.append((what, how)))
    monkeypatch.setattr(runs, "read", run)
    return known


@pytest.fixture
def kyoto(board):
    """Write a film of one shot that wants two takes, and give its path."""
    return lambda **more: board(stage.board("kyoto", {"id": "a", "generator": "animatic", **more}, takes=2), "kyoto")


def in_line(board, problem=""):
    return Queued("kyoto", board, 1, paused=False, problem=problem)


def test_what_vanishes_at_this_moment_is_told_and_looked_at_again(studio, kyoto, tmp_path):
    turn = Turn("kyoto")
    turn.take_place(studio, in_line(tmp_path / "kyoto.yaml"))
    assert "kyoto.yaml" in turn.problem
    assert not turn.may_start(late=False, studio=studio)
    turn.take_place(studio, in_line(kyoto()))
    assert (turn.problem, turn.last) == ("", 2)
    assert turn.may_start(late=False, studio=studio)


def test_takes_that_race_come_in_one_round(studio, kyoto):
    turn = Turn("kyoto")
    turn.take_place(studio, in_line(kyoto(generator="wan2.1-t2v", takes=5, race=True)))
    assert (turn.problem, turn.last, turn.wanted, turn.left) == ("", 1, 5, 5)


@pytest.mark.diffusers
def test_takes_that_a_race_stopped_are_not_waited_for(studio, board, shoot, models):
    shots = {"id": "a", "generator": "wan2.1-t2v", "takes": 3, "race": True}, {"id": "b", "generator": "animatic"}
    raced = board(stage.board("kyoto", *shots, takes=2), "kyoto")
    shoot(raced, at_most=1)
    turn = Turn("kyoto")
    turn.take_place(studio, in_line(raced))
    assert (turn.problem, turn.round, turn.last, turn.left) == ("", 2, 2, 1)


def test_a_problem_of_the_queue_goes_with_its_cause(studio, kyoto):
    turn, path = Turn("kyoto"), kyoto()
    for problem in ("", "its name is no film's", ""):
        turn.take_place(studio, in_line(path, problem))
        assert turn.problem == problem
        assert turn.may_start(late=False, studio=studio) == (not problem)


@pytest.mark.parametrize(
    ("gate", "round_", "below"), [({}, 2, True), ({"approve": True}, 1, True), ({"approve": True}, 2, False)]
)
def test_a_film_that_asks_a_person_is_no_part_of_the_nights_run(studio, kyoto, prefect, gate, round_, below):
    turn = Turn("kyoto")
    turn.take_place(studio, in_line(kyoto(**gate)))
    turn.round = round_
    turn.start(studio, FlowRun(flow_id=uuid4()), None)
    ((_, how),) = prefect.started
    assert how["below"] == below


@pytest.mark.parametrize(("state", "again"), [(Running(), 0), (Completed(), 0), (Crashed(), 1), (Failed(), 1)])
def test_a_run_of_an_earlier_attempt_that_ended_badly_runs_again(studio, kyoto, prefect, state, again):
    turn, prefect.state = Turn("kyoto"), state
    turn.take_place(studio, in_line(kyoto()))
    turn.start(studio, FlowRun(flow_id=uuid4()), None)
    assert len(prefect.again) == again


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (Failed(message="the certificate is too old"), "the certificate is too old"),
        (Crashed(message="its process was killed"), "its process was killed"),
        (Failed(message="shots failed: a"), ""),
        (Completed(message="1 shot"), ""),
    ],
)
def test_the_morning_tells_why_a_films_run_ended_badly(studio, kyoto, prefect, state, told):
    turn = Turn("kyoto")
    turn.take_place(studio, in_line(kyoto()))
    turn.start(studio, FlowRun(flow_id=uuid4()), None)
    prefect.state = state
    assert turn.look(studio)
    assert turn.facts(studio).error == told


@pytest.mark.parametrize(
    ("count", "due", "by_hand"),
    [
        (1, [Scheduled()], False),
        (2, [Scheduled(), AwaitingRetry(message="Retry from the UI")], True),
        (2, [Scheduled(), AwaitingRetry(message="Retry from the UI"), Scheduled(name="Late")], True),
        (2, [Scheduled(), Scheduled(name="Resuming")], False),
        (2, [Scheduled(), AwaitingRetry(message=f"`dailies serve` was stopped; {runs.GOES_ON}")], False),
        (3, [Scheduled(), AwaitingRetry(), AwaitingRetry(message=f"{runs.GOES_ON}: it is there")], False),
    ],
)
def test_only_a_person_who_retries_lifts_the_end_of_the_night(monkeypatch, count, due, by_hand):
    states = [one for state in due for one in (state, Running())]
    monkeypatch.setattr(runs, "patiently", lambda _: states)
    assert runs.asked_again(FlowRun(flow_id=uuid4(), run_count=count)) == by_hand


def test_a_run_lost_before_it_began_is_started_again_and_not_for_ever(studio, kyoto, prefect):
    turn = Turn("kyoto")
    turn.take_place(studio, in_line(kyoto()))
    turn.start(studio, runs.read(uuid4()), None)
    prefect.state, prefect.run_count = Crashed(message="Process exited with status code: 1"), 0
    assert [turn.look(studio) for _ in range(runs.STARTS)] == [False] * (runs.STARTS - 1) + [True]
    assert len(prefect.again) == runs.STARTS - 1
    assert "status code" in turn.failed


def test_a_run_lost_after_it_began_is_not_started_again(studio, kyoto, prefect):
    turn = Turn("kyoto")
    turn.take_place(studio, in_line(kyoto()))
    turn.start(studio, runs.read(uuid4()), None)
    prefect.state = Crashed(message="its process was killed")
    assert turn.look(studio)
    assert not prefect.again
