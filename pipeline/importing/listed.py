"""A shot list as it was read, before it is a storyboard: texts by the part of a shot that they are for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.importing.wording import empty

MOST_SHOTS = 2000
"""Of one film; a list of more is something else."""

MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One shot as it was written: where, cells by key (`headings.parts`), and what has no key, with its heading."""

    place: str
    cells: Mapping[str, str]
    other: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A whole list: its title, its rows, the length that it asks for, and what was noted while it was read."""

    title: str
    rows: tuple[Row, ...]
    target: str = ""
    notes: tuple[str, ...] = ()


def row(place: str, cells: Sequence[str], headings: Sequence[str], keys: Mapping[int, str]) -> Row:
    """Sort the cells of one shot by key; empty ones are left out."""
    filled = {number: cell for number, cell in enumerate(cells) if not empty(cell)}
    named = {keys[number]: cell for number, cell in filled.items() if number in keys}
    other = tuple((_heading(headings, number), cell) for number, cell in filled.items() if number not in keys)
    return Row(place, named, other)


def _heading(headings: Sequence[str], number: int) -> str:
    return (headings[number] if number < len(headings) else "")[:60] or f"column {number + 1}"
