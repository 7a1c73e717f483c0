"""Fetching a model that finishes takes: whole or not at all, from a mirror or from what was brought by hand."""

import json
import os
import shutil
from types import SimpleNamespace

import pytest
from filelock import FileLock

from pipeline.errors import OperatorError, ProducerError, ToolFailed
from pipeline.finishers import catalog, pulling
from tests.mirror import ONE, STRONG, WEAK, git, sha256


def pull(name, **wanted):
    return pulling.pull(name, lambda *_: None, **wanted)


def own(models, name, *files):
    (models / name).mkdir(parents=True)
    for file in files:
        (models / name / file).write_bytes(b"weights")
    return models / name


def nothing_came(models, name):
    return not (models / name).exists() and not list((models / ".pulling" / name).glob("*"))


# ---------------------------------------------------------------- pulling


def test_a_model_comes_whole_and_what_it_is_stands_beside_it(mirror, models):
    told = []
    made = pulling.pull("tiny-two", lambda *amounts: told.append(amounts))
    size = len(STRONG) + len(WEAK)
    assert made == pulling.Pulled(models / "tiny-two", size, fresh=True)
    assert (told[0], told[-1], told) == ((0, size), (size, size), sorted(told))
    record = json.loads((made.folder / "dailies.json").read_text())
    assert record.pop("pulled_at").endswith("Z")
    base = "https://weights.invalid/releases"
    assert record == {
        "kind": "weights/1",
        "name": "tiny-two",
        "licence": "BSD-3-Clause",
        "files": [
            {"name": "strong.pth", "bytes": len(STRONG), "sha256": sha256(STRONG), "url": f"{base}/strong.pth"},
            {"name": "weak.bin", "bytes": len(WEAK), "sha256": sha256(WEAK), "url": f"{base}/weak.bin"},
        ],
    }
    assert [one.name for one in (models / ".pulling").iterdir()] == ["tiny-two.lock"]


def test_a_second_pull_does_nothing(mirror):
    pull("tiny-one")
    mirror.asked.clear()
    assert not pull("tiny-one").fresh
    assert not mirror.asked


def test_a_pull_that_failed_leaves_no_half_model_and_the_next_goes_on(mirror, models):
    mirror.statuses["/releases/weak.bin"] = [404]
    with pytest.raises(OperatorError, match="there is no http"):
        pull("tiny-two")
    assert not (models / "tiny-two").exists()
    mirror.statuses.clear()
    mirror.asked.clear()
    told = []
    pulling.pull("tiny-two", lambda *amounts: told.append(amounts))
    assert told[0] == (len(STRONG), len(STRONG) + len(WEAK))
    assert mirror.asked == [("/releases/weak.bin", "")]


def test_a_broken_connection_goes_on_from_the_middle(mirror, models):
    mirror.cut["/releases/weak.bin"] = [100_000, 200_000]
    pull("tiny-two")
    assert (models / "tiny-two" / "weak.bin").read_bytes() == WEAK
    assert [asked for path, asked in mirror.asked if "weak" in path] == ["", "bytes=100000-", "bytes=200000-"]


def test_tampered_bytes_are_refused_and_no_model_is_there(mirror, models):
    mirror.files["/releases/one.pth"] = bytes(reversed(ONE))
    with pytest.raises(ToolFailed, match=f"another file.*{sha256(ONE)[:12]} is right"):
        pull("tiny-one")
    assert nothing_came(models, "tiny-one")


@pytest.mark.parametrize("size", [0, 5000])
def test_a_damaged_model_is_replaced(mirror, models, size):
    pull("tiny-one")
    os.truncate(models / "tiny-one" / "one.pth", size)
    assert pull("tiny-one").fresh
    assert (models / "tiny-one" / "one.pth").read_bytes() == ONE
    assert [one.name for one in (models / ".pulling").iterdir()] == ["tiny-one.lock"]


def test_a_model_that_was_laid_there_by_hand_is_here_already(mirror, models):
    own(models, "tiny-one")
    (models / "tiny-one" / "one.pth").write_bytes(ONE)
    assert not pull("tiny-one").fresh
    assert not mirror.asked


