"""How takes become film, decided without their pixels."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import registry
from pipeline.errors import StoryboardInvalid, ToolMissing
from pipeline.material import mezzanine_recipe, steps_of
from pipeline.model import Asset, Finish, Output, Size, Source, Spec, Upscale, Use
from pipeline.plan import finishing
from tests.test_plan import board, one, plan

MODEL = Upscale("realesrgan", "tiny-x2")


@pytest.mark.parametrize(
    ("wanted", "cure"),
    [
        (Finish(interpolate="rife"), "dailies models pull rife-v4.6"),
        (Finish(upscale=Upscale("realesrgan")), "dailies models pull realesr-general-x4v3"),
        (Finish(upscale=MODEL), "lay its file of weights into"),
    ],
)
def test_weights_that_are_not_here_are_told_before_anything_is_made(wanted, cure, monkeypatch, tmp_path):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    with pytest.raises(ToolMissing) as found:
        plan(board(one(), finish=wanted))
    assert cure in str(found.value)
    assert plan(board(one(), finish=Finish(interpolate="auto"))).shots[0].steps[0] == "8 to 24 fps"


@pytest.mark.usefixtures("finishing_models")
def test_a_model_for_something_else_is_told():
    with pytest.raises(StoryboardInvalid, match=r"finish.upscale.model: .*does not enlarge"):
        plan(board(one(), finish=Finish(upscale=Upscale("realesrgan", "rife-v4.6"))))


@pytest.mark.parametrize("method", ["auto", "flow", "blend", "repeat"])
def test_every_interpolation_that_is_planned_can_be_made(method):
    shot = plan(board(one(), finish=Finish(interpolate=method))).shots[0]
    assert shot.mezzanine
    (step,) = steps_of(shot, Finish(interpolate=method), shot.generation.spec.size, ())
    recipe = mezzanine_recipe(shot, [step], shot.takes[0])
    assert (recipe.kind, recipe.tool) == ("mezzanine/1", f"flow@{step.version}")


@pytest.mark.usefixtures("finishing_models")
@pytest.mark.parametrize(
    ("first", "names", "words"),
    [
        ("auto", ["denoise", "realesrgan", "stabilise", "flow"], ["denoise", "tiny-x2 to 128x72", "8 to 24 fps"]),
        ("upscale", ["denoise", "realesrgan", "stabilise", "flow"], ["denoise", "tiny-x2 to 128x72", "8 to 24 fps"]),
        (
            "interpolate",
            ["denoise", "flow", "realesrgan", "stabilise"],
            ["denoise", "8 to 24 fps", "tiny-x2 to 128x72"],
        ),
    ],
)
def test_steps_stand_in_the_order_that_costs_least_unless_it_is_fixed(first, names, words):
    wanted = Finish(upscale=replace(MODEL, stabilise=0.5), denoise=0.5, sharpen=0.2, first=first)
    made = plan(board(one(), finish=wanted))
    shot = made.shots[0]
    assert list(shot.steps) == [*words, "sharpen"]
    steps = steps_of(shot, wanted, shot.generation.spec.size, [made.output])
    assert [step.name for step in steps] == names
    assert steps[names.index("realesrgan")].size == Size(128, 96)  # as large as the film shows the whole of it


@pytest.mark.usefixtures("finishing_models")
def test_what_a_model_costs_without_a_gpu_is_told(monkeypatch):
    wanted = Finish(upscale=MODEL)
    monkeypatch.setattr(finishing.registry, "has_gpu", lambda: False)
    (told,) = plan(board(one(), finish=wanted)).warnings
    assert (told.path, told.warning) == ("finish.upscale", True)
    assert "no GPU was found here: enlarging by a model takes about 1 min" in told.message
    assert not plan(board(one(), finish=Finish())).warnings
    monkeypatch.setattr(finishing.registry, "has_gpu", lambda: True)
    assert not plan(board(one(), finish=wanted)).warnings


def test_the_dearest_step_sees_the_fewest_pixels():
    costly, cheap = Finish(upscale=Upscale("realesrgan", "realesrgan-x4plus")), Finish(interpolate="rife")
    small, large = Spec(Size(640, 360), Fraction(16), 32), Size(1920, 1080)
    assert finishing.enlarges_first(costly, small, Fraction(24), large)
    assert not finishing.enlarges_first(costly, replace(small, rate=Fraction(48)), Fraction(24), large)
    light = Upscale("realesrgan", "realesr-animevideov3")
    assert finishing.enlarges_first(replace(cheap, interpolate="flow", upscale=light), small, Fraction(24), large)
    assert not finishing.enlarges_first(replace(cheap, upscale=light), small, Fraction(24), large)


@pytest.mark.usefixtures("finishing_models")
def test_what_is_as_large_already_and_what_is_used_as_it_is_meets_no_model():
    wanted = Finish(upscale=MODEL, denoise=0.5)
    small = replace(board(one(), finish=wanted), output=Output(Size(64, 48), Fraction(8)))
    assert plan(small).shots[0].steps == ("denoise",)
    assert plan(small).shots[0].mezzanine
    assert not plan(replace(small, finish=Finish(upscale=MODEL))).shots[0].mezzanine
    nearly = replace(board(one(), finish=Finish(upscale=MODEL)), output=Output(Size(72, 54), Fraction(8)))
    assert plan(nearly).shots[0].steps == ("lanczos to 72x54",)
    footage = one(source=Source(Asset("f.mp4", Path("f.mp4")), as_is=True))
    assert not finishing.treated(footage, plan(small).shots[0].generation)


@pytest.mark.usefixtures("finishing_models")
def test_what_a_trained_model_finishes_is_known_and_what_is_left_as_it_is_is_shown_so_again():
    again = replace(one("again"), use=Use("a"))
    made = plan(board(one(), again, finish=Finish(interpolate="rife", upscale=MODEL, denoise=0.5)))
    assert [(shot.treated, shot.trained) for shot in made.shots] == [(True, True)] * 2
    assert not plan(board(one())).shots[0].trained
    left = replace(made.shots[0], treated=False)
    wanted = Finish(interpolate="rife", upscale=MODEL, denoise=0.5)
    assert [step.name for step in steps_of(left, wanted, left.generation.spec.size, [made.output])] == ["flow"]


@pytest.mark.usefixtures("finishing_models")
def test_settings_of_a_model_where_none_is_used_are_told():
    (told,) = plan(board(one(), finish=Finish(upscale=Upscale("lanczos", "tiny-x2")))).warnings
    assert (told.path, "name: realesrgan" in told.message) == ("finish.upscale", True)


def test_a_second_file_that_is_missing_is_told_with_the_first(monkeypatch, tmp_path):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    (tmp_path / "realesr-general-x4v3").mkdir()
    (tmp_path / "realesr-general-x4v3" / "realesr-general-x4v3.pth").write_bytes(b"weights")
    with pytest.raises(ToolMissing):
        plan(board(one(), finish=Finish(upscale=Upscale("realesrgan"))))
    assert plan(board(one(), finish=Finish(upscale=Upscale("realesrgan", denoise=1.0))))


@pytest.mark.usefixtures("finishing_models")
def test_auto_is_the_trained_model_where_it_may_run_on_a_gpu(monkeypatch):
    monkeypatch.setattr(registry, "_gpus", lambda _: ("GPU-a",))
    monkeypatch.setattr(registry, "_without_cuda", lambda: False)
    assert registry.between("auto") == "flow"  # the processor is asked for
    monkeypatch.delenv("DAILIES_DEVICE")
    assert registry.between("auto") == "rife"
    monkeypatch.setenv("DAILIES_MODELS", "/nowhere")
    assert registry.between("auto") == "flow"
