"""One file fetched over HTTP: what goes on from the middle, what is tried again, and what is refused."""

import socket

import pytest

from pipeline.errors import OperatorError, ToolFailed
from pipeline.trained import fetch as room
from pipeline.trained.fetch import fetch, lay, mirrored, part_of
from tests.mirror import ONE, Mirror, git, sha256

PATH = "/a/one.pth"
SIZE, HASH = len(ONE), sha256(ONE)


@pytest.fixture
def mirror(monkeypatch):
    monkeypatch.setattr(room, "PAUSE", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("DAILIES_MIRROR", raising=False)
    made = Mirror()
    made.files[PATH] = ONE
    yield made
    made.close()


@pytest.fixture
def to(tmp_path):
    return tmp_path / "one.pth"


def bring(mirror, to, hashed=HASH, size=SIZE, tell=lambda _: None):
    fetch(f"{mirror.url}{PATH}", to, hashed, size, tell)


def begun(to, data):
    part_of(to, HASH).write_bytes(data)


@pytest.mark.parametrize("hashed", [HASH, git(ONE)], ids=["sha256", "git"])
def test_a_file_comes_whole_and_nothing_is_left_beside_it(mirror, to, hashed):
    told = []
    bring(mirror, to, hashed, tell=told.append)
    assert to.read_bytes() == ONE
    assert list(to.parent.iterdir()) == [to]
    assert (told, told[-1]) == (sorted(told), SIZE)
    assert mirror.asked == [(PATH, "")]


def test_a_file_that_is_there_is_not_asked_for(mirror, to):
    to.write_bytes(ONE)
    bring(mirror, to)
    assert not mirror.asked


def test_a_damaged_file_that_is_there_is_fetched(mirror, to):
    to.write_bytes(ONE[:-1] + b"?")
    bring(mirror, to)
    assert to.read_bytes() == ONE


# ---------------------------------------------------------------- broken off


def test_broken_connections_go_on_from_the_middle(mirror, to):
    mirror.cut[PATH] = [100_000, 100_500, 290_000]
    bring(mirror, to)
    assert to.read_bytes() == ONE
    assert mirror.asked == [(PATH, ""), *((PATH, f"bytes={begin}-") for begin in (100_000, 100_500, 290_000))]
    assert sum(mirror.sent) == SIZE


def test_half_a_file_of_an_earlier_run_is_gone_on_from(mirror, to):
    begun(to, ONE[:200_000])
    bring(mirror, to)
    assert to.read_bytes() == ONE
    assert mirror.asked == [(PATH, "bytes=200000-")]


def test_a_whole_file_that_has_no_name_yet_is_not_asked_for(mirror, to):
    begun(to, ONE)
    bring(mirror, to)
    assert (to.read_bytes(), mirror.asked) == (ONE, [])


@pytest.mark.parametrize("data", [bytes(200_000), bytes(SIZE), bytes(SIZE + 9)], ids=["half", "whole", "too long"])
def test_half_a_file_that_is_damaged_is_begun_anew(mirror, to, data):
    begun(to, data)
    bring(mirror, to)
    assert to.read_bytes() == ONE


def test_a_server_that_ignores_ranges_is_read_from_the_start(mirror, to):
    mirror.ignores_range = True
    begun(to, ONE[:200_000])
    bring(mirror, to)
    assert to.read_bytes() == ONE
    assert mirror.sent == [SIZE]


def test_a_server_that_ignores_ranges_and_always_breaks_off_is_left(mirror, to):
    mirror.ignores_range = True
    mirror.cut[PATH] = [100_000] * 9
    with pytest.raises(OperatorError, match=r"RemoteProtocolError.*goes on from there"):
        bring(mirror, to)
    assert len(mirror.asked) == 1 + room.TRIES
    assert not to.exists()


def test_an_end_without_a_length_is_no_whole_file(mirror, to):
    mirror.tells_length = False
    mirror.cut[PATH] = [100_000]
    bring(mirror, to)
    assert to.read_bytes() == ONE
    assert mirror.asked[-1] == (PATH, "bytes=100000-")


def test_a_range_that_is_refused_is_begun_anew(mirror, to):
    begun(to, ONE[:1000])
    mirror.statuses[PATH] = [416]
    bring(mirror, to)
    assert to.read_bytes() == ONE
    assert mirror.asked == [(PATH, "bytes=1000-"), (PATH, "")]


def test_another_range_than_was_asked_for_is_begun_anew(mirror, to):
    begun(to, ONE[:1000])
    mirror.statuses[PATH] = [206]
    bring(mirror, to)
    assert to.read_bytes() == ONE
    assert mirror.asked == [(PATH, "bytes=1000-"), (PATH, "")]


@pytest.mark.parametrize("statuses", [[500], [503, 502]])
def test_what_may_pass_is_tried_again(mirror, to, statuses):
    mirror.statuses[PATH] = list(statuses)
    bring(mirror, to)
    assert to.read_bytes() == ONE


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("status", "words", "asked"),
    [
        (404, "there is no http://127.*--from FILE", 1),
        (403, "answered with error 403.*HTTPS_PROXY", 1),
        (429, "error 429.*wait some minutes", 1),
        (500, "error 500.*wait a little", room.TRIES),
    ],
)
def test_what_is_refused_is_told_with_its_cure(mirror, to, status, words, asked):
    mirror.statuses[PATH] = [status] * 9
    with pytest.raises(OperatorError, match=words) as failed:
        bring(mirror, to)
    assert "\n" not in str(failed.value)
    assert len(mirror.asked) == asked
    assert list(to.parent.iterdir()) == []


