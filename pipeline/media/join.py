"""Joining pieces without encoding them again: every packet copied, every time computed (decision 10)."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import av
import av.error
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.media.container import opened
from pipeline.model import Size, Spec

_CURE = "remove this piece from the store and run again"
_Copied: TypeAlias = "Packet[Any]"
_MUXER = {"movflags": "+faststart", "fflags": "+bitexact"}


@dataclass(frozen=True, slots=True)
class _Make:
    """What all pieces must have in common to be one stream."""

    codec: str
    size: Size
    pixels: str | None
    extradata: bytes | None
    delay: int


def join(pieces: Sequence[tuple[Path, int]], out: Path, spec: Spec, sound: Path | None) -> None:
    """Write the film: the pieces, each with its frame count, one after the other, and the sound beside them.

    Frame k of the film is shown at exactly k/rate; pieces may reorder frames (B-frames) but must begin with a
    key frame and be closed. `out` is whole or absent; memory does not grow with the number of pieces.

    Raises:
        ToolFailed: a piece that differs from the first in codec, size, pixel format or extradata, or has another
            number of frames than told, naming it; or the disk refuses.
    """
    if not pieces or sum(frames for _, frames in pieces) != spec.frames:
        told = sum(frames for _, frames in pieces)
        raise ToolFailed(f"the pieces have {told} frames where the film has {spec.frames}", cure="report this")
    unfinished = out.with_name(f".{out.name}.{uuid4().hex}.tmp")
    try:
        _write(pieces, unfinished, spec, sound)
        _settle(unfinished, out)
    except (av.error.FFmpegError, OSError) as failure:
        reason = getattr(failure, "strerror", None) or failure
        raise ToolFailed(
            f"{out.name} could not be written: {reason}", cure="check the disk and its rights"
        ) from failure
    finally:
        unfinished.unlink(missing_ok=True)


def _settle(unfinished: Path, out: Path) -> None:
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(out)


def _write(pieces: Sequence[tuple[Path, int]], out: Path, spec: Spec, sound: Path | None) -> None:
    with av.open(f"file:{out.absolute()}", "w", format="mp4", options=_MUXER) as film:
        make, picture = _picture_stream(pieces[0][0], film, spec)
        queues = [_picture_packets(pieces, make, picture, 1 / spec.rate)]
        if sound is not None:
            queues.append(_sound_packets(sound, _sound_stream(sound, film), spec.seconds))
        for _, packet in merge(*queues, key=lambda one: one[0]):
            film.mux_one(packet)


def _picture_stream(first: Path, film: OutputContainer, spec: Spec) -> tuple[_Make, VideoStream]:
    with _named(first), opened(first) as container:
        template = container.streams.video[0]
        make = _make(template)
        if make.size != spec.size:
            raise ToolFailed(f"the piece {first.name} is {make.size}, the film {spec.size}", cure=_CURE)
        stream = film.add_stream_from_template(template)
    stream.time_base = 1 / spec.rate
    return make, stream


def _make(stream: VideoStream) -> _Make:
    codec = stream.codec_context
    return _Make(codec.name, Size(codec.width, codec.height), codec.pix_fmt, codec.extradata, codec.reorder_depth)


def _picture_packets(
    pieces: Sequence[tuple[Path, int]], make: _Make, into: VideoStream, base: Fraction
) -> Iterator[tuple[Fraction, _Copied]]:
    offset = 0
    for path, frames in pieces:
        with _named(path), opened(path) as container:
            places = _places(path, container, frames, make)
            for index, packet in enumerate(_packets(container)):
                packet.stream, packet.time_base = into, base
                packet.pts, packet.dts, packet.duration = offset + places[index], offset + index - make.delay, 1
                yield packet.dts * base, packet
        offset += frames


def _packets(container: InputContainer) -> Iterator[_Copied]:
    return (packet for packet in container.demux(container.streams.video[0]) if packet.size)


def _places(path: Path, container: InputContainer, frames: int, make: _Make) -> list[int]:
    """Check one piece, and tell for each packet in decoding order its place in display order."""
    found = _make(container.streams.video[0])
    for part in ("codec", "size", "pixels", "extradata", "delay"):
        if getattr(found, part) != getattr(make, part):
            raise ToolFailed(f"the piece {path} differs from the first one in its {part}", cure=_CURE)
    stamps = [(packet.pts or 0, packet.is_keyframe) for packet in _packets(container)]
    if len(stamps) != frames:
        raise ToolFailed(f"the piece {path} has {len(stamps)} frames instead of {frames}", cure=_CURE)
    order = {pts: place for place, pts in enumerate(sorted(pts for pts, _ in stamps))}
    places = [order[pts] for pts, _ in stamps]
    late = any(index - place > make.delay for index, place in enumerate(places))
    if late or len(order) != frames or places[0] or not stamps[0][1]:
        raise ToolFailed(f"the piece {path} does not begin with its own key frame", cure=_CURE)
    container.seek(0)
    return places


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Tell a damaged piece or sound as what it is: not a producer's file but one of the house's."""
    try:
        yield
    except MediaInvalid as failure:
        raise ToolFailed(f"{path} cannot be read: {failure.message}", cure=_CURE) from failure


def _sound_stream(path: Path, film: OutputContainer) -> Stream:
    with _named(path), opened(path) as source:
        template = source.streams.audio[0] if source.streams.audio else None
        if template is None or template.codec_context.name != "aac":
            raise ToolFailed(f"the sound {path} is not AAC", cure="mix it again")
        return film.add_stream_from_template(template)


def _sound_packets(path: Path, into: Stream, end: Fraction) -> Iterator[tuple[Fraction, _Copied]]:
    """Copy the sound's packets with their own times; what begins after the film's end is left out."""
    with _named(path), opened(path) as source:
        for packet in source.demux(source.streams.audio[0]):
            if packet.size and packet.pts is not None:
                seconds = packet.pts * packet.time_base
                if seconds < end:
                    copied: _Copied = packet
                    copied.stream = into
                    yield seconds, copied
