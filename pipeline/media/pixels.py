"""From decoded pictures to Frames and back: colour, alpha, rotation and pixel shape, each said explicitly."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from av import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from pipeline.errors import MediaInvalid
from pipeline.media.container import bounded
from pipeline.model import Size
from pipeline.ports import Frame

ACCURATE = (
    Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
)
"""How chroma is up- and downsampled: bicubic, at full precision."""

_MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9}  # AVColorSpace -> swscale's tables
_PQ, _HLG = 16, 18  # AVColorTransferCharacteristic
_BT2020 = 9
_TURNS = {90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}  # counter-clockwise, as libav gives it
_EXIF = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """How a coded picture is turned to be shown: x' = a x + c y, y' = b x + d y, each of a, b, c, d in -1, 0, 1."""

    a: int = 1
    b: int = 0
    c: int = 0
    d: int = 1

    def size(self, coded: Size) -> Size:
        """Give the shown size of a coded one."""
        return coded if self.a else Size(coded.height, coded.width)

    def apply(self, picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Turn an array (H, W) or (H, W, C); a copy only when something turns."""
        if self == Turn():
            return picture
        if not self.a:
            picture = picture.swapaxes(0, 1)
        if min(self.a, self.c) < 0:
            picture = picture[:, ::-1]
        if min(self.b, self.d) < 0:
            picture = picture[::-1]
        return np.ascontiguousarray(picture)


def turn_of(frame: VideoFrame) -> Turn:
    """Read the display matrix that a clip carries (phones write one)."""
    try:
        sides = [side for side in cast("Any", frame.side_data) if side.type.name == "DISPLAYMATRIX"]
    except ValueError:  # the binding does not know a newer kind of side data
        return Turn(*_TURNS.get(frame.rotation % 360, (1, 0, 0, 1)))
    if not sides:
        return Turn()
    matrix = np.frombuffer(bytes(sides[0]), dtype="<i4")
    a, b, c, d = (int(np.sign(matrix[k])) * (abs(int(matrix[k])) > 1 << 15) for k in (0, 1, 3, 4))
    return Turn(a, b, c, d) if abs(a) != abs(b) and abs(a) == abs(d) and abs(b) == abs(c) else Turn()


class Upright:
    """Gives the turn of a clip's pictures, and reads it anew only from one that is rotated otherwise than the last.

    Whoever reads the side data of a picture ties it to itself: it then lies in memory until Python looks for such
    knots, and a hundred pictures of 4K do. A clip that is mirrored from some picture on, and not rotated, is not seen.
    """

    def __init__(self) -> None:
        self._angle: int | None = None
        self._turn = Turn()

    def of(self, picture: VideoFrame) -> Turn:
        """Give the turn of the next picture."""
        if picture.rotation != self._angle:
            self._angle, self._turn = picture.rotation, turn_of(picture)
        return self._turn


def exif_turn(orientation: int) -> Turn:
    """Give the turn of an EXIF orientation 1..8."""
    return Turn(*_EXIF[orientation])


def square(stream: VideoStream) -> Size:
    """Give the coded size with square pixels: the side that is too short is stretched, so no detail is lost."""
    width, height = stream.codec_context.width, stream.codec_context.height
    aspect = stream.sample_aspect_ratio
    if not aspect or not 0 < aspect < 100:
        return Size(width, height)
    if aspect >= 1:
        return Size(int(width * aspect + Fraction(1, 2)), height)
    return Size(width, int(height / aspect + Fraction(1, 2)))


class Converter:
    """Turns decoded pictures into Frames of one size; keeps swscale's tables between them."""

    def __init__(self, path: Path, coded: Size) -> None:
        bounded(path, coded)
        self._path = path
        self._coded = coded
        self._scaler = VideoReformatter()

    def frame(self, picture: VideoFrame, turn: Turn) -> Frame:
        """Convert to uint8 (H, W, 3) RGB, full range, BT.709, square pixels, turned upright, over black.

        Raises:
            MediaInvalid: a kind of colour that cannot be converted faithfully.
        """
        refuse(self._path, picture)
        wide = _BT2020 in (picture.color_primaries, picture.colorspace)
        alpha = any(part.is_alpha for part in picture.format.components) or picture.format.has_palette
        planar = not picture.format.is_rgb and len(picture.format.components) == 3
        shown = self._rgb(picture, "rgb48le" if wide else "rgba" if alpha else "gbrp" if planar else "rgb24")
        pixels = from_bt2020(shown) if wide else over_black(shown) if alpha else shown
        return np.ascontiguousarray(turn.apply(pixels), dtype=np.uint8)

    def _rgb(self, picture: VideoFrame, layout: str) -> npt.NDArray[Any]:
        converted = self._scaler.reformat(
            picture,
            width=self._coded.width,
            height=self._coded.height,
            format=layout,
            src_colorspace=matrix_of(picture),
            dst_colorspace=Colorspace.ITU709,
            src_color_range=range_of(picture),
            dst_color_range=ColorRange.JPEG,
            interpolation=ACCURATE,
        )
        return interleaved(converted) if layout == "gbrp" else np.asarray(converted.to_ndarray())


