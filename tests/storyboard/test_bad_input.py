"""Every slip is told at its place, in words that name the cure."""

import os
import time

import pytest

from pipeline.errors import StoryboardInvalid
from pipeline.storyboard import load

ONE = "shots:\n  - {{id: a, scene: an old bridge, camera: static, {}}}\n"


def one(more):
    """A board of one shot with `more` keys; the keys begin at line 2, column 51."""
    return ONE.format(more)


BOARD = [
    # text, line, column, path, words of the message
    ("", 1, 1, "", "empty"),
    ("# only a comment\n", 1, 1, "", "empty"),
    ("just words\n", 1, 1, "", "`shots:`"),
    ("- a\n- b\n", 1, 1, "", "mapping with `shots:`"),
    ("title: Kyoto\n", 1, 1, "", "`shots` is missing"),
    ("shots: []\n", 1, 8, "shots", "at least one"),
    ("shots:\n", 1, 7, "shots", "nothing stands after the colon"),
    ("title: a\ntitle: b\nshots: [{id: a, scene: x y}]\n", 2, 1, "title", "twice, first in line 1"),
    ("shots:\n  - {id: a, scene: x, scene: y}\n", 2, 23, "shots[0].scene", "twice"),
    ("titel: a\nshots: [{id: a, scene: x y}]\n", 1, 1, "titel", "did you mean title?"),
    (one("takez: 3"), 2, 51, "shots[0].takez", "did you mean takes?"),
    (one("duration: 3"), 2, 51, "shots[0].duration", "did you mean seconds?"),
    (one("fps: 24"), 2, 51, "shots[0].fps", "belongs to output"),
    (one("<<: {takes: 2}"), 2, 51, "shots[0].<<", "YAML 1.2"),
    (one("takes: three"), 2, 58, "shots[0].takes", 'a whole number, not the text "three"'),
    (one("takes: 2.5"), 2, 58, "shots[0].takes", "a whole number, not 2.5"),
    (one("takes: 0"), 2, 58, "shots[0].takes", "at least 1"),
    (one("takes: 101"), 2, 58, "shots[0].takes", "at most 100"),
    (one("seconds: 0"), 2, 60, "shots[0].seconds", "more than 0"),
    (one("seconds: -1.5"), 2, 60, "shots[0].seconds", "more than 0, not -1.5"),
    (one("seconds: .nan"), 2, 60, "shots[0].seconds", "nan"),
    (one("seconds: .inf"), 2, 60, "shots[0].seconds", "infinity"),
    (one("seconds: -.inf"), 2, 60, "shots[0].seconds", "infinity"),
    (one("seconds: 1e99"), 2, 60, "shots[0].seconds", "at most 3600"),
    (one("seconds: 1e999999999"), 2, 60, "shots[0].seconds", "a number"),
    (one("seconds: 1:30"), 2, 60, "shots[0].seconds", "write seconds, 90"),
    (one("seconds: 010"), 2, 60, "shots[0].seconds", "write 10"),
    (one('seconds: "4"'), 2, 60, "shots[0].seconds", "write 4"),
    (one("seconds: 4s"), 2, 60, "shots[0].seconds", "write 4"),
    (one("seconds: 4, frames: 96"), 2, 63, "shots[0].frames", "keep one"),
    (one("skip: yes"), 2, 57, "shots[0].skip", "write true"),
    (one("harmonise: off"), 2, 62, "shots[0].harmonise", "write false"),
    (one("style: true"), 2, 58, "shots[0].style", "in quotes"),
    (one("look: day"), 2, 57, "shots[0].look", "no look"),
    (one("sequence: arrival"), 2, 61, "shots[0].sequence", "no sequence"),
    (one("style: cinematc"), 2, 58, "shots[0].style", "did you mean cinematic?"),
    (one("motion: naturel"), 2, 59, "shots[0].motion", "did you mean natural?"),
    (one("motion: {amount: lots}"), 2, 68, "shots[0].motion.amount", "static, low, medium or high"),
    (one("transition: disolve"), 2, 63, "shots[0].transition", "did you mean dissolve?"),
    (one("transition: star wipe"), 2, 63, "shots[0].transition", "no transition"),
    (one("transition: {seconds: 1}"), 2, 63, "shots[0].transition", "`type` is missing"),
    (one("transition: {type: dissolve, seconds: 1, frames: 2}"), 2, 63, "shots[0].transition", "keep one"),
    (one("continues: b"), 2, 62, "shots[0].continues", "no shot is called"),
    (one("continues: a"), 2, 62, "shots[0].continues", "itself"),
    (one("pick: 0"), 2, 57, "shots[0].pick", "at least 1"),
    (one("first_frame: assets/none.png"), 2, 64, "shots[0].first_frame", "no file assets/none.png"),
    (one("first_frame: assets/gata.png"), 2, 64, "shots[0].first_frame", "did you mean gate.png?"),
    (one("first_frame: ../gate.png"), 2, 64, "shots[0].first_frame", "leads out"),
    (one("first_frame: assets/../../gate.png"), 2, 64, "shots[0].first_frame", "leads out"),
    (one("first_frame: /etc/passwd"), 2, 64, "shots[0].first_frame", "absolute"),
    (one("first_frame: C:/gate.png"), 2, 64, "shots[0].first_frame", "absolute"),
    (one("first_frame: ~/gate.png"), 2, 64, "shots[0].first_frame", "absolute"),
    (one("first_frame: 'assets\\gate.png'"), 2, 64, "shots[0].first_frame", "assets/gate.png"),
    (one("first_frame: https://x.test/a.png"), 2, 64, "shots[0].first_frame", "address"),
    (one("first_frame: assets"), 2, 64, "shots[0].first_frame", "not a file"),
    (one("first_frame: assets/fake.png"), 2, 64, "shots[0].first_frame", "no picture"),
    (one("first_frame: assets/huge.png"), 2, 64, "shots[0].first_frame", "too large"),
    (one("first_frame: assets/dance.mp4"), 2, 64, "shots[0].first_frame", "a clip goes to source"),
    (one("first_frame: assets/gate.png, source: assets/dance.mp4"), 2, 81, "shots[0].source", "keep one"),
    (one("source: assets/gate.png"), 2, 59, "shots[0].source", "a picture goes to first_frame"),
    (one("source: {file: assets/dance.mp4, in: 5, out: 4}"), 2, 96, "shots[0].source.out", "later than `in`"),
    (one("source: {file: assets/dance.mp4, in: 12}"), 2, 88, "shots[0].source.in", "only 10 seconds"),
    (one("source: {file: assets/dance.mp4, out: 12}"), 2, 89, "shots[0].source.out", "only 10 seconds"),
    (one("source: {file: assets/dance.mp4, speed: 0}"), 2, 91, "shots[0].source.speed", "more than 0"),
    ("shots:\n  - {scene: a red bridge}\n", 2, 5, "shots[0]", "`id` is missing"),
    ("shots:\n  - {id: a}\n", 2, 5, "shots[0]", "write a `scene`"),
    ("shots:\n  - {id: a, scene: '', camera: static}\n", 2, 5, "shots[0]", "write a `scene`"),
    ("shots:\n  - a\n", 2, 5, "shots[0]", "a mapping"),
    ("shots:\n  - {id: a b, scene: x y}\n", 2, 10, "shots[0].id", "letters, digits, - and _"),
    ("shots:\n  - {id: ../x, scene: x y}\n", 2, 10, "shots[0].id", "letters, digits, - and _"),
    ("shots:\n  - {id: " + "a" * 65 + ", scene: x y}\n", 2, 10, "shots[0].id", "at most 64"),
    ("shots:\n  - {id: a, scene: x}\n  - {id: A, scene: y}\n", 3, 10, "shots[1].id", "already the id of the shot in line 2"),
    ("shots:\n  - {id: a, scene: x, camera: dolly_inn}\n", 2, 31, "shots[0].camera", "did you mean dolly_in?"),
    ("shots:\n  - {id: a, scene: x, camera: zoomin}\n", 2, 31, "shots[0].camera", "did you mean zoom_in?"),
    ("shots:\n  - {id: a, scene: x, camera: pan}\n", 2, 31, "shots[0].camera", "pan_left or pan_right"),
    ("shots:\n  - {id: a, scene: x, camera: whirl}\n", 2, 31, "shots[0].camera", "there are static"),
    ("shots:\n  - {id: a, scene: x, camera: 3}\n", 2, 31, "shots[0].camera", "in quotes"),
    ("shots:\n  - {id: a, scene: x, camera: }\n", 2, 31, "shots[0].camera", "nothing stands after the colon"),
    ("shots:\n  - id: a\n    scene: {heroine}\n", 3, 12, "shots[0].scene", 'in quotes: "{heroine}"'),
    ("shots:\n  - id: a\n    scene: {{heroine}}\n", 3, 13, "shots[0].scene", "in quotes"),
    ('shots:\n  - id: a\n    scene: "{heroin} walks"\n', 3, 12, "shots[0].scene", "no one in the cast"),
    ("storyboard: 2\nshots: [{id: a, scene: x y}]\n", 1, 13, "storyboard", "format 1, not 2"),
    ("output: {size: 1921x1080}\nshots: [{id: a, scene: x}]\n", 1, 16, "output.size", "write 1922x1080"),
    ("output: {size: 99999x2}\nshots: [{id: a, scene: x}]\n", 1, 16, "output.size", "16 to 8192"),
    ("output: {size: huge}\nshots: [{id: a, scene: x}]\n", 1, 16, "output.size", "1920x1080"),
    ("output: {fps: 0}\nshots: [{id: a, scene: x}]\n", 1, 15, "output.fps", "at least 1"),
    ("output: {fps: 24/0}\nshots: [{id: a, scene: x}]\n", 1, 15, "output.fps", "1 to 240"),
    ("output: {fps: film}\nshots: [{id: a, scene: x}]\n", 1, 15, "output.fps", "24000/1001"),
    ("output: {fit: crop}\nshots: [{id: a, scene: x}]\n", 1, 15, "output.fit", "cover or contain"),
    ("open: wipe_left\nshots: [{id: a, scene: x}]\n", 1, 7, "open", "cannot begin or end"),
    ("defaults: {look: dya}\nlooks: {day: {}}\nshots: [{id: a, scene: x}]\n", 1, 18, "defaults.look", "did you mean day?"),
    ("looks: {a.b: {}}\nshots: [{id: a, scene: x}]\n", 1, 9, "looks.a.b", "no spaces, dots"),
    ("audio: {music: {file: assets/mute.mp4}}\nshots: [{id: a, scene: x}]\n", 1, 23, "audio.music.file", "has no sound"),
    (
        "audio: {effects: [{file: assets/theme.wav, shot: b}]}\nshots: [{id: a, scene: x}]\n",
        1, 50, "audio.effects[0].shot", "no shot",
    ),
    (
        "audio: {music: [{file: assets/theme.wav, to: end}]}\nshots: [{id: a, scene: x}]\n",
        1, 46, "audio.music[0].to", "film's end",
    ),
    ("finish: {harmonise: {reference: b}}\nshots: [{id: a, scene: x}]\n", 1, 33, "finish.harmonise.reference", "no shot"),
    ("shots:\n  - {id: a, scene: x, skip: true}\n", 2, 3, "shots", "every shot is skipped"),
    ("title: !!python/object/apply:os.system [ls]\nshots: [{id: a, scene: x}]\n", 1, 8, "title", "would run code"),
    ("title: !name x\nshots: [{id: a, scene: x}]\n", 1, 8, "title", "means nothing"),
]  # fmt: skip

