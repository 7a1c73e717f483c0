"""`dailies score`: the scorer alone, on any video files."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app, err, out
from pipeline.errors import MediaInvalid
from pipeline.model import Card

if TYPE_CHECKING:
    from rich.table import Table

Clips = Annotated[list[Path], typer.Argument(metavar="CLIP...", help="Video files to compare.", show_default=False)]


class Asked(StrEnum):
    """Amounts of motion, as a storyboard says them."""

    static = "static"
    low = "low"
    medium = "medium"
    high = "high"


@app.command()
def score(
    clips: Clips,
    motion: Annotated[Asked | None, typer.Option(help="How much motion was asked for.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Measure clips and rank them: score, gates that struck, and what costs each clip most.

    Example: dailies score take_1.mp4 take_2.mp4 --motion medium
    """
    from pipeline.score import rank

    cards, problems = _measured(list(dict.fromkeys(clips)), motion)
    order = rank(cards)
    if as_json:
        rows = [_values(clip, cards[clip], place) for place, clip in enumerate(order, start=1)]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif cards:
        out.print(_table(order, cards))
    for problem in problems:
        err.print(str(problem), style="red", markup=False)
    if problems:
        raise typer.Exit(2)


def _measured(clips: list[Path], motion: Asked | None) -> tuple[dict[Path, Card], list[MediaInvalid]]:
    """Measure what can be measured, and gather every problem instead of stopping at the first."""
    from pipeline.score import measure

    cards: dict[Path, Card] = {}
    problems: list[MediaInvalid] = []
    for clip in clips:
        try:
            cards[clip] = measure(clip, motion.value if motion else None).card
        except MediaInvalid as failure:
            problems.append(failure)
    return cards, problems


def _values(clip: Path, card: Card, place: int) -> dict[str, Any]:
    return {
        "clip": str(clip),
        "score": card.score,
        "rejected": [one.gate for one in card.rejected],
        "features": dict(card.features),
        "rank": place,
        "terms": dict(card.terms),
        "costs": dict(card.costs),
        "reasons": [asdict(one) for one in card.rejected],
        "worst": [asdict(one) for one in card.worst],
    }


def _table(order: list[Path], cards: dict[Path, Card]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from pipeline.choose import worst_term

    table = Table(box=None, header_style="bold")
    for head, width in (("rank", 4), ("clip", 16), ("score", 5), ("rejected", 16), ("what costs it most", 18)):
        table.add_column(head, min_width=width, overflow="fold")
    for place, clip in enumerate(order, start=1):
        card = cards[clip]
        gates = "; ".join(one.reason for one in card.rejected)
        cells = (str(place), str(clip), f"{card.score:.3f}", gates, worst_term(card))
        table.add_row(*(Text(cell, style="red" if card.rejected else "") for cell in cells))
    return table
