"""Snapshots that are gone, damaged, or no longer wanted."""

import json
import os
import time

import pytest

from pipeline import gc, snapshot
from pipeline.errors import OperatorError
from pipeline.production import Wanted, another_cut, begin, prepare
from pipeline.store import Store


def edit(entry):
    path = snapshot.file(entry)
    path.write_bytes(path.read_bytes().replace(b"title: test", b"title: tset"))


DAMAGES = {
    "the storyboard was edited": edit,
    "a file is missing": lambda entry: entry.file("board/clip.mp4").unlink(),
    "a file was cut short": lambda entry: os.truncate(entry.file("board/clip.mp4"), 10),
    "its record is broken": lambda entry: entry.file("recipe.json").write_text("{"),
    "its record tells nothing": lambda entry: entry.file("recipe.json").write_text('{"files": {}, "record": {}}'),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_snapshot_is_told_with_its_cure(kyoto, studio, damage):
    entry = snapshot.take(studio.store, kyoto)
    DAMAGES[damage](entry)
    with pytest.raises(OperatorError, match="start a new run"):
        prepare(kyoto, studio, Wanted(), entry.key)


def test_a_snapshot_that_lost_a_file_is_made_again(kyoto, store, inside):
    entry = snapshot.take(store, kyoto)
    inside(entry)["clip.mp4"].unlink()
    again = snapshot.take(store, kyoto)
    assert again.key == entry.key
    assert snapshot.find(store, again.key).whole()


@pytest.mark.parametrize("key", ["", "0" * 64, "../" * 21 + "x", "0" * 63, "0" * 64 + "\n", "é" * 64])
def test_a_key_of_no_snapshot_is_told(kyoto, studio, key):
    with pytest.raises(OperatorError, match="start a new run"):
        prepare(kyoto, studio, Wanted(), key)


def test_the_key_of_something_else_is_no_snapshot(kyoto, studio):
    asset = snapshot.keys(snapshot.take(studio.store, kyoto))[1]
    with pytest.raises(OperatorError, match="start a new run"):
        snapshot.find(studio.store, asset)


def test_a_snapshot_that_is_gone_when_a_version_is_to_be_made(kyoto, studio):
    entry = snapshot.take(studio.store, kyoto)
    main = prepare(kyoto, studio, Wanted(), entry.key)
    studio.store.remove(entry)
    with pytest.raises(OperatorError, match="start a new run"):
        another_cut(main, "other", Wanted())


def test_what_no_film_names_goes_a_week_after_it_was_last_asked_for(write, studio, inside):
    board = write(["a.png"])
    entry = snapshot.take(studio.store, board)
    keys, day = set(snapshot.keys(entry)), 86400

    def going(now=None):
        return {one.entry.key: one.bytes for one in gc.unneeded(studio, paid=False, now=now)}

    assert going() == {}
    gone = going(time.time() + 8 * day)
    assert set(gone) == keys
    once = sum(path.stat().st_size for path in inside(entry).values())
    records = sum(studio.store.address(key).joinpath("recipe.json").stat().st_size for key in keys)
    assert sum(gone.values()) == once + records, "a file with two names was counted twice"
    for key in keys:
        about = json.loads(studio.store.address(key).joinpath("recipe.json").read_text())
        studio.store.address(key).joinpath("recipe.json").write_text(
            json.dumps(about | {"made_at": "2020-01-01T00:00:00Z"})
        )
        os.utime(studio.store.address(key), (1, 1))
    assert set(going()) == keys
    assert snapshot.take(studio.store, board).key == entry.key
    assert going() == {}


def test_a_studio_keeps_what_a_films_plan_names(kyoto, studio):
    production = prepare(kyoto, studio, Wanted(), snapshot.take(studio.store, kyoto).key)
    begin(production, Wanted())
    assert list(gc.unneeded(studio, paid=True, now=time.time() + 8 * 86400)) == []


def test_a_store_that_cannot_be_written_is_told(write, tmp_path):
    (tmp_path / "store").write_text("in the way")
    with pytest.raises(OperatorError, match="--studio"):
        snapshot.take(Store(tmp_path / "store"), write(["a.png"]))
