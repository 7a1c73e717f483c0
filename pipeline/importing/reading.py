"""The bytes of a shot list become text: the encodings that spreadsheets write, and no more than a list can hold."""

import codecs
import re
from pathlib import Path

from pipeline.errors import ProducerError

MOST_BYTES = 8 * 1024 * 1024
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
KANA = re.compile("[ぁ-んァ-ヶ]")
BINARIES = {
    b"PK\x03\x04": "this is an Excel, Numbers or zip file",
    b"\xd0\xcf\x11\xe0": "this is an old Excel file",
    b"%PDF": "this is a PDF",
}


def read(path: Path) -> str:
    """Read a list as text, in UTF-8, UTF-16, Shift_JIS, EUC-JP or Windows-1252; ends of lines become one sign.

    Raises:
        ProducerError: not a file, over 8 MB, empty, or not text.
    """
    data = _bytes(path)
    for magic, what in BINARIES.items():
        if data.startswith(magic):
            raise ProducerError(f"{path.name}: {what}", cure="save the sheet as CSV (UTF-8) and import that")
    text = _decoded(path, data).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise ProducerError(f"{path.name} is not a text file: it has NUL bytes", cure="save it as CSV (UTF-8)")
    if not text.strip():
        raise ProducerError(f"{path.name} is empty", cure="is this the right file?")
    return text


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there"
            raise ProducerError(f"{path} {what}", cure="name a .json, .csv or .tsv file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else str(failure)
        raise ProducerError(f"{path.name} cannot be read: {reason}") from failure
    if len(data) > MOST_BYTES:
        raise ProducerError(f"{path.name} is over {MOST_BYTES >> 20} MB: no shot list", cure="is this the right file?")
    return data


def _decoded(path: Path, data: bytes) -> str:
    for codec in _codecs(data):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec not in ("cp932", "euc_jp") or KANA.search(text):
            return text
    raise ProducerError(f"{path.name}: its encoding is not known", cure="save it as CSV (UTF-8)")


def _codecs(data: bytes) -> tuple[str, ...]:
    for bom, codec in BOMS:
        if data.startswith(bom):
            return (codec,)
    head = data[:4096]
    for place, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 15 and head[place::2].count(0) > len(head) // 8 and not head[1 - place :: 2].count(0):
            return (codec,)
    return ("utf-8", "cp932", "euc_jp", "cp1252")
