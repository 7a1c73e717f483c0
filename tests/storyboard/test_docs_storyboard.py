"""docs/storyboard.md is current, and every example in it is a storyboard or a part of one."""

import re
from pathlib import Path

import pytest

from pipeline.storyboard import load
from pipeline.storyboard.fields import renewed

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "storyboard.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
SHOTS = "shots: [{id: gate, scene: an old gate, camera: crane}]\n"


def test_the_tables_are_current():
    text = DOCUMENT.read_text("utf-8")
    assert renewed(text) == text, "run: python -m pipeline.storyboard.fields docs/storyboard.md"


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_is_fine(number, studio, probe):
    text = EXAMPLES[number] if "shots:" in EXAMPLES[number] else EXAMPLES[number] + SHOTS
    for name in re.findall(r"(?:assets|footage)/[\w.]+", text):
        file = studio / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes((studio / "assets" / "gate.png").read_bytes() if file.suffix == ".png" else b"sound")
    path = studio / "example.yaml"
    path.write_text(text, "utf-8")
    _, warnings = load(path, probe)
    assert [str(one) for one in warnings] == []


@pytest.mark.parametrize("board", ["first.yaml"])
def test_the_first_storyboard_is_ten_lines_and_fine(board, probe):
    path = ROOT / "storyboards" / board
    loaded, warnings = load(path, probe)
    assert warnings == ()
    assert path.read_text("utf-8").count("\n") == 10
    assert {one.generator.names for one in loaded.shots} == {("animatic",)}
