"""From a file of any kind that is known to the text of a storyboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.errors import ProducerError
from pipeline.importing.drafting import draft
from pipeline.importing.guide import guide
from pipeline.importing.reading import read
from pipeline.importing.table import table
from pipeline.importing.writing import written

USUAL_RATE = Fraction(24)


@dataclass(frozen=True, slots=True)
class Imported:
    """A storyboard's text, and what the producer should know: columns used, words not known, lengths that differ."""

    text: str
    notes: tuple[str, ...]


def imported(path: Path, wanted: Mapping[str, str], rate: Fraction = USUAL_RATE, name: str = "film.yaml") -> Imported:
    """Read a JSON storyboard, or a table of shots, into the text of a storyboard to be called `name`.

    `wanted` says which part of a shot a column is, heading to key; timecode counts frames of `rate`, the film's rate.

    Raises:
        ProducerError: the file cannot be read, is no shot list, or `wanted` asks for what is not there.
    """
    text = read(path)
    is_json = path.suffix.lower() == ".json" or text.lstrip()[:1] in ("{", "[")
    listed = (guide if is_json else table)(path, text, wanted)
    if not listed.rows:
        raise ProducerError(f"{path.name} has headings and no shots", cure="is this the right file?")
    made = draft(listed, rate)
    told = [f"{shot.values['id']}: {comment}" for shot in made.shots for comment in shot.comments]
    return Imported(written(made, name), (*listed.notes, *made.comments, *told))
