"""Ids, and shots that hang on others: each is there, and none hangs on itself in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.model import Shot
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import missing_name

Board = Mapping[str, Any]


def check_ids(written: Sequence[tuple[int, Board]], ledger: Ledger) -> None:
    """Note every id that is there twice, whatever its case."""
    first: dict[str, int] = {}
    for index, data in written:
        if "id" in data:
            shot = str(data["id"])
            before = first.setdefault(shot.casefold(), index)
            if before != index:
                line, _ = ledger.places.of(f"shots[{before}].id")
                ledger.wrong(
                    f"shots[{index}].id", f"{shot} is already the id of the shot in line {line}; ids are unique"
                )


def check_chains(shots: Sequence[Shot], places: Mapping[str, int], skipped: frozenset[str], ledger: Ledger) -> None:
    """Note every shot that continues none, one that is skipped, or in the end itself."""
    for shot in shots:
        if shot.continues is None:
            continue
        path = f"shots[{shot.index}].continues"
        if shot.continues in skipped:
            ledger.wrong(path, f"shot {shot.continues} is skipped, so it has no last frame to go on from")
        elif shot.continues == shot.id:
            ledger.wrong(path, "a shot cannot continue itself")
        elif shot.continues not in places:
            ledger.wrong(path, missing_name("shot", shot.continues, places))
    for circle in _circles(shots, places):
        chain = " -> ".join([*circle, circle[0]])
        ledger.wrong(
            f"shots[{shots[places[circle[0]]].index}].continues", f"shots continue each other in a circle: {chain}"
        )


def _circles(shots: Sequence[Shot], places: Mapping[str, int]) -> list[list[str]]:
    """Find the circles of `continues`, each once, from its first shot in the film on; a shot alone is none."""
    circles: list[list[str]] = []
    done: set[str] = set()
    for shot in shots:
        walk: dict[str, int] = {}
        here: str | None = shot.id
        while here is not None and here in places and here not in done and here not in walk:
            walk[here] = len(walk)
            here = shots[places[here]].continues
        if here in walk and len(walk) - walk[here] > 1:
            circles.append(list(walk)[walk[here] :])
        done.update(walk)
    return circles


def as_used(shots: Sequence[Shot], written: Mapping[str, Mapping[str, Any]]) -> list[Shot]:
    """Give shots that show another's take that one's look, unless their own or their sequence's is written."""
    by_id = {shot.id: shot for shot in shots}
    return [
        replace(shot, look_name=by_id[shot.use.shot].look_name)
        if shot.use is not None and shot.use.shot in by_id and not {"look", "sequence"} & written[shot.id].keys()
        else shot
        for shot in shots
    ]


def check_uses(shots: Sequence[Shot], places: Mapping[str, int], skipped: frozenset[str], ledger: Ledger) -> None:
    """Note every `use` of a shot that has no takes of its own."""
    for shot in shots:
        if shot.use is None:
            continue
        path, other = f"shots[{shot.index}].use.shot", shot.use.shot
        if other == shot.id:
            ledger.wrong(path, "a shot cannot use itself")
        elif other in skipped:
            ledger.wrong(path, f"shot {other} is skipped, so it has no take to use; take `skip` out of it")
        elif other not in places:
            ledger.wrong(path, missing_name("shot", other, places))
        elif shots[places[other]].use is not None:
            source = shots[places[other]].use
            ledger.wrong(path, f"shot {other} itself shows a take of {source.shot if source else other}; use that one")
