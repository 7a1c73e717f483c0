"""Titles: words drawn over the picture, in letters the font has, while their shot is seen."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.model import Shot, Title
from pipeline.storyboard.languages import Tongue, text_for, written_at
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import number

LEAST = Fraction(1)
"""Seconds that a title without a length of its own needs, where its shot is shortened."""


def titles(values: Any, path: str, tongue: Tongue, font: Path | None, ledger: Ledger) -> tuple[Title, ...]:
    """Read the titles of a shot, in the film's language."""
    return tuple(
        _title(data, f"{path}[{index}]", tongue, font, ledger)
        for index, data in enumerate(values if isinstance(values, list) else ())
        if isinstance(data, dict)
    )


def _title(data: dict[str, Any], path: str, tongue: Tongue, font: Path | None, ledger: Ledger) -> Title:
    usual = Title("")
    text = text_for(data.get("text"), f"{path}.text", tongue, ledger).strip()
    if not text and data.get("text"):
        ledger.wrong(f"{path}.text", "there is nothing to read; write words, or leave the title out")
    check_letters(text, written_at(data.get("text"), text, f"{path}.text"), font, ledger)
    seconds = data.get("seconds")
    return Title(
        text,
        data.get("role", usual.role),
        data.get("place", usual.place),
        Fraction(data.get("at", 0)),
        None if seconds is None else Fraction(seconds),
        data.get("enter", usual.enter),
        data.get("leave", usual.leave),
    )


def check_letters(text: str, path: str, font: Path | None, ledger: Ledger) -> None:
    """Note the characters that cannot be drawn: a film never shows a box in their place."""
    if not text or (font is None and text.isascii() and text.isprintable()):
        return
    from pipeline.vision.fonts import missing_glyphs

    missing = missing_glyphs(text, font)
    if missing:
        signs = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in list(dict.fromkeys(missing))[:6])
        which = "the brand's font" if font else "the house's font"
        ledger.wrong(path, f"{which} has no {signs}; write it otherwise, or name another font in `brand`")


def ends_at(title: Title) -> Fraction:
    """Give the second of its shot at which a title is gone, at the earliest."""
    return title.at + (LEAST if title.seconds is None else title.seconds)


def check_titles(shots: Sequence[Shot], lengths: Sequence[Fraction], ledger: Ledger) -> None:
    """Note every title that stands when its shot is over."""
    for shot, length in zip(shots, lengths, strict=True):
        for index, title in enumerate(shot.titles):
            path = f"shots[{shot.index}].titles[{index}]"
            if title.at >= length:
                ledger.wrong(f"{path}.at", f"the shot is over by then; it is {number(length)} seconds long")
            elif title.seconds is not None and title.at + title.seconds > length:
                message = (
                    f"it would stand until second {number(title.at + title.seconds)} of a shot of {number(length)}"
                    f" seconds; leave `seconds` out, or write at most {number(length - title.at)}"
                )
                ledger.wrong(f"{path}.seconds", message)
