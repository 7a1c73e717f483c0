"""Models of this machine, made by workers in processes of their own: words, races and key pictures reach the store."""

import re
import shutil

import pytest

from flows.crew.hire import Terms, hired
from flows.crew.house import crew_of
from flows.crew.line import Line
from flows.crew.work import Work, make_now
from pipeline import film as verbs
from pipeline import shot as shots
from pipeline.generators.diffusion import resident
from pipeline.production import Studio, Wanted, prepare
from pipeline.racing import Stopped
from tests.flows.crewing import log_of

pytestmark = [pytest.mark.diffusers, pytest.mark.slow, pytest.mark.timeout(600)]

BOARD = """
storyboard: 1
title: A crew
output: {size: 128x96, fps: 24}
defaults: {seconds: 0.5, camera: static, generator: {name: wan2.1-t2v, steps: 5}}
disclosure: none
shots:
  - {id: raced, scene: a gate in the hills, takes: 4, race: {rungs: [0.4], keep: [1]}}
  - {id: plain, scene: a bridge, takes: 1}
  - {id: keyed, scene: a river, takes: 1, generator: svd-xt, keyframe: {generator: flux, takes: 2}}
"""


def tell(_):
    """Nobody watches."""


def test_a_worker_makes_races_words_and_key_pictures(models, tmp_path):
    (tmp_path / "crew.yaml").write_text(BOARD, "utf-8")
    production = prepare(tmp_path / "crew.yaml", Studio(tmp_path / "renders"), Wanted())
    with crew_of(production.studio.root, "1") as crew:
        with hired(
            crew.address, Terms(300.0, floor=0, beside=verbs.words_of(production, "raced")), patience=60.0
        ) as hand:

            def make(store, plan, take, tell):
                return hand.make(store, plan, take, 0.0, tell)

            for picture in verbs.missing_key_pictures(production, "keyed"):
                verbs.make_key_picture(production, "keyed", picture.number, tell, make)
            for name in production.shots:
                verbs.resolve(production, name)
                others = verbs.made_with_another(production, name)
                for take in verbs.missing_takes(production, name):
                    if take.number not in others:
                        verbs.make_shot_take(production, name, take.number, tell, make)
        log = log_of(crew, "cpu0")
    raced, plain, keyed = (production.shots[name] for name in ("raced", "plain", "keyed"))
    assert (len(raced.takes), len(raced.stopped)) == (1, 3)
    assert all(isinstance(one, Stopped) for one in raced.stopped.values())
    assert (len(plain.takes), len(keyed.takes), len(keyed.key.takes)) == (1, 1, 2)
    assert not any(state.failures for state in production.shots.values())
    made = {one.entry.record["provenance"]["words_sha256"] for one in (*raced.takes.values(), *plain.takes.values())}
    assert len(made) == 2
    assert None not in made
    assert len(re.findall("is begun", log)) == 5, "a race is begun once"
    read = re.findall(r"read (\d+) prompts for (\S+)", log)
    assert sorted(read) == [("1", "flux@1"), ("2", "wan2.1-t2v@1")], "the words of a model's shots are read in one go"

    # the film's own process takes up what the shots' processes made
    film = prepare(tmp_path / "crew.yaml", Studio(tmp_path / "renders"), Wanted())
    for name, state in production.shots.items():
        there = verbs.take_up(film, name)
        assert there.takes.keys() == state.takes.keys()
        assert there.stopped.keys() == state.stopped.keys()
        assert there.choice is not None


def test_a_take_that_lacks_its_card_alone_has_no_words_read(models, board, shoot, tmp_path):
    production = shoot(board(BOARD, "crew"), shots=("plain",))
    (made,) = production.shots["plain"].takes.values()
    store = production.studio.store
    for entry in [one for one in store.entries() if one.about["recipe"]["kind"] in {"words/1", "card/1"}]:
        shutil.rmtree(entry.folder)
    before = resident.loads.total()
    plan = production.shots["plain"].plan
    make_now(Work(store.root, plan, made.plan, 60.0, beside=verbs.words_of(production, "plain")), store, Line())
    assert resident.loads.total() == before
    assert shots.find(store, plan, made.plan) is not None


def test_what_is_made_has_no_words_read_with_another(models, board, shoot):
    head, shots = BOARD.partition("shots:\n")[:2]
    path = board(f"{head}{shots}  - {{id: a, scene: a hill, takes: 1}}\n  - {{id: b, scene: a sea, takes: 1}}\n", "two")
    production = shoot(path)
    path.write_text(path.read_text().replace("a sea", "a lake"))
    again = prepare(path, production.studio, Wanted())
    assert [one.prompt.partition(",")[0] for one in verbs.words_of(again, "b")] == ["a lake"]
    assert len(verbs.words_of(prepare(path, Studio(path.parent / "new"), Wanted()), "b")) == 2
