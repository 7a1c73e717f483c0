"""Another size by a trained network: detail that plain scaling cannot have, and as true to the take as is asked."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from pipeline.errors import OperatorError, ProducerError, ToolMissing
from pipeline.finishers import tiles
from pipeline.finishers.catalog import ENLARGER, here, identity, second
from pipeline.finishers.enlarger import Enlarger, library, resident
from pipeline.model import Size, Spec
from pipeline.ports import Frame
from pipeline.trained.device import Device, device, forget, free_bytes, is_full
from pipeline.vision.fitting import Fit
from pipeline.vision.scale import CENTRE, Focus, fit

TILE = {"cuda": 512, "mps": 256, "cpu": 256}
"""Pixels of a side of the take that go through the network at once; larger ones gain nothing measurable."""

BYTES_A_PIXEL = 6000
"""GPU memory that one pixel of a part takes at its widest place: channels, enlarged pixels and what is freed late."""

MOST_AT_ONCE = 8

INDEXED, WIDE = 2**31 - 1, 64
"""Numbers that a kernel can count in one tensor, and the channels that enlarged pixels may have inside a network."""

LEAST = 64
"""Pixels of a side of the smallest part that is tried."""

Waiting = tuple[Any, Any]
"""A frame being enlarged: uint8 (H, W, 3), on its way into the processor's memory, and what tells when it is there."""


class RealEsrgan:
    """Brings every frame to `size` with a network, then by area or Lanczos from what the network gives.

    `fidelity` 0..1: how much of what the network changed in the take's own pixels is put back (one step of iterative
    back-projection: Irani and Peleg, CVGIP 1991). `denoise` 0..1: for models that come in two, how much noise they take
    away; None is half of it, as their makers recommend. A class because the port has four functions of the same
    settings.

    Raises:
        ProducerError: a value out of its range.
    """

    name: ClassVar[str] = "realesrgan"
    version: ClassVar[int] = 1

    def __init__(
        self,
        size: Size,
        how: Fit = "cover",
        focus: Focus = CENTRE,
        *,
        model: str = "",
        fidelity: float = 0.0,
        denoise: float | None = None,
        weights: Path | None = None,
    ) -> None:
        for name, value in (("fidelity", fidelity), ("denoise", denoise or 0.0)):
            if not 0 <= value <= 1:
                raise ProducerError(f"{name} {value:g} cannot be", cure="choose a number from 0 to 1")
        self.size = size
        self.how: Fit = how
        self.focus = focus
        self.model = model or ENLARGER
        self.fidelity = fidelity
        self.denoise = 0.5 if denoise is None else denoise
        self._weights = weights

    @property
    def weights(self) -> Path:
        """Give the file of weights.

        Raises:
            ToolMissing: it is not here; names the command that fetches it.
        """
        if self._weights is None:
            return here(self.model)
        if not self._weights.is_file():
            raise ToolMissing(f"there are no weights at {self._weights}", cure=f"dailies models pull {self.model}")
        return self._weights

    @property
    def mixed(self) -> tuple[Path, float] | None:
        """Give the model's second file and its share, where it comes in two."""
        if self._weights or self.denoise == 1:
            return None
        other = second(self.model)
        return (other, 1 - self.denoise) if other else None

    def values(self) -> Mapping[str, Any]:
        """Give size, fit, what is kept inside, the sha256 of the weights, and how true it is to the take.

        Raises:
            ToolMissing: the weights are not here.
        """
        mixed = self.mixed
        return {
            "size": self.size,
            "fit": self.how,
            "focus": self.focus,
            "weights": identity(self.weights),
            "mixed": [identity(mixed[0]), mixed[1]] if mixed else [],
            "fidelity": self.fidelity,
        }

    def spec(self, before: Spec) -> Spec:
        """Foretell the new size; rate and frames stay."""
        return Spec(self.size, before.rate, before.frames)

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:
        """Stream the frames, each enlarged alone; the network is loaded with the first, and works one frame ahead.

        Raises:
            ToolMissing: torch, spandrel or the weights are not here.
            ToolFailed: the weights are of no network that enlarges pictures.
            OperatorError: the device has too little memory even for a small part.
        """
        path, mixed, _ = self.weights, self.mixed, library()
        place = device("auto", path.stat().st_size)
        made = _prepared(path, place, mixed)
        room = _room(made, before.size)
        waiting = None
        for frame in frames:
            coming, room = _fitting(made, frame, self.fidelity, room)
            if waiting is not None:
                yield self._fit(waiting)
            waiting = coming
        if waiting is not None:
            yield self._fit(waiting)

    def _fit(self, waiting: Waiting) -> Frame:
        return fit(_arrived(waiting), self.size, self.how, self.focus)


