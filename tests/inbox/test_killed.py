"""Killed at any moment, what was dropped becomes a film all the same, once."""

import pytest

from pipeline.inbox import clearing
from tests.inbox.desk import BOARD, FILES, SETTLE, board, png, zipped

# ---------------------------------------------------------------- killed


def test_killed_before_it_is_cleared(desk):
    zipped(desk.folder / "k.zip", FILES)
    desk.put("paris.yaml", board("p.png"))
    desk.put("p.png", png(4))
    before = desk.settled()
    desk.open()
    after = desk.settled()
    assert [(one.film, one.sha256, one.turn, one.seen) for one in after] == [
        (one.film, one.sha256, one.turn, one.seen) for one in before
    ]
    assert [one.again for one in after] == [True, True]
    for one in before:  # given by the one that was killed
        desk.inbox.clear(one)
    assert desk.left() == []


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_killed_while_the_archive_is_written(desk, monkeypatch, calls):
    """One after the other of the renames never happens; the new content gets there all the same, and none is lost."""
    desk.put("kyoto.yaml", board(title="A"))
    desk.inbox.clear(desk.ready())
    desk.put("kyoto.yaml", board(title="B"))
    left = [calls]
    rename = type(desk.folder).rename

    def killed(path, goal):
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return rename(path, goal)

    monkeypatch.setattr(type(desk.folder), "rename", killed)
    desk.look()
    if calls < 2:
        with pytest.raises(KeyboardInterrupt):
            desk.look(SETTLE)
    else:
        desk.look(SETTLE)
    monkeypatch.undo()
    desk.open()
    ready = desk.ready()
    assert (ready.turn, ready.again) == (2, calls == 2)
    texts = [one.read_text() for one in (desk.folder / "archive").rglob("*.yaml")]
    assert sorted(texts) == [board(title="A"), board(title="B")]
    assert ready.board.read_text() == board(title="B")


def test_killed_while_clearing(desk, monkeypatch):
    for name in ("kyoto.yaml", "assets/a.png", "b.png"):
        desk.put(name, FILES[name])
    ready = desk.ready()

    def killed(folder, files):
        (folder / files[0][0]).unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(clearing, "_remove", killed)
    with pytest.raises(KeyboardInterrupt):
        desk.inbox.clear(ready)
    monkeypatch.undo()
    desk.put("b.png", png(200) + b"more")  # came since
    desk.open()
    assert desk.left() == ["b.png"]


def test_killed_while_a_folder_is_cleared(desk, monkeypatch):
    desk.put("kyoto/kyoto.yaml", BOARD)
    ready = desk.ready()
    monkeypatch.setattr(clearing, "discard", lambda _: None)
    desk.inbox.clear(ready)
    monkeypatch.undo()
    assert any("gone-" in one for one in desk.left())
    desk.open()
    assert desk.left() == []


def test_killed_while_unpacking(desk):
    desk.put(".work/zip-1/kyoto.yaml", BOARD)
    desk.open()
    assert desk.left() == []
