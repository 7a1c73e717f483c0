"""Model weights in the safetensors format: whether a file is one, told from the list of tensors it begins with.

The format: 8 bytes, little-endian, say how long a JSON object is; it names each tensor's type, shape and place; all
tensors follow (https://huggingface.co/docs/safetensors). Unlike a pickle, nothing in it can run.
"""

import json
from pathlib import Path
from typing import Any

from pipeline.errors import MediaInvalid

SUFFIX = ".safetensors"
LENGTH_BYTES = 8
LONGEST_LIST = 32 << 20
"""Bytes; that of a model of 14 billion weights is a few hundred thousand."""

_AGAIN = "copy or download it again"


def is_weights(path: Path) -> bool:
    """Tell whether a file is called as weights are."""
    return path.suffix.casefold() == SUFFIX


def check_weights(path: Path) -> None:
    """Refuse what is no whole file of weights; only its list of tensors is read.

    Raises:
        MediaInvalid: missing, unreadable, another kind of file under this name, or cut short; with the cure.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(LENGTH_BYTES), "little")
            text = file.read(length) if 2 <= length <= LONGEST_LIST else b""
    except OSError as failure:
        message = f"{path.name} cannot be read: {failure.strerror or failure}"
        raise MediaInvalid(message, cure="check the path, and who may read it") from failure
    if not size:
        raise MediaInvalid(f"{path.name} is empty", cure=_AGAIN)
    tensors = _listed(text)
    if text.startswith(b"{") and len(text) < length:
        raise _cut_short(path, size, LENGTH_BYTES + length)
    if tensors is None:
        message = f"{path.name} is no file of weights, or a damaged one: it does not begin with a list of tensors"
        raise MediaInvalid(message, cure=f"{_AGAIN}; another kind of file does not become one by its name")
    if not tensors:
        raise MediaInvalid(f"{path.name} holds no weights", cure=_AGAIN)
    ends = [_end(tensor) for tensor in tensors.values()]
    if None in ends:
        raise MediaInvalid(f"{path.name} is damaged: it does not say where its weights lie", cure=_AGAIN)
    whole = LENGTH_BYTES + length + max(end for end in ends if end is not None)
    if whole > size:
        raise _cut_short(path, size, whole)


def _cut_short(path: Path, size: int, whole: int) -> MediaInvalid:
    return MediaInvalid(f"{path.name} is cut short: it has {size} of {whole} bytes", cure=_AGAIN)


def _listed(text: bytes) -> dict[str, Any] | None:
    """Read the list of tensors, without the remarks in it; None where it is none."""
    try:
        found = json.loads(text) if text.startswith(b"{") else None
    except (ValueError, RecursionError):
        return None
    return {name: one for name, one in found.items() if name != "__metadata__"} if isinstance(found, dict) else None


def _end(tensor: Any) -> int | None:
    """Give where a tensor ends, counted from the end of the list; None where that cannot be."""
    place = tensor.get("data_offsets") if isinstance(tensor, dict) else None
    if not isinstance(place, list) or [type(one) for one in place] != [int, int]:
        return None
    return int(place[1]) if 0 <= place[0] <= place[1] else None
