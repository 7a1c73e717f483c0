"""A night in words: its headline, its day, titles that can be told apart, failures that share a reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.deliver import words
from pipeline.deliver.night_facts import Failure, Night, NightFilm


def told_apart(films: Sequence[NightFilm]) -> tuple[NightFilm, ...]:
    """Put its folder's name behind the title of a film where another one has the same title."""
    titles = Counter(film.title for film in films)
    return tuple(replace(one, title=f"{one.title} ({one.name})") if titles[one.title] > 1 else one for one in films)


def headline(night: Night) -> str:
    """Say the night in one line: `Night of 28 November: 3 films, 2 complete; 14 of 60 shots missing; $0.00; ...`."""
    films = f"{words.plural(len(night.films), 'film')}, {night.complete} complete" if night.films else "no films"
    films += f", {night.paused} paused" if night.paused else ""
    shots = f"{night.shots_missing} of {words.plural(night.shots, 'shot')} missing" if night.shots_missing else ""
    ended = f"ended at {night.local(night.ended):%H:%M} ({night.ended_because})"
    parts = [films, shots or ("no shots missing" if night.films else ""), f"${night.usd:,.2f}", ended]
    return f"Night of {day(night)}: {'; '.join(part for part in parts if part)}"


def day(night: Night) -> str:
    """Name the date on which the night began: `28 November`."""
    return f"{night.began.day} {night.began:%B}"


def grouped(failures: Sequence[Failure]) -> dict[str, list[str]]:
    """Give the shots by the reason they share, most shots first: sixty shots often fail for one reason."""
    found: dict[str, list[str]] = {}
    for one in failures:
        found.setdefault(one.reason, []).append(one.shot)
    return dict(sorted(found.items(), key=lambda one: -len(one[1])))
