"""What producers drop becomes films that can be started, and leaves the inbox."""

import unicodedata

import pytest

from tests.inbox.desk import BOARD, FILES, SETTLE, board, png, zipped

# ---------------------------------------------------------------- what is taken


def test_a_storyboard_alone(desk):
    desk.put("kyoto.yaml", BOARD)
    assert desk.look() == []
    assert desk.inbox.waiting == {"kyoto.yaml": "was put in just now"}
    (ready,) = desk.look(SETTLE)
    assert (ready.film, ready.again, ready.turn) == ("kyoto", False, 1)
    assert ready.board == desk.folder / "archive" / "kyoto" / "kyoto.yaml"
    assert ready.board.read_text() == BOARD
    assert desk.look(5) == []
    assert desk.inbox.waiting == {"kyoto.yaml": "is being started"}
    desk.inbox.clear(ready)
    assert desk.left() == []
    assert desk.look(5) == []
    assert desk.inbox.waiting == {}


@pytest.mark.parametrize("above", ["", "kyoto/", "夜/inside/"])
def test_files_travel_with_their_storyboard(desk, above):
    for name, data in FILES.items():
        desk.put(above + name, data)
    ready = desk.ready()
    home = ready.board.parent
    assert sorted(str(one.relative_to(home)) for one in home.rglob("*.*")) == ["assets/a.png", "b.png", "kyoto.yaml"]
    desk.inbox.clear(ready)
    assert desk.left() == ([] if above else ["other.png"])
    assert not (desk.folder / "assets").exists()


@pytest.mark.parametrize("above", ["", "kyoto/", "deep/er/"])
def test_a_zip(desk, above):
    junk = {"__MACOSX/._kyoto.yaml": b"x", f"{above}.DS_Store": b"x", f"{above}assets/Thumbs.db": b"x"}
    zipped(desk.folder / "autumn.zip", {above + name: data for name, data in FILES.items()} | junk)
    ready = desk.ready()
    assert ready.film == "kyoto"
    assert (ready.board.parent / "assets" / "a.png").read_bytes() == png(1)
    assert list((desk.folder / ".work").iterdir()) == []
    desk.inbox.clear(ready)
    assert desk.left() == []


def test_the_same_content_is_the_same_however_it_comes(desk):
    desk.put("kyoto.yaml", FILES["kyoto.yaml"])
    for name in ("assets/a.png", "b.png"):
        desk.put(name, FILES[name])
    first = desk.ready()
    desk.inbox.clear(first)
    zipped(desk.folder / "k.zip", FILES)
    second = desk.ready()
    assert (second.sha256, second.again, second.turn) == (first.sha256, True, 1)
    assert not (desk.folder / "archive" / ".before").exists()


def test_other_content_takes_the_place_of_the_former(desk):
    turns = []
    for title in ("A", "B", "A"):
        desk.put("kyoto.yaml", board(title=title))
        ready = desk.ready()
        desk.inbox.clear(ready)
        turns.append((ready.turn, ready.again, ready.sha256, ready.board, ready.board.read_text()))
    assert [one[0] for one in turns] == [1, 2, 3]
    assert [one[1] for one in turns] == [False] * 3
    assert turns[0][2] == turns[2][2] != turns[1][2]
    assert len({one[3] for one in turns}) == 1
    assert turns[2][4] == board(title="A")
    aside = sorted(one.name for one in (desk.folder / "archive" / ".before").iterdir())
    assert aside == sorted(f"kyoto-{turns[n][2][:8]}" for n in (0, 1))


def test_a_changed_picture_is_other_content(desk):
    desk.put("kyoto/kyoto.yaml", board("a.png"))
    desk.put("kyoto/a.png", png(1))
    first = desk.ready()
    desk.inbox.clear(first)
    desk.put("kyoto/kyoto.yaml", board("a.png"))
    desk.put("kyoto/a.png", png(2))
    second = desk.ready()
    assert second.sha256 != first.sha256
    assert (second.board.parent / "a.png").read_bytes() == png(2)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_japanese_names(desk, form):
    spelt, other = (unicodedata.normalize(one, "がぎぐ京都") for one in (form, "NFC" if form == "NFD" else "NFD"))
    desk.put(f"{spelt}.yaml", board(f"素材/{other}.png"))
    desk.put(f"素材/{spelt}.png", png(1))
    ready = desk.ready()
    assert ready.film == unicodedata.normalize("NFC", spelt)
    assert ready.board.name == f"{ready.film}.yaml"
    desk.inbox.clear(ready)
    assert desk.left() == []


def test_files_of_the_assets_folder_are_copied_and_stay(desk, tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "a.png").write_bytes(png(1))
    monkeypatch.setenv("DAILIES_ASSETS", str(shared))
    desk.put("kyoto.yaml", board("a.png"))
    ready = desk.ready()
    assert (ready.board.parent / "a.png").read_bytes() == png(1)
    desk.inbox.clear(ready)
    assert (shared / "a.png").exists()
    assert desk.left() == []


# ---------------------------------------------------------------- clearing


def test_a_file_of_another_storyboard_stays_until_that_is_started(desk):
    desk.put("assets/a.png", png(1))
    desk.put("a.yaml", board("assets/a.png"))
    desk.put("b.yaml", board("assets/a.png", "late.png"))
    first = desk.ready()
    desk.inbox.clear(first)
    assert desk.left() == ["assets/a.png", "b.yaml"]
    desk.put("late.png", png(2))
    desk.inbox.clear(desk.ready())
    assert desk.left() == []


def test_what_changed_since_is_not_removed(desk):
    path = desk.put("kyoto.yaml", board(title="A"))
    first = desk.ready()
    path.write_text(board(title="B, longer"))
    assert desk.look(SETTLE) == []
    desk.inbox.clear(first)
    assert path.exists()
    second = desk.ready()
    assert "B, longer" in second.board.read_text()


def test_two_drops_of_one_film_go_one_after_the_other(desk):
    desk.put("kyoto.yaml", board(title="A"))
    desk.put("kyoto.yml", board(title="B"))
    zipped(desk.folder / "z.zip", {"kyoto.yaml": board(title="C")})
    seen = []
    desk.look()
    for _ in range(3):
        (ready,) = desk.look(SETTLE)
        assert desk.look(SETTLE) == []
        seen.append(ready.board.read_text()[7])
        desk.inbox.clear(ready)
    assert seen == ["A", "B", "C"]


def test_a_folder_of_assets_with_a_yaml_in_it_stays_assets(desk):
    desk.put("kyoto.yaml", board("assets/a.png"))
    desk.put("assets/a.png", png(1))
    desk.put("assets/list.yaml", "a: b")
    desk.inbox.clear(desk.ready())
    assert desk.left() == ["assets/list.yaml"]
