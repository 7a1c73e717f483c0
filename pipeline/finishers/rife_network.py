"""RIFE v4.6: four blocks, coarse to fine, that find for a frame between two where each of them is seen there.

The network of Huang et al., "Real-Time Intermediate Flow Estimation" (ECCV 2022), in its version 4.6 (Practical-RIFE,
MIT). Modules are named as in its state dict, and stand in the order of its ncnn graph.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.errors import ToolFailed
from pipeline.trained.device import library
from pipeline.trained.ncnn import Layer, Trained

BLOCKS = ((7, 192), (12, 128), (12, 96), (12, 64))
"""Channels that come into each block, and those inside. In: both frames, the time, and from the second block on mask
and flow so far."""

SCALES = (8, 4, 2, 1)
"""How much smaller than the frames a block sees them."""

RESIDUAL = 8
"""Convolutions inside a block that add to what they are given."""

OUT = 24
"""Channels a block ends in: flow to the first frame (2), to the second (2), mask (1) and one that nobody reads, of four
pixels each."""

SLOPE = 0.2
"""Of the leaky ReLU after every convolution but the last."""

MULTIPLE = 32
"""Sides must be multiples of this: a block halves twice what is 8 times smaller."""

TEACHER = "block_tea."
"""Begins what a state dict holds for training alone."""

CURE = "dailies models pull rife-v4.6"


def layers() -> tuple[Layer, ...]:
    """Give the layers that hold numbers as ncnn tells of them: what a `flownet.bin` is read by."""
    return tuple(_layers())


def _layers() -> Iterator[Layer]:
    for index, (channels, wide) in enumerate(BLOCKS):
        block = f"block{index}"
        yield _layer("Convolution", f"{block}.conv0.0.0", channels, wide // 2, kernel=3, stride=2)
        yield _layer("Convolution", f"{block}.conv0.1.0", wide // 2, wide, kernel=3, stride=2)
        for number in range(RESIDUAL):
            yield _layer("Convolution", f"{block}.convblock.{number}.conv", wide, wide, kernel=3, stride=1)
        yield _layer("Deconvolution", f"{block}.lastconv.0", wide, OUT, kernel=4, stride=2)


def _layer(kind: str, name: str, channels: int, out: int, *, kernel: int, stride: int) -> Layer:
    """Tell of a layer by ncnn's parameters: outputs, kernel, stride, padding, has a bias, count of weights."""
    count = channels * out * kernel**2
    return Layer(kind, name, (), (), {0: out, 1: kernel, 3: stride, 4: 1, 5: 1, 6: count})


def of_state(named: Mapping[str, Any], title: str) -> Any:
    """Make the network from a state dict, names with or without `module.`; `title` names it in failures.

    A residual convolution may come with a `beta` that its result is multiplied by: it is multiplied in.

    Raises:
        ToolMissing: torch is not here.
        ToolFailed: this is no RIFE v4.6.
    """
    state = {name.removeprefix("module."): value for name, value in named.items()}
    return _network({name: one for name, one in state.items() if not name.startswith(TEACHER)}, title)


def of_ncnn(trained: Sequence[Trained], title: str) -> Any:
    """Make the network from what `layers` name, read from a `flownet.bin`; `title` names it in failures.

    Raises:
        ToolMissing: torch is not here.
        ToolFailed: this is no RIFE v4.6.
    """
    torch = library()
    state = {
        f"{one.layer.name}.{part}": torch.from_numpy(array) for one in trained for part, array in one.arrays.items()
    }
    return _network(state, title)


def _network(state: dict[str, Any], title: str) -> Any:
    torch = library()
    with torch.device("meta"):
        made = torch.nn.ModuleDict({f"block{number}": _block(*sizes) for number, sizes in enumerate(BLOCKS)})
    wanted = {name: tuple(one.shape) for name, one in made.state_dict().items()}
    factors = {name: (wide, 1, 1) for name, wide in _betas()}
    if any(name in state for name in factors):
        wanted |= {name: (1, *shape) for name, shape in factors.items()}
    _compare(state, wanted, title)
    plain = {name: one.detach().to(torch.float32) for name, one in state.items()}
    if not all(np.isfinite(one.numpy()).all() for one in plain.values()):
        raise _stranger(title, "some of its numbers are none")
    for name in factors.keys() & plain.keys():
        beta, conv = plain.pop(name), f"{name.removesuffix('beta')}conv"
        plain[f"{conv}.weight"] = plain[f"{conv}.weight"] * beta.reshape(-1, 1, 1, 1)
        plain[f"{conv}.bias"] = plain[f"{conv}.bias"] * beta.reshape(-1)
    made.load_state_dict(plain, assign=True)
    return made.eval().requires_grad_(requires_grad=False)


