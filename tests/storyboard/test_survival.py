"""Whatever stands in the file: a storyboard, or problems with their places; never anything else."""

import copy
import json
import random

import pytest
import yaml

from pipeline.errors import ProducerError, StoryboardInvalid
from pipeline.storyboard import load
from pipeline.storyboard.schema import objects, schema

BOARD = """\
title: "Kyoto: autumn"
output: {size: landscape-720p, fps: 24}
looks:
  day: {style: cinematic, lora: assets/ink.safetensors}
cast:
  heroine: {description: a woman, references: [assets/gate.png], variants: {young: {description: a girl, lora: []}}}
sequences: {arrival: {look: day}}
defaults: {look: day, camera: crane, race: {rungs: [0.5], keep: [1]}}
audio:
  music: [{file: assets/theme.wav, from: gate, bpm: 120, first_beat: 0.5}]
brand: {colours: {ink: "#f4ede4"}, logo: assets/gate.png}
subtitles: {languages: [en]}
deliver: [gif, {gif: {width: 300}}]
profiles:
  draft: {defaults: {takes: 1, seconds: 2}, output: {fps: 12}}
versions:
  - {name: short, target_seconds: 5, shots: [gate, end, long]}
  - {name: ja, language: ja, output: {size: square-720p}, audio: {duck_db: 3}}
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
  - {id: long, scene: hills, seconds: 12, split: {seconds: 4}, lines: [{text: {en: Hm., ja: うん。}, at: -0.5}]}
  - {id: beat, scene: hills, beats: 4, made: {frames: 9}, focus: {x: 0.5}, score: {allow: [dark]}, pick: 2}
  - {id: face, keyframe: {generator: flux, prompt: "{heroine}"}, lora: [{file: assets/red.safetensors, scale: 0.5}]}
  - {id: again, use: {shot: long, in: 5}, seconds: 1}
  - {id: end, card: {background: ink, image: logo}, titles: [{text: {en: A, ja: あ}, at: 1, seconds: 1}]}
"""
SIGNS = "{ } [ ] : - # ' \" *a &a !x null true 1e5 .nan -1 [] {} | > ~ <<: ： .. gate % @ ? [[]] {a:b}"
SIGN_LIST = [*SIGNS.split(), " ", "\r", "\n", "\t", "\u2028", "\u3000"]
TEXTS = ["", "x", "gate", "assets/gate.png", "assets/dance.mp4", "fade", "{nobody}", "../x"]
MAPPINGS = [{}, {"type": "dissolve"}, {"name": "a", "x": 1}, {"file": None}, {"a": {}}, {"a": None}, {"look": "b"}]
CLIP = {"file": "assets/dance.mp4", "in": 3, "out": 1}
CUES = [{"file": "assets/theme.wav", "from": "bridge", "to": "gate"}]
VALUES = [None, True, 0, -1, 2.5, 10**30, *TEXTS, *MAPPINGS, [], [None], CLIP, CUES]
KEYS = sorted({key for _, part in objects(schema()) for key in part["properties"]})


def problems_of(studio, probe, text):
    path = studio / "board.yaml"
    path.write_bytes(text.encode())
    found = []
    for which in ({}, {"profile": "draft"}, {"version": "short", "profile": "draft"}, {"version": "ja"}):
        try:
            load(path, probe, **which)
        except StoryboardInvalid as refused:
            found += refused.problems
        except ProducerError:  # the profile or version has another name now
            pass
    return found


def survives(studio, probe, text):
    lines = len(text.splitlines()) + 1
    for problem in problems_of(studio, probe, text):
        assert problem.message
        assert 1 <= problem.line <= lines
        assert problem.column >= 1


@pytest.mark.parametrize("seed", range(4))
def test_signs_put_anywhere(studio, probe, seed):
    rng = random.Random(seed)
    for _ in range(60):
        text = list(BOARD)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(text))
            text[place : place + rng.choice((0, 1, 6))] = [rng.choice(SIGN_LIST)]
        survives(studio, probe, "".join(text))


def test_the_board_itself_is_fine(studio, probe):
    assert problems_of(studio, probe, BOARD.replace(", {gif: {width: 300}}", "")) == []


def mappings(value):
    if isinstance(value, dict):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(below)


@pytest.mark.parametrize("seed", range(4))
def test_values_put_anywhere(studio, probe, seed):
    rng = random.Random(seed)
    for _ in range(60):
        board = yaml.safe_load(BOARD)
        for _ in range(rng.randint(1, 3)):
            mapping = rng.choice(list(mappings(board)))
            mapping[rng.choice(sorted(mapping) or KEYS) if rng.random() < 0.5 else rng.choice(KEYS)] = copy.deepcopy(
                rng.choice(VALUES)
            )
        survives(studio, probe, json.dumps(board))
