"""A hub with one model, and an empty models folder."""

import pytest

from pipeline.generators import hub as asking
from tests.hub import hub_with_a_film


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def hub(monkeypatch, models):
    monkeypatch.setattr(asking, "TRIES", 1)
    with hub_with_a_film(monkeypatch, models) as made:
        yield made
