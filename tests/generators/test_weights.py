"""Which models are here, and what tells one set of weights from another."""

import json
import os
import struct
from pathlib import Path

import pytest

from pipeline.errors import ToolFailed, ToolMissing
from pipeline.generators import weights
from tests.hub import tensors


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The models folder, with one model of the studio's own."""
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))
    made = tmp_path / "ours"
    (made / "unet").mkdir(parents=True)
    (made / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    (made / "unet" / "config.json").write_text("{}")
    (made / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(tensors(3_000_000))
    return made


def identity():
    return weights.here("ours").identity


def test_a_model_is_found_by_its_folder(folder):
    found = weights.find("ours")
    assert (found.folder, found.made_as) == (folder, "StableDiffusionPipeline")
    assert found.identity.startswith("folder:")
    assert weights.find("theirs") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '"x"', "\xff"])
def test_a_damaged_index_is_no_model(folder, text):
    (folder / "model_index.json").write_bytes(text.encode("latin-1"))
    assert weights.find("ours") is None
    with pytest.raises(ToolMissing, match="missing or damaged"):
        weights.here("ours")


def test_what_is_not_here_is_told_with_its_cure(folder):
    with pytest.raises(ToolMissing, match="dailies models pull owner/film"):
        weights.here("owner/film")


def test_without_the_variable_models_lie_in_the_users_own_folder(monkeypatch):
    monkeypatch.delenv("DAILIES_MODELS", raising=False)
    assert weights.models_folder() == Path.home() / ".local" / "share" / "dailies" / "models"


@pytest.mark.parametrize("name", ["..", "../ours", "a/../../b", "/etc", "a/b/c", "", ".", ".pulling", "a b", "a\n"])
def test_a_name_leads_nowhere_else(folder, name):
    with pytest.raises(ValueError, match="models folder"):
        weights.folder_of(name)
    assert weights.find(name) is None


def test_a_hub_id_has_a_folder_of_its_own(folder):
    assert weights.folder_of("owner/film-1.5") == folder.parent / "owner--film-1.5"


# ---------------------------------------------------------------- identity


def test_the_same_files_have_the_same_identity_wherever_they_lie(folder):
    before = identity()
    folder.rename(folder.with_name("moved"))
    assert weights.here("moved").identity == before


@pytest.mark.parametrize("place", [0, 20_000, 1_500_000, 2_999_999])
def test_other_numbers_are_another_model(folder, place):
    """Training changes numbers everywhere: here from `place` on, at the same size."""
    before = identity()
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    data = bytearray(file.read_bytes())
    head = len(data) - 3_000_000
    data[head + place :] = bytes(255 - one for one in data[head + place :])
    file.write_bytes(data)
    assert identity() != before


def test_one_byte_of_a_small_file_is_another_model(folder):
    before = identity()
    (folder / "unet" / "config.json").write_text("[]")
    assert identity() != before


def test_a_file_more_and_a_file_less_are_other_models(folder):
    before = identity()
    (folder / "unet" / "more.json").write_text("{}")
    with_more = identity()
    (folder / "unet" / "config.json").unlink()
    assert len({before, with_more, identity()}) == 3


def test_caches_and_notes_are_none_of_a_model(folder):
    before = identity()
    (folder / ".cache").mkdir()
    (folder / ".cache" / "lock").write_text("x")
    (folder / "dailies.json").write_text("{")
    assert identity() == before


def test_the_record_of_a_pull_wins_while_the_files_are_those_that_came(folder):
    record = {"repo": "owner/film", "revision": "abc", "parts": ["ip_adapter:h/ip@def"]}
    (folder / "dailies.json").write_text(json.dumps(record | {"stamp": weights.stamp(folder)}))
    assert identity() == "hub:owner/film@abc+ip_adapter:h/ip@def"
    tuned = next(folder.rglob("*.safetensors"))
    tuned.write_bytes(tuned.read_bytes()[:-1] + b"\7")
    assert identity().startswith("folder:"), "trained in place, or a copy that was: other weights"


@pytest.mark.parametrize("record", [{}, [], {"repo": "owner/film"}, {"repo": 1, "revision": 2}])
def test_a_record_that_tells_nothing_is_passed_over(folder, record):
    (folder / "dailies.json").write_text(json.dumps(record))
    assert identity().startswith("folder:")


# ---------------------------------------------------------------- damage


def test_whole_weights_pass(folder):
    weights.check(weights.here("ours"))


WHOLE = tensors(1000)
HEADS = {
    "nothing": b"",
    "half a length": WHOLE[:5],
    "half a head": WHOLE[:30],
    "a length beyond the file": struct.pack("<Q", 1 << 40) + b"{}",
    "a page instead": b"<!doctype html><html>Sign in</html>" * 20,
    "a note of where the file is": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "no mapping": struct.pack("<Q", 2) + b"[]",
    "no offsets": struct.pack("<Q", 10) + b'{"x": {} }',
    "offsets that are none": struct.pack("<Q", 24) + b'{"x":{"data_offsets":1}}',
    "too deep": struct.pack("<Q", 200_000) + b"[" * 200_000,
}


@pytest.mark.parametrize("data", HEADS.values(), ids=HEADS)
def test_a_damaged_head_is_told(folder, data):
    (folder / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(data)
    with pytest.raises(ToolFailed, match="its head cannot be read") as failed:
        weights.check(weights.here("ours"))
    assert "ours/unet/diffusion_pytorch_model.safetensors" in str(failed.value)
    assert "dailies models pull ours" in failed.value.cure


def test_missing_numbers_are_counted(folder):
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    os.truncate(file, file.stat().st_size - 7)
    with pytest.raises(ToolFailed, match="7 bytes are missing"):
        weights.check(weights.here("ours"))