YAML = [
    ("shots:\n  - id: a\n    scene: {heroine} walks up\n    seconds: 2\n", 3, 12, 'in quotes: "{heroine} walks up"'),
    ("shots:\n  - {id: a, scene: {heroine} walks}\n", 2, 20, 'in quotes: "{heroine} walks"'),
    ("shots:\n  - id: a\n    scene: [wide] a bridge\n", 3, 12, "begins with ["),
    ("title: Kyoto: one day\nshots: []\n", 1, 8, 'title: "Kyoto: one day"'),
    ("shots:\n  - {id: a, scene: gate: mist}\n", 2, 20, 'scene: "gate: mist"'),
    ("shots:\n\t- id: a\n", 2, 1, "a tab"),
    ("shots:\n  - id: a\n\tscene: x\n", 3, 1, "a tab"),
    ("title： Kyoto\nshots:\n  - id: a\n", 1, 6, "full-width colon"),
    ("shots:\n  - id: a\n    scene： bridge\n    seconds: 2\n", 3, 10, "full-width colon"),
    ("title:　Kyoto\nshots:\n  - id: a\n", 1, 7, "full-width space"),
    ('title: "Kyoto\nshots:\n  - id: a\n', 1, 8, "never ends"),
    ("title: 'it's'\nshots: []\n", 1, 12, "after its closing"),
    ("shots:\n  - {id: a, scene: *star}\n", 2, 20, "begins with *"),
    ("title: @home\nshots: []\n", 1, 8, "begins with @"),
    ("title: %x\n", 1, 8, "begins with %"),
    ("title:Kyoto\nshots:\n  - id: a\n", 1, 6, "space is missing after the colon"),
    ("shots:\n  -id: a\n   scene: b\n", 2, 3, "space is missing after the dash"),
    ("shots:\n  - id: a\n   scene: b\n", 3, 4, "number of spaces"),
    ("shots:\n  - {id: a, scene: b\n  - {id: c}\n", 3, 5, "comma or the closing bracket"),
    ("shots:\n  - {id: a scene: b}\n", 2, 10, "comma before `scene`"),
    ("shots: []\n---\nshots: []\n", 2, 1, "second `---`"),
    ("title: a\x07b\n", 1, 9, "U+0007"),
]


