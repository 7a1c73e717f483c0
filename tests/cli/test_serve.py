"""`dailies serve` and `dailies worker`: what cannot be meant is told before anything is started or written."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.serve import _address


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--nightly", "every night"], "0 22 * * *"),
        (["--nightly", "61 22 * * *"], "0 22 * * *"),
        (["--nightly", "0 22 * * *", "--timezone", "Asia/Tokio"], "Asia/Tokyo"),
        (["--until", "25:00"], "07:00"),
        (["--until", "7"], "07:00"),
        (["--crew", "8786"], "10.0.0.5:8786"),
        (["--gpus", "many"], "auto"),
        (["--notify", "no-such-program-anywhere"], "no-such-program-anywhere"),
        (["--notify", "https://"], "--notify"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_cure(dailies, tmp_path, options, told):
    code, _, said = dailies("serve", "--studio", str(tmp_path / "studio"), *options)
    assert code == 2, said
    assert told in said
    assert "Traceback" not in said
    assert not (tmp_path / "studio" / ".serve").exists()


def test_a_worker_needs_the_studio_folder(dailies, tmp_path):
    code, _, said = dailies("worker", "--join", "tcp://127.0.0.1:1", "--studio", str(tmp_path / "nowhere"))
    assert code == 2
    assert "mount" in said


def test_an_address_has_a_host_and_a_port():
    assert _address("10.0.0.5:8786") == ("10.0.0.5", 8786)


def test_a_closed_terminal_or_pipe_ends_nothing():
    """`serve 2>&1 | tee log`, and Ctrl-C ends tee first: what is still to be ended must be ended all the same."""
    code = "import os; from pipeline.cli.serve import _say; input(); _say('stopping'); _say('more'); os._exit(7)"
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2], text=True, **pipes) as process:
        process.stderr.close()
        process.stdin.write("\n")
        process.stdin.close()
        assert process.wait(60) == 7
