"""`dailies models`: what is here, and fetching another; also when the process is killed in the middle of it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from pipeline.generators.shipment import EYES
from tests.hub import FOLDER, NAME, NEEDED, UNET, files_of, film, hub_with_a_film, tensors

LARGE = 24_000_000
HALF = 12_000_000
"""The library writes ten million bytes at a time: a smaller file would not be seen half."""


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def hub(monkeypatch, models):
    with hub_with_a_film(monkeypatch, models) as made:
        yield made


def own(models, name="ours", kind="WanPipeline"):
    (models / name).mkdir(parents=True)
    (models / name / "model_index.json").write_text(json.dumps({"_class_name": kind}))
    return models / name


# ---------------------------------------------------------------- the list


def test_the_list_fits_eighty_columns(dailies, hub, models, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    own(models)
    own(models, "sdxl")
    (models / "sdxl" / "unet.safetensors").write_bytes(bytes(2_500_000))
    (models / "flux").mkdir()
    (models / "flux" / "model_index.json").write_text("{")
    dailies("models", "pull", NAME)
    code, out, told = dailies("models")
    lines = out.splitlines()
    rows = {line.split()[0]: line for line in lines if line.strip()}
    assert (code, told) == (0, "")
    assert lines[0].startswith(f"Models in {models}")
    assert "DAILIES_MODELS" in lines[0]
    assert max(map(len, lines[1:])) <= 80
    assert "41 GB" in rows["wan2.2-t2v"]
    assert "words, footage" in rows["wan2.2-t2v"]
    assert "no (31 GB)" in rows["cogvideox1.5-5b"]
    assert "ask its" in rows["cogvideox-5b"]
    assert "2.5 MB" in rows["sdxl"]
    assert "damaged" in rows["flux"]
    assert "WanPipeline" in rows["ours"]
    assert "apache-2.0" in rows[NAME]
    assert "dailies models pull NAME" in out


def test_what_looks_at_takes_stands_in_the_list(dailies, hub, models):
    hub.add(EYES["consistency"], {"config.json": b"{}", "model.safetensors": tensors(5000)})
    assert dailies("models", "pull", "consistency")[0] == 0
    rows = {line.split()[0]: line for line in dailies("models")[1].splitlines() if line.strip()}
    assert "MB" in rows["consistency"]
    assert "apache-2.0" in rows["consistency"]
    assert " no" in rows["alignment"]
    found = {one["name"]: one for one in json.loads(dailies("models", "--json")[1])}
    assert (found["consistency"]["here"], found["consistency"]["repo"]) == (True, EYES["consistency"])
    assert not found["alignment"]["here"]


def test_the_list_for_scripts(dailies, hub, models):
    own(models)
    dailies("models", "pull", NAME)
    code, out, _ = dailies("models", "--json")
    found = {one["name"]: one for one in json.loads(out)}
    assert code == 0
    assert found["svd-xt"] == {
        "name": "svd-xt",
        "repo": "stabilityai/stable-video-diffusion-img2vid-xt",
        "tasks": ["image_to_video"],
        "licence": "Stability Community",
        "commercial": "clause",
        "clause": "above $1M of revenue a year commercial use needs a paid licence",
        "gpu_gb": 8.0,
        "download_gb": None,
        "here": False,
        "bytes": 0,
        "folder": str(models / "svd-xt"),
        "revision": None,
        "class": None,
    }
    pulled, ours = found[NAME], found["ours"]
    assert pulled["revision"] == hub.repos[NAME].commit("main")
    assert (pulled["here"], pulled["class"], pulled["licence"]) == (True, "StableDiffusionPipeline", "apache-2.0")
    assert pulled["bytes"] == sum(one.stat().st_size for one in (models / FOLDER).rglob("*") if one.is_file())
    assert (ours["here"], ours["class"], ours["repo"], ours["revision"]) == (True, "WanPipeline", None, None)


def test_the_list_without_a_models_folder(dailies, monkeypatch, tmp_path):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "nowhere"))
    code, out, _ = dailies("models")
    assert (code, "Also" in out) == (0, False)


@pytest.mark.parametrize("arguments", [["models", "--help"], ["models", "pull", "--help"]])
def test_the_help_has_an_example(dailies, arguments):
    code, out, _ = dailies(*arguments)
    assert (code, "Example: dailies models" in out) == (0, True)


# ---------------------------------------------------------------- pulling


def test_a_pull_says_what_comes_and_where_it_is(dailies, hub, models):
    code, out, told = dailies("models", "pull", NAME)
    assert (code, told) == (0, "")
    first, last = out.splitlines()
    assert first == f"{NAME}: 0.3 MB of 0.3 MB are to come"
    assert last == f"{NAME} is here: 0.3 MB, revision {hub.repos[NAME].commit('main')[:12]}, in {models / FOLDER}"
    code, out, _ = dailies("models", "pull", NAME)
    assert (code, "is here already" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sdx"], 2, "did you mean sdxl?"),
        (["owner/none"], 4, "check the name"),
        (["svd-xt"], 4, "--accept-licence"),
        ([NAME, "--revision", "v9"], 2, "has no revision v9"),
        (["a/b/c"], 2, "is no hub id"),
        ([], 2, "NAME"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(dailies, hub, arguments, code, words):
    left, out, told = dailies("models", "pull", *arguments)
    assert (left, out) == (code, "")
    assert words in told
    assert "Traceback" not in told


def test_without_the_library_its_extra_is_named(dailies, hub, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    code, _, told = dailies("models", "pull", NAME)
    assert (code, "pip install 'dailies[local]'" in told) == (4, True)


def test_the_token_is_never_shown(dailies, hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.add(NAME, film(), gated=True)
    code, out, told = dailies("models", "pull", NAME)
    assert (code, "set HF_TOKEN" in told, "hf_secret" in out + told) == (4, True, False)
    hub.repos[NAME].gated = False
    code, out, told = dailies("models", "pull", NAME)
    assert (code, "hf_secret" in out + told) == (0, False)


def test_a_kill_in_the_middle_leaves_no_half_model_and_the_next_pull_goes_on(hub, models):
    data = tensors(LARGE)
    hub.add(NAME, film(**{UNET: data}))
    goes_on = Event()
    hub.held[UNET] = (HALF, goes_on)
    command = [sys.executable, "-m", "pipeline", "models", "pull", NAME]
    environment = {**os.environ, "HF_TOKEN": "hf_secret"}
    place = {"cwd": Path(__file__).parents[2], "env": environment, "text": True}
    pulling = subprocess.Popen(command, **place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = models / ".pulling" / FOLDER / "unet"
    ends = time.monotonic() + 30
    while not any(one.stat().st_size for one in folder.glob("*.safetensors.*.part")):
        assert time.monotonic() < ends, "nothing came"
        time.sleep(0.02)
    pulling.kill()
    pulling.wait()
    assert [one.name for one in models.iterdir()] == [".pulling"]
    hub.held.clear()
    goes_on.set()
    hub.asked.clear()
    again = subprocess.run(command, **place, capture_output=True, check=False, timeout=60)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{NAME} is here" in again.stdout
    (rest,) = hub.fetched(UNET)
    begun = int(rest.range.removeprefix("bytes=").removesuffix("-"))
    assert begun > 0
    assert rest.sent == len(data) - begun
    found = files_of(models / FOLDER)
    assert {path: found[path] for path in NEEDED} == {**NEEDED, UNET: data}
    assert not [path for path, bytes_ in files_of(models).items() if b"hf_secret" in bytes_]
    assert "hf_secret" not in again.stdout + again.stderr
