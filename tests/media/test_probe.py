import hashlib
import resource
import struct
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import MediaInvalid
from pipeline.media.frames import PIECE, TAKE, read, read_picture, write, write_picture
from pipeline.media.header import header
from pipeline.media.probe import probe
from pipeline.model import Size, Spec


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, rows: int, before: bytes = b"") -> bytes:
    """Make a black PNG that claims a size and holds `rows` rows."""
    pack = zlib.compressobj(1)
    body = b"".join(pack.compress(b"\0" * (1 + 3 * width)) for _ in range(rows)) + pack.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "IH", 8, 1) + entry + b"\0\0\0\0"


@pytest.fixture
def take(tmp_path, numbered) -> Path:
    path = tmp_path / "take.mp4"
    write(path, numbered(30), Spec(Size(64, 48), Fraction(24), 30), TAKE)
    return path


def refusal(path: Path) -> MediaInvalid:
    with pytest.raises(MediaInvalid) as caught:
        probe(path)
    assert caught.value.cure
    assert path.name in caught.value.message
    return caught.value


def test_a_clip_tells_its_exact_rate_and_frames(tmp_path, numbered):
    for rate in (Fraction(24), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(25), Fraction(25, 2)):
        path = tmp_path / "a.mp4"
        write(path, numbered(7), Spec(Size(64, 48), rate, 7), PIECE)
        facts = probe(path)
        assert facts.kind == "video"
        assert facts.spec == Spec(Size(64, 48), rate, 7)
        assert facts.seconds == 7 / rate
        assert not facts.has_sound
        assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_single_frame_clip_keeps_its_rate(tmp_path, numbered):
    write(tmp_path / "a.mp4", numbered(1), Spec(Size(64, 48), Fraction(24000, 1001), 1), PIECE)
    assert probe(tmp_path / "a.mp4").spec == Spec(Size(64, 48), Fraction(24000, 1001), 1)


def test_a_picture_has_one_frame(tmp_path, bars):
    write_picture(tmp_path / "a.png", bars)
    facts = probe(tmp_path / "a.png")
    assert (facts.kind, facts.spec, facts.seconds) == ("picture", Spec(Size(256, 48), Fraction(1), 1), 0)


def test_a_moving_gif_is_a_clip_and_a_still_one_a_picture(tmp_path, take, binary):
    binary("-i", take, "-vf", "fps=10", tmp_path / "moves.gif")
    binary("-i", take, "-frames:v", 1, tmp_path / "still.gif")
    moves = probe(tmp_path / "moves.gif")
    assert (moves.kind, moves.spec.rate) == ("video", 10)
    assert len(list(read(tmp_path / "moves.gif"))) == moves.spec.frames
    assert probe(tmp_path / "still.gif").kind == "picture"


def test_the_last_frame_of_a_gif_is_held_as_long_as_it_says(tmp_path, take, binary):
    held = "fps=10,select='lt(n,3)',setpts='N/10/TB'"
    binary("-i", take, "-vf", held, "-final_delay", 50, tmp_path / "a.gif")
    assert probe(tmp_path / "a.gif").spec == Spec(Size(64, 48), Fraction(10), 7)


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a", "a.flac", "a.ogg"])
def test_a_sound_tells_its_length(tmp_path, binary, name):
    binary("-f", "lavfi", "-i", "sine=440:d=1.5", tmp_path / name)
    facts = probe(tmp_path / name)
    assert (facts.kind, facts.spec, facts.has_sound) == ("sound", None, True)
    assert abs(facts.seconds - Fraction(3, 2)) < Fraction(1, 10)


def test_a_song_with_cover_art_is_a_sound(tmp_path, bars, binary):
    write_picture(tmp_path / "cover.png", bars)
    sound = ("-f", "lavfi", "-i", "sine=440:d=1", "-i", tmp_path / "cover.png")
    binary(*sound, "-map", 0, "-map", 1, "-disposition:v", "attached_pic", tmp_path / "a.mp3")
    assert probe(tmp_path / "a.mp3").kind == "sound"


def test_what_is_no_media_is_told_in_a_sentence(tmp_path):
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("once upon a time\n" * 50)
    (tmp_path / "noise.png").write_bytes(np.random.default_rng(0).bytes(4096))
    (tmp_path / "list.mp4").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://localhost/a.ts\n#EXT-X-ENDLIST\n"
    )
    (tmp_path / "script.mp4").write_text("ffconcat version 1.0\nfile take.mp4\n")
    (tmp_path / "folder.mp4").mkdir()
    assert "empty" in refusal(tmp_path / "empty.mp4").message
    assert "not there" in refusal(tmp_path / "none.mp4").message
    assert "not a file" in refusal(tmp_path / "folder.mp4").message
    for name in ("text.mp4", "noise.png", "list.mp4", "script.mp4"):
        assert "no picture, clip or sound" in refusal(tmp_path / name).message


