"""Small things that every part of the dailies page is made of."""

from collections.abc import Iterable
from urllib.parse import quote

from pipeline.deliver.facts import ShotFacts
from pipeline.deliver.markup import Html, el


def anchor(shot: str) -> str:
    """Give the id of a shot's place on the page."""
    return f"shot-{quote(shot, safe='')}"


def why_missing(shot: ShotFacts) -> str:
    """Say why a shot is missing, as a sentence."""
    reason = (shot.reason or shot.why).strip()
    return f"{reason[0].upper()}{reason[1:]}" if reason else "It was not made yet."


def definitions(rows: Iterable[tuple[str, str | Html]]) -> Html:
    """Give a list of names and values; rows without a value are left out."""
    return el("dl", *(el("div", el("dt", name), el("dd", value)) for name, value in rows if value))


def command(line: str) -> Html:
    """Give a command to copy."""
    return el("div", el("code", line, translate="no"), class_="command")
