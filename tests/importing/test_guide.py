"""The JSON storyboard of the guide, and what people make of it."""

import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import ProducerError

GUIDE = {
    "title": "京都の秋",
    "target_duration": 30,
    "shots": [
        {
            "id": 1,
            "description": "霧の中の古い門",
            "camera": "ドリーイン",
            "motion": "自然",
            "duration": 12,
            "style": "シネマティック",
            "transition": "フェード",
        },
        {
            "id": 2,
            "description": "赤い橋と川",
            "camera": "空撮",
            "motion": "静的",
            "duration": "8秒",
            "style": "シネマティック",
            "transition": "カット",
        },
        {
            "id": 2,
            "description": "山の上の月",
            "camera": "slow tilt up to the moon",
            "motion": "natural",
            "duration": "00:10",
            "style": "シネマティック",
            "transition": "fade out",
        },
    ],
}


def dumped(**changed):
    return json.dumps(GUIDE | changed, ensure_ascii=False)


def test_the_guides_storyboard_becomes_one_of_ours(reads):
    board, written, notes = reads(dumped(), "guide.json")
    assert (board.title, board.language, board.target_seconds) == ("京都の秋", "ja", 30)
    assert [shot.id for shot in board.shots] == ["1", "2", "2_2"]
    assert [shot.camera for shot in board.shots] == ["dolly_in", "aerial", "slow tilt up to the moon"]
    assert [shot.motion.type for shot in board.shots] == ["natural", "minimal", "natural"]
    assert [shot.seconds for shot in board.shots] == [12, 8, 10]
    assert {shot.look.style for shot in board.shots} == {"cinematic"}
    assert board.shots[0].transition.type == "dissolve"
    assert board.close.type == "dip_black", "a fade out of the last shot closes the film"
    assert written["shots"][2]["notes"] == "was: 2"
    assert not [note for note in notes if "not known" in note]


def test_a_length_that_differs_is_told_and_left_out(reads):
    board, _, notes = reads(dumped(target_duration=60), "guide.json")
    assert board.target_seconds is None
    assert "the list asks for 60 s, its shots come to 30 s: target_seconds is left out" in notes


def test_words_that_nobody_knows_are_kept_in_a_comment_and_in_notes(reads):
    shot = {
        "id": "a b",
        "description": "a gate",
        "camera": "wobble",
        "motion": "panic",
        "style": "cubist",
        "transition": "spin",
    }
    board, written, notes = reads(dumped(shots=[shot, shot]), "guide.json")
    assert [one.id for one in board.shots] == ["a_b", "a_b_2"]
    assert board.shots[0].look.style == "cubist"
    assert 'a_b: camera "wobble" is not known' in notes
    assert 'a_b: transition "spin" is not known' in notes
    assert written["shots"][0]["notes"].split("\n") == [
        "was: a b",
        "camera: wobble",
        "motion: panic",
        "transition: spin",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"title": "x",\n "shots": [{"id": 1,}]}', r"guide\.json:2:\d+: this is no JSON"),
        ("[" * 100_000, "nested too deeply|no JSON"),
        ('{"title": "x"}', "has no list of shots; it has `title`"),
        ("[]", "has no list of shots"),
        ("7", "has no list of shots"),
        ('{"shots": [1]}', "shot 1 is no"),
        (json.dumps({"shots": [{"id": n} for n in range(2001)]}), "more than 2000 shots"),
        (json.dumps([{str(n): "x" for n in range(201)}]), "over 200 keys"),
        ("", "is empty"),
        (b"\x00\x01\x02{}", "NUL bytes"),
        (b"{" + b" " * (8 << 20) + b"}", "over 8 MB"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(reads, content, words):
    with pytest.raises(ProducerError, match=words) as told:
        reads(content, "guide.json")
    assert told.value.cure


def test_a_list_of_shots_alone_will_do_and_other_keys_are_kept(reads):
    shots = [
        {
            "id": "x",
            "description": "a gate",
            "duration": 2.5,
            "mood": ["calm", "cold"],
            "extra": {"deep": [1]},
            "no": None,
        }
    ]
    board, written, notes = reads(json.dumps(shots), "guide.json")
    assert board.shots[0].seconds == Fraction(5, 2)
    assert written["shots"][0]["notes"] == 'mood: calm\ncold\nextra: {"deep": ["1"]}'
    assert "kept in `notes` only: mood, extra, no" in notes


@pytest.mark.parametrize("duration", [0, -1, 1e999, "soon", "9" * 400, 99999, True, [], {"a": 1}, 0.001])
def test_a_length_that_is_none_leaves_the_usual_one(reads, duration):
    board, _, _ = reads(dumped(shots=[{"id": "a", "description": "a gate", "duration": duration}]), "guide.json")
    assert board.shots[0].seconds == 4


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["fade", "5s", "{a}", "- #x: y", "\ud800", "true", "\u2028", "1e5"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(
    ["id", "description", "camera", "motion", "duration", "style", "transition", "lines", "titles", "notes", "who", "x"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=anything, shots=st.lists(st.dictionaries(keys, anything), min_size=1, max_size=4))
def test_whatever_is_in_the_cells_the_result_loads(reads, title, shots):
    board, _, _ = reads(json.dumps({"title": title, "shots": shots}), "guide.json")
    assert len(board.shots) == len(shots)
