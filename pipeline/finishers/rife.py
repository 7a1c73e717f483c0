"""Another frame rate by RIFE v4.6: frames between frames at any moment, by a trained network."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from pipeline.errors import OperatorError, ToolMissing
from pipeline.finishers import rife_network
from pipeline.finishers.catalog import RIFE, here, identity
from pipeline.finishers.interpolate import At, checked, resample, respec
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.trained import ncnn
from pipeline.trained.checkpoint import tensors
from pipeline.trained.device import Device, device, forget, is_full, library
from pipeline.trained.libraries import at_work
from pipeline.vision.interpolation import between, relate

NUMBERS = {"cuda": "float16"}
"""What the blocks work in by device, elsewhere float32: a processor without bfloat16 of its own takes many times as
long in it."""

_kept: dict[tuple[str, str], Any] = {}
_loading = threading.Lock()


class Rife:
    """Brings a clip to `rate` frames a second; source frames that fall on a new time pass bit by bit.

    A class because the port has four functions of the same settings. Cuts repeat the nearer frame and still pairs are
    blended, as by optical flow. `weights` is a file of RIFE v4.6, torch's or ncnn's `.bin`; without, the installed one.

    Raises:
        ProducerError: a rate that is not above 0.
    """

    name: ClassVar[str] = "rife"
    version: ClassVar[int] = 1

    def __init__(self, rate: Fraction, weights: Path | None = None) -> None:
        self.rate = checked(rate)
        self._weights = weights

    @property
    def weights(self) -> Path:
        """Give the file of weights.

        Raises:
            ToolMissing: what is named is not there; or none is named, and none is installed.
        """
        if self._weights is None:
            return here(RIFE)
        if not self._weights.is_file():
            raise ToolMissing(f"there are no weights at {self._weights}", cure=rife_network.CURE)
        return self._weights

    def values(self) -> Mapping[str, Any]:
        """Give rate, model and the sha256 of its weights.

        Raises:
            ToolMissing: the weights are not here.
        """
        return {"rate": self.rate, "model": RIFE, "sha256": identity(self.weights)}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same size at the new rate, and its frames."""
        return respec(before, self.rate)

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:
        """Stream the clip at the new rate, holding two source frames; the network is loaded when first needed.

        Raises:
            ToolMissing: torch or the weights are not here.
            ToolFailed: fewer frames came than `before` tells; the weights are no RIFE v4.6.
            OperatorError: frames of this size do not fit into the memory of the device.
        """
        return resample(frames, before, self.rate, self._relating)

    def _relating(self, a: Frame, b: Frame) -> At:
        relation = relate(a, b)
        if relation.kind != "moving":
            return partial(between, a, b, relation=relation)
        path = self.weights
        place = device("auto", path.stat().st_size)
        with _fitting(a.shape, place):
            network, first, second = resident(path, place), _sent(a, place), _sent(b, place)

        def at(t: float) -> Frame:
            with _fitting(a.shape, place):
                return _made(network, first, second, t, a.shape)

        return at


def resident(path: Path, place: Device) -> Any:
    """Give the network of a file of weights on a device, loaded once a process.

    Raises:
        ToolMissing: torch is not here.
        ToolFailed: this is no RIFE v4.6.
    """
    key = identity(path), place.name
    with _loading:
        if key not in _kept:
            with at_work:
                _kept[key] = _loaded(path, place)
        return _kept[key]


def _loaded(path: Path, place: Device) -> Any:
    torch = library()
    if path.suffix.lower() == ".bin":
        network = rife_network.of_ncnn(ncnn.weights(path, rife_network.layers()), str(path))
    else:
        network = rife_network.of_state(tensors(path), str(path))
    order = {} if place.name == "mps" else {"memory_format": torch.channels_last}
    return network.to(place.name, getattr(torch, NUMBERS.get(place.name, "float32")), **order)


def _sent(frame: Frame, place: Device) -> Any:
    """Bring a frame to the device as float32 (1, 3, height, width), 0..1, its last line and column repeated to fit."""
    torch = library()
    down, right = (-side % rife_network.MULTIPLE for side in frame.shape[:2])
    planes = torch.tensor(frame, device=place.name).permute(2, 0, 1)[None].to(torch.float32) / 255
    return torch.nn.functional.pad(planes, (0, right, 0, down), mode="replicate")


def _made(network: Any, first: Any, second: Any, t: float, size: tuple[int, ...]) -> Frame:
    torch = library()
    with torch.inference_mode():
        found = rife_network.between(network, first, second, t)[0, :, : size[0], : size[1]]
        levels = (found * 255).round_().clamp_(0, 255).to(torch.uint8)
        return np.ascontiguousarray(levels.permute(1, 2, 0).cpu().numpy())


@contextmanager
def _fitting(size: tuple[int, ...], place: Device) -> Iterator[None]:
    """Say in one line that frames of (height, width, 3) are more than the device has memory for."""
    try:
        yield
    except (RuntimeError, MemoryError) as failure:
        if not is_full(failure):
            raise
        forget(place)
        told = f"{size[1]}x{size[0]} is more than RIFE has memory for on {place.title}"
        raise OperatorError(told, cure="interpolate by flow, or set DAILIES_DEVICE=cpu") from failure
