import dataclasses
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import ToolFailed
from pipeline.media.encode import PIECE, write
from pipeline.media.join import join
from pipeline.model import Size, Spec

RATE = Fraction(24000, 1001)
SIZE = Size(64, 48)


def piece(path: Path, frames: int, seed: int, **changes) -> tuple[Path, int]:
    """Write a piece of moving noise, so that B-frames are used."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    encoding = dataclasses.replace(PIECE, bframes=3, **changes)
    write(path, (np.roll(noise, 2 * k, 1) for k in range(frames)), Spec(SIZE, RATE, frames), encoding)
    return path, frames


def frame_table(binary, path: Path) -> list[tuple[int, str]]:
    """List (time in frames, digest of the picture), as the bundled ffmpeg decodes."""
    clock = f"{RATE.denominator}:{RATE.numerator}"
    told = binary("-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-enc_time_base", clock, "-f", "framemd5", "-")
    rows = [line.split(",") for line in told.decode().splitlines() if not line.startswith("#")]
    return [(int(row[2]), row[-1].strip()) for row in rows]


def test_every_frame_of_every_piece_comes_out_once_and_on_time(tmp_path, binary):
    lengths = [1, 5, 1, 1, 24, 2, 3, 50, 1]
    pieces = [piece(tmp_path / f"{k}.mp4", frames, k) for k, frames in enumerate(lengths)]
    join(pieces, tmp_path / "film.mp4", Spec(SIZE, RATE, sum(lengths)), None)
    film = frame_table(binary, tmp_path / "film.mp4")
    assert [time for time, _ in film] == list(range(sum(lengths)))
    assert [digest for _, digest in film] == [digest for path, _ in pieces for _, digest in frame_table(binary, path)]
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert container.streams.video[0].average_rate == RATE
        assert container.streams.video[0].codec_context.colorspace == 1


def test_the_index_stands_before_the_pictures(tmp_path):
    join([piece(tmp_path / "a.mp4", 5, 0)], tmp_path / "film.mp4", Spec(SIZE, RATE, 5), None)
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_a_piece_that_differs_is_named(tmp_path):
    first = piece(tmp_path / "a.mp4", 3, 0)
    other = tmp_path / "other.mp4"
    write(other, [np.zeros((32, 64, 3), np.uint8)], Spec(Size(64, 32), RATE, 1), PIECE)
    piece(tmp_path / "crf.mp4", 3, 1, preset="medium")
    (tmp_path / "none.mp4").write_bytes(b"")
    for bad, frames, reason in (
        (other, 1, "size"),
        (tmp_path / "crf.mp4", 3, "extradata"),
        (tmp_path / "none.mp4", 1, "empty"),
    ):
        with pytest.raises(ToolFailed, match=reason) as caught:
            join([first, (bad, frames)], tmp_path / "film.mp4", Spec(SIZE, RATE, 3 + frames), None)
        assert bad.name in caught.value.message
    with pytest.raises(ToolFailed, match=r"a\.mp4 has 3 frames instead of 4"):
        join([(first[0], 4)], tmp_path / "film.mp4", Spec(SIZE, RATE, 4), None)
    with pytest.raises(ToolFailed, match="the film has 9"):
        join([first], tmp_path / "film.mp4", Spec(SIZE, RATE, 9), None)
    assert [path.name for path in tmp_path.glob("*film*")] == []


def test_a_failed_join_leaves_the_film_that_was_there(tmp_path):
    film = tmp_path / "film.mp4"
    film.write_text("the film of yesterday")
    with pytest.raises(ToolFailed):
        join([(tmp_path / "gone.mp4", 1)], film, Spec(SIZE, RATE, 1), None)
    assert film.read_text() == "the film of yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_sound_that_is_not_aac_is_refused(tmp_path, binary):
    binary("-f", "lavfi", "-i", "sine=440:d=1", tmp_path / "a.wav")
    with pytest.raises(ToolFailed, match="not AAC"):
        join([piece(tmp_path / "a.mp4", 3, 0)], tmp_path / "film.mp4", Spec(SIZE, RATE, 3), tmp_path / "a.wav")
