"""What is not whole yet, or cannot be handled now, waits."""

import os
import shutil

import pytest

from pipeline.inbox import archive
from pipeline.inbox.dropped import Ready
from pipeline.inbox.rejected import Rejected
from pipeline.store import write_whole
from tests.inbox.desk import BOARD, FILES, PATIENCE, SETTLE, board, png, zipped

# ---------------------------------------------------------------- what is not whole yet


def test_a_growing_file_is_left_alone(desk):
    path = desk.put("kyoto.yaml", "")
    for length in range(0, len(BOARD), 20):
        path.write_text(BOARD[:length])
        assert desk.look(1.5) == []
    path.write_text(BOARD)
    assert desk.look(1.5) == []
    assert isinstance(desk.look(SETTLE)[0], Ready)


def test_an_empty_storyboard_waits(desk):
    path = desk.put("kyoto.yaml", "")
    assert desk.settled() == []
    assert "cannot be read yet" in desk.inbox.waiting["kyoto.yaml"]
    path.write_text(BOARD)
    assert desk.ready()


def test_files_that_come_later(desk):
    desk.put("kyoto.yaml", board("assets/a.png", "assets/b.png"))
    assert desk.settled() == []
    assert desk.inbox.waiting == {"kyoto.yaml": "waits for assets/a.png, assets/b.png"}
    desk.put("assets/a.png", png(1))
    assert desk.look(PATIENCE - 1) == []
    for length in (10, 30, 60):
        desk.put("assets/b.png", png(2)[:length])
        assert desk.look(SETTLE - 0.1) == []
    desk.put("assets/b.png", png(2))
    assert desk.ready()


def test_what_else_is_copied_is_waited_for(desk):
    desk.put("kyoto.yaml", board("assets/z.png"))
    for number in range(5):
        desk.put(f"assets/{number}.png", png(number))
        assert desk.look(PATIENCE - 1) == []
    desk.put("assets/z.png.part", png(1))
    assert desk.look(PATIENCE - 1) == []
    (desk.folder / "assets" / "z.png.part").rename(desk.folder / "assets" / "z.png")
    assert desk.ready()


def test_half_a_picture_waits_and_is_told_in_the_end(desk):
    desk.put("kyoto.yaml", board("a.png"))
    desk.put("a.png", png(1)[:60])
    assert desk.settled() == []
    assert "still on its way" in desk.inbox.waiting["kyoto.yaml"]
    assert "a.png" in desk.look(PATIENCE)[0].problems[0]


def test_files_before_their_storyboard(desk):
    desk.put("assets/a.png", png(1))
    assert desk.settled() == desk.look(PATIENCE) == []
    desk.put("kyoto.yaml", board("assets/a.png"))
    assert desk.ready()


def test_a_folder_still_being_copied(desk):
    desk.put("kyoto/kyoto.yaml", board("a.png"))
    assert desk.settled() == []
    desk.put("kyoto/a.png", png(1))
    desk.put("kyoto/long.mov", b"x")
    assert desk.look(1.5) == []
    desk.put("kyoto/long.mov", b"xx")
    assert desk.look(1.5) == []
    assert desk.ready()


def test_a_zip_still_being_copied(desk, tmp_path):
    data = zipped(tmp_path / "whole.zip", FILES).read_bytes()
    for length in (1, 100, len(data) // 2, len(data) - 5):
        desk.put("kyoto.zip", data[:length])
        assert desk.settled() == []
        assert "still on its way" in desk.inbox.waiting["kyoto.zip"]
    desk.put("kyoto.zip", data)
    assert desk.ready()


def test_a_file_that_may_not_be_read_yet(desk, monkeypatch):
    path = desk.put("kyoto.yaml", board("a.png"))
    desk.put("a.png", png(1))
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda one, how: one.name != "a.png" and allowed(one, how))
    assert desk.settled() == []
    monkeypatch.undo()
    assert desk.ready().dropped == path


def test_what_vanishes_is_forgotten(desk):
    path = desk.put("kyoto.yaml", BOARD)
    desk.look()
    path.unlink()
    assert desk.look(SETTLE) == []
    desk.put("kyoto.yaml", BOARD)
    assert desk.look(SETTLE) == []
    assert desk.look(SETTLE)


NOT_LOOKED_AT = [".kyoto.yaml", "kyoto.yaml.part", "kyoto.yaml~", "kyoto.zip.crdownload", "k.tmp", ".x/kyoto.yaml"]


@pytest.mark.parametrize("name", [*NOT_LOOKED_AT, "rejected/kyoto.yaml", "archive/kyoto/kyoto.yaml", "notes.txt"])
def test_what_is_not_looked_at(desk, name):
    desk.put(name, "no: storyboard")
    assert desk.settled() == desk.look(PATIENCE) == []
    assert desk.inbox.waiting == {}


# ---------------------------------------------------------------- what cannot be handled now


def test_a_full_disk_makes_a_drop_wait_and_no_other(desk, monkeypatch):
    desk.put("kyoto.yaml", BOARD)
    desk.put("paris.yaml", "shots: 3")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.inbox.dropped.keep", full)
    (told,) = desk.settled()
    assert isinstance(told, Rejected)
    assert "No space left" in desk.inbox.waiting["kyoto.yaml"]
    monkeypatch.undo()
    assert desk.look(1) == []
    assert desk.look(30)


def test_a_mistake_of_ours_is_told_and_stops_nobody(desk, monkeypatch):
    desk.put("kyoto.yaml", BOARD)

    def broken(*_):
        raise ZeroDivisionError("never")

    monkeypatch.setattr("pipeline.inbox.dropped.check", broken)
    assert "ZeroDivisionError" in desk.rejected().problems[0]


def test_an_inbox_that_went_away(desk):
    shutil.rmtree(desk.folder)
    assert desk.look() == []
    assert desk.inbox.waiting[""].startswith("the inbox cannot be read")


def test_a_drop_that_changes_while_it_is_copied_is_looked_at_again(desk, monkeypatch):
    path = desk.put("kyoto.yaml", board(title="A"))
    copy = archive._staged

    def slowly(*arguments):
        made = copy(*arguments)
        path.write_text(board(title="B, longer"))
        return made

    monkeypatch.setattr(archive, "_staged", slowly)
    assert desk.settled() == []
    assert not (desk.folder / "archive").exists()
    monkeypatch.undo()
    assert "longer" in desk.ready().board.read_text()


def test_the_film_of_another_storyboard_is_not_overwritten(desk, tmp_path):
    elsewhere = tmp_path / "kyoto.yaml"
    elsewhere.write_text(BOARD)
    (desk.studio / "kyoto").mkdir()
    write_whole(desk.studio / "kyoto" / "plan.json", f'{{"storyboard": "{elsewhere}"}}')
    desk.put("kyoto.yaml", BOARD)
    assert "there is a film 'kyoto' already" in desk.rejected().problems[0]
    elsewhere.unlink()
    desk.put("kyoto.yaml", BOARD)
    assert desk.ready()
