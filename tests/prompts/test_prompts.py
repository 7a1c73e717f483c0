"""Words of a producer's become ids, and a shot becomes a prompt."""

import pytest

from pipeline import prompts
from pipeline.model import Look, Motion, Shot, ToolChoice

FLOOR = {
    "camera": "固定 static, パン左 pan_left, パン右 pan_right, ティルトアップ tilt_up, ティルトダウン tilt_down"
    ", ドリーイン dolly_in, ドリーアウト dolly_out, 空撮 aerial, 軌道 orbit, ステディカム steadicam"
    ", ズームイン zoom_in, ズームアウト zoom_out, クレーン crane, 手持ち handheld",
    "motion": "自然 natural, 人物 person, 動物 animal, 抽象 abstract, タイムラプス timelapse"
    ", スローモーション slow_motion, 静的 minimal",
    "lighting": "ゴールデンアワー golden_hour, ブルーアワー blue_hour, スタジオ studio, ネオン neon"
    ", 月明かり moonlight, 逆光 backlit, 曇天 overcast",
    "style": "シネマティック cinematic, ドキュメンタリー documentary, アニメ anime, ピクサー風 animated_3d"
    ", ノワール noir, ヴィンテージ vintage, ハイパーリアル hyperreal, ミニチュア miniature",
}
ASKED = [(kind, *pair.split()) for kind, words in FLOOR.items() for pair in words.split(", ")]


@pytest.mark.parametrize(("kind", "japanese", "name"), ASKED, ids=[one[2] for one in ASKED])
def test_every_word_is_known_by_id_and_by_both_labels(kind, japanese, name):
    assert prompts.resolve(kind, japanese) == name
    assert prompts.resolve(kind, name) == name
    assert prompts.resolve(kind, prompts.label(kind, name)) == name
    assert prompts.label(kind, name, "ja") == japanese
    assert prompts.vocabulary()[kind][name].prompt


def test_no_name_means_two_things():
    for kind, terms in prompts.vocabulary().items():
        for term in terms.values():
            for name in term.names:
                assert prompts.resolve(kind, name) == term.id, f"{kind}: {name}"


@pytest.mark.parametrize("written", ["Dolly In", "dolly-in", "DOLLY_IN", "  dolly  in ", "ＤＯＬＬＹ＿ＩＮ", "push in"])
def test_case_width_and_joins_do_not_matter(written):
    assert prompts.resolve("camera", written) == "dolly_in"


def test_free_text_is_no_id():
    assert prompts.resolve("camera", "slow push towards the gate") is None
    assert prompts.label("camera", "slow push towards the gate", "ja") == "slow push towards the gate"


@pytest.mark.parametrize(
    ("slip", "near"),
    [
        ("dolly_inn", ("dolly_in",)),
        ("zoomin", ("zoom_in",)),
        ("steadycam", ("steadicam",)),
        ("ドリーイ", ("dolly_in",)),
        ("pan", ("pan_left", "pan_right")),
        ("whirl", ()),
    ],
)
def test_slips_have_their_neighbours(slip, near):
    assert prompts.nearest("camera", slip) == near


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("slow push towards the gate", "dolly_in"),
        ("the camera pulls back from the bridge", "dolly_out"),
        ("pan from right to left", "pan_left"),
        ("slowly panning across the valley", "pan_right"),
        ("panning across the valley to the left", "pan_left"),
        ("a drone flies over the river", "aerial"),
        ("circling the statue", "orbit"),
        ("a gentle rise above the roofs", "crane"),
        ("looking up at the tower", "tilt_up"),
        ("following her through the market", "steadicam"),
        ("a shaky hand-held shot", "handheld"),
        ("zooms out to show the city", "zoom_out"),
        ("locked-off on a tripod", "static"),
        ("カメラが橋にゆっくり近づく", "dolly_in"),
        ("空から街を見る", "aerial"),
        ("left", "pan_left"),
        ("ティルトアップ", "tilt_up"),
        ("tilt_down", "tilt_down"),
        ("the leftovers of a meal", ""),
        ("", ""),
    ],
)
def test_a_sentence_tells_its_camera_move(text, move):
    assert prompts.camera_move(text) == move


def shot(**more):
    return Shot("a", 0, more.pop("scene", "a red bridge."), ToolChoice(("animatic",)), 3, **more)


def test_a_prompt_has_the_scene_first_and_each_part_once():
    full = shot(
        camera="dolly_in",
        motion=Motion("natural", "medium", "leaves falling"),
        look=Look("cinematic", "neon", "shot on film", "blurry"),
    )
    words = {kind: prompts.vocabulary()[kind] for kind in ("camera", "motion", "style", "lighting")}
    assert prompts.positive(full).startswith("a red bridge, ")
    parts = [
        words["camera"]["dolly_in"].prompt,
        words["motion"]["natural"].prompt,
        "leaves falling",
        words["style"]["cinematic"].prompt,
        words["lighting"]["neon"].prompt,
        "shot on film",
    ]
    assert prompts.positive(full) == ", ".join(["a red bridge", *parts])
    assert prompts.negative(full) == "blurry"


def test_words_of_ones_own_stand_as_they_are():
    assert (
        prompts.positive(shot(camera="a slow push", look=Look(style="oil painting")))
        == "a red bridge, a slow push, oil painting"
    )


def test_nothing_said_adds_nothing():
    assert prompts.positive(shot()) == "a red bridge"
    assert prompts.positive(shot(scene="赤い橋。")) == "赤い橋"


def test_a_prompt_of_ones_own_replaces_all():
    assert (
        prompts.positive(shot(prompt="exactly this.", camera="dolly_in", look=Look(style="anime"))) == "exactly this."
    )
    assert prompts.positive(shot(prompt="")) == ""
