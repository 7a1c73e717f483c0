"""Finishing in one pass against one encode per step: time, and what is left of the picture.

    python bench/finish.py [--clip FILE]

The chain is interpolate (to 24 fps), scale (to 1280x720), grade. `per step` encodes after each of them, `one pass`
encodes once, `film` is what a render does: a short-GOP mezzanine after interpolation, then the rest in one pass.
PSNR is against the same chain without any encoding. Without --clip, a moving picture is synthesised.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from pipeline.finishers.grade import Graded
from pipeline.finishers.interpolate import FlowInterpolation
from pipeline.finishers.upscale import Lanczos
from pipeline.media.frames import MEZZANINE, PIECE, TAKE, Encoding, read, write
from pipeline.model import Grade, Size, Spec
from pipeline.ports import Finisher, Frame

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
    clip = parser.parse_args().clip
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
