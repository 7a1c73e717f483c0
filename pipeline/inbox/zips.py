"""Zips, read as if somebody meant harm: everything about them is checked before, and again while, they are unpacked."""

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import ProducerError
from pipeline.inbox.names import JUNK, os_bytes, readable
from pipeline.inbox.sight import MOST_FILES

ENCRYPTED, UTF8, UNIX = 0x1, 0x800, 3
ORDINARY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a zip may hold. `ratio` is how many times larger than the zip, once it comes to `free` bytes."""

    files: int = MOST_FILES
    bytes: int = 32 << 30
    ratio: int = 200
    free: int = 256 << 20
    directory: int = 16 << 20


USUAL = Limits()


class NotWholeError(Exception):
    """A zip that is damaged, or of which only a part has come so far."""


def unpack(zip_file: Path, into: Path, limits: Limits = USUAL) -> list[str]:
    """Unpack into an empty folder and give the names of the files, relative to it; what systems leave is left out.

    Raises:
        ProducerError: with why this zip is not taken; the folder may then hold a part of it.
        NotWholeError: damaged, or not all there yet.
        OSError: the disk refuses.
    """
    try:
        if _directory_bytes(zip_file) > limits.directory:
            raise _refused(f"its list of files is over {limits.directory >> 20} MB long")
        with zipfile.ZipFile(zip_file) as archive:
            wanted = _checked(archive.infolist(), zip_file.stat().st_size, limits)
            left = limits.bytes
            for name, info in wanted.items():
                left = _write(archive, info, into / name, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as damage:
        raise NotWholeError(str(damage)) from damage
    except (RuntimeError, ValueError) as strange:  # a kind of zip that the standard library does not know
        raise _refused(f"it cannot be read ({readable(str(strange))})") from strange
    return list(wanted)


def _refused(why: str) -> ProducerError:
    return ProducerError(f"this zip is not taken: {why}")


def _directory_bytes(zip_file: Path) -> int:
    """Read how long the list of files is said to be, before anything is made of it."""
    with zip_file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 70_000))
        tail = stream.read()
    end, large = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    told = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if large >= 0:
        return max(told if told != 0xFFFFFFFF else 0, int.from_bytes(tail[large + 40 : large + 48], "little"))
    return told


def _checked(infos: list[zipfile.ZipInfo], packed: int, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Give what is to be unpacked by its plain name.

    Raises:
        ProducerError: with the first thing that is not right.
    """
    if len(infos) > limits.files:
        raise _refused(f"it holds {len(infos)} files; the most is {limits.files}")
    files = [(name, info) for info in infos if not _junk(name := _name(info)) and not info.is_dir()]
    for name, info in files:
        if fault := _name_fault(name) or _kind_fault(info):
            raise _refused(f"{readable(name)} {fault}")
    total = sum(info.file_size for _, info in files)
    if total > limits.bytes:
        raise _refused(f"unpacked it is {total / 1e9:.1f} GB; the most is {limits.bytes / 1e9:.1f} GB")
    if total > limits.free and total > limits.ratio * packed:
        raise _refused(f"unpacked it is {total // max(1, packed)} times as large, which no film's files are")
    _refuse_twice([name for name, _ in files])
    return dict(files)


def _name(info: zipfile.ZipInfo) -> str:
    """Give a name as its writer meant it: Macs write UTF-8 and Japanese Windows Shift_JIS without saying so."""
    if info.flag_bits & UTF8 or info.orig_filename.isascii():
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    for codec in ("utf-8", "cp932"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _junk(name: str) -> bool:
    parts = name.casefold().split("/")
    return any(one in JUNK or one.startswith("._") for one in parts)


def _name_fault(name: str) -> str:
    parts = name.split("/")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        return "has signs in its name that no file name has"
    if "\\" in name:
        return "has a backslash in its name; zip it again with / between folders"
    if name.startswith("/") or name[1:2] == ":" or ".." in parts:
        return "would be written outside its folder"
    if "" in parts or "." in parts:
        return "has an empty part in its name"
    if any(len(os_bytes(part)) > 255 for part in parts) or len(os_bytes(name)) > 1000:
        return "has too long a name"
    return ""


def _kind_fault(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16 if info.create_system == UNIX else 0
    if stat.S_ISLNK(mode):
        return "is a link; put the file itself into the zip"
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "is no file"
    if info.flag_bits & ENCRYPTED:
        return "is locked with a password; zip it without one"
    return "" if info.compress_type in ORDINARY else "is packed in an unusual way; zip it with the system's own zip"


def _refuse_twice(names: list[str]) -> None:
    """Refuse names that are one on some disks, and files that would have to be folders."""
    seen: dict[str, str] = {}
    for name in names:
        if before := seen.get(same := unicodedata.normalize("NFC", name).casefold()):
            raise _refused(f"it holds {readable(before)} twice (the second is called {readable(name)})")
        seen[same] = name
    for same, name in seen.items():
        if above := next((one for one in _above(same) if one in seen), None):
            raise _refused(f"{readable(seen[above])} is a file, and {readable(name)} would lie in it")


def _above(name: str) -> Iterator[str]:
    return (str(one) for one in PurePosixPath(name).parents)


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, goal: Path, left: int) -> int:
    """Write one file, whatever the zip says of its size, and give how many bytes are left of those allowed."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, goal.open("xb") as stream:
        for block in _blocks(source):
            left -= len(block)
            if left < 0:
                raise _refused("unpacked it is far larger than it says")
            stream.write(block)
    return left


def _blocks(source: IO[bytes]) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        yield block
