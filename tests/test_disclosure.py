"""Where a film's pictures come from, and what its label says."""

from types import SimpleNamespace

import pytest

from pipeline import disclosure
from pipeline.model import GenerationPlan, Input, Size, Spec
from pipeline.vision import text


def made(generator, task="text", *roles):
    inputs = tuple(Input(role, "/x", "00") for role in roles)
    return GenerationPlan(generator, task, "", "", Spec(Size(16, 16), 24, 1), inputs)


@pytest.mark.parametrize(
    ("shot", "source"),
    [
        (made("wan2.2-t2v@1"), "trainedAlgorithmicMedia"),
        (made("runway-gen4.5@2", "image", "first_frame"), "trainedAlgorithmicMedia"),
        (made("wan2.2-v2v@1", "restyle", "source"), "compositeWithTrainedAlgorithmicMedia"),
        (made("animatic@4", "drawn"), "algorithmicMedia"),
        (made("card@1", "card"), "algorithmicMedia"),
        (made("animatic@4", "conform", "source"), "digitalCapture"),
        (made("animatic@4", "picture", "first_frame"), "composite"),
        (made("animatic@4", "goal", "first_frame", "last_frame"), "composite"),
    ],
)
def test_a_shot_tells_where_its_pictures_come_from(shot, source):
    assert disclosure.source_of_shot(shot) == source


T, P, A, C, X = (
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "digitalCapture",
    "composite",
)


@pytest.mark.parametrize(
    ("shots", "film"),
    [
        ([T, T], T),
        ([T, A], T),
        ([T, C], P),
        ([T, X], P),
        ([P], P),
        ([P, A], P),
        ([A, A], A),
        ([], A),
        ([C], C),
        ([C, C], "compositeCapture"),
        ([C, A], X),
        ([X], X),
        ([X, C], X),
    ],
)
def test_a_film_is_what_its_shots_are_together(shots, film):
    assert disclosure.source_of_film(shots) == film


def test_the_label_speaks_the_films_language():
    assert disclosure.label("en") == "AI-generated"
    assert disclosure.label("ja-JP") == "AI生成"
    assert disclosure.label("xx") == "AI-generated"
    assert disclosure.label("ja", P) == "一部AI生成"


def test_previz_is_not_called_ai_and_footage_needs_no_label():
    assert disclosure.label("en", A) == "Previz"
    assert disclosure.label("en", C) == disclosure.label("ja", X) == ""


def test_only_a_film_that_discloses_in_its_picture_has_a_label():
    board = SimpleNamespace(disclosure="both", language="en")
    assert disclosure.label_of(board, [(made("wan2.2-t2v@1"), False)]) == "AI-generated"
    board.disclosure = "file"
    assert disclosure.label_of(board, [(made("wan2.2-t2v@1"), False)]) == ""


def test_every_label_can_be_drawn():
    words = [one for labels in disclosure.LABELS.values() for one in labels]
    assert [text.drawable(one) for one in words] == words
