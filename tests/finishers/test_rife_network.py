"""RIFE v4.6: the layers of its graph, numbers worked out by hand, and weights that are another model's."""

from math import exp

import numpy as np
import pytest

from pipeline.errors import ToolFailed
from pipeline.finishers import rife_network as rife
from pipeline.trained import ncnn
from pipeline.trained.ncnn import Trained
from tests.finishers.rife_weights import biased, binary, dice, folded, one_thread, zeros

torch = pytest.importorskip("torch")

functional = torch.nn.functional


@pytest.fixture(autouse=True)
def alone():
    with one_thread():
        yield


@pytest.fixture
def param(footage):
    """Upstream's graph, or a skip."""
    path = footage.parent / "weights" / "rife-v4.6-flownet.param"
    if not path.is_file():
        pytest.skip(f"no graph at {path}: the network was not compared with upstream's")
    return ncnn.graph(path)


def refusal(do, *given):
    with pytest.raises(ToolFailed, match=r"^a\.pth is no RIFE v4\.6: ") as told:
        do(*given, "a.pth")
    assert "\n" not in str(told.value)
    assert told.value.cure == "dailies models pull rife-v4.6"
    return told.value.message


def frames(height=32, width=64, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).random((2, 1, 3, height, width), np.float32))


def smooth(height, width):
    return functional.avg_pool2d(frames(height, width).flatten(0, 1), 9, 1, 4).split(1)


# ---------------------------------------------------------------- what it is made of


def test_the_facts_of_version_4_6():
    layers = rife.layers()
    kinds = [layer.kind for layer in layers]
    assert (len(layers), kinds.count("Convolution"), kinds.count("Deconvolution")) == (44, 40, 4)
    held = sum(layer.params[6] for layer in layers)
    biases = sum(layer.params[0] for layer in layers)
    betas = sum(wide * 8 for _, wide in rife.BLOCKS)
    assert (held, biases, betas) == (5_297_760, 4_656, 3_840)
    assert held + biases + betas == 5_306_256 == sum(one.numel() for one in zeros(betas=1.0).values())
    network = rife.of_state(zeros(betas=1.0), "a.pth")
    assert sum(one.numel() for one in network.parameters()) == held + biases  # the betas are multiplied in
    leaves = [one for one in network.modules() if isinstance(one, torch.nn.Conv2d | torch.nn.ConvTranspose2d)]
    assert [one.out_channels for one in leaves] == [layer.params[0] for layer in layers]
    assert [one.weight.numel() for one in leaves] == [layer.params[6] for layer in layers]


@pytest.mark.footage
def test_the_layers_are_those_of_its_graph(param):
    theirs = [layer for layer in param if layer.kind in ncnn.READERS]
    for ours, layer in zip(rife.layers(), theirs, strict=True):
        assert ours.kind == layer.kind
        assert ours.params == {key: layer.params.get(key, 1) for key in ours.params}  # a stride of 1 is not told


def run(graph, trained, given):
    """Carry a graph out line by line, as ncnn defines its layers: blobs are (1, channels, height, width)."""
    numbers = {one.layer.name: one.arrays for one in trained}
    blobs = dict(given)
    for layer in graph:
        if layer.kind != "Input":
            made = step(layer, [blobs[name] for name in layer.inputs], numbers.get(layer.name))
            blobs |= dict.fromkeys(layer.outputs, made)
    return blobs


def step(layer, given, arrays):
    get, one = layer.params.get, given[0]
    if arrays:
        weight, bias = (torch.from_numpy(arrays[part]) for part in ("weight", "bias"))
        conv = functional.conv2d if layer.kind == "Convolution" else functional.conv_transpose2d
        made = conv(one, weight, bias, stride=get(3, 1), padding=get(4))
        return functional.leaky_relu(made, get(10)[0]) if get(9) == 2 else made
    if layer.kind == "BinaryOp":
        other = get(2) if get(1) else given[1]
        return {0: one + other, 2: one * other, 3: one / other, 7: other - one}[get(0, 0)]
    return STEPS[layer.kind](get, *given)


STEPS = {
    "Split": lambda get, one: one,
    "Concat": lambda get, *given: torch.cat(given, 1),
    "Interp": lambda get, one: functional.interpolate(
        one, scale_factor=(get(1), get(2)), mode="bilinear", align_corners=False
    ),
    "ReLU": lambda get, one: functional.leaky_relu(one, get(0)),
    "PixelShuffle": lambda get, one: functional.pixel_shuffle(one, get(0)),
    "Crop": lambda get, one: one[:, get(9)[0] : get(10)[0]],
    "Sigmoid": lambda get, one: torch.sigmoid(one),
    "Eltwise": lambda get, *given: sum(share * one for share, one in zip(get(1), given, strict=True)),
    "rife.Warp": lambda get, image, flow: fetched(image, flow),
}


