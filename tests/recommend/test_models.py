"""What is known of generators is whole, dated and current in its document."""

from pathlib import Path

import pytest

from pipeline import registry
from pipeline.recommend import models
from pipeline.recommend.document import renewed
from pipeline.recommend.models import table

DOCUMENT = Path(__file__).parents[2] / "docs" / "generators.md"


def test_the_tables_are_current():
    text = DOCUMENT.read_text("utf-8")
    assert renewed(text) == text, "run: python -m pipeline.recommend.document docs/generators.md"


def test_every_model_is_in_the_document():
    text = DOCUMENT.read_text("utf-8")
    assert [name for name in models() if f"| `{name}` |" not in text] == []
    assert table().as_of in text


def test_every_generator_of_the_house_is_known():
    assert set(registry.BUILT_IN["generators"]) <= models().keys()


@pytest.mark.parametrize("model", models().values(), ids=lambda model: model.name)
def test_a_model_is_told_whole(model):
    assert model.tasks
    assert model.licence
    assert 0 <= model.quality <= 5
    assert (model.quality == 0) == (model.kind == "previz")
    assert model.commercial in {"allowed", "clause", "registration", "terms", "unknown", "forbidden"}
    assert bool(model.clause) == (model.commercial in {"clause", "registration", "unknown"})
    assert model.usd is None or model.kind != "local"
    assert model.longest is None or 1 <= model.longest <= 60
    if model.kind == "local":
        assert model.sizes
        assert model.fps or "text_to_image" in model.tasks


def test_the_longest_clip_follows_from_frames_and_rate():
    assert models()["wan2.2-t2v"].longest * 16 == 81
    assert models()["cogvideox-2b"].longest * 8 == 49
