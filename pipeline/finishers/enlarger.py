"""Networks that enlarge single pictures: read from any file spandrel knows, with how far their pixels see.

How far: every 3x3 convolution lets a pixel of the result see one pixel further, in pixels of its own input. Summed over
the convolutions that a picture goes through, that is a bound; a part of a picture that is wider by it on each side
gives the very pixels of the whole picture. Where the bound is large (an RRDB network of 23 blocks: 350) the outermost
pixels tell nothing measurable, so the width that suffices is measured; where layers mix the whole picture there is no
bound, and it is measured too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, lcm
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.errors import ToolFailed, ToolMissing
from pipeline.finishers.catalog import identity
from pipeline.finishers.tiles import Margins
from pipeline.trained import ncnn
from pipeline.trained.checkpoint import tensors
from pipeline.trained.device import Device
from pipeline.trained.libraries import at_work, mended, torch

INSTALL = "pip install 'dailies[finish]'"
CURE = "`dailies models` lists those that enlarge pictures"

PLAIN = {"Conv2d", "PReLU", "BatchNorm2d"}
"""Layers with numbers of their own whose reach is known."""

FAR = 64
"""Pixels up to which a bound is used as it is."""

SEAM = 0.01 / 255
"""The difference at a seam, of full scale, up to which a measured pad will do: a hundredth of a level."""

PADS, REFERENCE = (16, 32, 48, 64), 96
"""Pads that are tried where the bound is of no use, and the one they are held against."""

WINDOW = 16
"""Networks that look at a picture in windows have windows of 8 or 16 pixels; parts that begin at one see the same."""

WIDEST = 8192
"""The longest side of a tensor; what is said to be wider would be built, and filled, before it is found out."""

SIDE = 48
"""Pixels of a side that every network takes."""


@dataclass(frozen=True, slots=True)
class Enlarger:
    """A network in memory: what it multiplies sides by, how parts of a picture have to lie for it, where it is.

    `net` takes pictures (N, 3, H, W), 0..1, of any size, in `dtype` on `place`, and gives such. `pad`: pixels around a
    part that hide its seams; `align`: what places and lengths of parts are multiples of.
    """

    net: Any
    scale: int
    align: int
    pad: int
    place: Device
    dtype: Any

    def enlarge(self, pictures: Any, margins: Margins) -> Any:
        """Enlarge pictures, without their margins (tiles.Network)."""
        if self.net.architecture.id == "Compact":
            return _shrinking(self.net.model, pictures, margins)
        return _inside(self.net(pictures), tuple(one * self.scale for one in margins))


def _inside(planes: Any, margins: Sequence[int]) -> Any:
    top, below, left, right = margins
    return planes[..., top : planes.shape[-2] - below, left : planes.shape[-1] - right]


def _shrinking(net: Any, pictures: Any, margins: Margins) -> Any:
    """Run an SRVGGNetCompact so that a margin becomes narrower with every convolution that still has to see it.

    Half of what is computed in margins is thereby saved; the result is what `net` gives inside of them.
    """
    functional, made = library().nn.functional, pictures
    still: Sequence[int] = margins
    ahead = sum(hasattr(layer, "kernel_size") for layer in net.body)
    for layer in net.body:
        made = layer(made)
        if hasattr(layer, "kernel_size"):
            ahead -= 1
            made = _inside(made, [max(0, one - ahead) for one in still])
            still = [min(one, ahead) for one in still]
    base = functional.interpolate(_inside(pictures, margins), scale_factor=net.upscale, mode="nearest")
    return net.upsampler(made).add_(base).clamp_(0, 1)


_kept: dict[tuple[str, ...], Enlarger] = {}
_loading = Lock()


def library() -> Any:
    """Give torch.

    Raises:
        ToolMissing: it is not installed, or is broken.
    """
    return torch(INSTALL)


def resident(path: Path, place: Device, mixed: tuple[Path, float] | None = None) -> Enlarger:
    """Give the network of a file of weights on a device, loaded once a process.

    `mixed`: other weights of the same network, and their share, 0..1 (Real-ESRGAN's denoise strength is such a mix).

    Raises:
        ToolMissing: torch or spandrel is not here.
        ToolFailed: this is no network that enlarges single pictures in colour.
    """
    key = (identity(path), place.name, *((identity(mixed[0]), str(mixed[1])) if mixed else ()))
    with _loading:
        if key not in _kept:
            _kept.clear()  # one at a time: two would only share the memory
            with at_work:
                _kept[key] = _loaded(path, place, mixed)
        return _kept[key]


def _loaded(path: Path, place: Device, mixed: tuple[Path, float] | None) -> Enlarger:
    state = state_of(path)
    if mixed:
        state = _mix(state, state_of(mixed[0]), mixed[1], f"{mixed[0].name} and {path.name}")
    described = _described(path, state)
    multiple = described.size_requirements.multiple_of
    bound = reach(described.model, described)
    described.to(place.name)
    if place.name != "mps":
        described.model.to(memory_format=library().channels_last)
    pad = bound if bound is not None and bound <= FAR else _measured(described, place)
    dtype = _numbers(described, place, path)
    align = multiple if bound is not None else lcm(multiple, WINDOW)
    return Enlarger(described, described.scale, align, pad, place, dtype)


def _mix(state: Mapping[str, Any], other: Mapping[str, Any], share: float, both: str) -> dict[str, Any]:
    """Give `share` of the other's numbers and the rest of the first's."""
    if {name: one.shape for name, one in state.items()} != {name: one.shape for name, one in other.items()}:
        raise ToolFailed(f"{both} are not of one network", cure=CURE)
    return {name: one * (1 - share) + other[name] * share for name, one in state.items()}


def state_of(path: Path) -> dict[str, Any]:
    """Read a network's tensors by the names its maker gave them; those of an ncnn `.bin` by the order of its layers.

    Raises:
        ToolFailed: the file is damaged, holds more than tensors, or its `.param` is not beside it.
    """
    if path.suffix.lower() != ".bin":
        return tensors(path)
    graph = path.with_suffix(".param")
    if not graph.is_file():
        raise ToolFailed(f"{path.name} needs its graph, {graph.name}, beside it", cure="copy both into the folder")
    layers, made = ncnn.weights(path, ncnn.graph(graph)), library().from_numpy
    return {f"body.{k}.{name}": made(array) for k, layer in enumerate(layers) for name, array in layer.arrays.items()}


def _described(path: Path, state: Mapping[str, Any]) -> Any:
    try:
        mended()
        import spandrel
    except (ImportError, OSError, RuntimeError) as failure:
        missing = getattr(failure, "name", None) or failure
        raise ToolMissing(
            f"enlarging by a model needs a library that is not here: {missing}", cure=INSTALL
        ) from failure
    told = f"{path.name} is no network that enlarges single pictures"
    if any(side > WIDEST for one in state.values() for side in one.shape):
        raise ToolFailed(told, cure=CURE)
    try:
        found = spandrel.ModelLoader(device="cpu").load_from_state_dict(dict(state))
    except Exception as failure:  # spandrel's readers raise whatever a foreign list of tensors makes them stumble over
        raise ToolFailed(told, cure=CURE) from failure
    colour = found.input_channels == found.output_channels == 3
    if not isinstance(found, spandrel.ImageModelDescriptor) or found.purpose == "FaceSR" or not colour:
        raise ToolFailed(told, cure=CURE)
    return found.eval()


def _numbers(described: Any, place: Device, path: Path) -> Any:
    """Bring a network to the best kind of numbers in which it gives any: float16 ends at 65504."""
    imported = library()
    for dtype in dict.fromkeys((number(described, place), imported.float32)):
        described.to(dtype)
        picture = imported.rand(1, 3, SIDE, SIDE, generator=imported.Generator().manual_seed(0))
        with imported.inference_mode():
            made = described(picture.to(place.name, dtype))
        if bool(imported.isfinite(made).all()):
            return dtype
    raise ToolFailed(f"{path.name} gives no picture: some of its numbers are none", cure=CURE)


def number(described: Any, place: Device) -> Any:
    """Choose the kind of numbers: half precision on a GPU, bfloat16 where a processor computes in it, else float32."""
    imported = library()
    if place.name == "cuda":
        if described.supports_half:
            return imported.float16
        return imported.bfloat16 if described.supports_bfloat16 else imported.float32
    if place.name == "cpu" and described.supports_bfloat16 and _computes_in_bfloat16(imported):
        return imported.bfloat16
    return imported.float32


def _computes_in_bfloat16(imported: Any) -> bool:
    """Tell whether the processor has instructions for bfloat16; where it has none, it is many times slower."""
    asked = (getattr(imported.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(one() for one in asked if one is not None)


# ---------------------------------------------------------------- how far a pixel sees


def reach(net: Any, call: Any = None) -> int | None:
    """Give how many pixels to each side a pixel of the result can see at most; None where there is no such bound.

    `call`: what is called in place of `net`. Convolutions that work on pixels of another size count in pixels of the
    picture. Those of branches are added up as if they stood in a row, so the bound may be larger than the truth, never
    smaller: what sees further without a layer of its own (a mean over the picture) is found by trying.
    """
    imported = library()
    kinds = {type(one).__name__ for one in net.modules() if next(one.parameters(recurse=False), None) is not None}
    if not kinds <= PLAIN:
        return None
    seen = [0.0]

    def count(layer: Any, given: Any, _: Any) -> None:
        sides = zip(layer.kernel_size, layer.dilation, strict=True)
        seen[0] += max(size // 2 * dilation for size, dilation in sides) * SIDE / given[0].shape[-1]

    hooks = [one.register_forward_hook(count) for one in net.modules() if isinstance(one, imported.nn.Conv2d)]
    try:
        with imported.inference_mode():
            (call or net)(imported.zeros(1, 3, SIDE, SIDE))
    finally:
        for hook in hooks:
            hook.remove()
    bound = ceil(seen[0])
    return bound if bound > FAR or _holds(call or net, bound) else None


def _holds(call: Any, bound: int) -> bool:
    """Tell whether a pixel stays as it is when those change that are further off than `bound`."""
    imported = library()
    changed, kept = SIDE, -(-bound // WINDOW) * WINDOW + SIDE
    one, other = imported.rand(2, 1, 3, SIDE, changed + kept, generator=imported.Generator().manual_seed(0))
    other[..., changed:] = one[..., changed:]
    with imported.inference_mode():
        first, second = call(one), call(other)
    begin = first.shape[-1] * (changed + bound) // (changed + kept)
    return float((first - second)[..., begin:].abs().max()) <= SEAM


def _measured(described: Any, place: Device) -> int:
    """Find the smallest pad at which the edge of a part is within `SEAM` of the same place seen from far inside.

    Where none does, it is the largest that is tried. Measured in float32: half precision alone differs more.
    """
    imported = library()
    side = REFERENCE * 2 + WINDOW
    picture = imported.rand(1, 3, side, side, generator=imported.Generator().manual_seed(0))
    smooth = imported.nn.functional.avg_pool2d(picture, 3, 1, 1).to(place.name)

    def centre(pad: int) -> Any:
        cut = smooth[..., REFERENCE - pad : side - REFERENCE + pad, REFERENCE - pad : side - REFERENCE + pad]
        inside = slice(pad * described.scale, (pad + WINDOW) * described.scale)
        return described(cut)[..., inside, inside]

    with imported.inference_mode(), imported.backends.cudnn.flags(enabled=True, allow_tf32=False):
        truth = centre(REFERENCE)
        return next((pad for pad in PADS if float((centre(pad) - truth).abs().max()) <= SEAM), PADS[-1])
