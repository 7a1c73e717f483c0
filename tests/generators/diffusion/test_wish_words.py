"""What each model of the catalog reads, which settings it gets, what it refuses, and with which cure."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.generators.diffusion import Diffusion
from pipeline.model import GenerationPlan, Motion, Race, Weights
from pipeline.ports import Problems
from tests.generators.diffusion.wishes import MODELS, planned, wish


def test_how_much_moves_becomes_the_models_own_parameter():
    buckets = {
        amount: planned("svd-xt", "image_to_video", motion=Motion(amount=amount))
        .levers["arguments"]
        .get("motion_bucket_id")
        for amount in ("static", "low", "medium", "high", None)
    }
    assert buckets["static"] < buckets["low"] < buckets["medium"] < buckets["high"]
    assert buckets["medium"] == 127
    assert buckets[None] is None
    told = planned("wan2.2-t2v", "text_to_video", motion=Motion(amount="high"))
    assert told.prompt == "a gate in the hills, fast, lively movement"
    verbatim = planned("wan2.2-t2v", "text_to_video", motion=Motion(amount="high"), prompt="a gate")
    assert verbatim.prompt == "a gate"


def test_strength_becomes_the_models_own_parameter():
    assert planned("animatediff", "video_to_video", strength=0.4).levers["arguments"]["strength"] == 0.4
    assert planned("animatediff", "video_to_video", strength=None).levers["arguments"]["strength"] == 0.3


def test_steps_and_guidance_may_be_asked_for():
    given = planned("wan2.2-t2v", "text_to_video", options={"steps": 12, "guidance": Fraction(7, 2)}).levers[
        "arguments"
    ]
    assert given == {"num_inference_steps": 12, "guidance_scale": 3.5, "guidance_scale_2": 3.5}


def test_only_models_that_read_get_words():
    assert planned("svd-xt", "image_to_video").prompt == ""
    assert planned("flux", "text_to_image").negative == ""
    assert planned("sdxl", "text_to_image").negative == "blurry"


@pytest.mark.parametrize("name", [name for name in MODELS if MODELS[name].reads])
def test_a_prompt_over_the_limit_is_told_before_the_night(name):
    tokens, task = MODELS[name].reads.tokens, MODELS[name].tasks[0]
    assert isinstance(planned(name, task, prompt=" ".join(["gate"] * (tokens - 1))), GenerationPlan)
    refused = planned(name, task, prompt=" ".join(["gate"] * tokens))
    assert [key for key, _ in refused] == ["prompt"]
    assert f"{tokens} tokens" in refused[0][1]


def doubts(plan):
    return dict(plan.doubts)


def test_doubts_are_told_and_decide_nothing():
    japanese = planned("cogvideox-2b", "text_to_video", prompt="霧の門")
    assert "English, not Japanese" in doubts(japanese)["prompt"]
    assert "dailies models pull cogvideox-2b" in doubts(japanese)["generator"]
    blind = planned("svd-xt", "image_to_video", camera="pan_left")
    assert "no camera move" in doubts(blind)["camera"]
    here = Weights(Path("svd-xt"), "hub:x@1", "StableVideoDiffusionPipeline")
    quiet = Diffusion("svd-xt").plan(replace(wish("svd-xt", "image_to_video"), weights=here))
    assert quiet.doubts == ()
    assert quiet.levers["weights"] == "hub:x@1"


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("name", "task", "key", "said"),
    [
        ("svd-xt", "text_to_video", "first_frame", "add `first_frame`, `keyframe` or `continues`"),
        ("svd-xt", "first_last", "last_frame", "leave `last_frame` out, or name wan2.2-i2v"),
        ("wan2.2-t2v", "image_to_video", "first_frame", "or name wan2.2-i2v"),
        ("svd-xt", "video_to_video", "source", "leave `strength` out"),
        ("wan2.1-flf2v", "text_to_video", "generator", "cannot start from words alone: name wan2.2-t2v"),
    ],
)
def test_what_cannot_be_had_is_told_with_a_cure(name, task, key, said):
    refused = planned(name, task)
    assert isinstance(refused, Problems)
    assert [one for one, _ in refused] == [key]
    assert said in refused[0][1]


def test_a_last_frame_needs_a_first():
    asked = wish("wan2.2-i2v", "first_last")
    refused = Diffusion("wan2.2-i2v").plan(replace(asked, inputs=asked.inputs[1:]))
    assert refused == (("last_frame", "a last frame needs a first frame to start from: add `first_frame`"),)


def test_a_race_and_a_cache_do_not_go_together():
    refused = planned("wan2.2-t2v", "text_to_video", options={"cache": "first_block"}, race=Race((0.5,), (1,)))
    assert refused == (("race", "takes that race cannot skip steps: leave `cache` or `race` out"),)


def test_a_picture_model_makes_no_clips():
    asked = wish("flux", "text_to_image")
    refused = Diffusion("flux").plan(replace(asked, spec=replace(asked.spec, frames=24)))
    assert refused == (("generator", "flux makes pictures, not clips: name it in `keyframe`, and a video model here"),)


def test_other_weights_must_be_of_a_class_that_fits():
    here = Weights(Path("models/portraits"), "folder:1", "FluxPipeline")
    refused = Diffusion("wan2.2-t2v").plan(replace(wish("wan2.2-t2v", "text_to_video"), weights=here))
    assert refused[0][0] == "generator"
    assert "portraits holds a FluxPipeline" in refused[0][1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"stepz": 4}, "did you mean `steps`?"),
        ({"steps": 0}, "steps: 0 is not a whole number of steps"),
        ({"steps": True}, "steps: True is not"),
        ({"guidance": "much"}, "guidance: 'much' is not a number"),
        ({"size": "large"}, "size: 'large' is not a size"),
        ({"path": "../../etc"}, "path: '../../etc' is not a folder inside the models folder"),
        ({"path": "/etc"}, "path: '/etc' is not"),
        ({"model": "a/b/c"}, "model: 'a/b/c' is not a hub id"),
        ({"model": "a/b", "path": "c"}, "`model` and `path` both name the weights"),
        ({"device": "tpu"}, "one of auto, cuda, mps, cpu"),
        ({"crf": 40}, "0 (lossless) to 30"),
    ],
)
def test_options_are_checked(options, said):
    refused = planned("wan2.2-t2v", "text_to_video", options=options)
    assert isinstance(refused, Problems)
    assert any(said in what for _, what in refused), refused


def test_what_decides_pixels_decides_the_key_and_what_does_not_does_not():
    asked = wish("wan2.2-t2v", "text_to_video")
    key = Diffusion("wan2.2-t2v").plan(asked).recipe(1).key

    def changed(**more):
        return Diffusion("wan2.2-t2v").plan(replace(asked, options={**asked.options, **more})).recipe(1).key

    for options in ({"steps": 20}, {"dtype": "float16"}, {"compile": True}, {"path": "tuned"}, {"crf": 0}):
        assert changed(**options) != key, options
    assert changed(device="auto") == key
    assert changed(compile=False) == key
    other = replace(asked, shot=replace(asked.shot, id="other", takes=9))
    assert Diffusion("wan2.2-t2v").plan(other).recipe(1).key == key
