"""Wishes, and clips whose every frame can be told by its colour."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.generators.animatic import Animatic
from pipeline.media.frames import TAKE, write, write_picture
from pipeline.media.probe import probe
from pipeline.model import Asset, Input, Look, Motion, Order, Shot, Size, Source, Spec, ToolChoice, Wish

SIZE = Size(160, 96)


class Maker:
    """Makes wishes and takes in one folder."""

    def __init__(self, folder):
        self.folder, self.files, self.tool = folder, {}, Animatic()

    def wish(self, scene="a gate in the hills", *, frames=12, rate=Fraction(24), size=SIZE, options=None, **shot):
        shot = {"id": "gate", "index": 0, "generator": ToolChoice(("animatic",)), "takes": 2, **shot}
        inputs = tuple(Input(role, path, probe(path).sha256) for role, path in self.files.items())
        facts = {role: probe(path) for role, path in self.files.items()}
        board = Shot(scene=scene, **shot)
        return Wish(board, scene, "", Spec(size, rate, frames), inputs, facts, options or {})

    def footage(self, wish_options=None, *, frames, **source):
        asset = Asset("clip.mp4", self.files["source"])
        return self.wish(frames=frames, options=wish_options, source=Source(asset, **source))

    def take(self, plan, seed=1, take=1, name="data.mp4"):
        order = Order(plan, take, seed, self.folder / name)
        (result,) = self.tool.generate([order], self.folder, None, lambda _: None)
        return result

    def clip(self, frames=40, rate=Fraction(24), size=SIZE):
        """Write a clip whose frame k has the grey level 10 + 5 k, brighter by 40 in its right half."""
        path = self.folder / "clip.mp4"
        ramp = np.zeros((size.height, size.width, 3), np.uint8)
        ramp[:, size.width // 2 :] = 40
        write(path, (ramp + np.uint8(10 + 5 * k) for k in range(frames)), Spec(size, rate, frames), TAKE)
        self.files = {"source": path}
        return path

    def picture(self, role, seed=1):
        rng = np.random.default_rng(seed)
        path = self.folder / f"{role}.png"
        blocks = rng.integers(10, 235, (12, 20, 1), np.uint8) + rng.integers(0, 20, (12, 20, 3), np.uint8)
        write_picture(path, np.ascontiguousarray(blocks.repeat(10, 0).repeat(10, 1)))
        self.files[role] = path
        return path


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


@pytest.fixture
def look():
    return Look("cinematic", "golden_hour")


@pytest.fixture
def windy():
    return Motion("natural", "low", "leaves falling")
