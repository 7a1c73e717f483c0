"""Words of a list in a storyboard's vocabulary, and texts made fit for YAML."""

import re

from pipeline import prompts
from pipeline.prompts import Kind

UNFIT = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What a storyboard's text cannot hold: control signs, other ends of lines, halves of signs."""

BRACED = re.compile(r"\{([^{}]*)\}")
SINGLE_WORD = re.compile(r"[A-Za-z0-9_\-]+")
SHEET_ERRORS = frozenset(("#ref!", "#n/a", "#name?", "#value!", "#div/0!", "#null!", "#num!", "#####"))
FRAMINGS = {
    "ecu": "extreme close-up",
    "cu": "close-up",
    "mcu": "medium close-up",
    "ms": "medium shot",
    "mls": "medium long shot",
    "mws": "medium wide shot",
    "ls": "long shot",
    "ws": "wide shot",
    "ews": "extreme wide shot",
    "els": "extreme long shot",
    "fs": "full shot",
    "ots": "over-the-shoulder shot",
    "pov": "point of view shot",
}
"""Short forms of sets, which generators do not read."""

EMPTY = frozenset(("", "-", "--", "–", "—", "なし", "n/a", "na", "none", "null", "nan"))


def clean(text: str) -> str:
    """Give a text without signs that YAML cannot hold, without outer space; an error of a spreadsheet is no text."""
    plain = UNFIT.sub(" ", text).strip()
    return "" if plain.casefold() in SHEET_ERRORS else plain


def line(text: str) -> str:
    """Give a text on one line."""
    return " ".join(clean(text).split())


def said(text: str) -> str:
    """Give a scene: one line, braces as brackets, for in a storyboard `{name}` is someone of the cast."""
    return BRACED.sub(r"(\1)", line(text)).replace("{", "(").replace("}", ")")


def framing(text: str) -> str:
    """Give how near something is seen, short forms written out."""
    return FRAMINGS.get(text.strip().casefold().replace(".", ""), said(text))


def empty(text: str) -> bool:
    """Tell whether a cell says nothing."""
    return text.strip().casefold() in EMPTY


def word(kind: Kind, text: str) -> tuple[str, str]:
    """Give what a storyboard would write, and a comment where it does not know the word.

    A description in several words is kept as it is; a single unknown word is left out and told.
    """
    plain = said(text)
    known = prompts.resolve(kind, plain)
    if known is not None or not plain:
        return known or "", ""
    several = len(plain.split()) > 1 or (not SINGLE_WORD.fullmatch(plain) and not prompts.nearest(kind, plain))
    if kind != "transition" and several:
        return plain, ""
    near = prompts.nearest(kind, plain, 2)
    if not near and kind in ("style", "lighting"):
        return plain, ""
    hint = f", perhaps {' or '.join(near)}" if near else ""
    return "", f'{kind} "{plain[:60]}" is not known{hint}'
