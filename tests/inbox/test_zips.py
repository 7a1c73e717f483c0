"""Zips made by those who mean harm, and by systems that mean well."""

import io
import struct
import zipfile
from contextlib import suppress

import pytest

from pipeline.errors import ProducerError
from pipeline.inbox.zips import Limits, NotWholeError, unpack
from tests.inbox.desk import BOARD, DEVICE, FIFO, LINK, unix, zipped


@pytest.fixture
def refused(tmp_path):
    def run(held, **limits):
        path = held if not isinstance(held, dict) else zipped(tmp_path / "k.zip", held)
        into = tmp_path / "a" / "b"
        into.mkdir(parents=True)
        with pytest.raises(ProducerError) as told:
            unpack(path, into, Limits(**limits))
        found = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*") if not one.is_dir()}
        assert all(one == "k.zip" or one.startswith("a/b/") for one in found)
        return str(told.value)

    return run


SLIPS = ["../x.yaml", "a/../../x.yaml", "/etc/x.yaml", "C:/x.yaml", "c:x.yaml", "..", "a/..", "//x", "a//b", "./a"]


@pytest.mark.parametrize("name", SLIPS)
def test_nothing_is_written_outside(refused, name):
    told = refused({"kyoto.yaml": BOARD, name: "x"})
    assert "would be written outside" in told or "empty part" in told


@pytest.mark.parametrize("name", ["..\\x.yaml", "a\\b.yaml", "\\\\server\\x"])
def test_backslashes(refused, name):
    assert "backslash" in refused({name: "x"})


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\x7f", "a\x85b"])
def test_signs_no_name_has(refused, name):
    assert "signs in its name" in refused({name: "x"})


def test_a_name_with_an_end_in_its_middle(tmp_path, refused):
    data = zipped(tmp_path / "k.zip", {"kyoto_yaml": BOARD}).read_bytes().replace(b"kyoto_yaml", b"kyoto\0yaml")
    (tmp_path / "k.zip").write_bytes(data)
    assert "signs in its name" in refused(tmp_path / "k.zip")


@pytest.mark.parametrize("kind", [LINK, FIFO, DEVICE])
def test_what_is_no_file(refused, kind):
    told = refused({"kyoto.yaml": BOARD, unix("x.png", kind): "/etc/passwd"})
    assert ("is a link" if kind == LINK else "is no file") in told


def test_a_password(tmp_path, refused):
    data = bytearray(zipped(tmp_path / "k.zip", {"kyoto.yaml": BOARD}).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "k.zip").write_bytes(data)
    assert "password" in refused(tmp_path / "k.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, 9])
def test_other_packings(tmp_path, refused, method):
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as archive:
        archive.writestr("kyoto.yaml", BOARD, method if method != 9 else zipfile.ZIP_STORED)
    data = bytearray((tmp_path / "k.zip").read_bytes())
    if method == 9:
        data[data.index(b"PK\x01\x02") + 10] = 9
    (tmp_path / "k.zip").write_bytes(data)
    assert "unusual way" in refused(tmp_path / "k.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a.png", "a.png"), ("a.png", "A.PNG"), ("が.png", "が.png"), ("a", "a/b")])
def test_one_name_twice(tmp_path, refused, names):
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    told = refused(tmp_path / "k.zip")
    assert "twice" in told or "would lie in it" in told


def test_too_much(tmp_path, refused):
    assert "the most is 2" in refused({"a": "", "b": "", "c": ""}, files=2)


def test_too_large(refused):
    assert "the most is" in refused({"a": b"x" * 1000, "b": b"x" * 1000}, bytes=1500)


def test_a_bomb(refused):
    assert "times as large" in refused({"a": b"\0" * 10_000_000}, free=1_000_000)


def test_a_bomb_that_lies(tmp_path, refused):
    """It says that it is small, twice; reading stops at what it said."""
    data = zipped(tmp_path / "k.zip", {"kyoto.yaml": b"\0" * 1_000_000}).read_bytes()
    (tmp_path / "k.zip").write_bytes(data.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10)))
    (tmp_path / "out").mkdir()
    with pytest.raises(NotWholeError):
        unpack(tmp_path / "k.zip", tmp_path / "out")
    assert sum(one.stat().st_size for one in (tmp_path / "out").iterdir()) <= 10


def test_more_than_allowed_is_never_written(tmp_path, refused, monkeypatch):
    """Should the announced sizes ever be believed wrongly, what is really read counts."""
    monkeypatch.setattr("pipeline.inbox.zips.sum", lambda _: 0, raising=False)
    assert "far larger than it says" in refused({"a": b"\0" * 5_000_000}, bytes=2_000_000)


def test_a_list_of_files_without_end(tmp_path, refused):
    assert "list of files" in refused({f"{n}": "" for n in range(100)}, directory=1000)


@pytest.mark.parametrize("cut", [0, 1, 30, -1, -30])
def test_a_part_of_a_zip(tmp_path, cut):
    data = zipped(tmp_path / "k.zip", {"kyoto.yaml": BOARD}).read_bytes()
    (tmp_path / "k.zip").write_bytes(data[:cut])
    (tmp_path / "out").mkdir()
    with pytest.raises(NotWholeError):
        unpack(tmp_path / "k.zip", tmp_path / "out")


@pytest.mark.parametrize("flipped", range(0, 260, 3))
def test_any_damage_is_told_in_one_way_or_another(tmp_path, flipped):
    data = bytearray(zipped(tmp_path / "k.zip", {"kyoto.yaml": BOARD, "b": "b"}).read_bytes())
    data[flipped % len(data)] ^= 0xFF
    (tmp_path / "k.zip").write_bytes(data)
    (tmp_path / "out").mkdir()
    with suppress(ProducerError, NotWholeError):
        unpack(tmp_path / "k.zip", tmp_path / "out")
    assert {one.name for one in tmp_path.iterdir()} == {"k.zip", "out"}


@pytest.mark.parametrize("codec", ["utf-8", "cp932"])
def test_japanese_names_without_a_word_about_it(tmp_path, codec):
    """Macs write UTF-8 and Windows writes Shift_JIS, neither says so. The second byte of 表 is a backslash."""
    raw = "表.yaml".encode(codec)
    name = "x" * (len(raw))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, BOARD)
    (tmp_path / "k.zip").write_bytes(buffer.getvalue().replace(name.encode(), raw))
    (tmp_path / "out").mkdir()
    assert unpack(tmp_path / "k.zip", tmp_path / "out") == ["表.yaml"]
    assert (tmp_path / "out" / "表.yaml").read_text() == BOARD


def test_what_systems_leave_is_left_out(tmp_path):
    junk = ["__MACOSX/._a.yaml", "x/.DS_Store", "Thumbs.db", "x/desktop.ini", "._a.yaml"]
    path = zipped(tmp_path / "k.zip", {"x/a.yaml": BOARD, "x/": "", **dict.fromkeys(junk, "")})
    (tmp_path / "out").mkdir()
    assert unpack(path, tmp_path / "out") == ["x/a.yaml"]
