"""Whatever a producer may drop: a sentence, exit code 2, and nothing written."""

import struct
import sys
import time
import zlib
from fractions import Fraction

import numpy as np
import pytest
import yaml

from pipeline.media.frames import TAKE, write, write_picture
from pipeline.model import Size, Spec

HEAD = "storyboard: 1\ntitle: t\noutput: {size: 160x96, fps: 24}\ndefaults: {seconds: 1, takes: 1}\n"
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def shots(*lines):
    return HEAD + "shots:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


def huge_png(side):
    """Give a PNG whose header promises side x side pixels; there are none."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


BAD = {
    "empty": (b"", "empty"),
    "binary": (bytes(range(256)) * 8, "not"),
    "alias bomb": (LAUGHS.encode() + shots("id: a, scene: x").encode(), "alias"),
    "3000 deep": (b"a: " + b"[" * 3000 + b"]" * 3000, "deep"),
    "duplicate key": (shots("id: a, scene: x, scene: y"), "scene"),
    "unknown key": (shots("id: a, scene: x, kamera: pan_left"), "did you mean"),
    "wrong type": (shots("id: a, scene: x, takes: many"), "takes"),
    "unknown camera": (shots("id: a, scene: x, camera: pan_lefft"), "did you mean"),
    "duplicate id": (shots("id: a, scene: x", "id: A, scene: y"), "shots[1].id"),
    "a way out": (shots("id: a, scene: x, first_frame: ../picture.png"), "first_frame"),
    "an absolute path": (shots("id: a, scene: x, first_frame: /etc/hostname"), "first_frame"),
    "a link that leads out": (shots("id: a, scene: x, first_frame: link.png"), "first_frame"),
    "a missing picture": (shots("id: a, scene: x, first_frame: none.png"), "none.png"),
    "a picture that is none": (shots("id: a, scene: x, first_frame: text.png"), "text.png"),
    "a huge picture": (shots("id: a, scene: x, first_frame: huge.png"), "40000"),
    "zero seconds": (shots("id: a, scene: x, seconds: 0"), "seconds"),
    "negative seconds": (shots("id: a, scene: x, seconds: -1"), "seconds"),
    "no number": (shots("id: a, scene: x, seconds: .nan"), "seconds"),
    "for ever": (shots("id: a, scene: x, seconds: .inf"), "seconds"),
    "a circle": (shots("id: a, scene: x, continues: b", "id: b, scene: y, continues: a"), "continues"),
    "nobody": (shots("id: a, scene: x, continues: z"), "continues"),
    "too long a transition": (
        shots("id: a, scene: x, transition: {type: dissolve, seconds: 3}", "id: b, scene: y"),
        "transition",
    ),
    "footage without handles": (
        shots(
            "id: a, scene: x, transition: {type: dissolve, seconds: 0.5}", "id: b, scene: y, source: {file: clip.mp4}"
        ),
        "missing",
    ),
    "a tag that would run code": (
        HEAD + 'shots: !!python/object/apply:os.system ["touch hacked"]\n',
        "tag",
    ),
}


@pytest.fixture
def folder(tmp_path):
    """A folder with a storyboard's surroundings, and one level above it what it must not reach."""
    place = tmp_path / "boards"
    place.mkdir()
    write_picture(tmp_path / "picture.png", np.zeros((32, 32, 3), np.uint8))
    (place / "link.png").symlink_to(tmp_path / "picture.png")
    (place / "text.png").write_text("this is no picture")
    (place / "huge.png").write_bytes(huge_png(40000))
    grey = (np.full((96, 160, 3), 90 + n, np.uint8) for n in range(30))
    write(place / "clip.mp4", grey, Spec(Size(160, 96), Fraction(24), 30), TAKE)
    return place


@pytest.fixture
def dailies(monkeypatch, capsys, tmp_path):
    """Run the command here and give its exit code and what it said."""

    def run(*arguments):
        from pipeline.cli import main

        monkeypatch.setenv("DAILIES_HOME", str(tmp_path / "renders"))
        monkeypatch.setattr(sys, "argv", ["dailies", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return left.value.code, told.out + told.err

    return run


@pytest.mark.parametrize("command", ["check", "plan", "render"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_a_sentence_and_nothing_is_written(case, command, folder, dailies, tmp_path):
    content, word = BAD[case]
    path = folder / "board.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = sorted(tmp_path.rglob("*"))
    code, told = dailies(command, path)
    assert code == 2, told
    assert word in told
    assert "board.yaml" in told
    assert "Traceback" not in told
    assert sorted(tmp_path.rglob("*")) == before


def test_a_missing_board_is_told(dailies, tmp_path):
    code, told = dailies("render", tmp_path / "none.yaml")
    assert code == 2
    assert "none.yaml" in told


def test_a_board_of_50_megabytes_is_refused_unread(dailies, folder):
    path = folder / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(50 << 20)
    began = time.perf_counter()
    code, told = dailies("check", path)
    assert code == 2
    assert "50" in told or "large" in told
    assert time.perf_counter() - began < 2


def test_10000_shots_are_checked_and_planned_within_5_times_the_time_yaml_alone_takes(tmp_path, untraced):
    from pipeline import plan, registry, storyboard
    from pipeline.store import Store

    line = "  - {{id: s{:05d}, scene: a red bridge over a river, camera: pan_left, seconds: 2, transition: dissolve}}\n"
    text = HEAD + "shots:\n" + "".join(line.format(n) for n in range(10_000))
    path = tmp_path / "long.yaml"
    path.write_text(text)
    ratios = []
    for _ in range(3):
        began = time.process_time()
        yaml.compose(text, Loader=yaml.CSafeLoader)
        alone = time.process_time() - began
        began = time.process_time()
        board, _ = storyboard.load(path, probe=lambda _: None)
        made = plan.plan(board, lambda _: None, registry.generator, Store(tmp_path / "store").has)
        ratios.append((time.process_time() - began) / alone)
        if ratios[-1] < 5:
            break
    assert len(made.shots) == 10_000
    assert min(ratios) < 5, ratios
