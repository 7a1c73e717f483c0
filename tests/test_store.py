"""One artefact per recipe, whole or absent."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.errors import Busy, OperatorError
from pipeline.model import Recipe, Size, Spec
from pipeline.store import Store, read_value, write_whole

RECIPE = Recipe("take/1", "test@1", {"seed": 1})


def writes(text, calls=None):
    def write(folder):
        if calls is not None:
            calls.append(text)
        (folder / "data.txt").write_text(text)
        return {"usd": 0.5}

    return write


def test_what_is_made_once_is_not_made_again(tmp_path):
    calls = []
    store = Store(tmp_path)
    first = store.make(RECIPE, writes("a", calls))
    second = store.make(RECIPE, writes("b", calls))
    assert calls == ["a"]
    assert second.file("data.txt").read_text() == "a"
    assert first.record == {"usd": 0.5}
    assert store.has(RECIPE)


def test_the_record_tells_recipe_and_hash(tmp_path):
    entry = Store(tmp_path).make(RECIPE, writes("a"))
    about = json.loads(entry.file("recipe.json").read_text())
    assert about["recipe"]["values"] == {"seed": 1}
    assert entry.sha256("data.txt") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_a_damaged_artefact_counts_as_absent_and_is_made_anew(tmp_path):
    store = Store(tmp_path)
    store.make(RECIPE, writes("a")).file("data.txt").unlink()
    assert store.find(RECIPE) is None
    assert store.make(RECIPE, writes("b")).file("data.txt").read_text() == "b"


def nested(folder):
    (folder / "deep/er").mkdir(parents=True)
    (folder / "deep/er/data.txt").write_text("a")
    (folder / "top.txt").write_text("bc")


def test_files_in_folders_are_sealed_under_their_whole_name(tmp_path):
    store = Store(tmp_path)
    entry = store.make(RECIPE, nested)
    assert {name: one["bytes"] for name, one in entry.about["files"].items()} == {"deep/er/data.txt": 1, "top.txt": 2}
    assert entry.sha256("deep/er/data.txt") == hashlib.sha256(b"a").hexdigest()
    assert entry.file("deep/er/data.txt").read_text() == "a"
    assert store.find(RECIPE) == entry


@pytest.mark.parametrize("text", [None, "", "longer"])
def test_a_damaged_file_in_a_folder_counts(tmp_path, text):
    store = Store(tmp_path)
    file = store.make(RECIPE, nested).file("deep/er/data.txt")
    file.unlink() if text is None else file.write_text(text)
    assert store.find(RECIPE) is None
    assert store.make(RECIPE, nested).file("deep/er/data.txt").read_text() == "a"
    assert not list((tmp_path / ".making").iterdir())


def test_folders_go_with_their_artefact(tmp_path):
    store = Store(tmp_path)
    store.remove(store.make(RECIPE, nested))
    assert not list(tmp_path.rglob("data.txt"))


def test_a_hash_that_is_known_is_not_taken_again(tmp_path):
    entry = Store(tmp_path).make(RECIPE, nested, hashed={"deep/er/data.txt": "ab" * 32, "other": "cd" * 32})
    assert entry.sha256("deep/er/data.txt") == "ab" * 32
    assert entry.sha256("top.txt") == hashlib.sha256(b"bc").hexdigest()


def test_a_failure_leaves_nothing(tmp_path):
    store = Store(tmp_path)

    def fails(folder):
        (folder / "data.txt").write_text("half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.make(RECIPE, fails)
    assert store.find(RECIPE) is None
    assert list((tmp_path / ".making").iterdir()) == []


def test_an_artefact_in_the_making_is_busy_for_others(tmp_path):
    store, inside, go_on = Store(tmp_path), threading.Event(), threading.Event()

    def slow(folder):
        inside.set()
        go_on.wait(10)
        (folder / "data.txt").write_text("slow")

    maker = threading.Thread(target=store.make, args=(RECIPE, slow))
    maker.start()
    inside.wait(10)
    with pytest.raises(Busy):
        store.make(RECIPE, writes("fast"))
    go_on.set()
    maker.join()
    assert store.make(RECIPE, writes("fast"), wait=5).file("data.txt").read_text() == "slow"


def test_a_killed_maker_leaves_no_artefact_and_its_rest_is_swept(tmp_path):
    script = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from pipeline.model import Recipe\n"
        "from pipeline.store import Store\n"
        "def write(folder):\n"
        "    (folder / 'data.txt').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Store(Path(sys.argv[1])).make(Recipe('take/1', 'test@1', {'seed': 1}), write)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    store = Store(tmp_path)
    assert store.find(RECIPE) is None
    assert len(list((tmp_path / ".making").iterdir())) == 1
    assert store.make(RECIPE, writes("whole")).file("data.txt").read_text() == "whole"
    assert list((tmp_path / ".making").iterdir()) == []


def test_work_survives_until_the_take_is_stored(tmp_path):
    store = Store(tmp_path)
    (store.work(RECIPE) / "intent.json").write_text("{}")
    assert (store.work(RECIPE) / "intent.json").exists()
    store.make(RECIPE, writes("a"))
    assert not (tmp_path / ".work" / RECIPE.key).exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere: the refusal cannot be provoked this way")
def test_a_folder_that_cannot_be_written_names_its_cure(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OperatorError, match="--studio"):
        Store(tmp_path / "store").make(RECIPE, writes("a"))


def test_a_file_in_the_way_of_the_store_names_its_cure(tmp_path):
    (tmp_path / "store").write_text("in the way")
    with pytest.raises(OperatorError, match="--studio"):
        Store(tmp_path / "store").make(RECIPE, writes("a"))


def test_a_key_depends_on_every_value_and_not_on_their_order():
    one = Recipe("a", "t@1", {"x": Fraction(1, 3), "y": Size(2, 2)})
    same = Recipe("a", "t@1", {"y": Size(2, 2), "x": Fraction(1, 3)})
    others = [Recipe("a", "t@2", one.values), Recipe("b", "t@1", one.values), Recipe("a", "t@1", {"x": 1})]
    assert one.key == same.key
    assert len({one.key, *(other.key for other in others)}) == 4


def test_a_recipe_takes_specs_and_refuses_what_has_no_text():
    spec = Spec(Size(4, 2), Fraction(24000, 1001), 3)
    assert '"rate":"24000/1001"' in Recipe("a", "t@1", {"spec": spec}).canonical()
    with pytest.raises(TypeError, match="no place in a recipe"):
        _ = Recipe("a", "t@1", {"x": object()}).key


def test_entries_and_removal(tmp_path):
    store = Store(tmp_path)
    entry = store.make(RECIPE, writes("a"))
    assert [one.key for one in store.entries()] == [RECIPE.key]
    store.remove(entry)
    assert list(store.entries()) == []
    assert not store.has(RECIPE)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"files": {}, "record": {}}', '{"files": {"a": 1}}'])
def test_an_artefact_whose_record_is_broken_is_made_anew(tmp_path, text):
    store = Store(tmp_path)
    store.make(RECIPE, writes("a")).file("recipe.json").write_text(text)
    assert store.find(RECIPE) is None
    assert store.make(RECIPE, writes("b")).file("data.txt").read_text() == "b"


def test_a_file_at_an_artefacts_address_gives_way(tmp_path):
    store = Store(tmp_path)
    place = store.address(RECIPE.key)
    place.parent.mkdir(parents=True)
    place.write_text("in the way")
    assert store.make(RECIPE, writes("a")).file("data.txt").read_text() == "a"


def test_a_full_disk_is_told_with_its_cure_and_leaves_nothing(tmp_path):
    def full(folder):
        (folder / "data.txt").write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store = Store(tmp_path)
    with pytest.raises(OperatorError, match="free some space"):
        store.make(RECIPE, full)
    assert list((tmp_path / ".making").iterdir()) == []
    assert store.make(RECIPE, writes("a")).whole()


@pytest.mark.parametrize("name", ["京" * 80 + ".json", "x" * 250 + ".json", "a" + "が" * 80 + ".json"], ids=len)
def test_a_long_name_has_a_temporary_one_that_any_disk_takes(tmp_path, monkeypatch, name):
    renamed = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, to: renamed.append(self.name) or replace(self, to))
    write_whole(tmp_path / name, "a")
    assert (tmp_path / name).read_text() == "a"
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    assert len(renamed[0].encode()) <= 134


@pytest.mark.parametrize("text", [None, "", "{", "[]", "7", '{"a": [1]}', '{"b": "x"}'])
def test_a_value_that_cannot_be_read_is_none(tmp_path, text):
    path = tmp_path / "some.json"
    if text is not None:
        path.write_text(text)
    assert read_value(path, "a", str) is None


def test_a_value_is_read(tmp_path):
    (tmp_path / "some.json").write_text('{"a": "x"}')
    assert read_value(tmp_path / "some.json", "a", str) == "x"
