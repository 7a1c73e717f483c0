"""The cast: descriptions that stand verbatim wherever `{name}` or `{name.variant}` is written, and what comes along."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.storyboard.assets import Assets
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.likeness import Likeness, joined, likeness
from pipeline.storyboard.words import missing_name

MOST_CHARACTERS = 20_000
"""Of a text with its descriptions put in."""

_NAME = re.compile(r"\{([^{}.\s|]{1,64}(?:\.[^{}.\s|]{1,64})?)\}")


class Cast:
    """Speaks names as descriptions: a class because shots share what is known of the names."""

    def __init__(self, cast: Mapping[str, Any], assets: Assets, ledger: Ledger) -> None:
        self.descriptions: dict[str, str] = {}
        self._likenesses: dict[str, Likeness] = {}
        self._assets = assets
        self._ledger = ledger
        for name, entry in _mappings(cast):
            own = self._add(name, entry, f"cast.{name}", Likeness())
            for variant, below in _mappings(entry.get("variants")):
                self._add(f"{name}.{variant}", below, f"cast.{name}.variants.{variant}", own)

    def _add(self, name: str, entry: Mapping[str, Any], path: str, usual: Likeness) -> Likeness:
        self.descriptions[name] = str(entry.get("description", ""))
        self._likenesses[name] = likeness(entry, path, usual, self._assets, self._ledger)
        return self._likenesses[name]

    def likeness(self, texts: Iterable[str]) -> Likeness:
        """Give weights and pictures of those named in texts, in the order of their names."""
        names = (name for text in texts if "{" in text for name in _NAME.findall(text))
        return joined(self._likenesses[name] for name in names if name in self._likenesses)

    def speak(self, text: str, path: str) -> str:
        """Put descriptions in the place of names; a name nobody has is a problem."""
        if "{" not in text:
            return text
        names = _NAME.findall(text)
        for name in dict.fromkeys(names):
            if name not in self.descriptions:
                self._ledger.wrong(path, missing_name("one in the cast", name, self.descriptions))
        if sum(len(self.descriptions.get(name, "")) for name in names) > MOST_CHARACTERS:
            self._ledger.wrong(
                path, f"with its descriptions put in this is over {MOST_CHARACTERS} characters; say less"
            )
            return text
        return _NAME.sub(lambda found: self.descriptions.get(found[1], found[0]), text)


def _mappings(named: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    pairs = named.items() if isinstance(named, dict) else ()
    return ((name, entry) for name, entry in pairs if isinstance(entry, dict))
