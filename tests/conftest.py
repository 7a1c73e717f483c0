"""What every test may use."""

import os
from pathlib import Path

import pytest

FOOTAGE = Path(os.environ.get("DAILIES_FOOTAGE", Path(__file__).parents[2] / "shared" / "clips"))


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of real clips, or a skip that says what was not tested."""
    if not FOOTAGE.is_dir():
        pytest.skip(f"no real footage at {FOOTAGE}: this quality figure was not checked (set DAILIES_FOOTAGE)")
    return FOOTAGE
