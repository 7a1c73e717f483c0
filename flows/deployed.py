"""What `dailies serve` tells the runs it starts, through their environment: where the crew is, and the house rules."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

GIB = 1 << 30

ROUND = 1000
"""Priorities between two rounds of a night: more than there are films in a queue."""

_NAMES = {
    "crew": "DAILIES_CREW",
    "films": "DAILIES_FILMS_URL",
    "floor": "DAILIES_DISK_FLOOR",
    "deadline": "DAILIES_TAKE_DEADLINE",
    "approval": "DAILIES_APPROVAL_HOURS",
}


@dataclass(frozen=True, slots=True)
class House:
    """The rules of the house.

    `crew` is the address of the workers' scheduler, empty where takes are made by the run itself; `films` the address
    under which the studio's films can be looked at, or empty. `floor`: bytes that stay free on the studio's disk;
    `deadline`: seconds one take may take; `approval`: hours a person may take to answer.
    """

    crew: str = ""
    films: str = ""
    floor: int = 2 * GIB
    deadline: float = 7200.0
    approval: float = 12.0

    def environment(self) -> dict[str, str]:
        """Give what a run's process is started with."""
        return {variable: str(getattr(self, name)) for name, variable in _NAMES.items()}


def house(environment: Mapping[str, str] = os.environ) -> House:
    """Read the rules of the house; outside `dailies serve` they are the usual ones."""
    known = {name: environment[variable] for name, variable in _NAMES.items() if environment.get(variable)}
    usual = House()
    return House(
        known.get("crew", ""),
        known.get("films", ""),
        int(known.get("floor", usual.floor)),
        float(known.get("deadline", usual.deadline)),
        float(known.get("approval", usual.approval)),
    )


def deadline(until: datetime | None, *, again: bool) -> datetime | None:
    """Give the time after which no take is begun; a person who presses Retry after it wants it made all the same."""
    return None if until is None or (again and datetime.now(UTC) > until) else until


def epoch(moment: datetime | None) -> float | None:
    """Give a moment in seconds since 1970, as the crew counts."""
    return moment.timestamp() if moment else None


def link(studio: Path, path: Path) -> str:
    """Give the address under which a file of the studio can be looked at; empty where nobody serves it."""
    films = house().films
    if not films:
        return ""
    return f"{films}/{quote(path.absolute().relative_to(studio.absolute()).as_posix())}"
