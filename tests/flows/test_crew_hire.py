"""What a run does about a take that did not come: ask again, ask another worker, or give up with a reason."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from distributed.scheduler import KilledWorker

from flows.crew import hire
from flows.crew.connection import LetGo
from flows.crew.hire import Hired, Terms
from flows.crew.request import Answer
from flows.crew.work import NotBegun
from pipeline.errors import Busy, OperatorError, ProducerError, ToolFailed
from pipeline.production import Studio, Wanted, prepare

BOARD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 12}
defaults: {generator: animatic, takes: 2, seconds: 0.5, motion: {amount: medium}}
shots:
  - {id: hill, scene: a hill, camera: pan_left}
"""

MADE = Answer(made=True, worker="cpu1")
BROKEN = ToolFailed("no", cure="yes")


def killed(worker="gpu0", **more):
    return Answer(failure=KilledWorker("take", None, 0), worker=worker, **more)


def failed(failure=BROKEN, worker="gpu0"):
    return Answer(failure=failure, worker=worker)


@pytest.fixture
def ask(tmp_path, board, monkeypatch):
    """Have a take made by a crew that answers what it is told; give how often, and which workers were asked."""
    production = prepare(board(BOARD), Studio(tmp_path / "renders"), Wanted())
    plan = production.shots["hill"].plan
    monkeypatch.setattr(hire, "_seen", lambda _work, answer: answer)

    def asked(*answers, others=(), usd=0.0):
        left, asked_of = list(answers), []

        class Request:
            def __init__(self, _connection, _work, _rank, there):
                asked_of.append(list(there))

            def wait(self, _tell, _board):
                if isinstance(left[0], BaseException):
                    raise left.pop(0)
                return left.pop(0)

        monkeypatch.setattr(hire, "Request", Request)
        connection = SimpleNamespace(others=lambda names: [one for one in others if one not in names])
        board = SimpleNamespace(connection=lambda: connection, closing=threading.Event())
        board.closing.wait = lambda _seconds: False
        priced = replace(plan, generation=replace(plan.generation, usd=usd))
        try:
            Hired(board, Terms(deadline=7200)).make(production.studio.store, priced, plan.takes[1], 0.0, print)
        except OperatorError as failure:
            failure.asked_of = asked_of
            raise
        assert not left
        return asked_of

    return asked


def test_what_is_nobodys_fault_is_asked_again_and_again(ask):
    assert len(ask(Answer(), Answer(), *[failed(Busy("later"))] * 50, Answer(), MADE)) == 54
    assert len(ask(*[killed(left=True)] * 9, killed(), killed(), MADE)) == 12


def test_a_failure_is_tried_once_more_on_another_worker(ask):
    assert ask(failed(), MADE, others=["gpu0", "gpu1"]) == [[], ["gpu1"]]
    with pytest.raises(ToolFailed, match="no") as told:
        ask(failed(), failed(worker="gpu1"), others=["gpu0", "gpu1", "gpu2"])
    assert told.value.asked_of == [[], ["gpu1", "gpu2"]]
    assert ask(failed(), failed(), MADE, others=["gpu0", "gpu1"]) == [[], ["gpu1"], ["gpu1"]]


def test_a_failure_on_the_only_worker_is_final(ask):
    with pytest.raises(ToolFailed, match="no") as told:
        ask(failed(), others=["gpu0"])
    assert told.value.asked_of == [[]]


def test_what_costs_money_is_not_bought_again(ask):
    with pytest.raises(ToolFailed) as told:
        ask(failed(), others=["gpu0", "gpu1"], usd=0.5)
    assert told.value.asked_of == [[]]
    assert len(ask(failed(OperatorError("no key")), MADE, others=["gpu0", "gpu1"], usd=0.5)) == 2


def test_what_is_no_workers_fault_is_final(ask):
    for failure in (ProducerError("wrong"), NotBegun("late")):
        with pytest.raises(type(failure)):
            ask(failed(failure), others=["gpu0", "gpu1"])


def test_a_take_may_take_two_workers_with_it_but_not_three(ask):
    assert len(ask(killed(), killed(), MADE)) == 3
    with pytest.raises(ToolFailed, match="take 2 of shot 'hill' took 3 workers with it, the last one gpu1"):
        ask(killed(), killed(), killed("gpu1"))


def test_a_take_that_took_too_long_is_final_however_its_worker_ended(ask):
    words = "take 2 of shot 'hill' was stopped after 120 minutes on worker gpu0"
    for answer in (killed(overdue=True), Answer(worker="gpu0", overdue=True)):
        with pytest.raises(ToolFailed, match=words):
            ask(answer, others=["gpu1"])


def test_what_dask_says_is_told_as_ours(ask):
    with pytest.raises(ToolFailed, match=r"could not be handed to a worker: TypeError: a \(is the same version"):
        ask(failed(TypeError("a")))


def test_a_run_that_is_over_goes(ask):
    with pytest.raises(LetGo):
        ask(killed(), LetGo())
