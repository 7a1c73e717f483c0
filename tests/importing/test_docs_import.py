"""docs/import.md shows what is really made of its examples."""

import re
from pathlib import Path

import pytest

from pipeline.importing import imported
from pipeline.importing.headings import parts

TEXT = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("language", "place"), [("csv", 0), ("json", 1)])
def test_the_example_gives_the_storyboard_that_stands_below_it(tmp_path, language, place):
    path = tmp_path / f"shots.{language}"
    path.write_text(blocks(language)[0], "utf-8")
    assert imported(path, {}).text == blocks("yaml")[place]


def test_every_part_of_a_shot_is_named():
    assert [key for key in parts() if f"`{key}`" not in TEXT] == []
