"""What became of the workers is told in the morning, whatever happened to the file meanwhile."""

import os
from datetime import UTC, datetime, timedelta, timezone

from flows.crew import diary

BEGAN = datetime(2026, 11, 28, 22, 0, tzinfo=timezone(timedelta(hours=9)))


def test_what_was_written_since_the_night_began_is_told_with_its_time(tmp_path):
    diary.note(tmp_path, BEGAN.timestamp() - 1, "worker gpu0 was killed")
    diary.note(tmp_path, BEGAN.timestamp() + 4380, "worker gpu1 is in quarantine: 赤い橋")
    diary.note(tmp_path, BEGAN.timestamp() + 5280, "worker gpu1 is back")
    assert diary.since(tmp_path, BEGAN) == ("23:13: worker gpu1 is in quarantine: 赤い橋", "23:28: worker gpu1 is back")
    assert diary.since(tmp_path, BEGAN.astimezone(UTC))[0].startswith("14:13: ")


def test_damaged_lines_are_passed_over(tmp_path):
    file = tmp_path / diary.DIARY
    file.write_bytes(b'{"at": 1}\n[]\n\xff\xfe\n{"at": "x", "told": "no"}\n' + os.urandom(diary.MOST) + b"\n")
    diary.note(tmp_path, BEGAN.timestamp(), "worker cpu0 was killed")
    assert diary.since(tmp_path, BEGAN) == ("22:00: worker cpu0 was killed",)


def test_a_crew_that_has_nothing_to_tell_has_no_diary(tmp_path):
    assert diary.since(tmp_path, BEGAN) == ()


def test_a_disk_that_refuses_keeps_nobody_from_working(tmp_path):
    diary.note(tmp_path / "gone", 1.0, "worker cpu0 was killed")
    assert not (tmp_path / "gone").exists()
