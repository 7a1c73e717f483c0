"""Files of weights: what is one, and what is told of everything else that is called so."""

import hashlib
import json
import tracemalloc
from fractions import Fraction

import pytest

from pipeline.errors import MediaInvalid
from pipeline.media.probe import probe
from pipeline.media.weights import LONGEST_LIST
from pipeline.model import MediaFacts

ONE = {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
NO_LIST = "is no file of weights, or a damaged one: it does not begin with a list of tensors"


def weights(tensors, data=b"\0" * 4, length=None):
    """Give the bytes of a file of weights; its list may be a text, and be said to be of another length."""
    head = (tensors if isinstance(tensors, str) else json.dumps(tensors)).encode()
    return (len(head) if length is None else length).to_bytes(8, "little") + head + data


@pytest.fixture
def ask(tmp_path):
    def run(data, name="ink.safetensors"):
        (tmp_path / name).write_bytes(data)
        return probe(tmp_path / name)

    return run


@pytest.mark.parametrize("name", ["ink.safetensors", "INK.SafeTensors"])
def test_weights_tell_their_content_and_nothing_that_is_seen_or_heard(ask, name):
    data = weights({"__metadata__": {"made": "here"}, **ONE})
    assert ask(data, name) == MediaFacts("weights", hashlib.sha256(data).hexdigest(), None, Fraction(0), False)


def test_whoever_knows_the_content_spares_it_being_read(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(weights(ONE))
    assert probe(tmp_path / "a.safetensors", "ab" * 32).sha256 == "ab" * 32


def test_a_list_padded_with_spaces_and_data_behind_it_are_fine(ask):
    assert ask(weights(json.dumps(ONE) + "   ", b"\0" * 100)).kind == "weights"


@pytest.mark.parametrize("length", [0x4D42, 0x4947, 0x8950])
def test_a_length_that_looks_like_the_first_letters_of_a_picture_misleads_nobody(ask, length):
    """19778 in two bytes is `BM`, as bitmaps begin."""
    assert ask(weights(json.dumps(ONE).ljust(length))).kind == "weights"


def test_what_libraries_write_is_read(tmp_path):
    numbers = pytest.importorskip("numpy")
    save_file = pytest.importorskip("safetensors.numpy").save_file
    save_file({"a": numbers.zeros((3, 4)), "b": numbers.zeros(0)}, tmp_path / "a.safetensors", {"made": "here"})
    assert probe(tmp_path / "a.safetensors").kind == "weights"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\x10\0", NO_LIST),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, NO_LIST),
        (b"PK\x03\x04" + b"\0" * 50, NO_LIST),
        (weights(""), NO_LIST),
        (weights("{}", length=LONGEST_LIST + 1), NO_LIST),
        (weights("{}", length=2**64 - 1), NO_LIST),
        (weights("[]"), NO_LIST),
        (weights("x" * 20), NO_LIST),
        (weights('{"a": '), NO_LIST),
        (weights(ONE, b"", length=500), "is cut short: it has 69 of 508 bytes"),
        (weights('{"a": {"dty', b"", length=500), "is cut short: it has 19 of 508 bytes"),
        (weights('{"a":' * 100_000), NO_LIST),
        (weights("{}"), "holds no weights"),
        (weights({"__metadata__": {}}), "holds no weights"),
        (weights({"a": 3}), "does not say where its weights lie"),
        (weights({"a": {}}), "does not say where its weights lie"),
        (weights({"a": {"data_offsets": [0]}}), "does not say where its weights lie"),
        (weights({"a": {"data_offsets": [4, 0]}}), "does not say where its weights lie"),
        (weights({"a": {"data_offsets": [-1, 4]}}), "does not say where its weights lie"),
        (weights({"a": {"data_offsets": [0, 4.0]}}), "does not say where its weights lie"),
        (weights({"a": {"data_offsets": [False, True]}}), "does not say where its weights lie"),
        (weights(ONE, b"\0" * 3), "is cut short: it has 72 of 73 bytes"),
    ],
)
def test_what_is_no_whole_file_of_weights_is_told(ask, data, words):
    with pytest.raises(MediaInvalid) as refused:
        ask(data)
    assert refused.value.message.startswith("ink.safetensors ")
    assert words in refused.value.message
    assert refused.value.cure.startswith("copy or download it again")


def test_what_cannot_be_read_is_told(tmp_path):
    (tmp_path / "folder.safetensors").mkdir()
    for name in ("none.safetensors", "folder.safetensors"):
        with pytest.raises(MediaInvalid, match=f"{name} cannot be read: "):
            probe(tmp_path / name)


def test_large_weights_take_little_memory(tmp_path):
    path = tmp_path / "large.safetensors"
    size = 200 << 20
    path.write_bytes(weights({"a": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}, b""))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + size)
    tracemalloc.start()
    assert probe(path).kind == "weights"
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
