"""Whatever stands in the file: a storyboard, or problems with their places; never anything else."""

import copy
import json
import random

import pytest
import yaml

from pipeline.errors import StoryboardInvalid
from pipeline.storyboard.schema import objects, schema

BOARD = """\
title: "Kyoto: autumn"
output: {size: landscape-720p, fps: 24}
looks:
  day: {style: cinematic}
cast:
  heroine: {description: a woman, variants: {young: {description: a girl}}}
sequences: {arrival: {look: day}}
defaults: {look: day, camera: crane}
audio:
  music: [{file: assets/theme.wav, from: gate}]
shots:
  - id: gate
    scene: "{heroine} walks up: mist"
    motion: {type: natural, amount: low}
    first_frame: assets/gate.png
    transition: {type: dissolve, seconds: 0.5}
  - id: bridge
    scene: a red bridge
    continues: gate
  - id: dance
    source: {file: assets/dance.mp4, in: 2.0, out: 6.0}
"""
SIGNS = "{ } [ ] : - # ' \" *a &a !x null true 1e5 .nan -1 [] {} | > ~ <<: ： .. gate % @ ? [[]] {a:b}"
SIGN_LIST = [*SIGNS.split(), " ", "\r", "\n", "\t", "\u2028", "\u3000"]
TEXTS = ["", "x", "gate", "assets/gate.png", "assets/dance.mp4", "fade", "{nobody}", "../x"]
MAPPINGS = [{}, {"type": "dissolve"}, {"name": "a", "x": 1}, {"file": None}, {"a": {}}, {"a": None}, {"look": "b"}]
CLIP = {"file": "assets/dance.mp4", "in": 3, "out": 1}
CUES = [{"file": "assets/theme.wav", "from": "bridge", "to": "gate"}]
VALUES = [None, True, 0, -1, 2.5, 10**30, *TEXTS, *MAPPINGS, [], [None], CLIP, CUES]
KEYS = sorted({key for _, part in objects(schema()) for key in part["properties"]})


def problems_of(read, text):
    try:
        read(text)
    except StoryboardInvalid as refused:
        return refused.problems
    return ()


def survives(read, text):
    lines = len(text.splitlines()) + 1
    for problem in problems_of(read, text):
        assert problem.message
        assert 1 <= problem.line <= lines
        assert problem.column >= 1


@pytest.mark.parametrize("seed", range(4))
def test_signs_put_anywhere(read, seed):
    rng = random.Random(seed)
    for _ in range(60):
        text = list(BOARD)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(text))
            text[place : place + rng.choice((0, 1, 6))] = [rng.choice(SIGN_LIST)]
        survives(read, "".join(text))


def mappings(value):
    if isinstance(value, dict):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(below)


@pytest.mark.parametrize("seed", range(4))
def test_values_put_anywhere(read, seed):
    rng = random.Random(seed)
    for _ in range(60):
        board = yaml.safe_load(BOARD)
        for _ in range(rng.randint(1, 3)):
            mapping = rng.choice(list(mappings(board)))
            mapping[rng.choice(sorted(mapping) or KEYS) if rng.random() < 0.5 else rng.choice(KEYS)] = copy.deepcopy(
                rng.choice(VALUES)
            )
        survives(read, json.dumps(board))
