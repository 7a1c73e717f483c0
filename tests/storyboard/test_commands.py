"""`dailies check` and `dailies new`."""

import importlib
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.errors import ToolMissing
from pipeline.model import GenerationPlan
from pipeline.storyboard import load


class Drawn:
    """A generator that foretells exactly what is wished for."""

    name, version = "drawn", 1

    def plan(self, wish):
        return GenerationPlan("drawn@1", "text", wish.prompt, wish.negative, wish.spec)


@pytest.fixture
def dailies(monkeypatch, probe):
    """Run a command: (exit code, what it printed); files are told by the tests' own probe."""
    for name in ("check", "new"):
        importlib.import_module(f"pipeline.cli.{name}")
    monkeypatch.setattr("pipeline.registry.generator", lambda name: Drawn())
    monkeypatch.setattr("pipeline.media.probe.probe", probe)

    def run(*words):
        result = CliRunner().invoke(app, [str(word) for word in words])
        told = getattr(result.exception, "exit_code", None)
        code = told if told is not None else result.exit_code
        return code, result.output + (str(result.exception) if told is not None else "")

    return run


GOOD = "shots:\n  - {id: a, scene: hills, camera: crane, seconds: 2.5}\n  - {id: b, scene: rocks, skip: true}\n"


def test_check_sums_up_a_good_board(dailies, board):
    path = board(GOOD)
    code, text = dailies("check", path)
    assert (code, text) == (0, f"{path}: fine: 1 shot (1 skipped), 2.5 seconds\n")


def test_check_leaves_a_tool_that_is_not_installed_to_the_operator(dailies, board, monkeypatch):
    def missing(name):
        raise ToolMissing(f"{name} is not here", cure="install it")

    monkeypatch.setattr("pipeline.registry.generator", missing)
    assert dailies("check", board(GOOD)) == (4, "animatic is not here (install it)")


def test_check_tells_every_problem_of_every_board(dailies, board):
    bad = board("titel: x\nshots: [{id: a, scene: hills, camera: crane, takes: 0}]\n", "bad")
    good = board(GOOD, "good")
    code, text = dailies("check", bad, good, bad.with_name("none.yaml"))
    assert code == 2
    assert [line.split(":")[1:3] for line in text.splitlines()[:2]] == [["1", "1"], ["2", "53"]]
    assert "bad.yaml: 2 problems; nothing was made" in text
    assert "good.yaml: fine" in text
    assert "none.yaml:1:1: there is no such file" in text


def test_check_marks_warnings_and_goes_on(dailies, board):
    code, text = dailies("check", board("continuity: x\n" + GOOD))
    assert code == 0
    assert ":1:13: continuity: warning: not yet in effect" in text
    assert "fine: 1 shot" in text


def test_check_finds_what_only_planning_shows(dailies, board):
    text = (
        "shots:\n  - {id: a, scene: hills, camera: crane, seconds: 1, transition: {type: dissolve, seconds: 9}}\n"
        "  - {id: b, scene: rocks, camera: crane}\n"
    )
    code, said = dailies("check", board(text))
    assert code == 2
    assert ":2:" in said
    assert "shots[0].transition" in said


CUTS = """\
target_seconds: 12
profiles:
  draft: {defaults: {takes: 1}}
  wide: {output: {size: 101x100}}
versions:
  - {name: chain, shots: [b, again]}
  - {name: short, target_seconds: 2, shots: [a, b, c]}
shots:
  - {id: a, scene: hills, camera: crane}
  - {id: b, scene: rocks, camera: crane, continues: a}
  - {id: c, scene: sand, camera: crane, seconds: 2, transition: dissolve}
  - {id: again, use: {shot: a, in: 1}, seconds: 2}
"""


def test_check_looks_at_every_profile_and_version_and_tells_each_mistake_once(dailies, board):
    code, text = dailies("check", board(CUTS))
    assert code == 2
    assert [line.split(": ")[1] for line in text.splitlines()[:2]] == [
        "profiles.wide.output.size",
        "versions[1].target_seconds",
    ]
    assert "2 problems" in text
    text = CUTS.replace("101x100", "100x100").replace("target_seconds: 2,", "target_seconds: 5,")
    code, said = dailies("check", board(text))
    assert (code, said.count("\n")) == (0, 1), said
    assert "fine: 4 shots, 12 seconds" in said


def test_check_plans_every_version(dailies, board):
    text = CUTS.replace("101x100", "100x100").replace(
        "{name: short, target_seconds: 2", "{name: short, open: {type: dip_black, seconds: 9}"
    )
    code, said = dailies("check", board(text))
    assert code == 2
    assert ":7:" in said
    assert "open" in said


