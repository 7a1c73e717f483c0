"""Films whose takes are enlarged by a model, with frames made by RIFE, cleaned and sharpened: exact, once, and kept."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from pipeline import material
from pipeline.errors import ToolMissing
from pipeline.media import frames as film_frames
from pipeline.media.frames import TAKE, read, write
from pipeline.media.probe import probe
from pipeline.model import Size, Spec
from tests.tiny.finishing import ENLARGER

BOARD = """storyboard: 1
title: small
output: {{size: 128x72, fps: 24}}
finish: {finish}
disclosure: none
defaults: {{takes: 1}}
shots:
  - {{id: walk, source: {{file: walk.mp4}}, frames: 24, transition: {{type: dissolve, frames: 4}}}}
  - {{id: again, source: {{file: walk.mp4, in: 1}}, speed: 0.5, frames: 20}}
  - {{id: filmed, source: {{file: walk.mp4, in: 1, use: as_is}}, frames: 12}}
  - {{id: end, card: {{background: ink}}, frames: 6}}
"""
MODELS = (
    f"{{interpolate: rife, upscale: {{model: {ENLARGER}, fidelity: 0.5, stabilise: 0.5}}, denoise: 0.5, sharpen: 0.3}}"
)
FRAMES = 24 + 20 + 12 + 6


@pytest.fixture
def walk(tmp_path):
    """A clip of 64x36 at 16 frames a second: a bright square walks over a texture."""
    rng = np.random.default_rng(0)
    ground = np.kron(rng.integers(60, 120, (9, 16, 3), np.uint8), np.ones((4, 4, 1), np.uint8))

    def stream():
        for k in range(64):
            frame = ground.copy()
            frame[8:28, k // 2 : k // 2 + 16] = (220, 200, 60)
            yield frame

    write(tmp_path / "walk.mp4", stream(), Spec(Size(64, 36), Fraction(16), 64), TAKE)


@pytest.fixture
def passes(monkeypatch):
    """Note every file of which frames are decoded or encoded while a film is made."""
    seen = {"read": [], "write": []}
    for name, noted in seen.items():
        real = getattr(film_frames, name)
        monkeypatch.setattr(film_frames, name, partial(noting, real, noted))
    return seen


def noting(real, noted, path, *more):
    noted.append(path)
    return real(path, *more)


def film(production):
    return production.folder / "film.mp4"


@pytest.mark.usefixtures("walk", "finishing_models")
def test_a_film_through_every_model_is_exact_and_made_once(board, shoot):
    made = shoot(board(BOARD.format(finish=MODELS)))
    assert {name: state.reason for name, state in made.shots.items() if state.choice is None} == {}
    assert probe(film(made)).spec == Spec(Size(128, 72), Fraction(24), FRAMES)
    mezzanines = [one for one in made.studio.store.entries() if one.about["recipe"]["kind"] == "mezzanine/1"]
    sizes = {probe(one.file(material.TAKE)).spec.size for one in mezzanines}
    assert sizes == {Size(128, 72), Size(64, 36)}  # what is used as it is was only brought to the film's rate
    before = {one.key for one in made.studio.store.entries()}
    again = shoot(board(BOARD.format(finish=MODELS)))
    assert {one.key for one in again.studio.store.entries()} == before


@pytest.mark.usefixtures("walk", "finishing_models")
def test_a_take_is_decoded_once_and_then_encoded_twice(board, shoot, passes):
    only = BOARD.split("  - {{id: again", maxsplit=1)[0].replace(", transition: {{type: dissolve, frames: 4}}", "")
    made = shoot(board(only.format(finish=MODELS)))
    take = made.shots["walk"].takes[1].clip
    assert [piece.kind for piece in made.plan.pieces] == ["body"]
    assert passes["read"].count(take) == 1
    after = passes["write"][1:]  # the first is the take itself
    assert len(after) == 2  # what the models made of it, and the piece of the film


@pytest.mark.usefixtures("walk")
def test_footage_as_it_is_is_not_touched_by_what_is_done_to_takes(board, shoot):
    plain = shoot(board(BOARD.format(finish="{interpolate: flow}"), "plain"))
    cleaned = shoot(board(BOARD.format(finish="{interpolate: flow, sharpen: 1, denoise: 1, deflicker: 1}"), "cleaned"))
    apart = [not np.array_equal(*pair) for pair in zip(read(film(plain)), read(film(cleaned)), strict=True)]
    assert all(apart[:40])
    assert not any(apart[44:])


@pytest.mark.usefixtures("walk", "finishing_models")
def test_what_a_model_makes_is_not_what_scaling_makes(board, shoot, tmp_path):
    plain = shoot(board(BOARD.format(finish="{interpolate: flow}"), "plain"))
    trained = shoot(board(BOARD.format(finish=MODELS), "trained"))
    pairs = list(zip(read(film(plain)), read(film(trained)), strict=True))
    apart = [float(np.abs(one.astype(int) - other).mean()) for one, other in pairs]
    assert min(apart[:40]) > 0.3
    assert max(apart[:40]) < 12  # the same picture all the same
    assert max(apart[-6:]) < 0.5  # a card is left alone


@pytest.mark.usefixtures("walk")
def test_a_film_without_the_weights_is_refused_before_anything_is_made(board, shoot, monkeypatch, tmp_path):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "none"))
    with pytest.raises(ToolMissing, match="dailies models pull realesr-general-x4v3"):
        shoot(board(BOARD.format(finish="{upscale: realesrgan}")))
    assert not list(tmp_path.glob("renders/board/film.mp4"))


@pytest.mark.usefixtures("walk", "finishing_models")
def test_weights_that_break_in_the_night_cost_their_shots_and_say_so(board, shoot, tmp_path, monkeypatch):
    models = tmp_path / "models"
    (models / ENLARGER).mkdir(parents=True)
    (models / ENLARGER / "ours.pth").write_bytes(b"PK, and then nothing")
    monkeypatch.setenv("DAILIES_MODELS", str(models))
    made = shoot(board(BOARD.format(finish=f"{{upscale: {{model: {ENLARGER}}}}}")))
    lost = {name: state.reason for name, state in made.shots.items() if state.choice is None}
    assert lost.keys() == {"walk", "again"}
    assert all("ours.pth" in reason and "\n" not in reason for reason in lost.values())
    assert probe(film(made)).spec.frames == FRAMES
