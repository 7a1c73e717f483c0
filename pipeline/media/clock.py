"""When the frames of a clip are shown: any file's time stamps, conformed to a constant rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from pipeline.errors import MediaInvalid
from pipeline.media.container import checked, is_still, opened, video_of

Ticks = npt.NDArray[np.int64]

STANDARD = tuple(
    sorted(
        [Fraction(n) for n in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 18, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)]
        + [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120, 240)]
    )
)
"""The rates a clip of variable rate is rounded to."""

NO_TICKS: Ticks = np.array([], dtype=np.int64)

MAX_FRAMES = 2_000_000
MAX_RATE = 1000


@dataclass(frozen=True, eq=False)
class Clock:
    """A clip at a constant rate: `frames` frames at `rate`, and when the coded ones start.

    `starts` are the coded frames' times in display order, in ticks of `base`; empty when the file tells none.
    `keys` are (pts, dts) of the frames a decoder can start at.
    """

    rate: Fraction
    frames: int
    base: Fraction
    starts: Ticks
    keys: tuple[tuple[int, int], ...]
    constant: bool

    def coded(self, start: int, stop: int) -> Ticks:
        """Tell which coded frame each of the frames [start, stop) shows: every time is rounded to the nearest k/rate.

        Where several fall on one, the last is shown; where none does, the one before is held.
        """
        wanted = np.arange(start, stop, dtype=np.int64)
        if self.constant:
            return wanted
        times = (wanted + 0.5) / float(self.rate * self.base)
        found = np.searchsorted(self.starts - self.starts[0], times, side="left") - 1
        return np.asarray(np.maximum(found, 0), dtype=np.int64)

    def entry(self, coded: int) -> int | None:
        """Give the time (dts) to seek to so that decoding reaches coded frame `coded`; None: start at the beginning."""
        if not len(self.starts):
            return None
        before = [key for key in self.keys if key[0] <= self.starts[coded]]
        return max(before)[1] if before else None


def clock(path: Path) -> Clock:
    """Read the time stamps of a whole clip without decoding it; remembered while the file does not change.

    A picture is one frame at rate 1.

    Raises:
        MediaInvalid: missing, no clip, cut short, or of an absurd length.
    """
    checked(path)
    facts = path.stat()
    return _clock(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=64)
def _clock(path: Path, _changed: int, _length: int) -> Clock:
    with opened(path) as container:
        stream = video_of(container)
        if stream is None:
            raise MediaInvalid(f"{path.name} has no picture", cure="name a clip")
        if is_still(container, stream):
            return Clock(Fraction(1), 1, Fraction(1), NO_TICKS, (), constant=True)
        shown, ended = _packets(container, stream)
        _whole(path, container, stream, shown, ended)
        stamped = all(pts is not None for pts, _, _, _ in shown) and len({pts for pts, _, _, _ in shown}) == len(shown)
        found = _stamped(stream, shown) if stamped else _counted(stream, len(shown))
    if found.frames > MAX_FRAMES or found.rate > MAX_RATE:
        message = f"{path.name} claims {found.frames} frames at {float(found.rate):g} a second"
        raise MediaInvalid(message, cure="cut it to the part the film needs and export it again")
    return found


_Shown = list[tuple[int, int, int, bool]]


def _packets(container: InputContainer, stream: VideoStream) -> tuple[_Shown, "_End"]:
    """List (pts, dts, duration, key) of the packets that are shown, and how the file ended."""
    shown: _Shown = []
    end = _End()
    for packet in container.demux():
        if packet.size:
            end.note(packet)
            if packet.stream_index == stream.index:
                end.count += 1
                if not packet.is_discard:
                    shown.append(_stamp(packet))
    return shown, end


def _stamp(packet: "Packet[Any]") -> tuple[int, int, int, bool]:
    dts = packet.dts if packet.dts is not None else packet.pts
    return packet.pts, dts, packet.duration or 0, packet.is_keyframe  # type: ignore[return-value] # None is told apart


class _End:
    """Where a file ended: packets of the picture, the last second reached, whether the last packet was cut."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = Fraction(0)
        self.cut = False

    def note(self, packet: "Packet[Any]") -> None:
        self.cut = self.cut or packet.is_corrupt
        if packet.pts is not None and packet.time_base:
            self.seconds = max(self.seconds, (packet.pts + (packet.duration or 0)) * packet.time_base)


