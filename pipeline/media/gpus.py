"""Which GPUs a machine has, without loading what drives them."""

import os
import re
import subprocess

_GPU = re.compile(r"^GPU \d+:.*\(UUID: (GPU-[\w-]+)\)")
_SLICE = re.compile(r"^\s+MIG .*\(UUID: (MIG-[\w/-]+)\)")
DEADLINE = 20.0
"""Seconds that the driver may take to answer."""


def gpus() -> tuple[str, ...]:
    """Give what CUDA_VISIBLE_DEVICES calls each GPU, or each slice of one that is cut up; empty where there is none.

    A CUDA_VISIBLE_DEVICES that is set already is what counts: this process is to use no other.
    """
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    return _found() if allowed is None else _named(allowed)


def _named(allowed: str) -> tuple[str, ...]:
    """Read a list as CUDA does: it ends at the first name that means no device."""
    names = []
    for one in (part.strip() for part in allowed.split(",")):
        if one in {"", "NoDevFiles", "none", "void"} or one.startswith("-"):
            break
        names.append(one)
    return tuple(names)


def _found() -> tuple[str, ...]:
    try:
        done = subprocess.run(
            ["nvidia-smi", "-L"],  # noqa: S607 - it lies where the driver put it, which the PATH knows
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return _listed(done.stdout) if done.returncode == 0 else ()


def _listed(told: str) -> tuple[str, ...]:
    """Read `nvidia-smi -L`; a GPU that is cut into slices is worked on slice by slice."""
    names: list[str] = []
    whole = ""
    for line in told.splitlines():
        if gpu := _GPU.match(line):
            whole = gpu[1]
            names.append(whole)
        elif part := _SLICE.match(line):
            if names[-1:] == [whole]:
                names.pop()
            names.append(part[1])
    return tuple(names)
