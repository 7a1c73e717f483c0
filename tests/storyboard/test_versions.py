"""Profiles and versions: other films of the same takes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ProducerError, StoryboardInvalid
from pipeline.model import Size
from pipeline.storyboard import load, names
from pipeline.storyboard.versions import in_proportion
from pipeline.timeline import seconds_of, slots

BOARD = """\
language: en
output: {size: landscape-720p, fps: 24}
target_seconds: 14
defaults: {generator: [wan, animatic], takes: 5, seconds: 4}
audio:
  music: {file: assets/theme.wav, from: bridge, to: moon, gain_db: -12}
  effects: {file: assets/theme.wav, shot: bridge}
profiles:
  draft: {defaults: {generator: animatic, takes: 1}, output: {fps: 12}}
  long: {target_seconds: 20}
versions:
  - {name: ja, language: ja}
  - name: square
    output: {size: square-720p}
    title: Square
  - {name: short, target_seconds: 6, shots: [moon, gate, end]}
  - {name: chain, shots: [bridge, end]}
shots:
  - {id: gate, scene: an old gate, camera: crane, titles: [{text: {en: Kyoto, ja: 京都}, seconds: 2}]}
  - {id: bridge, scene: a red bridge, camera: crane, continues: gate}
  - {id: moon, scene: the moon, camera: crane}
  - {id: end, card: {}, seconds: 2}
