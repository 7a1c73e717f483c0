"""What `make` does before it does anything: .venv, once, with a line that shows it lives."""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TINY = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "tiny"
version = "1"
[project.optional-dependencies]
dev = []
[tool.hatch.build.targets.wheel]
packages = ["tiny"]
"""
ENVIRONMENT = {
    **os.environ,
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it the other way round: 0 switches the isolation off
    "PYTHONPATH": sysconfig.get_path("purelib"),  # the tiny project is built by the hatchling that is here
}


@pytest.fixture
def tiny(tmp_path):
    folder = tmp_path / "a project"
    (folder / ".ci").mkdir(parents=True)
    (folder / "tiny").mkdir()
    (folder / "tiny" / "__init__.py").write_text("")
    (folder / "pyproject.toml").write_text(TINY)
    (folder / "constraints.txt").write_text("")
    shutil.copy(ROOT / ".ci" / "setup.py", folder / ".ci" / "setup.py")
    shutil.copy(ROOT / "Makefile", folder / "Makefile")
    return folder


def make(folder, *targets):
    return subprocess.run(
        ["make", *targets], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )


def extras(folder):
    return json.loads((folder / ".venv" / "installed.json").read_text())["extras"]


@pytest.mark.slow
def test_it_installs_once_and_again_only_when_asked_for_more(tiny):
    first = make(tiny, "setup")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "setting up (once)" in first.stdout
    assert first.stderr == ""
    assert (tiny / ".venv" / "bin" / "python").exists()
    assert extras(tiny) == ["base"]
    assert make(tiny, "setup").stdout == ""
    assert "installed in" in make(tiny, "setup-dev").stdout
    assert extras(tiny) == ["base", "dev", "finish", "local"]
    assert make(tiny, "setup").stdout == ""

    (tiny / "constraints.txt").write_text("numpy<9\n")
    assert "installed in" in make(tiny, "setup").stdout


@pytest.mark.slow
def test_what_was_stopped_half_way_is_made_anew_and_what_failed_is_told(tiny):
    assert make(tiny, "setup").returncode == 0
    log = tiny / ".venv" / "install.log"
    log.write_text("Installing collected packages: a, b\n")
    (tiny / ".venv" / "left").write_text("by a killed pip")
    assert make(tiny, "setup").returncode == 0
    assert not (tiny / ".venv" / "left").exists()

    (tiny / "pyproject.toml").write_text(TINY.replace("dev = []", 'dev = ["no-such-package-anywhere"]'))
    assert make(tiny, "setup").returncode == 0
    failure = make(tiny, "setup-dev")
    assert failure.returncode != 0
    assert "no-such-package-anywhere" in failure.stdout
    assert ".venv/install.log" in failure.stdout
    assert make(tiny, "setup").stdout == "", "a failed extra must not take the base away"


def test_a_machine_with_an_old_python_is_told_so(tmp_path):
    old = tmp_path / "bin"
    old.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)
    environment = {"PATH": f"{old}{os.pathsep}/usr/bin:/bin"}
    answer = subprocess.run(
        ["make", "-f", str(ROOT / "Makefile"), "setup"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert answer.returncode != 0
    assert "Python 3.11 or newer" in answer.stderr
    assert not (tmp_path / ".venv").exists()


def test_make_alone_lists_what_there_is():
    answer = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 0
    for target in ("demo", "test", "check", "bench"):
        assert f"make {target}\t" in answer.stdout
