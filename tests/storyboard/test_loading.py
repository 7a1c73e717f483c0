"""A storyboard as written becomes the film as a value."""

import unicodedata
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model import Motion, Size, ToolChoice, Transition
from pipeline.storyboard import load
from pipeline.storyboard.yaml_text import Values, compose


def shot(read, more, before=""):
    board, _ = read(
        f"{before}shots:\n  - {{id: a, scene: an old bridge, {more}}}\n  - {{id: z, scene: hills, camera: crane}}\n"
    )
    return board.shots[0]


def test_ten_lines_are_a_film(read, studio):
    board, warnings = read("title: Kyoto\nshots:\n  - {id: a, scene: a red bridge, camera: pan_left}\n")
    (one,) = board.shots
    assert (board.name, board.title, board.file) == ("board", "Kyoto", studio / "board.yaml")
    assert (board.output.size, board.output.rate, board.output.fit) == (Size(1920, 1080), Fraction(24), "cover")
    assert (one.id, one.index, one.seconds, one.frames, one.takes) == ("a", 0, Fraction(4), None, 3)
    assert one.generator == ToolChoice(("auto",)), "the plan says which tool is best"
    assert warnings == ()


def test_text_stays_text_and_numbers_stay_exact():
    values = Values().of(
        compose(
            "[no, yes, 1:30, 010, 2026-11-21, 1_000, 0.1, -2, +3, 1e3, "
            ".5, 2., ~, null, true, False, 0x10, 0o17, '3', =, 0.10]"
        )
    )
    texts = ["no", "yes", "1:30", "010", "2026-11-21", "1_000"]
    numbers = [Fraction(1, 10), -2, 3, 1000, Fraction(1, 2), 2]
    assert values == [*texts, *numbers, None, None, True, False, 16, 15, "3", "=", Fraction(1, 10)]


@given(st.decimals(min_value="0.001", max_value=3600, places=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_seconds_are_exactly_what_is_written(read, number):
    assert shot(read, f"seconds: {number}").seconds == Fraction(str(number))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_any_quoted_title_comes_back(read, title):
    escaped = title.replace("\\", "\\\\").replace('"', '\\"').replace("\ufffe", "").replace("\uffff", "")
    title = title.replace("\ufffe", "").replace("\uffff", "")
    folded = "".join(" " if sign in "\x85\u2028\u2029" else sign for sign in title)
    board, _ = read(f'title: "{escaped}"\nshots: [{{id: a, scene: hills, camera: crane}}]\n')
    assert board.title.split() == folded.split()


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("landscape-720p", (1280, 720)),
        ("landscape-4k", (3840, 2160)),
        ("portrait-1080p", (1080, 1920)),
        ("square-720p", (720, 720)),
        ("1920x1080", (1920, 1080)),
        ("1280 × 720", (1280, 720)),
    ],
)
def test_sizes(read, written, size):
    board, _ = read(f"output: {{size: {written}}}\nshots: [{{id: a, scene: hills, camera: crane}}]\n")
    assert board.output.size == Size(*size)


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("25", Fraction(25)),
        ("12.5", Fraction(25, 2)),
        ("24000/1001", Fraction(24000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
    ],
)
def test_rates_are_exact_and_ntsc_is_meant(read, written, rate):
    board, _ = read(f"output: {{fps: {written}}}\nshots: [{{id: a, scene: hills, camera: crane}}]\n")
    assert board.output.rate == rate


@pytest.mark.parametrize(
    ("written", "camera"),
    [
        ("dolly_in", "dolly_in"),
        ("Dolly In", "dolly_in"),
        ("ドリーイン", "dolly_in"),
        ("push-in", "dolly_in"),
        ("slow push towards the gate", "slow push towards the gate"),
    ],
)
def test_a_camera_is_an_id_where_the_words_name_one(read, written, camera):
    assert shot(read, f"camera: {written}").camera == camera


@pytest.mark.parametrize(
    ("written", "motion"),
    [
        ("natural", Motion("natural")),
        ("自然", Motion("natural")),
        ("high", Motion(amount="high")),
        ("slow motion", Motion("slow_motion")),
        ("leaves falling down", Motion(details="leaves falling down")),
        ("{type: person, amount: low, details: she turns}", Motion("person", "low", "she turns")),
    ],
)
def test_motion(read, written, motion):
    assert shot(read, f"motion: {written}").motion == motion


@pytest.mark.parametrize(
    ("written", "transition"),
    [
        ("cut", Transition()),
        ("fade", Transition("dissolve", Fraction(1, 2))),
        ("フェード", Transition("dissolve", Fraction(1, 2))),
        ("暗転", Transition("dip_black", Fraction(1, 2))),
        ("{type: wipe_left, seconds: 0.3}", Transition("wipe_left", Fraction(3, 10))),
        ("{type: dissolve, frames: 12}", Transition("dissolve", Fraction(1, 2))),
        ("{type: cut, seconds: 1}", Transition()),
    ],
)
def test_transitions(read, written, transition):
    assert shot(read, f"transition: {written}").transition == transition


def test_the_films_ends_fade_from_and_to_black(read):
    board, _ = read("open: fade\nclose: {type: dip_white, seconds: 2}\nshots: [{id: a, scene: hills, camera: crane}]\n")
    assert (board.open, board.close) == (Transition("dip_black", Fraction(1)), Transition("dip_white", Fraction(2)))


def test_the_last_shot_passes_into_nothing(read):
    text = (
        "defaults: {transition: dissolve, camera: crane}\nshots:\n"
        "  - {id: a, scene: hills}\n  - {id: b, scene: hills}\n"
    )
    board, warnings = read(text)
    assert [one.transition.type for one in board.shots] == ["dissolve", "cut"]
    assert warnings == ()
    board, warnings = read(text.replace("{id: b,", "{id: b, transition: fade,"))
    assert board.shots[1].transition.type == "cut"
    assert [one.path for one in warnings] == ["shots[1].transition"]