def _whole(path: Path, container: InputContainer, stream: VideoStream, shown: _Shown, end: _End) -> None:
    """Refuse a clip that was cut short while it was copied."""
    if not shown:
        raise MediaInvalid(f"{path.name} holds no frames", cure="export it again")
    promised = Fraction(container.duration or 0, 1_000_000)
    short = "matroska" in container.format.name and end.seconds < promised * Fraction(98, 100) - 1
    indexed = "mov" in container.format.name and end.count < len(stream.index_entries)
    if short or indexed or (end.cut and "mov" in container.format.name):
        told = f"{path.name} is cut short: it ends after {float(end.seconds):.2f} s of {float(promised):.2f} s"
        raise MediaInvalid(told, cure="copy it again from the camera or the server, or export it again")


def _stamped(stream: VideoStream, shown: _Shown) -> Clock:
    shown = sorted(shown)
    base = stream.time_base or Fraction(1, 1000)
    starts = np.array([pts for pts, _, _, _ in shown], dtype=np.int64)
    keys = tuple((pts, dts) for pts, dts, _, key in shown if key)
    last = shown[-1][2] or (int(starts[-1] - starts[0]) // max(len(starts) - 1, 1))
    told = [rate for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate) if rate]
    rate = constant_rate(starts - starts[0], base, told)
    if rate is not None and 2 * last * base * rate < 3:
        return Clock(rate, len(starts), base, starts, keys, constant=True)
    span = (int(starts[-1] - starts[0]) + last) * base
    rate = rate or usual_rate(starts, base, span)
    return Clock(rate, max(1, int(span * rate + Fraction(1, 2))), base, starts, keys, constant=False)


def _counted(stream: VideoStream, frames: int) -> Clock:
    """Trust a stream without usable time stamps at its word: a rate, and one frame a packet."""
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return Clock(rate, frames, stream.time_base or 1 / rate, NO_TICKS, (), constant=True)


def constant_rate(ticks: Ticks, base: Fraction, told: Sequence[Fraction]) -> Fraction | None:
    """Find the rate whose frame times are `ticks` of `base` seconds, each within one tick; None: it varies.

    A standard rate that the file tells goes first, then the standard ones, then whatever the file tells.
    """
    if len(ticks) < 2:
        return told[0] if told and told[0] <= MAX_RATE else None
    mean = Fraction(len(ticks) - 1) / (int(ticks[-1]) * base)
    near = sorted(STANDARD, key=lambda rate: abs(rate - mean))[:3]
    exact = mean.limit_denominator(1_000_000)
    for rate in [*(one for one in told if one in STANDARD), *near, *told, exact]:
        ideal = np.arange(len(ticks)) / float(rate * base)
        if float(np.abs(ticks - ideal).max()) <= 1.0 and rate * base <= 2:
            return rate
    return None


def usual_rate(starts: Ticks, base: Fraction, span: Fraction) -> Fraction:
    """Choose the standard rate for frames of varying length: that of their median length, or of the mean past 60."""
    median = int(np.median(np.diff(starts))) if len(starts) > 1 else 0
    usual = nearest(1 / (median * base)) if median else STANDARD[-1]
    return usual if usual <= 60 or not span else nearest(len(starts) / span)


def nearest(rate: Fraction) -> Fraction:
    """Round a rate to the nearest standard one, by ratio."""
    for lower, upper in pairwise(STANDARD):
        if rate < upper:
            return upper if rate * rate > lower * upper else lower
    return STANDARD[-1]
