"""Which tool makes a shot: always one that is here, able and allowed; and why not a better one."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Asset, Budget, CardFace, Keyframe, Rights, Shot, Size, Source, ToolChoice
from pipeline.recommend import Machine, Need, asked, conditions, explain, forbidden, models, need_of, recommend
from pipeline.recommend.rights import shut_out

HD = Size(1920, 1080)
WORDS = Need("text_to_video", Fraction(4), HD, 3)
PICTURE = replace(WORDS, task="image_to_video")
HOUSE = frozenset(("animatic", "card"))
FILE = Asset("a.png", Path("a.png"))
SHOT = Shot(id="gate", index=0, scene="a gate", generator=ToolChoice(("auto",)), takes=3)
BIG = Machine((80.0,))


def why(found, name):
    return dict(found.ruled_out)[name]


@pytest.mark.parametrize(
    ("made_of", "task"),
    [
        ({}, "text_to_video"),
        ({"first_frame": FILE}, "image_to_video"),
        ({"continues": "before"}, "image_to_video"),
        ({"first_frame": FILE, "last_frame": FILE}, "first_last"),
        ({"source": Source(FILE)}, "conform"),
        ({"source": Source(FILE), "strength": 0.3}, "video_to_video"),
        ({"source": Source(FILE, as_is=True), "strength": 0.3}, "conform"),
        ({"card": CardFace((0, 0, 0))}, "card"),
    ],
)
def test_what_a_shot_is_made_of_says_what_it_asks_for(made_of, task):
    assert need_of(replace(SHOT, **made_of), Fraction(4), HD) == Need(task, Fraction(4), HD)


@pytest.mark.parametrize(
    ("need", "machine", "here", "first"),
    [
        (WORDS, BIG, {"wan2.2-t2v", "wan2.2-ti2v-5b"}, "wan2.2-t2v"),
        (PICTURE, BIG, {"wan2.2-t2v", "wan2.2-ti2v-5b"}, "wan2.2-ti2v-5b"),
        (WORDS, Machine((24.0, 8.0)), {"wan2.2-t2v", "wan2.2-ti2v-5b"}, "wan2.2-ti2v-5b"),
        (WORDS, Machine(), {"wan2.2-t2v"}, "wan2.2-t2v"),
        (WORDS, Machine(()), {"wan2.2-t2v"}, "animatic"),
        (replace(WORDS, seconds=Fraction(6)), BIG, {"wan2.2-t2v", "cogvideox-2b"}, "cogvideox-2b"),
        (WORDS, BIG, {"quilt"}, "quilt"),
        (WORDS, BIG, {"quilt", "cogvideox-2b"}, "cogvideox-2b"),
        (WORDS, BIG, set(), "animatic"),
        (replace(WORDS, task="conform"), BIG, {"quilt", "wan2.2-t2v"}, "animatic"),
        (replace(WORDS, task="card"), BIG, {"quilt", "wan2.2-t2v"}, "card"),
    ],
)
def test_the_best_that_is_here_and_can_do_it_comes_first(need, machine, here, first):
    assert recommend(need, machine, here | HOUSE, Rights()).names[0] == first


def test_every_better_tool_is_told_with_its_reason():
    here = {"runway-gen4.5", "wan2.2-ti2v-5b", "kling-o3"} | HOUSE
    found = recommend(PICTURE, Machine((24.0,)), here, Rights("commercial", ("JP", "DE")), Budget(usd=1))
    assert found.names == ("wan2.2-ti2v-5b", "animatic")
    assert why(found, "runway-gen4.5") == "costs about $1.44, the budget has $1 left"
    assert why(found, "kling-o3") == "costs money, and its price is not known: name it to use it"
    assert why(found, "wan2.2-i2v") == "needs 41 GB of GPU memory, the largest here has 24"
    assert why(found, "hunyuanvideo-1.5") == "HunyuanVideo-1.5 is not licensed for the EU"
    assert why(found, "ltx-2") == "is not in this studio"
    assert "pika-2.2" not in dict(found.ruled_out), "it is no better than the winner"
    assert "svd-xt" not in dict(found.ruled_out)


def test_nothing_is_spent_unasked():
    here = {"runway-gen4.5"} | HOUSE
    assert recommend(WORDS, BIG, here, Rights()).names == ("animatic",)
    assert recommend(WORDS, BIG, here, Rights(), Budget(usd=2)).names[0] == "runway-gen4.5"
    assert recommend(replace(WORDS, takes=9), BIG, here, Rights(), Budget(usd=2)).names[0] == "animatic"


def test_a_tool_is_too_short_for_a_long_shot():
    found = recommend(replace(WORDS, seconds=Fraction(8)), BIG, {"wan2.2-t2v"} | HOUSE, Rights())
    assert why(found, "wan2.2-t2v") == "makes at most 5.06 s in one go, this needs 8"


def test_a_registration_is_taken_only_by_name():
    here = {"cogvideox-5b"} | HOUSE
    paid = Rights(use="commercial")
    assert recommend(WORDS, BIG, here, Rights(use="research")).names[0] == "cogvideox-5b"
    found = recommend(WORDS, BIG, here, paid)
    assert found.names == ("animatic",)
    assert "registration with its maker" in why(found, "cogvideox-5b")
    assert asked(["cogvideox-5b"], WORDS, BIG, here, paid).names == ("cogvideox-5b",)
    assert conditions("cogvideox-5b", paid) == "CogVideoX-5B: commercial use needs a registration with its maker"
    assert conditions("cogvideox-5b", Rights(use="research")) is None


@pytest.mark.parametrize(
    ("territory", "told"),
    [
        (("EU",), "the EU"),
        (("JP", "DE"), "the EU"),
        (("GB", "KR"), "the United Kingdom and South Korea"),
        (("JP", "US"), None),
        ((), None),
    ],
)
def test_a_territory_shuts_a_model_out_though_it_is_not_here(territory, told):
    found = forbidden("hunyuanvideo-1.5", Rights("personal", territory))
    assert found == (None if told is None else f"HunyuanVideo-1.5 is not licensed for {told}")


def test_of_unknown_tools_and_unsaid_rights_nothing_is_forbidden():
    assert forbidden("quilt", Rights("commercial", ("EU",))) is None
    assert conditions("quilt", Rights()) is None
    assert "not licensed for the EU" in conditions("hunyuanvideo-1.5", Rights())


def test_a_licence_for_research_forbids_commerce():
    shut = replace(models()["svd-xt"], commercial="forbidden", licence="research only")
    assert "commercial film (research only)" in shut_out(shut, Rights(use="commercial"))
    assert shut_out(shut, Rights(use="research")) is None


def test_a_list_is_read_from_the_left_and_auto_stands_for_the_rest():
    here = {"quilt", "wan2.2-t2v"} | HOUSE
    found = asked(["mine", "auto", "quilt"], WORDS, BIG, here, Rights())
    assert found.names == ("mine", "wan2.2-t2v", "quilt", "animatic")
    assert found.ruled_out == (), "the first was asked for by name"
    shut = asked(["hunyuanvideo-1.5"], WORDS, BIG, here, Rights(territory=("FR",)))
    assert shut.names == ()
    assert shut.ruled_out == (("hunyuanvideo-1.5", "HunyuanVideo-1.5 is not licensed for the EU"),)


def test_the_reasons_are_told_in_few_lines():
    found = recommend(PICTURE, Machine(()), HOUSE, Rights())
    lines = explain(found, PICTURE, Rights())
    assert lines[0] == "animatic, the previz, makes it: no other tool can be used for a picture that moves"
    assert lines[1] == "runway-gen4.5 would be best for a picture that moves, but is not in this studio"
    assert lines[2] == "ltx-2 needs a GPU, this machine has none"
    assert "more cannot be used either" in lines[3]
    assert len(lines) == 4


def test_the_winner_is_praised_with_its_licence_and_its_price():
    here = {"runway-gen4.5", "svd-xt", "quilt"} | HOUSE
    first = recommend(PICTURE, BIG, here, Rights(), Budget(usd=9))
    assert explain(first, PICTURE, Rights())[0].endswith("(its own terms, about $1.44)")
    short = replace(PICTURE, seconds=Fraction(3))
    told = explain(recommend(short, BIG, here, Rights()), short, Rights())
    assert told[1] == "Stable Video Diffusion XT: above $1M of revenue a year commercial use needs a paid licence"
    unknown = explain(recommend(WORDS, Machine(()), here, Rights()), WORDS, Rights())
    assert unknown[0] == "quilt makes it: here, and nothing is known of its licence and price"


def test_a_refusal_that_names_its_model_is_not_told_twice():
    from pipeline.recommend import Recommendation

    ruled = (("hunyuanvideo-1.5", "HunyuanVideo-1.5 is not licensed for the EU"),)
    assert explain(Recommendation(("animatic",), ruled), WORDS, Rights())[1] == ruled[0][1]
    assert explain(Recommendation((), ruled), WORDS, Rights()) == ()
    card = replace(WORDS, task="card")
    assert explain(recommend(card, BIG, HOUSE, Rights()), card, Rights()) == ()


names = st.sampled_from([*models(), "quilt", "patchwork"])
tasks = st.sampled_from(sorted({task for name in ("animatic", "card") for task in models()[name].tasks}))


@given(
    need=st.builds(Need, tasks, st.fractions(Fraction(1, 10), 30), st.just(HD), st.integers(1, 9)),
    gpus=st.none() | st.lists(st.floats(1, 200)).map(tuple),
    here=st.sets(names),
    rights=st.builds(
        Rights,
        st.sampled_from(["", "commercial", "research", "personal"]),
        st.lists(st.sampled_from(["EU", "FR", "GB", "KR", "JP", "US"])).map(tuple),
    ),
    usd=st.none() | st.floats(0, 50),
)
def test_whatever_is_recommended_is_here_able_allowed_and_paid_for(need, gpus, here, rights, usd):
    found = recommend(need, Machine(gpus), here | HOUSE, rights, Budget(usd=usd))
    assert found.names, "the previz is always there"
    assert len(set(found.names)) == len(found.names)
    for name in found.names:
        assert name in here | HOUSE
        assert forbidden(name, rights) is None
        model = models().get(name)
        if model is not None:
            assert need.task in model.tasks
            assert model.longest is None or need.seconds <= model.longest
            assert model.kind != "local" or gpus is None or (gpus and max(gpus) >= (model.gpu_gb or 0))
            assert model.kind != "hosted" or model.usd[1] * need.seconds * need.takes <= usd
    assert not {name for name, _ in found.ruled_out} & set(found.names)
    assert len(explain(found, need, rights)) <= 5


def test_a_shot_with_a_key_picture_asks_for_what_starts_from_one():
    key = Keyframe(ToolChoice(("flux",)))
    shot = Shot("gate", 0, "a gate", ToolChoice(("auto",)), 2, seconds=Fraction(2), keyframe=key)
    assert need_of(shot, Fraction(2), Size(1920, 1080)).task == "image_to_video"


def test_footage_as_it_is_goes_to_the_house_whatever_model_is_named():
    need = Need("conform", Fraction(2), Size(1920, 1080))
    found = asked(("wan2.2-t2v",), need, Machine(), {"animatic", "card"}, Rights())
    assert found.names == ("animatic",)
