"""The command, run here."""

import sys

import pytest


@pytest.fixture
def dailies(monkeypatch, capsys, tmp_path):
    """Run the command in a folder of its own; give its exit code, what it printed and what it told."""

    def run(*arguments):
        from pipeline.cli import main

        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DAILIES_HOME", str(tmp_path / "renders"))
        monkeypatch.setattr(sys, "argv", ["dailies", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return run
