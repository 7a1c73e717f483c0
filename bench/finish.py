"""Finishing in one pass against one encode per step: time, what is left of the picture, and how well stages overlap.

    python bench/finish.py [--clip FILE] [--seconds 10 100] [--model FILE]

First table: the chain is interpolate (to 24 fps), scale (to 1280x720), grade. `per step` encodes after each of them,
`one pass` encodes once, `film` is what a render does: a short-GOP mezzanine after interpolation, then the rest in one
pass. PSNR is against the same chain without any encoding. Without --clip, a moving picture is synthesised.

Second table: takes of 832x480 at 16 fps become 1920x1080 at 24 fps as in a film, into a mezzanine (frames between
frames; with --model, enlarged by those weights) and from there into a piece (scaled, graded), each pass in a process of
its own. A stage's time is the processor time of its own thread. Efficiency is the larger of the slowest stage and all
processor time by cores, divided by wall time: 1 is as fast as stages side by side can be. Memory is the most the
process held.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.finishers.grade import Graded
from pipeline.finishers.interpolate import FlowInterpolation
from pipeline.finishers.realesrgan import RealEsrgan
from pipeline.finishers.upscale import Lanczos
from pipeline.media.frames import MEZZANINE, PIECE, TAKE, Encoding, read, write
from pipeline.model import Grade, Size, Spec
from pipeline.ports import Finisher, Frame
from pipeline.stages import through

STEPS: list[Finisher] = [
    FlowInterpolation(Fraction(24), "flow"),
    Lanczos(Size(1280, 720), "cover"),
    Graded(Grade((1.05, 0.02, 0, -3, 0, 0.97, 0.01, 2, 0, 0, 0.92, 6))),
]
TAKE_SPEC = Spec(Size(640, 360), Fraction(12), 36)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", type=Path, default=None, help="a real clip; its first 36 frames are used")
    parser.add_argument(
        "--seconds", type=int, nargs="*", default=[10, 100], help="lengths of the takes that are finished"
    )
    parser.add_argument("--model", type=Path, default=None, help="weights of a network that enlarges")
    parser.add_argument("--pass", dest="one", nargs=4, default=None, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one_pass(*arguments.one, model=arguments.model)))
        return
    encodings(arguments.clip)
    if arguments.seconds:
        overlap(arguments.seconds, arguments.model)


def encodings(clip: Path | None) -> None:
    """Print what one encode a step costs, and what it leaves of the picture."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        take = place / "take.mp4"
        write(take, source(clip), TAKE_SPEC, TAKE)
        ways: dict[str, Callable[[], Path]] = {
            "per step": lambda: per_step(take, place, [PIECE, PIECE, PIECE]),
            "film": lambda: in_groups(take, place, [(STEPS[:1], MEZZANINE), (STEPS[1:], PIECE)]),
            "one pass": lambda: in_groups(take, place, [(STEPS, PIECE)]),
        }
        rows = {name: measured(way, take) for name, way in ways.items()}
    base = rows["per step"][0]
    print(f"36 frames 640x360 at 12 fps ({clip.name if clip else 'synthesised'}) -> 72 frames 1280x720 at 24 fps")
    print(f"{'way':<10}{'seconds':>9}{'faster':>9}{'PSNR dB':>9}")
    for name, (seconds, psnr) in rows.items():
        print(f"{name:<10}{seconds:>9.2f}{base / seconds:>8.2f}x{psnr:>9.2f}")


LARGE, RATE = Size(1920, 1080), Fraction(24)
SMALL, SLOW = Size(832, 480), Fraction(16)
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def overlap(lengths: list[int], model: Path | None) -> None:
    """Print how well the stages of both passes overlap, and what they hold in memory, for takes of several lengths."""
    print(f"\n{SMALL} at {SLOW} fps -> {LARGE} at {RATE} fps on {CORES} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'take':<7}{'pass':<11}{'wall s':>8}{'ms/frame':>10}{'efficiency':>12}{'memory MB':>11}  stages, seconds")
    for seconds in lengths:
        with tempfile.TemporaryDirectory() as folder:
            take, mezzanine, piece = (str(Path(folder) / f"{name}.mp4") for name in ("take", "mezzanine", "piece"))
            frames = int(seconds * SLOW)
            write(Path(take), moving(frames), Spec(SMALL, SLOW, frames), TAKE)
            for name, before, after in (("mezzanine", take, mezzanine), ("piece", mezzanine, piece)):
                told = in_its_own_process(name, before, after, frames, model)
                listed = ", ".join(f"{stage} {spent:.1f}" for stage, spent in told["stages"].items())
                best = max(*told["stages"].values(), told["cpu"] / CORES)
                each = told["wall"] / (seconds * float(RATE)) * 1000
                row = f"{seconds:>4} s {name:<11}{told['wall']:>8.1f}{each:>10.1f}{best / told['wall']:>12.2f}"
                print(f"{row}{told['memory'] / 1e6:>11.0f}  {listed}", flush=True)


