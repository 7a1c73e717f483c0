"""Another frame rate by RIFE: counts, moments and pictures, with weights whose result is known."""

import subprocess
import sys
from fractions import Fraction

import cv2
import numpy as np
import pytest

from pipeline.errors import OperatorError, ProducerError, ToolFailed, ToolMissing
from pipeline.finishers import rife, rife_network
from pipeline.finishers.catalog import identity
from pipeline.finishers.rife import Rife
from pipeline.model import Size, Spec
from pipeline.trained.device import Device
from tests.finishers.rife_weights import biased, binary, dice, one_thread, zeros

torch = pytest.importorskip("torch")

SPEED = 4
"""Pixels a frame that the picture goes to the left."""


@pytest.fixture(autouse=True)
def processor(monkeypatch):
    """Nothing is kept from test to test, and nothing runs on a GPU."""
    monkeypatch.setenv("DAILIES_DEVICE", "cpu")
    monkeypatch.setattr(rife, "_kept", {})
    with one_thread():
        yield


@pytest.fixture(scope="module")
def halfway(tmp_path_factory):
    """Weights that see a frame at the middle between two of a picture that goes 4 px to the left."""
    path = tmp_path_factory.mktemp("rife") / "halfway.bin"
    path.write_bytes(binary(biased({0: (SPEED / 2 / 8, 0, -SPEED / 4 / 8, 0), 1: (0, 0, -SPEED / 4 / 4)})))
    return path


@pytest.fixture(scope="module")
def mixing(tmp_path_factory):
    """Weights that find no motion and mix half and half."""
    path = tmp_path_factory.mktemp("rife") / "mixing.pth"
    torch.save({f"module.{name}": one for name, one in zeros(betas=1.0).items()}, path)
    return path


def texture(seed=3):
    noise = np.random.default_rng(seed).integers(0, 255, (75, 100, 3), np.uint8)
    return cv2.GaussianBlur(cv2.resize(noise, (400, 300), interpolation=cv2.INTER_CUBIC), (0, 0), 1.5)


def pan(frames, width=160, height=96, picture=None):
    picture = texture() if picture is None else picture
    return [np.ascontiguousarray(picture[40 : 40 + height, 40 + SPEED * k :][:, :width]) for k in range(frames)]


def run(frames, before, after, weights):
    spec = Spec(Size(frames[0].shape[1], frames[0].shape[0]), Fraction(before), len(frames))
    step = Rife(Fraction(after), weights)
    made = list(step.frames(iter(frames), spec))
    assert len(made) == step.spec(spec).frames
    assert step.spec(spec) == Spec(spec.size, Fraction(after), len(made))
    return made


@pytest.fixture
def moments(monkeypatch):
    """Tell at which moments the network was asked for frames; it gives the first one back."""
    asked = []

    def between(network, first, second, t):
        asked.append(t)
        return first

    monkeypatch.setattr(rife_network, "between", between)
    return asked


@pytest.mark.parametrize(
    ("before", "after", "frames", "want", "thirds"),
    [
        (8, 24, 5, 15, [Fraction(1, 3), Fraction(2, 3)] * 4),
        (16, 24, 5, 8, [Fraction(2, 3), Fraction(1, 3)] * 2),
        (24, 60, 5, 13, [Fraction(2, 5), Fraction(4, 5), Fraction(1, 5), Fraction(3, 5)] * 2),
    ],
)
def test_frames_stand_at_exact_moments(before, after, frames, want, thirds, moments, mixing):
    given = pan(frames)
    made = run(given, before, after, mixing)
    assert len(made) == want
    assert moments == [float(t) for t in thirds]
    for k, frame in enumerate(made):
        place = min(Fraction(k * before, after), Fraction(frames - 1))
        if place.denominator == 1:
            assert np.array_equal(frame, given[int(place)])  # bit by bit


