"""Painted first frames and races: what they are, what stands against them, what is told of mistakes in them."""

import pytest

from pipeline.model import Keyframe, Race, ToolChoice
from pipeline.storyboard import load

ONE = "shots:\n  - {{id: a, scene: an old bridge, camera: static, {}}}\n"
CAST = "cast: {heroine: {description: a woman in red}}\n"
USUAL = ("flux", "sdxl", "sd1.5")


def one(read, more, before=""):
    return read(before + ONE.format(more))[0].shots[0]


@pytest.mark.parametrize(
    ("written", "keyframe"),
    [
        ("{}", Keyframe(ToolChoice(USUAL))),
        ("{generator: flux}", Keyframe(ToolChoice(("flux",)))),
        ("{generator: [sdxl, mine]}", Keyframe(ToolChoice(("sdxl", "mine")))),
        ("{generator: auto, takes: 1}", Keyframe(ToolChoice(USUAL), 1)),
        ("{generator: [sdxl, auto]}", Keyframe(ToolChoice(("sdxl", "flux", "sd1.5")))),
        (
            "{generator: {name: flux, guidance: 3.5}, takes: 100}",
            Keyframe(ToolChoice(("flux",), {"guidance": 3.5}), 100),
        ),
        ('{prompt: "{heroine}, seen from behind"}', Keyframe(ToolChoice(USUAL), 4, "a woman in red, seen from behind")),
    ],
)
def test_a_keyframe_is_painted_by_the_model_that_is_named_or_the_first_of_three(read, written, keyframe):
    assert one(read, f"keyframe: {written}", CAST).keyframe == keyframe


def test_a_shot_may_have_a_keyframe_and_an_end(read):
    made = one(read, "keyframe: {}, last_frame: assets/end.png")
    assert (made.keyframe, made.last_frame.name) == (Keyframe(ToolChoice(USUAL)), "assets/end.png")
    assert one(read, "takes: 1").keyframe is None


def test_the_prompt_of_a_keyframe_says_what_is_seen(read):
    board, _ = read("shots: [{id: a, camera: static, keyframe: {prompt: an old bridge}}]\n")
    assert (board.shots[0].scene, board.shots[0].keyframe.prompt) == ("", "an old bridge")


def test_only_the_first_part_of_a_split_shot_has_the_keyframe_and_all_of_them_race(read):
    board, _ = read(ONE.format("seconds: 12, split: 3, keyframe: {}, race: true, takes: 4"))
    assert [shot.keyframe is None for shot in board.shots] == [False, True, True]
    assert [shot.continues for shot in board.shots] == [None, "a-1", "a-2"]
    assert {shot.race for shot in board.shots} == {Race((0.2, 0.4), (3, 1))}


def test_a_version_keeps_them(studio, probe):
    path = studio / "board.yaml"
    path.write_text("versions: [{name: v, target_seconds: 2}]\n" + ONE.format("keyframe: {}, race: true, takes: 4"))
    (main,), (cut,) = (load(path, probe, **which)[0].shots for which in ({}, {"version": "v"}))
    assert (cut.keyframe, cut.race) == (main.keyframe, main.race)
    assert main.race is not None


@pytest.mark.parametrize(
    ("written", "race"),
    [
        ("true", Race((0.2, 0.4), (3, 1))),
        ("false", None),
        ("{rungs: [0.5], keep: [1]}", Race((0.5,), (1,))),
        (
            "{rungs: [0.1, 0.2, 0.3, 0.4, 0.99], keep: [8, 8, 4, 2, 2]}",
            Race((0.1, 0.2, 0.3, 0.4, 0.99), (8, 8, 4, 2, 2)),
        ),
    ],
)
def test_a_race_is_the_usual_one_its_own_or_none(read, written, race):
    for before in ("", "defaults: {race: {rungs: [0.7], keep: [2]}}\n"):
        board, warnings = read(before + ONE.format(f"takes: 9, race: {written}"))
        assert (board.shots[0].race, warnings) == (race, ())


def test_a_race_in_the_defaults_is_every_shots_that_a_model_makes(read):
    board, warnings = read(
        "defaults: {race: true, takes: 4, camera: static}\nshots:\n"
        "  - {id: a, scene: hills}\n  - {id: b, scene: hills, race: {rungs: [0.5], keep: [2]}}\n"
        "  - {id: c, card: {}}\n  - {id: d, use: a, seconds: 1}\n"
    )
    assert [shot.race and shot.race.keep for shot in board.shots] == [(3, 1), (2,), None, None]
    assert warnings == ()


