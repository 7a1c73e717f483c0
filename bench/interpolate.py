"""Interpolation against ffmpeg's minterpolate: every other frame of real clips dropped and made again.

    python bench/interpolate.py [CLIP ...] [--frames N]

PSNR is the mean over the made frames of the error on luma, in coded levels (219 of them). minterpolate is judged on its
own luma plane against the clip's, no conversion in between; the others, which live in RGB, on luma from RGB. Time is
processor time on ONE thread for one made frame of the clip's own size, decoding and encoding left out on both sides:
minterpolate with -threads 1 from raw planes to raw planes (a frame that passes through costs it nothing), ours with
cv2.setNumThreads(1) from RGB to RGB. Without CLIP: the clips of DAILIES_FOOTAGE, else ../shared/clips.
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

import av
import cv2
import imageio_ffmpeg
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from pipeline.finishers.interpolate import FlowInterpolation, Method
from pipeline.media.pixels import ACCURATE
from pipeline.model import Size, Spec
from pipeline.ports import Frame

HOME = Path(os.environ.get("DAILIES_FOOTAGE", Path(__file__).parents[2] / "shared" / "clips"))
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32) * 219 / 255
HALF, WHOLE = Fraction(25, 2), Fraction(25)

Planes = np.ndarray
"""One frame as coded, yuv420p: uint8 (H * 3/2, W)."""

Made = tuple[list[np.ndarray], float]
"""Luma of the clip at its full rate again, float32 in coded levels, and the processor seconds it took."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--frames", type=int, default=0, help="use the first N frames of each clip; 0 = all")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'clip':<34}{'method':<15}{'PSNR dB':>9}{'ms/frame':>15}{'against minterpolate':>30}")
    for clip in arguments.clips or sorted(one for one in HOME.iterdir() if one.suffix in {".mp4", ".y4m"}):
        report(clip, arguments.frames)
    print(f"{'':<34}{'rife':<15}{'needs weights: not measured':>24}")


def report(clip: Path, limit: int) -> None:
    """Measure one clip with every method and print its rows."""
    coded = list(planes(clip, limit))
    truth = [to_rgb(one) for one in coded]
    lines = truth[0].shape[0]
    makers: dict[str, tuple[Callable[[], Made], list[np.ndarray]]] = {
        "minterpolate": (lambda: minterpolate(coded[::2]), [one[:lines].astype(np.float32) for one in coded]),
        **{
            name: (partial(ours, truth[::2], method), [luma(one) for one in truth])
            for name, method in {"repeat": "repeat", "blend": "blend", "flow (ours)": "flow"}.items()
        },
    }
    rows: dict[str, tuple[float, float]] = {}
    last = len(coded) - 1
    for name, (make, real) in makers.items():
        made, seconds = make()
        last = min(last, len(made))
        quality = [psnr(made[k], real[k]) for k in range(1, last, 2)]
        each = seconds / (len(made) // 2) * 1000
        rows[name] = (float(np.mean(quality)), each)
        show(clip, name, rows)


def show(clip: Path, name: str, rows: dict[str, tuple[float, float]]) -> None:
    """Print one row; the flow's says how it stands to minterpolate."""
    quality, each = rows[name]
    theirs, their_time = rows["minterpolate"]
    ours = name.startswith("flow")
    standing = f"{quality - theirs:+.2f} dB, {their_time / each:.1f}x as fast" if ours else ""
    print(f"{clip.name:<34}{name:<15}{quality:>9.2f}{each:>15.1f}{standing:>30}", flush=True)


def planes(clip: Path, limit: int) -> Iterator[Planes]:
    """Decode the planes as coded, pixel aspect ignored."""
    with av.open(str(clip)) as container:
        for picture in islice(container.decode(video=0), limit or None):
            yield picture.to_ndarray()


def ours(kept: Sequence[Frame], method: Method) -> Made:
    """Make the dropped frames with the house's own finisher."""
    height, width = kept[0].shape[:2]
    began = time.process_time()
    made = list(FlowInterpolation(WHOLE, method).frames(iter(kept), Spec(Size(width, height), HALF, len(kept))))
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
    converted = av.VideoFrame.from_ndarray(picture, format="yuv420p").reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.JPEG,
        interpolation=ACCURATE,
    )
    return converted.to_ndarray()


def luma(frame: Frame) -> np.ndarray:
    """Give BT.709 luma in coded levels, without rounding."""
    return frame.astype(np.float32) @ LUMA


def psnr(made: np.ndarray, truth: np.ndarray) -> float:
    """Compare two lumas, in dB; equal ones count as 99."""
    error = float(np.mean((made - truth) ** 2))
    return 10 * np.log10(255**2 / error) if error else 99.0


if __name__ == "__main__":
    main()
