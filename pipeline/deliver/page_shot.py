"""One shot on the dailies page: its sheet, its takes side by side, and what to do about it."""

from collections.abc import Iterable
from urllib.parse import quote

from pipeline.deliver import words
from pipeline.deliver.commands import Commands
from pipeline.deliver.facts import FilmFacts, ShotFacts, TakeFacts
from pipeline.deliver.markup import Html, el, said, strip_style, url
from pipeline.media.header import header
from pipeline.model import Rejection

MOST_REASONS = 3
"""Rejections told of one take."""


def anchor(shot: ShotFacts) -> str:
    """Give the id of a shot's place on the page."""
    return f"shot-{quote(shot.id, safe='')}"


def why_missing(shot: ShotFacts) -> str:
    """Say why a shot is missing, as a sentence."""
    reason = (shot.reason or shot.why).strip()
    return f"{reason[0].upper()}{reason[1:]}" if reason else "It was not made yet."


def definitions(rows: Iterable[tuple[str, str | Html]]) -> Html:
    """Give a list of names and values; rows without a value are left out."""
    return el("dl", *(el("div", el("dt", name), el("dd", value)) for name, value in rows if value))


def command(line: str) -> Html:
    """Give a command to copy."""
    return el("div", el("code", line, translate="no"), class_="command")


