"""Names: of films, of what is passed over, and of files as a person may read them."""

import unicodedata
from pathlib import Path

TAKEN = frozenset({"store", "history.json", "credentials", "inbox", "queue", "nights"})
"""Names in a studio folder that belong to the studio itself."""

BOARDS, ZIP = (".yaml", ".yml"), ".zip"
UNFINISHED = (".part", ".tmp", ".crdownload", "~")
"""How names end while a browser or an editor writes the file."""

JUNK = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})
"""What systems leave in folders and zips, in small letters."""

MOST_BYTES = 200
"""Of a name that something is yet put behind; 255 is the most of any file system."""


def film_fault(name: str) -> str:
    """Say why a film cannot have this name; nothing where it can."""
    if not name.strip() or name.startswith(".") or set(name) & set("/\\\0"):
        return f"'{name}' cannot be the name of a film"
    if name.lower() in TAKEN:
        return f"a film cannot be called '{name}': the studio keeps its own there"
    return ""


def film_of(board: Path) -> str:
    """Give the name of a storyboard's film: its file's, in NFC, so that a Mac and a PC mean the same film."""
    return unicodedata.normalize("NFC", board.stem)


def is_board(name: str) -> bool:
    """Tell by its name whether a file may be a storyboard."""
    return name.casefold().endswith(BOARDS) and not passed_over(name)


def is_zip(name: str) -> bool:
    """Tell by its name whether a file may be a zip."""
    return name.casefold().endswith(ZIP) and not passed_over(name)


def passed_over(name: str) -> bool:
    """Tell whether a file or folder is none of a producer's, or not finished: hidden, junk, still being written."""
    return name.startswith(".") or name.casefold().endswith(UNFINISHED) or name.casefold() in JUNK


def readable(name: str) -> str:
    """Give a name as it can be written into a text: signs that no text holds become `?`."""
    plain = name.encode("utf-8", "replace").decode("utf-8")
    return "".join("?" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in plain)


def clipped(name: str, most: int = MOST_BYTES) -> str:
    """Cut a name to a number of bytes, as the file system counts them."""
    while len(os_bytes(name)) > most:
        name = name[:-1]
    return name


def os_bytes(name: str) -> bytes:
    """Give the bytes of a name."""
    return name.encode("utf-8", "surrogateescape")


def free(folder: Path, stem: str, suffix: str = "") -> Path:
    """Give a path in a folder that nothing has: with -2, -3 between stem and suffix where the name is taken."""
    short = clipped(stem)
    names = (f"{short}{more}{suffix}" for more in ("", *(f"-{number}" for number in range(2, 100_000))))
    return next(path for one in names if not lexists(path := folder / one))


def lexists(path: Path) -> bool:
    """Tell whether there is anything at a path, be it a link that leads nowhere."""
    return path.is_symlink() or path.exists()