def fetched(image, flow):
    """Fetch at x + flow(x) by the library's own border."""
    height, width = image.shape[-2:]
    ys, xs = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    place = torch.stack((xs + flow[:, 0] * 2 / (width - 1), ys + flow[:, 1] * 2 / (height - 1)), -1)
    return functional.grid_sample(image, place, mode="bilinear", padding_mode="border", align_corners=True)


@pytest.mark.footage
def test_the_graph_itself_gives_the_same_frame(param, tmp_path):
    """The upstream graph, carried out by its own text, is the judge of every concatenation, scale and sum."""
    (tmp_path / "flownet.bin").write_bytes(binary(dice(0.85)))
    trained = ncnn.weights(tmp_path / "flownet.bin", param)
    network = rife.of_ncnn(ncnn.weights(tmp_path / "flownet.bin", rife.layers()), "flownet.bin")
    first, second = smooth(64, 96)
    for t in (1 / 3, 0.8):
        blobs = run(param, trained, {"in0": first, "in1": second, "in2": torch.full_like(first[:, :1], t)})
        assert float(blobs["flow3"].std()) > 0.05  # there is something to tell
        made = rife.between(network, first, second, t)
        assert torch.allclose(made, blobs["out0"], atol=2e-5)
        assert float((made - rife.between(network, first, second, 0.5)).abs().max()) > 1e-3  # the time is heard


# ---------------------------------------------------------------- by hand


def test_a_warp_fetches_from_where_the_flow_points():
    image = torch.arange(12.0).reshape(1, 1, 3, 4)
    flow = torch.zeros(1, 2, 3, 4)
    flow[:, 0] = 1.0
    assert rife.warp(image, flow)[0, 0].tolist() == [[1, 2, 3, 3], [5, 6, 7, 7], [9, 10, 11, 11]]
    flow[:, 0], flow[:, 1] = -0.25, 0.5
    want = torch.tensor([[2, 2.75, 3.75, 4.75], [6, 6.75, 7.75, 8.75], [8, 8.75, 9.75, 10.75]])
    assert torch.allclose(rife.warp(image, flow)[0, 0], want, atol=1e-5)


def test_a_warp_has_the_border_of_the_library():
    image, flow = frames(33, 47)[0], torch.randn(1, 2, 33, 47, generator=torch.Generator().manual_seed(1)) * 20
    assert torch.allclose(rife.warp(image, flow), fetched(image, flow), atol=1e-4)


def test_a_block_of_nothing_but_biases_gives_them():
    block = rife.of_state(biased({1: (3.0, -4.0, 0.5, 6.0, -2.0, 9.0)}), "a.pth")["block1"]
    found = rife.estimate(block, torch.rand(1, 12, 16, 24))
    assert found.shape == (1, 6, 16, 24)
    assert found.mean((0, 2, 3)).tolist() == [3.0, -4.0, 0.5, 6.0, -2.0, 9.0]
    assert float(found.var((0, 2, 3)).max()) == 0.0


def test_what_goes_through_a_block_can_be_followed():
    """-3 -> -0.6 after the first ReLU; the second adds up channels 0 and 1, -1.2 -> -0.24; doubled and rectified
    eight times by residuals that copy; the last layer sees 4 places for each of its own (one of 16 taps each)."""
    state = zeros()
    state["block3.conv0.0.0.bias"][:2] = -3
    state["block3.conv0.1.0.weight"][5, :2, 1, 1] = 1
    for number in range(8):
        state[f"block3.convblock.{number}.conv.weight"][5, 5, 1, 1] = 1
    state["block3.lastconv.0.weight"][5, 8:12] = 10
    state["block3.lastconv.0.bias"][8:12] = 1
    found = rife.estimate(rife.of_state(state, "a.pth")["block3"], torch.rand(1, 12, 32, 32))
    inside = found[0, 2, 8:-8, 8:-8]
    assert torch.allclose(inside, torch.full_like(inside, 1 + 4 * 10 * -0.24 * (2 * 0.2) ** 8), atol=1e-6)
    assert found[0, [0, 1, 3, 4, 5]].abs().max() == 0


def test_four_blocks_add_up():
    """Flows count as much more as their block sees less, masks do not; the frames are fetched and mixed."""
    blocks = {
        0: (0.25, 0.0, -0.25, 0.0, 0.5),
        1: (0, 0.25, 0, 0, 0.25),
        2: (0, 0, 0.5, 1.0),
        3: (1.0, 0, -1.0, 0, 0.25),
    }
    network = rife.of_state(biased(blocks), "a.pth")
    first, second = frames()
    made = rife.between(network, first, second, 0.5)
    share = 1 / (1 + exp(-1.0))
    from_first = torch.roll(first, (-1, -3), (2, 3))  # flow (2 + 1, 1)
    from_second = torch.roll(second, (-2, 2), (2, 3))  # flow (-2 + 1 - 1, 2)
    want = share * from_first + (1 - share) * from_second
    assert torch.allclose(made[..., :-3, 3:-4], want[..., :-3, 3:-4], atol=1e-5)