def _prepared(path: Path, place: Device, mixed: tuple[Path, float] | None) -> Enlarger:
    try:
        return resident(path, place, mixed)
    except (RuntimeError, MemoryError) as failure:
        raise _too_little(failure, place) from failure


def _room(made: Enlarger, size: Size) -> tuple[int, int]:
    """Choose how large parts are, and how many go through at once: as many as fit into half of the free memory."""
    tile, free = TILE.get(made.place.name, TILE["cpu"]), free_bytes(made.place)
    if free is None:
        return tile, 1
    pixels = (tile + 2 * made.pad) ** 2
    while tile > LEAST and pixels * BYTES_A_PIXEL > free / 2:
        tile //= 2
        pixels = (tile + 2 * made.pad) ** 2
    count = -(-size.width // tile) * -(-size.height // tile)
    fit_in = int(free / 2 // (pixels * BYTES_A_PIXEL)), INDEXED // (pixels * WIDE * made.scale**2)
    return tile, max(1, min(MOST_AT_ONCE, count, *fit_in))


def _fitting(made: Enlarger, frame: Frame, fidelity: float, room: tuple[int, int]) -> tuple[Waiting, tuple[int, int]]:
    """Send a frame through the network in parts that fit into the memory there is; give what fitted, too."""
    while True:
        try:
            return _begun(made, frame, fidelity, *room), room
        except (RuntimeError, MemoryError) as failure:
            told = _too_little(failure, made.place)
            if room[0] <= LEAST:
                raise told from failure
        forget(made.place)  # only here: while the failure is held, it holds the memory
        room = room[0] // 2, 1


def _too_little(failure: Exception, place: Device) -> OperatorError:
    """Say in one line that the device has too little memory; raise a failure that tells of something else."""
    if not is_full(failure):
        raise failure
    told = f"enlarging by a model needs more memory than {place.title} has free"
    return OperatorError(told, cure="write `upscale: lanczos`, or set DAILIES_DEVICE=cpu")


def _begun(made: Enlarger, frame: Frame, fidelity: float, tile: int, batch: int) -> Waiting:
    """Send a frame through the network; a GPU goes on working while this returns."""
    torch = library()
    with torch.inference_mode():
        given = torch.tensor(np.ascontiguousarray(frame))
        if made.place.is_gpu:
            given = given.pin_memory().to(made.place.name, non_blocking=True)
        else:
            given = given.to(made.place.name)
        planes = given.permute(2, 0, 1)[None].to(torch.float32).div_(255)
        levels = _levels(enlarged(made, planes, fidelity, tile, batch))
        if not made.place.is_gpu:
            return levels.cpu(), None
        result = torch.empty(levels.shape, dtype=torch.uint8, pin_memory=True)
        result.copy_(levels, non_blocking=True)
        done = torch.cuda.Event()
        done.record()
        return result, done


def enlarged(made: Enlarger, planes: Any, fidelity: float, tile: int, batch: int = 1) -> Any:
    """Enlarge a picture (1, 3, H, W), 0..1, by the network's own scale, in parts of `tile` pixels."""
    functional = library().nn.functional
    result = tiles.enlarged(made.enlarge, planes.to(made.dtype), made.scale, tile, made.pad, made.align, batch)
    if not fidelity or made.scale == 1:
        return result
    missing = planes - functional.avg_pool2d(result, made.scale)
    return functional.interpolate(missing, scale_factor=made.scale, mode="bicubic").mul_(fidelity).add_(result)


def _levels(planes: Any) -> Any:
    """Give planes (1, 3, H, W), 0..1, as uint8 (H, W, 3), rounded."""
    torch = library()
    return planes[0].mul(255).clamp_(0, 255).round_().to(torch.uint8).permute(1, 2, 0).contiguous()


def _arrived(waiting: Waiting) -> Frame:
    result, done = waiting
    if done is not None:
        done.synchronize()
    return np.asarray(result.numpy(), dtype=np.uint8)
