"""The brand's font: hostile until checked, and drawn from a font of our own making.

OpenCV's reader of fonts trusts its input, so it never sees a producer's file: the outlines of the letters that are
needed are read by fontTools (in Python, bounded) and built into a small plain TrueType font. That also makes one of
variable fonts, of OpenType fonts with PostScript outlines, and of composite letters.
"""

import logging
import os
import struct
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import RLock, get_ident
from typing import Any

import cv2

from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.vision.outlines import Overdrawn, outline
from pipeline.vision.text import drawable, has_glyph, twin

MOST_BYTES = 64 << 20
MOST_LETTERS = 0x110000
_MOST_TABLES = 80
EM = 1000
RULER = "\ue000"
"""A private letter of every font built here: one em wide, 0.7 em high; it tells how large OpenCV draws."""

_SIGNS = (b"\x00\x01\x00\x00", b"true", b"OTTO")
_EXPORT = "export it as a plain .ttf or .otf"
_ALONE = RLock()
_TURNED = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


def check_font(path: Path) -> None:
    """Say whether a font can be used: a whole .ttf or .otf of at most 64 MB, with letters and their outlines.

    Raises:
        MediaInvalid: it cannot, and what to do.
    """
    _opened(path, *_stamp(path))


def missing_glyphs(text: str, font: Path | None) -> str:
    """Give the letters of a text that cannot be drawn with `font` (None = the fonts of the house), in order, each once.

    Letters are those of the text in NFC. What is written from right to left or put together from several signs
    (Arabic, Hebrew, Devanagari, Thai) counts as missing: letters are set one after the other here.

    Raises:
        MediaInvalid: the font cannot be used.
    """
    known = has_glyph if font is None else partial(knows, font)
    seen = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(one for one in seen if not _invisible(one) and not _drawn(one, known))


def _drawn(one: str, known: Callable[[str], bool]) -> bool:
    if unicodedata.bidirectional(one) in _TURNED or unicodedata.category(one) in {"Mn", "Mc", "Cs"}:
        return False
    return known(one) or bool(twin(one, known))


def settable(text: str, font: Path | None) -> str:
    """Give a text as it is set in a font: what the font lacks comes from the fonts of the house, else as `drawable`.

    Raises:
        MediaInvalid: the font cannot be used.
    """
    return drawable(text, None if font is None else lambda one: knows(font, one) or has_glyph(one))


def _invisible(one: str) -> bool:
    """Say whether a character draws nothing of its own: spaces, controls, and selectors of a letter's variant."""
    selector = "\ufe00" <= one <= "\ufe0f" or "\U000e0100" <= one <= "\U000e01ef"
    return one.isspace() or selector or unicodedata.category(one) in {"Cc", "Cf", "Zs"}


def digest(font: Path) -> str:
    """Give the sha256 of a font's bytes.

    Raises:
        MediaInvalid: the font cannot be used.
    """
    return _digest(font, *_stamp(font))


@lru_cache(maxsize=8)
def _digest(font: Path, _changed: int, _size: int) -> str:
    return sha256(font.read_bytes()).hexdigest()


def knows(font: Path, character: str) -> bool:
    """Say whether a font has a letter."""
    return ord(character) in _letters(font, *_stamp(font))


def face(font: Path, weight: int, characters: str) -> cv2.FontFace:
    """Give a face with the letters asked for, at `weight` where the font varies; one a thread, since it keeps state.

    Raises:
        MediaInvalid: the font cannot be used.
    """
    return _face(_built(font, weight, characters, *_stamp(font)), get_ident())


