"""What no storyboard may be or hold, told at once and all together."""

import os
import time

import pytest

from pipeline.errors import StoryboardInvalid
from pipeline.storyboard import load


def test_every_problem_is_told_at_once_in_the_order_of_the_file(problems):
    found = problems(
        "titel: a\nshots:\n  - {id: a, scene: x, camera: dolly_inn}\n"
        "  - {id: a, seconds: 0}\n  - {id: c, continues: z}\n"
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


def test_a_text_cut_off_is_told_beside_the_problem_it_causes(problems):
    cut, wrong = sorted(
        problems("shots:\n  - id: a\n    scene: hills\n    camera: pan #left\n"), key=lambda one: -one.column
    )
    assert (cut.warning, cut.line, cut.path) == (True, 4, "shots[0].camera")
    assert "pan_left or pan_right" in wrong.message


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
        "shots:\n  - {id: a, scene: x, continues: b}\n"
        "  - {id: b, scene: x, continues: c}\n  - {id: c, scene: x, continues: b}\n"
    )
    assert "b -> c -> b" in found.message


def test_continuing_a_skipped_shot_is_told(problems):
    (found,) = problems("shots:\n  - {id: a, scene: x, skip: true}\n  - {id: b, scene: x, continues: a}\n")
    assert "skipped" in found.message


@pytest.mark.parametrize(
    ("used", "words"),
    [("{id: b, scene: x y, skip: true}", "is skipped"), ("{id: b, use: {shot: c}}", "use that one")],
)
def test_using_a_shot_without_takes_is_told(problems, used, words):
    (found,) = problems(f"shots:\n  - {{id: a, use: {{shot: b}}}}\n  - {used}\n  - {{id: c, scene: x y}}\n")
    assert (found.path, words in found.message) == ("shots[0].use.shot", True)


def test_a_part_that_would_be_called_like_another_shot_is_told(problems):
    shots = "shots:\n  - {id: a, scene: x y, seconds: 9, split: 2}\n  - {id: A-2, scene: x y}\n"
    (found,) = problems(shots)
    assert (found.path, "a-2" in found.message) == ("shots[0].split", True)


def test_a_link_that_leads_out_is_refused(studio, problems):
    outside = studio.parent / "secret.png"
    outside.write_bytes(b"")
    (studio / "assets" / "link.png").symlink_to(outside)
    (studio / "out").symlink_to(studio.parent)
    found = problems(
        "shots:\n  - {id: a, scene: x, first_frame: assets/link.png}\n"
        "  - {id: b, scene: x, first_frame: out/secret.png}\n"
    )
    assert [one.path for one in found] == ["shots[0].first_frame", "shots[1].first_frame"]
    assert all("leads out" in one.message for one in found)


@pytest.mark.parametrize("name", ["self.png", "there.png", "loop/gate.png"])
def test_links_in_a_circle_are_told(studio, problems, name):
    (studio / "self.png").symlink_to("self.png")
    (studio / "there.png").symlink_to("back.png")
    (studio / "back.png").symlink_to(studio / "there.png")
    (studio / "loop").symlink_to("loop")
    (found,) = problems(f"shots:\n  - {{id: a, scene: x, first_frame: {name}}}\n")
    words = "no file loop/gate.png" if "/" in name else f"{name} is a link that leads in a circle, to no file; put"
    assert (found.line, found.path, words in found.message.replace('"', "")) == (2, "shots[0].first_frame", True)


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
