"""Interpolation against ffmpeg's minterpolate: every other frame of clips dropped and made again.

    python bench/interpolate.py [CLIP ...] [--frames N] [--rife WEIGHTS]

PSNR is the mean over the made frames of the error on luma, in coded levels (219 of them). minterpolate is judged on its
own luma plane against the clip's, no conversion in between; the others, which live in RGB, on luma from RGB. Time is
processor time on ONE thread for one made frame of the clip's own size, decoding and encoding left out on both sides:
minterpolate with -threads 1 from raw planes to raw planes (a frame that passes through costs it nothing), ours with
cv2.setNumThreads(1) from RGB to RGB; short clips are made up to five times, and the fastest counts. Without CLIP: the
clips of DAILIES_FOOTAGE, else ../shared/clips, then synthetic ones, whose every frame is drawn. The last lines are
means over clips, and how many times as fast as minterpolate over all made frames together.
"""

import argparse
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import imageio_ffmpeg
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from pipeline.finishers.interpolate import FlowInterpolation
from pipeline.media.pixels import ACCURATE
from pipeline.model import Size, Spec
from pipeline.ports import Finisher, Frame

HOME = Path(os.environ.get("DAILIES_FOOTAGE", Path(__file__).parents[2] / "shared" / "clips"))
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32) * 219 / 255
HALF, WHOLE = Fraction(25, 2), Fraction(25)
SYNTHETIC = ("rotation", "zoom", "fast pan", "objects")
WIDTH, HEIGHT, LENGTH = 480, 270, 13
PATIENCE = 1.5
"""Seconds of processor time after which a clip is not made once more."""

Planes = np.ndarray
"""One frame as coded, yuv420p: uint8 (H * 3/2, W)."""

Made = tuple[list[np.ndarray], float]
"""Luma of the clip at its full rate again, float32 in coded levels, and the processor seconds it took."""


class Row(NamedTuple):
    """What one method did on one clip: mean PSNR in dB, processor seconds and made frames."""

    quality: float
    seconds: float
    frames: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--frames", type=int, default=0, help="use the first N frames of each clip; 0 = all")
    parser.add_argument("--rife", type=Path, help="weights of RIFE v4.6, torch's or ncnn's .bin")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'clip':<34}{'method':<15}{'PSNR dB':>9}{'ms/frame':>15}{'against minterpolate':>30}")
    clips = arguments.clips or sorted(one for one in HOME.iterdir() if one.suffix in {".mp4", ".y4m"})
    real = [report(clip.name, list(planes(clip, arguments.frames)), arguments.rife) for clip in clips]
    summary("mean of real clips", real)
    if not arguments.clips:
        drawn = [report(kind, [to_planes(one) for one in synthetic(kind)], arguments.rife) for kind in SYNTHETIC]
        summary("mean of synthetic clips", drawn)
        summary("mean of all clips", real + drawn)
    if not arguments.rife:
        print(f"{'':<34}{'rife':<15}{'needs weights (--rife): not measured':>39}")


