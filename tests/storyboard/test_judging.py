"""How takes are judged: limits of the gates, weights of the score, and what cuts cost."""

import pytest

from pipeline.choose import JOINS
from pipeline.score.parameters import parameters
from pipeline.storyboard.schema import schema

BOARD = "title: t\n{film}shots:\n  - {{id: a, scene: a hill, {shot}}}\n  - {{id: b, scene: a lake}}\n"


@pytest.fixture
def board(read):
    return lambda shot="takes: 1", film="": read(BOARD.format(shot=shot, film=film))[0]


def test_limits_add_up_from_film_to_shot(board):
    film = "score: {limits: {dark: 8, frozen: 1}}\ndefaults: {score: {limits: {still: 0.02}}}\n"
    shots = board("score: {limits: {dark: 20}}", film).shots
    assert shots[0].limits == {"dark": 20.0, "frozen": 1.0, "still": 0.02}
    assert shots[1].limits == {"dark": 8.0, "frozen": 1.0, "still": 0.02}


def test_weights_are_a_profiles_name_or_numbers_and_the_nearest_holds(board):
    film = "score: {weights: house}\n"
    shots = board("score: {weights: {wobble: 2, banding: 0}}", film).shots
    assert shots[0].weights == {"wobble": 2.0, "banding": 0.0}
    assert shots[1].weights == "house"
    assert board().shots[0].weights == ""


def test_join_weights_belong_to_the_film(board):
    assert board(film="score: {join: {colour: 0.2, motion: 0.1}}\n").join == {"colour": 0.2, "motion": 0.1}
    assert board().join == {}


def test_the_contract_knows_every_term_and_every_join():
    known = schema()["$defs"]
    assert list(known["term_weights"]["properties"]) == list(parameters())
    assert list(known["join"]["properties"]) == list(JOINS)
