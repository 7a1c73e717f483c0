"""Weights of networks that enlarge, for tests: tiny, random, and written as others write them."""

import os
from pathlib import Path

import numpy as np
import pytest

from pipeline.trained.libraries import mended

torch = pytest.importorskip("torch")
mended()

WEIGHTS = Path(os.environ.get("DAILIES_WEIGHTS", Path(__file__).parents[3] / "shared" / "weights"))
REAL = WEIGHTS / "realesr-animevideov3.pth"


def real():
    """The real weights of realesr-animevideov3, or a skip that says what was not tested."""
    if not REAL.is_file():
        pytest.skip(f"no real weights at {WEIGHTS}: this was not checked (set DAILIES_WEIGHTS)")
    return REAL


def compact(features=8, convolutions=2, scale=4, colours=3, seed=0):
    """Random weights of an SRVGGNetCompact."""
    from spandrel.architectures.Compact import Compact

    return _random(
        seed,
        Compact,
        num_in_ch=colours,
        num_out_ch=colours,
        num_feat=features,
        num_conv=convolutions,
        upscale=scale,
    )


def rrdb(scale=4, blocks=1, filters=8, seed=0):
    """Random weights of an RRDBNet; of scale 2 it folds four pixels into one before."""
    from spandrel.architectures.ESRGAN import ESRGAN

    folded = {4: 1, 2: 2, 1: 4}[scale]
    factor = {} if folded == 1 else {"shuffle_factor": folded}
    return _random(seed, ESRGAN, in_nc=3 * folded**2, num_filters=filters, num_blocks=blocks, **factor)


def swin(seed=0):
    """Random weights of a SwinIR of scale 2: a transformer, in windows of 8 pixels."""
    from spandrel.architectures.SwinIR import SwinIR

    sizes = {"embed_dim": 12, "depths": [2], "num_heads": [2], "window_size": 8, "mlp_ratio": 2}
    return _random(seed, SwinIR, upscale=2, img_size=16, upsampler="pixelshuffledirect", **sizes)


def _random(seed, kind, **settings):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return kind(**settings).state_dict()


def saved(folder, state, name="model.pth", key=None):
    """Write weights; `key` is what a training program puts them under."""
    if name.endswith(".safetensors"):
        from safetensors.torch import save_file

        save_file({one: tensor.contiguous() for one, tensor in state.items()}, folder / name)
    else:
        torch.save({key: state} if key else state, folder / name)
    return folder / name


def as_ncnn(folder, state, name="model", half=False):
    """Write an SRVGGNetCompact as ncnn does: `.param` and `.bin`; its last layers hold no numbers."""
    numbers = sorted({int(one.split(".")[1]) for one in state})
    lines, parts = ["Input data 0 1 data"], []
    for number in numbers:
        weight = state[f"body.{number}.weight"].numpy()
        before = f"b{number - 1}" if number else "data"
        if weight.ndim == 1:
            lines.append(f"PReLU act_{number} 1 1 {before} b{number} 0={weight.size}")
            parts.append(weight.tobytes())
            continue
        lines.append(f"Convolution conv_{number} 1 1 {before} b{number} 0={len(weight)} 1=3 4=1 5=1 6={weight.size}")
        data = weight.astype("<f2" if half else "<f4").tobytes()
        parts += [(0x01306B47 if half else 0).to_bytes(4, "little"), data, bytes(-len(data) % 4)]
        parts.append(state[f"body.{number}.bias"].numpy().tobytes())
    lines.append(f"PixelShuffle up 1 1 b{numbers[-1]} out 0=4")
    (folder / f"{name}.param").write_text("\n".join(["7767517", f"{len(lines)} {len(lines)}", *lines]) + "\n")
    (folder / f"{name}.bin").write_bytes(b"".join(parts))
    return folder / f"{name}.bin"


def picture(height, width, seed=0):
    """A smooth random picture (1, 3, H, W), 0..1, float32."""
    noise = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.avg_pool2d(noise, 3, 1, 1)


def frame(height, width, seed=0):
    """A smooth random frame."""
    levels = picture(height, width, seed)[0].permute(1, 2, 0).mul(255).round()
    return np.ascontiguousarray(levels.numpy().astype(np.uint8))
