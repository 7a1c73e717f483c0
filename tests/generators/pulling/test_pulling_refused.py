"""Pulling a model from a hub: what is refused, what is asked first, and who sees the token."""

import json
import shutil
import socket
from dataclasses import replace
from types import SimpleNamespace

import pytest
from filelock import FileLock

from pipeline.errors import OperatorError, ProducerError, ToolFailed
from pipeline.generators import hub as asking
from tests.hub import FOLDER, NAME, UNET, files_of, film, pull, tensors


def left(models):
    """What a pull that was refused leaves behind; a lock is empty."""
    return [one for one in models.rglob("*") if one.is_file() and one.stat().st_size]


def test_an_unknown_name_is_told_with_the_nearest(hub):
    with pytest.raises(ProducerError, match=r"did you mean wan2.2-t2v"):
        pull("wan2.2-t2")
    with pytest.raises(ProducerError, match="owner/name"):
        pull("zzz")
    assert not hub.asked


@pytest.mark.parametrize("name", ["../film", "a/../b", "/etc", "a/b/c", "owner/", "owner/a--b", "owner/-a"])
def test_what_is_no_hub_id_is_told(hub, models, name):
    with pytest.raises(ProducerError, match=r"no hub id|no model"):
        pull(name)
    assert not hub.asked


REFUSED = {
    "gated": ({"gated": True}, {}, "given only to those who agreed to its terms.*HF_TOKEN"),
    "unknown": ({}, {"name": "owner/none"}, "knows no model owner/none, or does not show it to you.*check the name"),
    "revision": ({}, {"revision": "v9"}, "has no revision v9.*leave --revision out"),
}


@pytest.mark.parametrize("token", ["", "hf_secret"])
@pytest.mark.parametrize(("page", "wanted", "words"), REFUSED.values(), ids=REFUSED)
def test_what_the_hub_refuses_is_told_with_its_cure(hub, models, monkeypatch, page, wanted, words, token):
    monkeypatch.setenv("HF_TOKEN", token)
    hub.add(NAME, film(), **page)
    with pytest.raises((OperatorError, ProducerError), match=words) as failed:
        pull(**wanted)
    assert "hf_secret" not in str(failed.value)
    assert not left(models)


ANSWERS = {
    "too often": ((429, b""), "too many questions"),
    "broken": ((500, b""), "answers with error 500"),
    "forbidden": ((403, b""), "agreed to its terms"),
    "a login page": ((200, b"<html>Welcome to this hotel</html>"), "is no hub"),
    "another server": ((200, b"{}"), "is no hub"),
}


@pytest.mark.parametrize(("answer", "words"), ANSWERS.values(), ids=ANSWERS)
def test_a_hub_that_is_none_today_is_told(hub, models, answer, words):
    hub.answer = answer
    with pytest.raises(OperatorError, match=words) as failed:
        pull()
    assert failed.value.cure
    assert not left(models)


