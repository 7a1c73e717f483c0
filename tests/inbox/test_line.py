"""The line of films for the night: who is in it, in which order, and what is told of the rest."""

import os
import time
import unicodedata

import pytest

from pipeline.inbox import line as queue
from pipeline.inbox.line import film_in, queued
from pipeline.inbox.zips import unpack
from tests.inbox.desk import BOARD, board, png, unix, zipped

LATER = 1e9
"""A moment at which everything lies still."""


@pytest.fixture
def line(tmp_path):
    """Give the line; everything lay still for long, unless said otherwise."""

    def run(**options):
        return queued(tmp_path, **({"now": time.time() + LATER} | options))

    return run


@pytest.fixture
def put(tmp_path):
    def run(name, data=BOARD):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return run


def films(found):
    return [one.film for one in found.films]


NAMES = {
    "10_kyoto.yaml": "kyoto",
    "2-kyoto.yml": "kyoto",
    "03 kyoto": "kyoto",
    "3. kyoto.yaml": "kyoto",
    "_kyoto.yaml": "kyoto",
    "_10_kyoto.zip": "kyoto",
    "kyoto.yaml": "kyoto",
    "10.yaml": "10",
    "10_.yaml": "10_",
    "2001_odyssey.yaml": "2001_odyssey",
    "10kyoto.yaml": "10kyoto",
    "kyoto.v2": "kyoto.v2",
    "01_夜 の京都.yaml": "夜 の京都",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_film(name):
    assert film_in(name) == NAMES[name]


def test_by_name_two_before_ten(put, line):
    for name in ("10_c.yaml", "2_b.yaml", "a/x.yaml", "Bb.yaml", "_1_z.yaml", "夜.yaml"):
        put(name)
    found = line()
    assert films(found) == ["z", "b", "c", "a", "Bb", "夜"]
    assert [one.position for one in found.films] == [1, 2, 3, 4, 5, 6]
    assert [one.paused for one in found.films] == [True] + [False] * 5
    assert [one.board.name for one in found.films][:4] == ["_1_z.yaml", "2_b.yaml", "10_c.yaml", "x.yaml"]
    assert {one.problem for one in found.films} == {""}
    assert found.told == ()


def test_by_queue_yaml(put, line):
    for name in ("1_a.yaml", "2_b.yaml", "3_が.yaml", "4_d/x.yaml"):
        put(name)
    put("queue.yaml", f"order: [{unicodedata.normalize('NFD', 'が')}, 2_b.yaml, nobody]\npaused: [A, 4_d]\n")
    found = line()
    assert films(found) == ["が", "b", "a", "d"]
    assert [one.film for one in found.films if one.paused] == ["a", "d"]
    assert found.told == ('queue.yaml: no film in line is called "nobody"; there is a, b, が or d',)


BROKEN = {
    "order: [a": "queue.yaml: line 1: ",
    "- a": "queue.yaml: write `order: [a, b]`",
    "text": "queue.yaml: write `order: [a, b]`",
    "order: [{a: b}]": "queue.yaml: `order` is a list of names",
    "ordr: [a]": "queue.yaml: `ordr` means nothing here",
    "a: &a [*a]": "queue.yaml: it repeats itself without end",
    "[" * 100: "queue.yaml: line 1: nested too deeply",
    "\0": "queue.yaml: this is not a text file",
}


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_queue_yaml_does_not_stop_the_night(put, line, text):
    put("10_b.yaml")
    put("2_a.yaml")
    put("queue.yaml", text)
    found = line()
    assert films(found) == ["a", "b"]
    assert [one.problem for one in found.films] == ["", ""]
    assert found.told[0].startswith(BROKEN[text])


@pytest.mark.parametrize("text", ["", "\n \n", "# nothing yet\n", "order:\npaused:\n", "order: b\n"])
def test_a_queue_yaml_that_says_little(put, line, text):
    put("b.yaml")
    put("queue.yaml", text)
    assert (films(line()), line().told) == (["b"], ())


def test_two_of_one_film(put, line):
    put("1_kyoto.yaml")
    put("2_Kyoto/k.yaml")
    first, second = line().films
    assert first.problem == ""
    assert second.problem == "1_kyoto.yaml is the same film, 'Kyoto'; give one another name"


@pytest.mark.parametrize("name", [".a.yaml", "a.yaml.part", "done/a.yaml", ".zips/a.zip", "a.png", "a.yaml~"])
def test_what_is_not_in_line(put, line, name):
    put(name)
    assert line().films == ()
    assert line().told == ()


def test_assets_are_no_film_and_an_idle_folder_is_told(put, line):
    put("a.yaml", board("assets/x.png"))
    put("assets/x.png", png())
    put("empty/x.png", png())
    found = line()
    assert films(found) == ["a"]
    assert found.told == ("empty holds no storyboard, so it is not in line",)


def test_what_cannot_be_worked_on(put, line, tmp_path):
    put("a/one.yaml")
    put("a/two.yaml")
    put("store.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "z.yaml").symlink_to("/etc/passwd")
    problems = {one.film: one.problem for one in line().films}
    assert "several storyboards in this folder: a/one.yaml, a/two.yaml" in problems["a"]
    assert "cannot be called 'store'" in problems["store"]
    assert "no regular file" in problems["pipe"]
    assert "a link" in problems["z"]


def test_what_is_half_copied_is_left_for_the_next_call(put, tmp_path):
    put("a.yaml", board("assets/x.png"))
    put("assets/x.png", png())
    put("b/b.yaml")
    zipped(tmp_path / "c.zip", {"c.yaml": BOARD})
    now = time.time()
    assert queued(tmp_path, now=now).films == ()
    assert queued(tmp_path, now=now).unsettled == ("a.yaml", "b", "c.zip")
    for one in tmp_path.rglob("*"):
        os.utime(one, (1, 1))  # as a copy that keeps its times; the disk knows better
    assert queued(tmp_path, now=now).films == ()
    later = queued(tmp_path, now=now + 100)
    assert films(later) == ["a", "b", "c"]
    assert not later.unsettled


def test_a_file_still_coming_holds_its_storyboard_back(put, tmp_path, monkeypatch):
    put("a.yaml", board("x.png"))
    put("b.yaml")
    put("x.png", png())
    changed = {"x.png"}
    monkeypatch.setattr("pipeline.inbox.line._changed_after", lambda path, _: path.name in changed)
    assert films(queued(tmp_path)) == ["b"]
    changed.clear()
    assert films(queued(tmp_path)) == ["a", "b"]


# ---------------------------------------------------------------- zips


def test_a_zip_is_unpacked_once(line, tmp_path):
    zipped(tmp_path / "10_kyoto.zip", {"x/kyoto.yaml": board("a.png"), "x/a.png": png()})
    for _ in range(2):
        (found,) = line().films
        assert (found.film, found.problem, found.board) == ("kyoto", "", tmp_path / "10_kyoto" / "x" / "kyoto.yaml")
        assert (tmp_path / ".zips" / "10_kyoto.zip").exists()
        assert not (tmp_path / "10_kyoto.zip").exists()
    assert list((tmp_path / ".work").iterdir()) == []


def test_a_zip_unpacked_now_is_in_line_now(tmp_path):
    path = zipped(tmp_path / "kyoto.zip", {"kyoto.yaml": BOARD})
    assert queued(tmp_path, now=path.stat().st_ctime + 3).films[0].film == "kyoto"


def test_killed_between_unpacking_and_putting_aside(line, tmp_path):
    path = zipped(tmp_path / "kyoto.zip", {"kyoto.yaml": BOARD})
    line()
    (tmp_path / ".zips" / "kyoto.zip").rename(path)
    assert [one.problem for one in line().films] == [""]
    assert not path.exists()


def test_another_zip_of_the_same_name(line, tmp_path):
    zipped(tmp_path / "kyoto.zip", {"kyoto.yaml": BOARD})
    line()
    zipped(tmp_path / "kyoto.zip", {"kyoto.yaml": BOARD + "# more"})
    first, second = line().films
    assert first.problem == ""
    assert second.problem == "there is kyoto already; take one of the two away, or give the zip another name"


HARM = {
    "several storyboards": {"a.yaml": BOARD, "b.yaml": BOARD},
    "there is no storyboard in this zip": {"a.png": b""},
    "would be written outside": {"../../a.yaml": BOARD},
    "is a link": {"a.yaml": BOARD, unix("b", 0o120000): "/etc/passwd"},
}


@pytest.mark.parametrize("why", HARM)
def test_zips_that_are_not_taken(tmp_path, why):
    zipped(tmp_path / "q" / "kyoto.zip", HARM[why])
    (found,) = queued(tmp_path / "q", now=time.time() + LATER).films
    assert why in found.problem
    assert sorted(one.name for one in (tmp_path / "q").rglob("*") if one.is_file()) == ["kyoto.zip", "kyoto.zip.json"]


def test_a_zip_that_was_refused_is_not_unpacked_again_until_it_changes(tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr(queue, "unpack", lambda *given: tried.append(1) or unpack(*given))
    for content, tries in (({"a.png": b""}, 1), ({"b.png": b"12"}, 2), ({"kyoto.yaml": BOARD}, 3)):
        zipped(tmp_path / "kyoto.zip", content)
        for _ in range(3):
            (found,) = queued(tmp_path, now=time.time() + LATER).films
        assert len(tried) == tries
        assert bool(found.problem) == ("kyoto.yaml" not in content)


def test_a_zip_whose_fault_cannot_be_remembered_is_told_all_the_same(put, line):
    put("k" * 247 + ".zip", b"PK")
    assert "damaged" in line().films[0].problem


def test_a_damaged_zip(put, line):
    put("kyoto.zip", b"PK")
    assert "damaged" in line().films[0].problem


def test_a_folder_that_is_not_there(tmp_path):
    assert queued(tmp_path / "none") == queued(tmp_path)
