"""docs/scoring.md tells every term as it is: what is natural, what is visible, and a plot."""

import re
from pathlib import Path

import pytest

from pipeline.score.gates import STILL
from pipeline.score.parameters import parameters

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(
    r"^\| `(\w+)` \| (.+?) \| ([\d.e-]+) \| ([\d.e-]+) \| !\[\w+\]\((scoring/\w+\.svg)\) \|$", re.MULTILINE
)


@pytest.fixture(scope="module")
def rows():
    return {row[0]: row[1:] for row in ROW.findall((DOCS / "scoring.md").read_text("utf-8"))}


def test_every_term_is_told_with_its_numbers(rows):
    assert list(rows) == list(parameters())
    for name, (_, natural, visible, _) in rows.items():
        assert (float(natural), float(visible)) == (parameters()[name].natural, parameters()[name].visible), name


@pytest.mark.parametrize("term", parameters())
def test_every_term_has_a_plot_that_the_code_drew(rows, term):
    plot = (DOCS / rows[term][3]).read_text("utf-8")
    assert plot.startswith("<svg")
    assert f"<title>{term} over the strength of" in plot
    assert len(re.findall("<polyline", plot)) == len(re.findall(r'stroke-width="1\.6"', plot)) >= 3


def test_the_limits_that_are_told_are_the_usual_ones():
    text = (DOCS / "scoring.md").read_text("utf-8")
    assert "{}, {} or {} pixels a frame".format(*(f"{STILL[amount]:g}" for amount in ("low", "medium", "high"))) in text
