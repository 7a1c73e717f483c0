"""Joining a film without encoding it again: time and memory, against ffmpeg's concat filter.

Run: python bench/assemble.py
"""

import dataclasses
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import imageio_ffmpeg
import numpy as np

from pipeline.media.encode import PIECE, write
from pipeline.media.frames import read
from pipeline.media.join import join
from pipeline.media.probe import probe
from pipeline.model import Size, Spec

SIZE, RATE, FRAMES = Size(640, 360), Fraction(24), 24
MADE, JOINED, FILTERED = 5, 300, 20
LIMIT_MB = 400


def main() -> int:
    with TemporaryDirectory() as name:
        folder = Path(name)
        pieces = make(folder)
        film = folder / "film.mp4"
        whole = Spec(SIZE, RATE, JOINED * FRAMES)
        copied, memory = measured(lambda: join([(piece, FRAMES) for piece in pieces], film, whole, None))
        assert probe(film).spec == whole
        assert sum(1 for _ in read(film, whole.frames - 30)) == 30
        few, few_memory = measured(
            lambda: join([(piece, FRAMES) for piece in pieces[:FILTERED]], film, shortened(whole), None)
        )
        filtered, graph_memory = measured(lambda: concat_filter(pieces[:FILTERED], folder / "filtered.mp4"))
    print(f"{JOINED} shots of {FRAMES} frames at {SIZE}\n")
    print("| way | shots | seconds | peak RSS, MB | ms a shot |")
    print("|---|---:|---:|---:|---:|")
    rows = (
        ("join (packets copied)", JOINED, copied, memory),
        ("join (packets copied)", FILTERED, few, few_memory),
        ("ffmpeg concat filter", FILTERED, filtered, graph_memory),
    )
    for way, shots, seconds, peak in rows:
        print(f"| {way} | {shots} | {seconds:.2f} | {peak:.0f} | {1000 * seconds / shots:.1f} |")
    ratio = (filtered / FILTERED) / (copied / JOINED)
    print(f"\ncopying is {ratio:.0f} times faster a shot; the filter ran on {FILTERED} shots and is compared per shot")
    print(f"join of {JOINED} shots: {memory:.0f} MB at the peak, limit {LIMIT_MB} MB")
    return 0 if memory < LIMIT_MB else 1


def shortened(whole: Spec) -> Spec:
    return dataclasses.replace(whole, frames=FILTERED * FRAMES)


def make(folder: Path) -> list[Path]:
    """Encode a handful of different pieces, and copy them to as many files as there are shots."""
    noise = np.random.default_rng(0).integers(0, 256, (MADE, 36, 64, 3), dtype=np.uint8)
    for number, picture in enumerate(noise):
        large = np.kron(picture, np.ones((10, 10, 1), np.uint8))
        frames = (np.roll(large, 4 * k, 1) for k in range(FRAMES))
        write(folder / f"made{number}.mp4", frames, Spec(SIZE, RATE, FRAMES), PIECE)
    pieces = [folder / f"piece{k}.mp4" for k in range(JOINED)]
    for k, piece in enumerate(pieces):
        copyfile(folder / f"made{k % MADE}.mp4", piece)
    return pieces


def concat_filter(pieces: list[Path], out: Path) -> None:
    inputs = [word for piece in pieces for word in ("-i", str(piece))]
    graph = f"concat=n={len(pieces)}:v=1:a=0"
    coding = ["-c:v", "libx264", "-preset", PIECE.preset, "-crf", str(PIECE.crf)]
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run(
        [ffmpeg, "-v", "error", *inputs, "-filter_complex", graph, *coding, str(out)], check=True, timeout=120
    )


def measured(act: Callable[[], None]) -> tuple[float, float]:
    """Run in a child process; give seconds and the peak memory of it and its own children, in MB."""
    here, there = get_context("fork").Pipe()
    child = get_context("fork").Process(target=_run, args=(act, there))
    child.start()
    seconds, peak = here.recv()
    child.join()
    return seconds, peak


def _run(act: Callable[[], None], to: Connection) -> None:
    began = time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    to.send((seconds, max(used) / (1 << 20 if sys.platform == "darwin" else 1 << 10)))


if __name__ == "__main__":
    sys.exit(main())
