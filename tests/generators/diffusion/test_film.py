"""Every model of the catalog through the whole film: tiny weights, the real pipelines, the real loader."""

import json
from fractions import Fraction

import numpy as np
import pytest

from pipeline.generators import catalog, weights
from pipeline.generators.diffusion import resident, words
from pipeline.media.frames import TAKE, read, write, write_picture
from pipeline.media.probe import probe
from pipeline.model import Size, Spec

pytestmark = [pytest.mark.diffusers, pytest.mark.slow]

BOARD = """
storyboard: 1
title: Every model
output: {size: 128x96, fps: 24}
looks: {plain: {negative: blurry}}
defaults: {seconds: 0.5, takes: 2, look: plain, camera: static, transition: cut}
finish: {harmonise: false}
disclosure: none
shots:
"""
SHOTS = {
    "wan22": "generator: wan2.2-t2v, scene: a gate in the hills",
    "wan22_dance": "generator: wan2.2-t2v, scene: a dancer in ink, source: clip.mp4, strength: 0.5",
    "wan22_still": "generator: wan2.2-i2v, scene: the gate opens, first_frame: a.png",
    "wan22_goal": "generator: wan2.2-i2v, scene: the gate opens, first_frame: a.png, last_frame: b.png",
    "wan5b": "generator: wan2.2-ti2v-5b, scene: a bridge",
    "wan5b_still": "generator: wan2.2-ti2v-5b, scene: a bridge, first_frame: a.png",
    "wan21": "generator: wan2.1-t2v, scene: a river",
    "wan21_still": "generator: wan2.1-i2v, scene: a river, first_frame: a.png",
    "wan21_goal": "generator: wan2.1-flf2v, scene: a river, first_frame: a.png, last_frame: b.png",
    "cog": "generator: cogvideox-2b, scene: rain on a roof",
    "cog_dance": "generator: cogvideox-2b, scene: rain on a roof, source: clip.mp4, strength: 0.5",
    "cog_still": "generator: cogvideox-5b-i2v, scene: rain on a roof, first_frame: a.png",
    "cog15": "generator: cogvideox1.5-5b, scene: rain on a roof",
    "anim": "generator: animatediff, scene: a paper boat",
    "anim_dance": "generator: animatediff, scene: a paper boat, source: clip.mp4, strength: 0.5",
    "ltx": "generator: ltx-video, scene: a harbour",
    "ltx_still": "generator: ltx-video, scene: a harbour, first_frame: a.png",
    "ltx_goal": "generator: ltx-video, scene: a harbour, first_frame: a.png, last_frame: b.png",
    "ltx_dance": "generator: ltx-video, scene: a harbour, source: clip.mp4, strength: 0.5",
    "sd_dance": "generator: sd1.5, scene: a dancer in ink, source: clip.gif, strength: 0.5",
    "sdxl_dance": "generator: sdxl, scene: a dancer in ink, source: clip.mp4, strength: 0.5",
    "flux_dance": "generator: flux, scene: a dancer in ink, source: clip.mp4, strength: 0.5",
    "svd": "generator: svd-xt, first_frame: a.png",
    "svd_on": "generator: svd-xt, continues: svd",
    "shown": "generator: wan2.2-t2v, source: {file: clip.mp4, use: as_is}",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the board and what it is made from."""
    folder = tmp_path_factory.mktemp("every-model")
    rng = np.random.default_rng(0)

    def picture():
        return np.kron(rng.integers(0, 255, (6, 8, 3), np.uint8), np.ones((16, 16, 1), np.uint8))

    for name in "ab":
        write_picture(folder / f"{name}.png", picture())
    ground = picture()
    moving = [np.roll(ground, 2 * k, axis=1) for k in range(24)]
    write(folder / "clip.mp4", iter(moving), Spec(Size(128, 96), Fraction(24), 24), TAKE)
    from PIL import Image

    first, *others = (Image.fromarray(one) for one in moving)
    first.save(folder / "clip.gif", save_all=True, append_images=others, duration=40, loop=0)
    lines = [f"  - {{id: {name}, {what}}}" for name, what in SHOTS.items()]
    (folder / "board.yaml").write_text(BOARD + "\n".join(lines) + "\n", "utf-8")
    return folder


def frames_of(path):
    return np.stack(list(read(path))).astype(int)


@pytest.mark.timeout(1200)  # twice a film of 25 shots by sixteen models
def test_a_film_by_every_model(desk, models, shoot, tmp_path, monkeypatch):
    read_prompts = []
    encode = words.encoded

    def counted(pipe, plan, device):
        read_prompts.append((plan.levers["model"], plan.prompt))
        return encode(pipe, plan, device)

    monkeypatch.setattr(words, "encoded", counted)
    production = shoot(desk / "board.yaml", tmp_path / "one")
    states = production.shots

    # every take is there, as long as foretold, and no two are alike
    for name, state in states.items():
        assert not state.failures, {number: str(one) for number, one in state.failures.items()}
        assert len(state.takes) == (2 if name != "shown" else 1)
        for take in state.takes.values():
            assert probe(take.clip).spec == state.plan.generation.spec
        if name != "shown":
            one, two = (frames_of(state.takes[number].clip) for number in (1, 2))
            assert np.abs(one - two).mean() > 1, name

    # the film has the frames it promised
    assert probe(production.folder / "film.mp4").spec == Spec(Size(128, 96), Fraction(24), 12 * len(SHOTS))

    # each prompt was read once for its shot and never again, each model and its encoders were loaded once
    made = [one.plan.generation for name, one in states.items() if name != "shown"]
    asked = {(one.levers["model"], one.prompt) for one in made if one.prompt}
    assert sorted(read_prompts) == sorted(asked)
    used = {one.levers["model"] for one in made}
    for model in used:
        identity = weights.here(model).identity
        assert resident.loads[identity] == 1, model
        assert resident.loads[f"words of {identity}"] == (1 if catalog.models()[model].reads else 0), model

    # the same film in another studio: the same bits
    again = shoot(desk / "board.yaml", tmp_path / "two")
    for name, state in states.items():
        for number, take in state.takes.items():
            assert take.entry.sha256("data.mp4") == again.shots[name].takes[number].entry.sha256("data.mp4"), name


def test_a_take_tells_how_it_was_made(desk, models, shoot, tmp_path):
    board = desk / "two.yaml"
    board.write_text(BOARD + f"  - {{id: gate, {SHOTS['wan22']}}}\n  - {{id: still, {SHOTS['svd']}}}\n", "utf-8")
    production = shoot(board)
    told = production.shots["gate"].takes[1].entry.record["provenance"]
    assert told["weights"] == weights.here("wan2.2-t2v").identity
    assert (told["class"], told["task"], told["size"]) == ("WanPipeline", "text_to_video", "64x64")
    assert told["arguments"] == {"num_inference_steps": 4, "guidance_scale": 4.0, "guidance_scale_2": 3.0}
    assert told["scheduler"]["class"] == "UniPCMultistepScheduler"
    assert told["scheduler"]["flow_shift"] == 3.0
    assert told["frames"] == {"made": 9, "kept": 9}
    assert told["seed"] == production.shots["gate"].takes[1].plan.seed
    assert (told["dtype"], told["device"], told["rung"]) == ("float32", "cpu", "whole")
    assert (told["prompt"], told["negative"]) == ("a gate in the hills, static locked-off camera", "blurry")
    assert len(told["words_sha256"]) == 64
    assert told["tokens_not_read"] == 0
    assert {"torch", "diffusers", "transformers"} <= told["libraries"].keys()
    assert told["seconds"]["drawing"] > 0
    assert production.shots["still"].takes[1].entry.record["provenance"]["words_sha256"] is None


def test_a_scheduler_that_shifts_is_one_for_every_way_of_ltx(desk, models, shoot, tmp_path, monkeypatch):
    """As the published weights have it: with `use_dynamic_shifting`, which one pipeline of LTX cannot do."""
    from tests.tiny.studio import models_folder

    folder = models_folder(tmp_path / "shifting", "ltx-video")
    config = folder / "ltx-video" / "scheduler" / "scheduler_config.json"
    told = json.loads(config.read_text())
    config.write_text(json.dumps(told | {"use_dynamic_shifting": True, "shift_terminal": 0.1}))
    monkeypatch.setenv("DAILIES_MODELS", str(folder))
    ways = ("ltx", "ltx_still", "ltx_goal", "ltx_dance")
    board = desk / "shifting.yaml"
    board.write_text(BOARD + "\n".join(f"  - {{id: {name}, {SHOTS[name]}}}" for name in ways) + "\n", "utf-8")
    states = shoot(board).shots
    assert [str(one) for state in states.values() for one in state.failures.values()] == []


def test_what_is_there_is_not_made_again_and_no_model_is_loaded_for_it(desk, models, shoot, tmp_path):
    board = desk / "again.yaml"
    board.write_text(BOARD + f"  - {{id: gate, {SHOTS['wan22']}}}\n", "utf-8")
    shoot(board)
    resident.loads.clear()
    shoot(board)
    assert not resident.loads
