"""A shot list as a spreadsheet saves it: commas, semicolons or tabs, headings somewhere near the top."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.errors import ProducerError
from pipeline.importing.headings import columns, known
from pipeline.importing.listed import MOST_COLUMNS, MOST_SHOTS, Listed, row
from pipeline.importing.wording import empty, line

DELIMITERS = "\t;,"
HEAD_ROWS = 20
"""Rows among which the headings are looked for; lists often begin with the film's name and the crew."""

MOST_CELL = 100_000
SUMS = re.compile(r"(?:grand )?total|sum|合計|総計|総尺|計|subtotal|小計", re.IGNORECASE)


def table(path: Path, text: str, wanted: Mapping[str, str]) -> Listed:
    """Read a table into rows by the parts of a shot.

    Raises:
        ProducerError: quotes that never end, too many rows, no heading that is known.
    """
    rows = _rows(path, text)
    head = _head(path, rows, wanted)
    headings = [line(cell) for cell in rows[head][1]]
    below = [(number, cells) for number, cells in rows[head + 1 :] if any(not empty(cell) for cell in cells)]
    found = columns(headings, [cells for _, cells in below], wanted)
    shots = [(number, cells) for number, cells in below if not SUMS.fullmatch(next(filter(None, map(line, cells)), ""))]
    notes = found.told()
    kept = {number for number, _ in shots}
    notes += [f"line {number} is a sum, not a shot" for number, _ in below if number not in kept]
    title, above = _above(rows[:head])
    return Listed(
        title=title or line(path.stem),
        rows=tuple(row(f"line {number}", cells, headings, found.keys) for number, cells in shots),
        notes=(*notes, *above),
    )


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Split a table into (line, cells), bounded before it fills the memory."""
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[int, list[str]]] = []
    began = 1
    try:
        for cells in reader:
            rows.append((began, [cell.strip() for cell in cells[:MOST_COLUMNS]]))
            began = reader.line_num + 1
            if len(rows) > MOST_SHOTS + HEAD_ROWS:
                raise ProducerError(
                    f"{path.name} has more than {MOST_SHOTS} rows: no shot list", cure="import a part of it"
                )
    except csv.Error as failure:
        what = "a quotation mark never ends" if "unexpected end" in str(failure) else str(failure)
        raise ProducerError(
            f"{path.name}:{began}: the row that begins here cannot be read: {what}",
            cure="mend its quotation marks, or save the sheet again as CSV",
        ) from failure
    return rows


def _delimiter(text: str) -> str:
    """Find what stands between cells: what splits the first rows most, and into the same number of cells."""
    lines = [one for one in text[:20_000].split("\n")[:HEAD_ROWS] if one.strip()]
    return max(DELIMITERS, key=lambda sign: _evenness([_outside_quotes(one).count(sign) for one in lines]))


def _outside_quotes(row: str) -> str:
    return re.sub(r'"[^"]*"?', "", row)


def _evenness(counts: Sequence[int]) -> tuple[int, int]:
    filled = [count for count in counts if count]
    usual = max(set(filled), key=filled.count) if filled else 0
    return filled.count(usual) * min(usual, 5), usual


def _head(path: Path, rows: Sequence[tuple[int, list[str]]], wanted: Mapping[str, str]) -> int:
    """Find the row of headings: the one among the first with the most that are known."""
    asked = {line(one).casefold() for one in wanted}
    scores = [
        sum(bool(known(line(cell))) or line(cell).casefold() in asked for cell in cells)
        for _, cells in rows[:HEAD_ROWS]
    ]
    best = max(range(len(scores)), key=lambda place: (scores[place], -place))
    if not scores[best]:
        first = next((cells for _, cells in rows if any(cells)), [])
        there = ", ".join(filter(None, map(line, first)))[:200]
        raise ProducerError(
            f"{path.name}: no column has a name that is known ({there})",
            cure='say what one is: --map "Column=scene"',
        )
    return best


def _above(rows: Sequence[tuple[int, list[str]]]) -> tuple[str, list[str]]:
    """Take the film's name from above the headings, where a row holds one text alone; tell what else stood there."""
    filled = [(number, [line(cell) for cell in cells if line(cell)]) for number, cells in rows]
    titles = [cells[0] for _, cells in filled if len(cells) == 1]
    other = [f"line {number} was not read: {', '.join(cells)[:80]}" for number, cells in filled if cells]
    return (titles[0], [one for one in other if titles[0][:80] not in one]) if titles else ("", other)
