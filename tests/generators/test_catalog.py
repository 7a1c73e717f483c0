"""The catalog of models, and a studio's own beside it."""

import time

import pytest
import yaml

from pipeline.errors import OperatorError
from pipeline.generators import catalog
from pipeline.generators.catalog import Frames
from pipeline.recommend import models as known

OWN = {
    "title": "Ours",
    "repo": "us/ours",
    "calls": {"text_to_video": "WanPipeline"},
    "frames": {"step": 4, "plus": 1, "least": 5, "most": 41},
    "sizes": ["640x384"],
    "shape": "any",
    "multiple": 16,
    "fps": 16,
    "asks": {"num_inference_steps": 8},
    "licence": "ours",
    "commercial": "allowed",
    "quality": 3,
    "notes": "",
}


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path))

    def write(**entries):
        (tmp_path / "catalog.yaml").write_text(yaml.safe_dump({"models": entries}), "utf-8")
        time.sleep(2 * catalog.RECENT)

    return write


def test_every_entry_says_what_it_is():
    for name, entry in catalog.catalog().models.items():
        assert catalog._checked(entry) is entry
        assert entry.name == name
        assert entry.memory
        assert entry.repo.count("/") == 1
        assert entry.longest is None or 1 < entry.longest < 20
        assert entry.free == (entry.clause == "")


def test_a_rule_of_lengths_is_told_as_people_write_it():
    assert str(Frames(4, 1, 5, 81)) == "4k+1, at most 81"
    assert str(Frames(lengths=(14, 25))) == "14 or 25"
    assert str(Frames(1, 0, 8, 32)) == "at most 32"


def test_a_studio_adds_a_model_and_changes_one(own):
    own(ours=OWN, sdxl={**OWN, "title": "Our SDXL"})
    assert catalog.models()["ours"].frames.most == 41
    assert known()["ours"].longest * 16 == 41
    assert catalog.models()["sdxl"].title == known()["sdxl"].title == "Our SDXL"
    assert catalog.catalog().models["sdxl"].title == "Stable Diffusion XL"
    own(theirs=OWN)
    assert "ours" not in catalog.models()
    assert "theirs" in known()


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("ours", {"asks": {}}, "`asks` must say num_inference_steps"),
        ("our model", {}, "is no name for a model"),
        ("ours", {"calls": {"text2video": "WanPipeline"}}, "cannot make"),
        ("ours", {"calls": {"text_to_video": "MochiPipeline"}}, "which is not known here"),
        ("ours", {"sizes": ["large"]}, "is no size"),
        ("ours", {"frames": {"step": 4}}, "`plus` is missing"),
    ],
)
def test_what_is_wrong_in_it_is_told_in_one_line(own, name, changed, said):
    own(**{name: {**OWN, **changed}})
    with pytest.raises(OperatorError) as raised:
        catalog.models()
    assert said in raised.value.message
    assert "catalog.yaml cannot be read" in raised.value.message
    assert "\n" not in str(raised.value)


def test_what_is_no_yaml_is_told(own, tmp_path):
    (tmp_path / "catalog.yaml").write_text("models: [", "utf-8")
    with pytest.raises(OperatorError, match=r"catalog\.yaml cannot be read"):
        catalog.models()
