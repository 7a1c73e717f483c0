"""Opening a producer's file: only known formats, only local data, every failure a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import av
import av.container
import av.error
from av.stream import Disposition
from av.video.stream import VideoStream

from pipeline.errors import MediaInvalid
from pipeline.media.header import Header, header
from pipeline.model import Size

MAX_PIXELS = 64 << 20
"""Largest picture that is decoded: 8192x8192."""

_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng,image2,png_pipe,jpeg_pipe,webp_pipe,tiff_pipe,bmp_pipe,ppm_pipe,"
    "pgm_pipe,wav,w64,mp3,flac,ogg,aac,aiff,caf,mpegts,mpeg,flv,asf,mxf,yuv4mpegpipe,h264,hevc,ivf,amr,opus,ac3,au"
)
_OPEN = {"protocol_whitelist": "file", "format_whitelist": _FORMATS, "pattern_type": "none"}
_LIMITS: Any = [{"max_pixels": str(MAX_PIXELS)}] * 16  # the stubs say list[str], the code takes dicts
_CURE = "export it again, as PNG or JPEG for a picture, MP4 (H.264) for a clip, WAV for a sound"


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a media file for reading, and turn every failure inside the block into a sentence.

    Playlists, scripts and network addresses are no media here, whatever the file's name says.

    Raises:
        MediaInvalid: missing, empty, unreadable, no media, damaged, too large.
    """
    checked(path)
    with guarded(path), _container(path) as container:
        yield container


def _container(path: Path) -> av.container.InputContainer:
    name = f"file:{path.absolute()}"
    try:
        return av.open(name, options=_OPEN, metadata_errors="replace", stream_options=_LIMITS)
    except av.error.FFmpegError:
        raise
    except ValueError:  # formats without a header (FLV, MPEG) take no stream options
        return av.open(name, options=_OPEN, metadata_errors="replace")


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn what libav raises inside the block into MediaInvalid."""
    try:
        yield
    except OSError as failure:
        reason = failure.strerror or "it cannot be read"
        raise MediaInvalid(f"{path.name} cannot be used: {reason}", cure=_CURE) from failure
    except (av.error.FFmpegError, EOFError) as failure:
        raise MediaInvalid(f"{path.name} is damaged or is no picture, clip or sound", cure=_CURE) from failure


def checked(path: Path) -> Header | None:
    """Give a picture's header; refuse what can be refused before any decoder sees it.

    Raises:
        MediaInvalid: missing, a folder, empty, unreadable, or a picture of more than 64 megapixels.
    """
    if not path.exists():
        raise MediaInvalid(f"{path.name} is not there", cure="check the path; it is relative to the storyboard")
    if not path.is_file():
        raise MediaInvalid(f"{path.name} is not a file", cure="name one picture, clip or sound")
    try:
        length, head = path.stat().st_size, header(path)
    except OSError as failure:
        raise MediaInvalid(f"{path.name} cannot be read: {failure.strerror}", cure="check who may read it") from failure
    if not length:
        raise MediaInvalid(f"{path.name} is empty", cure="copy or export it again")
    if head:
        bounded(path, head.size)
    if head and head.animated_webp:
        raise MediaInvalid(f"{path.name} is an animated WebP, which no decoder here reads", cure="export a GIF or MP4")
    return head


def bounded(path: Path, size: Size) -> None:
    """Refuse an empty or absurd picture size.

    Raises:
        MediaInvalid: no pixels, or more than 64 megapixels.
    """
    if size.width < 1 or size.height < 1:
        raise MediaInvalid(f"{path.name} has no pixels ({size})", cure=_CURE)
    if size.pixels > MAX_PIXELS:
        message = f"{path.name} is {size} pixels, more than 64 megapixels"
        raise MediaInvalid(message, cure="scale it down; twice the film's size is plenty")


def video_of(container: av.container.InputContainer, cores: int = 0) -> VideoStream | None:
    """Give the stream with the picture, ready to decode on so many cores, 0 for all; cover art of a sound is none.

    Raises:
        MediaInvalid: its codec is not known here.
    """
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            if cast("Any", stream.codec_context) is None:
                raise MediaInvalid(f"{Path(container.name).name} is coded in a way not known here", cure=_CURE)
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = cores
            return stream
    return None


def is_still(container: av.container.InputContainer, stream: VideoStream) -> bool:
    """Tell a picture from a clip: an animated GIF or PNG is a clip, a GIF of one frame a picture."""
    name = container.format.name
    if name == "gif":
        return stream.frames == 1
    brand = container.metadata.get("major_brand", "")
    return name == "image2" or name.endswith("_pipe") or brand == "avif"
