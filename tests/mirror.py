"""A place on this machine that files are fetched from by plain HTTP, and that goes wrong where it is told to."""

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

from pipeline.finishers import catalog
from pipeline.finishers.catalog import Model, WeightsFile

ONE, STRONG, WEAK = (Random(seed).randbytes(300_000) for seed in (1, 2, 3))


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def git(data):
    """Hash as git does."""
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()


def catalogued(large=ONE):
    """Give a catalog with a model of one file and one of two; the address is that of no machine."""
    base = "https://weights.invalid/releases"
    one = WeightsFile("one.pth", f"{base}/one.pth", len(large), sha256(large))
    strong = WeightsFile("strong.pth", f"{base}/strong.pth", len(STRONG), sha256(STRONG))
    weak = WeightsFile("weak.bin", f"{base}/weak.bin", len(WEAK), git(WEAK))
    told = {"about": "footage", "licence": "BSD-3-Clause", "source": "Somewhere v1"}
    return {
        "tiny-one": Model("tiny-one", "realesrgan", files=(one,), scale=4, **told),
        "tiny-two": Model("tiny-two", "realesrgan", files=(strong, weak), scale=2, **told),
    }


class Mirror:
    """Files by path, what is wrong with them, and what was asked for: (path, Range) and the bytes that were sent."""

    def __init__(self):
        self.files, self.asked, self.sent = {}, [], []
        self.cut = {}  # path -> bytes after which the connection breaks, one for each request to come
        self.held = {}  # path -> (bytes after which nothing more comes, until the event is set)
        self.statuses = {}  # path -> the status of each request to come
        self.moved = {}  # path -> another address
        self.ignores_range = False
        self.tells_length = True
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (Answers,), {"mirror": self}))
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # whoever asked is gone
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        for _, event in self.held.values():
            event.set()
        self.server.shutdown()
        self.server.server_close()


class Answers(BaseHTTPRequestHandler):
    """What it answers."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        mirror, asked = self.mirror, self.headers.get("Range", "")
        mirror.asked.append((self.path, asked))
        mirror.sent.append(0)
        if waiting := mirror.statuses.get(self.path):
            return self.say(waiting.pop(0))
        if self.path in mirror.moved:
            return self.say(302, Location=mirror.moved[self.path])
        if self.path not in mirror.files:
            return self.say(404)
        data = mirror.files[self.path]
        begin = 0 if mirror.ignores_range or not asked else int(asked.removeprefix("bytes=").removesuffix("-"))
        if begin >= len(data) > 0:
            return self.say(416, **{"Content-Range": f"bytes */{len(data)}"})
        return self.give(data, begin, len(mirror.sent) - 1)

    def give(self, data, begin, number):
        mirror = self.mirror
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        if mirror.tells_length:
            self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        cuts = mirror.cut.get(self.path)
        end = cuts.pop(0) if cuts else len(data)
        stop, event = mirror.held.get(self.path, (end, None))
        self.send(data[begin:stop], number)
        if event and begin < stop:
            event.wait(30)
        self.send(data[max(begin, stop) : end], number)

    def send(self, data, number):
        self.wfile.write(data)
        self.wfile.flush()
        self.mirror.sent[number] += len(data)

    def say(self, status, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def mirror_of(monkeypatch, models):
    """Have a mirror with the files of a small catalog, that catalog in the place of the real one, and no models."""
    made = Mirror()
    made.files = {"/releases/one.pth": ONE, "/releases/strong.pth": STRONG, "/releases/weak.bin": WEAK}
    for key, value in {"DAILIES_MIRROR": made.url, "NO_PROXY": "127.0.0.1", "DAILIES_MODELS": str(models)}.items():
        monkeypatch.setenv(key, value)
    known = catalogued()
    monkeypatch.setattr(catalog, "models", lambda: known)
    monkeypatch.setattr("pipeline.trained.fetch.PAUSE", 0.01)
    try:
        yield made
    finally:
        made.close()
