"""The example boards beside small stand-ins of their files: true sounds and clips of 128 x 72, made once a session."""

import shutil
import sys
from functools import cache
from pathlib import Path

import pytest

from pipeline.media.probe import probe
from pipeline.model import Size

STORYBOARDS = Path(__file__).parents[2] / "storyboards"
BOARDS = ("ad", "story", "music_video")


@pytest.fixture(scope="session")
def makers():
    """Import the scripts that make the boards' files, as `make assets` does."""
    sys.path.insert(0, str(STORYBOARDS))
    try:
        import asset_footage
        import asset_logo
        import make_assets
    finally:
        sys.path.remove(str(STORYBOARDS))
    return make_assets, asset_footage, asset_logo


@pytest.fixture(scope="session")
def folder(makers, tmp_path_factory):
    """Give a folder with the three boards and every file they name."""
    make_assets, asset_footage, _ = makers
    folder = tmp_path_factory.mktemp("storyboards")
    for name in BOARDS:
        shutil.copy(STORYBOARDS / f"{name}.yaml", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make_assets, "HERE", folder)
        patch.setattr(asset_footage, "SIZE", Size(128, 72))
        for name in make_assets.table():
            make_assets.make(name)
    return folder


@pytest.fixture(scope="session")
def look():
    """Probe each file once."""
    return cache(probe)
