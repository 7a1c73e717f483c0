"""Which optional features are on, told from files alone: no model is loaded here, and torch is not imported."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from pipeline import score
from pipeline.generators.weights import stamp
from pipeline.media.frames import TAKE, read, write
from pipeline.metrics.learned import LIBRARIES
from pipeline.model import Recipe, Size, Spec
from pipeline.score import optional as room
from pipeline.score.optional import Learned, features, learned, places

ROOT = Path(__file__).parents[2]
WORDS = "a gate in the hills"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Put weights, as far as they are looked at before they are loaded, into a models folder; libraries are here."""
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(room, "LIBRARIES", ("json",))

    def put(name, kind, numbers=b"12345678"):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps({"model_type": kind}))
        head = json.dumps({"one": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
        (folder / "model.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + numbers)
        return folder

    return put


def names(words=WORDS):
    return [one.name for one in learned(words)]


def test_without_weights_there_is_nothing(tmp_path, monkeypatch, caplog):
    for folder in (tmp_path / "none", tmp_path):
        monkeypatch.setenv("DAILIES_MODELS", str(folder))
        assert names() == []
    assert not caplog.records


@pytest.mark.parametrize(("kind", "made_as"), [("clip", "CLIPModel"), ("siglip", "SiglipModel")])
def test_what_lies_there_is_on(here, kind, made_as):
    here("alignment", kind)
    (found,) = learned(WORDS)
    assert (found.name, found.weights.made_as, found.words) == ("alignment", made_as, WORDS)
    assert found.values() == {"weights": found.weights.identity, "prompt": WORDS}
    here("consistency", "dinov2")
    assert names() == ["alignment", "consistency"]


def test_consistency_is_not_about_the_prompt(here):
    here("consistency", "dinov2")
    (found,) = learned(WORDS)
    assert found.values() == {"weights": found.weights.identity}
    assert list(learned("another")) == [found]


def test_weights_have_an_identity_that_changes_with_them(here):
    here("consistency", "dinov2")
    (before,) = learned("")
    folder = here("consistency", "dinov2", b"87654321")
    (after,) = learned("")
    assert before.weights.identity != after.weights.identity
    (folder / "dailies.json").write_text(json.dumps({"repo": "owner/name", "revision": "abc", "stamp": stamp(folder)}))
    assert [one.weights.identity for one in learned("")] == ["hub:owner/name@abc"]


def test_no_words_or_words_that_a_model_cannot_read_are_not_compared(here):
    here("alignment", "clip")
    assert names("  ") == []
    assert names("丘の門") == []
    here("alignment", "siglip")
    assert names("丘の門") == ["alignment"]


FAULTS = {
    "another kind": lambda folder: (folder / "config.json").write_text('{"model_type": "bert"}'),
    "a kind that is no word": lambda folder: (folder / "config.json").write_text('{"model_type": ["clip"]}'),
    "no object": lambda folder: (folder / "config.json").write_text("[]"),
    "no JSON": lambda folder: (folder / "config.json").write_text("{"),
    "no config": lambda folder: (folder / "config.json").unlink(),
    "cut off": lambda folder: (folder / "model.safetensors").write_bytes(b"123"),
    "no weights": lambda folder: (folder / "model.safetensors").unlink(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_used_is_off_and_told_of_once(here, caplog, fault):
    folder = here("alignment", "clip")
    FAULTS[fault](folder)
    assert names() == names() == []
    assert len(caplog.records) == 1
    assert str(folder) in caplog.text
    here("alignment", "clip")
    assert names() == ["alignment"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_without_a_library_it_is_off_and_told_of_once(here, monkeypatch, caplog, library):
    monkeypatch.setattr(room, "LIBRARIES", LIBRARIES)
    for one in LIBRARIES:
        monkeypatch.setitem(sys.modules, one, None if one == library else sys.modules[__name__])
    here("consistency", "dinov2")
    assert names() == names() == []
    assert [one.levelname for one in caplog.records] == ["WARNING"]
    assert f"{library} is not installed (pip install 'dailies[alignment]')" in caplog.text


def test_a_note_that_weights_fail_belongs_to_these_weights(here):
    here("consistency", "dinov2")
    (before,) = learned("")
    here("consistency", "dinov2", b"87654321")
    (after,) = learned("")
    assert isinstance(score.unusable(before.weights), Recipe)
    assert score.unusable(before.weights).key != score.unusable(after.weights).key


@pytest.mark.parametrize(
    ("count", "expected"), [(0, [0]), (1, [0]), (3, [0, 1, 2]), (8, list(range(8))), (71, [10 * k for k in range(8)])]
)
def test_up_to_eight_frames_from_first_to_last_are_looked_at(count, expected):
    assert places(count) == expected


def test_the_frames_are_those_of_the_clip(tmp_path, monkeypatch, moving):
    path = tmp_path / "take.mp4"
    made = [np.repeat(frame.luma[..., None], 3, axis=2) for frame in moving(30)]
    write(path, made, Spec(Size(160, 90), Fraction(24), 30), TAKE)
    looked_at = []
    monkeypatch.setattr(room, "_measured", lambda one, frames: looked_at.append(frames) or 0.5)
    assert features(path, 30, [Learned("consistency", None)]) == {"consistency": 0.5}
    whole = list(read(path))
    assert len(looked_at[0]) == 8
    for place, frame in zip(places(30), looked_at[0], strict=True):
        assert np.array_equal(frame, whole[place])


def test_a_model_is_loaded_while_nothing_else_is(here, monkeypatch):
    from pipeline.generators.diffusion.resident import at_work

    here("consistency", "dinov2")
    free = []

    def load(_):
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(at_work.acquire, blocking=False).result())

    monkeypatch.setattr(room, "load", load)
    monkeypatch.setattr(room, "consistency", lambda *_: 0.5)
    assert [room._measured(one, []) for one in learned("")] == [0.5]
    assert free == [False]


LIGHT = """
import sys
from pathlib import Path
from pipeline import score, shot
card = score.measure(Path(sys.argv[1])).card
assert "alignment" not in card.features
assert [one.name for one in score.learned("a gate")] == sys.argv[2:]
heavy = {"torch", "transformers", "diffusers", "PIL", "safetensors"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.parametrize("there", [(), ("alignment", "consistency")])
def test_scoring_and_asking_what_is_on_import_no_torch(tmp_path, moving, here, there):
    if there and any(find_spec(one) is None for one in LIBRARIES):
        pytest.skip("the extra `alignment` is not installed: nothing is ever on")
    path = tmp_path / "take.mp4"
    made = [np.repeat(frame.luma[..., None], 3, axis=2) for frame in moving(4)]
    write(path, made, Spec(Size(160, 90), Fraction(24), 4), TAKE)
    for name in there:
        here(name, "clip" if name == "alignment" else "dinov2")
    asked = [sys.executable, "-c", LIGHT, str(path), *there]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
