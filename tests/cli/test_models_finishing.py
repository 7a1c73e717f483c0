"""`dailies models` and the models that finish takes: listed, pulled, brought by hand, killed in the middle."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from pipeline.finishers import catalog
from pipeline.finishers.catalog import models as real
from tests.mirror import ONE, STRONG, mirror_of, sha256

LARGE = ONE * 10


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def mirror(monkeypatch, models):
    with mirror_of(monkeypatch, models) as made:
        yield made


# ---------------------------------------------------------------- the list


def test_the_list_names_them_in_eighty_columns(dailies, monkeypatch, models):
    monkeypatch.setenv("DAILIES_MODELS", str(models))
    monkeypatch.setenv("COLUMNS", "80")
    (models / "realesrgan-x4plus").mkdir(parents=True)
    (models / "realesrgan-x4plus" / "ours.pth").write_bytes(bytes(2_500_000))
    code, out, told = dailies("models")
    lines = out.splitlines()
    begin = lines.index("To finish takes with (docs/finishing.md):")
    rows = {line.split()[0]: line for line in lines[begin:] if line.strip()}
    assert (code, told) == (0, "")
    assert max(map(len, lines[1:])) <= 80
    assert real().keys() <= rows.keys()
    assert "no (10.6 MB)" in rows["rife-v4.6"]
    assert "MIT" in rows["rife-v4.6"]
    assert "2.5 MB" in rows["realesrgan-x4plus"]


def test_the_list_for_scripts_has_them(dailies, mirror, models):
    assert dailies("models", "pull", "tiny-one")[0] == 0
    found = {one["name"]: one for one in json.loads(dailies("models", "--json")[1])}
    known = catalog.models()["tiny-one"]
    size = sum(one.stat().st_size for one in (models / "tiny-one").iterdir())
    assert found["tiny-one"] == {
        "name": "tiny-one",
        "repo": None,
        "tasks": [],
        "licence": "BSD-3-Clause",
        "commercial": "allowed",
        "clause": "",
        "gpu_gb": None,
        "download_gb": known.bytes / 1e9,
        "here": True,
        "bytes": size,
        "folder": str(models / "tiny-one"),
        "revision": None,
        "class": "realesrgan",
        "source": "Somewhere v1",
        "scale": 4,
        "about": "footage",
    }
    assert not found["tiny-two"]["here"]


# ---------------------------------------------------------------- pulling


def test_a_pull_says_what_comes_and_where_it_is(dailies, mirror, models):
    code, out, told = dailies("models", "pull", "tiny-one")
    assert (code, told) == (0, "")
    assert out.splitlines() == [
        "tiny-one: 0.3 MB of 0.3 MB are to come",
        f"tiny-one is here: 0.3 MB, in {models / 'tiny-one'}",
    ]
    code, out, _ = dailies("models", "pull", "tiny-one")
    assert (code, out) == (0, f"tiny-one is here already: 0.3 MB, in {models / 'tiny-one'}\n")


def test_a_file_that_was_brought_is_taken(dailies, mirror, models, tmp_path):
    (tmp_path / "brought.pth").write_bytes(ONE)
    code, out, told = dailies("models", "pull", "tiny-one", "--from", "brought.pth")
    assert (code, told, mirror.asked) == (0, "", [])
    assert out == f"tiny-one is here: 0.3 MB, in {models / 'tiny-one'}\n"


def test_a_tampered_file_is_refused(dailies, mirror, models, tmp_path):
    (tmp_path / "brought.pth").write_bytes(STRONG)
    code, out, told = dailies("models", "pull", "tiny-one", "--from", "brought.pth")
    assert (code, out) == (4, "")
    assert sha256(STRONG)[:12] in told
    assert sha256(ONE)[:12] in told
    assert len(told.splitlines()) == 1
    mirror.files["/releases/one.pth"] = STRONG
    code, _, told = dailies("models", "pull", "tiny-one")
    assert (code, "another file" in told) == (4, True)
    assert not (models / "tiny-one").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["tiny-one", "--from", "none.pth"], 2, "there is no none.pth"),
        (["tiny-one", "--revision", "v2"], 2, "leave --revision out"),
        (["sdxl", "--from", "none.pth"], 2, "--from is for models that finish takes: tiny-one, tiny-two"),
        (["tiny-none"], 2, "there is no model 'tiny-none'"),
        (["tiny-two"], 4, "see that the mirror DAILIES_MIRROR names has it"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(dailies, mirror, arguments, code, words):
    mirror.files.clear()
    left, _, told = dailies("models", "pull", *arguments)
    assert (left, words in told, "Traceback" in told) == (code, True, False)


def test_a_kill_in_the_middle_leaves_no_half_model_and_the_next_pull_goes_on(mirror, models):
    goes_on = Event()
    mirror.files["/releases/one.pth"] = LARGE
    mirror.held["/releases/one.pth"] = (1_000_000, goes_on)
    rooms = "from pipeline.cli import main; from pipeline.finishers import catalog; from tests import mirror"
    code = f"{rooms}; known = mirror.catalogued(mirror.ONE * 10); catalog.models = lambda: known; main()"
    command = [sys.executable, "-c", code, "models", "pull", "tiny-one"]
    place = {"cwd": Path(__file__).parents[2], "env": dict(os.environ), "text": True}
    pulling = subprocess.Popen(command, **place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = models / ".pulling" / "tiny-one"
    ends = time.monotonic() + 30
    while not any(one.stat().st_size >= 500_000 for one in folder.glob("one.pth.*.part")):
        assert time.monotonic() < ends, "nothing came"
        time.sleep(0.02)
    pulling.kill()
    pulling.wait()
    assert [one.name for one in models.iterdir()] == [".pulling"]
    mirror.held.clear()
    goes_on.set()
    mirror.asked.clear()
    again = subprocess.run(command, **place, capture_output=True, check=False, timeout=60)
    assert (again.returncode, again.stderr) == (0, "")
    assert "tiny-one is here: 3.0 MB" in again.stdout
    ((_, asked),) = mirror.asked
    assert int(asked.removeprefix("bytes=").removesuffix("-")) >= 500_000
    assert (models / "tiny-one" / "one.pth").read_bytes() == LARGE
