"""Does the original beat its degraded copy, and what does looking cost?

    python bench/score.py [--clips FOLDER] [--coded] [--quick]

Every real clip is cut into segments; every segment gets every fault of bench/faults.py at three strengths. Printed:
the share of pairs in which the original scores higher, for ours and for the naive mean (outlier consistency of frame
differences and smoothness of flow), then milliseconds a frame at 720p beside decoding alone.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.faults import FAULTS, STRENGTHS, Clip, plant
from pipeline import score
from pipeline.media.planes import Planes, planes
from pipeline.score.combination import combine, total
from pipeline.score.readings import Readings, read

CLIPS = Path(__file__).parents[2] / "shared" / "clips"
SEGMENT = 33
LINES = 360
RUNS = 5


def segments(path: Path, length: int = SEGMENT) -> Iterator[list[Planes]]:
    """Cut a clip into equal parts of at most `length` frames, at most 360 lines high."""
    clip = [smaller(frame) for frame in planes(path)]
    parts = max(1, round(len(clip) / length))
    step = len(clip) // parts
    for start in range(0, parts * step, step):
        yield clip[start : start + step]


def smaller(frame: Planes) -> Planes:
    """Halve a frame until it is at most 360 lines high: planting faults then costs less than measuring them."""
    luma, u, v = frame.luma, frame.u, frame.v
    while luma.shape[0] > LINES:
        luma, u, v = (half(plane) for plane in (luma, u, v))
    return Planes(luma, u, v, full=True, matrix=frame.matrix)


def half(plane: np.ndarray) -> np.ndarray:
    return cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)


def naive(readings: Readings) -> float:
    """Score as the simplest tools do: few outliers among frame differences, little change of the flow's length."""
    change = readings.features["change"]
    outliers = np.abs(change - change.mean()) > 2.0 * change.std()
    motion = readings.features["motion"] * 180.0
    smooth = 1.0 / (1.0 + float(np.abs(np.diff(motion)).mean()))
    return (1.0 - float(outliers.mean()) + smooth) / 2.0


def ours(readings: Readings) -> float:
    return total(combine(readings))


def coded(clip: Clip) -> list[Planes]:
    """Send a clip through x264 as a generator's file would be: crf 23, one key frame in 250."""
    height, width = (side - side % 2 for side in clip[0].luma.shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        with av.open(path, "w") as container:
            stream = container.add_stream("libx264", rate=25, options={"crf": "23", "preset": "veryfast"})
            stream.width, stream.height, stream.pix_fmt, stream.color_range = width, height, "yuvj420p", 2
            for frame in clip:
                container.mux(stream.encode(picture(frame, width, height)))
            container.mux(stream.encode())
        return list(planes(path))


def picture(frame: Planes, width: int, height: int) -> av.VideoFrame:
    chroma = [plane[: height // 2, : width // 2] for plane in (frame.u, frame.v)]
    flat = np.concatenate([plane.ravel() for plane in (frame.luma[:height, :width], *chroma)])
    return av.VideoFrame.from_ndarray(flat.reshape(height * 3 // 2, width), format="yuvj420p")


def found(clip: Clip, *, through_coder: bool) -> Readings:
    readings = read(coded(clip) if through_coder else clip)
    assert readings is not None
    return readings


def accuracy(clips: list[Path], *, through_coder: bool, quick: bool) -> dict[str, dict[str, list[list[bool]]]]:
    """Give, by fault and judge, one list of wins a strength."""
    wins = {fault: {judge: [[], [], []] for judge in ("ours", "naive")} for fault in FAULTS}
    for path in clips:
        for segment in list(segments(path))[: 1 if quick else None]:
            clean = found(segment, through_coder=through_coder)
            for fault in FAULTS:
                for strength in STRENGTHS:
                    bad = found(plant(fault, segment, strength), through_coder=through_coder)
                    wins[fault]["ours"][strength - 1].append(ours(clean) > ours(bad))
                    wins[fault]["naive"][strength - 1].append(naive(clean) > naive(bad))
    return wins


def table(wins: dict[str, dict[str, list[list[bool]]]]) -> Table:
    shown = Table(
        "fault", "seen when looked for", "seen", "ruins the take", "naive", title="original beats degraded, %"
    )
    for fault, by in wins.items():
        each = [f"{100 * statistics.mean(part):.0f}" for part in by["ours"]]
        shown.add_row(fault, *each, f"{100 * statistics.mean(flat(by['naive'])):.0f}")
    return shown


def flat(parts: list[list[bool]]) -> list[bool]:
    return [win for part in parts for win in part]


def decode(path: Path) -> int:
    """Decode and do nothing else, as fast as PyAV goes."""
    with av.open(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


def speed(path: Path) -> str:
    """Time decoding and measuring in turn, and compare the best run of each."""
    frames = decode(path)
    score.measure(path)
    alone, whole = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        decode(path)
        middle = time.perf_counter()
        score.measure(path)
        alone.append(middle - start)
        whole.append(time.perf_counter() - middle)
    a, b = (1000.0 * min(times) / frames for times in (alone, whole))
    return f"{path.name}: decode alone {a:.2f} ms a frame, decode and score {b:.2f} ms, ratio {b / a:.2f} (at most 2.5)"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--clips", type=Path, default=CLIPS, help="folder of real clips")
    parser.add_argument("--coded", action="store_true", help="send originals and copies through x264 first")
    parser.add_argument("--quick", action="store_true", help="one segment a clip")
    asked = parser.parse_args()
    clips = sorted(path for path in asked.clips.glob("*") if path.suffix in {".mp4", ".mov", ".mkv", ".webm", ".y4m"})
    if not clips:
        raise SystemExit(f"no clips in {asked.clips}: name a folder with --clips")
    wins = accuracy(clips, through_coder=asked.coded, quick=asked.quick)
    console = Console()
    console.print(table(wins))
    for judge in ("ours", "naive"):
        all_wins = [win for by in wins.values() for win in flat(by[judge])]
        console.print(f"{judge:6} {100 * statistics.mean(all_wins):.1f} % of {len(all_wins)} pairs")
    tall = [path for path in clips if next(planes(path)).coded.shape[0] >= 720]
    for path in tall:
        console.print(speed(path))


if __name__ == "__main__":
    main()
