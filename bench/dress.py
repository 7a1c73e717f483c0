"""What a film's frame costs on its way from take to piece, on one core, each step beside another way or its limit.

Run: python bench/dress.py
"""

import sys
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from pipeline.media.encode import MEZZANINE, PIECE, write
from pipeline.media.frames import pictures, read
from pipeline.model import Size, Spec
from pipeline.ports import Frame
from pipeline.vision import screen
from pipeline.vision.fitting import inner_size
from pipeline.vision.interpolation import between, relate
from pipeline.vision.scale import fit

SIZE, DRAFT, UPRIGHT, FRAMES = Size(1280, 720), Size(480, 270), Size(720, 1280), 48
SPEC = Spec(SIZE, Fraction(24), FRAMES)


def main() -> int:
    cv2.setNumThreads(1)
    with TemporaryDirectory() as name:
        clip = Path(name) / "take.mp4"
        write(clip, made(), SPEC, MEZZANINE)
        frames = list(read(clip))
        pairs = list(pairwise(frames[:9]))
        small = [(fit(a, DRAFT), fit(b, DRAFT)) for a, b in pairs]
        copied = ms(lambda: [one.copy() for one in frames], FRAMES)
        decoded = ms(lambda: sum(1 for _ in pictures(clip)), FRAMES)
        rows = (
            ("decoded, as RGB", ms(lambda: sum(1 for _ in read(clip)), FRAMES), "decoded alone", decoded),
            ("grain, strip by strip", ms(lambda: [grained(one) for one in frames], FRAMES), "copied", copied),
            (
                f"cropped and scaled to {UPRIGHT}",
                ms(upright(frames, fit), FRAMES),
                "scaled, then cropped",
                whole(frames),
            ),
            (
                f"a frame between two at {DRAFT}",
                ms(lambda: middles(small), 8),
                f"at {SIZE}",
                ms(lambda: middles(pairs), 8),
            ),
            ("encoded as a piece", ms(lambda: write(clip, frames, SPEC, PIECE), FRAMES), "decoded alone", decoded),
        )
    print(f"ms of processor time a frame of {SIZE}, one core\n")
    print("| step | ms | beside it | ms | ratio |\n|---|---:|---|---:|---:|")
    for step, ours, other, theirs in rows:
        print(f"| {step} | {ours:.1f} | {other} | {theirs:.1f} | {ours / theirs:.2f} |")
    return 0 if rows[2][1] < rows[2][3] and rows[3][1] < rows[3][3] else 1


def made() -> list[Frame]:
    """Draw something detailed that moves three pixels a frame."""
    noise = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    large = cv2.GaussianBlur(cv2.resize(noise, (SIZE.width, SIZE.height)), (0, 0), 1.5)
    return [np.roll(large, 3 * k, 1) for k in range(FRAMES)]


def grained(frame: Frame) -> Frame:
    return screen.grain(frame, 0.08, 7)


def upright(frames: list[Frame], way: Callable[[Frame, Size], Frame]) -> Callable[[], object]:
    return lambda: [way(one, UPRIGHT) for one in frames]


def whole(frames: list[Frame]) -> float:
    inner = inner_size(SIZE, UPRIGHT, "cover")
    side = (inner.width, inner.height)
    left = (inner.width - UPRIGHT.width) // 2

    def scaled(frame: Frame, size: Size) -> Frame:
        large = cv2.resize(frame, side, interpolation=cv2.INTER_LANCZOS4)
        return np.ascontiguousarray(large[:, left : left + size.width], dtype=np.uint8)

    return ms(upright(frames, scaled), FRAMES)


def middles(pairs: list[tuple[Frame, Frame]]) -> None:
    for a, b in pairs:
        between(a, b, 0.5, relate(a, b))


def ms(act: Callable[[], object], frames: int) -> float:
    """Give milliseconds of processor time a frame, the best of three."""
    found = []
    for _ in range(3):
        began = time.process_time()
        act()
        found.append(time.process_time() - began)
    return 1000 * min(found) / frames


if __name__ == "__main__":
    sys.exit(main())
