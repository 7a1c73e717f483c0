"""A film whose takes are chosen together: the real generator, its clips measured, and what the manifest says of it."""

import json
from itertools import pairwise, product

import pytest

from pipeline.choose import join

WEIGHTS = {"colour": 2.0, "exposure": 2.0, "motion": 0.5}
TEXT = """
storyboard: 1
title: together
output: {size: 160x96, fps: 24}
defaults: {generator: {name: animatic, label: false}, takes: 3, seconds: 0.5}
finish: {harmonise: false}
score: {join: %s}
shots:
  - {id: gate, scene: a wooden gate between maple trees, camera: pan_left}
  - {id: hill, scene: a hill by the sea, camera: pan_right}
  - {id: moon, scene: the moon over a dark lake, camera: dolly_in}
"""


def worth(takes, weights):
    cards = [one.card for one in takes]
    cuts = sum(sum(join(a.ends[1], b.ends[0], weights, chained=False).values()) for a, b in pairwise(cards))
    return sum(one.score for one in cards) - cuts


def test_takes_that_join_better_are_cut_together_and_the_film_says_why(board, shoot):
    alone = shoot(board(TEXT % "{}"))
    chosen = {name: state.choice.take for name, state in alone.shots.items()}
    together = shoot(board(TEXT % json.dumps(WEIGHTS)))
    states = together.shots
    best = max(product(*(state.takes.values() for state in states.values())), key=lambda takes: worth(takes, WEIGHTS))
    found = {name: state.choice.take for name, state in states.items()}
    assert found == {name: take.plan.number for name, take in zip(states, best, strict=True)}
    changed = [name for name in found if found[name] != chosen[name]]
    assert changed, "the weights are large enough to matter here"
    reasons = {one["id"]: one for one in json.loads((together.folder / "manifest.json").read_text())["shots"]}
    for name in changed:
        assert reasons[name]["take"] == found[name]
        assert "joins '" in states[name].choice.reason
        told = json.loads((together.folder / "shots" / name / "scores.json").read_text())
        assert (told["chosen"], told["by"]) == (found[name], "score")
        assert "joins '" in told["why"]


def test_a_pick_is_never_changed_for_a_neighbour(board, shoot):
    together = shoot(board(TEXT % json.dumps(dict.fromkeys(WEIGHTS, 10.0))))
    free = together.shots["hill"].choice.take
    other = next(take for take in together.shots["hill"].takes if take != free)
    text = (TEXT % json.dumps(dict.fromkeys(WEIGHTS, 10.0))).replace(
        "camera: pan_right}", f"camera: pan_right, pick: {other}}}"
    )
    again = shoot(board(text))
    assert (again.shots["hill"].choice.take, again.shots["hill"].choice.by) == (other, "producer")


def test_weights_of_the_storyboard_judge_takes_without_measuring_again(board, shoot, tmp_path):
    first = shoot(board(TEXT % "{}"))
    keys = {name: {n: take.card_entry.key for n, take in state.takes.items()} for name, state in first.shots.items()}
    text = (TEXT % "{}").replace("score: {join: {}}", "score: {weights: {wobble: 0, shake: 30}}")
    second = shoot(board(text))
    for name, state in second.shots.items():
        assert {n: take.card_entry.key for n, take in state.takes.items()} == keys[name]
        for number, take in state.takes.items():
            before = first.shots[name].takes[number].card
            assert take.card.terms == before.terms
            assert take.card.costs["shake"] == pytest.approx(30 * before.terms["shake"])
            assert take.card.costs["wobble"] == 0.0


def test_a_profile_that_is_not_there_is_told_before_anything_is_made(board, shoot, tmp_path):
    from pipeline.errors import ProducerError

    with pytest.raises(ProducerError, match="no profile 'house'"):
        shoot(board((TEXT % "{}").replace("score: {join: {}}", "score: {weights: house}")))
    assert not list((tmp_path / "renders").glob("store/*/*/data.mp4"))
