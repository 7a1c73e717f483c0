"""A small moving picture out of a film: the best GIF that stays under a size, found by search."""

import os
import shutil
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import ffmpeg as graph

from pipeline.errors import MediaInvalid, ProducerError, ToolFailed
from pipeline.media import run
from pipeline.media.container import opened, video_of
from pipeline.media.probe import probe
from pipeline.model import Size

SMOOTH, SMALL = (Fraction(10), Fraction(8)), 240
"""Frames a second still smooth enough to keep the width for, and pixels across still large enough to keep those for."""

SLOW, NARROWEST = (Fraction(6), Fraction(5)), 64
"""What the search comes down to in the end."""

STEP = Fraction(15, 16)
"""Each width tried is this part of the one before."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a GIF shows: frames [start, stop) of a film of this rate and size."""

    film: Path
    rate: Fraction
    size: Size
    start: int
    stop: int

    @property
    def seconds(self) -> Fraction:
        """Its exact length."""
        return (self.stop - self.start) / self.rate


@dataclass(frozen=True, slots=True)
class Quality:
    """How a GIF is made; `dither` is ffmpeg's name for the way colours are mixed, with its strength."""

    width: int
    rate: Fraction
    colours: int = 256
    dither: str = "sierra2_4a"


@dataclass(frozen=True, slots=True)
class GifFacts:
    """What a GIF is; `centiseconds` is its length, `loops` 0 = it repeats for ever."""

    size: Size
    frames: int
    centiseconds: int
    loops: int
    bytes: int


def qualities(width: int, rate: Fraction) -> list[Quality]:
    """List what is tried, from the best down: the way of dithering, then colours, then rate and width in turns.

    An ordered pattern (bayer) stands still from frame to frame and packs better than diffused errors do.
    """
    best = [Quality(width, rate), Quality(width, rate, dither="bayer:bayer_scale=3")]
    fewer = [Quality(width, rate, colours, _COARSE) for colours in (160, 96, 64)]
    plain = [Quality(min(width, NARROWEST), min(rate, SLOW[-1]), colours, "none") for colours in (32, 16, 8)]
    return [*best, *fewer, *(Quality(*one, 64, _COARSE) for one in _steps(width, rate)), *plain]


def _steps(width: int, rate: Fraction) -> Iterator[tuple[int, Fraction]]:
    """Come down from a width and a rate: slower while it is smooth, then narrower, then slower and narrower again."""
    for rates, narrowest in ((SMOOTH, SMALL), (SLOW, NARROWEST)):
        for slower in (one for one in rates if one < rate):
            rate = slower
            yield width, rate
        while (narrower := max(narrowest, round(width * STEP))) < width:
            width = narrower
            yield width, rate


_COARSE = "bayer:bayer_scale=4"


def part_of(film: Path, start: Fraction, seconds: Fraction | None) -> Part:
    """Choose the frames of a film from second `start` on, `seconds` long (None = to its end), at least one.

    Raises:
        ProducerError: the film is over before `start`.
    """
    spec = probe(film).spec
    assert spec is not None
    first = _near(start * spec.rate)
    if first >= spec.frames:
        told = f"the GIF would begin at {float(start):g} s, but the film is {float(spec.seconds):.2f} s long"
        raise ProducerError(told, cure="choose an earlier `from`")
    last = spec.frames if seconds is None else min(spec.frames, first + max(1, _near(seconds * spec.rate)))
    return Part(film, spec.rate, spec.size, first, last)


def write(part: Part, out: Path, best: Quality, largest: int) -> Quality:
    """Write the GIF nearest to `best` that is at most `largest` bytes; it repeats for ever. Give how it is made.

    Every frame stands for whole hundredths of a second, and all of them together for the part's length to half a
    hundredth. Memory does not grow with the length. `out` is whole or absent.

    Raises:
        ProducerError: even the smallest is larger.
        ToolFailed: ffmpeg failed or took too long.
    """
    folder = out.with_name(f".{out.name}.{uuid4().hex}")
    folder.mkdir()
    try:
        tried = qualities(min(best.width, part.size.width), min(best.rate, part.rate))
        search = _Search(part, folder, largest, tried[0].width)
        if not search.fits(tried[0]):
            bisect_left(tried, True, lo=1, key=search.fits)
        if search.found is None:
            raise _too_large(largest, search.smallest)
        with search.best.open("rb+") as file:
            os.fsync(file.fileno())
        search.best.replace(out)
    except OSError as failure:
        message = f"{out.name} could not be written: {failure.strerror or failure}"
        raise ToolFailed(message, cure="check the disk and its rights") from failure
    else:
        return search.found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def facts(path: Path) -> GifFacts:
    """Read what a GIF is from its packets.

    Raises:
        MediaInvalid: it is none.
    """
    with opened(path) as container:
        stream = video_of(container)
        if stream is None or container.format.name != "gif":
            raise MediaInvalid(f"{path.name} is no GIF", cure="name a GIF")
        size = Size(stream.codec_context.width, stream.codec_context.height)
        packets = [one for one in container.demux(stream) if one.size]
        seconds = sum(((one.duration or 0) * one.time_base for one in packets), Fraction(0))
    return GifFacts(size, len(packets), round(100 * seconds), _loops(path), path.stat().st_size)


# ---------------------------------------------------------------- the search


