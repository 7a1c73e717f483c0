"""Another size by a trained network: what can go wrong, told in one line."""

from fractions import Fraction

import pytest

from pipeline.errors import OperatorError, ToolFailed, ToolMissing
from pipeline.finishers import enlarger, realesrgan
from pipeline.finishers.realesrgan import RealEsrgan
from pipeline.model import Size, Spec
from pipeline.trained.device import Device
from tests.finishers.enlarging_weights import compact, frame, saved
from tests.finishers.rife_weights import one_thread

torch = pytest.importorskip("torch")


@pytest.fixture(autouse=True)
def processor(monkeypatch):
    monkeypatch.setenv("DAILIES_DEVICE", "cpu")
    monkeypatch.setattr(enlarger, "_kept", {})
    with one_thread():
        yield


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Weights of a tiny network of scale 4."""
    return saved(tmp_path_factory.mktemp("realesrgan"), compact(), key="params")


def run(frames, tool):
    return list(tool.frames(iter(frames), Spec(Size(16, 12), Fraction(24), len(frames))))


# ---------------------------------------------------------------- what can go wrong


def failure(kind, weights=None, model=""):
    with pytest.raises(kind) as told:
        run([frame(12, 16)], RealEsrgan(Size(64, 48), weights=weights, model=model))
    assert "\n" not in str(told.value)
    assert told.value.cure
    return str(told.value)


@pytest.mark.parametrize("model", ["", "realesr-animevideov3", "realesrgan-x2plus"])
def test_weights_that_are_not_here(tmp_path, monkeypatch, model):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    assert f"dailies models pull {model or 'realesr-general-x4v3'}" in failure(ToolMissing, model=model)


def test_a_file_that_is_not_there(tmp_path):
    assert "there are no weights at" in failure(ToolMissing, tmp_path / "no.pth")
    with pytest.raises(ToolMissing):
        RealEsrgan(Size(64, 48), weights=tmp_path / "no.pth").values()


def test_weights_of_something_else(tmp_path):
    failure(ToolFailed, saved(tmp_path, {"encoder.weight": torch.zeros(3)}))


def test_torch_that_is_not_here(tiny, monkeypatch):
    def gone(install):
        raise ToolMissing("this needs a library that is not here: torch", cure=install)

    monkeypatch.setattr(enlarger, "torch", gone)
    assert "pip install 'dailies[finish]'" in failure(ToolMissing, tiny)


def test_a_gpu_that_is_not_here(tiny, monkeypatch):
    monkeypatch.setenv("DAILIES_DEVICE", "cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "CUDA is asked for" in failure(OperatorError, tiny)


@pytest.fixture
def narrow(monkeypatch):
    """Give a device that has memory for parts up to some size; tells which were tried."""
    tried = []

    def begin(most):
        before = realesrgan._begun

        def begun(made, given, fidelity, tile, batch):
            tried.append(tile)
            if tile > most:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB.\nSee documentation")
            return before(made, given, fidelity, tile, batch)

        monkeypatch.setattr(realesrgan, "_begun", begun)
        return tried

    return begin


def test_where_memory_is_too_small_parts_become_smaller_and_stay_so(tiny, narrow):
    tried = narrow(100)
    run([frame(12, 16)] * 3, RealEsrgan(Size(64, 48), weights=tiny))
    assert tried == [256, 128, 64, 64, 64]


def test_too_little_memory_even_for_a_small_part(tiny, narrow):
    tried = narrow(0)
    assert failure(OperatorError, tiny).startswith("enlarging by a model needs more memory than cpu has free (write")
    assert tried == [256, 128, 64]


@pytest.mark.parametrize("told", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes")])
def test_too_little_memory_for_the_network_itself(tiny, monkeypatch, told):
    def full(*_):
        raise told

    monkeypatch.setattr(realesrgan, "resident", full)
    assert "more memory" in failure(OperatorError, tiny)


def test_another_failure_is_not_mistaken_for_it(tiny, monkeypatch):
    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(realesrgan, "_begun", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        run([frame(12, 16)], RealEsrgan(Size(64, 48), weights=tiny))


@pytest.mark.parametrize(
    ("free", "size", "want"),
    [
        (80e9, (1920, 1080), (512, 6)),  # a kernel counts 2**31 numbers
        (80e9, (640, 360), (512, 2)),
        (8e9, (1920, 1080), (512, 2)),
        (2e9, (1920, 1080), (256, 1)),
        (0.1e9, (1920, 1080), (64, 1)),
    ],
)
def test_parts_are_as_large_as_half_of_the_free_memory_takes(monkeypatch, free, size, want):
    monkeypatch.setattr(realesrgan, "free_bytes", lambda _: int(free))
    made = enlarger.Enlarger(None, 4, 1, 18, Device("cuda", "a GPU"), torch.float16)
    assert realesrgan._room(made, Size(*size)) == want
