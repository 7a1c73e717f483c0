"""Cards with what trained models see: made, found again, remade with other weights, and made without them."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pipeline import registry, score, shot
from pipeline.metrics import learned
from pipeline.model import Recipe
from pipeline.production import Studio, Wanted, prepare

BOARD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 12}
defaults: {generator: animatic, takes: 3, seconds: 1}
shots:
  - {id: hill, scene: a hill by the sea, camera: pan_left}
"""

MORE = {"alignment", "consistency"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Both weights, tiny and random."""
    from tests.tiny.extras import save_clip, save_dinov2, save_siglip

    place = tmp_path_factory.mktemp("weights")
    for save, name in ((save_clip, "clip"), (save_siglip, "siglip"), (save_dinov2, "dinov2")):
        save(place / name)
    return place


@pytest.fixture
def put(tiny, tmp_path, monkeypatch):
    """Give a function that puts weights into this test's models folder."""
    import torch

    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("DAILIES_DEVICE", "cpu")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    learned.forget()
    learned.loads.clear()

    def into(name, kind):
        folder = tmp_path / "models" / name
        shutil.rmtree(folder, ignore_errors=True)
        return shutil.copytree(tiny / kind, folder)

    yield into
    learned.forget()
    torch.set_num_threads(threads)


@pytest.fixture
def judged(board, tmp_path, monkeypatch):
    """Give a function that makes a take of the board's shot and judges it, as a render does."""
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "models"))
    production = prepare(board(BOARD), Studio(tmp_path / "renders"), Wanted())
    plan, store = production.shots["hill"].plan, production.studio.store
    tool = registry.generator("animatic")

    def judge(number=1, plan=plan):
        take = plan.takes[number - 1]
        made = shot.make_take(store, plan, take, tool, lambda _: None)
        found = shot.judge(store, plan, take, made)
        again = shot.find(store, plan, take)
        assert again is not None
        assert again.card_entry.key == found.card_entry.key
        return found

    judge.plan = plan
    judge.store = store
    return judge


def plain(judged):
    """Give the key that a card has, and always had, without trained models."""
    take = judged.plan.takes[0]
    return Recipe("card/1", f"score@{score.VERSION}", {"take": take.recipe.key, "motion": "low"}).key


def test_without_weights_a_card_is_what_it_always_was(judged):
    found = judged()
    assert found.card_entry.key == plain(judged)
    assert not MORE & set(found.card.features)


@pytest.mark.diffusers
@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_with_weights_a_card_has_both_features_and_the_same_score(judged, put, kind):
    before = judged()
    put("alignment", kind)
    put("consistency", "dinov2")
    found = judged()
    assert set(found.card.features) - set(before.card.features) == MORE
    assert 0.0 <= found.card.features["alignment"] <= 2.5
    assert 0.0 < found.card.features["consistency"] <= 1.0
    same = {name: value for name, value in found.card.features.items() if name not in MORE}
    assert replace(found.card, features=same) == before.card


@pytest.mark.diffusers
def test_installing_weights_makes_new_cards_and_removing_them_finds_the_old_ones(judged, put):
    before = judged().card_entry
    folder = put("consistency", "dinov2")
    with_it = judged().card_entry
    assert with_it.key != before.key == plain(judged)
    told = with_it.about["recipe"]["values"]
    assert told["consistency"]["weights"].startswith("folder:")
    put("alignment", "clip")
    both = judged().card_entry
    assert both.about["recipe"]["values"]["alignment"]["prompt"] == "a hill by the sea"
    shutil.rmtree(folder.parent)
    assert judged().card_entry.key == before.key
    assert len({before.key, with_it.key, both.key}) == 3


@pytest.mark.diffusers
def test_the_words_are_the_generators_or_the_scene_where_it_reads_none(judged, put):
    put("alignment", "siglip")
    plan = judged.plan
    silent = replace(plan, generation=replace(plan.generation, prompt=""))
    told = replace(plan, generation=replace(plan.generation, prompt="a red hill"))
    words = [shot.learned(judged.store, one)[0].words for one in (plan, silent, told)]
    assert words == ["a hill by the sea", "a hill by the sea", "a red hill"]
    keys = [shot.card_recipe(one, plan.takes[0], shot.learned(judged.store, one)).key for one in (plan, silent, told)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.diffusers
def test_models_are_loaded_once_for_all_takes(judged, put):
    put("alignment", "clip")
    put("consistency", "dinov2")
    with ThreadPoolExecutor(3) as pool:
        cards = [one.card for one in pool.map(judged, (1, 2, 3))]
    assert all(set(card.features) >= MORE for card in cards)
    assert sorted(learned.loads.values()) == [1, 1]


@pytest.mark.diffusers
def test_weights_that_fail_leave_a_card_without_them_and_are_told_of_once(judged, put, caplog):
    put("consistency", "dinov2")
    folder = put("alignment", "clip")
    (folder / "tokenizer.json").unlink()
    found = judged()
    assert MORE & set(found.card.features) == {"consistency"}
    assert set(found.card_entry.about["recipe"]["values"]) == {"take", "motion", "consistency"}
    assert judged(2).card.features.keys() == found.card.features.keys()
    warned = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert len(warned) == 1
    assert str(folder) in warned[0]


@pytest.mark.diffusers
def test_where_all_weights_fail_the_card_is_the_one_without_them(judged, put):
    for name, kind in (("alignment", "siglip"), ("consistency", "dinov2")):
        (put(name, kind) / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    assert judged().card_entry.key == plain(judged)
    assert judged(2).card.score > 0
    assert sorted(learned.loads.values()) == [1, 1]
    put("consistency", "dinov2")
    assert MORE & set(judged().card.features) == {"consistency"}


@pytest.mark.diffusers
def test_the_desk_tells_them(board, put, shoot):
    put("alignment", "clip")
    put("consistency", "dinov2")
    production = shoot(board(BOARD.replace("takes: 3", "takes: 2")))
    told = json.loads((production.folder / "shots" / "hill" / "scores.json").read_text())
    assert all(take["features"].keys() >= MORE and not take["terms"].keys() & MORE for take in told["takes"])
