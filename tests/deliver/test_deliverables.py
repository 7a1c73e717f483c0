"""What is handed on besides the film: one thing that fails keeps none of the others."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.deliver import deliverables
from pipeline.deliver.finished import FinishedFilm
from pipeline.errors import OperatorError
from pipeline.model import Deliver, Estimate, Output, RenderPlan, Size, SoundPlan, Storyboard


def made(tmp_path: Path, *wanted: str) -> FinishedFilm:
    """A cut without a shot, of which these things are asked."""
    output = Output(Size(160, 96), Fraction(24))
    board = replace(
        Storyboard("film", Path("film.yaml"), "film", output, ()), deliver=tuple(Deliver(one) for one in wanted)
    )
    cut = tmp_path / "film" / "cuts" / "0001"
    cut.mkdir(parents=True)
    plan: Any = RenderPlan(board, output, 24, (), (), SoundPlan(Fraction(1)), Estimate())
    return FinishedFilm(tmp_path / "film", cut, plan, (), plan.sound)


def test_what_the_disk_refuses_is_told_and_keeps_none_of_the_others(tmp_path: Path) -> None:
    film = made(tmp_path, "srt", "edl")
    (film.cut / "film.old.srt").mkdir()  # cannot be removed as a file is
    names, failure = deliverables.write(film, "recipe")
    assert isinstance(failure, OperatorError)
    assert set(names) == {"film.edl", "film.otio"}
    assert all((film.cut / name).is_file() for name in names)


def test_what_takes_long_is_not_made_again_for_the_same_cut(tmp_path: Path, monkeypatch) -> None:
    film, asked = made(tmp_path, "stems"), []

    def write(one: FinishedFilm, options: Any) -> list[Path]:
        asked.append(options)
        (one.cut / "stems").mkdir(exist_ok=True)
        (one.cut / "stems/music.wav").write_bytes(b"x")
        return [one.cut / "stems/music.wav"]

    real = deliverables.importlib.import_module
    monkeypatch.setattr(
        deliverables.importlib,
        "import_module",
        lambda name: SimpleNamespace(write=write) if name.endswith(".stems") else real(name),
    )
    told = [deliverables.write(film, recipe)[0] for recipe in ("first", "first", "other")]
    assert len(asked) == 2
    assert all("stems/music.wav" in names for names in told)
