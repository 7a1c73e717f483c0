"""The planes of a clip as a decoder gives them: what scoring reads, without a colour conversion."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av import VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter

from pipeline.media.frames import pictures
from pipeline.media.pixels import Turn, Upright, matrix_of, plane_of, range_of, refuse, square
from pipeline.model import Size

Plane = npt.NDArray[np.uint8]

_PLANAR = frozenset({"yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p"})
FULL = np.clip(np.rint((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
"""Limited-range luma to 0..255."""


@dataclass(frozen=True, slots=True)
class Planes:
    """One frame as coded: `coded` uint8 (H, W) luma, `u`, `v` uint8, 128 = grey, each side H/2, W/2 or as luma.

    `full` False: luma 16..235, chroma 16..240. `matrix` is 1 for BT.709, 5 for BT.601 (AVColorSpace). `squared` is the
    size with square pixels, None where they are square.
    """

    coded: Plane
    u: Plane
    v: Plane
    full: bool = False
    matrix: int = 1
    squared: Size | None = None

    @property
    def luma(self) -> Plane:
        """Luma at 0..255. It costs as much as decoding: who makes the plane smaller does that first."""
        return self.coded if self.full else FULL[self.coded]

    @property
    def shown(self) -> Size:
        """The size that the picture is shown at, as `probe` gives it."""
        height, width = self.coded.shape
        return self.squared or Size(width, height)


def planes(path: Path, cores: int = 0) -> Iterator[Planes]:
    """Stream the planes of a clip, one decode, upright, pixels as coded (not squared); as many as `probe` counts.

    They are decoded on so many `cores`, 0 for all.

    Raises:
        MediaInvalid: the file, or a place in it, cannot be decoded.
    """
    scaler, upright, squared = VideoReformatter(), Upright(), None
    for stream, picture, repeats in pictures(path, cores=cores):
        refuse(path, picture)
        squared = squared or square(stream)
        found = _planes(picture, scaler, upright.of(picture), squared)
        for _ in range(repeats):
            yield found


def _planes(picture: VideoFrame, scaler: VideoReformatter, turn: Turn, squared: Size) -> Planes:
    full = range_of(picture) == ColorRange.JPEG
    if picture.format.name not in _PLANAR:
        kept = {"src_color_range": range_of(picture), "dst_color_range": ColorRange.MPEG}
        picture, full = scaler.reformat(picture, format="yuv420p", **kept), False
    y, u, v = (turn.apply(plane_of(plane)) for plane in picture.planes)
    return Planes(y, u, v, full, matrix_of(picture), turn.size(squared))
