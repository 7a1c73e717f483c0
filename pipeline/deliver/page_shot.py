"""One shot on the dailies page: its sheet, what is known of it, and its takes side by side."""

from pipeline.deliver import page_about, page_takes, words
from pipeline.deliver.commands import Commands
from pipeline.deliver.facts import FilmFacts, ShotFacts
from pipeline.deliver.markup import Html, el, said, url
from pipeline.deliver.page_parts import anchor
from pipeline.media.header import header

STATES = {
    "missing": "Missing",
    "rejected": "Rejected takes",
    "picked": "Picked",
    "changed": "Changed",
    "doubt": "Worth a look",
}
"""What a shot may be, in the words of the filter."""


def states(shot: ShotFacts) -> list[str]:
    """Say what a shot is: the words of the filter that hold for it."""
    holds = {
        "missing": not shot.done,
        "rejected": any(take.rejected for take in shot.takes),
        "picked": shot.by == "producer",
        "changed": shot.changed,
        "doubt": bool(shot.warnings),
    }
    return [name for name in STATES if holds[name]]


def section(film: FilmFacts, shot: ShotFacts, number: int, commands: Commands) -> Html:
    """Give everything about one shot."""
    return el(
        "section",
        _heading(film, shot, number),
        el("div", _picture(film, shot), page_about.about(film, shot, commands), class_="body"),
        page_takes.takes(shot, commands),
        id=anchor(shot.id),
        class_="shot" if shot.done else "shot missing",
        tabindex=-1,
        aria_label=f"Shot {number}: {shot.id}",
        data_shot=shot.id,
        data_states=" ".join(states(shot)),
    )


# ---------------------------------------------------------------- what it is


def _heading(film: FilmFacts, shot: ShotFacts, number: int) -> Html:
    title = el("h2", el("span", f"{number}", class_="number"), shot.id)
    start, end = (words.timecode(frame, film.rate) for frame in (shot.start, shot.end))
    place = f"{start} to {end} · {words.length(shot.end - shot.start, film.rate)}"
    into = words.TRANSITIONS.get(shot.transition, words.named(shot.transition))
    leaves = f" · {into}, {words.plural(shot.transition_frames, 'frame')}" if shot.transition_frames else ""
    seek = el("button", "See it in the film", type="button", class_="seek", data_start=shot.start, hidden=True)
    return el(
        "header",
        el(
            "div", title, el("p", el("span", place, leaves), seek if film.film else None, class_="place"), class_="line"
        ),
        said("p", shot.scene, class_="scene") if shot.scene else None,
    )


def _picture(film: FilmFacts, shot: ShotFacts) -> Html:
    if not shot.sheet or not (shot.takes or shot.failed):
        told = "No contact sheet yet." if shot.done else "This shot is a grey slate in the film."
        return el("div", el("p", shot.id, class_="id"), el("p", told), class_="slate")
    known = header(film.folder / shot.sheet)
    picture = el(
        "img",
        src=url(shot.sheet),
        alt=_sheet_in_words(shot),
        loading="lazy",
        decoding="async",
        width=known.size.width if known else None,
        height=known.size.height if known else None,
    )
    link = el("a", picture, href=url(shot.sheet), title="Open the contact sheet by itself")
    return el("figure", link, tabindex=0, aria_label=f"Contact sheet of {shot.id}")


def _sheet_in_words(shot: ShotFacts) -> str:
    told = [f"Contact sheet: {words.plural(len(shot.takes), 'take')}"]
    if shot.done and shot.chosen:
        told.append(f"take {shot.chosen} is in the film")
    told += [f"take {take.number} rejected, {words.gates(take.rejected)}" for take in shot.takes if take.rejected]
    return "; ".join(told) + "."