def test_check_says_of_which_cut_a_warning_is_that_the_film_has_not(dailies, board):
    text = """storyboard: 1
title: x
deliver: [srt]
versions: [{name: silent, shots: [b]}]
shots:
  - {id: a, scene: x, camera: static, lines: [{text: hello}]}
  - {id: b, scene: y, camera: static}
"""
    code, told = dailies("check", board(text))
    assert code == 0
    assert "deliver[0]: warning: in version 'silent': no shot has `lines`" in told


def test_check_speaks_json(dailies, board):
    code, text = dailies("check", board("continuity: x\n" + GOOD), board("shots: []\n", "bad"), "--json")
    fine, bad = json.loads(text)
    assert code == 2
    assert (fine["fine"], fine["shots"], fine["skipped"], fine["seconds"]) == (True, 1, 1, 2.5)
    assert (fine["problems"][0]["line"], fine["problems"][0]["warning"]) == (1, True)
    assert not bad["fine"]


def test_new_prints_a_storyboard_that_is_fine(dailies, board, probe):
    code, text = dailies("new")
    loaded, warnings = load(board(text), probe)
    assert (code, warnings) == (0, ())
    assert len(loaded.shots) == 3
    assert text.count("#") > 10


def test_new_makes_one_shot_a_picture(dailies, studio, probe):
    folder = studio / "pictures"
    folder.mkdir()
    names = ("a gate #1.PNG", "img10.png", "img2.png", "門.png", "07.png", "no.png", 'q"uote.png', "gate-at-dawn.jpg")
    for name in names:
        (folder / name).write_bytes((studio / "assets" / "gate.png").read_bytes())
    (folder / "notes.txt").write_text("x")
    (folder / ".hidden.png").write_bytes(b"")
    code, text = dailies("new", folder, "--out", studio / "film.yaml")
    assert (code, text.strip()) == (0, str(studio / "film.yaml"))
    loaded, warnings = load(studio / "film.yaml", probe)
    assert warnings == ()
    assert {one.first_frame.path.name for one in loaded.shots} == set(names)
    ids = [one.id for one in loaded.shots]
    assert ids.index("img2") < ids.index("img10")
    assert loaded.shots[ids.index("gate_at_dawn")].scene == "gate at dawn"
    assert "07" in ids


def test_new_never_writes_over_a_file(dailies, board):
    path = board("mine")
    code, text = dailies("new", "--out", path)
    assert (code, path.read_text()) == (2, "mine")
    assert "is there already" in text


def test_new_says_where_it_cannot_write(dailies, tmp_path):
    code, text = dailies("new", "--out", tmp_path / "nowhere" / "film.yaml")
    assert (code, "choose another folder" in text) == (2, True), text
    assert list(tmp_path.iterdir()) == []


def test_new_needs_pictures_inside_the_storyboards_folder(dailies, studio, tmp_path):
    code, text = dailies("new", studio / "assets", "--out", studio / "sub.yaml")
    assert code == 0, text
    (studio / "other").mkdir()
    code, text = dailies("new", studio / "assets", "--out", studio / "other" / "film.yaml")
    assert code == 2
    assert "folder above the pictures" in text
    assert list((studio / "other").iterdir()) == []


@pytest.mark.parametrize(("folder", "words"), [("nowhere", "not a folder"), (".", "holds no pictures")])
def test_new_says_what_is_wrong_with_a_folder(dailies, tmp_path, folder, words):
    code, text = dailies("new", tmp_path / folder)
    assert code == 2
    assert words in text


def test_the_commands_import_nothing_heavy():
    code = (
        "import sys, pipeline.cli.check, pipeline.cli.new; print({'cv2', "
        "'av', 'numpy', 'prefect', 'jsonschema'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_new_makes_ids_of_their_own_and_scenes_without_braces(dailies, studio, probe):
    folder = studio / "pictures"
    folder.mkdir()
    names = ("a.jpg", "a.png", "a_2.png", "1e5.png", "true.png", "{x}.png")
    for name in names:
        (folder / name).write_bytes((studio / "assets" / "gate.png").read_bytes())
    code, text = dailies("new", folder, "--out", studio / "film.yaml")
    assert code == 0, text
    loaded, _ = load(studio / "film.yaml", probe)
    assert [one.id for one in loaded.shots] == ["1e5", "a", "a_2", "a_2_2", "true", "x"]
    assert {one.first_frame.path.name for one in loaded.shots} == set(names)
    assert loaded.shots[-1].scene == "(x)"
