"""Files of weights, read so that nothing in them can run: safetensors, and torch's own format by its list of tensors.

A `.pth` is a pickle, which may hold any code; it is read with torch's reader for tensors alone, which refuses the rest.
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from pipeline.errors import ToolFailed
from pipeline.trained.libraries import mended

SUFFIXES = (".safetensors", ".pth", ".pt", ".pkl", ".ckpt")

WRAPPERS = ("params_ema", "params", "state_dict", "model_state_dict", "model")
"""Keys under which training programs put a model's tensors, the better ones first."""

LARGEST = 4_000_000_000
"""Bytes of the largest file that is read; models that finish frames have at most some hundred million."""

AGAIN = "fetch it again: `dailies models pull` names the models there are"


def tensors(path: Path) -> dict[str, Any]:
    """Read a model's tensors by name, on the processor, without what a training program wraps around them.

    Raises:
        ToolFailed: no such file, cut short, damaged, no weights, or a pickle that holds more than tensors.
    """
    try:
        size = path.stat().st_size
        if not 0 < size <= LARGEST:
            raise ToolFailed(f"{path.name} has {size} bytes: these are no weights", cure=AGAIN)
        found = _read(path)
    except OSError as failure:
        told = f"{path.name} cannot be read: {failure.strerror or 'it is damaged or cut short'}"
        raise ToolFailed(told, cure=AGAIN) from failure
    kept = _unwrapped(found)
    if kept is None:
        raise ToolFailed(f"{path.name} holds no list of tensors", cure=AGAIN)
    return kept


def _read(path: Path) -> Any:
    torch = mended()
    if path.suffix.lower() == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(path)
        except SafetensorError as failure:
            raise _damaged(path) from failure
    if path.suffix.lower() not in SUFFIXES:
        raise ToolFailed(f"{path.name} is no file of weights", cure=f"name one that ends with {', '.join(SUFFIXES)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats it would rather not read
            found = torch.load(path, map_location="cpu", weights_only=True)
        whole = not is_zipfile(path) or ZipFile(path).testzip() is None  # torch does not look at its check sums
    except UnpicklingError as failure:
        if "GLOBAL" in str(failure):
            told = f"{path.name} holds more than weights, which may be harmful: it is not read"
            raise ToolFailed(told, cure="get the model as .safetensors, or from its maker's own page") from failure
        raise _damaged(path) from failure
    except (RuntimeError, EOFError, ValueError, LookupError, TypeError, AttributeError, BadZipFile) as failure:
        raise _damaged(path) from failure
    if not whole:
        raise _damaged(path)
    return found


def _damaged(path: Path) -> ToolFailed:
    return ToolFailed(f"{path.name} is no file of weights, or is damaged or cut short", cure=AGAIN)


def _unwrapped(found: Any) -> dict[str, Any] | None:
    """Give the tensors inside what a training program saved; None where there are none."""
    torch = mended()
    if not isinstance(found, Mapping):
        return None
    for name in WRAPPERS:
        inside = found.get(name)
        if isinstance(inside, Mapping) and any(isinstance(one, torch.Tensor) for one in inside.values()):
            return _unwrapped(inside)
    kept = {str(name): one for name, one in found.items() if isinstance(one, torch.Tensor)}
    if any(one.numel() * one.element_size() > one.untyped_storage().nbytes() for one in kept.values()):
        return None  # more numbers than the file holds: they would be made as they are copied
    if not kept:
        return None
    if all(name.startswith("module.") for name in kept):
        return {name.removeprefix("module."): one for name, one in kept.items()}
    return kept
