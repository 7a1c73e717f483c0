"""Weights of RIFE's shapes for tests: zeros, known biases, dice; and as ncnn writes them."""

from contextlib import contextmanager

import numpy as np
import pytest

from pipeline.finishers import rife_network as rife

torch = pytest.importorskip("torch")


@contextmanager
def one_thread():
    """Threads of small sums wait for each other longer than they sum where a machine has other things to do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def shapes():
    """Give name, shape of the weight and of the bias, as torch has them."""
    for layer in rife.layers():
        out, side = layer.params[0], layer.params[1]
        inward = layer.params[6] // (out * side * side)
        first = (out, inward) if layer.kind == "Convolution" else (inward, out)
        yield layer.name, (*first, side, side), out


def zeros(betas=None):
    """Nothing at all; with `betas`, that in each of them."""
    state = {}
    for name, shape, out in shapes():
        state |= {f"{name}.weight": torch.zeros(shape), f"{name}.bias": torch.zeros(out)}
        if betas is not None and "convblock" in name:
            state[name.removesuffix("conv") + "beta"] = torch.full((1, out, 1, 1), betas)
    return state


def biased(blocks):
    """Nothing but what the blocks end in: by number, flow (x, y) to the first, to the second, mask."""
    state = zeros()
    for number, values in blocks.items():
        for channel, value in enumerate(values):
            state[f"block{number}.lastconv.0.bias"][4 * channel : 4 * channel + 4] = value
    return state


def dice(loud, betas=False):
    """Random numbers, as loud as what they are given times `loud`."""
    by = torch.Generator().manual_seed(4)
    state = {}
    for name, shape, out in shapes():
        reach = np.prod(shape) / out
        state[f"{name}.weight"] = torch.randn(shape, generator=by) * loud / reach**0.5
        state[f"{name}.bias"] = torch.randn(out, generator=by) * 0.1
        if betas and "convblock" in name:
            state[name.removesuffix("conv") + "beta"] = torch.rand((1, out, 1, 1), generator=by)
    return state


def folded(state):
    """Multiply the betas into the convolutions before them, as the export to ncnn does."""
    made = {name: one.clone() for name, one in state.items() if not name.endswith("beta")}
    for name, beta in state.items():
        if name.endswith("beta"):
            conv = name.removesuffix("beta") + "conv"
            made[f"{conv}.weight"] *= beta.permute(1, 0, 2, 3)
            made[f"{conv}.bias"] *= beta.flatten()
    return made


def binary(state, half=False):
    """Write a state dict without betas as ncnn does: deconvolutions by output first, a tag before weights alone."""
    parts = []
    for layer in rife.layers():
        weight, bias = (state[f"{layer.name}.{part}"].numpy() for part in ("weight", "bias"))
        weight = weight if layer.kind == "Convolution" else weight.swapaxes(0, 1)
        tag = 0x01306B47 if half else 0
        parts += [tag.to_bytes(4, "little"), weight.astype("<f2" if half else "<f4").tobytes(), bias.tobytes()]
    return b"".join(parts)
