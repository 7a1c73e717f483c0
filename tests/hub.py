"""A hub of models on this machine: it answers what huggingface_hub asks, and goes wrong where it is told to."""

import hashlib
import json
import re
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from urllib.parse import unquote, urlsplit

from pipeline.generators import pulling

PIECE = 16 * 1024
LARGE = 4096
"""Files from this many bytes on lie elsewhere, as on the real hub: another server, and a SHA-256."""


def tensors(size, seed=0):
    """Give a safetensors file with so many bytes of numbers."""
    head = json.dumps({"x": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(head)) + head + Random(seed).randbytes(size)


def files_of(folder):
    """Give what lies in a folder, by path."""
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


NAME, FOLDER = "owner/film", "owner--film"
UNET = "unet/diffusion_pytorch_model.safetensors"
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.42.1",
    "requires_safety_checker": True,
    "safety_checker": [None, None],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
}
NEEDED = {
    "tokenizer/merges.txt": b"a b\n",
    "tokenizer/vocab.json": b"{}",
    "unet/config.json": b"{}",
    UNET: tensors(300_000),
}
IN_THE_WAY = {
    ".gitattributes": b"*",
    "README.md": b"# Film",
    "film-v1.safetensors": tensors(9000, 1),
    "film-v1.ckpt": b"pickle" * 2000,
    "onnx/unet/config.json": b"{}",
    "safety_checker/model.safetensors": tensors(9000, 2),
    "unet/config.json.orig": b"",
    "unet/diffusion_pytorch_model.bin": b"pickle" * 2000,
    "unet/diffusion_pytorch_model.bin.index.json": b"{}",
    "unet/diffusion_pytorch_model.fp16.safetensors": tensors(5000, 3),
    "unet/diffusion_pytorch_model.non_ema.safetensors": tensors(9000, 4),
    "unet/more/config.json": b"{}",
    "unet/openvino_model.xml": b"<x/>",
    "vae_1_0/diffusion_pytorch_model.safetensors": tensors(9000, 5),
    "../evil.json": b"{}",
}


def film(**files):
    return {"model_index.json": json.dumps(INDEX).encode(), **NEEDED, **IN_THE_WAY, **files}


def pull(name=NAME, **wanted):
    """Pull a model of the hub, and listen to no progress."""
    return pulling.pull(name, lambda *_: None, **wanted)


@contextmanager
def hub_with_a_film(monkeypatch, models):
    """Have a hub with one model, and an empty models folder; what comes is written in small pieces."""
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", PIECE)
    made = Hub()
    made.add(NAME, film())
    for key, value in {"HF_ENDPOINT": made.url, "NO_PROXY": "127.0.0.1", "DAILIES_MODELS": str(models)}.items():
        monkeypatch.setenv(key, value)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    try:
        yield made
    finally:
        made.close()


@dataclass
class Repo:
    """A repository: its files by revision, the newest last, and what its page says."""

    revisions: dict = field(default_factory=dict)
    licence: str | None = "apache-2.0"
    gated: bool = False

    def commit(self, revision):
        names = list(self.revisions)
        return revision if revision in names else names[-1] if revision in (None, "main") else None


@dataclass
class Asked:
    """One request, as it came, and how many bytes it was sent."""

    method: str
    path: str
    range: str
    token: str
    elsewhere: bool
    sent: int = 0


