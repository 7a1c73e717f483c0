"""`dailies conform`, as it is typed."""

import shutil
import subprocess
import sys

import pytest


def dailies(*words, cwd):
    argv = [sys.executable, "-m", "pipeline", "conform", *map(str, words)]
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def handed_out(tmp_path):
    """An edit list of two shots, as an editor would type it."""
    (tmp_path / "film.yaml").write_text(
        "storyboard: 1\noutput: {size: 160x96, fps: 24}\ndefaults: {seconds: 1}\n"
        "shots:\n  - {id: a, scene: a hill}  # first\n  - {id: b, scene: a town}\n",
        "utf-8",
    )
    (tmp_path / "edit.edl").write_text(
        "TITLE: film\n\n"
        "001  B        V     C        00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n* FROM CLIP NAME: b\n"
        "002  A        V     C        00:00:00:06 00:00:01:00 00:00:01:00 00:00:01:18\n* FROM CLIP NAME: a\n",
        "utf-8",
    )
    return tmp_path


def test_the_new_storyboard_is_printed(handed_out):
    told = dailies("edit.edl", "film.yaml", cwd=handed_out)
    assert told.returncode == 0, told.stderr
    assert "made: {frames: 24, head: 0, tail: 0, first: 6}" in told.stdout
    assert told.stdout.index("id: b") < told.stdout.index("id: a")
    assert "# first" in told.stdout
    assert "note: the film is 0:01:18 long now" in told.stderr


def test_a_file_that_is_there_is_never_overwritten(handed_out):
    told = dailies("edit.edl", "film.yaml", "--out", "new.yaml", cwd=handed_out)
    assert (told.returncode, told.stdout) == (0, "new.yaml\n")
    before = (handed_out / "new.yaml").read_bytes()
    again = dailies("edit.edl", "film.yaml", "--out", "new.yaml", cwd=handed_out)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert (handed_out / "new.yaml").read_bytes() == before


def test_without_a_storyboard_the_one_of_the_films_folder_is_meant(handed_out):
    folder = handed_out / "renders" / "film"
    folder.mkdir(parents=True)
    shutil.move(handed_out / "edit.edl", folder / "edit.edl")
    told = dailies("renders/film/edit.edl", cwd=handed_out)
    assert told.returncode == 2
    assert "which storyboard edit.edl is of is not known" in told.stderr
    (folder / "plan.json").write_text(f'{{"storyboard": "{handed_out / "film.yaml"}"}}', "utf-8")
    assert dailies("renders/film/edit.edl", cwd=handed_out).returncode == 0


def test_what_cannot_be_had_ends_with_2_and_a_sentence(handed_out):
    (handed_out / "broken.edl").write_text("hello", "utf-8")
    told = dailies("broken.edl", "film.yaml", cwd=handed_out)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert "broken.edl" in told.stderr
