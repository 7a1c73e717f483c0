"""Storyboards with all that they name, and what is kept of them."""

import subprocess
import unicodedata
import wave
from types import SimpleNamespace

import imageio_ffmpeg
import numpy as np
import pytest

from pipeline import snapshot
from pipeline.media.frames import write_picture
from pipeline.production import Studio

BOARD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 24}
defaults: {generator: {name: animatic, label: false}, takes: 1, seconds: 0.5}
finish: {harmonise: false}
audio: {music: sound/theme.wav}
deliver: otio
shots:
  - {id: a, scene: flat, first_frame: assets/still.png, camera: static}
  - {id: b, source: clip.mp4}
versions:
  - {name: other, audio: {music: sound/other.wav}}
"""


def flat(path, colour):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_picture(path, np.full((96, 160, 3), colour, np.uint8))


def tone(path, level):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((2, 2, 48000, 0, "NONE", ""))
        sound.writeframes((np.sin(np.arange(96000) / 20) * level).astype("<i2").tobytes())


def clip(path, source="testsrc2"):
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "lavfi", "-i", f"{source}=s=160x96:r=24:d=1"]
    subprocess.run([*argv, "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)


@pytest.fixture
def make():
    """Write a picture, a sound or a clip."""
    return SimpleNamespace(flat=flat, tone=tone, clip=clip)


@pytest.fixture
def kyoto(tmp_path):
    """A storyboard and all that it names."""
    folder = tmp_path / "kyoto"
    flat(folder / "assets/still.png", (200, 30, 30))
    clip(folder / "clip.mp4")
    tone(folder / "sound/theme.wav", 4000)
    tone(folder / "sound/other.wav", 8000)
    (folder / "board.yaml").write_text(BOARD)
    return folder / "board.yaml"


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path / "renders")


@pytest.fixture
def store(studio):
    return studio.store


@pytest.fixture
def write(tmp_path):
    """Write a storyboard that names files, whatever is in them, and those files; give its path."""

    def run(named, there=None, folder="film", name="board.yaml"):
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        shots = "".join(f'  - {{id: s{n}, scene: x, first_frame: "{one}"}}\n' for n, one in enumerate(named))
        for one in named if there is None else there:
            (place / one).parent.mkdir(parents=True, exist_ok=True)
            (place / one).write_bytes(f"bytes of {unicodedata.normalize('NFC', one)}".encode())
        (place / name).write_text(f"storyboard: 1\nshots:\n{shots}", "utf-8")
        return place / name

    return run


@pytest.fixture
def inside():
    """Tell what lies in a snapshot, by name."""

    def run(entry):
        place = snapshot.file(entry).parent
        return {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}

    return run
