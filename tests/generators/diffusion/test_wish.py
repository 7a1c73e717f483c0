"""What each model of the catalog makes of a wish: at the edges of its lengths and sizes."""

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.generators.diffusion import Diffusion
from pipeline.generators.diffusion.shape import NEAR, _off, size_for
from pipeline.model import GenerationPlan, Size
from pipeline.ports import Problems
from pipeline.timeline import frames_needed, resampled
from tests.generators.diffusion.wishes import EACH, FILM, MODELS, planned, wish

CLIPS = [name for name, entry in MODELS.items() if entry.fps]


def film_frames(entry, seconds_of_model):
    """Frames of a film at 24 a second for which a model must make just so many."""
    return max(n for n in range(1, 6000) if frames_needed(n, Fraction(24), entry.fps) <= seconds_of_model)


@pytest.mark.parametrize(("name", "task"), EACH)
def test_a_plan_is_legal_and_long_enough(name, task):
    entry = MODELS[name]
    for frames in (1, 2, 7, 24, 25, 47):
        plan = planned(name, task, frames)
        assert isinstance(plan, GenerationPlan), plan
        made, kept = plan.levers["frames"], plan.spec.frames
        if entry.fps and entry.frames.lengths:
            assert made in entry.frames.lengths
        elif entry.fps:
            assert (made - entry.frames.plus) % entry.frames.step == 0
            assert entry.frames.least <= made <= entry.frames.most
        assert kept <= made
        assert task == "text_to_image" or resampled(kept, plan.spec.rate, Fraction(24)) >= frames
        assert plan.spec.size.width % entry.multiple == plan.spec.size.height % entry.multiple == 0
        assert plan.task == task
        assert plan.levers["call"] == entry.calls[task]
        assert plan.compute_seconds > 0


@pytest.mark.parametrize("name", CLIPS)
def test_the_longest_clip_is_made_and_one_frame_more_is_refused(name):
    entry, task = MODELS[name], MODELS[name].tasks[0]
    most = max(entry.frames.lengths, default=entry.frames.most)
    longest = film_frames(entry, most)
    plan = planned(name, task, longest)
    assert plan.levers["frames"] == most
    refused = planned(name, task, longest + 2)
    assert isinstance(refused, Problems)
    assert [key for key, _ in refused] == ["seconds"]
    assert f"{most} frames" in refused[0][1]
    assert "split" in refused[0][1]


@pytest.mark.parametrize("name", CLIPS)
def test_the_shortest_wish_gets_the_least_that_the_model_makes(name):
    entry = MODELS[name]
    plan = planned(name, entry.tasks[0], 1)
    least = min(entry.frames.lengths, default=entry.frames.least)
    assert plan.levers["frames"] == least
    assert entry.frames.legal(0) == least


def test_lengths_follow_each_models_rule():
    legal = {name: MODELS[name].frames.legal for name in MODELS}
    assert [legal["wan2.2-t2v"](n) for n in (1, 5, 6, 9, 78, 81, 82)] == [5, 5, 9, 9, 81, 81, None]
    assert [legal["cogvideox-2b"](n) for n in (10, 13, 49, 50)] == [17, 17, 49, None]
    assert [legal["ltx-video"](n) for n in (8, 9, 10, 258)] == [9, 9, 17, None]
    assert [legal["svd-xt"](n) for n in (1, 14, 15, 25, 26)] == [14, 14, 25, 25, None]
    assert [legal["animatediff"](n) for n in (3, 9, 32, 33)] == [8, 9, 32, None]
    assert [legal["cogvideox1.5-5b"](n) for n in (1, 18, 161, 162)] == [17, 33, 161, None]


# ---------------------------------------------------------------- size


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("film", [FILM, Size(1080, 1920), Size(1080, 1080), Size(1920, 804), Size(720, 576)])
def test_a_size_fits_the_model_and_where_it_can_the_film(name, film):
    entry = MODELS[name]
    size = size_for(entry, film, None)
    assert size.width % entry.multiple == size.height % entry.multiple == 0
    if entry.shape == "any":
        assert _off(size, film) < 0.08, f"{size} for {film}"
        assert 0.85 < size.pixels / entry.sizes[0].pixels < 1.15
    else:
        turned = {Size(one.height, one.width) for one in entry.sizes} if entry.upright else set()
        assert size in {*entry.sizes, *turned}


def test_an_upright_film_gets_upright_takes_where_the_model_can():
    assert size_for(MODELS["wan2.2-t2v"], Size(1080, 1920), None) == Size(480, 832)
    assert size_for(MODELS["svd-xt"], Size(1080, 1920), None) == Size(576, 1024)
    assert size_for(MODELS["cogvideox-2b"], Size(1080, 1920), None) == Size(720, 480)
    assert size_for(MODELS["wan2.2-t2v"], FILM, None) == Size(832, 480)
    assert NEAR == 0.05


def test_a_producer_may_ask_for_a_size():
    assert planned("wan2.2-t2v", "text_to_video", options={"size": "1280x720"}).spec.size == Size(1280, 720)
    assert planned("wan2.2-t2v", "text_to_video", options={"size": "640x384"}).spec.size == Size(640, 384)
    odd = planned("wan2.2-t2v", "text_to_video", options={"size": "650x384"})
    assert odd == (("generator", "wan2.2-t2v does not make 650x384: write both sides multiples of 16"),)
    fixed = planned("cogvideox-2b", "text_to_video", options={"size": "640x384"})
    assert fixed == (("generator", "cogvideox-2b does not make 640x384: write one of 720x480"),)


def test_a_larger_size_has_its_own_scheduler_setting():
    small = planned("wan2.2-t2v", "text_to_video").levers["scheduler"]
    large = planned("wan2.2-t2v", "text_to_video", options={"size": "1280x720"}).levers["scheduler"]
    assert (small, large) == ({"flow_shift": 3.0}, {"flow_shift": 5.0})


# ---------------------------------------------------------------- trims


def test_a_scene_told_in_words_keeps_all_frames_unless_another_shot_goes_on_from_it():
    asked = wish("cogvideox-2b", "text_to_video", 30)
    assert Diffusion("cogvideox-2b").plan(asked).spec.frames == 17
    assert Diffusion("cogvideox-2b").plan(replace(asked, exact=True)).spec.frames == 11


def test_what_starts_from_a_picture_is_cut_at_its_end():
    plan = planned("wan2.2-i2v", "image_to_video", 24)
    assert (plan.levers["frames"], plan.spec.frames, plan.spec.rate) == (17, 17, 16)
    plan = planned("wan2.2-i2v", "image_to_video", 20)
    assert (plan.levers["frames"], plan.spec.frames) == (17, 14)


def test_a_passage_arrives_at_its_last_frame():
    plan = planned("wan2.2-i2v", "first_last", 20)
    assert (plan.levers["frames"], plan.spec.frames) == (17, 17)
    assert plan.spec.rate == Fraction(16 * 17, 14)
