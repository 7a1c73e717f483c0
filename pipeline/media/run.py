"""Running the bundled ffmpeg: a list of arguments, a deadline, and a failure told in one line."""

import re
import subprocess
from collections.abc import Sequence

import imageio_ffmpeg

from pipeline.errors import ToolFailed, ToolMissing

_GENERAL = ("-nostdin", "-hide_banner", "-nostats", "-y")
_NOISE = (
    "conversion failed",
    "error opening output",
    "error while filtering",
    "muxing overhead",
    "nothing was written",
    "terminating",
    "size=",
)
_PLACE = re.compile(r"^\[[^\]]* @ 0x[0-9a-f]+\] ")
"""What ffmpeg calls the part of itself that speaks."""


def executable() -> str:
    """Find the ffmpeg that came with imageio-ffmpeg.

    Raises:
        ToolMissing: there is none for this machine.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as failure:
        message = "the ffmpeg that comes with imageio-ffmpeg is not here"
        raise ToolMissing(message, cure="pip install --force-reinstall imageio-ffmpeg") from failure


def ffmpeg(argv: Sequence[str], deadline: float) -> str:
    """Run ffmpeg with these arguments (the executable left out) and give what it told on stderr.

    It is killed after `deadline` seconds.

    Raises:
        ToolFailed: it failed or took too long, with its last meaningful line.
        ToolMissing: there is no ffmpeg.
    """
    command = [executable(), *_GENERAL, *argv]
    try:
        done = subprocess.run(command, capture_output=True, timeout=deadline, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as failure:
        message = f"ffmpeg was stopped after {deadline:.0f} s"
        raise ToolFailed(message, cure="try again when the machine is less busy") from failure
    except OSError as failure:
        raise ToolFailed(
            f"ffmpeg could not be started: {failure.strerror}",
            cure="run `pip install --force-reinstall imageio-ffmpeg`",
        ) from failure
    told = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        raise ToolFailed(f"ffmpeg failed: {last_meaningful(told)}", cure="check the files and the disk, then run again")
    return told


def last_meaningful(told: str) -> str:
    """Give the last line that says what went wrong rather than that something did."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    telling = [line for line in lines if not any(noise in line.lower() for noise in _NOISE)]
    return _PLACE.sub("", (telling or lines or ["it told nothing"])[-1])
