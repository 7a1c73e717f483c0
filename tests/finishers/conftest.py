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


@pytest.fixture(scope="session", autouse=True)
def single_precision():
    """Compute in float32 on every processor: what one does in bfloat16 is told where it is asked for."""
    import torch

    with pytest.MonkeyPatch.context() as patch:
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
            if hasattr(torch.cpu, name):
                patch.setattr(torch.cpu, name, lambda: False)
        yield
