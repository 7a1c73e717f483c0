"""Models of ncnn: graphs, numbers, and files that are not what they say."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ToolFailed
from pipeline.trained import ncnn
from pipeline.trained.ncnn import Layer

HALF, PLAIN = (0x01306B47).to_bytes(4, "little"), bytes(4)

SMALL = """7767517
4 4
Input   data  0 1 data
Convolution  conv_1 1 1 data 1 0=1 1=3 4=1 5=1 6=9 9=2 -23310=1,2.000000e-01
Crop  crop  1 1 1 2 -23309=2,0,-1 -23310=2,4,2
PReLU  slope  1 1 2 out 0=1
"""


def convolution(kind="Convolution", **more):
    params = {0: 2, 1: 3, 5: 1, 6: 2 * 3 * 9} | {int(key[1:]): value for key, value in more.items()}
    return Layer(kind, "conv", ("a",), ("b",), params)


def written(folder, data, name="model.bin"):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder / name


def refusal(do, *given):
    with pytest.raises(ToolFailed) as told:
        do(*given)
    assert "\n" not in str(told.value)
    assert told.value.cure
    return str(told.value)


def test_a_graph_says_what_each_layer_is(tmp_path):
    _, conv, crop, slope = ncnn.graph(written(tmp_path, SMALL, "a.param"))
    assert conv == Layer(
        "Convolution", "conv_1", ("data",), ("1",), {0: 1, 1: 3, 4: 1, 5: 1, 6: 9, 9: 2, 10: (pytest.approx(0.2),)}
    )
    assert crop.params == {9: (0, -1), 10: (4, 2)}
    assert (slope.kind, slope.inputs, slope.outputs) == ("PReLU", ("2",), ("out",))


def test_numbers_of_two_bytes_are_filled_up_to_words_and_biases_have_no_tag(tmp_path):
    graph = ncnn.graph(written(tmp_path, SMALL, "a.param"))
    nine = np.arange(9, dtype="<f2") / 4
    data = HALF + nine.tobytes() + b"??" + np.float32([-1.5]).tobytes() + np.float32([0.25]).tobytes()
    conv, slope = ncnn.weights(written(tmp_path, data), graph)
    assert [conv.layer.name, slope.layer.name] == ["conv_1", "slope"]
    assert np.array_equal(conv.arrays["weight"], np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3) / 4)
    assert conv.arrays["bias"].tolist() == [-1.5]
    assert slope.arrays["weight"].tolist() == [0.25]
    assert {array.dtype for one in (conv, slope) for array in one.arrays.values()} == {np.dtype(np.float32)}


def test_a_layer_without_a_bias_has_none_and_kernels_may_be_oblong(tmp_path):
    numbers = np.arange(12, dtype="<f4")
    layer = Layer("Convolution", "conv", (), (), {0: 2, 1: 3, 11: 1, 6: 12})
    (found,) = ncnn.weights(written(tmp_path, PLAIN + numbers.tobytes()), [layer])
    assert set(found.arrays) == {"weight"}
    assert np.array_equal(found.arrays["weight"], numbers.reshape(2, 2, 1, 3))  # out, in, height, width


def test_a_deconvolution_comes_as_torch_has_it(tmp_path):
    """Written out first, then in; torch wants in first. Its result is added up by hand here."""
    torch = pytest.importorskip("torch")
    numbers = np.arange(2 * 3 * 16, dtype="<f4").reshape(2, 3, 4, 4)
    layer = Layer("Deconvolution", "up", (), (), {0: 2, 1: 4, 3: 2, 4: 1, 5: 1, 6: numbers.size})
    data = PLAIN + numbers.tobytes() + np.float32([5, 7]).tobytes()
    (found,) = ncnn.weights(written(tmp_path, data), [layer])
    assert found.arrays["weight"].shape == (3, 2, 4, 4)
    given = np.random.default_rng(1).integers(-3, 3, (3, 5, 6)).astype(np.float32)
    added = np.zeros((2, 12, 14), np.float32)
    for y, x in np.ndindex(5, 6):
        added[:, 2 * y : 2 * y + 4, 2 * x : 2 * x + 4] += np.einsum("oiuv,i->ouv", numbers, given[:, y, x])
    by_hand = added[:, 1:-1, 1:-1] + np.float32([5, 7]).reshape(2, 1, 1)
    weight, bias = (torch.from_numpy(found.arrays[part]) for part in ("weight", "bias"))
    made = torch.nn.functional.conv_transpose2d(torch.from_numpy(given)[None], weight, bias, stride=2, padding=1)
    assert np.allclose(made[0].numpy(), by_hand, atol=1e-3)


def test_an_inner_product_is_a_matrix(tmp_path):
    data = PLAIN + np.arange(6, dtype="<f4").tobytes() + np.float32([1, 2]).tobytes()
    (found,) = ncnn.weights(written(tmp_path, data), [Layer("InnerProduct", "f", (), (), {0: 2, 1: 1, 2: 6})])
    assert found.arrays["weight"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found.arrays["bias"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begin with 7767517"),
        ("7767518\n1 1\nInput a 0 1 a", "begin with 7767517"),
        ("7767517\n", "second line"),
        ("7767517\n1 x\nInput a 0 1 a", "no number"),
        ("7767517\n1.5 1\nInput a 0 1 a", "no count"),
        ("7767517\n9999999999 1\nInput a 0 1 a", "no count"),
        ("7767517\n2 1\nInput a 0 1 a", "tells of 2 layers and has 1"),
        ("7767517\n1 2\nInput a 0 1 a", "tells of 2 blobs and has 1"),
        ("7767517\n1 1\nInput a 0", "too short"),
        ("7767517\n1 1\nInput a 0 999999999999 a", "no count"),
        ("7767517\n1 1\nInput a 1 1 a", "fewer blobs"),
        ("7767517\n1 1\nInput a 0 -1 a", "no count"),
        ("7767517\n1 1\nInput a 0 1 a 0=", "no number"),
        ("7767517\n1 1\nInput a 0 1 a what=1", "no number"),
        ("7767517\n1 1\nInput a 0 1 a 0.5=1", "has a parameter"),
        ("7767517\n1 1\nInput a 0 1 a 0=1,2", "another length"),
        ("7767517\n1 1\nInput a 0 1 a -23310=1000000000,1", "another length"),
        (b"7767517\n\xff\xfe", "no text"),
    ],
)
def test_what_is_no_graph_is_told_in_a_line(text, why, tmp_path):
    assert why in refusal(ncnn.graph, written(tmp_path, text, "a.param"))


@pytest.mark.parametrize(
    ("data", "layer", "why"),
    [
        (b"", convolution(), "ends within layer conv: 4 bytes are asked for and 0 are left"),
        (PLAIN + bytes(215), convolution(), "216 bytes are asked for and 215 are left"),
        (HALF + bytes(107), convolution(), "108 bytes are asked for and 107 are left"),
        (PLAIN + bytes(216 + 7), convolution(), "8 bytes are asked for and 7 are left"),
        (PLAIN + bytes(216 + 9), convolution(), "1 bytes are left over"),
        ((0x000D4B38).to_bytes(4, "little") + bytes(300), convolution(), "tagged 0x000d4b38"),
        (b"\xff\xff\xff\xff" + bytes(300), convolution(), "tagged 0xffffffff"),
        (PLAIN, convolution(_6=0), "tells of 0 weights"),
        (PLAIN, convolution(_0=0), "which 0 do not divide"),
        (PLAIN, convolution(_6=55), "which 18 do not divide"),
        (PLAIN, convolution(_6=-54), "parameter 6"),
        (PLAIN, convolution(_0=2.0), "parameter 0"),
        (PLAIN, convolution(_1=(3, 3)), "parameter 1"),
        (PLAIN, Layer("PReLU", "slope", (), (), {}), "parameter 0"),
        (b"x", Layer("Split", "s", (), ()), "1 bytes are left over"),
    ],
)
def test_numbers_that_do_not_fit_their_layers_are_told_in_a_line(data, layer, why, tmp_path):
    assert why in refusal(ncnn.weights, written(tmp_path, data), [layer])


@pytest.mark.parametrize("kind", ["Convolution", "Deconvolution", "InnerProduct", "PReLU"])
def test_counts_beyond_reason_take_no_memory(kind, tmp_path):
    layer = Layer(kind, "big", (), (), {0: 2 * 10**15, 1: 1 + (kind == "InnerProduct"), 6: 10**18, 2: 10**18, 5: 1})
    path = written(tmp_path, PLAIN + bytes(1000))
    tracemalloc.start()
    assert "bytes are asked for" in refusal(ncnn.weights, path, [layer])
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_a_file_beyond_reason_is_not_read(tmp_path):
    path = written(tmp_path, SMALL, "a.param")
    with path.open("r+b") as stream:
        stream.truncate(5_000_000)
    assert "too many" in refusal(ncnn.graph, path)


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    assert "No such file" in refusal(ncnn.weights, tmp_path / "no.bin", [])
    assert "directory" in refusal(ncnn.graph, tmp_path)


@given(cut=st.integers(0, 231))
def test_a_file_cut_anywhere_is_refused(cut, tmp_path_factory):
    whole = PLAIN + bytes(216) + bytes(8) + bytes(4)
    layers = [convolution(), Layer("PReLU", "slope", (), (), {0: 1})]
    path = written(tmp_path_factory.getbasetemp(), whole, "cut.bin")
    assert len(ncnn.weights(path, layers)) == 2
    refusal(ncnn.weights, written(path.parent, whole[:cut], "cut.bin"), layers)


@given(junk=st.one_of(st.binary(max_size=200), st.text("7651 \n=,-.eInputConvolution", max_size=200)))
def test_no_junk_gets_further_than_a_refusal(junk, tmp_path_factory):
    folder: Path = tmp_path_factory.getbasetemp()
    begun = b"7767517\n" + (junk if isinstance(junk, bytes) else junk.encode())
    for data in (junk, begun):
        with suppress(ToolFailed):
            assert isinstance(ncnn.graph(written(folder, data, "junk.param")), tuple)


@pytest.mark.footage
def test_a_real_model_is_read_bit_by_bit(footage):
    weights = footage.parent / "weights"
    if not (weights / "realesr-animevideov3.pth").is_file():
        pytest.skip(f"no real weights at {weights}: reading a real model of ncnn's was not checked")
    torch = pytest.importorskip("torch")
    graph = ncnn.graph(weights / "realesr-animevideov3-x4.param")
    found = ncnn.weights(weights / "realesr-animevideov3-x4.bin", graph)
    same = torch.load(weights / "realesr-animevideov3.pth", weights_only=True)["params_ema"]
    arrays = [array for one in found for array in one.arrays.values()]
    assert len(arrays) == len(same) == 53
    assert all(np.array_equal(array, one.numpy()) for array, one in zip(arrays, same.values(), strict=True))
