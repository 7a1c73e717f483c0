"""Pulling what looks at takes: models of transformers, whose features are there as soon as they have come."""

import pytest

from pipeline import score
from pipeline.errors import OperatorError, ToolFailed
from pipeline.generators.shipment import EYES
from pipeline.metrics.learned import KINDS
from tests.hub import files_of, pull, tensors

pytestmark = pytest.mark.diffusers


@pytest.fixture
def saved(hub, tmp_path):
    """Have both on the hub, with what else lies in such repositories."""
    from tests.tiny.extras import save_dinov2, save_siglip

    more = {"pytorch_model.bin": b"pickled", "README.md": b"# eye", "onnx/model.safetensors": tensors(9000)}
    for name, save in {"alignment": save_siglip, "consistency": save_dinov2}.items():
        hub.add(EYES[name], files_of(save(tmp_path / name)) | more)
    return hub


def test_what_is_pulled_is_what_is_measured_with():
    assert EYES.keys() == KINDS.keys()


def test_they_come_whole_and_are_used(saved, models):
    assert not list(score.learned("a gate"))
    for name in EYES:
        made = pull(name)
        assert made.fresh
        assert not pull(name).fresh
        assert not [one for one in files_of(made.folder) if one.endswith((".bin", ".md")) or "/" in one]
    found = {one.name: one for one in score.learned("山の上の寺")}
    assert found.keys() == {"alignment", "consistency"}
    for name, one in found.items():
        assert one.weights.identity == f"hub:{EYES[name]}@{saved.repos[EYES[name]].commit('main')}"


def test_their_licence_is_asked_about_as_any_other(saved, models):
    saved.repos[EYES["alignment"]].licence = "other"
    with pytest.raises(OperatorError, match="dailies models pull alignment --accept-licence"):
        pull("alignment")
    assert pull("alignment", accept=True).fresh


def test_a_repository_without_its_config_is_told(hub):
    hub.add(EYES["consistency"], {"model.safetensors": tensors(5000)})
    with pytest.raises(ToolFailed, match=r"has no config\.json"):
        pull("consistency")
