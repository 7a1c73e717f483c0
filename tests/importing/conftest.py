"""A list written to a file, imported, and loaded as a storyboard."""

from fractions import Fraction

import pytest
import yaml

from pipeline.importing import imported


def no_files(path):
    raise AssertionError(f"an imported storyboard names no files: {path}")


@pytest.fixture
def reads(tmp_path):
    """Import a file with this content; give the storyboard as it loads, its YAML as plain values, and the notes."""
    from pipeline import storyboard

    def run(content, name="list.csv", rate=24, **wanted):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        made = imported(path, wanted, Fraction(rate))
        board = tmp_path / "film.yaml"
        board.write_text(made.text, "utf-8")
        loaded, _ = storyboard.load(board, no_files)
        return loaded, yaml.safe_load(made.text), made.notes

    return run
