"""A shot that starts from a picture made for it."""

import numpy as np
import pytest

from pipeline.generators import weights
from pipeline.generators.diffusion import resident
from pipeline.media.frames import read_picture
from pipeline.media.probe import probe

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: Keys
output: {size: 128x96, fps: 24}
defaults: {seconds: 0.5, takes: 2, camera: dolly_in}
disclosure: none
shots:
  - {id: gate, scene: a gate in the hills, generator: GENERATOR, keyframe: KEY}
"""


def written(board, generator, key):
    return board(BOARD.replace("GENERATOR", generator).replace("KEY", key))


@pytest.mark.parametrize(
    ("picture", "video"), [("flux", "svd-xt"), ("sdxl", "wan2.2-i2v"), ("sd1.5", "ltx-video"), ("animatic", "svd-xt")]
)
def test_a_shot_starts_from_a_picture_made_for_it(picture, video, models, shoot, board):
    production = shoot(written(board, video, f"{{generator: {picture}, takes: 3}}"))
    state = production.shots["gate"]
    assert not state.failures
    assert not state.key.failures
    assert len(state.key.takes) == 3
    assert all(one.card.spec.frames == 1 for one in state.key.takes.values())
    assert len(state.takes) == 2
    (frame,) = [one for one in state.plan.generation.inputs if one.role == "first_frame"]
    desk = production.folder / "shots" / "gate"
    shown = {number: read_picture(desk / f"key_{number}.png") for number in (1, 2, 3)}
    assert any(np.array_equal(read_picture(frame.path), one) for one in shown.values())
    assert np.abs(shown[1].astype(int) - shown[2]).mean() > 1
    assert probe(production.folder / "film.mp4").spec.frames == 12
    for model in {picture, video} - {"animatic"}:
        assert resident.loads[weights.here(model).identity] == 1


def test_it_is_asked_for_as_a_still(models, shoot, board):
    state = shoot(written(board, "svd-xt", "{generator: sdxl, takes: 1}")).shots["gate"]
    assert state.key.plan.generation.prompt == "a gate in the hills"
    asked = shoot(written(board, "svd-xt", '{generator: sdxl, takes: 1, prompt: "a gate, frontal"}')).shots["gate"]
    assert asked.key.plan.generation.prompt == "a gate, frontal"


def test_a_lora_of_the_shot_is_not_for_its_picture(models, board, tmp_path):
    from pipeline.production import Studio, Wanted, prepare
    from tests.tiny.extras import save_lora

    save_lora(tmp_path / "lora", "wan2.2-i2v").rename(tmp_path / "ours.safetensors")
    text = BOARD.replace("GENERATOR", "wan2.2-i2v").replace("KEY", "{generator: flux}, lora: ours.safetensors")
    (shot,) = prepare(board(text), Studio(tmp_path / "r"), Wanted()).plan.shots
    assert [one.role for one in shot.generation.inputs] == ["lora_1"]
    assert shot.key.generation.inputs == ()
    assert "loras" not in shot.key.generation.levers


def test_what_is_there_is_not_made_again(models, shoot, board):
    path = written(board, "svd-xt", "{generator: flux, takes: 2}")
    first = shoot(path).shots["gate"]
    resident.loads.clear()
    again = shoot(path).shots["gate"]
    assert not resident.loads
    assert {n: one.entry.key for n, one in again.takes.items()} == {n: one.entry.key for n, one in first.takes.items()}


def test_a_picture_model_that_is_not_here_is_told_and_the_shot_is_a_slate(models, shoot, board, monkeypatch, tmp_path):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "none"))
    production = shoot(written(board, "animatic", "{generator: flux, takes: 2}"))
    state = production.shots["gate"]
    assert state.choice is None
    assert state.reason == "the weights of flux are not on this machine"
    assert any("keyframe.generator: warning: the weights of flux" in str(one) for one in production.warnings)


def test_a_video_model_makes_no_key_pictures(models, shoot, board):
    from pipeline.errors import StoryboardInvalid

    with pytest.raises(StoryboardInvalid, match=r"keyframe\.generator: wan2\.2-t2v makes clips: name a picture model"):
        shoot(written(board, "svd-xt", "{generator: wan2.2-t2v}"))


def test_another_tool_for_the_whole_film_makes_no_pictures_first(models, shoot, board):
    state = shoot(written(board, "svd-xt", "{generator: flux}"), generator="animatic").shots["gate"]
    assert state.key is None
    assert state.plan.generation.task == "drawn"


def test_the_plan_counts_the_pictures(models, board, tmp_path):
    from pipeline.production import Studio, Wanted, prepare

    made = prepare(written(board, "svd-xt", "{generator: flux, takes: 3}"), Studio(tmp_path / "r"), Wanted()).plan
    assert made.estimate.takes == 5
    assert made.shots[0].steps[0] == "from the best of 3 by flux"
