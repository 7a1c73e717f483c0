"""The previz generator: it makes what it foretold, obeys its seed, and says what it cannot do."""

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import imageio_ffmpeg
import numpy as np
import pytest

from pipeline import score
from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.generators import animatic, animatic_wish
from pipeline.media.frames import read, read_picture
from pipeline.media.probe import probe
from pipeline.model import GenerationPlan, Motion, Order, Size, Spec
from pipeline.ports import Problems


def frames_of(result):
    return np.stack(list(read(result.order.out))).astype(int)


def counted(path):
    """Let the bundled ffmpeg, not our reader, decode and count."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-stats", "-i", str(path), "-f", "null", "-"]
    told = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stderr
    return int(re.findall(r"frame=\s*(\d+)", told)[-1])


def test_a_drawn_take_is_what_was_foretold(maker, look, windy):
    plan = maker.tool.plan(maker.wish(camera="dolly_in", look=look, motion=windy))
    assert isinstance(plan, GenerationPlan)
    assert (plan.task, plan.generator, plan.seeded) == ("drawn", "animatic@2", True)
    result = maker.take(plan)
    assert probe(result.order.out).spec == plan.spec == Spec(Size(160, 96), Fraction(24), 12)
    assert counted(result.order.out) == 12
    assert result.compute_seconds > 0


def test_the_same_seed_gives_the_same_frames_and_another_seed_others(maker):
    plan = maker.tool.plan(maker.wish("a lighthouse above the sea"))
    first, again, other = (
        frames_of(maker.take(plan, seed, name=f"{place}.mp4")) for place, seed in enumerate((5, 5, 6))
    )
    assert np.array_equal(first, again)
    assert np.abs(first - other).mean() > 4


@pytest.mark.parametrize(
    ("film", "wanted"),
    [
        (Size(1920, 1080), Size(1280, 720)),
        (Size(1080, 1920), Size(720, 1280)),
        (Size(1080, 1080), Size(960, 960)),
        (Size(640, 360), Size(640, 360)),
        (Size(4096, 1716), Size(1280, 536)),
    ],
)
def test_previz_size_is_even_small_and_never_above_the_films(film, wanted):
    assert animatic_wish.size_for(film) == wanted


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(24000, 1001), Fraction(60)])
def test_the_films_own_rate_and_count_are_kept(maker, rate):
    assert maker.tool.plan(maker.wish(rate=rate, frames=37)).spec == Spec(Size(160, 96), rate, 37)


def test_fast_films_are_drawn_at_half_their_rate_with_enough_frames(maker):
    spec = maker.tool.plan(maker.wish(rate=Fraction(120), frames=37)).spec
    assert (spec.rate, spec.frames) == (60, 19)
    assert maker.tool.plan(maker.wish(rate=Fraction(120), frames=38)).spec.frames == 20


def test_the_label_is_there_unless_it_is_turned_off(maker):
    shown, hidden = (
        maker.tool.plan(maker.wish(camera="pan_left", options={"label": label})) for label in (True, False)
    )
    assert shown.recipe(1).key != hidden.recipe(1).key
    gap = np.abs(frames_of(maker.take(shown, name="a.mp4")) - frames_of(maker.take(hidden, name="b.mp4"))).mean(
        axis=(0, 2, 3)
    )
    assert gap[-20:].mean() > 25
    assert gap[:40].mean() < 3


def test_a_labelled_take_keeps_its_last_frame_clean_for_shots_that_go_on(maker):
    labelled = maker.take(maker.tool.plan(maker.wish()))
    bare = maker.take(maker.tool.plan(maker.wish(options={"label": False})), name="bare.mp4")
    clean = read_picture(animatic.clean_last(labelled.order.out)).astype(int)
    assert np.abs(clean - frames_of(bare)[-1]).mean() < 4
    assert not animatic.clean_last(bare.order.out).exists()


def test_what_the_producer_sees_decides_the_key(maker, look):
    base = maker.wish("a river", camera="pan_left")
    keys = {
        maker.tool.plan(one).recipe(1).key
        for one in (
            base,
            replace(base, shot=replace(base.shot, scene="a sea")),
            replace(base, shot=replace(base.shot, camera="pan_right")),
            replace(base, shot=replace(base.shot, motion=Motion(amount="high"))),
            replace(base, shot=replace(base.shot, motion=Motion(details="snow"))),
            replace(base, shot=replace(base.shot, look=look)),
            replace(base, options={"blemish": {2: "cut"}}),
        )
    }
    assert len(keys) == 7


def test_camera_words_in_any_language_are_one_camera(maker):
    plans = [
        maker.tool.plan(maker.wish(camera=words)) for words in ("dolly_in", "ドリーイン", "slow push towards the gate")
    ]
    assert {plan.levers["camera"] for plan in plans} == {"dolly_in"}
    japanese = maker.tool.plan(maker.wish("門の前", camera="dolly_in"))
    assert japanese.levers["label"]["camera"] == "ドリーイン"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"lable": False}, "did you mean `label`"),
        ({"label": "no"}, "true or false"),
        ({"blemish": "frozen"}, "blemish: {2: frozen}"),
        ({"blemish": {2: "frozn"}}, "did you mean `frozen`"),
        ({"blemish": {"two": "cut"}}, "not the number of a take"),
        ({"steps": 40}, "it knows label and blemish"),
    ],
)
def test_options_it_cannot_take_are_named_with_their_cure(maker, options, said):
    found = maker.tool.plan(maker.wish(options={"head": 0, "tail": 2, **options}))
    assert isinstance(found, Problems)
    assert said in dict(found)["generator"]


def test_a_planted_fault_strikes_its_take_alone(maker):
    wish = maker.wish("a sea", camera="pan_left", frames=24, options={"blemish": {"2": "frozen"}, "label": False})
    plan = maker.tool.plan(wish)
    clean, faulty = (frames_of(maker.take(plan, 7, take, f"{take}.mp4")) for take in (1, 2))
    assert np.abs(np.diff(clean[8:16], axis=0)).mean() > 1.0
    assert np.abs(np.diff(faulty[8:16], axis=0)).mean() < 0.35


@pytest.mark.parametrize("fault", animatic_wish.FAULTS)
def test_every_fault_goes_under_the_label(maker, fault):
    wish = maker.wish("a sea", camera="pan_left", frames=20, options={"blemish": {1: fault}})
    frames = frames_of(maker.take(maker.tool.plan(wish)))
    assert frames.shape == (20, 96, 160, 3)
    foot = frames[:, -14:, 8:100].max(axis=(2, 3))
    assert (foot.max(axis=1) > 170).all()


def test_a_picture_is_filmed_by_the_camera(maker):
    maker.picture("first_frame")
    plan = maker.tool.plan(maker.wish(camera="pan_right", frames=12))
    assert (plan.task, plan.prompt, plan.levers["label"]) == ("picture", "", None)
    frames = frames_of(maker.take(plan))
    assert np.abs(frames[0] - frames[-1]).mean() > 15
    assert frames.min(axis=(1, 2, 3)).max() < 40 < frames.std()


def test_a_shot_that_goes_on_starts_with_its_picture(maker):
    path = maker.picture("first_frame")
    plan = maker.tool.plan(
        maker.wish(camera="pan_right", continues="before", options={"label": False}, size=Size(200, 120))
    )
    first = frames_of(maker.take(plan))[0]
    assert np.abs(first - read_picture(path)).mean() < 3


def test_a_fixed_camera_lives_where_motion_is_asked_for(maker):
    maker.picture("first_frame")
    still, alive = (
        frames_of(maker.take(maker.tool.plan(maker.wish(camera="static", motion=motion)), name=f"{place}.mp4"))
        for place, motion in enumerate((Motion(), Motion("natural")))
    )
    assert np.abs(np.diff(still, axis=0)).mean() < 0.3
    assert np.abs(np.diff(alive, axis=0)).mean() > 1.0


@pytest.mark.parametrize(("amount", "moves"), [(None, True), ("high", True), ("static", False)])
def test_a_drawn_view_with_a_fixed_camera_lives_where_motion_is_asked_for(maker, amount, moves):
    wish = maker.wish("a ringed planet", camera="static", motion=Motion("natural", amount), frames=24)
    frames = frames_of(maker.take(maker.tool.plan(wish)))
    assert (np.abs(frames[0, :60] - frames[-1, :60]).mean() > 1.6) == moves


def struck(maker, rate, camera, amount, **options):
    motion = Motion("natural", amount)
    wish = maker.wish("a wall", camera=camera, motion=motion, frames=rate, rate=Fraction(rate), options=options)
    result = maker.take(maker.tool.plan(wish))
    return {one.gate for one in score.measure(result.order.out, amount or "low").card.rejected}


@pytest.mark.parametrize(
    ("camera", "amount", "rate"),
    [("static", "high", 60), ("", None, 60), ("zoom_in", "low", 24), ("static", "low", 12)],
)
def test_no_clean_take_is_rejected(maker, camera, amount, rate):
    assert struck(maker, rate, camera, amount) == set()


@pytest.mark.parametrize("camera", ["zoom_in", "pan_left", "crane"])
@pytest.mark.parametrize("fault", ["frozen", "cut"])
def test_a_take_with_a_planted_fault_is_rejected(maker, camera, fault):
    assert fault in struck(maker, 24, camera, "medium", blemish={1: fault})


@pytest.mark.parametrize("camera", ["pan_right", "zoom_in", "tilt_up"])
def test_two_takes_of_a_picture_differ(maker, camera):
    maker.picture("first_frame")
    plan = maker.tool.plan(maker.wish(camera=camera, frames=6))
    one, two = (frames_of(maker.take(plan, seed, name=f"{seed}.mp4")) for seed in (1, 2))
    assert np.abs(one - two).mean() > 4


def test_two_pictures_are_the_beginning_and_the_goal(maker):
    paths = [maker.picture("first_frame", 1), maker.picture("last_frame", 2)]
    plan = maker.tool.plan(maker.wish(size=Size(200, 120)))
    assert (plan.task, plan.seeded) == ("goal", False)
    frames = frames_of(maker.take(plan))
    for place, path in ((0, paths[0]), (-1, paths[1])):
        assert np.abs(frames[place] - read_picture(path)).mean() < 3


def test_a_goal_needs_a_beginning(maker):
    maker.picture("last_frame")
    found = maker.tool.plan(maker.wish())
    assert isinstance(found, Problems)
    assert "first_frame" in dict(found)["last_frame"]


def test_planning_opens_nothing(maker):
    maker.picture("first_frame")
    wish = maker.wish()
    maker.files["first_frame"].unlink()
    assert isinstance(maker.tool.plan(wish), GenerationPlan)


def test_planning_imports_no_heavy_library():
    code = (
        "import sys; from fractions import Fraction; from pipeline.generators.animatic import Animatic;"
        "from pipeline.model import *;"
        "wish = Wish(Shot('a', 0, 'a hill', ToolChoice(('animatic',)), 1), '', '',"
        " Spec(Size(1280, 720), Fraction(24), 48), (), {}, {});"
        "assert Animatic().plan(wish).spec.frames == 48;"
        "assert not {'torch', 'cv2', 'av', 'diffusers', 'prefect'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_missing_folder_is_said_and_nothing_is_left(maker):
    plan = maker.tool.plan(maker.wish())
    order = Order(plan, 1, 1, maker.folder / "gone" / "data.mp4")
    with pytest.raises(ToolFailed, match="no folder"):
        list(maker.tool.generate([order], maker.folder, None, lambda _: None))
    assert list(maker.folder.iterdir()) == []


def test_a_picture_that_went_away_is_said_and_nothing_is_left(maker):
    maker.picture("first_frame")
    plan = maker.tool.plan(maker.wish())
    maker.files["first_frame"].unlink()
    with pytest.raises(MediaInvalid):
        maker.take(plan)
    assert list(maker.folder.iterdir()) == []


def test_progress_runs_from_nothing_to_all_over_every_order(maker):
    plan, told = maker.tool.plan(maker.wish()), []
    orders = [Order(plan, n, n, maker.folder / f"{n}.mp4") for n in (1, 2)]
    assert [result.order for result in maker.tool.generate(orders, maker.folder, None, told.append)] == orders
    assert told == sorted(told)
    assert told[-1] == 1.0