@pytest.mark.parametrize(("dtype", "bound"), [(torch.bfloat16, 0.01), (torch.float16, 0.001)])
def test_blocks_in_half_the_digits_give_nearly_the_same(dtype, bound):
    first, second = smooth(64, 96)
    state = dice(0.85)
    exact = rife.between(rife.of_state(state, "a.pth"), first, second, 0.4)
    made = rife.between(rife.of_state(state, "a.pth").to(dtype), first, second, 0.4)
    assert made.dtype == torch.float32
    assert 0 < float((made - exact).abs().max()) < bound


# ---------------------------------------------------------------- weights


def test_betas_are_multiplied_in(tmp_path):
    state = dice(0.85, betas=True)
    network = rife.of_state({f"module.{name}": one for name, one in state.items()}, "a.pth")
    block, given = network["block2"], torch.rand(1, 12, 16, 16)
    held = block["conv0"](given)
    for number in range(8):
        weight, bias, beta = (
            state[f"block2.convblock.{number}.{part}"] for part in ("conv.weight", "conv.bias", "beta")
        )
        held = functional.leaky_relu(functional.conv2d(held, weight, bias, padding=1) * beta + held, 0.2)
    assert torch.allclose(rife.estimate(block, given), block["lastconv"](held), atol=1e-5)
    (tmp_path / "flownet.bin").write_bytes(binary(folded(state)))
    other = rife.of_ncnn(ncnn.weights(tmp_path / "flownet.bin", rife.layers()), "flownet.bin")
    first, second = smooth(32, 64)
    assert torch.allclose(rife.between(network, first, second, 0.3), rife.between(other, first, second, 0.3), atol=1e-5)


def test_numbers_of_two_bytes_make_a_file_of_the_published_size(tmp_path):
    (tmp_path / "flownet.bin").write_bytes(binary(dice(1.0), half=True))
    assert (tmp_path / "flownet.bin").stat().st_size == 10_614_320
    network = rife.of_ncnn(ncnn.weights(tmp_path / "flownet.bin", rife.layers()), "flownet.bin")
    name = "block3.lastconv.0.weight"
    assert torch.equal(network.state_dict()[name], dice(1.0)[name].half().float())


def test_what_is_for_training_alone_is_left_out():
    rife.of_state(zeros() | {"block_tea.conv0.0.0.weight": torch.zeros(3)}, "a.pth")


def test_weights_of_another_model_are_told_in_a_line():
    whole, name = zeros(betas=1.0), "block0.conv0.0.0.weight"
    assert refusal(rife.of_state, {}).endswith("it lacks block0.conv0.0.0.weight")
    assert "lacks block3.lastconv.0.bias" in refusal(rife.of_state, without(whole, "block3.lastconv.0.bias"))
    assert "lacks block1.convblock.3.beta" in refusal(rife.of_state, without(whole, "block1.convblock.3.beta"))
    assert "'encode.cnn0.weight' besides" in refusal(rife.of_state, whole | {"encode.cnn0.weight": torch.zeros(1)})
    assert "is float32 (96, 15, 3, 3) instead of numbers of (96, 7, 3, 3)" in refusal(
        rife.of_state, whole | {name: torch.zeros(96, 15, 3, 3)}
    )
    assert "is int64 (96, 7, 3, 3) instead of" in refusal(rife.of_state, whole | {name: whole[name].long()})
    for empty in (whole[name].to_sparse(), whole[name].to("meta")):
        assert "is float32 (96, 7, 3, 3) instead of" in refusal(rife.of_state, whole | {name: empty})
    assert "list instead of" in refusal(rife.of_state, whole | {name: [1.0]})
    whole[name][0, 0, 0, 0] = float("nan")
    assert "some of its numbers are none" in refusal(rife.of_state, whole)
    nobody = Trained(rife.layers()[0], {"weight": np.zeros((1, 1), np.float32)})
    assert "lacks block0.conv0.0.0.bias" in refusal(rife.of_ncnn, [nobody])


def without(state, name):
    return {key: one for key, one in state.items() if key != name}


def test_a_file_cut_short_is_refused(tmp_path):
    whole = binary(zeros())
    for cut in (0, 3, 4, 5000, len(whole) // 2, len(whole) - 1):
        (tmp_path / "flownet.bin").write_bytes(whole[:cut])
        with pytest.raises(ToolFailed, match="ends within layer block"):
            ncnn.weights(tmp_path / "flownet.bin", rife.layers())
