"""Storyboards on disk, and a probe that needs no decoder."""

import json
import struct
import zlib
from fractions import Fraction

import pytest

from pipeline.errors import MediaInvalid, StoryboardInvalid
from pipeline.model import MediaFacts, Size, Spec
from pipeline.storyboard import load


def png(width=64, height=36):
    """A whole black PNG, or for an absurd size its header alone."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"" if width * height > 10**6 else zlib.compress((b"\0" + b"\0" * width) * height)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tensors():
    """A file of weights: one tensor of one number."""
    head = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(head).to_bytes(8, "little") + head + b"\0" * 4


class Probe:
    """Knows PNG headers and takes other files for what they are called, an .mp4 for ten seconds; counts its calls."""

    def __init__(self):
        self.asked = []

    def __call__(self, path):
        self.asked.append(path)
        data = path.read_bytes()
        if path.suffix == ".mp4":
            spec = Spec(Size(320, 180), Fraction(24), 240)
            return MediaFacts("video", "0" * 64, spec, Fraction(10), b"sound" in data)
        if path.suffix == ".wav":
            return MediaFacts("sound", "0" * 64, None, Fraction(10), has_sound=True)
        if path.suffix == ".safetensors":
            return MediaFacts("weights", "0" * 64, None, Fraction(0), has_sound=False)
        if not data.startswith(b"\x89PNG"):
            raise MediaInvalid(f"{path.name} is no picture", cure="export it again")
        size = Size(*struct.unpack(">II", data[16:24]))
        if size.pixels > 64_000_000:
            raise MediaInvalid(f"{path.name} is {size}, too large", cure="make it smaller")
        return MediaFacts("picture", "0" * 64, Spec(size, Fraction(1), 1), Fraction(0), has_sound=False)


@pytest.fixture
def probe():
    return Probe()


@pytest.fixture
def studio(tmp_path):
    """A folder with a few files of a producer's."""
    folder = tmp_path / "kyoto"
    (folder / "assets").mkdir(parents=True)
    for name in ("gate.png", "end.png"):
        (folder / "assets" / name).write_bytes(png())
    for name in ("ink.safetensors", "red.safetensors"):
        (folder / "assets" / name).write_bytes(tensors())
    (folder / "assets" / "huge.png").write_bytes(png(40000, 40000))
    (folder / "assets" / "fake.png").write_bytes(b"not a picture")
    (folder / "assets" / "theme.wav").write_bytes(b"RIFF")
    (folder / "assets" / "dance.mp4").write_bytes(b"sound")
    (folder / "assets" / "mute.mp4").write_bytes(b"")
    return folder


@pytest.fixture
def read(studio, probe):
    """Load a text (or bytes) as a storyboard: (storyboard, warnings)."""

    def run(text, name="board.yaml"):
        path = studio / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path, probe)

    return run


@pytest.fixture
def problems(read):
    """Load a text that must be refused and give its problems."""

    def run(text, name="board.yaml"):
        with pytest.raises(StoryboardInvalid) as refused:
            read(text, name)
        return refused.value.problems

    return run