"""


@pytest.fixture
def cut(studio, probe):
    """Load a version or profile of a text."""

    def run(text=BOARD, **which):
        path = studio / "board.yaml"
        path.write_text(text)
        return load(path, probe, **which)

    return run


@pytest.fixture
def refused(cut):
    def run(text, **which):
        with pytest.raises(StoryboardInvalid) as found:
            cut(text, **which)
        return [(one.line, one.path, one.message) for one in found.value.problems]

    return run


def test_a_profile_is_laid_over_the_storyboard(cut):
    board, _ = cut(profile="draft")
    assert {(one.generator.names, one.takes) for one in board.shots[:3]} == {(("animatic",), 1)}
    assert (board.output.size, board.output.rate) == (Size(1280, 720), 12)
    assert board.shots[0].seconds == 4


def test_a_version_is_named_and_says_whose_takes_serve_it(cut):
    main, _ = cut()
    board, _ = cut(version="square", profile="draft")
    assert (main.version, main.takes_for, main.versions) == ("", None, ("ja", "square", "short", "chain"))
    assert (board.version, board.title, board.output.size) == ("square", "Square", Size(720, 720))
    assert (board.takes_for.size, board.takes_for.rate, board.output.rate) == (Size(1280, 720), 12, 12)
    assert board.shots == cut(profile="draft")[0].shots


def test_a_version_in_another_language_has_its_titles(cut):
    board, _ = cut(version="ja")
    assert (board.language, board.shots[0].titles[0].text, board.target_seconds) == ("ja", "京都", 14)


def test_a_cut_down_is_shortened_in_proportion_to_the_very_second(cut):
    board, _ = cut(version="short")
    assert [one.id for one in board.shots] == ["moon", "gate", "end"]
    assert [one.seconds for one in board.shots] == [Fraction(12, 5), Fraction(12, 5), Fraction(6, 5)]
    assert board.target_seconds == 6


def test_shots_are_not_shortened_below_what_is_read_in_them(cut):
    board, _ = cut(BOARD.replace("seconds: 2}]}", "at: 1, seconds: 2.5}]}"), version="short")
    assert [one.seconds for one in board.shots] == [Fraction(3, 2), Fraction(7, 2), 1]


@given(st.lists(st.tuples(st.fractions(1, 60), st.fractions(0, 1)), min_size=1, max_size=30), st.fractions(0, 1))
def test_proportions_keep_every_least_and_the_exact_sum(shots, share):
    lengths = [length for length, _ in shots]
    least = [length * part for length, part in shots]
    target = sum(least) + (sum(lengths) - sum(least)) * share
    fitted = in_proportion(lengths, least, target)
    assert sum(fitted) == target
    assert all(low <= one <= most for low, one, most in zip(least, fitted, lengths, strict=True))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("target_seconds: 60", "50 too few"),
        ("target_seconds: 3", "need at least 4 seconds"),
    ],
)
def test_a_length_that_cannot_be_had_is_told(refused, written, words):
    ((line, path, message),) = refused(BOARD.replace("target_seconds: 6", written), version="short")
    assert (line, path) == (16, "versions[2].target_seconds")
    assert words in message


def test_sounds_of_shots_left_out_move_or_fall_silent(cut):
    board, warnings = cut(version="short")
    (music,) = board.audio.music
    assert (music.start, music.stop, board.audio.effects) == ("moon", "moon", ())
    assert [one.path for one in warnings] == ["audio.effects"]
    board, warnings = cut(BOARD.replace("[moon, gate, end]", "[gate, end]"), version="short")
    assert board.audio.music == ()
    assert [one.path for one in warnings] == ["audio.music", "audio.effects"]


def test_a_shot_may_go_on_from_one_that_is_left_out(cut):
    board, _ = cut(version="chain")
    assert [(one.id, one.continues) for one in board.shots] == [("bridge", "gate"), ("end", None)]
    assert board.target_seconds is None


@pytest.mark.parametrize(
    ("written", "path", "words"),
    [
        ("[moon, gaet, end]", "versions[2].shots[1]", "did you mean gate?"),
        ("[moon, moon, end]", "versions[2].shots[1]", "already in this version"),
        ("[moon, out]", "versions[2].shots[1]", "is skipped"),
        ("[]", "versions[2].shots", "no film"),
    ],
)
def test_shots_that_cannot_be_in_a_version_are_told(refused, written, path, words):
    text = BOARD.replace("[moon, gate, end]", written) + "  - {id: out, scene: x y, skip: true}\n"
    found = refused(text, version="short")
    assert (16, path) in {(line, where) for line, where, _ in found}
    assert any(words in message for _, _, message in found)


def test_what_is_wrong_in_a_profile_or_version_is_told_where_it_stands(refused):
    text = BOARD.replace("size: square-720p", "size: 721x720").replace("fps: 12", "fps: 24/0")
    assert [one[:2] for one in refused(text, version="square")] == [(14, "versions[1].output.size")]
    assert [one[:2] for one in refused(text, profile="draft")] == [(9, "profiles.draft.output.fps")]
    text = BOARD.replace("takes: 1}", "takes: 9, max_takes: 3}")
    assert [one[:2] for one in refused(text, profile="draft")] == [(9, "profiles.draft.defaults.max_takes")]
    text = BOARD.replace("title: Square", "audio: {music: {file: assets/none.wav}}")
    assert [one[:2] for one in refused(text, version="square")] == [(15, "versions[1].audio.music.file")]
    assert refused(BOARD.replace("square-720p", "square-7200p"))[0][:2] == (14, "versions[1].output.size")


def test_a_later_problem_is_told_where_it_stands(cut):
    board, _ = cut(version="square")
    problem = board.problem("output.size", "told later")
    assert (problem.line, problem.path, board.locate("output.fps")) == (14, "versions[1].output.size", (2, 37))
    assert board.problem("shots[1].camera", "told later").path == "shots[1].camera"


def test_shots_on_the_beat_that_are_shortened_leave_it_with_a_warning(cut):
    text = (
        "audio: {music: {file: assets/theme.wav, bpm: 120}}\n"
        "versions: [{name: short, target_seconds: 3}, {name: one, target_seconds: 2, shots: [a]}]\n"
        "shots:\n  - {id: a, scene: a hill, camera: crane, beats: 4}\n"
        "  - {id: b, scene: a hill, camera: crane, beats: 4}\n"
    )
    (told,) = cut(text, version="short")[1]
    assert (told.path, "leave the beat" in told.message) == ("versions[0].target_seconds", True)
    assert cut(text, version="one")[1] == ()


def test_a_length_in_a_profile_takes_the_place_of_another(cut):
    board, _ = cut(BOARD.replace("takes: 1}", "takes: 1, frames: 36}"), profile="draft")
    assert (board.shots[0].seconds, board.shots[0].frames) == (None, 36)


def test_a_tool_in_a_profile_keeps_no_options_of_another(cut):
    text = BOARD.replace("[wan, animatic]", "{name: wan, steps: 40}").replace(
        "generator: animatic", "generator: {name: a}"
    )
    assert cut(text)[0].shots[0].generator.options == {"steps": 40}
    assert cut(text, profile="draft")[0].shots[0].generator.options == {}


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ({"version": "sqare"}, "did you mean square?"),
        ({"profile": "dratf"}, "did you mean draft?"),
        ({"profile": "x"}, "there is draft or long"),
    ],
)
def test_a_name_nobody_wrote_is_refused_with_those_there_are(cut, which, words):
    with pytest.raises(ProducerError) as refused:
        cut(**which)
    assert words in str(refused.value)
    assert not isinstance(refused.value, StoryboardInvalid)


def test_versions_have_names_of_their_own(refused):
    assert refused(BOARD.replace("name: square", "name: JA"))[0][1] == "versions[1].name"


def test_shots_that_keep_their_length_keep_their_frames(cut):
    text = BOARD.replace("fps: 24}", "fps: 24000/1001}").replace("[bridge, end]", "[moon, bridge, gate]")
    text = text.replace("target_seconds: 14\n", "").replace("seconds: 4}", "seconds: 1.1}")
    text = text.replace(", titles: [{text: {en: Kyoto, ja: 京都}, seconds: 2}]", "")
    main = {slot.shot: slot.end - slot.start for slot in slots(cut(text)[0])}
    board, _ = cut(text, version="chain")
    assert {slot.shot: slot.end - slot.start for slot in slots(board)}.items() <= main.items()
    assert len(set(main.values())) > 2, "at this rate shots of one length are not all as many frames"


def test_at_another_rate_frames_last_as_long(cut):
    text = BOARD.replace("size: square-720p", "fps: 30").replace(
        "crane}\n  - {id: end", "crane, frames: 96}\n  - {id: end"
    )
    board, _ = cut(text, version="square")
    assert [seconds_of(one, board.output.rate) for one in board.shots] == [4, 4, 4, 2]


def test_a_passage_the_takes_hold_no_frames_for_becomes_a_cut(cut):
    text = BOARD.replace("continues: gate", "transition: dissolve").replace("[bridge, end]", "[bridge, gate]")
    board, warnings = cut(text, version="chain")
    assert [one.transition.type for one in board.shots] == ["cut", "cut"]
    assert "the dissolve after bridge is a cut" in warnings[-1].message
    board, warnings = cut(text.replace("[moon, gate, end]", "[bridge, gate, end]"), version="short")
    assert board.shots[0].transition.seconds == Fraction(1, 2), "shortened, the take of gate may begin later"


@pytest.mark.parametrize(("rate", "frames"), [("23.976", (12, 6)), ("25", (12, 6)), ("30", (15, 7)), ("12", (6, 3))])
def test_a_passage_is_as_long_as_the_takes_hold_frames_for(cut, rate, frames):
    text = BOARD.replace("continues: gate", "transition: dissolve").replace("size: square-720p", f"fps: {rate}")
    board, _ = cut(text, version="square")
    placed = slots(board)
    assert (placed[1].transition, placed[1].transition_frames, placed[2].head) == ("dissolve", *frames)


def test_the_last_shot_of_a_version_ends_with_a_cut(cut):
    text = BOARD.replace("camera: crane}\n  - {id: end", "camera: crane, transition: dissolve}\n  - {id: end")
    board, warnings = cut(text.replace("[bridge, end]", "[gate, moon]"), version="chain")
    assert board.shots[-1].transition.type == "cut"
    assert "shots[2].transition" not in [one.path for one in warnings]


def test_a_colour_reference_that_is_left_out_is_none(cut):
    text = "finish: {harmonise: {reference: gate}}\n" + BOARD
    assert cut(text)[0].finish.harmonise.reference == "gate"
    assert cut(text, version="chain")[0].finish.harmonise.reference is None


def test_names_are_given_of_what_can_be_read(studio):
    path = studio / "board.yaml"
    path.write_text(BOARD)
    assert names(path) == (("draft", "long"), ("ja", "square", "short", "chain"))
    path.write_text("shots: [")
    assert names(path) == ((), ())
    path.write_text("- versions: 3")
    assert names(path) == ((), ())


def test_a_draft_of_a_version_is_as_much_smaller_as_the_draft_of_the_film(tmp_path):
    place = tmp_path / "board.yaml"
    place.write_text(
        "storyboard: 1\ntitle: t\noutput: {size: 1920x1080}\n"
        "versions: [{name: square, output: {size: square-1080p}}]\n"
        "profiles: {draft: {output: {size: 480x270}}, final: {output: {size: landscape-4k}}}\n"
        "shots: [{id: a, scene: a hill, camera: pan_left}]\n",
        "utf-8",
    )
    sizes = [
        str(load(place, None, version="square", profile=profile)[0].output.size) for profile in (None, "draft", "final")
    ]
    assert sizes == ["1080x1080", "270x270", "1080x1080"]
