"""The cast: descriptions that stand verbatim wherever `{name}` or `{name.variant}` is written."""

import re
from collections.abc import Mapping
from typing import Any

from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import missing_name

MOST_CHARACTERS = 20_000
"""Of a text with its descriptions put in."""

_NAME = re.compile(r"\{([^{}.\s|]{1,64}(?:\.[^{}.\s|]{1,64})?)\}")


class Cast:
    """Speaks names as descriptions: a class because shots share what is known of the names."""

    def __init__(self, cast: Mapping[str, Any], ledger: Ledger) -> None:
        self.descriptions = dict(_descriptions(cast))
        self._ledger = ledger

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


def _descriptions(cast: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, entry in cast.items():
        if not isinstance(entry, dict):
            continue
        found.append((name, str(entry.get("description", ""))))
        variants = entry.get("variants")
        for variant, below in variants.items() if isinstance(variants, dict) else ():
            if isinstance(below, dict):
                found.append((f"{name}.{variant}", str(below.get("description", ""))))
    return found
