"""Boards, pictures and zips as producers drop them, on a clock of the tests' own."""

import os
import stat
import struct
import zipfile
import zlib

from pipeline.inbox.dropped import Inbox, Ready
from pipeline.inbox.rejected import Rejected

SETTLE, PATIENCE = 2.0, 60.0
BOARD = """\
title: Kyoto
output: {size: 320x180, fps: 12}
shots:
  - {id: gate, scene: a temple gate in the mist, camera: dolly_in, seconds: 1}
"""


def png(grey=0):
    """A whole grey PNG."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + bytes([grey]) * 64) * 36)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 36, 8, 0, 0, 0, 0)), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    )


def board(*names, title="Kyoto"):
    """A board of cards, one for each picture named."""
    shots = [f"  - {{id: s{n}, card: {{image: {name}}}, seconds: 1}}\n" for n, name in enumerate(names)]
    head = BOARD.replace("Kyoto", title)
    return head + "".join(shots)


FILES = {"kyoto.yaml": board("assets/a.png", "b.png"), "assets/a.png": png(1), "b.png": png(2), "other.png": png(3)}


class Desk:
    """A studio with an inbox, and a clock that only the test moves."""

    def __init__(self, root):
        self.studio = root / "renders"
        self.folder = self.studio / "inbox"
        self.time = 100.0
        self.open()

    def open(self, **options):
        """Open the inbox anew, as after a kill."""
        self.inbox = Inbox(self.folder, settle=SETTLE, patience=PATIENCE, **options)
        return self.inbox

    def put(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def look(self, after=0.0):
        self.time += after
        return self.inbox.look(self.time)

    def settled(self):
        """What comes of two looks with enough time between them."""
        return [*self.look(), *self.look(SETTLE)]

    def ready(self):
        (found,) = self.settled()
        assert isinstance(found, Ready), found
        return found

    def rejected(self, patient=False):
        found = [*self.settled(), *(self.look(PATIENCE) if patient else [])]
        assert len(found) == 1, (found, self.inbox.waiting)
        assert isinstance(found[0], Rejected), found
        return found[0]

    def left(self):
        """What a producer sees in the inbox."""
        names = sorted(str(one.relative_to(self.folder)) for one in self.folder.rglob("*") if not one.is_dir())
        return [one for one in names if not one.startswith(("archive/", "rejected/"))]


def zipped(path, files):
    """Write a zip: name -> data, or ZipInfo -> data."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def unix(name, kind):
    """A ZipInfo that claims to be a link, a fifo, ..."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (kind | 0o644) << 16
    return info


LINK, FIFO, DEVICE = stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR


def older(path, seconds=100):
    """Make a file or everything in a folder look older; returns a moment at which all lies still."""
    for one in [path, *path.rglob("*")] if path.is_dir() else [path]:
        found = one.stat()
        os.utime(one, ns=(found.st_atime_ns, found.st_mtime_ns - int(seconds * 1e9)))
