"""What cannot become a film, and what a producer is told of it."""

import os

import pytest

from tests.inbox.desk import BOARD, PATIENCE, board, png, zipped

BAD = BOARD.replace("camera: dolly_in", "camera: doly_in, taks: 3").replace("title: Kyoto", "title: Kyoto #1")
TOLD = """\
kyoto.yaml cannot be made into a film: 2 problems. Nothing was made.

{name}:1:14: title: warning: the text ends at " #"; to keep "#1" put the text in quotes, for a comment write two spaces\
 before #
{name}:4:58: shots[0].camera: "doly_in" is no camera; did you mean dolly_in?
{name}:4:67: shots[0].taks: unknown key `taks`; did you mean takes?

What to do next: mend these and put kyoto.yaml into the inbox again; files beside it were left in the inbox.
"""


def test_the_text_that_a_producer_reads(desk):
    desk.put("kyoto.yaml", BAD)
    told = desk.rejected()
    assert told.path == desk.folder / "rejected" / "kyoto.yaml"
    assert told.path.read_text() == BAD
    assert told.text == desk.folder / "rejected" / "kyoto.yaml.txt"
    assert told.text.read_text() == TOLD.format(name="kyoto.yaml")
    assert told.problems == tuple(told.text.read_text().split("\n")[2:5])
    assert desk.left() == []


def test_a_zip_and_a_folder_are_told_by_their_own_names(desk):
    zipped(desk.folder / "autumn.zip", {"all/kyoto.yaml": BAD})
    told = desk.rejected()
    assert told.problems[1].startswith("autumn.zip/all/kyoto.yaml:4:58: shots[0].camera")
    assert told.path.name == "autumn.zip"
    assert told.text.read_text().startswith("autumn.zip cannot be made into a film: 2 problems.")
    desk.put("herbst/kyoto.yaml", BAD)
    desk.put("herbst/a.png", png(1))
    told = desk.rejected()
    assert told.problems[1].startswith("herbst/kyoto.yaml:4:58: shots[0].camera")
    assert (told.path / "a.png").exists()
    assert "mend these in herbst/kyoto.yaml and move the folder herbst into the inbox again." in told.text.read_text()
    assert desk.left() == []


def test_no_older_one_is_overwritten(desk):
    names = []
    for number in range(3):
        desk.put("kyoto.yaml", f"shots: {number}")
        zipped(desk.folder / "z.zip", {"a.txt": str(number)})
        desk.put(f"夜/{number}.yaml", "shots: x")
        names += [one.path.name for one in desk.settled()]
    assert names == ["kyoto.yaml", "z.zip", "夜", "kyoto-2.yaml", "z-2.zip", "夜-2", "kyoto-3.yaml", "z-3.zip", "夜-3"]
    found = sorted(one.name for one in (desk.folder / "rejected").iterdir())
    assert found == sorted([*names, *(f"{one}.txt" for one in names)])


def test_a_text_whose_drop_never_came_is_written_again(desk, monkeypatch):
    """Killed between the text and the move."""
    desk.put("kyoto.yaml", BAD)
    desk.put("rejected/kyoto.yaml.txt", "half")
    assert desk.rejected().text.read_text() == TOLD.format(name="kyoto.yaml")


def test_a_missing_file_is_told_after_a_while(desk):
    desk.put("kyoto.yaml", board("assets/gate.png"))
    desk.put("assets/gat.png", png())
    told = desk.rejected(patient=True)
    assert told.problems == (
        "kyoto.yaml:5:28: shots[1].card.image: there is no file assets/gate.png; did you mean gat.png?",
    )
    assert desk.left() == ["assets/gat.png"]


def test_a_file_missing_in_a_zip_is_told_at_once(desk):
    zipped(desk.folder / "k.zip", {"kyoto.yaml": board("gate.png")})
    assert "there is no file gate.png" in desk.rejected().problems[0]


def test_what_only_a_profile_or_a_version_gets_wrong(desk):
    desk.put("kyoto.yaml", BOARD + "profiles: {draft: {brand: {logo: none.png}}}\n")
    assert "there is no file none.png" in desk.rejected(patient=True).problems[0]
    desk.put("kyoto.yaml", BOARD + "versions: [{name: short, shots: [gone]}]\n")
    assert "versions[0].shots[0]" in desk.rejected().problems[0]


def test_a_board_that_loads_and_cannot_be_made(desk):
    desk.put("kyoto.yaml", BOARD.replace("camera: dolly_in", "generator: nobody"))
    assert "nobody" in desk.rejected().problems[0]


@pytest.mark.parametrize(
    "name", ["store.yaml", "queue.yaml", "inbox.yml", "Credentials.yaml", "history.json.yaml", "-k.yaml"]
)
def test_names_no_film_can_have(desk, name):
    desk.put(name, BOARD)
    told = desk.rejected()
    assert told.path.name == name
    assert "name" in told.problems[0] or "called" in told.problems[0]


