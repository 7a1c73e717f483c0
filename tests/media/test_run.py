import time

import pytest

from pipeline.errors import ToolFailed
from pipeline.media.run import ffmpeg, last_meaningful


def test_a_failure_is_told_in_its_last_meaningful_line(tmp_path):
    with pytest.raises(ToolFailed, match="No such file") as caught:
        ffmpeg(["-i", str(tmp_path / "none.wav"), "-f", "null", "-"], 20)
    assert "\n" not in caught.value.message


def test_what_runs_too_long_is_stopped():
    began = time.perf_counter()
    with pytest.raises(ToolFailed, match="stopped after"):
        ffmpeg(["-re", "-f", "lavfi", "-i", "anullsrc", "-t", "60", "-f", "null", "-"], 0.5)
    assert time.perf_counter() - began < 10


def test_what_it_told_is_given_back():
    assert "Summary" in ffmpeg(["-f", "lavfi", "-i", "sine=d=1", "-af", "ebur128", "-f", "null", "-"], 20)


def test_noise_is_not_meaningful():
    assert last_meaningful("disk full\nConversion failed!\n") == "disk full"
    assert last_meaningful("") == "it told nothing"


def test_a_full_disk_is_told_as_one():
    place = "[out#0/wav @ 0x5625b2c9dd80] "
    told = f"{place}Error closing file: No space left on device\n{place}video:0KiB muxing overhead: unknown\nsize= 2KiB"
    assert last_meaningful(told) == "Error closing file: No space left on device"
