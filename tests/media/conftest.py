"""An independent reader and writer for the tests: the bundled ffmpeg, told explicitly what colours are."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
COLOURS = (
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 255),
    (0, 0, 0),
    (128, 128, 128),
    (200, 60, 30),
    (24, 30, 90),
)


def run(*argv: object) -> bytes:
    done = subprocess.run(
        [FFMPEG, "-v", "error", "-nostdin", "-y", *map(str, argv)], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="session")
def binary() -> Callable[..., bytes]:
    """Run the bundled ffmpeg and give its output."""
    return run


@pytest.fixture(scope="session")
def decoded() -> Callable[..., np.ndarray]:
    """Decode a clip to (N, H, W, 3) RGB by the bundled ffmpeg, as BT.709 limited range."""

    def decode(path: Path, width: int, height: int, scale: str = "in_color_matrix=bt709:in_range=tv") -> np.ndarray:
        graph = f"scale={scale}:out_range=pc:flags=accurate_rnd+full_chroma_int+bicubic,format=rgb24"
        raw = run("-i", path, "-map", "0:v:0", "-vf", graph, "-fps_mode", "passthrough", "-f", "rawvideo", "-")
        return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)

    return decode


@pytest.fixture(scope="session")
def bars() -> np.ndarray:
    """A picture of flat colour bars, 32 pixels wide each."""
    picture = np.zeros((48, 32 * len(COLOURS), 3), np.uint8)
    for k, colour in enumerate(COLOURS):
        picture[:, 32 * k : 32 * k + 32] = colour
    return picture


@pytest.fixture(scope="session")
def furthest(bars: np.ndarray) -> Callable[[np.ndarray], int]:
    """Tell how many levels the middle of the worst bar is off."""

    def worst(seen: np.ndarray) -> int:
        middles = slice(16, None, 32)
        return int(np.abs(seen[24, middles].astype(int) - bars[24, middles]).max())

    return worst


@pytest.fixture(scope="session")
def numbered() -> Callable[..., list[np.ndarray]]:
    """Frames that tell their own number: grey level 8 + 4k, with a moving bar."""

    def frames(count: int, width: int = 64, height: int = 48) -> list[np.ndarray]:
        made = []
        for k in range(count):
            frame = np.full((height, width, 3), 8 + 4 * (k % 60), np.uint8)
            frame[:, (2 * k) % width] = 255
            made.append(frame)
        return made

    return frames


@pytest.fixture(scope="session")
def number() -> Callable[[np.ndarray], int]:
    """Read a frame's number back."""
    return lambda frame: round((float(np.median(frame)) - 8) / 4)