@pytest.mark.parametrize("hashed", [HASH, git(ONE)], ids=["sha256", "git"])
def test_tampered_bytes_get_no_name(mirror, to, hashed):
    evil = ONE[:-1] + b"?"
    mirror.files[PATH] = evil
    found = sha256(evil) if len(hashed) == 64 else git(evil)
    with pytest.raises(ToolFailed, match=f"begins with {found[:12]}, and {hashed[:12]} is right"):
        bring(mirror, to, hashed)
    assert list(to.parent.iterdir()) == []
    assert len(mirror.asked) == 1


def test_a_file_of_another_length_is_refused_before_it_comes(mirror, to):
    mirror.files[PATH] = b"<html>Welcome to this hotel</html>"
    with pytest.raises(ToolFailed, match="it has 34 bytes, and 300000 are right"):
        bring(mirror, to)
    assert list(to.parent.iterdir()) == []


def test_more_bytes_than_were_told_are_not_taken(mirror, to):
    mirror.tells_length = False
    mirror.files[PATH] = ONE + bytes(50_000_000)
    with pytest.raises(ToolFailed, match="it has more than 300000 bytes"):
        bring(mirror, to)
    assert list(to.parent.iterdir()) == []


def test_another_file_in_the_middle_of_one_is_not_mixed_in(mirror, to):
    begun(to, ONE[:200_000])
    mirror.files[PATH] = bytes(SIZE + 1)
    with pytest.raises(ToolFailed, match="it has 300001 bytes"):
        bring(mirror, to)
    assert part_of(to, HASH).stat().st_size == 200_000


def test_nobody_at_that_address_is_told(mirror, to):
    with pytest.raises(OperatorError, match=r"cannot be fetched: ConnectError.*HTTPS_PROXY.*goes on from there"):
        fetch("http://127.0.0.1:9/one.pth", to, HASH, SIZE, lambda _: None)


def test_silence_is_left(to, monkeypatch):
    monkeypatch.setattr(room, "SECONDS", 0.1)
    monkeypatch.setattr(room, "PAUSE", 0)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OperatorError, match="ReadTimeout"):
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/x", to, HASH, SIZE, lambda _: None)


# ---------------------------------------------------------------- the roads


