"""What producers picked in a studio, and what they left behind: read from the scores.json of every film's shots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.deliver import facts_takes, json_values


@dataclass(frozen=True, slots=True)
class Picked:
    """One pick: the terms of the take picked, and of each other take that no gate rejected."""

    terms: Mapping[str, float]
    others: tuple[Mapping[str, float], ...]


def picked(studio: Path, scorer: int) -> Iterator[Picked]:
    """Give every pick among two takes or more that this version of the scorer has measured, films in order."""
    for path in sorted(studio.glob(f"*/shots/*/{facts_takes.SCORES}")):
        shot = path.parent
        scores = facts_takes.read_scores(shot)
        if scores.get("by") != "producer" or json_values.whole(scores.get("scorer")) != scorer:
            continue
        takes = {one.number: one for one in facts_takes.takes(shot, "", scores) if one.terms}
        chosen = takes.pop(json_values.whole(scores.get("chosen")) or 0, None)
        others = tuple(one.terms for one in takes.values() if not one.rejected)
        if chosen and others:
            yield Picked(chosen.terms, others)
