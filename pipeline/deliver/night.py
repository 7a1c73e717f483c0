"""The summary of a night of `dailies serve --nightly`: one page, one text for the UI, one file for programs.

    <studio>/nights/2026-11-28/{summary.json, summary.md, index.html}     a second night of that date: 2026-11-28-2
    <studio>/nights/latest -> 2026-11-28

summary.json, which `--notify` also sends. Times are ISO with the offset of the night's time zone. The paths of a film
are below the studio, and null where there is no such file:

    kind            "night/1"
    headline        the night in one line
    began, ended    when
    until           the deadline, or null
    ended_because   "done", "deadline" or "stopped"
    seconds         from began to ended
    page            the path of index.html, or null
    films_complete  how many of the films have every shot
    shots, shots_missing, takes_made, takes_wanted, takes_left, usd     the sums of all films; nothing is missing of a
                    film that is paused
    workers         sentences: what became of workers that were taken out
    films           a list, in the order of the queue:
        name, title, board    its folder's name, its title, the path of its storyboard
        status                "complete", "incomplete" (slates stand in) or "not_made" (there is no film)
        told                  the status as a sentence
        error                 what kept it from being made or made anew, or ""
        folder, film, page    its folder, film.mp4 and dailies.html
        rounds                rounds of takes that were finished
        takes_made            takes made this night
        takes_wanted          takes its storyboard asks for
        takes_left            those of them that are still to be made
        remade                cuts made this night
        seconds, usd          work and money of this night
        usd_so_far            money for all takes that its manifest knows
        shots, shots_missing  how many; of a film that is not made, all are missing
        frames, fps           the film's length, 0 and null without one
        length_seconds        the same in seconds, or null
        score                 the mean score of the takes in the film, or null
        weakest               the shot whose take has the lowest score, or null
        rerun                 the command that makes all that is missing
        failures              a list: first the missing shots, then takes of shots that have others:
            shot, take            its id; the take's number, or null where the whole shot is missing
            reason                why, as a sentence
            rerun                 the command that makes it again
            retry                 what to press in the UI
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.deliver import night_page, report, words
from pipeline.deliver.folder import as_json, link, rate_text
from pipeline.deliver.night_facts import WHY_ENDED, Failure, Night, NightFilm, night_film
from pipeline.deliver.night_words import headline, told_apart
from pipeline.store import make_folder, refused, write_whole

__all__ = ["Failure", "Night", "NightFilm", "as_values", "headline", "markdown", "night_film", "told_apart", "write"]

NIGHTS, LATEST = "nights", "latest"
"""Folder of the summaries in a studio; the link in it to the newest."""

Link = Callable[[str], str | None]
"""From a path below the studio to an address, or None where nothing serves it."""

_SPECIAL = re.compile(r"([\\`*\[\]<>|~&])|(?<![^\W_])_|_(?![^\W_])|^[#+-]")
"""What means something in Markdown; an underscore inside a word does not."""


def as_values(night: Night, page: str | Path = "") -> dict[str, Any]:
    """Give the night as JSON values; every key is told at the top of this file."""
    films = [_film_values(film) for film in night.films]
    return {
        "kind": "night/1",
        "headline": headline(night),
        "began": _iso(night, night.began),
        "ended": _iso(night, night.ended),
        "until": _iso(night, night.until) if night.until else None,
        "ended_because": night.ended_because,
        "seconds": round(night.seconds, 1),
        "page": str(page) or None,
        "films_complete": night.complete,
        "shots": night.shots,
        "shots_missing": night.shots_missing,
        **{name: sum(film[name] for film in films) for name in ("takes_made", "takes_wanted", "takes_left")},
        "usd": round(night.usd, 4),
        "workers": list(night.workers),
        "films": films,
    }


def _film_values(film: NightFilm) -> dict[str, Any]:
    cut, rate, length, score = film.film, film.film and film.film.rate, film.length, film.score
    return {
        "name": film.name,
        "title": film.title,
        "board": film.board,
        "status": film.status,
        "told": film.told,
        "error": film.kept,
        "folder": film.name if film.folder.is_dir() else None,
        "film": film.below("film.mp4"),
        "page": film.below(report.PAGE),
        "rounds": film.rounds,
        "takes_made": film.takes_made,
        "takes_wanted": film.takes_wanted,
        "takes_left": film.takes_left,
        "remade": film.remade,
        "seconds": round(film.seconds, 1),
        "usd": round(film.usd, 4),
        "usd_so_far": round(film.usd_so_far, 4),
        "shots": film.shots,
        "shots_missing": film.shots_missing,
        "frames": cut.frames if cut else 0,
        "fps": rate_text(rate) if rate else None,
        "length_seconds": None if length is None else round(length, 3),
        "score": None if score is None else round(score, 4),
        "weakest": next(iter(film.scores), None),
        "rerun": film.rerun,
        "failures": [asdict(one) for one in film.failures],
    }


def _iso(night: Night, moment: Any) -> str:
    return str(night.local(moment).isoformat(timespec="seconds"))


# ---------------------------------------------------------------- Markdown


def markdown(night: Night, address: Link) -> str:
    """Give the night as GitHub's Markdown, for an artifact in the UI; every word of a producer's in it is escaped."""
    parts = [f"## {plain(headline(night))}", _when(night)]
    if night.films:
        parts.append(_films(night, address))
    parts += [_failed(film) for film in night.films if (film.failures or film.status == "not_made") and not film.paused]
    if night.workers:
        parts.append("### Workers\n\n" + "\n".join(f"- {plain(one)}" for one in night.workers))
    return "\n\n".join(parts) + "\n"


def _when(night: Night) -> str:
    began, ended = (f"{night.local(one):%H:%M}" for one in (night.began, night.ended))
    why = WHY_ENDED[night.ended_because]
    return plain(f"From {began} to {ended} {night.began:%Z} ({words.duration(night.seconds)}): {why}.")


def _films(night: Night, address: Link) -> str:
    rows = [
        (
            plain(film.title),
            plain(film.told),
            words.duration(film.length) if film.length is not None else "",
            film.takes,
            words.money(film.usd),
            _links(film, address),
        )
        for film in night.films
    ]
    return _table(("Film", "How it stands", "Length", "Takes", "Cost", "See"), rows)


def _links(film: NightFilm, address: Link) -> str:
    told = []
    for name, path in (("film", film.below("film.mp4")), ("dailies", film.below(report.PAGE))):
        found = address(path) if path else None
        if found:
            told.append(f"[{name}](<{quote(found, safe='/:?#[]@!$&*+,;=%~')}>)")
    return " ".join(told)


def _failed(film: NightFilm) -> str:
    """Tell a film's failures; commands stand in a fence, which may hold any character."""
    commands = [film.rerun, *dict.fromkeys(one.rerun for one in film.failures)]
    fence = "`" * max(3, 1 + max(len(run) for run in re.findall("`*", "".join(commands))))
    rows = [(plain(_what(one)), plain(one.reason), plain(one.retry)) for one in film.failures]
    parts = [f"### {plain(film.title)}", plain(film.told)]
    if rows:
        parts.append(_table(("Shot", "Why", "In the UI"), rows))
    told = "Make all of it again, or one shot:" if film.failures else "Make it:"
    return "\n\n".join([*parts, told, f"{fence}sh\n" + "\n".join(commands) + f"\n{fence}"])


def _what(one: Failure) -> str:
    return one.shot if one.take is None else f"{one.shot}, take {one.take} (the shot has another)"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def plain(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line, also inside a table."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))


# ---------------------------------------------------------------- on disk


def write(studio: Path, night: Night) -> Path:
    """Write the night's folder and make `latest` lead to it; give its whole path.

    Raises:
        OperatorError: the disk refuses.
    """
    nights = make_folder(studio.absolute() / NIGHTS)
    try:
        place = _opened(nights, f"{night.began:%Y-%m-%d}")
        page = place / night_page.PAGE
        told = {
            "summary.json": as_json(as_values(night, page)),
            "summary.md": markdown(night, lambda path: f"../../{quote(path, errors='replace')}"),
            page.name: night_page.page(night),
        }
        for name, text in told.items():
            write_whole(place / name, text.encode("utf-8", "replace"))
        link(place, nights / LATEST)
    except OSError as failure:
        raise refused(failure, nights) from failure
    return place


def _opened(nights: Path, name: str) -> Path:
    """Make the folder of a night; two that end at once get one each."""
    number = 1
    while True:
        place = nights / (name if number == 1 else f"{name}-{number}")
        try:
            place.mkdir()
        except FileExistsError:
            number += 1
        else:
            return place
