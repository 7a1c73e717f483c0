"""What goes wrong with models on this machine: one line that names the cure, exit 4, and the other shots go on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import OperatorError, ToolFailed, ToolMissing
from pipeline.generators import weights
from pipeline.generators.diffusion import ladder, resident
from pipeline.media.probe import probe
from pipeline.trained import device
from tests.tiny.studio import models_folder

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: A gate
output: {size: 128x96, fps: 24}
defaults: {seconds: 0.5, takes: 1, camera: static}
disclosure: none
shots:
  - {id: gate, scene: a gate in the hills, generator: %s}
  - {id: bridge, scene: a red bridge, camera: pan_left, generator: animatic}
"""


@pytest.fixture
def own(tmp_path, models, monkeypatch):
    """A models folder of this test alone, with one model that may be broken."""
    folder = models_folder(tmp_path / "models", "wan2.1-t2v")
    monkeypatch.setenv("DAILIES_MODELS", str(folder))
    return folder


def gate(shoot, board, generator="wan2.1-t2v"):
    """Render, and give the state of the shot by the model; the other shot and the film must be there."""
    production = shoot(board(BOARD % generator))
    assert production.shots["bridge"].choice is not None
    assert probe(production.folder / "film.mp4").spec.frames == 24
    return production.shots["gate"]


def failure_of(state, kind):
    failure = state.failures[1]
    assert isinstance(failure, kind)
    assert "\n" not in str(failure)
    assert failure.exit_code == 4
    return failure


def test_weights_that_are_not_there(own, shoot, board):
    failure = failure_of(gate(shoot, board, "wan2.2-t2v"), ToolMissing)
    assert str(failure) == "the weights of wan2.2-t2v are not on this machine (dailies models pull wan2.2-t2v)"


def test_a_folder_that_is_no_model(own, shoot, board):
    (own / "mine").mkdir()
    (own / "mine" / "notes.txt").write_text("nothing here")
    failure = failure_of(gate(shoot, board, "{name: wan2.1-t2v, path: mine}"), ToolMissing)
    assert "is no model that diffusers saved" in failure.message


def test_a_folder_with_another_kind_of_model_is_refused_by_the_plan(own, shoot, board):
    from pipeline.errors import StoryboardInvalid
    from tests import tiny

    tiny.save("flux", own / "mine")
    with pytest.raises(StoryboardInvalid, match="mine holds a FluxPipeline"):
        shoot(board(BOARD % "{name: wan2.1-t2v, path: mine}"))


def test_weights_cut_off_in_the_middle(own, shoot, board):
    file = next((own / "wan2.1-t2v" / "transformer").glob("*.safetensors"))
    file.write_bytes(file.read_bytes()[:-1000])
    failure = failure_of(gate(shoot, board), ToolFailed)
    assert "are damaged: 1000 bytes are missing" in failure.message
    assert failure.cure == "fetch it again: dailies models pull wan2.1-t2v"


def test_weights_with_a_head_of_rubbish(own, shoot, board):
    file = next((own / "wan2.1-t2v" / "vae").glob("*.safetensors"))
    file.write_bytes(b"\xff" * 64 + file.read_bytes()[64:])
    assert "its head cannot be read" in failure_of(gate(shoot, board), ToolFailed).message


def test_weights_of_another_shape_than_their_config(own, shoot, board):
    config = own / "wan2.1-t2v" / "transformer" / "config.json"
    told = json.loads(config.read_text())
    config.write_text(json.dumps(told | {"num_attention_heads": told["num_attention_heads"] * 2}))
    failure = failure_of(gate(shoot, board), ToolFailed)
    assert "cannot be loaded from" in failure.message


def test_weights_that_would_run_code_are_not_opened(own, shoot, board):
    """Only safetensors are read: a pickle under the old name is as good as nothing."""
    folder = own / "wan2.1-t2v" / "transformer"
    next(folder.glob("*.safetensors")).unlink()
    mark = own / "code-ran"
    code = f"cos\nsystem\n(S'touch {mark}'\ntR."
    (folder / "diffusion_pytorch_model.bin").write_bytes(code.encode())
    failure_of(gate(shoot, board), ToolFailed)
    assert not mark.exists()


def test_cuda_asked_for_and_absent(own, shoot, board):
    if device.library().cuda.is_available():
        pytest.skip("this machine has CUDA: its absence was not tried")
    failure = failure_of(gate(shoot, board, "{name: wan2.1-t2v, device: cuda}"), OperatorError)
    assert failure.message == "CUDA is asked for, and torch finds no GPU it can use here"
    assert "device: cpu" in failure.cure


def test_a_large_model_is_not_left_to_the_processor_unasked(own, shoot, board, monkeypatch):
    if device.library().cuda.is_available():
        pytest.skip("this machine has CUDA: its absence was not tried")
    monkeypatch.delenv("DAILIES_DEVICE")
    monkeypatch.setattr(device, "SMALL", 1000)
    failure = failure_of(gate(shoot, board), OperatorError)
    assert "no GPU that torch can use" in failure.message


def out_of_memory(monkeypatch, times):
    """Have the model run out of memory in its first so many calls, as torch says it."""
    import torch
    from diffusers import WanTransformer3DModel

    left = [times]
    forward = WanTransformer3DModel.forward

    def refuse(self, *args, **kwargs):
        if left[0]:
            left[0] -= 1
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(WanTransformer3DModel, "forward", refuse)


