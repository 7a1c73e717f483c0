"""A program of this house in a process of its own: a deadline, and a crash that takes nothing with it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pipeline
from pipeline.errors import MediaInvalid


def told(module: str, argv: Sequence[str], deadline: float) -> bytes:
    """Run `python -m module argv...` and give what it wrote to stdout; it is killed after `deadline` seconds.

    For libraries that read hostile files: one that hangs or dies there ends its own process alone.

    Raises:
        MediaInvalid: it took too long, crashed, or said that it failed.
    """
    home = str(Path(pipeline.__file__).parents[1])
    path = os.pathsep.join(part for part in (home, os.environ.get("PYTHONPATH", "")) if part)
    command = [sys.executable, "-m", module, *argv]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=deadline,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired as failure:
        raise MediaInvalid(f"it could not be read within {deadline:.0f} s", cure="copy or export it again") from failure
    if done.returncode:
        raise MediaInvalid("it is damaged: it cannot be read", cure="copy or export it again")
    return done.stdout
