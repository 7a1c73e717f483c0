"""Every clip of every source with every fault, seen by every judge: planted in memory, and sent through a coder."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from bench.faults import FAULTS, STRENGTHS, plant
from bench.scoring.agreement import Trial
from bench.scoring.planting import Clip
from bench.scoring.rivals import RIVALS
from bench.scoring.sources import Source
from pipeline.media.planes import Planes, planes
from pipeline.model import Amount
from pipeline.score.combination import combine
from pipeline.score.gates import gates
from pipeline.score.readings import read

LIVELY = 1.0
"""Mean motion of an original, in pixels a frame of 720 lines, from which on medium motion was asked for, else low."""


def trials(sources: Sequence[Source], *, quick: bool, processes: int = 2) -> list[Trial]:
    """Judge all sources, one after the other in each of some processes."""
    with ProcessPoolExecutor(processes) as pool:
        return [one for found in pool.map(_of_source, sources, [quick] * len(sources)) for one in found]


def _of_source(source: Source, quick: bool) -> list[Trial]:
    cv2.setNumThreads(1)
    return [one for name, clip in source.segments(quick=quick) for one in _of_segment(source, name, clip, quick)]


def _of_segment(source: Source, name: str, clip: Clip, quick: bool) -> Iterator[Trial]:
    asked = motion_of(clip, source.rate)
    for fault, strength in [("", 0), *((fault, level) for fault in FAULTS for level in STRENGTHS)]:
        made = plant(fault, clip, strength, source.rate) if fault else clip
        for through_coder in (False,) if quick else (False, True):
            seen = coded(made) if through_coder else made
            yield Trial(source.name, name, through_coder, fault, strength, *_judged(seen, source.rate, asked))


def motion_of(clip: Clip, rate: float) -> Amount:
    """Say how much motion a storyboard would have asked for to get this clip."""
    readings = read(clip, rate)
    assert readings is not None
    return "medium" if 720.0 * float(readings.features["motion"].mean()) >= LIVELY else "low"


def _judged(clip: Clip, rate: float, asked: Amount) -> tuple[dict[str, float], dict[str, float], bool]:
    readings = read(clip, rate)
    assert readings is not None
    struck = gates(readings, Fraction(rate).limit_denominator(1001), asked)
    return {name: judge(readings) for name, judge in RIVALS.items()}, combine(readings, asked), bool(struck)


def coded(clip: Clip, crf: int = 28) -> list[Planes]:
    """Send a clip through x264, as a generator's file would be: one key frame in 250."""
    height, width = (side - side % 2 for side in clip[0].luma.shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        with av.open(path, "w") as container:
            stream = container.add_stream("libx264", rate=25, options={"crf": str(crf), "preset": "veryfast"})
            stream.width, stream.height, stream.pix_fmt, stream.color_range = width, height, "yuvj420p", 2
            stream.thread_count, stream.codec_context.time_base = 1, Fraction(1, 25)
            for frame in clip:
                container.mux(stream.encode(picture(frame, width, height)))
            container.mux(stream.encode())
        return list(planes(path))


def picture(frame: Planes, width: int, height: int) -> av.VideoFrame:
    chroma = [plane[: height // 2, : width // 2] for plane in (frame.u, frame.v)]
    flat = np.concatenate([plane.ravel() for plane in (frame.luma[:height, :width], *chroma)])
    return av.VideoFrame.from_ndarray(flat.reshape(height * 3 // 2, width), format="yuvj420p")
