"""A picture with its transparency, for what is laid over something of our own, such as a logo on a card."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from pipeline.errors import MediaInvalid
from pipeline.media.container import bounded, checked, opened, video_of
from pipeline.media.pixels import ACCURATE, Turn, exif_turn, matrix_of, range_of, refuse, square, turn_of
from pipeline.model import Size
from pipeline.ports import Frame


def read_cutout(path: Path) -> tuple[Frame, npt.NDArray[np.uint8]]:
    """Decode a picture and its opacity, uint8 (H, W) 0..255; colours are straight, not multiplied by it.

    A picture without transparency is opaque. EXIF orientation is applied, 16 bits are rounded to 8.

    Raises:
        MediaInvalid: no picture, damaged, more than 64 megapixels, an unsupported kind of colour.
    """
    head = checked(path)
    with opened(path) as container:
        stream = video_of(container)
        picture = None if stream is None else next(container.decode(stream), None)
        if stream is None or picture is None:
            raise MediaInvalid(f"{path.name} holds no picture", cure="export it again as PNG")
        size = square(stream)
        bounded(path, size)
        refuse(path, picture)
        layers = _layers(picture, size, exif_turn(head.orientation) if head else turn_of(picture))
        return np.ascontiguousarray(layers[..., :3]), np.ascontiguousarray(layers[..., 3])


def _layers(picture: VideoFrame, size: Size, turn: Turn) -> npt.NDArray[Any]:
    """Convert to upright RGBA, full range, BT.709."""
    converted = VideoReformatter().reformat(
        picture,
        width=size.width,
        height=size.height,
        format="rgba",
        src_colorspace=matrix_of(picture),
        dst_colorspace=Colorspace.ITU709,
        src_color_range=range_of(picture),
        dst_color_range=ColorRange.JPEG,
        interpolation=ACCURATE,
    )
    return turn.apply(converted.to_ndarray())