def report(clip: str, coded: Sequence[Planes], weights: Path | None) -> dict[str, Row]:
    """Measure one clip with every method, on the same frames, and print its rows."""
    truth = [to_rgb(one) for one in coded]
    lines = truth[0].shape[0]
    in_planes, in_rgb = [one[:lines].astype(np.float32) for one in coded], [luma(one) for one in truth]
    makers: dict[str, tuple[Callable[[], Made], list[np.ndarray]]] = {
        "minterpolate": (partial(minterpolate, coded[::2]), in_planes),
        **{name: (partial(ours, truth[::2], step), in_rgb) for name, step in finishers(weights).items()},
    }
    rows: dict[str, Row] = {}
    last = len(coded) - 1
    for name, (make, real) in makers.items():
        made, seconds = fastest(make)
        last = min(last, len(made))
        quality = [psnr(made[k], real[k]) for k in range(1, last, 2)]
        rows[name] = Row(float(np.mean(quality)), seconds, len(made) // 2)
        show(clip, name, rows)
    return rows


def finishers(weights: Path | None) -> dict[str, Finisher]:
    """Give the house's own ways, by the name of their row."""
    names = {"repeat": "repeat", "blend": "blend", "flow (ours)": "flow"}
    found: dict[str, Finisher] = {name: FlowInterpolation(WHOLE, method) for name, method in names.items()}
    if weights:
        import torch

        from pipeline.finishers.rife import Rife

        torch.set_num_threads(1)
        found["rife"] = Rife(WHOLE, weights)
    return found


def fastest(make: Callable[[], Made]) -> Made:
    """Make a clip up to five times, or until PATIENCE ends; others work on the machine, and only ever add time."""
    made, best = make()
    spent = best
    for _ in range(4):
        if spent > PATIENCE:
            break
        again = make()[1]
        best, spent = min(best, again), spent + again
    return made, best


def show(clip: str, name: str, rows: dict[str, Row]) -> None:
    """Print one row; the flow's and the network's say how they stand to minterpolate."""
    row, theirs = rows[name], rows["minterpolate"]
    each, their_time = (one.seconds / one.frames * 1000 for one in (row, theirs))
    moving = name.startswith(("flow", "rife"))
    standing = f"{row.quality - theirs.quality:+.2f} dB, {their_time / each:.1f}x as fast" if moving else ""
    print(f"{clip:<34}{name:<15}{row.quality:>9.2f}{each:>15.1f}{standing:>30}", flush=True)


def summary(title: str, clips: Sequence[dict[str, Row]]) -> None:
    """Print the means over clips of every method, each clip counting alike; times are of all made frames together."""
    totals: dict[str, Row] = {}
    for name in clips[0]:
        rows = [clip[name] for clip in clips]
        quality = float(np.mean([row.quality for row in rows]))
        totals[name] = Row(quality, sum(row.seconds for row in rows), sum(row.frames for row in rows))
        show(title, name, totals)


def planes(clip: Path, limit: int) -> Iterator[Planes]:
    """Decode the planes as coded, pixel aspect ignored."""
    with av.open(str(clip)) as container:
        for picture in islice(container.decode(video=0), limit or None):
            yield picture.to_ndarray()


def synthetic(kind: str) -> Iterator[Frame]:
    """Draw every frame of a clip of known motion: a turn of 1.5 degrees a frame, a zoom of 2 %, a pan of 10 pixels.

    `objects` are four discs that cross each other and a slow background, 6 to 12 pixels a frame.
    """
    ground, middle = texture(1), (WIDTH / 2, HEIGHT / 2)
    corner = np.float32([[0, 0, WIDTH / 2], [0, 0, HEIGHT / 2]])
    for k in range(LENGTH):
        if kind == "fast pan":
            yield view(ground, np.float32([[1, 0, WIDTH / 2 + 10 * k], [0, 1, HEIGHT / 2]]))
        elif kind == "objects":
            yield objects(k)
        else:
            turn, scale = (1.5 * k, 1.0) if kind == "rotation" else (0.0, 0.98**k)
            yield view(ground, cv2.getRotationMatrix2D(middle, turn, scale) + corner)


def objects(k: int) -> Frame:
    """Draw frame `k` of discs, their edges antialiased, over a background that slides by 2 pixels a frame."""
    picture = view(texture(1), np.float32([[1, 0, WIDTH / 2 - 2 * k], [0, 1, HEIGHT / 2]])).astype(np.float32)
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    for n in range(4):
        angle, speed = 0.4 + 1.7 * n, 6.0 + 2.0 * n
        x, y = (
            WIDTH * (0.2 + 0.2 * n) + np.cos(angle) * speed * k,
            HEIGHT * (0.3 + 0.15 * n) + np.sin(angle) * speed * k,
        )
        paint = view(texture(2), np.float32([[1, 0, WIDTH / 2 + 90 * n - x], [0, 1, HEIGHT / 2 - y]]))
        inside = np.clip(HEIGHT * (0.1 + 0.03 * n) - np.hypot(xs - x, ys - y) + 0.5, 0, 1)[..., None]
        picture += (paint - picture) * inside
    return np.rint(picture).astype(np.uint8)


def texture(seed: int) -> Frame:
    """Draw a picture of twice the sides whose detail falls off like a photograph's, in the same colours each time."""
    high, wide = 2 * HEIGHT, 2 * WIDTH
    noise = np.random.default_rng(seed).normal(size=(4, high, wide))
    near = np.hypot(np.fft.fftfreq(high)[:, None], np.fft.rfftfreq(wide))
    planes_ = np.fft.irfft2(np.fft.rfft2(noise) / np.maximum(near, 1 / wide) ** 1.3, s=(high, wide))
    levels = planes_ / planes_.std(axis=(1, 2), keepdims=True)
    return np.clip(128 + 44 * (levels[:1] + 0.4 * levels[1:]), 0, 255).astype(np.uint8).transpose(1, 2, 0)


def view(picture: Frame, move: np.ndarray) -> Frame:
    """Look at a picture through a window; `move` takes a place in the window to one in the picture."""
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(picture, move, (WIDTH, HEIGHT), flags=how, borderMode=cv2.BORDER_REFLECT)


def ours(kept: Sequence[Frame], step: Finisher) -> Made:
    """Make the dropped frames with one of the house's own finishers."""
    height, width = kept[0].shape[:2]
    began = time.process_time()
    made = list(step.frames(iter(kept), Spec(Size(width, height), HALF, len(kept))))
    seconds = time.process_time() - began
    return [luma(one) for one in made], seconds


def minterpolate(kept: Sequence[Planes]) -> Made:
    """Make the dropped frames with ffmpeg's filter at its defaults (mi_mode=mci); it ends some frames early."""
    lines, width = kept[0].shape
    shape = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{lines * 2 // 3}", "-r", str(HALF)]
    one = ["-threads", "1", "-filter_threads", "1"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *one, *shape, "-i", "-"]
    command += ["-vf", f"minterpolate=fps={WHOLE}", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    raw = b"".join(frame.tobytes() for frame in kept)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=raw, capture_output=True, check=True, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    pictures = np.frombuffer(done.stdout, np.uint8).reshape(-1, lines, width)
    return [one[: lines * 2 // 3].astype(np.float32) for one in pictures], after.ru_utime - before.ru_utime


def to_rgb(picture: Planes) -> Frame:
    """Convert as the house's decoder does."""
    return _converted(av.VideoFrame.from_ndarray(picture, format="yuv420p"), "rgb24", ColorRange.MPEG, ColorRange.JPEG)


def to_planes(frame: Frame) -> Planes:
    """Convert as the house's encoder does."""
    return _converted(av.VideoFrame.from_ndarray(frame, format="rgb24"), "yuv420p", ColorRange.JPEG, ColorRange.MPEG)


def _converted(frame: av.VideoFrame, layout: str, before: ColorRange, after: ColorRange) -> np.ndarray:
    return frame.reformat(
        format=layout,
        src_colorspace=Colorspace.ITU709,
        src_color_range=before,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=after,
        interpolation=ACCURATE,
    ).to_ndarray()


def luma(frame: Frame) -> np.ndarray:
    """Give BT.709 luma in coded levels, without rounding."""
    return frame.astype(np.float32) @ LUMA


def psnr(made: np.ndarray, truth: np.ndarray) -> float:
    """Compare two lumas, in dB; equal ones count as 99."""
    error = float(np.mean((made - truth) ** 2))
    return 10 * np.log10(255**2 / error) if error else 99.0


if __name__ == "__main__":
    main()
