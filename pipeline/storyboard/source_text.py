"""The bytes of a storyboard become text, or a reason why not."""

import os
import re
from pathlib import Path

from pipeline.errors import Problem, StoryboardInvalid
from pipeline.storyboard.words import close, did_you_mean

MOST_BYTES = 8 * 1024 * 1024
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def read_text(path: Path) -> str:
    """Read a storyboard file as UTF-8 text, refusing at once what cannot be one.

    Raises:
        StoryboardInvalid: missing, not a file, over 8 MB, empty, binary, or not UTF-8.
    """
    _refuse_unnamable(path)
    data = _bytes(path)
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _invalid(path, "this is not a text file; a storyboard is YAML text in UTF-8")
    text = _decoded(path, data)
    strange = UNPRINTABLE.search(text)
    if strange is not None:
        message = f"character U+{ord(strange[0]):04X} cannot stand in a storyboard; is this a text file? Remove it"
        raise _invalid(path, message, *_place(text, strange.start()))
    if not text.strip():
        raise _invalid(path, "the storyboard is empty; `dailies new` prints one to start from")
    return text


def _refuse_unnamable(path: Path) -> None:
    stem = path.stem
    if stem.startswith((".", "-")) or len(stem) > 100 or UNPRINTABLE.search(stem) or "\n" in stem:
        raise _invalid(path, "a film is named after its file: call it like kyoto.yaml, not beginning with . or -")
    if stem.casefold() == "store":
        raise _invalid(path, "the name store belongs to the studio folder; give the file another name")


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise _invalid(path, _absent(path))
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _invalid(path, f"{size / 1e6:.0f} MB is no storyboard; the most is 8 MB. Is this the right file?")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _invalid(path, f"the file cannot be read: {reason}") from None


def _absent(path: Path) -> str:
    if path.is_dir():
        return "this is a folder; name the storyboard in it, a .yaml file"
    if os.path.lexists(path):
        return "this is not a regular file"
    folder = path.parent
    names = [one.name for one in folder.iterdir() if one.suffix in {".yaml", ".yml"}] if folder.is_dir() else []
    return f"there is no such file{did_you_mean(close(path.name, names))}"


def _decoded(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _invalid(path, "the file is written in UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = _place(before, len(before))
        raise _invalid(path, _encoding(data), line, column) from None


def _encoding(data: bytes) -> str:
    for codec, name in (("cp932", "Shift_JIS"), ("euc_jp", "EUC-JP")):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if re.search("[ぁ-んァ-ヶ一-龠]", text) and not UNPRINTABLE.search(text):
            return f"the file is written in {name}; save it as UTF-8"
    printable = not UNPRINTABLE.search(data.decode("latin-1"))
    return (
        "the text is not UTF-8; save the file as UTF-8"
        if printable
        else "this is not a text file; a storyboard is YAML"
    )


def _place(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


def _invalid(path: Path, message: str, line: int = 1, column: int = 1) -> StoryboardInvalid:
    return StoryboardInvalid([Problem(str(path), line, column, "", message)])
