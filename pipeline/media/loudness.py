"""Listening: loudness, true peak and samples of any file with sound."""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av import AudioFrame
from av.audio.resampler import AudioResampler

from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.media.container import opened
from pipeline.media.run import ffmpeg

RATE = 48_000
"""Samples a second of every sound in the house."""

GATE = -70.0
"""The absolute gate of ITU-R BS.1770-5, in LUFS: what is quieter is silence."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a sound is: integrated LUFS and true peak dBTP, both -inf for silence; its length in seconds."""

    integrated: float
    true_peak: float
    seconds: float


def loudness(path: Path, deadline: float = 600.0) -> Loudness:
    """Measure the first sound of a file, decoded (EBU R 128; ITU-R BS.1770-5), to a tenth of a decibel.

    Shorter than 0.4 s, nothing can be integrated: -inf.

    Raises:
        MediaInvalid: a file without sound.
        ToolFailed: the measurement failed or took longer than `deadline` seconds.
    """
    channels(path)
    meter = "ebur128=peak=true:framelog=quiet"
    argv = ["-i", f"file:{path.absolute()}", "-map", "0:a:0", "-af", meter, "-f", "null", "-"]
    told = ffmpeg(argv, deadline)
    summary = told.rpartition("Summary:")[2]
    integrated, peak = _figure(summary, r"I:\s+(\S+) LUFS"), _figure(summary, r"Peak:\s+(\S+) dBFS")
    heard = integrated if integrated > GATE else float("-inf")
    return Loudness(heard, peak, float(_seconds(path)))


def _figure(summary: str, pattern: str) -> float:
    found = re.search(pattern, summary)
    if not found:
        raise ToolFailed("the loudness meter told nothing", cure="report this with the sound file")
    return float(found[1])


def _seconds(path: Path) -> Fraction:
    with opened(path) as container:
        stream = container.streams.audio[0]
        ticks = stream.duration or 0
        return ticks * (stream.time_base or Fraction(0))


def channels(path: Path) -> int:
    """Count the channels of a file's first sound.

    Raises:
        MediaInvalid: it has none, or cannot be opened.
    """
    with opened(path) as container:
        if not container.streams.audio:
            raise MediaInvalid(f"{path.name} has no sound", cure="name a sound file, or a clip that has sound")
        return int(container.streams.audio[0].channels)


def samples(path: Path) -> npt.NDArray[np.float32]:
    """Decode the first sound of a file whole: float32 (n, 2) at 48 kHz, full scale 1.

    Raises:
        MediaInvalid: a file without sound, or a damaged one.
    """
    channels(path)
    into = AudioResampler(format="flt", layout="stereo", rate=RATE)
    parts: list[npt.NDArray[np.float32]] = []
    with opened(path) as container:
        for frame in container.decode(container.streams.audio[0]):
            parts += _parts(into.resample(frame))
    parts += _parts(into.resample(None))
    return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)


def _parts(frames: list[AudioFrame]) -> list[npt.NDArray[np.float32]]:
    return [np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, 2) for frame in frames]
