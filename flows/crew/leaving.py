"""What a process of the crew leaves for whoever looks after it: an exit code, and a sentence in its folder."""

from pathlib import Path

from pipeline.store import write_whole

QUARANTINED = 75
"""Takes failed in a row on this worker."""

OVERDUE = 76
"""A take took longer than it may."""

ADDRESS = "scheduler.txt"
"""Where the scheduler writes its address, in the crew's folder."""

_NOTE = "why-it-ended.txt"


def leave_note(folder: Path, why: str) -> None:
    """Write down why the worker of this folder ends.

    Raises:
        OperatorError: it cannot be written.
    """
    write_whole(folder / _NOTE, why)


def take_note(folder: Path) -> str:
    """Read why the worker of this folder ended, and remove the note; empty where it said nothing."""
    note = folder / _NOTE
    try:
        why = note.read_text("utf-8")
        note.unlink()
    except OSError:
        return ""
    return why


def spell(seconds: float) -> str:
    """Say a time in words."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"