class Hub:
    """Two servers: the hub itself, and the place where it keeps large files."""

    def __init__(self):
        self.repos, self.asked = {}, []
        self.cut = {}  # path -> bytes after which the connection breaks, once each
        self.held = {}  # path -> (bytes after which nothing more comes, until the event is set)
        self.broken = {}  # path -> the status of each request to come, None for one that is answered
        self.twisted = set()  # paths whose bytes come otherwise than they are
        self.answer = None  # instead of every page
        self.servers = [self._server(elsewhere) for elsewhere in (False, True)]
        self.url, self.elsewhere = (f"http://127.0.0.1:{one.server_port}" for one in self.servers)

    def add(self, repo, files, *, revision=None, **page):
        """Put files into a repository as its newest revision; gives the commit."""
        kept = self.repos.setdefault(repo, Repo())
        for key, value in page.items():
            setattr(kept, key, value)
        commit = revision or hashlib.sha1(f"{repo} {len(kept.revisions)}".encode()).hexdigest()
        kept.revisions[commit] = dict(files)
        return commit

    def fetched(self, path=""):
        """Give the requests that brought bytes of files, those of one path or all."""
        return [one for one in self.asked if one.sent and one.path.endswith(path)]

    def paths(self):
        """Give the paths of the files of which bytes were fetched."""
        return {one.path.split("/resolve/")[1].partition("/")[2] for one in self.fetched()}

    def close(self):
        for _, event in self.held.values():
            event.set()
        for one in self.servers:
            one.shutdown()
            one.server_close()

    def _server(self, elsewhere):
        answers = type("Answering", (Answers,), {"hub": self, "elsewhere": elsewhere})
        server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # whoever asked is gone
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return server


class Answers(BaseHTTPRequestHandler):
    """What one of the two servers answers."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = unquote(urlsplit(self.path).path)
        token = self.headers.get("Authorization", "")
        self.asking = Asked(self.command, path, self.headers.get("Range", ""), token, self.elsewhere)
        self.hub.asked.append(self.asking)
        if self.hub.answer is not None and not self.elsewhere:
            self.say(*self.hub.answer)
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path):
            self.page(*found.groups())
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self.file(*found.groups())
        else:
            self.say(404, b"", {"X-Error-Code": "RepoNotFound"})

    def page(self, name, revision):
        repo = self.hub.repos.get(name)
        if repo is None:
            return self.say(401, b'{"error": "Repository not found"}', {"X-Error-Code": "RepoNotFound"})
        commit = repo.commit(revision)
        if commit is None:
            return self.say(404, b"", {"X-Error-Code": "RevisionNotFound"})
        told = {"id": name, "sha": commit, "gated": "manual" if repo.gated else False, "tags": []}
        told["cardData"] = {} if repo.licence is None else {"license": repo.licence}
        told["siblings"] = [sibling(path, data) for path, data in repo.revisions[commit].items()]
        return self.say(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def file(self, name, commit, path):
        repo = self.hub.repos[name]
        data = repo.revisions[commit].get(path)
        if (statuses := self.hub.broken.get(path)) and (status := statuses.pop(0)):
            return self.say(status, b"")
        if repo.gated and not self.elsewhere:
            return self.say(403 if self.headers.get("Authorization") else 401, b"", {"X-Error-Code": "GatedRepo"})
        if data is None:
            return self.say(404, b"", {"X-Error-Code": "EntryNotFound"})
        if len(data) >= LARGE and not self.elsewhere:
            return self.say(302, b"", {"Location": self.hub.elsewhere + self.path, "X-Repo-Commit": commit})
        return self.give(path, bytes(reversed(data)) if path in self.hub.twisted else data, commit)

    def give(self, path, data, commit):
        begin = int(self.headers["Range"].removeprefix("bytes=").split("-")[0]) if "Range" in self.headers else 0
        self.send_response(206 if begin else 200)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", commit)
        self.send_header("Content-Length", str(len(data) - begin))
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if self.command == "HEAD":
            return
        end = self.hub.cut.pop(path, len(data))
        stop, event = self.hub.held.get(path, (end, None))
        self.send(data[begin:stop])
        if event and begin < stop:
            event.wait(30)
        self.send(data[max(begin, stop) : end])
        self.close_connection = end < len(data)

    def send(self, data):
        self.wfile.write(data)
        self.wfile.flush()
        self.asking.sent += len(data)

    def say(self, status, body, headers=()):
        self.send_response(status)
        for key, value in dict(headers).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def sibling(path, data):
    """Tell of one file as the hub does: git's hash, and for a large one the SHA-256 too."""
    blob = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
    told = {"rfilename": path, "size": len(data), "blobId": blob}
    if len(data) >= LARGE:
        told["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return told
