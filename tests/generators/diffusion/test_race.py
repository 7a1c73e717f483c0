"""Takes that race: only the best go on, and those are bit for bit what they would have been alone."""

import json
from collections import Counter
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import shot as shots
from pipeline.generators.diffusion import race as racing
from pipeline.media.frames import TAKE, write, write_picture
from pipeline.media.probe import probe
from pipeline.model import Race, Size, Spec
from pipeline.production import Studio, Wanted, prepare
from tests.generators.diffusion.counting import counted_steps, planned_steps

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: A race
output: {size: 128x96, fps: 24}
defaults: {seconds: 0.5, takes: 6, camera: static}
disclosure: none
shots:
  - {id: gate, scene: a gate in the hills, generator: {name: NAME, steps: 10}RACE}
"""
RACED = ", race: {rungs: [0.2, 0.4], keep: [3, 1]}"


def written(board, name, race=""):
    return board(BOARD.replace("NAME", name).replace("RACE", race), f"{name}-{'raced' if race else 'plain'}")


def test_steps_are_planned():
    race = Race((0.2, 0.4), (3, 1))
    assert racing.stops(race, 10) == {2: 3, 4: 1}
    assert planned_steps(race, 6, 10) == 6 * 2 + 3 * 2 + 1 * 6
    assert planned_steps(race, 2, 10) == 2 * 2 + 2 * 2 + 6
    assert racing.stops(Race((0.01, 0.02, 0.99), (3, 2, 1)), 10) == {1: 2}, (
        "of rungs that fall together the last counts"
    )
    assert planned_steps(race, 6, 2) == 6 + 1
    assert planned_steps(Race((0.5,), (4,)), 4, 7) == 28


@pytest.mark.parametrize("name", ["wan2.2-t2v", "cogvideox-2b", "cogvideox1.5-5b", "animatediff", "ltx-video"])
def test_survivors_are_bit_equal_and_the_steps_are_those_planned(name, models, shoot, board, tmp_path):
    plain = shoot(written(board, name), tmp_path / "plain").shots["gate"]
    with counted_steps() as steps:
        raced = shoot(written(board, name, RACED), tmp_path / "raced")
    state = raced.shots["gate"]
    assert sum(steps.values()) == planned_steps(Race((0.2, 0.4), (3, 1)), 6, 10) == 24
    assert sorted(steps.values()) == [2, 2, 2, 4, 4, 10]
    assert len(state.takes) == 1
    assert len(state.stopped) == 5
    for number, take in state.takes.items():
        assert take.entry.sha256("data.mp4") == plain.takes[number].entry.sha256("data.mp4")
        assert take.plan.recipe == plain.takes[number].plan.recipe
    assert state.choice.take in state.takes
    assert probe(raced.folder / "film.mp4").spec.frames == 12


def test_the_best_previews_go_on(models, shoot, board, tmp_path):
    state = shoot(written(board, "wan2.1-t2v", RACED)).shots["gate"]
    last = {number: one.previews[-1] for number, one in state.stopped.items()}
    (survivor,) = state.takes.values()
    previews = survivor.entry.record["provenance"]["race"]["previews"]
    second = [one for number, one in last.items() if len(state.stopped[number].previews) == 2]
    assert len(previews) == 2
    assert len(second) == 2
    assert all(previews[1] >= one for one in second)
    first = [one.previews[0] for one in state.stopped.values() if len(one.previews) == 1]
    assert max(first) <= min(
        previews[0], *(one.previews[0] for one in state.stopped.values() if len(one.previews) == 2)
    )


def test_a_race_that_was_run_is_not_run_again(models, shoot, board):
    path = written(board, "wan2.1-t2v", RACED)
    first = shoot(path).shots["gate"]
    with counted_steps() as steps:
        again = shoot(path).shots["gate"]
    assert not steps
    assert again.stopped == first.stopped
    assert again.choice == first.choice


def test_the_film_keeps_what_says_that_takes_were_stopped(models, shoot, board):
    production = shoot(written(board, "wan2.1-t2v", RACED))
    keeps = json.loads((production.folder / "plan.json").read_text())["keeps"]
    assert {one.key for one in production.shots["gate"].stopped.values()} <= set(keeps)


def test_a_stopped_take_that_is_picked_is_made_to_its_end(models, shoot, board, tmp_path):
    path = written(board, "wan2.1-t2v", RACED)
    lost = next(iter(shoot(path).shots["gate"].stopped))
    path.write_text(path.read_text().replace("race:", f"pick: {lost}, race:"))
    with counted_steps() as steps:
        state = shoot(path).shots["gate"]
    assert sum(steps.values()) == 10
    assert state.choice.take == lost
    assert lost in state.takes
    assert len(state.stopped) == 4


def test_a_nights_round_has_a_race_whole(models, board, tmp_path):
    studio, few = Studio(tmp_path / "renders"), Wanted(at_most=2)
    raced = prepare(written(board, "wan2.1-t2v", RACED), studio, few).shots["gate"].plan
    plain = prepare(written(board, "wan2.1-t2v"), studio, few).shots["gate"].plan
    assert (len(raced.takes), len(raced.heat), len(plain.takes)) == (6, 6, 2)


def test_scores_tell_of_the_race(models, shoot, board):
    production = shoot(written(board, "wan2.1-t2v", RACED))
    told = json.loads((production.folder / "shots" / "gate" / "scores.json").read_text())
    assert len(told["stopped"]) == 5
    assert all(one["reason"].startswith("stopped in the race after") for one in told["stopped"])
    assert told["failed"] == []
    log = (production.folder / "shots" / "gate" / "log.txt").read_text()
    assert log.count("stopped in the race after 2 steps") == 3
    assert log.count("stopped in the race after 4 steps") == 2


def test_previews_and_final_scores_are_logged(models, shoot, board, tmp_path):
    production = shoot(written(board, "wan2.1-t2v", ", race: {rungs: [0.5], keep: [5]}"))
    logs = [one for one in production.studio.store.entries() if one.about["recipe"]["kind"] == "race/1"]
    (told,) = [json.loads(one.file("data.json").read_text()) for one in logs]
    finals = Counter(one["final"] is None for one in told["takes"])
    assert finals == {False: 5, True: 1}
    assert all(len(one["previews"]) == 1 for one in told["takes"])


def test_footage_is_raced_over_the_steps_it_takes(models, shoot, board, tmp_path):
    ground = np.kron(np.arange(0, 192, 4, np.uint8).reshape(4, 4, 3), np.ones((24, 32, 1), np.uint8))
    spec = Spec(Size(128, 96), Fraction(24), 24)
    write(tmp_path / "clip.mp4", (np.roll(ground, 2 * k, axis=1) for k in range(24)), spec, TAKE)
    path = written(board, "wan2.1-t2v", ", source: clip.mp4, strength: 0.5" + RACED)
    with counted_steps() as steps:
        shoot(path)
    assert sorted(steps.values()) == [1, 1, 1, 2, 2, 5]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("ltx-video", "first_frame: a.png"),
        ("ltx-video", "first_frame: a.png, last_frame: b.png"),
        ("wan2.2-ti2v-5b", "first_frame: a.png"),
        ("cogvideox1.5-5b", "seed: 3"),
        ("svd-xt", "first_frame: a.png"),
    ],
)
def test_every_kind_of_model_races(name, begins, models, shoot, board, tmp_path):
    for number, picture in enumerate(("a.png", "b.png")):
        write_picture(tmp_path / picture, np.random.default_rng(number).integers(0, 255, (64, 64, 3), np.uint8))
    path = written(board, name, f", {begins}, takes: 3, race: {{rungs: [0.4], keep: [1]}}")
    state = shoot(path).shots["gate"]
    assert not state.failures, [str(one) for one in state.failures.values()]
    assert (len(state.takes), len(state.stopped)) == (1, 2)


def test_footage_made_picture_by_picture_is_made_whole(models, shoot, board, tmp_path):
    ground = np.kron(np.arange(0, 192, 4, np.uint8).reshape(4, 4, 3), np.ones((24, 32, 1), np.uint8))
    spec = Spec(Size(128, 96), Fraction(24), 24)
    write(tmp_path / "clip.mp4", (np.roll(ground, 2 * k, axis=1) for k in range(24)), spec, TAKE)
    state = shoot(written(board, "sd1.5", ", source: clip.mp4, strength: 0.5, takes: 2, race: true")).shots["gate"]
    assert not state.failures, [str(one) for one in state.failures.values()]
    assert (len(state.takes), len(state.stopped)) == (2, 0)


def test_what_cannot_race_is_told_and_made_whole(models, shoot, board):
    text = BOARD.replace("{name: NAME, steps: 10}", "animatic").replace("RACE", RACED)
    production = shoot(board(text))
    assert len(production.shots["gate"].takes) == 6
    assert any("animatic cannot race: every take is made to its end" in str(one) for one in production.warnings)


def test_a_race_that_is_stopped_leaves_no_thread(models, board, tmp_path):
    import threading

    class Stop(BaseException):
        pass

    production = prepare(written(board, "wan2.1-t2v", RACED), Studio(tmp_path / "renders"), Wanted())
    plan = production.shots["gate"].plan
    calls = []

    def stop(share):
        calls.append(share)
        if len(calls) > 7:
            raise Stop

    from pipeline import racing as races
    from pipeline import registry

    before = threading.active_count()
    with pytest.raises(Stop):
        races.make(production.studio.store, plan, plan.takes[0], registry.generator("wan2.1-t2v"), stop)
    assert threading.active_count() == before
    assert shots.find(production.studio.store, plan, plan.takes[0]) is None


def test_memory_that_is_too_small_for_a_race_still_gives_takes(models, shoot, board, monkeypatch):
    import torch
    from diffusers import WanTransformer3DModel

    calls, forward = SimpleNamespace(count=0), WanTransformer3DModel.forward

    def refuse(self, *args, **kwargs):
        calls.count += 1
        if calls.count == 3:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(WanTransformer3DModel, "forward", refuse)
    state = shoot(written(board, "wan2.1-t2v", RACED)).shots["gate"]
    assert len(state.takes) == 6
    assert not state.failures