@pytest.mark.parametrize(("text", "line", "column", "path", "words"), BOARD)
def test_a_slip_is_told_at_its_place(problems, text, line, column, path, words):
    found = problems(text)
    assert (line, column, path) in {(one.line, one.column, one.path) for one in found}, [str(one) for one in found]
    told = next(one for one in found if (one.line, one.column, one.path) == (line, column, path))
    assert words in told.message
    assert len(found) == 1, [str(one) for one in found]


@pytest.mark.parametrize(("text", "line", "column", "words"), YAML)
def test_a_slip_in_yaml_is_told_with_its_cure(problems, text, line, column, words):
    (told,) = problems(text)
    assert (told.line, told.column) == (line, column), str(told)
    assert words in told.message


def test_every_problem_is_told_at_once_in_the_order_of_the_file(problems):
    found = problems(
        "titel: a\nshots:\n  - {id: a, scene: x, camera: dolly_inn}\n  - {id: a, seconds: 0}\n  - {id: c, continues: z}\n"
    )
    places = [(one.line, one.path) for one in found]
    assert places == [
        (1, "titel"),
        (3, "shots[0].camera"),
        (4, "shots[1].id"),
        (4, "shots[1].seconds"),
        (5, "shots[2].continues"),
    ]
    assert str(found[1]).split(": ")[0].endswith("board.yaml:3:31")