def section(film: FilmFacts, shot: ShotFacts, number: int, commands: Commands) -> Html:
    """Give everything about one shot."""
    return el(
        "section",
        _heading(film, shot, number),
        el("div", _picture(film, shot), _about(shot, commands), class_="body"),
        _takes(shot, commands),
        id=anchor(shot),
        class_="shot" if shot.done else "shot missing",
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


def _about(shot: ShotFacts, commands: Commands) -> Html:
    take = shot.chosen_take
    rows = (
        ("Camera", words.named(shot.camera)),
        ("Generator", shot.generator),
        ("Seed", f"{take.seed}" if take and take.seed is not None else ""),
        ("Machine time", words.duration(shot.compute_seconds) if shot.compute_seconds else ""),
        ("Cost", words.money(shot.usd) if shot.usd else ""),
    )
    return el(
        "div",
        _in_film(shot) if shot.done else _missing(shot, commands),
        definitions(rows),
        _prompt(shot),
        class_="about",
    )


def _in_film(shot: ShotFacts) -> Html | None:
    take = shot.chosen_take
    if shot.chosen is None:
        return None
    score = f"{take.score:.2f}" if take and take.score is not None else ""
    return el(
        "div",
        el("h3", el("span", f"Take {shot.chosen}", class_="circled"), " is in the film"),
        el("p", _who_and_why(shot)),
        el("p", f"Score {score}. ", words.blame(take.terms)) if take and score else None,
        class_="choice",
    )


def _who_and_why(shot: ShotFacts) -> str:
    who = words.chooser(shot.by)
    why = shot.why.removeprefix(f"take {shot.chosen}: ")
    return words.sentence(why if why.startswith(who) else f"{who}: {why}" if why else who)


def _missing(shot: ShotFacts, commands: Commands) -> Html:
    return el(
        "div",
        el("h3", "This shot is missing"),
        el("p", words.sentence(why_missing(shot)), class_="reason"),
        el("p", "This makes it:"),
        command(commands.rerun(shot)),
        class_="choice",
    )


def _prompt(shot: ShotFacts) -> Html | None:
    if not shot.prompt:
        return None
    return el("details", el("summary", "What the generator was told"), said("p", shot.prompt, class_="prompt"))


# ---------------------------------------------------------------- its takes


def _takes(shot: ShotFacts, commands: Commands) -> Html | None:
    heaviest = max((value for take in shot.takes for value in _lost(take).values()), default=0.0)
    cards = [(take.number, _card(shot, take, heaviest, commands)) for take in shot.takes]
    cards += [(number, _failed(number, reason)) for number, reason in shot.failed]
    made = [card for _, card in sorted(cards, key=lambda one: one[0])]
    return el("ol", *made, class_="takes", aria_label=f"The takes of {shot.id}") if made else None


def _failed(number: int, reason: str) -> Html:
    return el(
        "li",
        el("div", "not made", class_="take none"),
        el("h3", f"Take {number}"),
        el("p", words.sentence(reason) or "It could not be made.", class_="reason"),
        class_="rejected",
    )


def _card(shot: ShotFacts, take: TakeFacts, heaviest: float, commands: Commands) -> Html:
    in_film = shot.done and take.number == shot.chosen
    number = el("span", f"Take {take.number}", class_="circled" if in_film else None)
    verdict = words.chooser(shot.by) if in_film else "rejected" if take.rejected else ""
    return el(
        "li",
        _clip(shot, take),
        _track(take),
        el("h3", number, el("span", verdict, class_="verdict") if verdict else None),
        _score(take),
        *_reasons(take),
        el("p", words.blame(take.terms), class_="blame") if take.terms and not take.rejected else None,
        _details(take, heaviest, None if in_film else commands.pick(shot.id, take.number)),
        class_="chosen" if in_film else "rejected" if take.rejected else None,
    )


def _clip(shot: ShotFacts, take: TakeFacts) -> Html:
    style = strip_style(take.strip) if take.strip else None
    if not take.clip:
        return el("div", "The clip is not in the store any more.", class_="take none", style=style)
    return el(
        "video",
        src=url(take.clip),
        controls=True,
        preload="none",
        playsinline=True,
        loop=True,
        class_="take",
        style=style,
        aria_label=f"{shot.id}, take {take.number}",
    )


def _track(take: TakeFacts) -> Html | None:
    """Give the bar under a clip, as long as the take, marked where a gate struck."""
    if not take.rejected:
        return None
    marks = [el("span", style=_place(one, take.frames)) for one in take.rejected]
    return el("div", *marks, class_="track", aria_hidden="true")


def _place(one: Rejection, frames: int) -> str:
    whole = max(frames, 1)
    left = min(max(one.start / whole, 0.0), 0.99)
    width = min(max(one.stop / whole - left, 0.01), 1 - left)
    return f"left:{100 * left:.2f}%;width:{100 * width:.2f}%"


def _reasons(take: TakeFacts) -> list[Html]:
    """Say why a take was rejected; a clip full of cuts is not told cut by cut."""
    told = [words.why(one, take.frames, take.rate) for one in take.rejected]
    more = len(told) - MOST_REASONS
    if more > 0:
        told[MOST_REASONS:] = [f"And {words.plural(more, 'more place')}."]
    return [el("p", one, class_="reason") for one in told]


def _score(take: TakeFacts) -> Html | None:
    if take.score is None:
        return None
    width = f"--part:{min(max(take.score, 0.0), 1.0):.3f}"
    return el(
        "p", el("span", f"{take.score:.2f}"), el("span", class_="bar", style=width, aria_hidden="true"), class_="score"
    )


def _lost(take: TakeFacts) -> dict[str, float]:
    """Share out what a take's score lacks to 1 among its terms, largest first, leaving out what rounds to nothing."""
    total = sum(value for value in take.terms.values() if value > 0)
    if take.score is None or total <= 0:
        return {}
    shares = {name: (1 - take.score) * value / total for name, value in take.terms.items()}
    return {name: share for name, share in sorted(shares.items(), key=lambda one: -one[1]) if share >= 0.005}


def _details(take: TakeFacts, heaviest: float, pick: str | None) -> Html:
    lost = [
        el(
            "li",
            el("span", words.term(name)),
            el("span", f"\N{MINUS SIGN}{share:.2f}", class_="points"),
            el("span", class_="bar", style=f"--part:{share / heaviest:.3f}", aria_hidden="true"),
        )
        for name, share in _lost(take).items()
    ]
    return el(
        "details",
        el("summary", "Score, seed, pick" if pick else "Score, seed"),
        el("p", "What it lost points for:") if lost else None,
        el("ul", *lost, class_="lost") if lost else None,
        definitions((("Seed", f"{take.seed}" if take.seed is not None else ""), ("Length", _length(take)))),
        el("p", "To use this take in the film:") if pick else None,
        command(pick) if pick else None,
    )


def _length(take: TakeFacts) -> str:
    return f"{words.plural(take.frames, 'frame')}, {words.length(take.frames, take.rate)}" if take.frames else ""
