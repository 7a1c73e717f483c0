"""Ids that a storyboard allows, made from whatever a shot or a picture is called."""

import re
import unicodedata
from dataclasses import dataclass, field

MOST = 56
"""Letters of an id; a storyboard allows 64, the rest is for making it unique."""


@dataclass(slots=True)
class Ids:
    """Gives each shot an id of its own: a class because every id depends on those given before."""

    _given: set[str] = field(default_factory=set)

    def legal(self, name: str, number: int, *, small: bool = False) -> str:
        """Make an id of letters, digits, `-` and `_` from a name, else from its number; unique whatever the case.

        `small` makes it of small letters, digits and `_`.
        """
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        if small:
            plain = plain.lower().replace("-", "_")
        base = re.sub(r"[^A-Za-z0-9-]+", "_", plain).strip("_-")[:MOST] or f"shot_{number:02d}"
        one, count = base, 1
        while one.casefold() in self._given:
            count += 1
            one = f"{base}_{count}"
        self._given.add(one.casefold())
        return one