def _betas() -> Iterator[tuple[str, int]]:
    for index, (_, wide) in enumerate(BLOCKS):
        for number in range(RESIDUAL):
            yield f"block{index}.convblock.{number}.beta", wide


def _block(channels: int, wide: int) -> Any:
    nn = library().nn
    halving = [
        nn.Sequential(nn.Conv2d(a, b, 3, 2, 1), nn.LeakyReLU(SLOPE))
        for a, b in ((channels, wide // 2), (wide // 2, wide))
    ]
    residual = [nn.ModuleDict({"conv": nn.Conv2d(wide, wide, 3, 1, 1)}) for _ in range(RESIDUAL)]
    last = nn.Sequential(nn.ConvTranspose2d(wide, OUT, 4, 2, 1), nn.PixelShuffle(2))
    parts = {"conv0": nn.Sequential(*halving), "convblock": nn.ModuleList(residual), "lastconv": last}
    return nn.ModuleDict(parts)


def _compare(state: Mapping[str, Any], wanted: Mapping[str, tuple[int, ...]], title: str) -> None:
    """Find the first difference in names, then in shapes; a file may also say that its numbers are left out."""
    torch = library()
    for name in wanted:
        if name not in state:
            raise _stranger(title, f"it lacks {name}")
    for name, one in state.items():
        if name not in wanted:
            raise _stranger(title, f"it has {name[:80]!r} besides")
        told = type(one).__name__
        if isinstance(one, torch.Tensor):
            whole = one.is_floating_point() and one.layout == torch.strided and not one.is_meta
            if whole and tuple(one.shape) == wanted[name]:
                continue
            told = f"{one.dtype} {tuple(one.shape)}".removeprefix("torch.")
        raise _stranger(title, f"{name} is {told} instead of numbers of {wanted[name]}")


def _stranger(title: str, why: str) -> ToolFailed:
    return ToolFailed(f"{title} is no RIFE v4.6: {why}", cure=CURE)


def between(network: Any, first: Any, second: Any, t: float) -> Any:
    """Make the frame at time `t`, 0..1, between two.

    Frames are float32 (n, 3, height, width), 0..1, sides multiples of 32. The blocks work in the numbers their weights
    have; flow, mask and the frames stay in float32, since float16 cannot tell places of a large picture apart.
    """
    torch = library()
    resized = torch.nn.functional.interpolate
    time = torch.full_like(first[:, :1], t)
    flow = mask = None
    seen = first, second
    for block, scale in zip(network.values(), SCALES, strict=True):
        given = torch.cat((*seen, time) if mask is None else (*seen, time, mask), 1)
        given = resized(given, scale_factor=1 / scale, mode="bilinear")
        if flow is not None:
            smaller = resized(flow, scale_factor=1 / scale, mode="bilinear") / scale
            given = torch.cat((given, smaller), 1)
        found = resized(estimate(block, given), scale_factor=float(scale), mode="bilinear")
        flow = found[:, :4] * scale if flow is None else flow + found[:, :4] * scale
        mask = found[:, 4:5] if mask is None else mask + found[:, 4:5]
        seen = warp(first, flow[:, :2]), warp(second, flow[:, 2:])
    share = torch.sigmoid(mask)
    return seen[0] * share + seen[1] * (1 - share)


def estimate(block: Any, given: Any) -> Any:
    """Run one block on (n, channels, height, width): float32 (n, 6, height, width), flow both ways, mask, nothing."""
    torch = library()
    weight = block["conv0"][0][0].weight
    held = block["conv0"](given.to(weight.dtype))
    for residual in block["convblock"]:
        held = torch.nn.functional.leaky_relu(residual["conv"](held) + held, SLOPE)
    return block["lastconv"](held).to(torch.float32)


def warp(image: Any, flow: Any) -> Any:
    """Fetch `image` (n, c, height, width) at x + flow(x), bilinear, borders repeated; flow is (n, 2, height, width).

    Places are held inside here and not by the library, which has no such border on every device.
    """
    torch = library()
    height, width = image.shape[-2:]
    x = torch.arange(width, device=flow.device, dtype=flow.dtype) + flow[:, 0]
    y = torch.arange(height, device=flow.device, dtype=flow.dtype)[:, None] + flow[:, 1]
    x, y = x.clamp(0, width - 1) * (2 / (width - 1)) - 1, y.clamp(0, height - 1) * (2 / (height - 1)) - 1
    place = torch.stack((x, y), -1)
    return torch.nn.functional.grid_sample(image, place, mode="bilinear", padding_mode="zeros", align_corners=True)
