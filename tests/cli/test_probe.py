"""`dailies probe`, and a pick of what was only probed."""

import json
from pathlib import Path

import pytest

from pipeline.media.frames import read_picture

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: A probe
output: {size: 128x96, fps: 24}
defaults: {seconds: 0.5, takes: 2, camera: static}
disclosure: none
shots:
  - {id: gate, scene: a gate in the hills, generator: wan2.1-t2v, takes: 3}
  - {id: on, continues: gate, generator: svd-xt}
  - {id: lantern, scene: a lantern, generator: animatic}
"""


def test_what_takes_promise_lies_on_the_desk(models, dailies, board, tmp_path):
    code, out, err = dailies("probe", board(BOARD))
    assert code == 0, err
    sheet = tmp_path / "renders" / "board" / "probes" / "gate.jpg"
    assert out.splitlines()[-1] == str(sheet)
    assert read_picture(sheet).shape[1] > 1000
    told = json.loads(sheet.with_suffix(".json").read_text())
    assert [one["take"] for one in told["takes"]] == [1, 2, 3]
    assert (told["share"], told["failed"]) == (0.25, [])
    assert "to probe: 3 takes of 2 shots" in err
    assert "on: not probed: it goes on from 'gate', which has no take yet" in err
    assert "not made by a model on this machine, not probed: lantern" in err
    assert [line.split()[1] for line in err.splitlines()[-2:]] == ["pick", "render"]
    assert not (tmp_path / "renders" / "board" / "plan.json").exists()


def test_a_take_that_was_only_probed_is_picked_and_made_alone(models, dailies, board, shoot):
    path = board(BOARD)
    assert dailies("pick", path, "gate", 2)[0] == 2
    dailies("probe", path, "--shot", "gate", "--takes", 4)
    code, _, err = dailies("pick", path, "gate", 5, "--only")
    assert (code, err.strip()) == (2, "shot 'gate' has no take 5 (its takes: 1, 2, 3, 4)")
    code, _, err = dailies("pick", path, "gate", 4, "--only")
    assert code == 0, err
    state = shoot(path, shots=("gate",)).shots["gate"]
    assert list(state.takes) == [4]
    assert (state.choice.take, state.choice.by) == (4, "producer")
    assert "gate: only take 4, as picked; all of them: dailies pick" in dailies("plan", path)[1]
    code, _, err = dailies("probe", path, "--shot", "gate")
    assert (code, "to probe: 3 takes of 1 shot" in err) == (0, True)
    assert len(shoot(path, shots=("gate",), takes=2).shots["gate"].plan.takes) == 3, (
        "two that are asked for, and the pick"
    )
    dailies("pick", path, "gate", 4)
    assert [take.number for take in shoot(path, shots=("gate",)).shots["gate"].plan.takes] == [1, 2, 3, 4]


def test_a_shot_that_came_after_the_last_cut_is_picked_too(models, dailies, board, shoot):
    path = board(BOARD)
    shoot(path, shots=("lantern",))
    path.write_text(path.read_text() + "  - {id: tower, scene: a tower, generator: wan2.1-t2v}\n")
    assert dailies("pick", path, "tower", 1)[2].startswith("there is no shot 'tower' (there are: gate, on, lantern)")
    dailies("probe", path, "--shot", "tower")
    code, _, err = dailies("pick", path, "tower", 2, "--only")
    assert (code, err.splitlines()[0]) == (0, "tower: take 2")


def test_what_is_printed_names_the_same_film_made_the_same_way(models, dailies, board, tmp_path):
    options = ("--studio", tmp_path / "elsewhere", "--name", "other")
    alone = board(BOARD.replace("  - {id: on, continues: gate, generator: svd-xt}\n", ""))
    code, _, err = dailies("probe", alone, "--shot", "lantern", "--generator", "wan2.1-t2v", *options)
    pick, render = (line.split() for line in err.splitlines()[-2:])
    assert code == 0
    assert dailies(*pick[1:])[0] == 0
    assert render[-2:] == ["--generator", "wan2.1-t2v"]
    assert dailies("plan", *render[2:])[1].count("only take") == 1


@pytest.mark.parametrize(
    "told", ['{"takes": [{"take": 99999999}, {"take": true}, {"take": -1}, 7]}', "[", "[[[" * 9999]
)
def test_numbers_that_cannot_be_are_no_takes(dailies, board, tmp_path, told):
    folder = tmp_path / "renders" / "board" / "probes"
    folder.mkdir(parents=True)
    (folder / "gate.json").write_text(told)
    for take in (99999999, 1):
        assert dailies("pick", board(BOARD), "gate", take)[0] == 2
    assert not (folder.parent / "picks.yaml").exists()


def test_only_needs_a_take(dailies, board):
    code, _, err = dailies("pick", board(BOARD), "gate", 0, "--only")
    assert (code, err.startswith("--only needs a take")) == (2, True)


def test_scripts_read_what_was_found(models, dailies, board):
    code, out, _ = dailies("probe", board(BOARD), "--share", "0.5", "--json")
    gate, on = json.loads(out)
    assert code == 0
    assert [one["take"] for one in gate["takes"]] == [1, 2, 3]
    assert all(one["features"] and one["seed"] for one in gate["takes"])
    assert Path(gate["sheet"]).is_file()
    assert (on["waits"], on["sheet"], on["takes"]) == ("gate", None, [])


def test_nothing_to_probe_says_what_to_do(dailies, board):
    path = board(BOARD)
    code, _, err = dailies("probe", path, "--shot", "lantern")
    assert code == 2
    assert "none of these shots is made by a model that can be probed" in err
    assert f"dailies render {path}" in err


def test_weights_that_are_not_here_end_with_4(dailies, board, tmp_path, monkeypatch):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "none"))
    code, out, err = dailies("probe", board(BOARD), "--shot", "gate")
    assert code == 4
    assert (
        err.splitlines()[-1]
        == "gate: the weights of wan2.1-t2v are not on this machine (dailies models pull wan2.1-t2v)"
    )
    assert not out
    assert not (tmp_path / "renders" / "board" / "probes").exists()
    (log,) = (tmp_path / "renders" / "board" / "logs").glob("*-probe.txt")
    assert "take 3 of shot 'gate' did not come" in log.read_text()
