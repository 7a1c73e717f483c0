"""The rest of the dailies page: versions of the film, how to change it, what lies beside it, earlier cuts."""

from pathlib import Path

from pipeline.deliver import words
from pipeline.deliver.commands import Commands
from pipeline.deliver.facts import FilmFacts
from pipeline.deliver.facts_extras import VersionFacts
from pipeline.deliver.markup import Html, el, joined, url
from pipeline.deliver.page_parts import command

OLD_CUTS = 12
"""Earlier cuts listed on the page."""

DELIVERED = {
    "film.mp4": "the film",
    "film.gif": "a small moving picture of it",
    "sheet.jpg": "the film on one sheet",
    "film.srt": "subtitles",
    "film.vtt": "subtitles, for browsers",
    "film.*.srt": "subtitles",
    "film.*.vtt": "subtitles, for browsers",
    "stems": "its sound apart: voices, music, effects",
    "looks": "the colours of every shot, for grading programs",
    "film.otio": "the cut, for editing programs (OpenTimelineIO)",
    "film.edl": "the cut, for editing programs (EDL)",
    "film.fcpxml": "the cut, for editing programs (FCPXML)",
    "storyboard.yaml": "the storyboard as it was rendered",
    "picks.yaml": "the takes picked by hand",
    "manifest.json": "every number on this page",
}
"""Files beside the page, by name or pattern, and what they are."""


def versions(film: FilmFacts) -> Html | None:
    """List the versions of the film, or the way back to it."""
    if film.version:
        back = el("a", "the film", href="../../dailies.html")
        told = joined("This is the version ", el("strong", film.version), " of ", back, ": it is cut from its takes.")
        return el("section", el("h2", "Versions"), el("p", told), class_="versions")
    if not film.versions:
        return None
    rows = [el("li", *_version(one)) for one in film.versions]
    return el("section", el("h2", "Versions"), el("ul", *rows), class_="versions")


def _version(one: VersionFacts) -> tuple[Html, ...]:
    facts = (
        one.language,
        f"{one.size.width} × {one.size.height}" if one.size else "",
        words.length(one.frames, one.rate) if one.frames else "",
        "" if one.complete else "not complete",
    )
    name = el("a", one.name, href=url(one.page)) if one.page else el("span", one.name)
    film = el("a", "film", href=url(one.film), aria_label=f"The film, version {one.name}") if one.film else Html()
    return name, el("span", " · ".join(one for one in facts if one)), film


def foot(film: FilmFacts, commands: Commands) -> Html:
    """Give the foot of the page: how to change the film, what lies beside it, earlier cuts."""
    return el(
        "footer",
        el("section", *_next(commands)),
        el("section", el("h2", "In this folder"), _files(film)),
        _cuts(film),
        el("p", film.name, class_="made"),
    )


def _next(commands: Commands) -> tuple[Html, ...]:
    return (
        el("h2", "To change the film"),
        el(
            "p",
            "Under every take stands the command that puts it into the film. Then render again: what is made is kept.",
        ),
        command(commands.render()),
        el("p", "To bring this page up to date:"),
        command(commands.report()),
    )


def _files(film: FilmFacts) -> Html:
    here = [(path, about) for pattern, about in DELIVERED.items() for path in sorted(film.folder.glob(pattern))]
    shown = [_file(path, about) for path, about in here if path.is_file() or path.is_dir()]
    return el("ul", *shown)


def _file(path: Path, about: str) -> Html:
    if path.is_file():
        return el("li", el("a", path.name, href=url(path.name)), f": {about}")
    inside = sum(one.is_file() for one in path.iterdir())
    return el("li", el("a", f"{path.name}/", href=url(f"{path.name}/")), f": {about}, {words.plural(inside, 'file')}")


def _cuts(film: FilmFacts) -> Html | None:
    found = sorted((film.folder / "cuts").glob("[0-9]*/film.mp4"), key=lambda path: path.parent.name, reverse=True)
    older = [path.parent.name for path in found if path.parent.name != f"{film.cut or 0:04d}"][:OLD_CUTS]
    if not older:
        return None
    links = [el("li", el("a", f"Cut {name.lstrip('0')}", href=url(f"cuts/{name}/film.mp4"))) for name in older]
    return el("section", el("h2", "Earlier cuts"), el("ul", *links))
