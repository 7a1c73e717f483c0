"""A real `dailies render` of a film with everything models can do, and what the documents say of their options."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.generators.diffusion.options import OPTIONS
from pipeline.media.frames import write_picture
from pipeline.media.probe import probe
from tests.tiny.extras import save_lora

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]
ROOT = Path(__file__).parents[3]

BOARD = """
storyboard: 1
title: Everything
output: {size: 128x96, fps: 24}
cast:
  heroine: {description: a woman in a red coat, references: [heroine.png]}
looks:
  ink: {lora: {file: ink.safetensors, scale: 0.8}}
defaults: {seconds: 0.5, takes: 2, camera: static}
disclosure: none
shots:
  - {id: raced, scene: a gate in the hills, generator: {name: wan2.1-t2v, steps: 5}, takes: 4, race: true}
  - {id: keyed, scene: a bridge, generator: svd-xt, keyframe: {generator: flux, takes: 2}}
  - {id: goes_on, generator: svd-xt, continues: keyed}
  - {id: inked, scene: a river, generator: wan2.1-t2v, look: ink}
  - {id: hers, scene: "{heroine} on a bridge", generator: animatic}
  - {id: seen, scene: "{heroine} at a gate", generator: animatediff}
"""


@pytest.mark.timeout(900)  # two renders, each with Prefect and torch
def test_a_film_with_everything(models, tmp_path):
    write_picture(tmp_path / "heroine.png", np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8))
    save_lora(tmp_path / "lora", "wan2.1-t2v").rename(tmp_path / "ink.safetensors")
    (tmp_path / "film.yaml").write_text(BOARD, "utf-8")
    done = rendered(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for noise in ("Traceback", "it/s", "torchvision", "Loading", "Warning:"):
        assert noise not in done.stdout + done.stderr
    told = json.loads((tmp_path / "renders" / "film" / "manifest.json").read_text())
    assert told["complete"]
    assert probe(tmp_path / "renders" / "film" / "film.mp4").spec.frames == 6 * 12
    desk = tmp_path / "renders" / "film" / "shots"
    scores = {shot: json.loads((desk / shot / "scores.json").read_text()) for shot in ("raced", "keyed", "goes_on")}
    assert (len(scores["raced"]["takes"]), len(scores["raced"]["stopped"])) == (1, 3)
    assert {one.name for one in (desk / "keyed").glob("key_*.png")} == {"key_1.png", "key_2.png"}
    assert len(scores["goes_on"]["takes"]) == 2
    page = (tmp_path / "renders" / "film" / "dailies.html").read_text()
    assert "raced" in page

    again = rendered(tmp_path)
    assert again.returncode == 0, again.stderr
    assert "every take of 6 shots is there" in again.stdout + again.stderr


def rendered(folder):
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "render", "film.yaml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )


def test_the_options_are_those_in_the_document():
    text = (ROOT / "docs" / "models.md").read_text("utf-8")
    table = re.search(r"<!-- options -->\n(.*?)<!-- end -->", text, re.DOTALL)[1]
    rows = "".join(f"| `{name}` | {option.words} |\n" for name, option in OPTIONS.items())
    assert table == f"| option | takes |\n|---|---|\n{rows}"
