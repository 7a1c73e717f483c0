"""`dailies report`, and where films lie."""

import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest

import pipeline.cli.report
import pipeline.cli.shots  # with a second command, the first is asked for by its name
from pipeline.cli import studio
from pipeline.errors import ProducerError


def test_writes_page_and_sheets_again_and_prints_where(dailies, film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dailies("report", "boards/kyoto.yaml", "--studio", str(film.parent)) == 0
    assert capsys.readouterr().out.strip() == str(film / "dailies.html")
    assert sorted(path.parent.name for path in film.glob("shots/*/sheet.jpg")) == ["bridge", "end", "gate"]
    assert "shots/gate/sheet.jpg" in (film / "dailies.html").read_text("utf-8")


def test_shows_the_page_when_asked(dailies, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    assert dailies("report", "x.yaml", "--studio", str(film.parent), "--name", "kyoto", "--open") == 0
    assert shown == [(film / "dailies.html").resolve().as_uri()]


def test_film_that_was_not_rendered_is_a_sentence_and_exit_code_2(
    dailies, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dailies("report", "boards/kyoto.yaml", "--studio", str(tmp_path)) == 2
    assert capsys.readouterr().err.strip() == "not rendered yet (dailies render boards/kyoto.yaml)"
    assert list(tmp_path.iterdir()) == []


def test_studio_folder_is_the_option_else_the_variable_else_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(studio.HOME, "/studios/night")
    assert studio.studio_folder(Path("here")) == Path("here")
    assert studio.studio_folder(None) == Path("/studios/night")
    monkeypatch.setenv(studio.HOME, "")
    assert studio.studio_folder(None) == Path("renders")


def test_film_folder_is_called_as_the_storyboard_or_as_told() -> None:
    assert studio.film_folder(Path("boards/kyoto.v2.yaml"), Path("s")) == Path("s/kyoto.v2")
    assert studio.film_folder(Path("boards/kyoto.yaml"), Path("s"), "夜") == Path("s/夜")


@pytest.mark.parametrize(
    "name", ["", " ", "..", ".hidden", "a/b", "../up", "a\\b", "nul\0", "store", "STORE", "history.json"]
)
def test_names_that_lead_elsewhere_or_belong_to_the_studio_are_refused(name: str) -> None:
    with pytest.raises(ProducerError, match="name"):
        studio.film_folder(Path("kyoto.yaml"), Path("s"), name)


def test_importing_the_command_stays_light() -> None:
    heavy = "[name for name in ('cv2', 'av', 'numpy', 'prefect') if name in sys.modules]"
    code = f"import sys, {pipeline.cli.report.__name__}; print({heavy})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"
