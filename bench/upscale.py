"""Enlarging by a trained network: quality beside plain scaling, seams, and speed beside the package `realesrgan`.

    python bench/upscale.py [CLIP ...] [--frames N] [--threads N]

First table: every clip is made smaller by area (by 4; by 2 where it is small) and brought back to its size. PSNR and
SSIM are on luma (BT.709, 0..255) against the clip, the mean over frames. Flicker is the warp error of pipeline/metrics,
but at the clip's own size: mean |Y_t - Y_t+1 fetched back along the flow| where a pixel is seen in both, in levels.
Sharpness is the mean |Laplacian| of luma by the clip's own. Frames a second: from small to large, without decoder.

Second table: the largest difference between a picture enlarged in parts and at once, before rounding, in levels: with
our pad, and with the pad of 10 pixels that the package `realesrgan` has by itself.

Third table: one frame from levels to levels in float32, ours and the package's own loop, turn about in one process,
median of three. Arithmetic counts for the pixels of the picture alone, not for pads, and stands beside what the machine
does in a large product of matrices or a wide convolution in the same run.

Clips: DAILIES_FOOTAGE, else ../shared/clips. Weights of realesr-animevideov3: DAILIES_WEIGHTS, else ../shared/weights.
"""

import argparse
import contextlib
import io
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np
from skimage.metrics import structural_similarity

from pipeline.errors import ToolMissing
from pipeline.finishers import enlarger, realesrgan, tiles
from pipeline.finishers.enlarger import Enlarger, resident
from pipeline.finishers.realesrgan import TILE, RealEsrgan
from pipeline.finishers.realesrgan_package import original
from pipeline.finishers.stabilise import Stabilise
from pipeline.media.frames import read
from pipeline.media.planes import Planes
from pipeline.metrics.warp_error import WarpError
from pipeline.model import Size, Spec
from pipeline.ports import Finisher, Frame
from pipeline.trained.device import device
from pipeline.vision.scale import size_of
from pipeline.vision.sight import glance, pairs
from pipeline.vision.structure import detail

SHARED = Path(__file__).parents[2] / "shared"
CLIPS = Path(os.environ.get("DAILIES_FOOTAGE", SHARED / "clips"))
WEIGHTS = Path(os.environ.get("DAILIES_WEIGHTS", SHARED / "weights")) / "realesr-animevideov3.pth"
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
RATE = Fraction(25)
LARGE, PARTS = 720, (32, 64, 128, 256)
"""Lines from which on a clip is made smaller by 4; sides of parts whose seams are looked at."""

BESIDE, RUNS = 128, 3
"""Pixels of a part's side in the comparison of speed, ours and the package's; measured how often."""

Clip = Sequence[Frame]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--frames", type=int, default=4, help="use the first N frames of each clip")
    parser.add_argument("--threads", type=int, default=1, help="threads of OpenCV and torch")
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    files = arguments.clips or sorted(one for one in CLIPS.glob("*") if one.suffix in {".mp4", ".y4m"})
    if not files:
        print(f"no clips at {CLIPS}: nothing was measured (set DAILIES_FOOTAGE)")
        return
    with_network = has_network(arguments.threads)
    print(f"{'clip':<34}{'by':<26}{'PSNR dB':>9}{'SSIM':>8}{'flicker':>9}{'sharpness':>11}{'frames/s':>10}")
    for file in files:
        quality(file.name, list(read(file, 0, arguments.frames)), with_network)
    if with_network:
        given = smaller(next(read(files[0])))
        seams(resident(WEIGHTS, device("auto", 0)), given)
        speed(given, arguments.threads)


def has_network(threads: int) -> bool:
    """Tell whether the network can be measured, and say what it runs on, or why not."""
    if not WEIGHTS.is_file():
        print(f"no weights at {WEIGHTS}: the network was not measured (set DAILIES_WEIGHTS)")
        return False
    try:
        torch = enlarger.library()
        torch.set_num_threads(threads)
        made = resident(WEIGHTS, device("auto", 0))
    except ToolMissing as missing:
        print(f"the network was not measured: {missing}")
        return False
    numbers = f"{made.place.title} in {made.dtype}, {threads} thread(s)"
    print(f"{WEIGHTS.name} on {numbers}, a pad of {made.pad} pixels, parts of {TILE[made.place.name]}")
    return True


# ---------------------------------------------------------------- quality


