"""What changed between two cuts, as values and as `dailies diff` tells it."""

import json
from pathlib import Path

import pytest

import pipeline.cli.diff
import pipeline.cli.shots  # noqa: F401 - with a second command, the first is asked for by its name
from pipeline.deliver.diff import between, compare, numbers
from pipeline.errors import ProducerError


@pytest.fixture
def cuts(tmp_path: Path, desk) -> Path:
    """Three cuts: a take picked; then a shot moved, one gone, one new, one longer, one made anew."""
    folder = tmp_path / "renders" / "kyoto"
    first = [desk.shot(name, k, 1, sha256=name * 8) for k, name in enumerate(["gate", "bridge", "hill", "end"])]
    second = [first[0], first[1] | {"take": 2, "picked_by": "producer", "score": 0.71, "sha256": "z" * 20}, *first[2:]]
    third = [
        second[3] | {"frames": [0, 48]},
        second[0] | {"frames": [48, 108], "transition": {"type": "cut", "frames": 0}},
        second[1] | {"frames": [108, 156], "sha256": "y" * 20},
        desk.shot("river", 3, None) | {"frames": [156, 204]},
    ]
    for number, shots in enumerate((first, second, third), start=1):
        desk.write_manifest(folder / f"cuts/000{number}", shots, cut=number)
    return folder


def told(found):
    return {one.id: (one.became, {c.what: (c.before, c.after) for c in one.changes}) for one in found.shots}


def test_a_pick_is_a_take_who_chose_it_and_its_score(cuts: Path) -> None:
    found = between(cuts, 1, 2)
    assert (found.before, found.after, found.film) == (1, 2, ())
    assert list(told(found)) == ["bridge"]
    became, changes = told(found)["bridge"]
    assert became == ("changed",)
    assert changes == {
        "take": (1, 2),
        "picked by": ("score", "producer"),
        "score": (0.8, 0.71),
        "pictures": ("bridgebridge", "z" * 12),
    }


def test_without_numbers_the_last_two_are_compared(cuts: Path) -> None:
    found = between(cuts)
    assert (found.before, found.after) == (2, 3)
    shots = told(found)
    assert shots["end"] == (("moved",), {})
    assert shots["hill"][0] == ("removed",)
    assert shots["river"][0] == ("added",)
    assert shots["gate"] == (("changed",), {"frames": (48, 60), "transition": ("dissolve, 12 frames", "cut")})
    assert shots["bridge"] == (("changed",), {"pictures": ("z" * 12, "y" * 12)})
    film = {one.what: (one.before, one.after) for one in found.film}
    assert film == {"missing": (0, 1)}
    assert between(cuts, 1).after == 3, "one number is compared with the newest"


def test_a_cut_compared_with_itself_has_not_changed(cuts: Path) -> None:
    found = between(cuts, 2, 2)
    assert (found.film, found.shots) == ((), ())


def test_a_cut_that_does_not_exist_is_a_sentence_that_names_those_that_do(cuts: Path) -> None:
    with pytest.raises(ProducerError, match=r"no cut 7 of 'kyoto' \(cuts there are: 1, 2, 3\)"):
        between(cuts, 1, 7)


def test_two_cuts_are_needed(cuts: Path, tmp_path: Path) -> None:
    for number in (2, 3):
        (cuts / f"cuts/000{number}/manifest.json").unlink()
    with pytest.raises(ProducerError, match="only one cut so far"):
        between(cuts)
    with pytest.raises(ProducerError, match="not rendered yet"):
        between(tmp_path)
    (cuts / "cuts/1").mkdir()
    (cuts / "cuts/1/manifest.json").write_text("{}")
    (cuts / "cuts/٣").mkdir()
    (cuts / "cuts/٣/manifest.json").write_text("{}")
    assert numbers(cuts) == [1]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kind": "plan/1"}', "[" * 100_000, '{"kind": 4}'])
def test_a_damaged_manifest_is_a_sentence(cuts: Path, text: str) -> None:
    (cuts / "cuts/0002/manifest.json").write_text(text)
    with pytest.raises(ProducerError, match=r"0002/manifest.json cannot be read"):
        between(cuts)


@pytest.mark.parametrize(
    "shots", [None, 5, [None, 7, {}], [{"id": 5}], [{"id": "a"}, {"id": "a", "take": 2}], [{"id": "a", "frames": "x"}]]
)
def test_odd_fields_leave_gaps_not_failures(shots: object) -> None:
    odd = {"kind": "manifest/1", "shots": shots, "size": "x", "frames": 10**400, "fps": 24}
    assert compare(1, odd, 2, odd).shots == ()
    compare(1, {}, 2, odd)


def test_the_command_tells_a_table(dailies, cuts: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert dailies("diff", "kyoto.yaml", "--studio", str(cuts.parent)) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["film", "missing", "0", "1"] in lines
    assert ["end", "moved"] in lines
    assert ["gate", "frames", "48", "60"] in lines
    assert ["hill", "removed", "take", "1,", "frames", "48"] in lines
    assert ["bridge", "pictures", "made", "anew"] in lines


def test_the_command_tells_scripts_and_says_when_nothing_changed(dailies, cuts: Path, capsys) -> None:
    assert dailies("diff", "kyoto.yaml", "1", "2", "--studio", str(cuts.parent), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "diff/1"
    assert found["shots"][0]["changes"]["take"] == [1, 2]
    assert dailies("diff", "kyoto.yaml", "2", "2", "--studio", str(cuts.parent)) == 0
    assert capsys.readouterr().out.strip() == "Nothing changed from cut 2 to cut 2."


def test_the_command_refuses_with_a_sentence(dailies, cuts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dailies("diff", "kyoto.yaml", "9", "--studio", str(cuts.parent)) == 2
    assert capsys.readouterr().err.strip() == "there is no cut 9 of 'kyoto' (cuts there are: 1, 2, 3)"
    assert dailies("diff", "kyoto.yaml", "0", "--studio", str(cuts.parent)) == 2


def test_control_characters_never_reach_the_terminal(dailies, cuts: Path, desk, capsys) -> None:
    desk.write_manifest(cuts / "cuts/0003", [desk.shot("\x1b[31mred\x07[bold]", 0, 1)])
    assert dailies("diff", "kyoto.yaml", "--studio", str(cuts.parent)) == 0
    shown = capsys.readouterr().out
    assert "\x07" not in shown
    assert "\x1b" not in shown
    assert "[bold]" in shown