def plane_of(plane: VideoPlane) -> npt.NDArray[np.uint8]:
    """View an 8-bit plane (H, W) where it lies; its rows are padded."""
    lines = np.frombuffer(memoryview(plane), np.uint8)
    return lines.reshape(plane.height, plane.line_size)[:, : plane.width]


def interleaved(picture: VideoFrame) -> npt.NDArray[np.uint8]:
    """Lay the planes of a gbrp picture side by side: RGB (H, W, 3).

    swscale makes these planes twice as fast as rgb24, and the same to the bit.
    """
    pixels = np.empty((picture.height, picture.width, 3), np.uint8)
    for channel, plane in zip((1, 2, 0), picture.planes, strict=True):
        pixels[..., channel] = plane_of(plane)
    return pixels


def refuse(path: Path, picture: VideoFrame) -> None:
    """Refuse colours that have no faithful way to BT.709.

    Raises:
        MediaInvalid: HDR (PQ, HLG), or a matrix swscale does not have.
    """
    if picture.color_trc in (_PQ, _HLG):
        kind = "PQ (HDR10, Dolby Vision)" if picture.color_trc == _PQ else "HLG"
        message = f"{path.name} is HDR, {kind}; shown as it is it would look grey and flat"
        raise MediaInvalid(message, cure="export it as SDR, Rec. 709, from the camera's or the editing program")
    if not picture.format.is_rgb and picture.colorspace in (8, 10, 11, 12, 13, 14, 15):
        message = f"{path.name} has a colour matrix that is not read here (number {picture.colorspace})"
        raise MediaInvalid(message, cure="export it as Rec. 709")


def matrix_of(picture: VideoFrame) -> int:
    """Give the matrix a YUV picture was coded with: its tag, else BT.601 up to 1279x576, BT.709 above."""
    untagged = Colorspace.ITU601 if picture.width < 1280 and picture.height <= 576 else Colorspace.ITU709
    return _MATRICES.get(picture.colorspace, int(untagged))


def range_of(picture: VideoFrame) -> int:
    """Give the range a picture was coded with: its tag, else limited for YUV and full for RGB and grey."""
    name = picture.format.name
    if picture.format.is_rgb or picture.format.has_palette or name.startswith(("yuvj", "gray", "ya", "mono")):
        return int(
            ColorRange.MPEG if picture.color_range == ColorRange.MPEG and name.startswith("gray") else ColorRange.JPEG
        )
    return int(ColorRange.JPEG if picture.color_range == ColorRange.JPEG else ColorRange.MPEG)


def over_black(picture: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Lay RGBA over black, rounding half up."""
    scaled = picture[..., :3].astype(np.uint16) * picture[..., 3:] + 127
    return np.asarray(scaled // 255, dtype=np.uint8)


@lru_cache(maxsize=1)
def _tables() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    light = np.linspace(0, 1, 65536) ** 2.4
    display = np.rint(255 * np.linspace(0, 1, 65536) ** (2 / 2.4))  # looked up by the square root of light
    matrix = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
    return light.astype(np.float32), display.astype(np.uint8), matrix.astype(np.float32)


def from_bt2020(picture: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Convert SDR BT.2020 colours, 16 bits, to BT.709, in linear light, what lies outside clipped.

    ITU-R BT.2407-0, section 2; display gamma 2.4 (ITU-R BT.1886).
    """
    light, display, matrix = _tables()
    linear = light[picture] @ matrix.T
    return np.asarray(display[(np.sqrt(np.clip(linear, 0, 1)) * 65535 + 0.5).astype(np.int32)], dtype=np.uint8)
