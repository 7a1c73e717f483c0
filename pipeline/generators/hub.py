"""What the hub of models has: a repository's files at one commit, each fetched from where it was broken off.

No byte is taken on trust: a file gets its name only once it has the hash that the hub tells. huggingface_hub asks and
carries; since its version 2 it begins every file anew, so what goes on from half a file is here.
"""

import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from pipeline.errors import OperatorError, ToolFailed, ToolMissing
from pipeline.generators.refusals import Unreachable, closed, endpoint, no_hub, told_of
from pipeline.trained.fetch import digest
from pipeline.trained.fetch import whole as is_whole

LARGEST = 50_000_000_000
"""Bytes of the largest file that a hub gives by plain HTTP."""

SMALL = 1_000_000
"""Bytes of the largest file that is read into memory."""

HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

SECONDS = 20
"""How long the hub may think about a question."""

TRIES = 3
"""Attempts in a row that may bring nothing."""

PLAIN = re.compile(r"\w[\w.+-]*(/\w[\w.+-]*)*", re.ASCII)
"""Paths that cannot lead out of a folder; a file of any other name is left where it is."""

TOKEN = re.compile(r"[!-~]*")


class Ended(Exception):
    """The pull is to end; what has come is kept."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a repository at one commit; `hashed` is the SHA-256 of a large one and git's hash of a small one."""

    repo: str
    commit: str
    path: str
    size: int
    hashed: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the hub tells of a repository at one commit; `licence` as its card names it, "" where it names none."""

    repo: str
    commit: str
    licence: str
    files: Mapping[str, File]


def page(repo: str, revision: str | None = None) -> Page:
    """Ask for a repository's files, with their sizes and hashes, and its licence.

    Raises:
        ProducerError: the name or the revision cannot be.
        OperatorError: the hub does not know it, does not show it, or does not answer.
        ToolMissing: huggingface_hub is not installed.
    """
    api = _library().HfApi(endpoint=endpoint(), token=_token(), library_name="dailies")
    with told_of(repo, revision):
        info = api.model_info(repo, revision=revision, timeout=SECONDS, files_metadata=True)
        told = [(one.rfilename, one.size, one.lfs.sha256 if one.lfs else one.blob_id) for one in info.siblings or ()]
        if not info.sha or not all(_sound(size, hashed) for _, size, hashed in told):
            raise closed(repo) if info.gated else no_hub()
    files = {path: File(repo, info.sha, path, size, hashed) for path, size, hashed in told if PLAIN.fullmatch(path)}
    return Page(repo, info.sha, _licence(info), files)


def _sound(size: object, hashed: object) -> bool:
    """Tell whether what the hub says of a file can be: a size, and a hash as git or SHA-256 writes it."""
    return isinstance(size, int) and size >= 0 and isinstance(hashed, str) and HASH.fullmatch(hashed) is not None


def read(file: File) -> bytes:
    """Fetch a small file.

    Raises:
        OperatorError: it cannot be had.
        ToolFailed: it is not small, or not what the hub says it is.
    """
    if file.size > SMALL:
        raise ToolFailed(f"{file.path} of {file.repo} has {file.size} bytes", cure="name another --revision")
    stream = _Short(file)
    _carry(file, stream, 0)
    if _hash(file, stream.getvalue()) != file.hashed:
        raise _changed(file)
    return stream.getvalue()


class _Short(io.BytesIO):
    """A small file in memory that takes no more than the hub says it has."""

    def __init__(self, file: File) -> None:
        super().__init__()
        self.file = file

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self.file.size:
            raise _changed(self.file)
        return super().write(data)


def _hash(file: File, content: bytes) -> str:
    """Hash content as the hub hashed the file."""
    return digest(io.BytesIO(content), len(content), file.hashed)


def _changed(file: File) -> ToolFailed:
    told = f"{file.path} of {file.repo} does not come as the hub says it is"
    return ToolFailed(told, cure="something on the way changes it, such as a proxy; else try again later")


def part_of(file: File, to: Path) -> Path:
    """Give the place of what has come of a file that is to lie at `to`."""
    return to.with_name(f"{to.name}.{file.hashed[:16]}.part")


def whole(file: File, at: Path) -> bool:
    """Tell whether a file is there with every byte the hub has of it, by reading it."""
    return is_whole(at, file.hashed, file.size)


def fetch(file: File, to: Path, ending: Event) -> None:
    """Bring a file to its place and onto the disk, unless it lies there whole.

    Raises:
        Ended: `ending` was set meanwhile.
        OperatorError: it cannot be had.
        ToolFailed: it comes, but not as the hub says it is.
    """
    if whole(file, to):
        return
    to.unlink(missing_ok=True)
    to.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(file, to)
    for _ in range(2):  # half a file from before a power cut may hold what was never written
        _gather(file, part, ending)
        if whole(file, part):
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
            part.replace(to)
            return
        part.unlink()
    raise _changed(file)


def _gather(file: File, part: Path, ending: Event) -> None:
    """Fetch what is missing of a file, over as many connections as it takes while each brings something."""
    empty = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        if before > file.size:
            part.unlink()
            before = 0
        try:
            with _Incoming(part, ending, file) as stream:
                _carry(file, stream, before)
        except Unreachable:
            empty = 0 if part.stat().st_size > before else empty + 1
            if empty == TRIES or ending.wait(empty):
                raise
        else:
            return


class _Incoming(io.BufferedWriter):
    """A file that grows at its end, into which the hub's library writes.

    It takes no more once the pull is to end, nor beyond what the hub says the file has.
    """

    def __init__(self, path: Path, ending: Event, file: File) -> None:
        super().__init__(io.FileIO(path, "ab"))
        self.ending, self.file = ending, file
        self.room = file.size - path.stat().st_size

    def write(self, data: Any, /) -> int:
        if self.ending.is_set():
            raise Ended
        self.room -= len(data)
        if self.room < 0:
            raise _changed(self.file)
        return super().write(data)


def _carry(file: File, stream: Any, begin: int) -> None:
    _library()
    from huggingface_hub.file_download import hf_hub_url, http_get

    url = hf_hub_url(file.repo, file.path, revision=file.commit, endpoint=endpoint())
    headers = {"User-Agent": "dailies", "Accept-Encoding": "identity"}  # packed bytes cannot go on from the middle
    if token := _token():
        headers["Authorization"] = f"Bearer {token}"
    with told_of(file.repo):
        http_get(url, stream, resume_size=begin, headers=headers, expected_size=file.size)


# ---------------------------------------------------------------- the hub's library


def _library() -> Any:
    """Give huggingface_hub, told to report nothing home, to draw no bars and to keep its warnings to itself."""
    for name in ("HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
        os.environ.setdefault(name, "1")
    try:
        import huggingface_hub
        from huggingface_hub import constants, utils
    except ImportError as failure:
        missing = f"fetching models needs a library that is not here: {failure.name or failure}"
        raise ToolMissing(missing, cure="pip install 'dailies[local]'") from failure
    constants.HF_HUB_DISABLE_TELEMETRY = True  # also where it was loaded before
    talk: Any = utils
    talk.disable_progress_bars()
    talk.logging.set_verbosity_error()
    return huggingface_hub


def _token() -> str | bool:
    """Give the token of the environment, else False: one that is stored somewhere is not looked for."""
    token = os.environ.get("HF_TOKEN", "").strip()
    if not TOKEN.fullmatch(token):
        raise OperatorError("HF_TOKEN holds what no token has, such as a space", cure="set it again")
    return token or False


def _licence(info: Any) -> str:
    card = info.card_data or {}
    named = card.get("license_name") if card.get("license") == "other" else card.get("license")
    return str(named or next((one[8:] for one in info.tags or () if one.startswith("license:")), ""))
