"""Frames in, frames out: the only way pixels enter and leave the house (architecture.md, decision 8)."""

from collections.abc import Generator, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av import VideoFrame
from av.container import InputContainer
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.media.clock import Clock, clock
from pipeline.media.container import checked, is_still, opened, video_of
from pipeline.media.encode import MEZZANINE, PIECE, TAKE, Encoding, coded, write
from pipeline.media.pixels import Converter, Upright, exif_turn, square, turn_of
from pipeline.ports import Frame

__all__ = ["MEZZANINE", "PIECE", "TAKE", "Encoding", "pictures", "read", "read_picture", "write", "write_picture"]


def read(path: Path, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
    """Stream frames [start, stop) of a clip at its probed rate, upright, square, BT.709; a picture is a clip of one.

    Seeks to the last key frame before `start`; several reads of one file at a time are fine. Frames past the
    end are not given: fewer come.

    Raises:
        MediaInvalid: the file, or a place in it, cannot be decoded.
    """
    with opened(path) as container:
        stream = video_of(container)
        still = stream is not None and is_still(container, stream)
    if still:
        yield from [read_picture(path)][start:stop]
        return
    converter, upright = None, Upright()
    for stream, picture, repeats in pictures(path, start, stop):
        converter = converter or Converter(path, square(stream))
        frame = converter.frame(picture, upright.of(picture))
        for _ in range(repeats):
            yield frame


def pictures(
    path: Path, start: int = 0, stop: int | None = None, cores: int = 0
) -> Iterator[tuple[VideoStream, VideoFrame, int]]:
    """Stream the coded pictures behind frames [start, stop), each with how many frames in a row show it.

    They are decoded on so many `cores`, 0 for all.

    Raises:
        MediaInvalid: the file, or a place in it, cannot be decoded.
    """
    time = clock(path)
    stop = time.frames if stop is None else min(stop, time.frames)
    if not 0 <= start < stop:
        return
    wanted = time.coded(start, stop).tolist()
    with opened(path) as container, closing(_decoded(container, time, wanted[0], cores)) as decoded:
        k = 0
        for index, stream, picture in decoded:
            first = k
            while k < len(wanted) and wanted[k] <= index:
                k += 1
            if k > first:
                yield stream, picture, k - first
            if k == len(wanted):
                return
        message = f"{path.name} cannot be decoded past {float((start + k) / time.rate):.2f} s"
        raise MediaInvalid(message, cure="copy or export it again, or use an earlier part")


def _decoded(
    container: InputContainer, time: Clock, first: int, cores: int
) -> Generator[tuple[int, VideoStream, VideoFrame]]:
    """Decode from coded frame `first` on, each picture with its place in display order."""
    stream = video_of(container, cores)
    assert stream is not None
    entry = time.entry(first)
    if entry is not None and first:
        container.seek(entry, stream=stream)
    if not len(time.starts):
        yield from ((k, stream, picture) for k, picture in enumerate(container.decode(stream)))
        return
    places = {int(pts): k for k, pts in enumerate(time.starts)}
    for picture in container.decode(stream):
        if (place := places.get(picture.pts)) is not None:  # type: ignore[arg-type] # None is in no table
            yield place, stream, picture


def read_picture(path: Path) -> Frame:
    """Decode a picture: EXIF orientation applied, alpha laid over black, 16 bits rounded to 8; a clip's first frame.

    Raises:
        MediaInvalid: no picture, damaged, more than 64 megapixels, an unsupported kind of colour.
    """
    head = checked(path)
    with opened(path) as container:
        stream = video_of(container)
        if stream is None:
            raise MediaInvalid(f"{path.name} holds no picture", cure="name a PNG or JPEG file")
        picture = next(container.decode(stream), None)
        if picture is None:
            raise MediaInvalid(f"{path.name} holds no picture", cure="export it again as PNG or JPEG")
        turn = exif_turn(head.orientation) if head else turn_of(picture)
        return Converter(path, square(stream)).frame(picture, turn)


def write_picture(path: Path, frame: Frame, quality: int = 85) -> None:
    """Write a PNG, or a JPEG of `quality` 1..100 with full chroma, by the file's suffix.

    Raises:
        ToolFailed: another suffix, or the disk refuses.
    """
    jpeg = path.suffix.lower() in (".jpg", ".jpeg")
    if not jpeg and path.suffix.lower() != ".png":
        raise ToolFailed(f"{path.name}: pictures are written as .jpg or .png", cure="choose one of these")
    height, width = frame.shape[:2]
    encoder = av.CodecContext.create("mjpeg" if jpeg else "png", "w")
    encoder.width, encoder.height, encoder.time_base = width, height, Fraction(1, 25)
    if jpeg:
        encoder.pix_fmt, encoder.color_range = "yuvj444p", 2
        picture = coded(VideoReformatter(), frame, "yuvj444p", full=True)
        encoder.qmin = encoder.qmax = _quantiser(quality)
        encoder.thread_count = 1
    else:
        encoder.pix_fmt = "rgb24"
        picture = VideoFrame.from_ndarray(frame, format="rgb24")
    picture.pts = 0
    path.write_bytes(b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)]))


def _quantiser(quality: int) -> int:
    """Give libav's MJPEG quantiser, 1 (best) to 31, whose file is about as large as libjpeg's at `quality`."""
    return max(1, min(31, round(1 + (100 - quality) * 0.2)))