def test_a_clip_cut_short_is_refused_wherever_its_index_stands(tmp_path, take, binary):
    whole = take.read_bytes()
    (tmp_path / "tail.mp4").write_bytes(whole[: len(whole) // 2])
    refusal(tmp_path / "tail.mp4")
    binary("-i", take, "-c", "copy", "-movflags", "+faststart", tmp_path / "fast.mp4")
    whole = (tmp_path / "fast.mp4").read_bytes()
    (tmp_path / "head.mp4").write_bytes(whole[: len(whole) * 3 // 4])
    assert "cut short" in refusal(tmp_path / "head.mp4").message


def test_a_damaged_clip_never_escapes_as_a_bug(take):
    whole = bytearray(take.read_bytes())
    rng = np.random.default_rng(3)
    for _ in range(25):
        broken = whole.copy()
        for place in rng.integers(0, len(broken), 40):
            broken[place] = rng.integers(0, 256)
        take.write_bytes(broken)
        for act in (probe, lambda path: sum(1 for _ in read(path))):
            with suppress(MediaInvalid):
                assert act(take)


def test_a_giant_picture_is_refused_from_its_header(tmp_path):
    path = tmp_path / "giant.png"
    path.write_bytes(png(40_000, 40_000, 500))
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for act in (probe, read_picture, lambda path: list(read(path))):
        with pytest.raises(MediaInvalid, match="40000x40000 pixels, more than 64 megapixels"):
            act(path)
    assert time.perf_counter() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.bmp", "a.webp", "a.gif"])
def test_every_header_is_read_without_a_decoder(tmp_path, binary, name):
    binary("-f", "lavfi", "-i", "color=red:s=96x50:d=0.04", "-frames:v", 1, tmp_path / name)
    found = header(tmp_path / name)
    assert found is not None
    assert found.size == Size(96, 50)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_obeyed_in_png_and_jpeg(tmp_path, orientation):
    upright = np.zeros((32, 48, 3), np.uint8)
    upright[:16, :16] = (255, 255, 255)
    upright[:16, 32:] = (250, 0, 0)
    stored = {1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1]}
    turned = np.swapaxes(upright, 0, 1)
    stored |= {5: turned, 6: turned[::-1], 7: turned[::-1, ::-1], 8: turned[:, ::-1]}
    for suffix in ("png", "jpg"):
        path = tmp_path / f"a.{suffix}"
        write_picture(path, np.ascontiguousarray(stored[orientation]), quality=98)
        data = path.read_bytes()
        if suffix == "png":
            data = data[:33] + chunk(b"eXIf", exif(orientation)) + data[33:]
        else:
            body = b"Exif\0\0" + exif(orientation, "<")
            data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]
        path.write_bytes(data)
        frame = read_picture(path)
        assert probe(path).spec.size == Size(48, 32)
        assert np.abs(frame[8, 8].astype(int) - 255).max() < 8
        assert np.abs(frame[8, 40].astype(int) - (250, 0, 0)).max() < 8


def test_an_absurd_number_of_frames_is_refused(tmp_path, take, binary):
    far = "setpts='if(lt(N,29),N,1e9)/25/TB'"
    binary("-i", take, "-vf", far, "-fps_mode", "passthrough", "-enc_time_base", "1:25", tmp_path / "a.mkv")
    assert "frames" in refusal(tmp_path / "a.mkv").message


def test_the_file_name_is_never_an_address(tmp_path, take):
    for name in ("http:host.mp4", "concat:a|b.mp4", "-i.mp4", "take %03d.mp4", "夜明け.mp4"):
        take.replace(tmp_path / name)
        take = tmp_path / name
        assert probe(take).spec.frames == 30


def test_probing_prints_nothing(tmp_path, take):
    take.write_bytes(take.read_bytes()[:-700])
    code = f"""
from contextlib import suppress
from pathlib import Path
from pipeline.errors import MediaInvalid
from pipeline.media.probe import probe
with suppress(MediaInvalid):
    probe(Path({str(take)!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True, text=True)
    assert done.stdout + done.stderr == ""