def smaller(frame: Frame) -> Frame:
    """Make a frame smaller by area: by 4, by 2 where it is small, cut to whole pixels."""
    by = times(frame)
    size = (frame.shape[1] // by, frame.shape[0] // by)
    return np.asarray(cv2.resize(frame[: size[1] * by, : size[0] * by], size, interpolation=cv2.INTER_AREA))


def times(frame: Frame) -> int:
    """Say how many times smaller a frame is made."""
    return 4 if frame.shape[0] >= LARGE else 2


def quality(name: str, clip: Clip, with_network: bool) -> None:
    """Bring a clip back to its size in every way, and print a row each."""
    small = [smaller(one) for one in clip]
    size = Size(small[0].shape[1] * times(clip[0]), small[0].shape[0] * times(clip[0]))
    truth = [one[: size.height, : size.width] for one in clip]
    row(name, "the clip itself", truth, truth, None)
    sides = (size.width, size.height)
    for told, way in (("bicubic", cv2.INTER_CUBIC), ("Lanczos", cv2.INTER_LANCZOS4)):
        made, seconds = timed(lambda way=way: [cv2.resize(one, sides, interpolation=way) for one in small])
        row(name, told, made, truth, len(made) / seconds)
    if not with_network:
        return
    calm = None
    for fidelity in (0.0, 0.5, 1.0):
        step = RealEsrgan(size, fidelity=fidelity, weights=WEIGHTS)
        made, seconds = timed(lambda step=step: through(small, step))
        row(name, f"realesrgan, fidelity {fidelity:g}", made, truth, len(made) / seconds)
        calm = calm or (made, seconds)
    steadied, more = timed(lambda: through(calm[0], Stabilise()))
    row(name, "realesrgan, stabilised", steadied, truth, len(steadied) / (calm[1] + more))


def through(clip: Clip, step: Finisher) -> Clip:
    """Send a clip through a finisher."""
    return list(step.frames(iter(clip), Spec(size_of(clip[0]), RATE, len(clip))))


def timed(make: Callable[[], Clip]) -> tuple[Clip, float]:
    """Make a clip, and tell the seconds it took."""
    began = time.perf_counter()
    return make(), time.perf_counter() - began


def row(name: str, by: str, made: Clip, truth: Clip, rate: float | None) -> None:
    """Print one row; the clip itself has but its flicker."""
    lumas, wanted = [luma(one) for one in made], [luma(one) for one in truth]
    alike = f"{statistics.mean(map(psnr, lumas, wanted)):>9.2f}{statistics.mean(map(ssim, lumas, wanted)):>8.4f}"
    told = f"{name:<34}{by:<26}{'' if made is truth else alike:>17}"
    sharpness = statistics.mean(detail(one) for one in lumas) / statistics.mean(detail(one) for one in wanted)
    print(f"{told}{flicker(lumas):>9.2f}{sharpness:>11.2f}" + (f"{rate:>10.2f}" if rate else ""), flush=True)


def luma(frame: Frame) -> np.ndarray:
    """Give BT.709 luma, uint8 (H, W)."""
    return np.clip(np.rint(frame.astype(np.float32) @ LUMA), 0, 255).astype(np.uint8)


def psnr(made: np.ndarray, truth: np.ndarray) -> float:
    """Compare two lumas, in dB; equal ones count as 99."""
    error = float(np.mean((made.astype(np.float32) - truth) ** 2))
    return 10 * np.log10(255**2 / error) if error else 99.0


def ssim(made: np.ndarray, truth: np.ndarray) -> float:
    """Compare two lumas in windows of 7x7 pixels."""
    return float(structural_similarity(made, truth, data_range=255))


def flicker(lumas: Sequence[np.ndarray]) -> float:
    """Give the mean warp error over all pairs."""
    measure, grey = WarpError(), np.full((2, 2), 128, np.uint8)
    seen = pairs(glance(Planes(luma, grey, grey, full=True)) for luma in lumas)
    return statistics.mean([measure(pair) for pair in seen] or [0.0])


# ---------------------------------------------------------------- seams


def seams(made: Enlarger, given: Frame) -> None:
    """Print how far pictures in parts are from the picture at once."""
    torch = enlarger.library()
    print(f"\ntile seams: largest difference in levels, of a picture of {given.shape[1]}x{given.shape[0]}")
    print(f"{'parts of':<12}{f'pad {made.pad}':>10}{'pad 10':>10}")
    with torch.inference_mode():
        picture = torch.tensor(given).permute(2, 0, 1)[None].float().div_(255).to(made.place.name, made.dtype)
        whole = made.net(picture).float()
        for tile in PARTS:
            ways = [tiles.enlarged(made.enlarge, picture, made.scale, tile, pad, made.align) for pad in (made.pad, 10)]
            off = [float((one.float() - whole).abs().max()) * 255 for one in ways]
            print(f"{tile:<12}{off[0]:>10.3f}{off[1]:>10.3f}", flush=True)


# ---------------------------------------------------------------- speed


def speed(given: Frame, threads: int) -> None:
    """Print the seconds of one frame, ours beside the package's, and how far both are from what the machine can do."""
    torch, place, size = enlarger.library(), device("auto", 0), Size(given.shape[1] * 4, given.shape[0] * 4)
    made = resident(WEIGHTS, place)
    made = replace(made, net=made.net.to(torch.float32), dtype=torch.float32)
    with patch.object(realesrgan, "resident", lambda *_: made):
        ways: dict[str, Callable[[], object]] = {"ours, at once": lambda: ours(given, size, 10**6)}
        for tile in dict.fromkeys((BESIDE, TILE[place.name])):
            ways[f"ours, parts of {tile}"] = lambda tile=tile: ours(given, size, tile)
        try:
            ways |= theirs(given)
        except ToolMissing as missing:
            print(f"\nRealESRGANer was not measured: {missing}")
        spent = medians(ways)
    per_pixel, most = arithmetic(made), machine(place.name)
    load = os.getloadavg()[0]
    lines, width = given.shape[:2]
    print(f"\none frame of {width}x{lines}, float32, {threads} thread(s), load {load:.1f}")
    print(f"{'':<34}{'seconds':>9}{'GFLOP/s':>9}{'of the machine':>16}")
    for name, seconds in spent.items():
        done = per_pixel * lines * width / seconds
        print(f"{name:<34}{seconds:>9.3f}{done / 1e9:>9.1f}{done / most:>16.0%}")
    print(f"{per_pixel / 1e6:.2f} MFLOP a pixel; the machine at its best: {most / 1e9:.1f} GFLOP/s")
    if beside := spent.get(f"RealESRGANer, parts of {BESIDE}"):
        print(f"ours is {beside / spent[f'ours, parts of {BESIDE}']:.2f} times as fast in parts of {BESIDE}")


def ours(given: Frame, size: Size, tile: int) -> Frame:
    """Enlarge one frame as a finisher does."""
    with patch.dict(TILE, dict.fromkeys(TILE, tile)):
        return through([given], RealEsrgan(size, weights=WEIGHTS))[0]


def theirs(given: Frame) -> dict[str, Callable[[], object]]:
    """Give the package's own ways, by name; it prints every part, which is not shown."""
    kind = original()
    from realesrgan.archs.srvgg_arch import SRVGGNetCompact

    def way(tile: int, pad: int) -> Callable[[], object]:
        net = SRVGGNetCompact(num_in_ch=3, num_out_ch=3, num_feat=64, num_conv=16, upscale=4, act_type="prelu")
        tool = kind(4, str(WEIGHTS), model=net, tile=tile, tile_pad=pad)

        def enhance() -> object:
            with contextlib.redirect_stdout(io.StringIO()):
                return tool.enhance(given[..., ::-1])

        return enhance

    return {
        "RealESRGANer, at once": way(0, 10),
        f"RealESRGANer, parts of {BESIDE}": way(BESIDE, 10),
        f"RealESRGANer, parts of {BESIDE}, pad 18": way(BESIDE, 18),
    }


def medians(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Time every way once to warm up, then turn about."""
    for way in ways.values():
        way()
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            spent[name].append(time.perf_counter() - began)
    return {name: statistics.median(one) for name, one in spent.items()}


def arithmetic(made: Enlarger) -> float:
    """Count the operations of the network for one pixel of the small picture: two for every weight it is weighed by."""
    from torch.utils.flop_counter import FlopCounterMode

    torch = enlarger.library()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        made.net.model(torch.zeros(1, 3, 64, 64, dtype=made.dtype, device=made.place.name))
    return counter.get_total_flops() / 64**2


def machine(name: str, side: int = 2048) -> float:
    """Measure operations a second in a product of large matrices and in a wide convolution; the better one counts."""
    torch = enlarger.library()
    matrix = torch.rand(side, side, device=name)
    net = torch.nn.Conv2d(256, 256, 3, 1, 1, bias=False).to(name, memory_format=torch.channels_last)
    planes = torch.rand(1, 256, 96, 96, device=name).contiguous(memory_format=torch.channels_last)
    found = []
    for way, operations in ((lambda: matrix @ matrix, 2 * side**3), (lambda: net(planes), 18 * 256**2 * 96**2)):
        for _ in range(RUNS + 1):
            began = time.perf_counter()
            with torch.inference_mode():
                float(way().flatten()[0])
            found.append(operations / (time.perf_counter() - began))
    return max(found)


if __name__ == "__main__":
    main()
