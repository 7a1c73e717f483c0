"""One file of weights, fetched over HTTP from where it was broken off; it gets its name only with the right hash.

<file>.<hash>.part      what has come of it; a fetch that was killed leaves this, and the next goes on from it

A hash is written as SHA-256 writes it (64 digits), or as git does (40: https://git-scm.com/book, Git Objects).
"""

import hashlib
import io
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.errors import OperatorError, ToolFailed

if TYPE_CHECKING:
    import httpx

MIRROR = "DAILIES_MIRROR"

SECONDS = 20.0
"""How long the far end may be silent."""

TRIES = 3
"""Attempts in a row that may bring nothing."""

PAUSE = 1.0
"""Seconds before another attempt, times those in a row that brought nothing."""

REDIRECTS = 5

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that are asked without encryption: nobody stands in between."""

RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+)")

AGAIN = "run the same command again: it goes on from there"
CHANGED = "something on the way changes it, such as a proxy or a mirror; else try again later"

Tell = Callable[[int], None]
"""Called with the bytes of the file that are here, again and again."""


class Broken(OperatorError):
    """The far end, or the way to it, does not answer or stopped in the middle: another attempt may do."""


# ---------------------------------------------------------------- hashes


def digest(stream: io.BytesIO | io.BufferedReader, size: int, like: str) -> str:
    """Hash a stream of `size` bytes as `like` was hashed: SHA-256, or as git does."""
    if len(like) == 64:
        return hashlib.file_digest(stream, "sha256").hexdigest()
    begun = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
    return hashlib.file_digest(stream, lambda: begun).hexdigest()


def hash_of(path: Path, like: str) -> str:
    """Hash a file as `like` was hashed."""
    with path.open("rb") as stream:
        return digest(stream, os.fstat(stream.fileno()).st_size, like)


def whole(path: Path, hashed: str, size: int) -> bool:
    """Tell whether a file is there with every byte it is to have, by reading it."""
    return path.is_file() and path.stat().st_size == size and hash_of(path, hashed) == hashed


def part_of(to: Path, hashed: str) -> Path:
    """Give the place of what has come of a file that is to lie at `to`."""
    return to.with_name(f"{to.name}.{hashed[:16]}.part")


# ---------------------------------------------------------------- a file to its place


def mirrored(url: str) -> str:
    """Give the address that a file is fetched from: DAILIES_MIRROR stands in for scheme and host where it is set."""
    mirror = os.environ.get(MIRROR, "").strip().rstrip("/")
    return f"{mirror}{urlsplit(url).path}" if mirror else url


def fetch(url: str, to: Path, hashed: str, size: int, tell: Tell) -> None:
    """Bring a file of `size` bytes to its place and onto the disk, unless it lies there whole.

    Raises:
        OperatorError: it cannot be had.
        ToolFailed: it comes, but it is another file.
    """
    if whole(to, hashed, size):
        return
    to.unlink(missing_ok=True)
    part, found = part_of(to, hashed), ""
    for _ in range(2 if part.exists() else 1):  # half a file from before a power cut may hold what was never written
        _gather(url, part, size, tell)
        found = hash_of(part, hashed)
        if found == hashed:
            _settle(part, to)
            return
        part.unlink()
    raise ToolFailed(f"{_shown(url)} is another file: {_differ(found, hashed)}", cure=CHANGED)


def lay(source: Path, to: Path, hashed: str) -> None:
    """Copy a file that is on this machine to its place and onto the disk.

    Raises:
        OperatorError: it cannot be read, or it is another file.
    """
    try:
        found = hash_of(source, hashed)
    except OSError as failure:
        told = f"{source} cannot be read: {failure.strerror or failure}"
        raise OperatorError(told, cure="give this user the right to read it, or copy it again") from failure
    if found == hashed:
        part = part_of(to, hashed)
        shutil.copyfile(source, part)
        found = hash_of(part, hashed)
        if found == hashed:
            _settle(part, to)
            return
        part.unlink()
    cure = "fetch it again where there is a network, and copy it again"
    raise OperatorError(f"{source} is not the {to.name} that is meant: {_differ(found, hashed)}", cure=cure)


def _settle(part: Path, to: Path) -> None:
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(to)


def _differ(found: str, hashed: str) -> str:
    return f"its hash begins with {found[:12]}, and {hashed[:12]} is right"


# ---------------------------------------------------------------- the way


def _gather(url: str, part: Path, size: int, tell: Tell) -> None:
    """Fetch what is missing of a file, over as many connections as it takes while each brings something."""
    most, empty = _size(part), 0
    while True:
        try:
            _carry(url, part, size, tell)
        except Broken:
            empty = 0 if _size(part) > most else empty + 1
            most = max(most, _size(part))
            if empty == TRIES:
                raise
            time.sleep(PAUSE * empty)
        else:
            return


def _carry(url: str, part: Path, size: int, tell: Tell) -> None:
    """Fetch over one connection, and take no byte more than the file is to have."""
    if _size(part) > size:
        part.unlink()
    if (before := _size(part)) == size:
        return
    with _answer(url, before) as answer:
        here = _begin(answer, url, part, before, size)
        with part.open("ab" if here else "wb") as stream:
            for piece in answer.iter_raw():
                here += len(piece)
                if here > size:
                    part.unlink()
                    raise _another(url, f"more than {size}", size)
                stream.write(piece)
                tell(here)
    if here < size:
        raise Broken(f"{_shown(url)} broke off after {here} of {size} bytes", cure=AGAIN)


def _begin(answer: "httpx.Response", url: str, part: Path, before: int, size: int) -> int:
    """Tell at which byte of the file an answer begins, where it begins to bring the right one."""
    ranged = RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    length = ranged[2] if ranged else answer.headers.get("Content-Length", "") if answer.status_code == 200 else ""
    if answer.status_code in (200, 206, 416) and length.isdecimal() and int(length) != size:
        raise _another(url, length, size)
    if answer.status_code == 200:
        return 0
    if answer.status_code == 206 and ranged and ranged[1] == str(before):
        return before
    if answer.status_code in (206, 416):
        part.unlink(missing_ok=True)
        raise Broken(f"{_shown(url)} cannot go on from the middle", cure="run the same command again: it begins anew")
    raise _refusal(answer.status_code, url)


def _another(url: str, found: str, size: int) -> ToolFailed:
    return ToolFailed(f"{_shown(url)} is another file: it has {found} bytes, and {size} are right", cure=CHANGED)


def _refusal(status: int, url: str) -> OperatorError:
    told = f"{_shown(url)} is answered with error {status}"
    if status in (404, 410):
        mirror = f"see that the mirror {MIRROR} names has it" if os.environ.get(MIRROR) else f"set {MIRROR} to a mirror"
        return OperatorError(f"there is no {_shown(url)}", cure=f"{mirror}, or bring the file yourself: --from FILE")
    if status == 429:
        return OperatorError(told, cure=f"too many ask for it from here; wait some minutes, then {AGAIN}")
    if status < 500:
        cure = f"see that the network, HTTPS_PROXY and {MIRROR} lead there, or bring the file yourself: --from FILE"
        return OperatorError(told, cure=cure)
    return Broken(told, cure=f"wait a little, then {AGAIN}")


@contextmanager
def _answer(url: str, begin: int) -> Iterator["httpx.Response"]:
    """Ask for a file from byte `begin` on; what fails on the way, also later, is told with a cure."""
    import httpx

    headers = {"User-Agent": "dailies", "Accept-Encoding": "identity"}  # packed bytes cannot go on from the middle
    if begin:
        headers["Range"] = f"bytes={begin}-"
    try:
        with _client(url) as client, client.stream("GET", url, headers=headers) as answer:
            yield answer
    except (httpx.InvalidURL, httpx.TooManyRedirects) as failure:
        told = f"{_shown(url)} leads nowhere: {failure}"
        raise OperatorError(told, cure=f"see what {MIRROR} names, or bring the file yourself: --from FILE") from failure
    except httpx.HTTPError as failure:
        told = f"{type(failure).__name__} {str(failure).partition(chr(10))[0]}".strip()
        cure = f"see that the network, HTTPS_PROXY and {MIRROR} lead there, then {AGAIN}; or --from FILE"
        raise Broken(f"{_shown(url)} cannot be fetched: {told}", cure=cure) from failure


def _client(url: str) -> "httpx.Client":
    import httpx

    hooks: dict[str, list[Callable[..., Any]]] = {
        "request": [partial(_refuse_open_roads, urlsplit(url).scheme == "http")]
    }
    try:
        return httpx.Client(timeout=SECONDS, follow_redirects=True, max_redirects=REDIRECTS, event_hooks=hooks)
    except (ImportError, OSError, ValueError) as failure:  # of a proxy's address or of a file of certificates
        told = f"nothing can be fetched: {failure}"
        raise OperatorError(told, cure="see what HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE name") from failure


def _refuse_open_roads(local: bool, request: "httpx.Request") -> None:
    """Refuse an address without encryption, also one that was redirected to; `local`: the first was on this machine."""
    scheme, host = request.url.scheme, request.url.host
    if scheme == "https" or (local and scheme == "http" and host in LOCAL):
        return
    told = f"{_shown(str(request.url))} is not fetched from: it is no address with https"
    raise OperatorError(told, cure=f"have {MIRROR} name one with https, or bring the file yourself: --from FILE")


def _shown(url: str) -> str:
    """Give an address as it may be shown: without a password, and without the query that signs it."""
    found = urlsplit(url)
    return f"{found.scheme}://{found.netloc.rpartition('@')[2]}{found.path}" if found.netloc else found.path


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