def test_several_storyboards_and_none(desk):
    for name in ("a.yaml", "b.yml", "c.yaml"):
        desk.put(f"two/{name}", BOARD)
    told = desk.rejected().problems[0]
    assert told.startswith("two: there are several storyboards in this folder: two/a.yaml, two/b.yml, two/c.yaml;")
    zipped(desk.folder / "k.zip", {"a/a.yaml": BOARD, "b/b.yaml": BOARD})
    assert (
        desk.rejected().problems[0].startswith("k.zip: there are several storyboards in this zip: a/a.yaml, b/b.yaml;")
    )
    zipped(desk.folder / "k.zip", {"a.png": png()})
    assert desk.rejected().problems[0].startswith("k.zip: there is no storyboard in this zip;")


def test_a_damaged_zip(desk):
    data = zipped(desk.folder / "k.zip", {"kyoto.yaml": BOARD * 10}).read_bytes()
    desk.put("k.zip", data[:60] + b"!!!!" + data[64:])
    assert desk.rejected(patient=True).problems == (
        "k.zip: the zip is damaged, or a part of it is missing; copy it once more",
    )


# ---------------------------------------------------------------- harm


def test_links_are_refused(desk, tmp_path):
    (tmp_path / "secret.yaml").write_text(BOARD)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "kyoto.yaml").write_text(BOARD)
    (desk.folder / "kyoto.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "this is a link" in desk.rejected().problems[0]
    assert (tmp_path / "secret.yaml").exists()
    (desk.folder / "kyoto").symlink_to(tmp_path / "secret")
    assert "this is a link" in desk.rejected().problems[0]
    assert (tmp_path / "secret" / "kyoto.yaml").exists()
    assert desk.left() == []


@pytest.mark.parametrize("above", ["", "kyoto/"])
def test_a_picture_that_is_a_link_out(desk, tmp_path, above):
    (tmp_path / "secret.png").write_bytes(png())
    desk.put(f"{above}kyoto.yaml", board("a/a.png"))
    (desk.folder / above / "a").mkdir()
    (desk.folder / above / "a" / "a.png").symlink_to(tmp_path / "secret.png")
    assert "is a link that leads out" in desk.rejected(patient=True).problems[0]
    assert (tmp_path / "secret.png").exists()
    assert not (desk.folder / "archive").exists()


@pytest.mark.parametrize("above", ["", "kyoto/"])
def test_links_in_a_circle(desk, above):
    desk.put(f"{above}kyoto.yaml", board("a/a.png"))
    (desk.folder / above / "a").mkdir()
    (desk.folder / above / "a" / "a.png").symlink_to("b.png")
    (desk.folder / above / "a" / "b.png").symlink_to("a.png")
    assert desk.rejected(patient=True)


@pytest.mark.timeout(20)
def test_a_pipe_is_never_opened(desk):
    os.mkfifo(desk.folder / "kyoto.yaml")
    assert "no regular file" in desk.rejected().problems[0]
    os.mkfifo(desk.folder / "kyoto.zip")
    assert "no regular file" in desk.rejected().problems[0]
    (desk.folder / "osaka").mkdir()
    os.mkfifo(desk.folder / "osaka" / "osaka.yaml")
    assert desk.rejected(patient=True)
    desk.put("nara.yaml", board("a.png"))
    os.mkfifo(desk.folder / "a.png")
    assert "a.png is not a file" in desk.rejected(patient=True).problems[0]


OUTSIDE = ("shots: [{id: a, source: ../../secret.mp4}]", "shots: [{id: a, source: /etc/passwd}]")
STRANGE = (
    "a: " + "[" * 200,
    "a: &a [1]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]",
    "title: {a: 1}",
    b"\xff\xfe\x00",
    b"\x93\xfa: x",
)


@pytest.mark.parametrize("text", [*OUTSIDE, *STRANGE, "# " + "x" * 9_000_000], ids=range(8))
def test_texts_that_are_no_storyboard(desk, text):
    desk.put("kyoto.yaml", text)
    assert desk.rejected().problems


def test_a_storyboard_that_names_what_is_ours(desk):
    """What is in the archive, or a drop of its own, is never removed."""
    desk.put("archive/old/a.png", png(1))
    desk.put("osaka/osaka.yaml", BOARD.replace("gate", "x"))
    desk.put("kyoto.yaml", board("archive/old/a.png"))
    for ready in desk.settled():
        desk.inbox.clear(ready)
    assert (desk.folder / "archive" / "old" / "a.png").exists()
    assert desk.left() == []


def test_names_that_are_no_text(desk):
    name = b"k\xff\xfeyoto\n.yaml"
    os.close(os.open(os.fsencode(desk.folder) + b"/" + name, os.O_CREAT | os.O_WRONLY))
    told = desk.rejected(patient=True)
    assert os.fsencode(told.path.name) == name
    assert told.text.read_text("utf-8").startswith("k??yoto?.yaml cannot be made into a film")


def test_very_long_names(desk):
    desk.put("京" * 83 + ".yaml", "shots: 3")
    told = desk.rejected()
    assert told.text.exists()
    assert told.path.name == "京" * 66 + ".yaml"


def test_far_too_many_files(desk, monkeypatch):
    monkeypatch.setattr("pipeline.inbox.sight.MOST_FILES", 5)
    monkeypatch.setattr("pipeline.inbox.drops.MOST_FILES", 5)
    for number in range(6):
        desk.put(f"kyoto/{number}.png", b"")
    desk.put("kyoto/kyoto.yaml", BOARD)
    told = [*desk.settled(), *desk.look(PATIENCE)]
    assert all("over 5 files" in one.problems[0] for one in told)
