"""What a snapshot holds, also while others write."""

import os
import threading
import unicodedata

import pytest

from pipeline import snapshot, storyboard
from pipeline.errors import MediaInvalid, StoryboardInvalid
from pipeline.media.probe import probe
from pipeline.model import Recipe


def test_a_snapshot_holds_the_storyboard_and_every_file_at_its_place(kyoto, store, inside):
    entry = snapshot.take(store, kyoto)
    kept = inside(entry)
    assert set(kept) == {"board.yaml", "assets/still.png", "clip.mp4", "sound/theme.wav", "sound/other.wav"}
    assert all(path.read_bytes() == (kyoto.parent / name).read_bytes() for name, path in kept.items())
    assert entry.whole()
    assert entry.about["recipe"]["kind"] == "snapshot/1"


def test_the_producers_own_file_is_never_linked(kyoto, store, inside):
    kept = inside(snapshot.take(store, kyoto))
    theirs = {path.stat().st_ino for path in kyoto.parent.rglob("*")}
    assert not {path.stat().st_ino for path in kept.values()} & theirs
    assert {path.stat().st_nlink for path in kyoto.parent.rglob("*") if path.is_file()} == {1}
    before = kept["clip.mp4"].read_bytes()
    with (kyoto.parent / "clip.mp4").open("r+b") as file:
        file.write(b"edited in place")
    assert kept["clip.mp4"].read_bytes() == before


def test_the_same_content_is_the_same_snapshot_and_other_content_another(write, store):
    one = snapshot.take(store, write(["a.png", "b/c.png"]))
    assert snapshot.take(store, write(["a.png", "b/c.png"], folder="elsewhere")).key == one.key
    assert snapshot.take(store, write(["a.png", "b/c.png"], name="second.yaml")).key != one.key
    assert snapshot.take(store, write(["a.png"])).key != one.key
    board = write(["a.png", "b/c.png"])
    (board.parent / "b/c.png").write_bytes(b"other bytes")
    assert snapshot.take(store, board).key != one.key


def test_a_file_that_two_films_show_is_kept_once(write, store, monkeypatch, inside):
    copies = []
    monkeypatch.setattr(snapshot, "_copy", lambda *args, copy=snapshot._copy: (copies.append(args), copy(*args))[1])
    one, two = write(["same.mov"]), write(["deep/other.mov"], folder="second")
    (two.parent / "deep/other.mov").write_bytes((one.parent / "same.mov").read_bytes())
    first, second = snapshot.take(store, one), snapshot.take(store, two)
    assert inside(first)["same.mov"].stat().st_ino == inside(second)["deep/other.mov"].stat().st_ino
    assert len(copies) == 1
    assert snapshot.keys(first)[1:] == snapshot.keys(second)[1:]
    assert [key for key in snapshot.keys(first) if not store.address(key).is_dir()] == []


def test_where_the_disk_has_no_links_files_are_copied(kyoto, store, monkeypatch, inside):
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError("no links here")))
    kept = inside(snapshot.take(store, kyoto))
    assert kept["clip.mp4"].stat().st_nlink == 1
    assert kept["clip.mp4"].read_bytes() == (kyoto.parent / "clip.mp4").read_bytes()


def test_what_is_missing_or_cannot_be_read_is_left_out(write, store, inside):
    board = write(["a.png", "gone.png", "folder.png", "shut.png"], there=["a.png", "shut.png"])
    (board.parent / "folder.png").mkdir()
    (board.parent / "shut.png").chmod(0)
    expected = {"board.yaml", "a.png"} | ({"shut.png"} if os.access(board.parent / "shut.png", os.R_OK) else set())
    entry = snapshot.take(store, board)
    assert set(inside(entry)) == expected
    with pytest.raises(StoryboardInvalid, match=r"there is no file gone\.png"):
        storyboard.load(snapshot.file(entry), probe, known_as=board)


def test_a_storyboard_that_is_none_is_told_as_ever(tmp_path, store):
    with pytest.raises(StoryboardInvalid, match="no such file"):
        snapshot.take(store, tmp_path / "none.yaml")


def test_files_of_the_assets_folder_come_along(write, store, tmp_path, monkeypatch, inside, make):
    board = write(["shared/logo.png", "own.png"], there=["own.png"])
    library = tmp_path / "library"
    make.flat(library / "shared/logo.png", (1, 2, 3))
    monkeypatch.setenv("DAILIES_ASSETS", str(library))
    make.flat(board.parent / "own.png", (4, 5, 6))
    entry = snapshot.take(store, board)
    assert set(inside(entry)) == {"board.yaml", "shared/logo.png", "own.png"}
    (library / "shared/logo.png").unlink()
    loaded, _ = storyboard.load(snapshot.file(entry), probe, known_as=board)
    assert loaded.shots[0].first_frame.path == inside(entry)["shared/logo.png"].resolve()


