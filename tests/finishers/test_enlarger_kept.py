"""Networks that enlarge: mixed, loaded once, and refused in one line."""

import os
import sys

import numpy as np
import pytest

from pipeline.errors import ToolFailed, ToolMissing
from pipeline.finishers import enlarger
from pipeline.finishers.enlarger import resident
from pipeline.trained.device import Device
from tests.finishers.enlarging_weights import as_ncnn, compact, saved
from tests.finishers.rife_weights import one_thread

torch = pytest.importorskip("torch")

CPU = Device("cpu", "cpu")


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(enlarger, "_kept", {})
    with one_thread(), torch.inference_mode():
        yield


# ---------------------------------------------------------------- mixed, and kept


@pytest.mark.parametrize("strength", [0.0, 0.25, 0.5, 1.0])
def test_noise_goes_by_mixing_two_networks(tmp_path, strength):
    general, wdn = compact(seed=1), compact(seed=2)
    files = (saved(tmp_path, one, name) for one, name in ((general, "general.pth"), (wdn, "wdn.pth")))
    first, second = files
    made = resident(first, CPU, (second, 1 - strength)).net.model.state_dict()
    for name, one in general.items():
        assert torch.allclose(made[name], one * strength + wdn[name] * (1 - strength), atol=1e-7)
    if strength == 1:
        assert all(torch.equal(made[name], one) for name, one in general.items())


def test_another_network_cannot_be_mixed_in(tmp_path):
    first, second = saved(tmp_path, compact(), "a.pth"), saved(tmp_path, compact(convolutions=3), "b.pth")
    assert refusal(first, (second, 0.5)).startswith("b.pth and a.pth are not of one network")


def test_a_network_is_loaded_once_and_only_one_is_kept(tmp_path, monkeypatch):
    loaded = []
    before = enlarger._loaded
    monkeypatch.setattr(enlarger, "_loaded", lambda *given: loaded.append(given[0].name) or before(*given))
    one, two = saved(tmp_path, compact(seed=1), "one.pth"), saved(tmp_path, compact(seed=2), "two.pth")
    assert resident(one, CPU) is resident(one, CPU)
    (tmp_path / "copy.pth").write_bytes(one.read_bytes())
    assert resident(tmp_path / "copy.pth", CPU) is resident(one, CPU)
    resident(one, CPU, (two, 0.5))
    resident(one, CPU, (two, 0.25))
    resident(two, CPU)
    assert loaded == ["one.pth", "one.pth", "one.pth", "two.pth"]
    assert len(enlarger._kept) == 1


# ---------------------------------------------------------------- what is refused


def refusal(path, mixed=None):
    with pytest.raises(ToolFailed) as told:
        resident(path, CPU, mixed)
    assert "\n" not in str(told.value)
    assert told.value.cure
    assert not enlarger._kept
    return str(told.value)


class Harmful:
    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


@pytest.mark.parametrize("name", ["a.pth", "a.safetensors", "a.bin"])
def test_a_file_cut_short(tmp_path, name):
    path = as_ncnn(tmp_path, compact(), "a") if name == "a.bin" else saved(tmp_path, compact(), name)
    path.write_bytes(path.read_bytes()[:-900])
    assert name in refusal(path)


def test_code_is_not_run(tmp_path):
    torch.save({"params": compact(), "more": Harmful(tmp_path / "was-here")}, tmp_path / "a.pth")
    assert "may be harmful" in refusal(tmp_path / "a.pth")
    assert not (tmp_path / "was-here").exists()


def masked():
    """The names by which the inpainting network LaMa is known, and nothing else of it."""
    return {"model.model.1.bn_l.running_mean": torch.zeros(64), "generator.model.1.bn_l.running_mean": torch.zeros(64)}


def misshapen():
    state = compact()
    return state | {"body.2.weight": torch.zeros(8, 9, 3, 3)}


@pytest.mark.parametrize(
    "state",
    [
        {"encoder.weight": torch.zeros(3, 3), "decoder.bias": torch.zeros(3)},
        {"body.0.weight": torch.zeros(1), "body.1.weight": torch.zeros(1)},
        masked(),
        misshapen,
        lambda: compact(colours=1),
        lambda: compact(colours=4),
    ],
)
def test_what_does_not_enlarge_pictures(tmp_path, state):
    path = saved(tmp_path, state() if callable(state) else state)
    assert refusal(path).startswith("model.pth is no network that enlarges single pictures")


@pytest.mark.parametrize("kind", ["FaceSR", "masked"])
def test_networks_for_faces_and_holes_are_no_such(tmp_path, monkeypatch, kind):
    import spandrel

    class Found(spandrel.ImageModelDescriptor if kind == "FaceSR" else object):
        input_channels = output_channels = 3
        purpose = kind

        def __init__(self):
            pass

    monkeypatch.setattr(spandrel.ModelLoader, "load_from_state_dict", lambda *_: Found())
    assert "is no network that enlarges" in refusal(saved(tmp_path, compact()))


def test_a_graph_must_lie_beside_its_numbers(tmp_path):
    path = as_ncnn(tmp_path, compact())
    path.with_suffix(".param").unlink()
    assert "needs its graph, model.param, beside it" in refusal(path)


def test_a_graph_of_another_network(tmp_path):
    (tmp_path / "model.bin").write_bytes(bytes(4) + np.zeros(9, "<f4").tobytes())
    (tmp_path / "model.param").write_text("7767517\n2 2\nInput data 0 1 data\nConvolution c 1 1 data 1 0=1 1=3 6=9\n")
    assert "is no network that enlarges" in refusal(tmp_path / "model.bin")


def test_a_library_that_is_not_here(tmp_path, monkeypatch):
    path = saved(tmp_path, compact())
    monkeypatch.setitem(sys.modules, "spandrel", None)
    with pytest.raises(ToolMissing, match=r"pip install 'dailies\[finish\]'") as told:
        resident(path, CPU)
    assert "spandrel" in str(told.value)
    assert "\n" not in str(told.value)
