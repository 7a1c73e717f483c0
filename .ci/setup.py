"""Make .venv ready for `make`: one visible line while pip works, nothing to do the second time.

    python3 .ci/setup.py [EXTRA ...]

What was installed is remembered in .venv/installed.json, written last; an install that was stopped while it unpacked
is done again from nothing. pip reads the user's own settings, and all it says goes to .venv/install.log.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "install.log"
STAMP = VENV / "installed.json"
REQUIREMENTS = ("pyproject.toml", "constraints.txt")
NO_VENV = """{python} cannot make a virtual environment: {why}
cure: on Debian and Ubuntu, sudo apt install python3-venv; elsewhere, a Python from python.org can do it"""


def main(extras: list[str]) -> int:
    """Install the project and `extras` unless that is done already, and give the exit code."""
    with only_one() as lock:
        there, whole = installed(), works() and not half_installed()
        if whole and there.issuperset({"base", *extras}):
            return 0
        if not whole:
            make_venv()
        return install(there.union(extras) - {"base"}, lock)


@contextmanager
def only_one() -> Iterator[int]:
    """Let two calls of `make` install one after the other; gives the lock, which a pip left alone goes on holding."""
    with (ROOT / "pyproject.toml").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting: another make is installing here")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def fingerprint() -> str:
    """Tell this folder with these requirements from every other: a moved or changed one is installed anew."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in REQUIREMENTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def installed() -> set[str]:
    """Give the extras that are installed, with `base` for the project itself; nothing when the requirements changed."""
    try:
        stamp = json.loads(STAMP.read_text())
        return set(stamp["extras"]) if stamp["of"] == fingerprint() else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def works() -> bool:
    """Say whether .venv has a Python that starts here, with its pip."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import sys, pip; print(sys.prefix)"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    return answer.returncode == 0 and Path(answer.stdout.strip()) == VENV


def half_installed() -> bool:
    """Say whether the last install was stopped while it unpacked: such packages look whole and are not."""
    try:
        log = LOG.read_text(errors="replace")
    except OSError:
        return False
    return "Installing collected packages" in log and "Successfully installed" not in log


def make_venv() -> None:
    """Make .venv from nothing with the Python that runs this."""
    say("making .venv")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False, timeout=300
    )
    if made.returncode:
        why = (made.stdout + made.stderr).strip().splitlines() or ["no reason given"]
        raise SystemExit(NO_VENV.format(python=sys.executable, why=why[-1]))


def install(extras: set[str], lock: int) -> int:
    """Run pip with a line that shows it lives, and stamp the result."""
    target = f".[{','.join(sorted(extras))}]" if extras else "."
    quiet = ["--no-input", "--no-user", "--disable-pip-version-check", "--progress-bar", "off"]
    asked = [str(PYTHON), "-m", "pip", "install", *quiet, "-c", "constraints.txt", "-e", target]
    spoken = {**os.environ, "PYTHONUNBUFFERED": "1"}
    started = time.monotonic()
    with LOG.open("w") as log:
        pip = subprocess.Popen(asked, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=spoken, pass_fds=[lock])
        watch(pip, started)
    if pip.returncode:
        return failed(pip.returncode)
    STAMP.write_text(json.dumps({"of": fingerprint(), "extras": sorted({*extras, "base"})}))
    say(f"installed in {time.monotonic() - started:.0f} s")
    return 0


def watch(pip: "subprocess.Popen[bytes]", started: float) -> None:
    """Show progress until pip ends; Ctrl-C ends both."""
    every = 0.25 if sys.stdout.isatty() else 10.0
    try:
        while pip.poll() is None:
            say(f"{progress()}, {time.monotonic() - started:.0f} s", stays=False)
            with suppress(subprocess.TimeoutExpired):
                pip.wait(every)
    except KeyboardInterrupt:
        pip.terminate()
        with suppress(subprocess.TimeoutExpired):
            pip.wait(20)
        pip.kill()
        say("stopped; the next make goes on from here")
        raise SystemExit(130) from None


def progress() -> str:
    """Tell how far pip is, from its log and from what lies in .venv."""
    log = LOG.read_text(errors="replace")
    found = re.search(r"Installing collected packages: (.*)", log)
    if found is None:
        names = set(re.findall(r"^Collecting ([^ <>=!~;\[]+)", log, re.MULTILINE))
        return f"setting up (once): {len(names)} packages found"
    total = found[1].count(",") + 1
    there = len(list(VENV.glob("lib/python*/site-packages/*.dist-info")))
    return f"setting up (once): unpacking {total} packages, {min(there, total)} done"


def failed(code: int) -> int:
    """Show the end of pip's log, where its reason stands."""
    say("the install did not work; this is what pip says:")
    print(*(f"    {line}" for line in LOG.read_text(errors="replace").splitlines()[-12:]), sep="\n")
    print(f"The whole of it: {LOG.relative_to(ROOT)}. A network is needed this once; then run the same command again.")
    return code


def say(text: str, *, stays: bool = True) -> None:
    """Write a line; on a terminal over the one before, which vanishes, or stays in turn."""
    before = "\r\033[K" if sys.stdout.isatty() else ""
    print(f"{before}{text}", end="\n" if stays or not before else "", flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
