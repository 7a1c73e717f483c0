"""What failed in a film of the night: why, and the command that mends it; a click selects the whole of one."""

from pipeline.deliver import words
from pipeline.deliver.markup import Html, el, joined
from pipeline.deliver.night_facts import Failure, NightFilm
from pipeline.deliver.page_parts import command


def failed(film: NightFilm) -> Html | None:
    """Give the failures of a film: missing shots, and folded away the takes that failed of other shots."""
    if not film.failures:
        return el("div", el("p", "This makes it:", class_="all"), command(film.rerun)) if film.film is None else None
    missing = [_failure(one) for one in film.failures if one.take is None]
    takes = [_failure(one) for one in film.failures if one.take is not None]
    every = joined(el("p", "This makes all of it again:", class_="all"), command(film.rerun))
    return el(
        "div",
        el("h3", "What failed"),
        _table(film, "Missing shots", missing) if missing else None,
        every if missing else None,
        el("details", el("summary", _spare(len(takes))), _table(film, "Takes that failed", takes)) if takes else None,
        class_="failed",
    )


def _spare(count: int) -> str:
    return (
        f"{words.plural(count, 'take')} failed; {'its shot has another' if count == 1 else 'their shots have others'}"
    )


def _table(film: NightFilm, name: str, rows: list[Html]) -> Html:
    head = [el("th", title, scope="col", role="columnheader") for title in ("Shot", "Why", "To make it again")]
    return el(
        "table",
        el("thead", el("tr", *head, role="row"), role="rowgroup"),
        el("tbody", *rows, role="rowgroup"),
        class_="failures",
        role="table",
        aria_label=f"{name}: {film.title}",
    )


def _failure(one: Failure) -> Html:
    """Give a row; the roles are told because narrow windows lay the table out as a list."""
    name = one.shot if one.take is None else f"{one.shot}, take {one.take}"
    again = joined(command(one.rerun), el("p", f"In the UI: {one.retry}", class_="retry"))
    return el(
        "tr",
        el("th", name, scope="row", role="rowheader"),
        el("td", one.reason, role="cell"),
        el("td", again, role="cell"),
        role="row",
    )
