"""Looking at a film, and choosing by hand."""

import json

import pytest

from pipeline import registry

BOARD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 24}
budget: {usd: 5, hours: 1}
defaults: {generator: animatic, takes: 2, seconds: 0.5}
shots:
  - {id: gate, scene: a hill, camera: pan_left, transition: dissolve, seconds: 1}
  - {id: sea, scene: the sea, camera: static, continues: gate, seconds: 1}
  - {id: later, scene: not yet, skip: true}
"""


@pytest.fixture
def film(board, shoot):
    """A film that is made."""
    return shoot(board(BOARD))


def test_plan_tells_what_is_there_and_what_is_to_make(dailies, board):
    board(BOARD)
    code, out, _ = dailies("plan", "board.yaml")
    assert code == 0
    assert "gate" in out
    assert "after gate" in out
    assert "to make: 4 takes" in out
    assert "skipped: later" in out


def test_plan_as_json_is_what_plan_json_holds(dailies, film):
    code, out, _ = dailies("plan", "board.yaml", "--json")
    told = json.loads(out)
    kept = json.loads((film.folder / "plan.json").read_text())
    assert code == 0
    assert told["frames"] == kept["frames"] == 48
    assert told["shots"][0]["takes"] == [{**take, "stored": True} for take in kept["shots"][0]["takes"]]
    assert told["estimate"]["takes"] == len(told["shots"][1]["takes"])


def test_shots_lists_every_take(dailies, film):
    code, out, _ = dailies("shots", "board.yaml")
    assert code == 0
    assert "done" in out
    assert "gate" in out
    code, out, _ = dailies("shots", "board.yaml", "--json")
    assert [len(one["takes"]) for one in json.loads(out)] == [2, len(film.shots["sea"].takes)]


@pytest.mark.parametrize("shots", ["[5]", "[{}]", '[{"id": "gate"}]'])
def test_a_damaged_manifest_is_told_as_one(dailies, film, shots):
    (film.folder / "manifest.json").write_text(f'{{"shots": {shots}}}')
    for command in (("shots", "board.yaml"), ("pick", "board.yaml", "gate", "1")):
        code, _, told = dailies(*command)
        assert (code, "is damaged" in told.replace("\n", " ")) == (2, True)


def test_a_pick_is_kept_used_and_taken_back(dailies, film, board, shoot):
    other = 3 - film.shots["gate"].choice.take
    code, _, told = dailies("pick", "board.yaml", "gate", other)
    assert (code, f"gate: take {other}" in told) == (0, True)
    again = shoot(board(BOARD))
    assert (again.shots["gate"].choice.take, again.shots["gate"].choice.by) == (other, "producer")
    assert dailies("pick", "board.yaml", "gate", 0)[0] == 0
    assert shoot(board(BOARD)).shots["gate"].choice.take == film.shots["gate"].choice.take


@pytest.mark.parametrize(("shot", "take", "words"), [("gate", "9", "its takes: 1, 2"), ("none", "1", "no shot 'none'")])
def test_a_pick_of_what_is_not_there_is_told(dailies, film, shot, take, words):
    code, _, told = dailies("pick", "board.yaml", shot, take)
    assert (code, words in told) == (2, True), told


@pytest.mark.parametrize("command", [("shots",), ("report",), ("pick", "gate", "1")])
def test_a_film_that_is_not_there_says_how_to_make_it(dailies, board, command):
    board(BOARD)
    code, _, told = dailies(command[0], "board.yaml", *command[1:])
    assert (code, "dailies render" in told) == (2, True), told


def test_the_page_is_written_again(dailies, film):
    (film.folder / "dailies.html").unlink()
    assert dailies("report", "board.yaml")[0] == 0
    assert (film.folder / "dailies.html").is_file()


def test_gc_keeps_what_a_film_needs(dailies, film):
    code, out, _ = dailies("gc", "--dry-run")
    assert (code, out.split()[0]) == (0, "0")
    assert dailies("gc")[0] == 0
    assert all(take.entry.whole() for take in film.shots["gate"].takes.values())


def test_tools_lists_what_is_registered(dailies):
    code, out, _ = dailies("tools")
    assert code == 0
    assert "animatic" in out
    code, out, _ = dailies("tools", "--json")
    animatic = registry.generator("animatic")
    entry = {"kind": "generator", "name": "animatic", "state": f"ready, version {animatic.version}"}
    assert any(one.items() >= entry.items() for one in json.loads(out))
    assert {"name": "wan2.2-t2v", "state": "not in this studio", "gpu_gb": 41}.items() <= next(
        one for one in json.loads(out) if one["name"] == "wan2.2-t2v"
    ).items()


def test_tools_says_which_finishers_lack_their_weights(dailies, monkeypatch, tmp_path):
    def states():
        return {
            one["name"]: one["state"] for one in json.loads(dailies("tools", "--json")[1]) if one["kind"] == "finisher"
        }

    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    assert states()["rife"] == "needs weights: dailies models pull rife-v4.6"
    assert states()["realesrgan"] == "needs weights: dailies models pull realesr-general-x4v3"
    assert states()["denoise"].startswith("ready")
    (tmp_path / "rife-v4.6").mkdir()
    (tmp_path / "rife-v4.6" / "flownet.bin").write_bytes(b"weights")
    assert states()["rife"].startswith("ready")


def test_tools_shows_what_could_be_added_in_eighty_columns(dailies, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = dailies("tools")
    rows = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "41 GB GPU" in rows["wan2.2-i2v"]
    assert "$0.11 to 0.22 / s" in rows["kling-3.0"]
    assert "sora-2" not in rows, "it is gone"


def test_every_command_has_an_example_in_its_help(dailies):
    from pipeline.cli.app import app

    dailies("tools")
    for command in app.registered_commands:
        assert "Example: dailies " in command.callback.__doc__, command.callback.__name__


def test_a_bug_is_told_as_one(dailies, monkeypatch):
    from pipeline import registry

    def broken(_):
        raise RuntimeError("boom")

    monkeypatch.setattr(registry, "names", broken)
    code, _, told = dailies("tools")
    assert (code, "a bug: RuntimeError: boom" in told) == (1, True)