@pytest.mark.parametrize("files", [["ours.pth"], ["one.pth"]])
def test_a_folder_that_no_pull_made_is_not_touched(mirror, models, files):
    folder = own(models, "tiny-one", *files)
    with pytest.raises(OperatorError, match=f"holds what no pull put there: {files[0]}.*move it away"):
        pull("tiny-one")
    assert (folder / files[0]).read_bytes() == b"weights"
    assert not mirror.asked


def test_a_file_that_was_added_to_a_pulled_model_is_not_lost(mirror, models):
    pull("tiny-one")
    os.truncate(models / "tiny-one" / "one.pth", 5)
    (models / "tiny-one" / "mine.txt").write_text("notes")
    with pytest.raises(OperatorError, match=r"mine\.txt"):
        pull("tiny-one")


def test_what_something_else_left_is_cleared_away(mirror, models):
    tree = models / ".pulling" / "tiny-one"
    (tree / "old").mkdir(parents=True)
    (tree / "one.pth.0000000000000000.part").write_bytes(b"of another file")
    pull("tiny-one")
    assert sorted(one.name for one in (models / "tiny-one").iterdir()) == ["dailies.json", "one.pth"]


def test_a_kill_between_the_two_renames_loses_nothing(mirror, models):
    pull("tiny-one")
    (models / "tiny-one").rename(models / ".pulling" / "tiny-one.gone")
    assert not pull("tiny-one").fresh
    assert catalog.here("tiny-one").read_bytes() == ONE


def test_two_pulls_of_one_model_are_one_too_many(mirror, models):
    (models / ".pulling").mkdir(parents=True)
    with FileLock(models / ".pulling" / "tiny-one.lock"), pytest.raises(OperatorError, match="by another process"):
        pull("tiny-one")
    assert pull("tiny-one").fresh


def test_a_disk_that_is_too_small_is_told_before_anything_comes(mirror, models, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100_100_000))
    with pytest.raises(OperatorError, match=r"needs 0\.3 MB more and 100 MB to spare, and 100\.1 MB are free in "):
        pull("tiny-one")
    assert not mirror.asked


def test_a_folder_that_cannot_be_written_is_told(mirror, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(OperatorError, match=r"cannot write in .*DAILIES_MODELS"):
        pull("tiny-one")


def test_an_unknown_name_is_told(mirror):
    with pytest.raises(ProducerError, match="no model 'sdxl' that finishes takes"):
        pull("sdxl")


# ---------------------------------------------------------------- without a network


@pytest.fixture
def brought(tmp_path):
    """A folder with files that were copied here by hand."""
    folder = tmp_path / "brought"
    folder.mkdir()
    for name, data in {"one.pth": ONE, "strong.pth": STRONG, "weak.bin": WEAK}.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(("name", "source"), [("tiny-one", "one.pth"), ("tiny-one", ""), ("tiny-two", "")])
def test_a_model_comes_from_what_was_brought(mirror, models, brought, name, source):
    assert pull(name, source=brought / source).fresh
    assert not mirror.asked
    assert {one.name for one in models.iterdir()} == {name, ".pulling"}
    for file in catalog.models()[name].files:
        assert (models / name / file.name).read_bytes() == (brought / file.name).read_bytes()
    assert (models / name / "dailies.json").is_file()


def test_a_file_of_any_name_will_do_where_there_is_but_one(mirror, models, brought):
    (brought / "one.pth").rename(brought / "download (3)")
    pull("tiny-one", source=brought / "download (3)")
    assert (models / "tiny-one" / "one.pth").read_bytes() == ONE


def test_another_file_that_was_brought_is_refused(mirror, models, brought):
    (brought / "weak.bin").write_bytes(STRONG)
    words = f"weak.bin is not the weak.bin that is meant: its hash begins with {git(STRONG)[:12]}, and {git(WEAK)[:12]}"
    with pytest.raises(OperatorError, match=words) as failed:
        pull("tiny-two", source=brought)
    assert "\n" not in str(failed.value)
    assert not (models / "tiny-two").exists()


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("tiny-one", "none.pth", r"there is no .*/none.pth \(name the file, or a folder that holds one.pth"),
        ("tiny-two", "strong.pth", "tiny-two is 2 files .*a folder that holds strong.pth and weak.bin"),
        ("tiny-two", "empty", "there is no .*empty/strong.pth"),
    ],
)
def test_what_was_not_brought_is_told(mirror, brought, name, source, words):
    (brought / "empty").mkdir()
    with pytest.raises(ProducerError, match=words):
        pull(name, source=brought / source)