def test_a_hub_that_is_not_there_is_told(hub, models, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(OperatorError, match=r"cannot be reached: ConnectError.*HTTPS_PROXY"):
        pull()


def test_a_hub_that_says_nothing_is_left(hub, models, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(OperatorError, match="cannot be reached: ReadTimeout"):
            pull()


def test_offline_is_told(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(OperatorError, match="HF_HUB_OFFLINE"):
        pull()


def test_a_disk_that_is_too_small_is_told_before_anything_comes(hub, models, monkeypatch):
    disk = SimpleNamespace(free=1_000_100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    with pytest.raises(
        OperatorError, match=r"needs 0\.0 GB more and 1 GB to spare, and 1\.0 GB are free in "
    ) as failed:
        pull()
    assert str(models) in str(failed.value)
    assert "DAILIES_MODELS" in failed.value.cure
    assert hub.paths() == {"model_index.json"}
    assert not left(models)


def test_a_file_too_large_for_plain_http_is_told(hub, monkeypatch):
    monkeypatch.setattr(asking, "LARGEST", 1000)
    with pytest.raises(OperatorError, match=r"too large.*hf download owner/film"):
        pull()


def test_a_folder_that_no_pull_made_is_not_touched(hub, models):
    (models / FOLDER).mkdir(parents=True)
    (models / FOLDER / "model_index.json").write_text("mine")
    with pytest.raises(OperatorError, match="holds what no pull put there"):
        pull()
    assert files_of(models / FOLDER) == {"model_index.json": b"mine"}


def test_a_folder_that_cannot_be_written_is_told(hub, models, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(OperatorError, match=r"cannot write in .*DAILIES_MODELS"):
        pull()


def test_two_pulls_of_one_model_are_one_too_many(hub, models):
    (models / ".pulling").mkdir(parents=True)
    with FileLock(models / ".pulling" / f"{FOLDER}.lock"), pytest.raises(OperatorError, match="by another process"):
        pull()
    assert pull().fresh


@pytest.mark.parametrize("index", [b"", b"[]", b"{}", b"{"])
def test_a_damaged_index_on_the_hub_is_told(hub, models, index):
    hub.add(NAME, {**film(), "model_index.json": index})
    with pytest.raises(ToolFailed, match=r"model_index\.json is damaged"):
        pull()


def test_what_is_no_pipeline_is_told(hub):
    hub.add(NAME, {"model.safetensors": tensors(5000)})
    with pytest.raises(ToolFailed, match="no pipeline that diffusers saved"):
        pull()


def test_a_pickle_alone_is_refused_before_anything_comes(hub, models):
    files = film()
    files.pop(UNET)
    files.pop("unet/diffusion_pytorch_model.fp16.safetensors")
    hub.add(NAME, files)
    with pytest.raises(ToolFailed, match="its unet in no form"):
        pull()
    assert hub.paths() == {"model_index.json"}


# ---------------------------------------------------------------- licences


def test_a_licence_with_a_clause_is_refused_then_accepted(hub, models):
    hub.add("stabilityai/stable-video-diffusion-img2vid-xt", film(), licence="other")
    with pytest.raises(OperatorError, match=r"Stability Community: above \$1M.*pull svd-xt --accept-licence"):
        pull("svd-xt")
    assert not hub.asked
    assert pull("svd-xt", accept=True).fresh
    assert not pull("svd-xt").fresh, "what was agreed to once is agreed to"


@pytest.mark.parametrize("licence", ["apache-2.0", "mit", "bsd-3-clause", "MIT"])
def test_a_permissive_licence_asks_for_nothing(hub, licence):
    hub.add(NAME, film(), licence=licence)
    assert pull().fresh


@pytest.mark.parametrize("licence", ["cc-by-nc-4.0", "creativeml-openrail-m", "mit-but-not-quite", None])
def test_any_other_licence_is_to_be_agreed_to(hub, models, licence):
    hub.add(NAME, film(), licence=licence)
    with pytest.raises(OperatorError, match=f"{licence or 'names no licence'}.*--accept-licence"):
        pull()
    assert not hub.paths() - {"model_index.json"}
    pull(accept=True)
    assert json.loads((models / FOLDER / "dailies.json").read_text())["licence"] == (licence or "")


def test_a_hub_id_that_the_catalog_knows_has_the_catalogs_licence(hub):
    hub.add("Wan-AI/Wan2.1-T2V-1.3B-Diffusers", film(), licence=None)
    assert pull("Wan-AI/Wan2.1-T2V-1.3B-Diffusers").folder.name == "Wan-AI--Wan2.1-T2V-1.3B-Diffusers"


# ---------------------------------------------------------------- the token


def test_the_token_goes_to_the_hub_alone(hub, models, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", " hf_secret\n")
    pull()
    assert {one.token for one in hub.asked if not one.elsewhere} == {"Bearer hf_secret"}
    assert {one.token for one in hub.asked if one.elsewhere} == {""}
    assert not [path for path, data in files_of(models).items() if b"hf_secret" in data]


def test_a_token_that_is_stored_somewhere_is_not_used(hub, tmp_path, monkeypatch):
    (tmp_path / "token").write_text("hf_secret")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    pull()
    assert {one.token for one in hub.asked} == {""}


@pytest.mark.parametrize("token", ["hf_secret hf_secret", "hf_sécret", "hf_\nsecret"])
def test_a_token_that_cannot_be_one_is_not_repeated(hub, monkeypatch, token):
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(OperatorError, match="HF_TOKEN holds what no token has") as failed:
        pull()
    assert "cret" not in str(failed.value)
    assert not hub.asked


def test_an_index_that_is_changed_on_the_way_is_refused(hub, models):
    hub.twisted.add("model_index.json")
    with pytest.raises(ToolFailed, match=r"model_index\.json of owner/film does not come as the hub says it is"):
        pull()
    assert not (models / FOLDER).exists()


def test_an_index_that_is_no_index_is_not_read_into_memory(hub):
    hub.add(NAME, film(**{"model_index.json": b" " * 2_000_000}))
    with pytest.raises(ToolFailed, match="has 2000000 bytes"):
        pull()
    assert not hub.fetched("model_index.json")


def test_more_than_the_hub_said_is_refused_and_not_asked_for_for_ever(hub, monkeypatch, models):
    """A login page in the place of a file, or a mirror that is ahead: longer than what was foretold."""
    page, told = asking.page, []

    def shorter(repo, revision=None):
        found = page(repo, revision)
        file = found.files["unet/config.json"]
        told.append(file.size)
        return replace(found, files={**found.files, "unet/config.json": replace(file, size=file.size - 1)})

    monkeypatch.setattr(asking, "page", shorter)
    with pytest.raises(ToolFailed, match=r"unet/config\.json of owner/film does not come as the hub says it is"):
        pull()
    assert told == [2]
    assert len(hub.fetched("unet/config.json")) <= 2


@pytest.mark.parametrize("told", [{"size": -5}, {"size": "5"}, {"blobId": "../../x"}, {"blobId": None}])
def test_what_a_hub_cannot_say_of_a_file_is_refused(hub, told):
    sibling = {"rfilename": "model_index.json", "size": 5, "blobId": "a" * 40, **told}
    answer = {"id": NAME, "sha": "b" * 40, "gated": False, "tags": [], "siblings": [sibling]}
    hub.answer = (200, json.dumps(answer).encode(), {"Content-Type": "application/json"})
    with pytest.raises(OperatorError, match="is no hub"):
        pull()


def test_another_licence_of_a_new_revision_is_asked_for_again(hub):
    hub.repos[NAME].licence = "other"
    pull(accept=True)
    hub.add(NAME, film(**{"unet/config.json": b'{"new": 1}'}))
    pull()
    hub.add(NAME, film(**{"unet/config.json": b'{"new": 2}'}))
    hub.repos[NAME].licence = "even-more-different"
    with pytest.raises(OperatorError, match="comes under the licence even-more-different"):
        pull()