def test_a_snapshot_never_looks_outside_itself(write, store, tmp_path, monkeypatch, make):
    board = write(["late.png"], there=[])
    entry = snapshot.take(store, board)
    make.flat(tmp_path / "library/late.png", (1, 2, 3))
    monkeypatch.setenv("DAILIES_ASSETS", str(tmp_path / "library"))
    storyboard.load(board, probe)
    with pytest.raises(StoryboardInvalid, match=r"late\.png"):
        storyboard.load(snapshot.file(entry), probe, known_as=board)


@pytest.mark.parametrize(("written", "stored"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_a_name_in_either_unicode_form_is_found(write, store, written, stored, make):
    name = "がぞう/é.png"
    board = write([unicodedata.normalize(written, name)], there=[unicodedata.normalize(stored, name)])
    make.flat(board.parent / unicodedata.normalize(stored, name), (9, 9, 9))
    entry = snapshot.take(store, board)
    loaded, _ = storyboard.load(snapshot.file(entry), probe, known_as=board)
    assert loaded.shots[0].first_frame.path.is_relative_to(entry.folder.resolve())


def test_a_link_inside_the_folder_is_kept_as_a_file(write, store, inside):
    board = write(["link.png"], there=["real.png"])
    (board.parent / "link.png").symlink_to("real.png")
    kept = inside(snapshot.take(store, board))
    assert not kept["link.png"].is_symlink()
    assert kept["link.png"].read_bytes() == (board.parent / "real.png").read_bytes()


def test_a_link_that_leads_out_stays_refused(write, store, tmp_path, inside):
    (tmp_path / "secret.png").write_bytes(b"secret")
    board = write(["link.png"], there=[])
    (board.parent / "link.png").symlink_to(tmp_path / "secret.png")
    assert set(inside(snapshot.take(store, board))) == {"board.yaml"}


def test_a_name_below_that_of_a_file_harms_nothing(write, store, tmp_path, monkeypatch, inside):
    library = write(["a/b.png"], folder="library").parent
    monkeypatch.setenv("DAILIES_ASSETS", str(library))
    board = write(["a", "a/b.png"], there=["a"])
    assert set(inside(snapshot.take(store, board))) == {"board.yaml", "a"}


def test_a_file_called_like_the_stores_own_record_is_only_a_file(write, store, inside):
    entry = snapshot.take(store, write(["recipe.json"]))
    assert inside(entry)["recipe.json"].read_bytes() == b"bytes of recipe.json"
    assert entry.about["recipe"]["kind"] == "snapshot/1"


def test_a_file_that_changes_while_it_is_copied_is_kept_as_it_is_in_the_end(write, store, monkeypatch, inside):
    board = write(["a.png"])
    blocks, times = snapshot._blocks, []

    def overtaken(path):
        times.append(path)
        if len(times) == 1:
            path.write_bytes(b"new")
        return blocks(path)

    monkeypatch.setattr(snapshot, "_blocks", overtaken)
    entry = snapshot.take(store, board)
    assert inside(entry)["a.png"].read_bytes() == b"new"
    assert len(times) == 2
    assert store.find(Recipe("asset/1", snapshot.TOOL, {"sha256": entry.sha256("board/a.png")}))
    assert list((store.root / ".making").iterdir()) == []


def test_a_file_that_never_stops_changing_is_told(write, store, monkeypatch):
    board = write(["a.png"])
    blocks = snapshot._blocks

    def growing(path):
        with path.open("ab") as file:
            file.write(b"more")
        return blocks(path)

    monkeypatch.setattr(snapshot, "_blocks", growing)
    with pytest.raises(MediaInvalid, match="being written"):
        snapshot.take(store, board)


def test_a_file_that_vanishes_while_it_is_copied_is_left_out(write, store, monkeypatch, inside):
    board = write(["a.png"])
    blocks = snapshot._blocks
    monkeypatch.setattr(snapshot, "_blocks", lambda path: (path.unlink(), blocks(path))[1])
    assert set(inside(snapshot.take(store, board))) == {"board.yaml"}


def test_a_storyboard_saved_meanwhile_is_read_again(write, store, monkeypatch, inside):
    board = write(["a.png", "b.png"])
    named, times = snapshot.named_files, []

    def overtaken(path):
        times.append(path)
        found = named(path)
        if len(times) == 1:
            write(["b.png"])
        return found

    monkeypatch.setattr(snapshot, "named_files", overtaken)
    assert set(inside(snapshot.take(store, board))) == {"board.yaml", "b.png"}
    assert len(times) == 2


def test_many_at_once_make_one(kyoto, store):
    made = []
    crowd = [threading.Thread(target=lambda: made.append(snapshot.take(store, kyoto))) for _ in range(6)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len({one.key for one in made}) == 1
    assert len(made) == 6
    assert len(list(store.entries())) == 5
