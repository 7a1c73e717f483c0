"""Takes looked at before they are made: a few steps of the very same take."""

from fractions import Fraction

import numpy as np
import pytest

from pipeline import film
from pipeline import shot as shots
from pipeline.errors import OperatorError, ToolFailed
from pipeline.generators import weights
from pipeline.generators.diffusion import resident
from pipeline.media.frames import TAKE, read, write
from pipeline.media.probe import probe
from pipeline.model import Size, Spec
from pipeline.production import Studio, Wanted, prepare
from pipeline.store import Store
from tests.generators.diffusion.counting import counted_steps

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: A probe
output: {size: 128x96, fps: 24}
defaults: {seconds: 0.5, takes: 3, camera: static}
disclosure: none
shots:
  - {id: gate, scene: a gate in the hills, generator: {name: NAME, steps: STEPS}MORE}
"""


@pytest.fixture
def written(board):
    def write(name, more="", steps=8):
        return board(BOARD.replace("NAME", name).replace("STEPS", str(steps)).replace("MORE", more))

    return write


@pytest.fixture
def look(tmp_path):
    """Probe every shot of a storyboard that can be."""

    def run(path, share=0.25, studio="renders", **wanted):
        production = prepare(path, Studio(tmp_path / studio), Wanted(**wanted))
        able = [name for name in production.shots if film.can_be_probed(production, name)]
        return {one.shot: one for one in film.probe(production, able, share, lambda *_: None)}

    return run


def frames(judged):
    return np.stack(list(read(judged.clip))).astype(float)


def test_only_the_first_steps_of_every_take_are_drawn_and_only_once(models, written, look):
    path = written("wan2.1-t2v")
    with counted_steps() as steps:
        first = look(path)["gate"]
    assert sorted(steps.values()) == [2, 2, 2]
    assert sorted(first.takes) == [1, 2, 3]
    with counted_steps() as steps:
        again = look(path)["gate"]
    assert not steps
    assert again.takes == first.takes
    with counted_steps() as steps:
        look(path, share=0.3)
    assert sorted(steps.values()) == [3, 3, 3]


@pytest.mark.parametrize("name", ["wan2.2-t2v", "ltx-video"])
def test_what_is_shown_is_nearest_to_the_take_it_becomes(name, models, written, look, shoot):
    path = written(name)
    shown = {number: frames(one) for number, one in look(path, share=0.75)["gate"].takes.items()}
    made = {number: frames(one) for number, one in shoot(path).shots["gate"].takes.items()}
    assert shown.keys() == made.keys() == {1, 2, 3}
    for number, one in shown.items():
        assert one.shape == made[number].shape
        away = {other: float(np.abs(one - made[other]).mean()) for other in made}
        assert min(away, key=away.__getitem__) == number, away


def test_takes_are_made_afterwards_as_if_nothing_had_been_shown(models, written, look, shoot, tmp_path):
    path = written("wan2.1-t2v")
    plain = shoot(path, tmp_path / "plain").shots["gate"]
    look(path)
    with counted_steps() as steps:
        state = shoot(path).shots["gate"]
    assert sorted(steps.values()) == [8, 8, 8]
    assert all(
        one.entry.sha256("data.mp4") == plain.takes[n].entry.sha256("data.mp4") for n, one in state.takes.items()
    )
    assert look(path)["gate"].made == (1, 2, 3)


def test_key_pictures_are_made_first_and_the_render_uses_them(models, written, look, shoot, tmp_path):
    path = written("svd-xt", ", keyframe: {generator: sdxl, takes: 2}")
    assert sorted(look(path)["gate"].takes) == [1, 2, 3]
    before = resident.loads[weights.here("sdxl").identity]
    assert before == 1
    store = Store(tmp_path / "renders" / "store")
    pictures = {one.key for one in store.entries() if one.about["recipe"]["values"].get("task") == "text_to_image"}
    assert len(pictures) == 2
    state = shoot(path).shots["gate"]
    assert {one.entry.key for one in state.key.takes.values()} == pictures
    assert resident.loads[weights.here("sdxl").identity] == before


def test_words_of_key_pictures_are_read_once_for_all_shots(models, board, look):
    shot = "  - {id: NAME, scene: a NAME, generator: svd-xt, takes: 1, keyframe: {generator: flux, takes: 1}}"
    head = BOARD.partition("  - {id: gate")[0]
    found = look(board(head + "\n".join(shot.replace("NAME", name) for name in ("gate", "bridge", "river"))))
    assert [len(one.takes) for one in found.values()] == [1, 1, 1]
    assert resident.loads[f"words of {weights.here('flux').identity}"] == 1


def test_a_shot_that_cannot_be_planned_to_its_end_says_why(models, board, look, shoot, monkeypatch):
    goes_on = "  - {id: on, continues: gate, generator: svd-xt, takes: 1}\n"
    path = board(BOARD.replace("NAME", "animatic").replace(", steps: STEPS", "").replace("MORE", "") + goes_on)
    shoot(path, shots=("gate",))

    def full(*_):
        raise OperatorError("the disk is full", cure="free some space")

    monkeypatch.setattr(shots, "last_frame", full)
    found = look(path)["on"]
    assert (str(found.blocked), found.waits) == ("the disk is full (free some space)", "")


def test_a_shot_that_goes_on_from_another_waits_for_it(models, board, look, shoot):
    goes_on = "  - {id: on, continues: gate, generator: svd-xt, takes: 1}\n"
    path = board(BOARD.replace("NAME", "wan2.1-t2v").replace("STEPS", "4").replace("MORE", "") + goes_on)
    found = look(path)
    assert found["on"].waits == "gate"
    assert found["on"].blocked is None
    assert not found["on"].takes
    shoot(path, shots=("gate",))
    path.write_text(path.read_text().replace("svd-xt, takes: 1", "{name: svd-xt, steps: 5}, takes: 2"))
    found = look(path)
    assert found["gate"].made == (1, 2, 3)
    assert sorted(found["on"].takes) == [1, 2]


@pytest.mark.parametrize("name", ["sd1.5", "wan2.1-t2v"])
def test_footage_made_anew_shows_what_it_becomes(name, models, written, look, tmp_path):
    ground = np.kron(np.arange(0, 192, 4, np.uint8).reshape(4, 4, 3), np.ones((24, 32, 1), np.uint8))
    clip = Spec(Size(128, 96), Fraction(24), 24)
    write(tmp_path / "clip.mp4", (np.roll(ground, 2 * k, axis=1) for k in range(24)), clip, TAKE)
    with counted_steps() as steps:
        found = look(written(name, ", source: clip.mp4, strength: 0.5"))["gate"]
    assert not found.failures, [str(one) for one in found.failures.values()]
    shown = {one.card.spec.frames for one in found.takes.values()}
    if name == "sd1.5":  # the first picture, whole
        assert shown == {1}
        assert sorted(steps.values()) == [5, 5, 5]  # half of 8; its scheduler takes one more
    else:
        assert shown == {probe(found.takes[1].clip).spec.frames}
        assert min(shown) >= 8
        assert sorted(steps.values()) == [1, 1, 1]


def test_one_take_that_cannot_be_drawn_is_told_and_the_others_are_shown(models, written, look, monkeypatch):
    from pipeline.generators.diffusion import probing

    drawn = probing.frames

    def broken(drawing, share, tell):
        if drawing.order.take == 2:
            raise ToolFailed("it made pictures without values", cure="another dtype")
        return drawn(drawing, share, tell)

    monkeypatch.setattr(probing, "frames", broken)
    found = look(written("wan2.1-t2v"))["gate"]
    assert sorted(found.takes) == [1, 3]
    assert [str(one) for one in found.failures.values()] == ["it made pictures without values (another dtype)"]
