"""Files of weights: what is read, and what is refused in one line."""

import os
import pickle

import pytest

from pipeline.errors import ToolFailed
from pipeline.trained.checkpoint import tensors
from pipeline.trained.libraries import mended

torch = mended()


class Harmful:
    """Runs a command when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


def saved(folder, what, name="model.pth"):
    torch.save(what, folder / name)
    return folder / name


STATE = {"body.0.weight": torch.arange(6.0).reshape(2, 3), "body.0.bias": torch.ones(2)}


@pytest.mark.parametrize(
    "wrapped",
    [
        STATE,
        {"params": STATE},
        {"params": {"other": torch.zeros(1)}, "params_ema": STATE},
        {"state_dict": {f"module.{name}": one for name, one in STATE.items()}, "epoch": 3},
        {f"module.{name}": one for name, one in STATE.items()},
    ],
)
def test_tensors_are_found_in_what_training_programs_save(tmp_path, wrapped):
    found = tensors(saved(tmp_path, wrapped))
    assert found.keys() == STATE.keys()
    assert all(torch.equal(found[name], one) for name, one in STATE.items())


def test_safetensors_are_read(tmp_path):
    from safetensors.torch import save_file

    save_file(STATE, tmp_path / "model.safetensors")
    assert torch.equal(tensors(tmp_path / "model.safetensors")["body.0.weight"], STATE["body.0.weight"])


@pytest.mark.parametrize("wrapped", [lambda one: one, lambda one: {"params": STATE, "extra": one}])
def test_code_in_a_pickle_is_never_run(tmp_path, wrapped):
    trace = tmp_path / "was-here"
    file = saved(tmp_path, wrapped(Harmful(trace)))
    with pytest.raises(ToolFailed, match="may be harmful") as failure:
        tensors(file)
    assert "\n" not in str(failure.value)
    assert not trace.exists()


def test_a_bare_pickle_is_never_run(tmp_path):
    trace = tmp_path / "was-here"
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Harmful(trace), protocol=2))
    with pytest.raises(ToolFailed):
        tensors(tmp_path / "model.pkl")
    assert not trace.exists()


def truncated(content):
    return content[: len(content) // 2]


def flipped(content):
    middle = content.index(b"\x00\x00\x80?\x00\x00\x00@")  # 1.0 and 2.0 of the first tensor
    return content[:middle] + b"\xff" * 8 + content[middle + 8 :]


@pytest.mark.parametrize(
    "spoil", [truncated, flipped, lambda _: b"", lambda _: b"<!DOCTYPE html>", lambda _: b"no weights at all"]
)
def test_what_is_damaged_is_refused_in_one_line(tmp_path, spoil):
    file = saved(tmp_path, STATE)
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(ToolFailed) as failure:
        tensors(file)
    assert "model.pth" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_safetensors_cut_short_are_refused(tmp_path):
    from safetensors.torch import save_file

    save_file(STATE, tmp_path / "model.safetensors")
    content = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(content[:-4])
    with pytest.raises(ToolFailed, match="cut short"):
        tensors(tmp_path / "model.safetensors")


@pytest.mark.parametrize("what", [{"epoch": 3}, [1, 2], {"params": {}}])
def test_a_file_without_tensors_is_no_model(tmp_path, what):
    with pytest.raises(ToolFailed, match="no list of tensors"):
        tensors(saved(tmp_path, what))


def test_another_kind_of_file_and_a_missing_one_are_told(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"onnx")
    with pytest.raises(ToolFailed, match="no file of weights"):
        tensors(tmp_path / "model.onnx")
    with pytest.raises(ToolFailed, match=r"gone\.pth cannot be read"):
        tensors(tmp_path / "gone.pth")
