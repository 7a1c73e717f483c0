"""picks.yaml."""

import os

import pytest

from pipeline import picks
from pipeline.errors import ProducerError
from pipeline.picks import Pick


def test_picks_come_back_as_they_were_written(tmp_path):
    chosen = {"gate": Pick(2), "bridge": Pick(None, 4), "end": Pick(5, 4), "alone": Pick(3, only=True)}
    picks.write(tmp_path / "film", {**chosen, "plain": Pick()})
    assert picks.read(tmp_path / "film") == chosen


def test_no_file_no_picks(tmp_path):
    assert picks.read(tmp_path) == {}


@pytest.mark.parametrize(
    "text",
    [
        "shots: [1]",
        "shots: {a: 1}",
        "shots: {a: {take: x}}",
        "a: [",
        "shots: {a: {take: 0}}",
        "shots: {a: {only: yes}}",
    ],
)
def test_a_file_that_is_no_picks_file_says_how_to_mend_it(tmp_path, text):
    (tmp_path / "picks.yaml").write_text(text)
    with pytest.raises(ProducerError, match="delete it to choose by score"):
        picks.read(tmp_path)


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo, lambda path: path.write_text("x" * 2_000_000)])
def test_what_is_no_small_text_file_is_told_at_once(tmp_path, make):
    make(tmp_path / "picks.yaml")
    with pytest.raises(ProducerError, match="no small text file"):
        picks.read(tmp_path)


def test_a_file_laid_out_otherwise_is_told_in_words(tmp_path):
    (tmp_path / "picks.yaml").write_text("just words")
    with pytest.raises(ProducerError, match="not laid out as `dailies pick` writes it"):
        picks.read(tmp_path)
