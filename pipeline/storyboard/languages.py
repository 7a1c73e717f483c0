"""Words given once, or once a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import one_of

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language the film speaks, and `home`: the one that words without a language are in."""

    film: str
    home: str


def of_language(by_language: Mapping[str, Said], language: str) -> Said | None:
    """Give what is said in a language; `pt` will do for `pt-BR` and the other way round."""
    folded = {key.casefold(): said for key, said in by_language.items()}
    exact = folded.get(language.casefold())
    if exact is not None:
        return exact
    wanted = language.casefold().partition("-")[0]
    return next((said for key, said in folded.items() if key.partition("-")[0] == wanted), None)


def written_at(value: Any, said: Any, path: str) -> str:
    """Give the path of what is said: below its language, where languages are written."""
    if not isinstance(value, dict):
        return path
    return next((f"{path}.{key}" for key, one in value.items() if one == said), path)


def missing_language(what: str, by_language: Mapping[str, Any], language: str) -> str:
    """Say that there is nothing in a language, and in which there is."""
    there = f"; there is {one_of(by_language)}" if by_language else ""
    return f"no {what} in {language}{there}. Add `{language}:` to it"


def text_for(value: Any, path: str, tongue: Tongue, ledger: Ledger) -> str:
    """Give a text in the film's language; one written without a language serves every film."""
    if not isinstance(value, dict):
        return str(value or "")
    told = of_language(value, tongue.film)
    if told is None:
        ledger.wrong(path, missing_language("text", value, tongue.film))
    return told or ""