@lru_cache(maxsize=256)
def _face(built: bytes, _thread: int) -> cv2.FontFace:
    descriptor, name = tempfile.mkstemp(suffix=".ttf", prefix="dailies-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(built)
        made = cv2.FontFace()
        if not made.set(name):
            raise ToolFailed("the drawing library refuses a font built for it", cure="use another brand font")
        return made
    finally:
        Path(name).unlink(missing_ok=True)


def _stamp(path: Path) -> tuple[int, int]:
    """Give when a file changed and its size, so that what is remembered of it is forgotten when it changes."""
    try:
        found = path.stat()
    except OSError as failure:
        raise MediaInvalid(f"the font {path.name} cannot be read: {failure.strerror}", cure="check the path") from None
    if not path.is_file():
        raise MediaInvalid(f"{path.name} is no file", cure="name a .ttf or .otf file")
    if found.st_size > MOST_BYTES:
        raise MediaInvalid(f"the font {path.name} is larger than {MOST_BYTES >> 20} MB", cure=_EXPORT)
    return found.st_mtime_ns, found.st_size


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Read a font, one thread at a time, since fontTools reads tables when they are asked for; say what is wrong."""
    try:
        with _ALONE:
            yield
    except (MediaInvalid, MemoryError):
        raise
    except Overdrawn as failure:
        raise MediaInvalid(f"the font {path.name} cannot be used: {failure}", cure=_EXPORT) from None
    except Exception as failure:
        message = f"the font {path.name} is damaged or of an unknown kind"
        raise MediaInvalid(message, cure=_EXPORT) from failure


@lru_cache(maxsize=4)
def _opened(path: Path, _changed: int, _size: int) -> Any:
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.CRITICAL)  # it tells every flaw that does not matter here
    with _reading(path):
        held = path.read_bytes()
        _known_kind(path, held)
        font = TTFont(BytesIO(held), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
        if not ({"glyf", "CFF ", "CFF2"} & set(font.keys())):
            raise MediaInvalid(f"the font {path.name} holds no outlines, only pictures of letters", cure=_EXPORT)
        _bounded(path, font.reader["cmap"] if "cmap" in font.reader.keys() else b"")  # noqa: SIM118 - no mapping
        if not font.getBestCmap():
            raise MediaInvalid(f"the font {path.name} does not say which letters it has", cure=_EXPORT)
        if not 16 <= font["head"].unitsPerEm <= 16384:
            raise MediaInvalid(f"the font {path.name} is damaged: its em is no size", cure=_EXPORT)
        outline(font, "A" if ord("A") in font.getBestCmap() else chr(min(font.getBestCmap())), 400)
        return font


def _known_kind(path: Path, held: bytes) -> None:
    if held[:4] in _SIGNS:
        if int.from_bytes(held[4:6], "big") > _MOST_TABLES:
            raise MediaInvalid(f"the font {path.name} is damaged: it says it has too many tables", cure=_EXPORT)
        return
    kinds = {b"ttcf": "a collection of fonts", b"wOFF": "a web font", b"wOF2": "a web font"}
    what = kinds.get(held[:4], "no font")
    raise MediaInvalid(f"{path.name} is {what}", cure="name one .ttf or .otf file: fonts are exported so, one by one")


def _bounded(path: Path, cmap: bytes) -> None:
    """Refuse a table of letters that would unfold to more than Unicode has (formats 12 and 13, ISO/IEC 14496-22)."""
    if len(cmap) < 4:
        raise MediaInvalid(f"the font {path.name} does not say which letters it has", cure=_EXPORT)
    count = struct.unpack_from(">H", cmap, 2)[0]
    offsets = {struct.unpack_from(">HHL", cmap, 4 + 8 * one)[2] for one in range(count)}
    if len(offsets) > 32:
        raise MediaInvalid(f"the font {path.name} has {len(offsets)} tables of letters", cure=_EXPORT)
    for offset in offsets:
        if struct.unpack_from(">H", cmap, offset)[0] in {8, 12, 13}:
            groups = struct.unpack_from(">L", cmap, offset + 12)[0]
            entries = struct.iter_unpack(">LLL", cmap[offset + 16 : offset + 16 + 12 * groups])
            if sum(max(last - first + 1, 0) for first, last, _ in entries) > MOST_LETTERS:
                raise MediaInvalid(f"the font {path.name} says it has more letters than there are", cure=_EXPORT)


@lru_cache(maxsize=8)
def _letters(path: Path, changed: int, size: int) -> frozenset[int]:
    font = _opened(path, changed, size)
    with _reading(path):
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=256)
def _built(path: Path, weight: int, characters: str, changed: int, size: int) -> bytes:
    """Build a plain TrueType font of `EM` units with the letters asked for and the ruler."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    font = _opened(path, changed, size)
    with _reading(path):
        wanted = {one: outline(font, one, weight) for one in dict.fromkeys(characters)}
        pen = TTGlyphPen(None)
        for draw, at in (("moveTo", (0, 0)), ("lineTo", (0, 700)), ("lineTo", (EM, 700)), ("lineTo", (EM, 0))):
            getattr(pen, draw)(at)
        pen.closePath()
        glyphs = {".notdef": (TTGlyphPen(None).glyph(), EM), "ruler": (pen.glyph(), EM)}
        glyphs |= {f"u{ord(one):06X}": drawn for one, drawn in wanted.items()}
        builder = FontBuilder(EM, isTTF=True)
        builder.setupGlyphOrder(list(glyphs))
        builder.setupCharacterMap({ord(RULER): "ruler"} | {ord(one): f"u{ord(one):06X}" for one in wanted})
        builder.setupGlyf({name: glyph for name, (glyph, _) in glyphs.items()})
        sides = {name: (width, getattr(glyph, "xMin", 0)) for name, (glyph, width) in glyphs.items()}
        builder.setupHorizontalMetrics(sides)
        builder.setupHorizontalHeader(ascent=800, descent=-200)
        builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
        builder.setupNameTable({"familyName": "brand", "styleName": "Regular"})
        builder.setupPost()
        target = BytesIO()
        builder.font.save(target)
        return target.getvalue()