def test_a_profile_replaces_a_race_as_a_whole(studio, probe):
    path = studio / "board.yaml"
    path.write_text(
        "profiles: {p: {defaults: {race: {rungs: [0.5], keep: [1]}}}, off: {defaults: {race: false}}}\n"
        "defaults: {race: true}\n" + ONE.format("takes: 4")
    )
    races = [load(path, probe, profile=name)[0].shots[0].race for name in ("p", "off")]
    assert races == [Race((0.5,), (1,)), None]


# ---------------------------------------------------------------- doubts

FEW = "{} changes nothing, as {} may go on after {}; write `takes: {}` or more, or lower `keep`"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("takes: 4, race: true", None),
        ("takes: 3, race: true", FEW.format("with 3 takes its first rung", 3, "it", 4)),
        ("race: true", FEW.format("with 3 takes its first rung", 3, "it", 4)),
        ("takes: 1, race: true", FEW.format("with one take it", 3, "its first rung", 4)),
        ("takes: 2, race: {rungs: [0.5], keep: [2]}", FEW.format("with 2 takes it", 2, "its first rung", 3)),
        ("takes: 2, race: {rungs: [0.5], keep: [1]}", None),
    ],
)
def test_a_race_of_too_few_takes_is_doubted(read, more, told):
    _, warnings = read(ONE.format(more))
    column = 51 + more.index("race") + 6
    assert [(one.line, one.column, one.path, one.message) for one in warnings] == (
        [(2, column, "shots[0].race", told)] if told else []
    )


@pytest.mark.parametrize(
    ("defaults", "takes", "told"),
    [
        ("{race: true}", ("2", "1"), "with 2 takes its first rung changes nothing"),
        ("{race: true, takes: 3}", ("3", "2"), "with 3 takes its first rung changes nothing"),
        ("{race: true}", ("1", "4"), ""),
        ("{race: true}", ("1, race: false", "1, race: false"), ""),
    ],
)
def test_a_race_in_the_defaults_is_doubted_once_where_no_shot_has_takes_enough(read, defaults, takes, told):
    shots = "".join(f"  - {{id: s{n}, scene: hills, camera: crane, takes: {one}}}\n" for n, one in enumerate(takes))
    _, warnings = read(f"defaults: {defaults}\nshots:\n{shots}")
    assert [(one.line, one.column, one.path) for one in warnings] == [(1, 18, "defaults.race")] * bool(told)
    assert all(one.message.startswith(told) for one in warnings)


def test_a_profile_of_few_takes_means_it(studio, probe):
    path = studio / "board.yaml"
    path.write_text(
        "profiles: {draft: {defaults: {takes: 1}}, final: {defaults: {takes: 2, race: true}}}\n"
        "defaults: {race: true, takes: 6}\nshots: [{id: a, scene: hills, camera: crane}]\n"
    )
    doubts = {name: load(path, probe, profile=name)[1] for name in (None, "draft", "final")}
    assert (doubts[None], doubts["draft"]) == ((), ())
    assert [(one.line, one.path) for one in doubts["final"]] == [(1, "profiles.final.defaults.race")]


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("more", "column", "path", "start"),
    [
        ("keyframe: flux", 61, "", 'must be a mapping (key: value), not the text "flux"; write e.g. {generator: flux,'),
        ("keyframe: true", 61, "", "must be a mapping (key: value), not true; write e.g. {generator: flux, takes: 4}"),
        ("keyframe: ", 61, "", "nothing stands after the colon; write a mapping"),
        ("keyframe: {model: flux}", 62, ".model", "unknown key `model`; did you mean generator?"),
        ("keyframe: {promt: x}", 62, ".promt", "unknown key `promt`; did you mean prompt?"),
        ("keyframe: {takes: 0}", 69, ".takes", "must be at least 1, not 0"),
        ("keyframe: {takes: 101}", 69, ".takes", "must be at most 100, not 101"),
        ("keyframe: {prompt: ''}", 70, ".prompt", "the text is empty"),
        ("keyframe: {prompt: '{nobody}'}", 70, ".prompt", 'no one in the cast is called "nobody"'),
        ("keyframe: {generator: {steps: 4}}", 73, ".generator", "`name` is missing"),
        ("keyframe: {generator: []}", 73, ".generator", "the list is empty; it needs at least one entry"),
        (
            "first_frame: assets/gate.png, keyframe: {}",
            81,
            "",
            "`first_frame` and `keyframe`: each says how the shot b",
        ),
        (
            "keyframe: {}, source: assets/dance.mp4",
            51,
            "",
            "`source` and `keyframe`: each says how the shot begins; ke",
        ),
    ],
)
def test_a_mistake_in_a_keyframe(problems, more, column, path, start):
    (told,) = problems(ONE.format(more))
    assert (told.line, told.column, told.path) == (2, column, f"shots[0].keyframe{path}"), str(told)
    assert told.message.startswith(start), told.message


