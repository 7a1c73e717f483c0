"""What the crew decides, without its processes."""

import inspect
import pickle
import time
from types import SimpleNamespace

import pytest

from flows.crew import leaving, post, work
from flows.crew.hire import hired_for, rank
from flows.crew.house import places
from flows.crew.leaving import spell
from flows.crew.line import Line
from pipeline import errors, shot
from pipeline.errors import Busy, OperatorError, Problem, ProducerError, StoryboardInvalid, ToolFailed
from pipeline.film.making import made_here
from pipeline.media import gpus as devices
from pipeline.production import Studio, Wanted, prepare

BOARD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 12}
defaults: {generator: animatic, takes: 3, seconds: 0.5, motion: {amount: medium}}
shots:
  - {id: hill, scene: a hill, camera: pan_left}
"""

LEAVES = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.DailiesError)]


# ---------------------------------------------------------------- rank


def test_takes_are_ranked_by_round_then_model_then_place():
    first = [rank(2, model, place) for model in ("a", "b") for place in (0, 1, 999)]
    assert max(first) < min(rank(3, model, place) for model in ("a", "b") for place in (0, 5))
    assert rank(2, "a", 0) < rank(2, "a", 1) < rank(2, "a", 10**9) < rank(2, "a", 0) + 1 / 65536
    assert len({rank(5, "a", place) for place in range(1000)}) == 1000


def test_the_model_that_came_last_in_one_round_comes_first_in_the_next():
    models = ["animatic@2", "diffusers@1", "hosted@3", "other@1"]
    rounds = [sorted(models, key=lambda model, each=each: rank(each, model, 0)) for each in range(4)]
    assert rounds[1] == rounds[0][::-1]
    assert rounds[2] == rounds[0]
    assert rank(0, "animatic@2", 0) == rank(0, "animatic@2", 0)


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize("leaf", [one for one in LEAVES if one is not StoryboardInvalid], ids=lambda one: one.__name__)
def test_every_failure_goes_from_process_to_process(leaf):
    there = pickle.loads(pickle.dumps(leaf("no", cure="yes")))
    assert (type(there), there.message, there.cure, str(there), there.args) == (leaf, "no", "yes", "no (yes)", ("no",))


def test_problems_go_from_process_to_process():
    here = StoryboardInvalid([Problem("a.yaml", 3, 4, "shots", "wrong")])
    there = pickle.loads(pickle.dumps(here))
    assert (there.problems, str(there), there.args) == (here.problems, str(here), here.args)


class Strange(ToolFailed):
    def __init__(self, secret):
        super().__init__("strange", cure="look")
        self.secret = secret


def test_a_failure_of_a_plugin_becomes_the_nearest_of_ours():
    leaf = work.as_leaf(Strange(lambda: 1))
    assert (type(leaf), leaf.message, leaf.cure, leaf.__cause__) == (ToolFailed, "strange", "look", None)
    assert type(work.as_leaf(work.NotBegun("late"))) is work.NotBegun
    assert type(work.as_leaf(StoryboardInvalid([]))) is ProducerError
    assert isinstance(pickle.loads(pickle.dumps(work.NotBegun("late", cure="wait"))), OperatorError)


# ---------------------------------------------------------------- work


@pytest.fixture
def order(tmp_path, board):
    production = prepare(board(BOARD), Studio(tmp_path / "renders"), Wanted())
    production.studio.root.mkdir()
    plan = production.shots["hill"].plan

    def ordered(number=1, **more):
        return work.Work(production.studio.store.root, plan, plan.takes[number - 1], deadline=60.0, **more)

    work.resident = work.Resident()
    return ordered


class Aside(Line):
    def __init__(self):
        super().__init__()
        self.told = []

    def step_aside(self, why):
        self.told.append(why)


@pytest.fixture
def line(monkeypatch):
    one = Aside()
    monkeypatch.setattr(work.Line, "of", lambda _topic: one)
    return one


def test_what_is_in_the_store_is_not_made_again_however_late_it_is(order, monkeypatch):
    asked = order()
    assert pickle.loads(pickle.dumps(asked)) == asked
    work.make(asked)
    made = shot.find(work.Store(asked.store), asked.shot, asked.take)
    assert made is not None
    monkeypatch.setattr(work, "make_now", None)
    work.make(order(until=time.time() - 1, floor=1 << 60))


def test_refusals_say_why_and_are_nobodys_fault(order, line):
    for number, (more, words) in enumerate(
        [
            ({"until": time.time() - 1}, "the night ended before take 1 of shot 'hill' was begun"),
            ({"floor": 1 << 60}, "no new take is begun"),
        ],
        1,
    ):  # fmt: skip - two cases
        with pytest.raises(work.NotBegun, match=words):
            work.make(order(1, **more))
        assert not work.resident.failed, number
    assert not line.told


def test_a_studio_that_is_not_there_is_a_fault_of_the_worker(order, line):
    asked = order()
    asked.store.parent.rmdir()
    with pytest.raises(OperatorError, match="does not see the studio's folder"):
        work.make(asked)
    assert len(work.resident.failed) == 1


def test_two_different_takes_in_a_row_make_a_worker_step_aside(order, line, monkeypatch):
    failure, make_now = ToolFailed("no", cure="yes"), work.make_now

    def fails(*_):
        raise failure

    monkeypatch.setattr(work, "make_now", fails)
    for _ in range(3):
        with pytest.raises(ToolFailed):
            work.make(order(1))
    assert not line.told
    for calm in (Busy("later"), ProducerError("wrong")):
        failure = calm
        with pytest.raises(type(calm)):
            work.make(order(2))
    assert not line.told
    monkeypatch.setattr(work, "make_now", make_now)
    work.make(order(3))
    monkeypatch.setattr(work, "make_now", fails)
    failure = KeyError("gone")
    with pytest.raises(ToolFailed, match="take 1 of shot 'hill' broke: KeyError: 'gone'"):
        work.make(order(1))
    assert not line.told
    with pytest.raises(ToolFailed):
        work.make(order(2))
    assert [one[:45] for one in line.told] == ["2 takes failed in a row, last: take 2 of shot"]


def test_loads_and_changes_of_model_are_written_down(order, caplog):
    caplog.set_level("INFO", "dailies.worker")
    work.make(order(1))
    work.make(order(2))
    loads = [one.getMessage() for one in caplog.records if "loaded" in one.getMessage()]
    assert len(loads) == 1
    assert loads[0].startswith("loaded animatic@2 (load 1 in this process, CUDA_VISIBLE_DEVICES=")
    work.note_model("other@1")
    assert "changed from animatic@2 to other@1" in caplog.text
    assert work.resident.loads == {"animatic@2": 1, "other@1": 1}


# ---------------------------------------------------------------- the house


class Clock:
    """A process that ends when it is told to, at a time that is told too."""

    def __init__(self, folder):
        self.now, self.code, self.starts = 1000.0, None, 0
        self.post = post.Post("worker cpu0", self.start, folder, self.now)
        self.folder = folder

    def start(self):
        self.starts, self.code = self.starts + 1, None
        clock = self

        class Process:
            pid = 7
            exitcode = property(lambda _: clock.code)

        class Child:
            process = Process()
            alive = property(lambda _: clock.code is None)

        return Child()

    def ends(self, code, after, note=""):
        self.now += after
        self.code = code
        if note:
            leaving.leave_note(self.folder, note)
        return self.post.tend(self.now)

    def later(self, seconds):
        self.now += seconds
        return self.post.tend(self.now)


def test_a_killed_worker_is_started_again_at_once_and_one_that_keeps_ending_later(tmp_path):
    clock = Clock(tmp_path)
    assert clock.later(1) == ""
    assert clock.ends(-9, 100) == "worker cpu0 was killed; started again"
    assert clock.ends(-11, 1) == "worker cpu0 was ended by signal 11; started again"
    told = [clock.ends(1, 1), clock.later(0.5), clock.later(0.6), clock.ends(1, 2)]
    assert told == [
        "worker cpu0 ended with code 1, 2 times in a row; it is started again in 1 s",
        "",
        "worker cpu0 is started again",
        "worker cpu0 ended with code 1, 3 times in a row; it is started again in 2 s",
    ]
    assert (clock.post.status, clock.post.pid) == ("waits", None)
    clock.later(2)
    assert clock.ends(-9, 11, "it hung") == "worker cpu0 was ended: it hung; started again"
    assert clock.starts == 6


def test_a_quarantine_lasts_twice_as_long_each_time_until_a_worker_has_proved_itself(tmp_path):
    clock = Clock(tmp_path)
    assert clock.ends(leaving.QUARANTINED, 5, "2 takes failed") == (
        "worker cpu0 is in quarantine for 15 minutes: 2 takes failed"
    )
    assert (clock.post.status, clock.post.why, clock.post.again_at) == ("quarantine", "2 takes failed", clock.now + 900)
    assert clock.later(899) == ""
    assert clock.later(1) == "worker cpu0 is back from quarantine"
    assert "for 30 minutes: again" in clock.ends(leaving.QUARANTINED, 60, "again")
    clock.later(1800)
    assert "for 60 minutes" in clock.ends(leaving.QUARANTINED, 60)
    clock.later(3600)
    assert "for 15 minutes" in clock.ends(leaving.QUARANTINED, 86400)


def test_places_are_gpus_or_cores(monkeypatch):
    monkeypatch.setattr(devices, "gpus", lambda: ("GPU-a", "GPU-b"))
    assert [(one.name, one.gpu) for one in places()] == [("gpu0", "GPU-a"), ("gpu1", "GPU-b")]
    assert [one.name for one in places("1", "desk")] == ["desk-gpu0"]
    assert places("0") == ()
    monkeypatch.setattr(devices, "gpus", lambda: ())
    monkeypatch.setattr("flows.crew.house.cpu_count", lambda: 64)
    assert [one.name for one in places()] == ["cpu0", "cpu1", "cpu2", "cpu3"]
    assert len(places("6")) == 6


LISTED = """GPU 0: NVIDIA H200 (UUID: GPU-a-1)
GPU 1: NVIDIA H200 (UUID: GPU-b-2)
  MIG 1g.18gb     Device  0: (UUID: MIG-c-3)
  MIG 1g.18gb     Device  1: (UUID: MIG-d-4)
"""


def test_gpus_are_read_from_the_driver_or_from_what_is_allowed(monkeypatch):
    answer = SimpleNamespace(returncode=0, stdout=LISTED)
    monkeypatch.setattr(devices.subprocess, "run", lambda *_, **__: answer)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert devices.gpus() == ("GPU-a-1", "MIG-c-3", "MIG-d-4")
    answer.returncode = 9
    assert devices.gpus() == ()
    for allowed, found in {"2, 0": ("2", "0"), "": (), "-1": (), "0,-1,1": ("0",), "GPU-a": ("GPU-a",)}.items():
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", allowed)
        assert devices.gpus() == found


def test_no_driver_is_no_gpu(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", "")
    assert devices.gpus() == ()


def test_without_a_house_a_run_makes_its_own_takes(monkeypatch):
    monkeypatch.delenv("DAILIES_CREW", raising=False)
    with hired_for(None, 0) as make:
        assert make is made_here


def test_times_are_spelled():
    assert (spell(2), spell(90), spell(7200)) == ("2 seconds", "90 seconds", "120 minutes")
