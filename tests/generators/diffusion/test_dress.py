"""What a model wears for a shot: LoRAs and pictures of the cast, put on and taken off without a trace."""

import numpy as np
import pytest

from pipeline.generators import weights
from pipeline.generators.diffusion import resident
from pipeline.media.frames import read, write_picture
from tests.tiny.extras import save_lora

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: Dressed
output: {size: 128x96, fps: 24}
cast:
  heroine: {description: a woman in a red coat, references: [heroine.png]}
defaults: {seconds: 0.5, takes: 1, camera: static}
disclosure: none
shots:
"""


@pytest.fixture
def desk(tmp_path, models):
    """Two LoRAs and a picture beside the board."""
    rng = np.random.default_rng(3)
    for name in ("heroine", "other"):
        write_picture(tmp_path / f"{name}.png", rng.integers(0, 255, (64, 64, 3), np.uint8))
    for kind in ("wan2.1-t2v", "wan2.2-t2v", "animatediff"):
        save_lora(tmp_path / kind, kind).rename(tmp_path / f"{kind}.safetensors")
    return tmp_path


def films(shoot, desk, *shots):
    """Render shots one after the other in one film; give the frames of each."""
    lines = [f"  - {{id: s{number}, {what}}}" for number, what in enumerate(shots)]
    (desk / "board.yaml").write_text(BOARD + "\n".join(lines) + "\n", "utf-8")
    states = shoot(desk / "board.yaml").shots.values()
    assert not any(state.failures for state in states), [str(f) for s in states for f in s.failures.values()]
    return [np.stack(list(read(state.takes[1].clip))).astype(int) for state in states]


@pytest.mark.parametrize("model", ["wan2.1-t2v", "wan2.2-t2v", "animatediff"])
def test_a_lora_is_worn_by_its_shot_alone_and_the_model_is_loaded_once(model, desk, shoot):
    bare = f"scene: a gate, seed: 5, generator: {model}"
    worn = f"{bare}, lora: {{file: {model}.safetensors, scale: 0.9}}"
    before, dressed, less, after = films(shoot, desk, bare, worn, worn.replace("0.9", "0.3"), bare.replace("5", "5 "))
    assert np.abs(before - dressed).mean() > 1
    assert np.abs(dressed - less).mean() > 1
    assert np.array_equal(before, after)
    assert resident.loads[weights.here(model).identity] == 1


def test_a_lora_of_another_model_is_told(desk, shoot, board):
    (desk / "board.yaml").write_text(
        BOARD + "  - {id: gate, scene: a gate, generator: wan2.1-t2v, lora: animatediff.safetensors}\n"
        "  - {id: bridge, scene: a bridge, generator: animatic}\n",
        "utf-8",
    )
    states = shoot(desk / "board.yaml").shots
    failure = states["gate"].failures[1]
    assert failure.exit_code == 4
    assert "the LoRA animatediff.safetensors does not fit WanPipeline" in failure.message
    assert states["bridge"].choice is not None


def test_a_lora_that_does_not_fit_leaves_nothing_on_the_model(desk, shoot):
    fits = "scene: a gate, seed: 5, generator: wan2.1-t2v, lora: wan2.1-t2v.safetensors"
    bare = "scene: a gate, seed: 5, generator: wan2.1-t2v"
    alone, plain = films(shoot, desk, fits, bare)
    odd = fits.replace("wan2.1-t2v.safetensors", "animatediff.safetensors")
    both = fits.replace("lora: wan2.1-t2v.safetensors", "lora: [wan2.1-t2v.safetensors, animatediff.safetensors]")
    lines = [f"  - {{id: s{number}, {what}}}" for number, what in enumerate([fits, odd, fits, both, bare])]
    (desk / "odd.yaml").write_text(BOARD + "\n".join(lines) + "\n", "utf-8")
    states = shoot(desk / "odd.yaml", desk / "other").shots
    assert [bool(one.failures) for one in states.values()] == [False, True, False, True, False]

    def made(name):
        return np.stack(list(read(states[name].takes[1].clip))).astype(int)

    assert np.array_equal(made("s0"), alone)
    assert np.array_equal(made("s2"), alone)
    assert np.array_equal(made("s4"), plain)


@pytest.mark.parametrize("model", ["animatediff"])
def test_pictures_of_the_cast_are_looked_at(model, desk, shoot):
    with_her = f'scene: "{{heroine}} at a gate", seed: 5, generator: {{name: {model}, references: 0.9}}'
    without = f"scene: a woman in a red coat at a gate, seed: 5, generator: {model}"
    seen, weaker, words = films(shoot, desk, with_her, with_her.replace("0.9", "0.1"), without)
    assert np.abs(seen - weaker).mean() > 1
    assert np.abs(seen - words).mean() > 1
    assert resident.loads[weights.here(model).identity] == 1


def test_another_picture_of_the_cast_makes_another_take(desk, shoot):
    line = 'scene: "{heroine} at a gate", seed: 5, generator: animatediff'
    (one,) = films(shoot, desk, line)
    (desk / "heroine.png").write_bytes((desk / "other.png").read_bytes())
    (two,) = films(shoot, desk, line)
    assert np.abs(one - two).mean() > 1


def test_a_model_that_does_not_look_says_so(desk, shoot):
    (desk / "board.yaml").write_text(
        BOARD + '  - {id: gate, scene: "{heroine} at a gate", generator: wan2.1-t2v}\n', "utf-8"
    )
    production = shoot(desk / "board.yaml")
    assert any("does not look at the pictures of the cast" in str(one) for one in production.warnings)
