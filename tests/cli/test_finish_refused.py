"""Files of weights that are not what they are called: refused in one line, with 4, and nothing is written."""

import os
from fractions import Fraction

import numpy as np
import pytest

from pipeline.media.frames import TAKE, write
from pipeline.model import Size, Spec
from pipeline.trained.libraries import mended

torch = mended()


class Harmful:
    """Makes a folder when it is unpickled."""

    def __init__(self, trace):
        self.trace = str(trace)

    def __reduce__(self):
        return os.mkdir, (self.trace,)


def truncated(whole, _):
    return whole[: len(whole) // 3]


def corrupt(whole, _):
    middle = len(whole) // 2
    return whole[:middle] + bytes(one ^ 0xFF for one in whole[middle : middle + 64]) + whole[middle + 64 :]


def another_network(_, folder):
    torch.save({"params": {"layer.weight": torch.zeros(4, 4)}}, folder / "made.pth")
    return (folder / "made.pth").read_bytes()


def code(_, folder):
    torch.save({"params": Harmful(folder / "was-here")}, folder / "made.pth")
    return (folder / "made.pth").read_bytes()


SPOILED = [truncated, corrupt, another_network, code, lambda *_: b"", lambda *_: b"<!DOCTYPE html>"]
COMMANDS = {
    "tiny-x2": ("upscale", "in.mp4", "out.mp4", "--size", "128x96", "--method", "realesrgan", "--model", "tiny-x2"),
    "rife-v4.6": ("interpolate", "in.mp4", "out.mp4", "--fps", "24", "--method", "rife"),
}


@pytest.mark.parametrize("spoil", SPOILED)
@pytest.mark.parametrize("model", COMMANDS)
def test_weights_that_are_none_are_refused(dailies, finishing_models, monkeypatch, tmp_path, model, spoil):
    place = tmp_path / "models" / model
    place.mkdir(parents=True)
    (tmp_path / "making").mkdir()
    content = spoil((finishing_models / model / "ours.pth").read_bytes(), tmp_path / "making")
    (place / "ours.pth").write_bytes(content)
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "models"))
    clip(tmp_path / "in.mp4")
    found, out, told = dailies(*COMMANDS[model])
    assert (found, out) == (4, "")
    assert "ours.pth" in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1, told
    assert not (tmp_path / "making" / "was-here").exists()
    assert not (tmp_path / "out.mp4").exists()


def clip(path):
    """Write a clip in which something moves: a pair that stands still asks no model."""

    def frames():
        ground = np.random.default_rng(0).integers(0, 255, (12, 16, 3), np.uint8)
        for k in range(3):
            yield np.roll(np.kron(ground, np.ones((4, 4, 1), np.uint8)), 2 * k, 1)

    write(path, frames(), Spec(Size(64, 48), Fraction(12), 3), TAKE)