@dataclass(slots=True)
class _Search:
    """What was tried so far: mutable, for a search only moves on when it knows what the last step gave.

    `best` is the best file that fitted; a binary search tries a better one only after a worse one fitted.
    """

    part: Part
    folder: Path
    largest: int
    width: int
    found: Quality | None = None
    smallest: Quality | None = None
    prepared: dict[Fraction, Path] = field(default_factory=dict)
    palettes: dict[tuple[Fraction, int], Path] = field(default_factory=dict)

    @property
    def best(self) -> Path:
        return self.folder / "best.gif"

    def fits(self, quality: Quality) -> bool:
        """Make a GIF of this quality, as far as it fits, and tell whether all of it does."""
        attempt = self.folder / "attempt.gif"
        clip, palette = self._clip(quality.rate), self._palette(quality)
        self._run(command(self.part, quality, clip, palette, attempt, self.largest))
        self.smallest = quality
        if attempt.stat().st_size > self.largest:
            return False
        attempt.replace(self.best)
        self.found = quality
        return True

    def _clip(self, rate: Fraction) -> Path:
        if rate not in self.prepared:
            clip = self.folder / f"{len(self.prepared)}.mp4"
            self._run(preparation(self.part, Quality(self.width, rate), clip))
            self.prepared[rate] = clip
        return self.prepared[rate]

    def _palette(self, quality: Quality) -> Path:
        key = quality.rate, quality.colours
        if key not in self.palettes:
            picture = self.folder / f"{len(self.palettes)}.png"
            self._run(palette(self._clip(quality.rate), quality.colours, picture))
            self.palettes[key] = picture
        return self.palettes[key]

    def _run(self, argv: list[str]) -> None:
        run.ffmpeg(argv, 120 + 0.5 * (self.part.stop - self.part.start))


def preparation(part: Part, best: Quality, clip: Path) -> list[str]:
    """Write down the arguments that cut a part out at the rate and the largest width tried, without loss; pure.

    Frame k is the film's frame that is shown around the middle of the GIF's frame k.
    """
    video = graph.input(f"file:{part.film.absolute()}")["v:0"]
    video = video.filter("trim", start_frame=part.start, end_frame=part.stop).filter("setpts", "PTS-STARTPTS")
    video = video.filter("fps", fps=str(best.rate), start_time=0, round="near")
    video = video.filter("tpad", stop_mode="clone", stop=2).filter("trim", end_frame=frames_of(part, best.rate))
    video = video.filter("scale", *_size(part, best.width), flags=_SCALING, in_color_matrix="bt709", in_range="tv")
    return _arguments(
        video, clip, vcodec="libx264rgb", qp=0, preset="ultrafast", pix_fmt="rgb24", fps_mode="passthrough"
    )


def palette(clip: Path, colours: int, picture: Path) -> list[str]:
    """Write down the arguments that choose a clip's colours, one of them kept for what does not change; pure."""
    video = graph.input(f"file:{clip.absolute()}")["v:0"].filter("palettegen", max_colors=colours, stats_mode="diff")
    return _arguments(video, picture, update=1, **{"frames:v": 1})


def command(part: Part, quality: Quality, clip: Path, palette: Path, out: Path, largest: int) -> list[str]:
    """Write down the arguments that make a GIF; what is over `largest` is not written further; pure."""
    video = graph.input(f"file:{clip.absolute()}")["v:0"]
    video = video.filter("scale", *_size(part, quality.width), flags=_SCALING)
    name, _, strength = quality.dither.partition(":bayer_scale=")
    mixing = {"dither": name, "diff_mode": "rectangle", **({"bayer_scale": strength} if strength else {})}
    colours = graph.input(f"file:{palette.absolute()}")["v:0"]
    video = graph.filter([video, colours], "paletteuse", **mixing)
    last = last_delay(part, quality.rate)
    return _arguments(video, out, loop=0, final_delay=last, fs=largest + 1, fps_mode="passthrough")


def frames_of(part: Part, rate: Fraction) -> int:
    """Count the frames of a GIF at a rate, at least one."""
    return max(1, _near(part.seconds * rate))


def last_delay(part: Part, rate: Fraction) -> int:
    """Give the hundredths of a second the last frame stands, so that all of them have the part's length.

    The others begin at the hundredth nearest to k / rate, so that no error adds up. Browsers slow anything under 2.
    """
    return max(2, _near(100 * part.seconds) - _near(100 * (frames_of(part, rate) - 1) / rate))


_SCALING = "lanczos+accurate_rnd+full_chroma_int"


def _size(part: Part, width: int) -> tuple[int, int]:
    wide = min(width, part.size.width)
    return wide, max(1, _near(Fraction(wide * part.size.height, part.size.width)))


def _near(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def _arguments(video: Any, out: Path, **options: Any) -> list[str]:
    return [str(one) for one in graph.output(video, f"file:{out.absolute()}", **options).get_args()]


def _loops(path: Path) -> int:
    """Read how often a GIF repeats (0 = for ever) from its application extension; 1 where it has none."""
    with path.open("rb") as file:
        head = file.read(1 << 12)
    place = head.find(b"NETSCAPE2.0\x03\x01")
    return int.from_bytes(head[place + 13 : place + 15], "little") if place >= 0 else 1


def _too_large(largest: int, smallest: Quality | None) -> ProducerError:
    width = f" {smallest.width} pixels wide" if smallest else ""
    told = f"no GIF of this part fits {largest / 1e6:g} MB, not even one{width}"
    return ProducerError(told, cure="raise `max_mb` of the gif, or show less of the film with `from` and `seconds`")
