"""`dailies import`."""

import json

import pytest

LIST = "Shot,Bild,Duration,Extra\n1,an old gate,5,x\n2,a red bridge,abc,\n"


@pytest.fixture
def shots(tmp_path):
    (tmp_path / "shots.csv").write_text(LIST, "utf-8")


def test_a_list_becomes_a_storyboard_that_passes_check(dailies, shots):
    code, out, told = dailies("import", "shots.csv", "--map", "Bild=scene", "--out", "film.yaml")
    assert (code, out.strip()) == (0, "film.yaml")
    assert "column 'Bild' became `scene`" in told
    assert "kept in `notes` only: Extra" in told
    assert '2: "abc" is no length' in told
    code, out, _ = dailies("check", "film.yaml")
    assert (code, "fine: 2 shots, 9 seconds" in out) == (0, True)


def test_without_out_the_storyboard_alone_is_printed(dailies, shots):
    code, out, _ = dailies("import", "shots.csv", "--map", "Bild=scene", "--fps", "29.97")
    assert code == 0
    assert out.startswith("# Imported")
    assert "fps: 30000/1001" in out
    assert "column" not in out


def test_nothing_is_written_over(dailies, shots, tmp_path):
    (tmp_path / "film.yaml").write_text("mine")
    code, _, told = dailies("import", "shots.csv", "--map", "Bild=scene", "--out", "film.yaml")
    assert (code, "is there already" in told) == (2, True)
    assert (tmp_path / "film.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.csv"], "is not there"),
        (["."], "is a folder"),
        (["shots.csv", "--map", "Bild"], "says nothing"),
        (["shots.csv", "--map", "Bild=picture"], "is no part of a shot"),
        (["shots.csv", "--fps", "0"], "frames a second"),
        (["shots.csv", "--map", "Bild=scene", "--out", "nowhere/film.yaml"], "nowhere"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(dailies, shots, arguments, words):
    code, out, told = dailies("import", *arguments)
    assert (code, out) == (2, "")
    assert words in told
    assert "Traceback" not in told


def test_many_notes_are_cut_short(dailies, tmp_path):
    shots = [{"id": n, "description": "a gate", "camera": "wobble"} for n in range(60)]
    (tmp_path / "board.json").write_text(json.dumps(shots), "utf-8")
    code, _, told = dailies("import", "board.json")
    assert (code, "more; look for # in the storyboard" in told) == (0, True)
    assert told.count("\n") < 50
