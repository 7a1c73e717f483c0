"""What became of a crew's workers, written down for the morning: one file for all machines of a studio."""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

DIARY = "diary.jsonl"
MOST = 1 << 20
"""Bytes at the end of the diary that are looked into."""


def note(folder: Path, moment: float, told: str) -> None:
    """Write a sentence behind the others, whole; a disk that refuses keeps nobody from working."""
    line = json.dumps({"at": round(moment, 3), "told": told}) + "\n"
    with suppress(OSError):
        place = os.open(folder / DIARY, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(place, line.encode())
        finally:
            os.close(place)


def since(folder: Path, began: datetime) -> tuple[str, ...]:
    """Give what was written since a moment, oldest first, each with its time of day in that moment's zone."""
    found = [one for one in map(_read, _lines(folder / DIARY)) if one and one[0] >= began.timestamp()]
    return tuple(f"{datetime.fromtimestamp(at, began.tzinfo):%H:%M}: {told}" for at, told in found)


def _lines(file: Path) -> list[bytes]:
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - MOST))
            return stream.read().splitlines()
    except OSError:
        return []


def _read(line: bytes) -> tuple[float, str] | None:
    """Read one line; None where it is damaged, as the first one that is looked into may be."""
    try:
        values = json.loads(line)
        return float(values["at"]), str(values["told"])
    except (ValueError, KeyError, TypeError):
        return None
