"""Networks that enlarge: read from every kind of file, refused in one line, and how far they see."""

import pytest

from pipeline.finishers import enlarger, tiles
from pipeline.finishers.enlarger import PADS, SEAM, reach, resident
from pipeline.trained.device import Device
from tests.finishers.enlarging_weights import WEIGHTS, as_ncnn, compact, picture, real, rrdb, saved, swin
from tests.finishers.rife_weights import one_thread

torch = pytest.importorskip("torch")
nn = torch.nn

CPU = Device("cpu", "cpu")


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(enlarger, "_kept", {})
    with one_thread(), torch.inference_mode():
        yield


def conv(before=3, after=3, size=3, **more):
    return nn.Conv2d(before, after, size, padding=more.get("dilation", 1) * (size // 2), **more)


class Mean(nn.Module):
    """Looks at the whole picture, without a number of its own."""

    def forward(self, given):
        return given + given.mean((2, 3), keepdim=True)


# ---------------------------------------------------------------- how far a pixel sees


@pytest.mark.parametrize(
    ("layers", "want"),
    [
        ([conv(), conv(), conv()], 3),
        ([conv(size=5), nn.PReLU(), nn.BatchNorm2d(3), conv(size=1)], 2),
        ([conv(dilation=2), conv(size=7, dilation=3)], 2 + 9),
        ([conv(), nn.Upsample(scale_factor=2), conv(), conv(), conv()], 1 + 2),  # three halves of a pixel
        ([conv(3, 12), nn.PixelShuffle(2), conv()], 2),
        ([nn.PixelUnshuffle(2), conv(12, 12), conv(12, 48), nn.PixelShuffle(4)], 4),
        ([nn.PixelUnshuffle(4), conv(48, 3)], 4),
        ([nn.Identity()], 0),
        ([nn.Conv2d(3, 3, (3, 9), padding=(1, 4))], 4),
    ],
)
def test_convolutions_are_added_up_in_pixels_of_the_picture(layers, want):
    assert reach(nn.Sequential(*layers).eval()) == want


@pytest.mark.parametrize(
    "layers",
    [
        [conv(), nn.GroupNorm(1, 3)],
        [conv(), nn.ConvTranspose2d(3, 3, 2, 2)],
        [conv(), Mean()],
        [conv(), nn.AvgPool2d(9, 1, 4)],
        [nn.Upsample(scale_factor=2, mode="bicubic")],
    ],
)
def test_what_sees_further_than_its_convolutions_has_no_bound(layers):
    assert reach(nn.Sequential(*layers).eval()) is None


def test_a_bound_too_large_to_be_used_is_not_tried():
    assert reach(nn.Sequential(*(conv(3, 3, 21) for _ in range(7)))) == 70


def test_a_pixel_sees_as_far_as_is_told_and_no_further():
    torch.manual_seed(0)
    net = nn.Sequential(conv(), conv(), nn.Upsample(scale_factor=2), conv())
    one, far = picture(40, 40), reach(net)
    other = one.clone()
    other[..., 20] += 1
    changed = (net(one) - net(other)).abs().amax((0, 1, 2)).nonzero().flatten() // 2
    assert far == 3
    assert (20 - int(changed.min()), int(changed.max()) - 20) == (3, 3)


@pytest.mark.footage
def test_the_reach_of_the_real_network():
    made = resident(real(), CPU)
    assert (made.pad, made.scale, made.align, made.dtype) == (18, 4, 1, torch.float32)


def test_where_the_bound_is_large_a_pad_that_suffices_is_measured(tmp_path):
    made = resident(saved(tmp_path, rrdb(blocks=5)), CPU)
    assert reach(made.net.model, made.net) == 3 * 5 * 5 + 2 + 2
    assert made.pad == 16
    assert made.align == 1
    assert seam(made, 40, 131, tile=48) <= 5 * SEAM


def test_a_network_that_sees_everything_gets_the_largest_pad_that_is_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(enlarger, "SEAM", -1.0)
    assert resident(saved(tmp_path, swin()), CPU).pad == PADS[-1]


def seam(made, height, width, tile, batch=1):
    """Enlarge in parts and at once; give the largest difference, 0..1."""
    given = picture(height, width)
    at_once = made.net(given)
    parts = tiles.enlarged(made.enlarge, given, made.scale, tile, made.pad, made.align, batch)
    assert parts.shape == at_once.shape == (1, 3, height * made.scale, width * made.scale)
    return float((parts - at_once).abs().max())


@pytest.mark.parametrize("margins", [(4, 4, 4, 4), (0, 7, 2, 0), (0, 0, 0, 0), (1, 9, 9, 1)])
def test_margins_shrink_on_the_way_and_change_nothing(tmp_path, margins):
    made = resident(saved(tmp_path, compact(convolutions=5)), CPU)
    seen, given = [], picture(30, 40)
    for one in made.net.model.body:
        if isinstance(one, nn.PReLU):
            one.register_forward_hook(lambda _, before, __: seen.append(tuple(before[0].shape[2:])))
    top, below, left, right = (4 * one for one in margins)
    want = made.net(given)[..., top : 120 - below, left : 160 - right]
    seen.clear()
    assert float((made.enlarge(given, margins) - want).abs().max()) <= 1e-6
    ahead = range(6, 0, -1)
    widths = [40 - sum(max(0, one - still) for one in margins[2:]) for still in ahead]
    assert [width for _, width in seen] == widths


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    ("name", "key"),
    [("a.pth", "params_ema"), ("a.pth", "params"), ("a.pt", "state_dict"), ("a.pth", None), ("a.safetensors", None)],
)
def test_a_network_is_the_same_from_every_kind_of_file(tmp_path, name, key):
    state = compact()
    made = resident(saved(tmp_path, state, name, key), CPU)
    assert (made.scale, made.pad, made.align) == (4, 4, 1)
    assert all(torch.equal(one, state[name]) for name, one in made.net.model.state_dict().items())
    given = picture(11, 17)
    assert not made.net.model.training
    assert made.net(given).shape == (1, 3, 44, 68)


@pytest.mark.parametrize(("scale", "multiple", "pad"), [(4, 1, 19), (2, 4, 37)])
@pytest.mark.parametrize(("height", "width"), [(37, 151), (64, 128), (3, 5), (1, 132)])
def test_rrdb_of_odd_sizes(tmp_path, scale, multiple, pad, height, width):
    made = resident(saved(tmp_path, rrdb(scale), key="params_ema"), CPU)
    assert (made.scale, made.align, made.pad) == (scale, multiple, pad)
    assert seam(made, height, width, tile=24, batch=3) <= 1e-5


def test_a_transformer_is_cut_at_its_windows(tmp_path):
    made = resident(saved(tmp_path, swin()), CPU)
    assert (made.scale, made.align) == (2, 16)
    assert made.pad in PADS
    assert seam(made, 96, 144, tile=32, batch=2) <= 2 * SEAM
    assert seam(made, 20, 23, tile=32) == 0


@pytest.mark.parametrize("half", [False, True])
def test_ncnn_holds_the_same_network(tmp_path, half):
    state = compact(seed=3)
    one = resident(as_ncnn(tmp_path, state, half=half), CPU)
    two = resident(saved(tmp_path, state), CPU)
    given = picture(20, 24)
    assert float((one.net(given) - two.net(given)).abs().max()) <= (2e-3 if half else 0)
    assert (one.pad, one.scale) == (two.pad, two.scale)


@pytest.mark.footage
def test_the_real_network_is_the_same_from_ncnn():
    given, path = picture(24, 32), real()
    one = resident(path, CPU).net(given)
    two = resident(WEIGHTS / "realesr-animevideov3-x4.bin", CPU).net(given)
    assert float((one - two).abs().max()) <= 1e-5


# ---------------------------------------------------------------- numbers of half the length


@pytest.mark.parametrize(
    ("place", "half", "brain", "instructions", "want"),
    [
        ("cuda", True, True, False, "float16"),
        ("cuda", False, True, False, "bfloat16"),
        ("cuda", False, False, True, "float32"),
        ("cpu", True, True, True, "bfloat16"),
        ("cpu", True, True, False, "float32"),
        ("cpu", True, False, True, "float32"),
        ("mps", True, True, True, "float32"),
    ],
)
def test_numbers_are_as_short_as_a_device_computes_with(monkeypatch, place, half, brain, instructions, want):
    class Described:
        supports_half, supports_bfloat16 = half, brain

    monkeypatch.setattr(enlarger, "_computes_in_bfloat16", lambda _: instructions)
    assert enlarger.number(Described, Device(place, place)) is getattr(torch, want)


@pytest.mark.parametrize("answers", [(False, False), (True, False), (False, True)])
def test_the_processor_is_asked_for_its_instructions(monkeypatch, answers):
    for name, answer in zip(("_is_avx512_bf16_supported", "_is_amx_tile_supported"), answers, strict=True):
        monkeypatch.setattr(torch.cpu, name, lambda answer=answer: answer)
    assert enlarger._computes_in_bfloat16(torch) is any(answers)


def test_a_pad_is_measured_in_whole_numbers(tmp_path, monkeypatch):
    """In bfloat16 every two pads differ by more than a seam may."""
    monkeypatch.setattr(enlarger, "number", lambda *_: torch.bfloat16)
    made = resident(saved(tmp_path, rrdb(blocks=5)), CPU)
    assert made.dtype is torch.bfloat16
    assert made.pad == 16
    assert made.net(picture(8, 8).bfloat16()).dtype is torch.bfloat16
