"""The models that finish takes: what the catalog tells of them, and where those that are here lie."""

import os
import re
from urllib.parse import urlsplit

import pytest

from pipeline.errors import ProducerError, ToolMissing
from pipeline.finishers import catalog, pulling
from pipeline.generators.catalog import catalog as generating
from pipeline.generators.shipment import EYES
from tests.mirror import ONE, STRONG, sha256

KNOWN = catalog.models()


def own(models, name, *files):
    (models / name).mkdir(parents=True)
    for file in files:
        (models / name / file).write_bytes(b"weights")
    return models / name


# ---------------------------------------------------------------- the catalog


@pytest.mark.parametrize("name", KNOWN)
def test_every_model_can_be_fetched_and_trusted(name):
    model = KNOWN[name]
    assert catalog.NAME.fullmatch(name)
    assert model.kind in ("realesrgan", "rife")
    assert model.licence == {"realesrgan": "BSD-3-Clause", "rife": "MIT"}[model.kind]
    assert model.scale in ({2, 4} if model.kind == "realesrgan" else {None})
    assert 20 < len(model.about) <= 90
    assert model.about == model.about.strip().rstrip(".")
    assert model.source
    for file in model.files:
        url = urlsplit(file.url)
        assert (url.scheme, url.query, url.username) == ("https", "", None)
        assert url.hostname in ("github.com", "raw.githubusercontent.com")
        assert url.path.endswith(f"/{file.name}")
        assert re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", file.hashed)
        assert 1_000_000 < file.bytes < 100_000_000
        assert file.name.endswith(catalog.ENDINGS)


def test_no_two_are_called_the_same_nor_as_a_model_that_makes_takes():
    files = [file for model in KNOWN.values() for file in model.files]
    assert len({file.name for file in files}) == len({file.hashed for file in files}) == len(files)
    assert not KNOWN.keys() & {*generating().models, *EYES}


def test_a_catalog_cannot_be_changed():
    with pytest.raises(TypeError):
        KNOWN["mine"] = None


# ---------------------------------------------------------------- what is here


def test_a_model_that_is_not_here_says_how_to_fetch_it(mirror):
    assert catalog.find("tiny-one") is None
    with pytest.raises(ToolMissing, match=r"the weights of tiny-one are not on this machine \(dailies models pull"):
        catalog.here("tiny-one")
    with pytest.raises(ToolMissing, match="dailies models pull tiny-two"):
        catalog.second("tiny-two")


def test_a_model_that_was_pulled_is_found(mirror, models):
    for name in catalog.models():
        pulling.pull(name, lambda *_: None)
    assert catalog.here("tiny-one") == models / "tiny-one" / "one.pth"
    assert catalog.here("tiny-two") == models / "tiny-two" / "strong.pth"
    assert catalog.second("tiny-two") == models / "tiny-two" / "weak.bin"
    assert catalog.second("tiny-one") is None


@pytest.mark.parametrize(
    "files", [["x.pth"], ["x.safetensors", "notes.txt"], ["x.bin", "x.param"], ["X.PTH", ".y.pth"]]
)
@pytest.mark.parametrize("name", ["ours", "tiny-one"])
def test_a_studios_own_model_is_found(mirror, models, name, files):
    folder = own(models, name, *files)
    assert catalog.here(name) == folder / files[0]
    assert catalog.second(name) is None


def test_of_two_files_none_is_guessed(mirror, models):
    own(models, "ours", "a.pth", "b.bin")
    with pytest.raises(ToolMissing, match=r"holds 2 files of weights: a.pth, b.bin \(leave the one"):
        catalog.here("ours")


def test_a_second_file_alone_is_not_taken_for_the_first(mirror, models):
    own(models, "tiny-two", "weak.bin")
    assert catalog.find("tiny-two") is None


def test_a_studios_own_model_that_is_not_here_is_to_be_laid_there(mirror, models):
    with pytest.raises(ToolMissing, match=f"lay its file of weights into {models / 'ours'}"):
        catalog.here("ours")


@pytest.mark.parametrize("name", ["../film", "a/b", "/etc", "", ".hidden", "x" * 200])
def test_what_is_no_name_is_told(mirror, name):
    with pytest.raises(ProducerError, match="no name for a model"):
        catalog.here(name)


def test_a_file_is_told_from_any_other_by_its_hash(tmp_path):
    file = tmp_path / "x.pth"
    file.write_bytes(ONE)
    assert catalog.identity(file) == sha256(ONE)
    file.write_bytes(STRONG)
    os.utime(file, ns=(1, 1))
    assert catalog.identity(file) == sha256(STRONG)
