"""A models folder, and a mirror of what its models are fetched from."""

import pytest

from tests.mirror import mirror_of


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def mirror(monkeypatch, models):
    with mirror_of(monkeypatch, models) as made:
        yield made