def test_an_id_may_be_a_number_and_no_is_no(read):
    board, _ = read("shots:\n  - {id: 1, scene: hills, camera: crane}\n  - {id: no, scene: hills, continues: 1}\n")
    assert [one.id for one in board.shots] == ["1", "no"]
    assert board.shots[1].continues == "1"


def test_frames_are_a_length_too(read):
    assert (shot(read, "frames: 96").seconds, shot(read, "frames: 96").frames) == (None, 96)
    assert shot(read, "camera: crane", "defaults: {frames: 12}\n").frames == 12


def test_generators(read):
    assert shot(read, "generator: [wan, animatic]").generator.names == ("wan", "animatic")
    assert shot(read, "generator: [wan, auto, animatic]").generator.names == ("wan", "auto", "animatic")
    chosen = shot(read, "generator: {name: wan, steps: 40, guidance: 7.5, blemish: {1: frozen}}").generator
    assert chosen == ToolChoice(("wan",), {"steps": 40, "guidance": 7.5, "blemish": {"1": "frozen"}})


def test_sound(read):
    board, warnings = read("""\
audio:
  music: {file: assets/theme.wav, from: a, to: b, gain_db: -12, fade_in: 1, fade_out: 0.5}
  effects:
    - {file: assets/theme.wav, shot: b, at: -0.5}
    - {file: assets/dance.mp4, duck: false}
  duck_db: 6
  loudness_lufs: off
shots: [{id: a, scene: hills, camera: crane}, {id: b, scene: hills, camera: crane}]
""")
    (music,), (bell, clip) = board.audio.music, board.audio.effects
    assert (music.start, music.stop, music.gain_db, music.fade_in, music.fade_out) == ("a", "b", -12, 1, Fraction(1, 2))
    assert (bell.start, bell.at, bell.ducks, clip.start, clip.ducks) == ("b", Fraction(-1, 2), True, None, False)
    assert (music.ducks, board.audio.duck_db, board.audio.loudness, warnings) == (False, 6.0, None, ())


def test_finish_budget_and_the_rest(read):
    board, _ = read("""\
storyboard: 1
seed: 7
target_seconds: 8.5
language: ja
budget: {usd: 20}
finish: {interpolate: blend, harmonise: {within: film, strength: 0.8, reference: a}}
shots: [{id: a, scene: hills, camera: crane, seed: 3, pick: 2}, {id: b, scene: hills, skip: true}]
""")
    assert (board.seed, board.target_seconds, board.budget.usd, board.budget.hours) == (7, Fraction(17, 2), 20, None)
    assert board.finish.interpolate == "blend"
    assert (board.finish.harmonise.within, board.finish.harmonise.reference) == ("film", "a")
    assert (board.skipped, board.shots[0].seed, board.shots[0].pick) == (("b",), 3, 2)
    off, _ = read("finish: {harmonise: false}\nshots: [{id: a, scene: hills, camera: crane}]\n")
    assert off.finish.harmonise is None


def test_the_index_of_a_shot_is_its_place_in_the_file(read):
    board, _ = read("shots:\n  - {id: a, scene: hills, skip: true}\n  - {id: b, scene: hills, camera: crane}\n")
    assert board.shots[0].index == 1
    problem = board.problem(f"shots[{board.shots[0].index}].camera", "told later")
    assert (problem.line, problem.column) == (3, 35)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("shots[1].scene", (4, 12)),
        ("shots[1].camera", (3, 5)),
        ("shots[9]", (2, 3)),
        ("output.size", (1, 1)),
        ("", (1, 1)),
    ],
)
def test_locate_finds_what_is_written_or_the_nearest_thing_above(read, path, place):
    board, _ = read("shots:\n  - {id: a, scene: hills, camera: crane}\n  - id: b\n    scene: rocks\n    motion: low\n")
    assert board.locate(path) == place


def test_files_are_found_in_either_unicode_form(read, studio):
    decomposed, composed = (unicodedata.normalize(form, "が.png") for form in ("NFD", "NFC"))
    (studio / decomposed).write_bytes((studio / "assets" / "gate.png").read_bytes())
    assert shot(read, f"first_frame: {composed}").first_frame.path.name == decomposed


def test_files_are_looked_for_in_the_assets_folder_too(read, studio, monkeypatch):
    elsewhere = studio.parent / "library"
    elsewhere.mkdir()
    (elsewhere / "moon.png").write_bytes((studio / "assets" / "gate.png").read_bytes())
    monkeypatch.setenv("DAILIES_ASSETS", str(elsewhere))
    board, _ = read("shots:\n  - {id: a, first_frame: moon.png, last_frame: assets/end.png}\n")
    assert board.shots[0].first_frame.path == elsewhere.resolve() / "moon.png"
    assert board.shots[0].last_frame.name == "assets/end.png"


def test_each_file_is_probed_once(read, probe):
    read(
        "shots:\n  - {id: a, first_frame: assets/gate.png, camera: crane}\n"
        "  - {id: b, first_frame: assets/gate.png, camera: crane}\n"
    )
    assert len(probe.asked) == 1


def test_a_storyboard_may_be_named_relative_to_where_one_stands(studio, probe, monkeypatch):
    (studio / "b.yaml").write_text("shots: [{id: a, first_frame: assets/gate.png, camera: crane}]\n")
    monkeypatch.chdir(studio)
    from pathlib import Path

    board, _ = load(Path("b.yaml"), probe)
    assert board.shots[0].first_frame.path.is_absolute()
    assert str(board.problem("shots[0]", "x")).startswith("b.yaml:1:9: shots[0]")