def test_too_little_memory_goes_one_rung_down_and_says_so(own, shoot, board, monkeypatch):
    out_of_memory(monkeypatch, 1)
    state = gate(shoot, board)
    told = state.takes[1].entry.record["provenance"]
    assert (told["rung"], told["rungs_too_high"]) == ("tiled", ["whole"])
    assert state.choice is not None or state.reason


def test_every_kind_of_model_has_a_rung_below(models, shoot, board, monkeypatch):
    """SVD's decoder has a method for tiles that only raises."""
    import torch
    from diffusers import UNetSpatioTemporalConditionModel

    forward, calls = UNetSpatioTemporalConditionModel.forward, []

    def refuse(self, *args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(UNetSpatioTemporalConditionModel, "forward", refuse)
    text = BOARD.replace("generator: %s", "generator: svd-xt, keyframe: {generator: animatic, takes: 1}")
    state = shoot(board(text)).shots["gate"]
    assert state.takes[1].entry.record["provenance"]["rungs_too_high"] == ["whole"]


def test_weights_the_plan_knew_not_of_are_refused(own, shoot, board, monkeypatch):
    from pipeline.plan import makers

    monkeypatch.setattr(makers, "weighed", lambda wish, *_: wish)
    assert "weights that the plan knew not of" in failure_of(gate(shoot, board), ToolFailed).message


def test_what_the_models_own_check_blackens_is_no_take(models, shoot, board, monkeypatch):
    from diffusers import StableDiffusionPipeline

    def struck(self, image, device, dtype):
        return image, [True]

    monkeypatch.setattr(StableDiffusionPipeline, "run_safety_checker", struck)
    text = BOARD.replace("generator: %s", "generator: svd-xt, keyframe: {generator: sd1.5, takes: 1}")
    state = shoot(board(text)).shots["gate"]
    assert state.choice is None
    assert "for unsafe" in state.reason


def test_far_too_little_memory_is_told(own, shoot, board, monkeypatch):
    out_of_memory(monkeypatch, 1000)
    failure = failure_of(gate(shoot, board), OperatorError)
    assert failure.message.startswith("Wan2.1 T2V 1.3B does not fit into the memory of cpu")
    assert "smaller `size`" in failure.cure


def test_without_torch(own, tmp_path):
    """A real `dailies render` where torch cannot be imported: the film with a slate, one line, exit 4."""
    (tmp_path / "hidden" / "torch").mkdir(parents=True)
    (tmp_path / "hidden" / "torch" / "__init__.py").write_text("raise ModuleNotFoundError('no torch', name='torch')")
    (tmp_path / "gate.yaml").write_text(BOARD % "wan2.1-t2v", "utf-8")
    done = render(tmp_path, PYTHONPATH=str(tmp_path / "hidden"))
    assert done.returncode == 4, done.stderr
    assert "models on this machine need a library that is not here: torch (pip install 'dailies[local]')" in " ".join(
        done.stderr.split()
    )
    assert "Traceback" not in done.stderr
    assert (tmp_path / "renders" / "gate" / "film.mp4").is_file()


def test_a_real_render_with_missing_weights_ends_with_four(own, tmp_path):
    (tmp_path / "gate.yaml").write_text(BOARD % "wan2.2-t2v", "utf-8")
    done = render(tmp_path)
    assert done.returncode == 4, done.stderr
    assert "dailies models pull wan2.2-t2v" in done.stderr
    shots = json.loads((tmp_path / "renders" / "gate" / "manifest.json").read_text())["shots"]
    assert [one["status"] for one in shots] == ["missing", "done"]
    shutil.rmtree(tmp_path / "renders")


def render(folder, **env):
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "render", "gate.yaml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([env.get("PYTHONPATH", ""), str(Path(__file__).parents[3])])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# ---------------------------------------------------------------- the ladder


GPU = device.Device("cuda", "a GPU")


@pytest.mark.parametrize(
    ("free_gb", "rung"), [(80, "whole"), (31, "tiled"), (15, "offload"), (6, "layers"), (None, "whole")]
)
def test_the_first_rung_follows_from_what_is_free(monkeypatch, free_gb, rung):
    monkeypatch.setattr(ladder, "free_bytes", lambda _: None if free_gb is None else free_gb * 10**9)
    parts = {"transformer": 14 * 10**9, "transformer_2": 13 * 10**9, "vae": 10**9}
    assert ladder.first_rung(GPU, parts) == rung


def test_rungs_go_down_to_the_end():
    assert [ladder.below(GPU, rung) for rung in ladder.RUNGS] == ["tiled", "offload", "layers", None]
    assert [ladder.below(device.Device("cpu", "cpu"), rung) for rung in ("whole", "tiled")] == ["tiled", None]


def test_another_model_takes_the_place_of_the_first(models, shoot, board):
    shoot(board(BOARD % "wan2.1-t2v", "one"), name="one")
    shoot(board(BOARD % "cogvideox-2b", "two"), name="two")
    assert [one.need.weights.identity for one in resident._kept] == [weights.here("cogvideox-2b").identity]
