"""index.html of a night: what a producer looks at in the morning, film by film.

It lies in nights/<date>/ and shows the films' own files, two folders up. It has no script, asks nothing of the network,
and is light or dark as the reader's screen is.
"""

from importlib.resources import files
from urllib.parse import quote

from pipeline.deliver import night_page_failed, report, words
from pipeline.deliver.facts import FilmFacts, ShotFacts
from pipeline.deliver.markup import Html, el, joined, said
from pipeline.deliver.night_facts import WHY_ENDED, Night, NightFilm
from pipeline.deliver.night_words import day, grouped
from pipeline.deliver.page_parts import anchor, definitions
from pipeline.media.header import header

PAGE = "index.html"

POLICY = (
    "default-src 'none'; img-src 'self' file: data:; media-src 'self' file:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)

_MARKS = {"complete": "status done", "incomplete": "status missing", "not_made": "status gone"}


def page(night: Night) -> str:
    """Give the whole page as HTML; every word of the producer's in it is escaped."""
    style = "".join((files("pipeline.deliver") / name).read_text("utf-8") for name in ("page.css", "night.css"))
    films = [_film(film, number) for number, film in enumerate(night.films, 1)]
    body = el(
        "body",
        el("a", "Skip to the films", class_="skip", href="#films"),
        _top(night),
        el("main", _attention(night), _overview(night), el("div", *films, id="films", tabindex=-1), id="main"),
        _foot(),
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="dark light"),
        el("title", f"Night of {day(night)} - dailies"),
        el("style", Html(style)),
    )
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def address(path: str) -> str:
    """Give the address of a path below the studio, as seen from the folder of a night; it can lead nowhere else."""
    return "../../" + quote(path, safe="/", errors="replace")


# ---------------------------------------------------------------- top: the night


def _top(night: Night) -> Html:
    eyebrow = f"Dailies · night of {night.began:%A} {day(night)} {night.began.year}"
    title = el("div", el("p", eyebrow, class_="eyebrow"), el("h1", _title(night)), _status(night), class_="title")
    return el("header", title, el("div", definitions(_numbers(night)), class_="night"))


def _title(night: Night) -> str:
    count = len(night.films)
    if not count:
        return "No film was in the queue"
    if night.complete == count:
        return "The film is complete" if count == 1 else f"All {count} films are complete"
    return f"{night.complete or 'None'} of {words.plural(count, 'film')} complete"


def _status(night: Night) -> Html | None:
    if not night.films:
        return None
    if not night.shots_missing:
        return el("p", "No shot is missing.", class_="status done")
    told = f"{night.shots_missing} of {words.plural(night.shots, 'shot')} missing."
    return el("p", told, class_="status missing")


def _numbers(night: Night) -> tuple[tuple[str, str], ...]:
    began, ended = (night.local(one) for one in (night.began, night.ended))
    made, left = (sum(getattr(film, name) for film in night.films) for name in ("takes_made", "takes_left"))
    return (
        ("Began", f"{began.day} {began:%B, %H:%M %Z}"),
        ("Ended", f"{ended.day} {ended:%B, %H:%M}: {WHY_ENDED[night.ended_because]}"),
        ("Deadline", f"{night.local(night.until):%H:%M}" if night.until else "none"),
        ("It took", words.duration(night.seconds)),
        ("Takes", f"{made} made, {left or 'none'} left"),
        ("It cost", words.money(night.usd)),
    )


def _attention(night: Night) -> Html | None:
    """Give what a person must see to: a line a film, where shots that failed for one reason share a sentence."""
    films = [
        el("li", said("a", film.title, href=f"#{_id(number)}"), ": ", film.told, _reasons(film))
        for number, film in enumerate(night.films, 1)
        if film.error or (film.status != "complete" and not film.paused)
    ]
    if not films and not night.workers:
        return None
    return el(
        "section",
        el("h2", "What needs you"),
        el("ul", *films) if films else None,
        el("h3", "Workers") if night.workers else None,
        el("ul", *(el("li", words.sentence(one)) for one in night.workers)) if night.workers else None,
        class_="attention",
    )


def _reasons(film: NightFilm) -> Html | None:
    found = grouped([one for one in film.failures if one.take is None])
    lines = [el("li", el("strong", words.listed(shots)), f": {reason}") for reason, shots in found.items()]
    return el("ul", *lines) if lines else None


def _overview(night: Night) -> Html | None:
    if len(night.films) < 2:
        return None
    head = el("tr", *(el("th", name, scope="col") for name in ("Film", "How it stands", "Length", "Takes", "Cost")))
    rows = [_row(film, number) for number, film in enumerate(night.films, 1)]
    table = el("table", el("thead", head), el("tbody", *rows), class_="overview")
    return el("section", el("h2", "The films"), table)


def _row(film: NightFilm, number: int) -> Html:
    bad = None if film.status == "complete" else "bad"
    stands = {"complete": "complete", "incomplete": f"{film.shots_missing} of {film.shots} missing"}
    return el(
        "tr",
        el("th", said("a", film.title, href=f"#{_id(number)}"), scope="row"),
        el("td", stands.get(film.status, "not made"), class_=bad),
        el("td", _length(film)),
        el("td", film.takes),
        el("td", words.money(film.usd)),
    )