def test_full_width_signs_are_told_beside_what_they_cause(problems):
    found = problems("shots:\n  - id: a\n    scene： bridge\n")
    assert any(one.line == 3 and "full-width colon after `scene`" in one.message for one in found)


def test_a_wide_indent_names_the_key_it_hides(problems):
    found = problems("shots:\n  - {id: a, scene: a red bridge}\n　title: b\n")
    assert any(one.line == 3 and "full-width" in one.message for one in found)


@pytest.mark.parametrize(
    ("chain", "told"),
    [
        ({"a": "b", "b": "a"}, "a -> b -> a"),
        ({"a": "c", "b": "a", "c": "b"}, "a -> c -> b -> a"),
    ],
)
def test_a_circle_is_told_once_with_its_shots(problems, chain, told):
    shots = "".join(f"  - {{id: {one}, scene: x y, continues: {before}}}\n" for one, before in chain.items())
    (found,) = problems("shots:\n" + shots)
    assert told in found.message
    assert found.path == "shots[0].continues"


def test_a_shot_that_leads_into_a_circle_is_not_part_of_it(problems):
    (found,) = problems(
        "shots:\n  - {id: a, scene: x, continues: b}\n  - {id: b, scene: x, continues: c}\n  - {id: c, scene: x, continues: b}\n"
    )
    assert "b -> c -> b" in found.message


def test_continuing_a_skipped_shot_is_told(problems):
    (found,) = problems("shots:\n  - {id: a, scene: x, skip: true}\n  - {id: b, scene: x, continues: a}\n")
    assert "skipped" in found.message


def test_a_link_that_leads_out_is_refused(studio, problems):
    outside = studio.parent / "secret.png"
    outside.write_bytes(b"")
    (studio / "assets" / "link.png").symlink_to(outside)
    (studio / "out").symlink_to(studio.parent)
    found = problems(
        "shots:\n  - {id: a, scene: x, first_frame: assets/link.png}\n  - {id: b, scene: x, first_frame: out/secret.png}\n"
    )
    assert [one.path for one in found] == ["shots[0].first_frame", "shots[1].first_frame"]
    assert all("leads out" in one.message for one in found)


