"""film.srt and film.vtt: what is said, as text beside the film, one file for every language."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from pipeline.deliver.finished import FinishedFilm
from pipeline.model import Caption
from pipeline.store import write_whole

_JOINER = "\u2060"  # a word joiner: has no width, and keeps what only looks like a code from being one
_CODES = re.compile(r"(\\(?=[nNh])|<(?=[/a-zA-Z])|\{(?=\\))")


def write(made: FinishedFilm, options: Mapping[str, Any]) -> list[Path]:
    """Write film.<language>.srt (or .vtt, as `format` says) for every language, and film.srt for the film's own.

    Those of an earlier writing go. Give their paths.

    Raises:
        OperatorError: the disk refuses.
    """
    ending = str(options["format"])
    texts: dict[str, str] = {}
    for language, captions in made.plan.captions.items():
        told = vtt(captions) if ending == "vtt" else srt(captions)
        texts[f"film.{re.sub('[^A-Za-z0-9-]', '', language)}.{ending}"] = told
        if language == made.plan.board.language:
            texts[f"film.{ending}"] = told
    for old in made.cut.glob(f"film*.{ending}"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        write_whole(made.cut / name, text)
    return [made.cut / name for name in texts]


def srt(captions: Sequence[Caption]) -> str:
    """Give SubRip text in UTF-8 without a mark, with the line ends of Windows, which old players insist on.

    SubRip knows no escapes and no speakers: what looks like one of its codes is kept apart by a word joiner.
    """
    text = _written(
        captions, [_CODES.sub(rf"\1{_JOINER}", "\n".join(map(_plain, one.text))) for one in captions], "srt"
    )
    return text.replace("\n", "\r\n")


def vtt(captions: Sequence[Caption]) -> str:
    """Give WebVTT text: `<v Name>` tells who speaks (W3C, WebVTT, 5.1)."""
    texts = []
    for one in captions:
        who = _escaped(" ".join(_plain(one.who).split()))
        voice = f"<v {who}>" if who else ""
        texts.append(voice + "\n".join(_escaped(_plain(line)) for line in one.text))
    return _written(captions, texts, "vtt")


def _written(captions: Sequence[Caption], texts: Sequence[str], ending: str) -> str:
    import pysubs2

    file = pysubs2.SSAFile()
    file.events = [
        pysubs2.SSAEvent(_milliseconds(one.start), _milliseconds(one.stop), text.replace("\n", "\\N"))
        for one, text in zip(captions, texts, strict=True)
    ]
    return file.to_string(ending, keep_ssa_tags=True)


def _milliseconds(seconds: Fraction) -> int:
    """Cut to thousandths: a caption is there when its first frame is shown, and gone when its last one is over."""
    return floor(seconds * 1000)


def _plain(text: str) -> str:
    """Leave out what is no letter: control characters and halves of surrogate pairs."""
    text = text.replace("\t", " ")
    return "".join(one for one in text if unicodedata.category(one) not in {"Cc", "Cs"})


def _escaped(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"\\(?=[nNh])", rf"\\{_JOINER}", escaped)
