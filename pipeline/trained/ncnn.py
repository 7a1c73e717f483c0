"""Models of the ncnn library read as they are: the graph (`.param`, text) and the numbers (`.bin`), without ncnn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.errors import ToolFailed

MAGIC = "7767517"
HALF, PLAIN = 0x01306B47, 0
"""Tags before weights: float16 (filled up to whole words of 4 bytes), and float32."""

MOST_LAYERS = 10_000
MOST_BYTES = {".param": 4_000_000, ".bin": 2_000_000_000}
"""Files beyond this are no model of a kind that is read here."""

ARRAYS_BELOW = -23300
"""A key of -23300 - n says that parameter n is an array: its length, then its values."""

Value = int | float | tuple[int | float, ...]
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of a graph: what it does, its name, the blobs it takes and gives, its parameters by number."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    params: Mapping[int, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trained:
    """A layer that holds numbers, and they by name, float32, shaped as torch shapes them.

    Convolution: `weight` (out, in, height, width), `bias` (out). Deconvolution: `weight` (in, out, height, width),
    `bias` (out). InnerProduct: `weight` (out, in), `bias` (out). PReLU: `weight`. A bias only where there is one.
    """

    layer: Layer
    arrays: Mapping[str, Array]


class _Faulty(Exception):
    """What is wrong with a file, for the one sentence that names it."""


def graph(path: Path) -> tuple[Layer, ...]:
    """Read the layers of a `.param` in their order.

    Raises:
        ToolFailed: it is not there, or is no graph of ncnn's.
    """
    try:
        return _graph(_bytes(path, ".param").decode("utf-8"))
    except UnicodeDecodeError as failure:
        raise _unreadable(path, "it is no text") from failure
    except _Faulty as failure:
        raise _unreadable(path, str(failure)) from failure


def weights(path: Path, layers: Sequence[Layer]) -> tuple[Trained, ...]:
    """Read from a `.bin` what those of `layers` hold that hold numbers, in their order.

    Layers come from the `.param`, or are known beforehand. Nothing is set aside for numbers the file has not.

    Raises:
        ToolFailed: it is not there, ends early, goes on, or keeps numbers in a way that is not read here.
    """
    try:
        return _trained(layers, _Rest(_bytes(path, ".bin")))
    except _Faulty as failure:
        raise _unreadable(path, str(failure)) from failure


def _unreadable(path: Path, why: str) -> ToolFailed:
    return ToolFailed(f"{path} is no ncnn model that can be read: {why}", cure="get the file again, whole")


def _bytes(path: Path, kind: str) -> bytes:
    try:
        size = path.stat().st_size
        found = path.read_bytes() if size <= MOST_BYTES[kind] else None
    except OSError as failure:
        raise _Faulty(failure.strerror or type(failure).__name__) from failure
    if found is None:
        raise _Faulty(f"{size} bytes are too many")
    return found


def _trained(layers: Sequence[Layer], rest: "_Rest") -> tuple[Trained, ...]:
    found = tuple(Trained(layer, READERS[layer.kind](layer, rest)) for layer in layers if layer.kind in READERS)
    if rest.left:
        raise _Faulty(f"{rest.left} bytes are left over")
    return found


def _graph(text: str) -> tuple[Layer, ...]:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != [MAGIC]:
        raise _Faulty(f"it does not begin with {MAGIC}")
    if len(lines) < 2 or len(lines[1]) != 2:
        raise _Faulty("its second line does not count layers and blobs")
    layers, blobs = (_count(word, MOST_LAYERS * 100) for word in lines[1])
    if not 0 < layers <= MOST_LAYERS or layers != len(lines) - 2:
        raise _Faulty(f"it tells of {layers} layers and has {len(lines) - 2}")
    found = tuple(_layer(words) for words in lines[2:])
    given = sum(len(layer.outputs) for layer in found)
    if given != blobs:
        raise _Faulty(f"it tells of {blobs} blobs and has {given}")
    return found


def _layer(words: Sequence[str]) -> Layer:
    if len(words) < 4:
        raise _Faulty(f"the line of {words[0][:40]!r} is too short")
    kind, name = words[:2]
    first, second = (_count(word, len(words)) for word in words[2:4])
    if len(words) < 4 + first + second:
        raise _Faulty(f"layer {name[:40]} names fewer blobs than it counts")
    params = dict(_parameter(word, name) for word in words[4 + first + second :])
    return Layer(kind, name, tuple(words[4 : 4 + first]), tuple(words[4 + first : 4 + first + second]), params)


def _parameter(word: str, name: str) -> tuple[int, Value]:
    key, _, told = word.partition("=")
    values = tuple(map(_number, told.split(",")))
    number = _number(key)
    if not isinstance(number, int):
        raise _Faulty(f"layer {name[:40]} has a parameter {key[:40]!r}")
    if number > ARRAYS_BELOW and len(values) == 1:
        return number, values[0]
    if number > ARRAYS_BELOW or values[0] != len(values) - 1:
        raise _Faulty(f"layer {name[:40]} has an array of another length than it tells")
    return ARRAYS_BELOW - number, values[1:]


def _number(word: str) -> int | float:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    raise _Faulty(f"{word[:40]!r} is no number")


def _count(word: str, most: int) -> int:
    number = _number(word)
    if not isinstance(number, int) or not 0 <= number <= most:
        raise _Faulty(f"{word[:40]!r} is no count")
    return number


class _Rest:
    """What is still to be read of a file; a class because reading goes on where it stopped."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    @property
    def left(self) -> int:
        """Bytes that nobody has read."""
        return len(self._data)

    def _taken(self, size: int, name: str) -> memoryview:
        if size > self.left:
            raise _Faulty(f"it ends within layer {name}: {size} bytes are asked for and {self.left} are left")
        found, self._data = self._data[:size], self._data[size:]
        return found

    def plain(self, count: int, name: str) -> Array:
        """Read numbers that have no tag."""
        return np.frombuffer(self._taken(4 * count, name), "<f4").astype(np.float32)

    def tagged(self, shape: tuple[int, ...], name: str) -> Array:
        """Read numbers that have one."""
        count = prod(shape)
        tag = int.from_bytes(self._taken(4, name), "little")
        if tag == PLAIN:
            return self.plain(count, name).reshape(shape)
        if tag != HALF:
            raise _Faulty(f"layer {name} has weights tagged {tag:#010x}; float16 and float32 are read")
        words = self._taken((2 * count + 3) // 4 * 4, name)
        return np.frombuffer(words, "<f2", count).astype(np.float32).reshape(shape)


def _whole(layer: Layer, key: int, otherwise: int | None = None) -> int:
    value = layer.params.get(key, otherwise)
    if not isinstance(value, int) or value < 0:
        raise _Faulty(f"layer {layer.name} has no parameter {key} that is a count")
    return value


def _share(layer: Layer, size_key: int, others: Sequence[int]) -> int:
    """Give the inputs of a layer: what the others leave of the count of its weights."""
    size, rest = _whole(layer, size_key), prod(others)
    if not rest or not size or size % rest:
        raise _Faulty(f"layer {layer.name} tells of {size} weights, which {rest} do not divide")
    return size // rest


def _bias(layer: Layer, key: int, out: int, rest: _Rest) -> Mapping[str, Array]:
    return {"bias": rest.plain(out, layer.name)} if _whole(layer, key, 0) else {}


def _convolution(layer: Layer, rest: _Rest) -> Mapping[str, Array]:
    out, width = _whole(layer, 0), _whole(layer, 1)
    height = _whole(layer, 11, width)
    shape = (out, _share(layer, 6, (out, height, width)), height, width)
    weight = rest.tagged(shape, layer.name)
    return {"weight": weight, **_bias(layer, 5, out, rest)}


def _deconvolution(layer: Layer, rest: _Rest) -> Mapping[str, Array]:
    found = dict(_convolution(layer, rest))
    return found | {"weight": np.ascontiguousarray(found["weight"].swapaxes(0, 1))}


def _inner_product(layer: Layer, rest: _Rest) -> Mapping[str, Array]:
    out = _whole(layer, 0)
    weight = rest.tagged((out, _share(layer, 2, (out,))), layer.name)
    return {"weight": weight, **_bias(layer, 1, out, rest)}


def _prelu(layer: Layer, rest: _Rest) -> Mapping[str, Array]:
    return {"weight": rest.plain(_whole(layer, 0), layer.name)}


READERS = {
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "InnerProduct": _inner_product,
    "PReLU": _prelu,
}
"""By kind of layer, what reads its numbers; a file with others is found to have bytes left over."""