# ---------------------------------------------------------------- a film


def _id(number: int) -> str:
    return f"film-{number}"


def _film(film: NightFilm, number: int) -> Html:
    cut, picture = film.film, _picture(film)
    tall = cut is not None and cut.size is not None and cut.size.height > cut.size.width
    return el(
        "section",
        said("h2", film.title),
        el("p", film.told, class_=_MARKS[film.status]),
        el("div", picture, _about(film), class_=("body tall" if tall else "body") if picture else None),
        _problems(film),
        _cut(film, cut) if cut else None,
        night_page_failed.failed(film),
        id=_id(number),
        class_="shot",
        aria_label=film.title,
        style=f"--ratio:{cut.size.width}/{cut.size.height}" if cut and cut.size else "--ratio:16/9",
    )


def _problems(film: NightFilm) -> Html | None:
    """Give every line of what kept a film from being made, where the status has the first alone."""
    lines = film.error.splitlines()
    return el("ul", *(el("li", one) for one in lines), class_="problems") if len(lines) > 1 else None


def _picture(film: NightFilm) -> Html | None:
    """Give the film itself; without one the sheet of a shot, if there is any."""
    path = film.below("film.mp4")
    if film.film and path:
        return el(
            "video",
            src=address(path),
            controls=True,
            preload="metadata",
            playsinline=True,
            class_="film",
            style=_strip(film, film.film.shots),
            aria_label=f"The film: {film.title}",
        )
    sheet = next((shot.sheet for shot in film.desk if shot.sheet), "")
    if not sheet:
        return None
    known = header(film.folder / sheet)
    size = {"width": known.size.width, "height": known.size.height} if known else {}
    link = address(f"{film.name}/{sheet}")
    picture = el("img", src=link, alt="Contact sheet of the first shot that has one", loading="lazy", **size)
    return el("figure", el("a", picture, href=link, title="Open the contact sheet by itself"))


def _strip(film: NightFilm, shots: tuple[ShotFacts, ...]) -> str | None:
    """Give the thumbnails of the first shot that has some, which stand in until the player has its first frame."""
    takes = (shot.chosen_take for shot in shots if shot.done)
    strip = next((take.strip for take in takes if take and take.strip), "")
    return f"--strip:url('{address(f'{film.name}/{strip}')}')" if strip else None


def _about(film: NightFilm) -> Html:
    weakest = next(iter(film.scores.items()), None)
    rows = (
        ("Length", _length(film)),
        ("Takes", film.takes),
        ("Cuts", words.plural(film.remade, "cut") + " made" if film.remade else "none made this night"),
        ("Rounds", str(film.rounds) if film.rounds else ""),
        ("Score", f"{film.score:.2f} on average" if film.score is not None else ""),
        ("Weakest", f"{weakest[0]}, {weakest[1]:.2f}" if weakest and film.shots > 1 else ""),
        ("Work", words.duration(film.seconds) if film.seconds else ""),
        ("It cost", _cost(film)),
        ("Storyboard", film.board),
    )
    return el("div", _see(film), definitions(rows), class_="about")


def _length(film: NightFilm) -> str:
    return words.length(film.film.frames, film.film.rate) if film.film else ""


def _cost(film: NightFilm) -> str:
    whole = film.usd_so_far
    return f"{words.money(film.usd)}{f'; {words.money(whole)} so far' if whole > film.usd else ''}"


def _see(film: NightFilm) -> Html | None:
    files_there = (("Its dailies", report.PAGE), ("The film", "film.mp4"), ("All shots on one sheet", "sheet.jpg"))
    links = [
        el("a", name, href=address(path), aria_label=f"{name}: {film.title}")
        for name, file in files_there
        if (path := film.below(file))
    ]
    return el("p", *links, class_="see") if links else None


def _cut(film: NightFilm, cut: FilmFacts) -> Html:
    cells = [_cell(film, shot) for shot in cut.shots]
    told = f"The shots of {film.title}, as wide as they are long"
    return el("nav", el("ol", *cells, class_="timeline", tabindex=0, aria_label=told), aria_label=f"Cut: {film.title}")


def _cell(film: NightFilm, shot: ShotFacts) -> Html:
    page_there = film.below(report.PAGE)
    inside = joined(
        el("span", shot.id, class_="id"),
        el("span", "missing" if not shot.done else f"take {shot.chosen}" if shot.chosen else "in", class_="verdict"),
    )
    return el(
        "li",
        el(
            "a",
            inside,
            href=f"{address(page_there)}#{anchor(shot.id)}" if page_there else None,
            style=_strip(film, (shot,)),
        ),
        class_=None if shot.done else "missing",
        style=f"--n:{max(1, shot.end - shot.start)}",
    )


def _foot() -> Html:
    told = (("summary.json", "all of this, for programs"), ("summary.md", "all of this, as text"))
    links = [el("li", el("a", name, href=f"./{name}"), f": {about}") for name, about in told]
    return el("footer", el("section", el("h2", "In this folder"), el("ul", *links)))
