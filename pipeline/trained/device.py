"""What a model runs on, and how much of its memory is free."""

import os
from dataclasses import dataclass
from typing import Any

from pipeline.errors import OperatorError
from pipeline.trained.libraries import torch

SMALL = 1_000_000_000
"""Bytes of weights up to which a processor will do without being asked to."""

INSTALL = "pip install 'dailies[local]'"


@dataclass(frozen=True, slots=True)
class Device:
    """A device by torch's name (`cuda`, `mps`, `cpu`), and what people call it."""

    name: str
    title: str

    @property
    def is_gpu(self) -> bool:
        """Tell whether it has memory of its own that weights move into."""
        return self.name == "cuda"


def library() -> Any:
    """Give torch.

    Raises:
        ToolMissing: it is not installed, or is broken.
    """
    return torch(INSTALL)


def device(asked: str, weights_bytes: int) -> Device:
    """Choose what a model runs on; `asked` is auto, cuda, mps or cpu, and DAILIES_DEVICE stands in for auto.

    Raises:
        OperatorError: what was asked for is not here; or nothing was asked for, there is no GPU, and the model is so
            large that a processor would take days.
    """
    here = library()
    wanted = os.environ.get("DAILIES_DEVICE", "auto") if asked == "auto" else asked
    if wanted == "cuda" and not here.cuda.is_available():
        cure = "look at `nvidia-smi` and at which torch is installed, or write `device: cpu`"
        raise OperatorError("CUDA is asked for, and torch finds no GPU it can use here", cure=cure)
    if wanted == "mps" and not here.backends.mps.is_available():
        raise OperatorError("`device: mps` is asked for, and this is no Apple machine with Metal", cure="leave it out")
    if wanted in {"cuda", "mps", "cpu"}:
        return _titled(here, wanted)
    if wanted != "auto":
        raise OperatorError(f"DAILIES_DEVICE={wanted} is no device", cure="set it to cuda, mps or cpu, or unset it")
    if here.cuda.is_available():
        return _titled(here, "cuda")
    if here.backends.mps.is_available():
        return _titled(here, "mps")
    if weights_bytes > SMALL:
        message = (
            f"this machine has no GPU that torch can use, and the model has {weights_bytes / 1e9:.0f} GB of weights"
        )
        raise OperatorError(
            message, cure="render where one is, or write `device: cpu` beside its name and wait for days"
        )
    return _titled(here, "cpu")


def _titled(here: Any, name: str) -> Device:
    return Device(name, here.cuda.get_device_name() if name == "cuda" else name)


def free_bytes(place: Device) -> int | None:
    """Give the bytes of GPU memory that are free, those among them that torch keeps; None where there is no limit."""
    if not place.is_gpu:
        return None
    cuda = library().cuda
    free, _ = cuda.mem_get_info()
    return int(free + cuda.memory_reserved() - cuda.memory_allocated())


def forget(place: Device) -> None:
    """Give back memory that torch keeps for later."""
    import gc

    gc.collect()
    if place.is_gpu:
        library().cuda.empty_cache()


def peak_bytes(place: Device, *, reset: bool = False) -> int | None:
    """Give the most bytes of GPU memory in use since the last reset."""
    if not place.is_gpu:
        return None
    cuda = library().cuda
    if reset:
        cuda.reset_peak_memory_stats()
    return int(cuda.max_memory_allocated())


FULL = ("out of memory", "can't allocate memory", "alloc_failed", "unable to find an engine")
"""What torch, CUDA and the libraries below them say where memory was too small."""


def is_full(failure: BaseException) -> bool:
    """Tell whether a failure means that memory was too small."""
    if isinstance(failure, library().OutOfMemoryError | MemoryError):
        return True
    text = str(failure).lower()
    return isinstance(failure, RuntimeError) and any(one in text for one in FULL)