def test_a_link_that_stays_inside_is_followed(studio, read):
    (studio / "link.png").symlink_to(studio / "assets" / "gate.png")
    board, _ = read("shots:\n  - {id: a, scene: x, first_frame: link.png}\n")
    assert board.shots[0].first_frame.path == (studio / "assets" / "gate.png").resolve()


def test_a_pipe_is_no_file(studio, problems):
    os.mkfifo(studio / "pipe.png")
    (found,) = problems("shots:\n  - {id: a, scene: x, first_frame: pipe.png}\n")
    assert "not a file" in found.message


def test_a_missing_file_a_folder_and_a_near_name(studio, probe):
    (studio / "kyoto.yaml").write_text("shots: []")
    for name, words in (
        ("kyoto.yml", "did you mean kyoto.yaml?"),
        ("assets", "a folder"),
        ("none/x.yaml", "no such file"),
    ):
        with pytest.raises(StoryboardInvalid, match=words.replace("?", r"\?")) as refused:
            load(studio / name, probe)
        assert len(refused.value.problems) == 1


@pytest.mark.parametrize(
    ("name", "words"), [("store.yaml", "studio folder"), ("-x.yaml", "named after its file"), (".x.yaml", "named")]
)
def test_a_name_that_cannot_name_a_film_is_refused(problems, name, words):
    (found,) = problems("shots: [{id: a, scene: x}]\n", name)
    assert words in found.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("title: 秋の京都\n".encode("cp932"), "Shift_JIS"),
        ("title: 秋の京都、もみじ\n".encode("euc_jp"), "UTF-8"),
        ("title: a\n".encode("utf-16"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file"),
        (bytes(range(1, 256)), "not a text file"),
        ("title: caf\xe9\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_what_is_no_utf8_text_is_named(problems, data, words):
    (found,) = problems(data)
    assert words in found.message


def test_a_byte_order_mark_is_no_matter(read):
    board, _ = read("title: 秋\nshots: [{id: a, scene: x}]\n".encode("utf-8-sig"))
    assert board.title == "秋"


def test_fifty_megabytes_are_refused_without_being_read(studio, probe):
    path = studio / "big.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    started = time.perf_counter()
    with pytest.raises(StoryboardInvalid, match="50 MB"):
        load(path, probe)
    assert time.perf_counter() - started < 0.5


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "aliases"),
        ("notes: &n [*n]\nshots: [{id: a, scene: x}]\n", "aliases"),
        ("notes: &n {a: *n}\nshots: [{id: a, scene: x}]\n", "aliases"),
        ("notes: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("notes: " + "{a: " * 3000 + "}" * 3000, "nested too deeply"),
        ("notes: " + "[" * 200_000, "nested too deeply"),
        ("- " * 3000 + "x", "nested too deeply"),
        ("".join(" " * n + "a:\n" for n in range(500)), "nested too deeply"),
        ("? " * 3000, "nested too deeply"),
    ],
)
def test_bombs_are_refused_at_once(problems, text, words):
    started = time.perf_counter()
    (found,) = problems(text)
    assert words in found.message
    assert time.perf_counter() - started < 1


def test_long_lines_of_nonsense_take_no_time(problems):
    for text in (
        "a" * 200_000 + "\n b: c: d",
        "title: " + "a: " * 100_000,
        "　" * 200_000 + "x",
        "- " * 30 + "\tx: " * 50_000,
    ):
        started = time.perf_counter()
        assert problems(text)
        assert time.perf_counter() - started < 2


def test_descriptions_cannot_blow_a_scene_up(problems):
    text = f'cast: {{a: {{description: "{"x" * 2000}"}}}}\nshots: [{{id: b, scene: "{"{a}" * 1600}"}}]\n'
    (found,) = problems(text)
    assert "20000 characters" in found.message


def test_thousands_of_wrong_shots_are_told_in_a_moment(problems):
    text = "shots:\n" + "".join(f"  - {{id: s{n}, scene: a red bridge, takes: 0}}\n" for n in range(5000))
    started = time.perf_counter()
    assert len(problems(text)) >= 1000
    assert time.perf_counter() - started < 10


def test_a_chosen_profile_is_refused_while_profiles_are_not_in_effect(studio, probe):
    (studio / "a.yaml").write_text("shots: [{id: a, scene: x y}]\n")
    with pytest.raises(StoryboardInvalid, match="not yet in effect"):
        load(studio / "a.yaml", probe, profile="draft")
