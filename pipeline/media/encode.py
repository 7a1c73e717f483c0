"""Writing clips: x264 with everything that decides the bytes said out loud."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from av import VideoFrame
from av.container import OutputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from av.video.stream import VideoStream

from pipeline.errors import ToolFailed
from pipeline.media.pixels import ACCURATE
from pipeline.model import Size, Spec
from pipeline.ports import Frame


@dataclass(frozen=True, slots=True)
class Encoding:
    """What decides the bytes x264 writes; the output differs between thread counts, so that is part of it."""

    crf: int
    preset: str
    gop: int
    bframes: int
    threads: int = 1

    def values(self) -> Mapping[str, Any]:
        """Give everything that decides the bytes, for recipes."""
        return {"codec": "libx264", **self.options()}

    def options(self) -> dict[str, str]:
        """Give x264's own options: closed groups of pictures, so that every piece stands alone.

        `cpu-independent`: without it the same frames gave other bytes in one run out of three (measured: the
        macroblock tree with B-frames), and other processors give others still.
        """
        same = "deterministic=1:cpu-independent=1"
        groups = f"keyint={self.gop}:min-keyint=1:open-gop=0:bframes={self.bframes}"
        return {"preset": self.preset, "crf": str(self.crf), "x264-params": f"{groups}:threads={self.threads}:{same}"}


TAKE = Encoding(crf=12, preset="superfast", gop=12, bframes=0)
MEZZANINE = Encoding(crf=10, preset="superfast", gop=8, bframes=0)
PIECE = Encoding(crf=17, preset="veryfast", gop=48, bframes=2)


def write(path: Path, frames: Iterable[Frame], spec: Spec, encoding: Encoding) -> None:
    """Encode frames as an MP4: H.264, yuv420p, BT.709, limited range, tagged so; frame k at exactly k/rate.

    Same frames, spec and encoding give the same bytes. The file appears as it is written: the caller's folder
    is a temporary one, or it renames.

    Raises:
        ToolFailed: an odd size, a frame of another size, another number of frames than `spec` says, a full disk.
    """
    if spec.size.width % 2 or spec.size.height % 2:
        raise ToolFailed(f"{spec.size} cannot be encoded: H.264 needs even sides", cure="choose even output sides")
    count = 0
    try:
        with av.open(f"file:{path.absolute()}", "w", format="mp4", options={"fflags": "+bitexact"}) as container:
            stream = _stream(container, spec, encoding)
            for picture in _pictures(frames, spec):
                container.mux(stream.encode(picture))
                count += 1
            container.mux(stream.encode(None))
    except (av.error.FFmpegError, OSError) as failure:
        reason = getattr(failure, "strerror", None) or failure
        raise ToolFailed(
            f"{path.name} could not be written: {reason}", cure="check the disk and its rights"
        ) from failure
    if count != spec.frames:
        raise ToolFailed(f"{path.name} got {count} frames where {spec.frames} were foretold", cure="report this tool")


def _stream(container: OutputContainer, spec: Spec, encoding: Encoding) -> VideoStream:
    stream = container.add_stream("libx264", rate=spec.rate, options=encoding.options())
    stream.width, stream.height, stream.pix_fmt = spec.size.width, spec.size.height, "yuv420p"
    codec = stream.codec_context
    codec.time_base = 1 / spec.rate
    codec.thread_count = encoding.threads
    codec.color_range = ColorRange.MPEG
    codec.colorspace = Colorspace.ITU709
    codec.color_primaries = ColorPrimaries.BT709
    codec.color_trc = ColorTrc.BT709
    return stream


def _pictures(frames: Iterable[Frame], spec: Spec) -> Iterator[VideoFrame]:
    scaler = VideoReformatter()
    for k, frame in enumerate(frames):
        size = Size(frame.shape[1], frame.shape[0])
        if size != spec.size or frame.dtype != np.uint8:
            raise ToolFailed(
                f"frame {k} is {size} {frame.dtype} where {spec.size} was foretold", cure="report this tool"
            )
        picture = coded(scaler, frame, "yuv420p")
        picture.pts, picture.time_base = k, 1 / spec.rate
        yield picture


def coded(scaler: VideoReformatter, frame: Frame, layout: str, full: bool = False) -> VideoFrame:
    """Convert a Frame to a YUV layout: BT.709 limited range for clips, BT.601 full range for JPEG pictures."""
    return scaler.reformat(
        VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame), format="rgb24"),
        format=layout,
        src_color_range=ColorRange.JPEG,
        dst_colorspace=Colorspace.ITU601 if full else Colorspace.ITU709,
        dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        interpolation=ACCURATE,
    )