def moving(frames: int) -> Iterator[Frame]:
    """Give frames of 832x480 in which a texture walks."""
    noise = np.random.default_rng(1).integers(0, 255, (31, 53, 3), np.uint8)
    big = np.kron(noise, np.ones((16, 16, 1), np.uint8))[:480, :832]
    for n in range(frames):
        yield np.ascontiguousarray(np.roll(big, (n % 480, 3 * n % 832), (0, 1)))


def in_its_own_process(name: str, before: str, after: str, frames: int, model: Path | None) -> dict[str, Any]:
    """Run one pass apart, so that what it holds is its own."""
    argv = [sys.executable, __file__, "--pass", name, before, after, str(frames)]
    done = subprocess.run([*argv, *(("--model", str(model)) if model else ())], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def one_pass(name: str, before: str, after: str, frames: str, model: Path | None) -> dict[str, Any]:
    """Decode, finish and encode as a film does, and tell what each stage took."""
    given = Spec(SMALL, SLOW, int(frames))
    steps: list[Finisher] = [FlowInterpolation(RATE, "flow")]
    if model:
        steps.insert(0, RealEsrgan(Size(1920, 1108), weights=model))
    if name == "piece":
        for step in steps:
            given = step.spec(given)
        steps = [Lanczos(LARGE, "cover"), STEPS[-1]]
    spent: dict[str, float] = {}
    began, worked = time.perf_counter(), time.process_time()
    stream, made = through([Timed(one, spent) for one in steps], timed(read(Path(before)), "decode", spent), given)
    mine = time.thread_time()
    write(Path(after), stream, made, MEZZANINE if name == "mezzanine" else PIECE)
    spent["encode"] = time.thread_time() - mine
    wall, cpu = time.perf_counter() - began, time.process_time() - worked
    return {"wall": wall, "cpu": cpu, "memory": held(), "stages": spent}


def held() -> int:
    """Give the most bytes this process had in memory; Linux counts those of its parent with it, but for one place."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(one for one in status.read_text().splitlines() if one.startswith("VmHWM")).split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Timed:
    """A finisher that notes the processor time of the thread it works in."""

    def __init__(self, step: Finisher, spent: dict[str, float]) -> None:
        self.step, self.spent, self.name = step, spent, step.name
        self.spec = step.spec

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:
        """Give the finisher's frames."""
        return timed(self.step.frames(frames, before), self.name, self.spent)


def timed(frames: Iterator[Frame], name: str, spent: dict[str, float]) -> Iterator[Frame]:
    """Pass frames on, and note the processor time of the thread in which they are made."""
    began = time.thread_time()
    yield from frames
    spent[name] = time.thread_time() - began


def source(clip: Path | None) -> Iterator[Frame]:
    """Give 36 frames of 640x360."""
    if clip is not None:
        size = TAKE_SPEC.size
        yield from Lanczos(size, "cover").frames(islice(read(clip), 36), Spec(size, TAKE_SPEC.rate, 36))
        return
    noise = np.random.default_rng(1).integers(0, 255, (12, 22, 3), np.uint8)
    big = np.kron(noise, np.ones((40, 40, 1), np.uint8))
    for n in range(36):
        yield np.ascontiguousarray(np.roll(big, (n, 3 * n), (0, 1))[:360, :640])


def chain(stream: Iterator[Frame], before: Spec, steps: list[Finisher]) -> tuple[Iterator[Frame], Spec]:
    """Run finishers one after the other, as streams."""
    for step in steps:
        stream, before = step.frames(stream, before), step.spec(before)
    return stream, before


def per_step(take: Path, place: Path, encodings: list[Encoding]) -> Path:
    """Encode after every step."""
    return in_groups(take, place, [([step], one) for step, one in zip(STEPS, encodings, strict=True)])


def in_groups(take: Path, place: Path, groups: list[tuple[list[Finisher], Encoding]]) -> Path:
    """Encode after every group of steps."""
    path, before = take, TAKE_SPEC
    for number, (steps, encoding) in enumerate(groups):
        stream, after = chain(read(path), before, steps)
        path, before = place / f"{len(groups)}-{number}.mp4", after
        write(path, stream, after, encoding)
    return path


def measured(way: Callable[[], Path], take: Path) -> tuple[float, float]:
    """Give the median seconds of three runs, and PSNR against the chain without encoding."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        made = way()
        times.append(time.perf_counter() - began)
    truth, _ = chain(read(take), TAKE_SPEC, STEPS)
    errors = [np.mean((one.astype(np.float32) - other) ** 2) for one, other in zip(read(made), truth, strict=True)]
    return sorted(times)[1], float(10 * np.log10(255**2 / np.mean(errors)))


if __name__ == "__main__":
    main()