@pytest.mark.parametrize(("width", "height"), [(160, 96), (75, 53), (129, 97)])
def test_what_the_network_sees_is_the_frame_between(width, height, halfway):
    given = pan(3, width, height)
    made = run(given, 12, 24, halfway)
    assert all(np.array_equal(made[2 * k], frame) for k, frame in enumerate(given))
    for k in (1, 3):
        assert (made[k].shape, made[k].dtype) == ((height, width, 3), np.uint8)
        assert made[k].flags.c_contiguous
        exact = texture()[40 : 40 + height, 40 + SPEED * k // 2 :][:, :width]
        assert np.array_equal(made[k][:, 3:-3], exact[:, 3:-3])
        assert np.abs(made[k].astype(int) - exact).max() < 64  # at the sides one of the two is a repeated border


def test_levels_are_rounded_and_held(mixing, monkeypatch):
    one, other = pan(2)
    made = run([one, other], 12, 24, mixing)[1]
    assert np.abs(made - (one.astype(float) + other) / 2).max() <= 0.5  # truncated it would be 1 here and there
    monkeypatch.setattr(rife_network, "between", lambda _, first, second, t: first * 3 - 1)
    made = run([one, other], 12, 24, mixing)[1]
    assert np.array_equal(made, np.clip(one.astype(int) * 3 - 255, 0, 255))


def test_both_kinds_of_files_make_the_same_network(tmp_path):
    state = dice(0.85)
    (tmp_path / "a.bin").write_bytes(binary(state))
    torch.save({"state_dict": state}, tmp_path / "a.pth")
    place = Device("cpu", "cpu")
    one, other = (rife.resident(tmp_path / name, place).state_dict() for name in ("a.bin", "a.pth"))
    assert one.keys() == other.keys() == state.keys()
    assert all(torch.equal(one[name], state[name]) and torch.equal(other[name], state[name]) for name in state)


def test_a_cut_is_never_blended(moments, mixing):
    one, other = pan(1, picture=texture(1))[0], pan(1, picture=texture(2))[0]
    made = run([one, other], 8, 24, mixing)
    assert [np.array_equal(frame, one) for frame in made] == [True, True, False, False, False, False]
    assert all(np.array_equal(frame, other) for frame in made[2:])
    assert moments == []


def test_a_still_pair_is_blended(moments, mixing):
    frame = pan(1)[0]
    brighter = cv2.add(frame, np.full_like(frame, 20))
    made = run([frame, brighter], 8, 24, mixing)
    assert np.abs(made[1].astype(int) - cv2.addWeighted(frame, 2 / 3, brighter, 1 / 3, 0)).max() <= 1
    assert moments == []


def test_two_source_frames_are_held_and_no_more(moments, mixing):
    seen, frames = [], pan(6)

    def source():
        for k in range(50):
            seen.append(k)
            yield frames[k % 6]

    stream = Rife(Fraction(60), mixing).frames(source(), Spec(Size(160, 96), Fraction(24), 50))
    for number, made in zip(range(20), stream, strict=False):
        assert made.shape == (96, 160, 3)
        assert len(seen) <= number * 24 // 60 + 3


def test_a_clip_that_ends_early_is_told(moments, mixing):
    stream = Rife(Fraction(24), mixing).frames(iter(pan(3)), Spec(Size(160, 96), Fraction(12), 9))
    with pytest.raises(ToolFailed, match="ended after 3 of its 9 frames"):
        list(stream)


def test_weights_are_loaded_once_and_again_when_they_are_others(moments, tmp_path, monkeypatch):
    loaded = []
    monkeypatch.setattr(rife, "_loaded", lambda path, place: loaded.append((path.name, place.name)))
    for name in ("a.bin", "b.bin", "copy of a.bin", "a.bin"):
        (tmp_path / name).write_bytes(b"two"[: 1 if "b.b" in name else 3])
        run(pan(3), 12, 24, tmp_path / name)
    assert loaded == [("a.bin", "cpu"), ("b.bin", "cpu")]


def test_settings_name_the_weights(mixing, tmp_path, monkeypatch):
    assert Rife(Fraction(24), mixing).values() == {
        "rate": Fraction(24),
        "model": "rife-v4.6",
        "sha256": identity(mixing),
    }
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    (tmp_path / "rife-v4.6").mkdir()
    (tmp_path / "rife-v4.6" / "flownet.bin").write_bytes(b"hello")
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert Rife(Fraction(24)).values()["sha256"] == digest


def test_weights_that_are_not_here(tmp_path, monkeypatch):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    for tool in (Rife(Fraction(24)), Rife(Fraction(24), tmp_path / "no.bin")):
        assert tool.spec(Spec(Size(160, 96), Fraction(8), 2)).frames == 6  # foretold without
        with pytest.raises(ToolMissing, match=r"dailies models pull rife-v4\.6"):
            tool.values()
        with pytest.raises(ToolMissing):
            list(tool.frames(iter(pan(2)), Spec(Size(160, 96), Fraction(8), 2)))


@pytest.mark.parametrize("name", ["flownet.bin", "flownet.pth"])
def test_weights_that_are_damaged_or_others_are_told_in_a_line(name, tmp_path):
    path = tmp_path / name
    other = {name.replace("convblock", "convblock0"): one for name, one in zeros().items()}
    if name.endswith(".pth"):
        torch.save(other, path)
    else:
        path.write_bytes(binary(zeros()) + b"more")
    for _ in range(2):
        with pytest.raises(ToolFailed) as told:
            run(pan(2), 8, 24, path)
        assert "\n" not in str(told.value)
        assert str(path.name) in str(told.value)
        path.write_bytes(path.read_bytes()[:-1000])


def test_a_frame_too_large_for_the_device_is_told_in_a_line(mixing, monkeypatch):
    def between(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB.\nSee documentation")

    monkeypatch.setattr(rife_network, "between", between)
    with pytest.raises(OperatorError, match=r"^160x96 is more than RIFE has memory for on cpu \(interpolate by flow"):
        run(pan(2), 8, 24, mixing)


def test_a_rate_that_cannot_be():
    with pytest.raises(ProducerError, match="0 frames a second cannot be"):
        Rife(Fraction(0))


def test_foretelling_imports_no_torch():
    text = (
        "import sys; from fractions import Fraction; from pipeline.finishers.rife import Rife;"
        "from pipeline.model import Size, Spec; Rife(Fraction(24)).spec(Spec(Size(64, 64), Fraction(8), 3));"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", text], check=False).returncode == 0
