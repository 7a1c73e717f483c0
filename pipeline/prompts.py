"""Words for generators: the vocabulary (data/vocabulary.yaml) and the prompt a shot gives."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import yaml

from pipeline.model import Shot

Kind = Literal["camera", "motion", "lighting", "style", "transition"]
CLOSE = 0.72
"""Likeness (difflib ratio) from which a name counts as a slip of another."""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the vocabulary: its id, labels, other names, prompt text, and phrases that mean it."""

    id: str
    en: str
    ja: str
    synonyms: tuple[str, ...]
    prompt: str
    hints: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything a producer may call it."""
        return (self.id, self.en, self.ja, *self.synonyms)


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, Mapping[str, Term]]:
    """Give every term by kind and id, in the order of the data file."""
    text = (Path(__file__).parent / "data" / "vocabulary.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return MappingProxyType(
        {
            kind: MappingProxyType({name: _term(name, entry) for name, entry in terms.items()})
            for kind, terms in data.items()
        }
    )


def _term(name: str, entry: Mapping[str, object]) -> Term:
    lists = {key: tuple(str(one) for one in _listed(entry.get(key))) for key in ("synonyms", "hints")}
    return Term(
        name, str(entry["en"]), str(entry["ja"]), lists["synonyms"], str(entry.get("prompt", "")), lists["hints"]
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@lru_cache(maxsize=8192)
def resolve(kind: Kind, text: str) -> str | None:
    """Find the id that `text` names: an id, an English or Japanese label, or a synonym; None when it names none.

    Case, width, and the choice of space, hyphen or underscore do not matter.
    """
    return _names(kind).get(_plain(text))


@lru_cache(maxsize=8)
def _names(kind: Kind) -> Mapping[str, str]:
    terms = vocabulary()[kind].values()
    names: dict[str, str] = {}
    for term in terms:
        for name in term.names:
            names.setdefault(_plain(name), term.id)
    return names


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-]+", "_", folded.strip())


def label(kind: Kind, name: str, language: str = "en") -> str:
    """Give the label of id `name` in `language` (`ja`, else English); free text comes back as it is."""
    term = vocabulary()[kind].get(name)
    if term is None:
        return name
    return term.ja if language == "ja" else term.en


def nearest(kind: Kind, text: str, count: int = 3) -> tuple[str, ...]:
    """List up to `count` ids whose names `text` may be a slip of, best first."""
    asked = _plain(text)
    scored = [(_likeness(asked, name), term) for name, term in _names(kind).items()]
    ranked = sorted(scored, key=lambda pair: -pair[0])
    found = dict.fromkeys(term for likeness, term in ranked if likeness >= CLOSE)
    return tuple(found)[:count]


def _likeness(asked: str, name: str) -> float:
    joined = name.replace("_", "")
    if asked and asked in name.split("_"):
        return CLOSE
    return max(SequenceMatcher(None, asked, one).ratio() for one in {name, joined})


@lru_cache(maxsize=8192)
def camera_move(text: str) -> str:
    """Find the camera id that free text means, by its longest telling phrase; "" when nothing in it tells.

    An id, label or synonym of the vocabulary gives its own id.
    """
    known = resolve("camera", text)
    if known is not None:
        return known
    words = unicodedata.normalize("NFKC", text).casefold()
    found = max(_told(words), default=(0, 0, ""))
    return found[2]


def _told(words: str) -> Iterator[tuple[int, int, str]]:
    for term in vocabulary()["camera"].values():
        for hint in term.hints:
            place = _place(hint, words)
            if place >= 0:
                yield (_weight(hint), -place, term.id)


def _place(hint: str, words: str) -> int:
    if not hint.isascii():
        return words.find(hint)
    found = re.search(rf"(?<![a-z]){re.escape(hint)}(?![a-z])", words)
    return found.start() if found else -1


def _weight(hint: str) -> int:
    return len(hint) if hint.isascii() else 4 * len(hint)


def positive(shot: Shot) -> str:
    """Compose what a generator is asked for; `shot.prompt` replaces it all, word for word.

    The order is scene, camera, motion, style, lighting, look: the subject first, where models weigh words most.
    """
    if shot.prompt is not None:
        return shot.prompt
    parts = (
        shot.scene,
        _words("camera", shot.camera),
        _words("motion", shot.motion.type),
        shot.motion.details,
        _words("style", shot.look.style),
        _words("lighting", shot.look.lighting),
        shot.look.prompt,
    )
    return ", ".join(part for part in (one.strip().rstrip(".,;。、") for one in parts) if part)


def negative(shot: Shot) -> str:
    """Give what must not be seen, from the shot's look."""
    return shot.look.negative


def _words(kind: Kind, text: str) -> str:
    term = vocabulary()[kind].get(resolve(kind, text) or "") if text else None
    return term.prompt if term else text


def is_japanese(text: str) -> bool:
    """Tell whether a text has letters of Japanese; ideographs count, which Chinese shares."""
    return any("\u3040" <= one <= "\u30ff" or "\u4e00" <= one <= "\u9fff" for one in text)
