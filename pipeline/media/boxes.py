"""The outermost boxes of an MP4 (ISO 14496-12), without decoding anything."""

import hashlib
import mmap
from collections.abc import Iterator
from pathlib import Path

_MOST = 10_000
"""A file has a handful of boxes; a fragmented one has thousands."""
_STEP = 1 << 20

_CREDENTIALS = bytes.fromhex("6332706100110010800000aa00389b71")
"""The name of a C2PA manifest store (JUMBF), in whatever kind of file it lies."""

_UNHASHED = {b"ftyp", b"free", b"skip", b"mfra"}
"""Boxes that C2PA's own hash leaves out (C2PA 2.1, A.5.1)."""


def boxes(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Walk the outermost boxes: kind, first byte, length with its header; stops where the file is no MP4."""
    end = path.stat().st_size
    with path.open("rb") as file:
        start = 0
        for _ in range(_MOST):
            file.seek(start)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            elif length == 0:
                length = end - start
            if len(head) < 8 or length < 8 or start + length > end:
                return
            yield head[4:8], start, length
            start += length


def outside(path: Path) -> str:
    """Give the sha256 of what C2PA's hash of an MP4 leaves out but its own manifest: file type, free space, index."""
    told = hashlib.sha256()
    with path.open("rb") as file:
        for kind, start, length in boxes(path):
            if kind in _UNHASHED:
                file.seek(start)
                left = length
                while left and (part := file.read(min(_STEP, left))):
                    told.update(part)
                    left -= len(part)
    return told.hexdigest()


def carries_credentials(path: Path) -> bool:
    """Tell whether a C2PA manifest may lie in a file of any kind; nothing is parsed, whole gigabytes take a second."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            return whole.find(_CREDENTIALS) >= 0
    except (OSError, ValueError):  # not there, or empty
        return False
