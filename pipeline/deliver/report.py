"""The dailies page: what was made last night, shown to a person who looks at pictures.

One static file, dailies.html; beside it lie the clips and the sheets it shows. It asks nothing of the network.
"""

import base64
import hashlib
from importlib.resources import files
from pathlib import Path

from pipeline.deliver import facts, page_desk, page_foot, page_shot, words
from pipeline.deliver.commands import Commands
from pipeline.deliver.facts import FilmFacts, ShotFacts
from pipeline.deliver.markup import Html, el, said, strip_style, url
from pipeline.deliver.page_parts import anchor, definitions, why_missing
from pipeline.store import write_whole

PAGE = "dailies.html"
SCRIPTS = ("page.js", "page_plots.js", "page_compare.js", "page_picks.js", "page_filter.js", "page_keys.js")
"""The page's script, in parts."""


def report(folder: Path) -> Path:
    """Write dailies.html into a film's folder, whole, from what lies there; give its path.

    Raises:
        ProducerError: the film was not rendered yet.
    """
    film = facts.read(folder)
    write_whole(folder / PAGE, page(film))
    return folder / PAGE


def page(film: FilmFacts) -> str:
    """Give the whole page as HTML; every word of the producer's in it is escaped."""
    style, script = _asset("page.css"), "".join(map(_asset, SCRIPTS))
    commands = Commands(film)
    body = el(
        "body",
        el("a", "Skip to the shots", class_="skip", href="#shots"),
        _top(film),
        el(
            "main",
            _attention(film),
            _timeline(film),
            page_foot.versions(film),
            page_desk.bar(film),
            _shots(film, commands),
            page_desk.hand_in(film, commands),
            id="main",
        ),
        page_foot.foot(film, commands),
        page_desk.keys(),
        el("script", Html(script)),
        style=_ratio(film),
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="dark"),
        el("title", f"{film.title} - dailies"),
        el("style", Html(style)),
    )
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _asset(name: str) -> str:
    return (files("pipeline.deliver") / name).read_text("utf-8")


def _policy(script: str) -> str:
    """Give the content security policy: pictures and clips beside the page, its own script, nothing else."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src 'self' file: data:; media-src 'self' file:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _ratio(film: FilmFacts) -> str:
    return f"--ratio:{film.size.width}/{film.size.height}" if film.size else "--ratio:16/9"


# ---------------------------------------------------------------- top: the film


def _top(film: FilmFacts) -> Html:
    cut = f"Dailies · cut {film.cut}" if film.cut else "Dailies"
    title = el("div", el("p", cut, class_="eyebrow"), said("h1", film.title), _status(film), class_="title")
    tall = film.size is not None and film.size.height > film.size.width
    return el("header", title, el("div", _player(film), _numbers(film), class_="hero tall" if tall else "hero"))


def _status(film: FilmFacts) -> Html:
    missing = [shot for shot in film.shots if not shot.done]
    if not missing:
        return el("p", words.complete(len(film.shots)), class_="status done")
    told = f"{len(missing)} of {words.plural(len(film.shots), 'shot')} missing: grey slates stand in for them."
    return el("p", told, class_="status missing")


def _player(film: FilmFacts) -> Html:
    if not film.film:
        return el("div", el("p", "The film file is not here. Render again to make it."), class_="film none")
    return el(
        "video",
        src=url(film.film),
        controls=True,
        preload="metadata",
        playsinline=True,
        id="film",
        class_="film",
        aria_label=f"The film: {film.title}",
        data_fps=f"{float(film.rate):.6f}" if film.rate else None,
    )


def _numbers(film: FilmFacts) -> Html:
    takes = [take for shot in film.shots if not shot.extras.uses for take in shot.takes]
    rejected = sum(bool(take.rejected) for take in takes)
    compute = sum(shot.compute_seconds for shot in film.shots)
    rows = (
        ("Length", f"{words.length(film.frames, film.rate)} · {words.plural(film.frames, 'frame')}"),
        ("Picture", f"{film.size.width} × {film.size.height}" if film.size else ""),
        ("Rate", words.rate(film.rate) if film.rate else ""),
        ("Shots", words.plural(len(film.shots), "shot")),
        ("Takes", f"{len(takes)} looked at, {rejected or 'none'} rejected" if takes else ""),
        ("Made", words.when(film.made_at)),
        ("It took", words.duration(film.seconds_to_make) if film.seconds_to_make is not None else ""),
        ("Machine time", words.duration(compute) if compute else ""),
        ("It cost", words.money(sum(shot.usd for shot in film.shots))),
    )
    return definitions(rows)


# ---------------------------------------------------------------- what needs the producer


def _attention(film: FilmFacts) -> Html | None:
    missing = [
        el("li", el("a", shot.id, href=f"#{anchor(shot.id)}"), ": ", why_missing(shot))
        for shot in film.shots
        if not shot.done
    ]
    doubts = [el("li", el("a", s.id, href=f"#{anchor(s.id)}"), ": ", one) for s in film.shots for one in s.warnings]
    doubts += [el("li", one) for one in film.warnings]
    if not missing and not doubts:
        return None
    return el(
        "section",
        el("h2", "What needs you"),
        el("ul", *missing, class_="missing") if missing else None,
        el("h3", "Worth a look") if doubts else None,
        el("ul", *doubts) if doubts else None,
        class_="attention",
    )


# ---------------------------------------------------------------- the cut at a glance


def _timeline(film: FilmFacts) -> Html | None:
    if not film.shots:
        return None
    cells = [_cell(film, shot) for shot in film.shots]
    return el(
        "nav",
        el("h2", "The cut"),
        el("ol", *cells, class_="timeline", tabindex=0, aria_label="The shots of the film, as wide as they are long"),
        aria_label="The cut",
    )


def _cell(film: FilmFacts, shot: ShotFacts) -> Html:
    take = shot.chosen_take
    told = words.plural(shot.end - shot.start, "frame")
    verdict = "missing" if not shot.done else f"take {shot.chosen}" if shot.chosen else "in"
    return el(
        "li",
        el(
            "a",
            el("span", shot.id, class_="id"),
            el("span", verdict, class_="verdict"),
            href=f"#{anchor(shot.id)}",
            title=f"{shot.id}, {words.timecode(shot.start, film.rate)}, {told}, {verdict}",
            style=strip_style(take.strip) if shot.done and take and take.strip else None,
        ),
        class_=None if shot.done else "missing",
        style=f"--n:{max(1, shot.end - shot.start)}",
        data_start=shot.start,
        data_end=shot.end,
    )


def _shots(film: FilmFacts, commands: Commands) -> Html:
    made = [page_shot.section(film, shot, number, commands) for number, shot in enumerate(film.shots, 1)]
    return el("div", *made, id="shots", tabindex=-1)
