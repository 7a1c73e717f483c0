"""Prompts are read with the encoder, and in the numbers, that their own plan asks for."""

import pytest

from pipeline import film
from pipeline import shot as shots
from pipeline.generators import weights
from pipeline.generators.diffusion import resident
from pipeline.production import Studio, Wanted, prepare

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: Words
output: {size: 128x96, fps: 24}
defaults: {seconds: 0.5, takes: 1, camera: static, generator: wan2.1-t2v}
disclosure: none
shots:
  - {id: gate, scene: a gate}
  - {id: bridge, scene: a bridge, generator: {name: wan2.1-t2v, dtype: float32}}
  - {id: river, scene: a river}
  - {id: again, scene: a gate, camera: static}
  - {id: on, continues: gate, generator: svd-xt}
"""


@pytest.fixture
def production(models, board, tmp_path):
    return prepare(board(BOARD), Studio(tmp_path / "renders"), Wanted())


def encoders_loaded():
    return resident.loads[f"words of {weights.here('wan2.1-t2v').identity}"]


def test_those_of_a_film_are_read_once_and_each_in_its_own_numbers(production):
    assert {one.tool for one in film.words_of(production, "gate")} == {"wan2.1-t2v"}, "svd-xt reads nothing"
    assert film.read_words(production, list(production.shots), lambda _: None) == 3
    assert encoders_loaded() == 2
    assert film.read_words(production, list(production.shots), lambda _: None) == 0
    assert encoders_loaded() == 2


def test_plans_that_come_mixed_are_not_read_in_the_numbers_of_the_first(production):
    from pipeline import registry

    mixed = [one for one in film.words_of(production, "bridge") if one.generator.startswith("wan")]
    assert [one.prompt.partition(",")[0] for one in mixed] == ["a bridge", "a river", "a gate", "a gate"]
    mixed = [mixed[1], mixed[0], *mixed[2:]]  # the one in other numbers comes between two
    store = production.studio.store
    assert shots.read_ahead(store, registry.generator("wan2.1-t2v"), mixed, lambda _: None) == 3
    assert encoders_loaded() == 3


def test_what_reads_nothing_has_nothing_read(production):
    from pipeline import registry

    assert (
        shots.read_ahead(
            production.studio.store, registry.generator("animatic"), film.words_of(production, "on"), print
        )
        == 0
    )