def test_an_address_is_followed_to_where_it_moved(mirror, to):
    mirror.files["/b"] = ONE
    mirror.moved[PATH] = f"{mirror.url}/b?signed=secret"
    mirror.files["/b?signed=secret"] = ONE
    bring(mirror, to)
    assert to.read_bytes() == ONE


@pytest.mark.parametrize("where", ["http://example.invalid/evil?signed=secret", "ftp://127.0.0.1/evil"])
def test_a_road_that_leaves_encryption_is_not_followed(mirror, to, where):
    mirror.moved[PATH] = where
    with pytest.raises(OperatorError, match=r"evil is not fetched from|cannot be fetched|leads nowhere") as failed:
        bring(mirror, to)
    assert "secret" not in str(failed.value)
    assert list(to.parent.iterdir()) == []


def test_from_afar_this_machine_is_not_asked(to):
    """An encrypted address that leads to what listens here is none of a file's."""
    import httpx

    with pytest.raises(OperatorError, match="no address with https"):
        room._refuse_open_roads(False, httpx.Request("GET", "http://127.0.0.1:8080/admin"))


@pytest.mark.parametrize("url", ["http://example.invalid/one.pth", "file:///etc/passwd", "weights/one.pth", "https://"])
def test_an_address_without_encryption_is_not_asked(to, url):
    with pytest.raises(OperatorError, match=r"no address with https|cannot be fetched|leads nowhere"):
        fetch(url, to, HASH, SIZE, lambda _: None)


def test_a_circle_is_left(mirror, to):
    mirror.moved[PATH] = f"{mirror.url}{PATH}"
    with pytest.raises(OperatorError, match="leads nowhere"):
        bring(mirror, to)
    assert len(mirror.asked) == 1 + room.REDIRECTS


def test_a_mirror_stands_in_for_the_host(monkeypatch):
    url = "https://github.com/a/b/releases/download/v1/one.pth"
    monkeypatch.delenv("DAILIES_MIRROR", raising=False)
    assert mirrored(url) == url
    monkeypatch.setenv("DAILIES_MIRROR", "https://mirror.invalid/weights/")
    assert mirrored(url) == "https://mirror.invalid/weights/a/b/releases/download/v1/one.pth"


def test_a_mirrors_password_is_never_shown(mirror, to, monkeypatch):
    monkeypatch.setenv("DAILIES_MIRROR", mirror.url.replace("127", "studio:secret@127"))
    mirror.statuses["/x"] = [404]
    with pytest.raises(OperatorError, match=r"there is no http://127.*the mirror DAILIES_MIRROR names") as failed:
        fetch(mirrored("https://github.com/x"), to, HASH, SIZE, lambda _: None)
    assert "secret" not in str(failed.value)


def test_a_proxy_that_cannot_be_is_told(to, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://x")
    with pytest.raises(OperatorError, match=r"nothing can be fetched.*HTTPS_PROXY"):
        fetch("https://example.invalid/x", to, HASH, SIZE, lambda _: None)


# ---------------------------------------------------------------- from a file


@pytest.mark.parametrize("hashed", [HASH, git(ONE)], ids=["sha256", "git"])
def test_a_file_of_this_machine_is_copied(tmp_path, to, hashed):
    source = tmp_path / "downloads.pth"
    source.write_bytes(ONE)
    lay(source, to, hashed)
    assert (to.read_bytes(), source.read_bytes()) == (ONE, ONE)
    assert sorted(tmp_path.iterdir()) == [source, to]


def test_another_file_of_this_machine_is_refused(tmp_path, to):
    source = tmp_path / "downloads.pth"
    source.write_bytes(ONE + b"?")
    words = f"is not the one.pth that is meant: its hash begins with {sha256(ONE + b'?')[:12]}, and {HASH[:12]}"
    with pytest.raises(OperatorError, match=words):
        lay(source, to, HASH)
    assert list(tmp_path.iterdir()) == [source]


def test_a_file_that_cannot_be_read_is_told(tmp_path, to):
    with pytest.raises(OperatorError, match="cannot be read: Is a directory"):
        lay(tmp_path, to, HASH)