def test_a_shot_that_continues_another_begins_with_its_frame(problems):
    (told,) = problems(ONE.format("takes: 1") + "  - {id: b, scene: hills, continues: a, keyframe: {}}\n")
    assert (told.line, told.column, told.path) == (3, 41, "shots[1].keyframe")
    assert told.message == "`continues` and `keyframe`: each says how the shot begins; keep one"


def test_a_keyframe_without_words_shows_nothing(problems):
    (told,) = problems("shots: [{id: a, camera: static, keyframe: {}}]\n")
    assert (told.path, told.message.startswith("nothing says what is seen")) == ("shots[0]", True)


@pytest.mark.parametrize("key", ["keyframe: {}", "race: true", "lora: assets/ink.safetensors"])
def test_what_is_drawn_or_used_again_has_no_model(problems, key):
    name = key.partition(":")[0]
    first = "shots:\n  - {id: a, scene: hills, camera: crane}\n"
    (card,), (use,) = (problems(f"{first}  - {{id: b, {kind}, {key}}}\n") for kind in ("card: {}", "use: a"))
    assert (card.line, card.column, card.path) == (3, 23, f"shots[1].{name}")
    assert card.message == f"a card is drawn, not made by a model; leave {name} out, or leave out `card`"
    assert (use.line, use.column, use.path) == (3, 21, f"shots[1].{name}")
    assert use.message == f"`use` shows a take that another shot makes; leave {name} out, or leave out `use`"


@pytest.mark.parametrize(
    ("written", "column", "path", "start"),
    [
        ("3", 57, "", "must be true or false or a mapping (key: value), not 3; write true, or {rungs: [0.2, 0.4],"),
        ("yes", 57, "", 'must be true or false or a mapping (key: value), not the text "yes"; write true, or'),
        ("[0.2]", 57, "", "must be true or false or a mapping (key: value), not a list; write true, or"),
        ("{rungs: [0.2]}", 57, "", "`keep` is missing"),
        ("{rungs: [0.2], keeps: [1]}", 72, ".keeps", "unknown key `keeps`; did you mean keep?"),
        ("{rungs: 0.2, keep: [1]}", 65, ".rungs", "must be a list, not 0.2"),
        ("{rungs: [], keep: [1]}", 65, ".rungs", "the list is empty; it needs at least one entry"),
        ("{rungs: [0], keep: [1]}", 66, ".rungs[0]", "must be more than 0, not 0"),
        ("{rungs: [0.5, 1], keep: [1, 1]}", 71, ".rungs[1]", "must be less than 1, not 1"),
        ("{rungs: [50%], keep: [1]}", 66, ".rungs[0]", 'must be a number, not the text "50%"; write 0.5'),
        ("{rungs: [.nan], keep: [1]}", 66, ".rungs[0]", "must be a number, not nan"),
        ("{rungs: [0.4, 0.2], keep: [2, 1]}", 71, ".rungs[1]", "must be more than the one before, 0.4: takes are"),
        ("{rungs: [0.4, 0.4], keep: [2, 1]}", 71, ".rungs[1]", "must be more than the one before, 0.4: takes are"),
        ("{rungs: [0.2, 0.4], keep: [1, 2]}", 87, ".keep[1]", "must be at most the one before, 1: what was stopped"),
        ("{rungs: [0.2], keep: [0]}", 79, ".keep[0]", "must be at least 1, not 0"),
        ("{rungs: [0.2], keep: [1.5]}", 79, ".keep[0]", "must be a whole number, not 1.5"),
        ("{rungs: [0.2, 0.4], keep: [1]}", 83, ".keep", "`keep` has one number and `rungs` 2; write for each rung"),
        ("{rungs: [0.2], keep: [2, 1]}", 78, ".keep", "`keep` has 2 numbers and `rungs` 1; write for each rung"),
        ("{rungs: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], keep: [1]}", 65, ".rungs", "6 entries are too many; at most 5"),
    ],
)
def test_a_mistake_in_a_race(problems, written, column, path, start):
    for text, line, key, shift in (
        (ONE.format(f"race: {written}"), 2, "shots[0]", 0),
        (f"defaults: {{race: {written}}}\nshots: [{{id: a, scene: hills}}]\n", 1, "defaults", -39),
    ):
        (told,) = problems(text)
        assert (told.line, told.column, told.path) == (line, column + shift, f"{key}.race{path}"), str(told)
        assert told.message.startswith(start), told.message
