"""Words of the vocabulary and names of the producer's own, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline import prompts
from pipeline.prompts import Kind
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import did_you_mean, missing_name, one_of, short

_SINGLE_WORD = re.compile(r"[A-Za-z0-9_\-]+")
STRICT: frozenset[Kind] = frozenset(("camera", "motion", "transition"))
"""Kinds whose single words must be known; a single word of style or lighting may be one's own."""


@dataclass(slots=True)
class Names:
    """Looks words up, each once a storyboard."""

    ledger: Ledger
    _known: dict[tuple[Kind, str], tuple[str, str]] = field(default_factory=dict)

    def term(self, kind: Kind, text: object, path: str) -> str:
        """Give the id that `text` means, or the text itself where a description of one's own will do.

        A single word that is no id is a problem: it is a slip, or says too little.
        """
        if not isinstance(text, str):
            return ""
        key = (kind, text)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _look_up(kind, text)
        if known[1]:
            self.ledger.wrong(path, known[1])
        return known[0]

    def own(self, what: str, name: object, known: Mapping[str, object], path: str) -> str:
        """Give `name` when the storyboard has it, else note the problem and give ""."""
        if name is None:
            return ""
        if str(name) in known:
            return str(name)
        self.ledger.wrong(path, missing_name(what, str(name), known))
        return ""


def _look_up(kind: Kind, text: str) -> tuple[str, str]:
    """Give the word to use and, when it will not do, why."""
    known = prompts.resolve(kind, text)
    if known is not None:
        return known, ""
    if len(text.split()) > 1 and kind != "transition":
        return text.strip(), ""
    near = prompts.nearest(kind, text)
    if not near and (kind not in STRICT or (not _SINGLE_WORD.fullmatch(text) and kind != "transition")):
        return text.strip(), ""
    if near:
        return "", f'"{short(text)}" is no {kind}{did_you_mean(near)}'
    phrase = "" if kind == "transition" else "; or describe it in several words"
    return "", f'"{short(text)}" is no {kind}; there are {one_of(prompts.vocabulary()[kind])}{phrase}'
