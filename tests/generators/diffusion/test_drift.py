"""The catalog against the diffusers that is installed: every class, argument and default that it hangs on."""

import inspect

import pytest

from pipeline.generators import catalog
from pipeline.generators.diffusion.calls import CALLS, NOT_PASSED

pytestmark = pytest.mark.diffusers
MODELS = catalog.catalog().models
EACH = [(name, task) for name, entry in MODELS.items() for task in entry.tasks]

USUAL = {
    "WanPipeline": {"guidance_scale": 5.0, "guidance_scale_2": None, "max_sequence_length": 512, "output_type": "np"},
    "WanImageToVideoPipeline": {"last_image": None, "guidance_scale_2": None, "max_sequence_length": 512},
    "WanVideoToVideoPipeline": {"strength": 0.8, "max_sequence_length": 512},
    "CogVideoXPipeline": {"use_dynamic_cfg": False, "max_sequence_length": 226, "guidance_scale": 6},
    "CogVideoXImageToVideoPipeline": {"use_dynamic_cfg": False, "max_sequence_length": 226},
    "CogVideoXVideoToVideoPipeline": {"strength": 0.8, "max_sequence_length": 226},
    "StableVideoDiffusionPipeline": {
        "motion_bucket_id": 127,
        "noise_aug_strength": 0.02,
        "fps": 7,
        "num_inference_steps": 25,
        "min_guidance_scale": 1.0,
        "max_guidance_scale": 3.0,
        "decode_chunk_size": None,
    },
    "AnimateDiffPipeline": {"num_frames": 16, "guidance_scale": 7.5, "ip_adapter_image": None},
    "AnimateDiffVideoToVideoPipeline": {"strength": 0.8, "ip_adapter_image": None},
    "LTXPipeline": {"frame_rate": 25, "max_sequence_length": 128, "prompt_attention_mask": None},
    "LTXImageToVideoPipeline": {"frame_rate": 25, "max_sequence_length": 128},
    "LTXConditionPipeline": {"conditions": None, "max_sequence_length": 256, "image_cond_noise_scale": 0.15},
    "StableDiffusionPipeline": {"guidance_scale": 7.5, "ip_adapter_image": None},
    "StableDiffusionImg2ImgPipeline": {"strength": 0.8, "ip_adapter_image": None},
    "StableDiffusionXLPipeline": {"guidance_scale": 5.0, "pooled_prompt_embeds": None, "ip_adapter_image": None},
    "StableDiffusionXLImg2ImgPipeline": {"strength": 0.3, "pooled_prompt_embeds": None},
    "FluxPipeline": {"guidance_scale": 3.5, "max_sequence_length": 512, "pooled_prompt_embeds": None},
    "FluxImg2ImgPipeline": {"strength": 0.6, "max_sequence_length": 512, "pooled_prompt_embeds": None},
}
"""Defaults that our own settings leave as they are, or were chosen against: one that moves changes every take."""


def parameters(name):
    import diffusers

    return inspect.signature(getattr(diffusers, name).__call__).parameters


@pytest.mark.parametrize(("name", "task"), EACH)
def test_every_argument_of_the_catalog_is_one_of_the_pipelines(name, task):
    entry = MODELS[name]
    known = parameters(entry.calls[task])
    of_amounts = {key for amount in entry.amounts.values() for key in amount if key != "words"}
    dropped = NOT_PASSED.get(entry.calls[task], ())
    extra = {"strength"} if task in ("video_to_video", "frame_by_frame") else set()
    asked = {*entry.asks, *of_amounts, *extra} - set(dropped)
    if "guidance_scale_2" not in known:
        asked -= {"guidance_scale_2"}
    assert asked <= known.keys(), asked - known.keys()


@pytest.mark.parametrize("name", CALLS)
def test_every_call_takes_what_it_is_given(name):
    call, known = CALLS[name], parameters(name)
    named = {one for one in (call.picture, call.last, call.footage, call.length) if one}
    assert {*named, "generator", "callback_on_step_end", "output_type", "num_inference_steps"} <= known.keys()
    assert not call.sized or {"height", "width"} <= known.keys()
    assert not call.reads or {"prompt_embeds"} <= known.keys()


@pytest.mark.parametrize("name", CALLS)
def test_defaults_are_those_the_catalog_was_written_against(name):
    known = parameters(name)
    assert {key: known[key].default for key in USUAL[name]} == USUAL[name]


def test_every_class_of_the_catalog_is_known_here():
    assert {one for entry in MODELS.values() for one in entry.calls.values()} <= CALLS.keys()


@pytest.mark.parametrize("name", [name for name, entry in MODELS.items() if "class" in entry.scheduler])
def test_every_scheduler_takes_its_settings(name):
    import diffusers

    rule = MODELS[name].scheduler
    known = inspect.signature(getattr(diffusers, rule["class"]).__init__).parameters
    assert set(rule) - {"class"} <= known.keys()
