"""What the first bytes of a picture file say: size and EXIF orientation, without decoding a pixel."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.model import Size

_ORIENTATION = 0x0112
_IFD_ENTRIES = 512
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True)
class Header:
    """The coded size (before EXIF turns it), the EXIF orientation 1..8, and whether a WebP file moves."""

    size: Size
    orientation: int = 1
    animated_webp: bool = False


def header(path: Path) -> Header | None:
    """Read a PNG, JPEG, GIF, BMP, WebP or TIFF header; None for anything else and for broken ones.

    EXIF orientation: CIPA DC-008, tag 0x0112; in PNG the eXIf chunk, in WebP the EXIF chunk.
    """
    with path.open("rb") as file:
        start = file.read(16)
        file.seek(0)
        for magic, reader in _READERS:
            if start.startswith(magic):
                try:
                    return reader(file)
                except (struct.error, ValueError, LookupError, OSError):
                    return None
    return None


def _png(file: BinaryIO) -> Header:
    file.seek(16)
    size = Size(*struct.unpack(">II", file.read(8)))
    file.seek(8)
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        if kind == b"eXIf":
            return Header(size, _orientation(file.read(min(length, 1 << 16))))
        file.seek(length + 4, 1)
    return Header(size)


def _jpeg(file: BinaryIO) -> Header:
    orientation = 1
    for marker, body in _segments(file):
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", body[1:5])
            return Header(Size(width, height), orientation)
    raise ValueError("a JPEG file without a frame")


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(2)
    while byte := file.read(1):
        if byte != b"\xff":
            return
        while byte == b"\xff":
            byte = file.read(1)
        length = int.from_bytes(file.read(2), "big")
        yield byte[0], file.read(max(length - 2, 0))


def _gif(file: BinaryIO) -> Header:
    file.seek(6)
    return Header(Size(*struct.unpack("<HH", file.read(4))))


def _bmp(file: BinaryIO) -> Header:
    file.seek(18)
    width, height = struct.unpack("<ii", file.read(8))
    return Header(Size(abs(width), abs(height)))


def _webp(file: BinaryIO) -> Header:
    file.seek(12)
    size, orientation, moves = None, 1, False
    while len(head := file.read(8)) == 8:
        kind, length = struct.unpack("<4sI", head)
        after = file.tell() + length + length % 2
        if kind in (b"VP8X", b"VP8 ", b"VP8L") and size is None:
            size = _webp_size(kind, file.read(10))
        elif kind == b"EXIF":
            orientation = _orientation(file.read(min(length, 1 << 16)).removeprefix(b"Exif\0\0"))
        moves = moves or kind == b"ANIM"
        file.seek(after)
    if size is None:
        raise ValueError("a WebP file without a picture")
    return Header(size, orientation, moves)


def _webp_size(kind: bytes, body: bytes) -> Size:
    if kind == b"VP8X":
        return Size(int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1)
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack("<HH", body[6:10])
    return Size(width & 0x3FFF, height & 0x3FFF)


def _tiff(file: BinaryIO) -> Header:
    tags = _tags(file.read(1 << 16), file)
    return Header(Size(tags[0x0100], tags[0x0101]), _legal(tags.get(_ORIENTATION, 1)))


def _orientation(tiff: bytes) -> int:
    try:
        return _legal(_tags(tiff).get(_ORIENTATION, 1))
    except struct.error:
        return 1


def _legal(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else 1


def _tags(tiff: bytes, file: BinaryIO | None = None) -> dict[int, int]:
    """Read the whole numbers of the first directory of a TIFF block (TIFF 6.0, section 2)."""
    order = "<" if tiff[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", tiff[4:8])
    if file is not None:
        file.seek(start)
        block = file.read(2 + 12 * _IFD_ENTRIES)
    else:
        block = tiff[start:]
    (count,) = struct.unpack(order + "H", block[:2])
    found = {}
    for k in range(min(count, _IFD_ENTRIES)):
        tag, kind, _, value = struct.unpack(order + "HHI4s", block[2 + 12 * k : 14 + 12 * k])
        if kind in (3, 4):
            found[tag] = int(struct.unpack(order + ("H" if kind == 3 else "I"), value[: 2 if kind == 3 else 4])[0])
    return found


_READERS = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"GIF8", _gif),
    (b"BM", _bmp),
    (b"RIFF", _webp),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
)
