"""What is known of one shot: which take is in the film and why, its text and sound, what it cost."""

from collections.abc import Iterator

from pipeline.deliver import words
from pipeline.deliver.commands import Commands
from pipeline.deliver.facts import FilmFacts, ShotFacts
from pipeline.deliver.markup import Html, el, joined, said
from pipeline.deliver.page_parts import anchor, command, definitions, why_missing


def about(film: FilmFacts, shot: ShotFacts, commands: Commands) -> Html:
    """Give the column beside a shot's sheet: which take is in the film and why, facts, and the prompt."""
    take = shot.chosen_take
    rows = (
        ("Camera", words.named(shot.camera)),
        *_extras(film, shot),
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
        el("p", f"Score {score}. ", words.blame(take.costs)) if take and score else None,
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


# ---------------------------------------------------------------- text, sound, time


def _extras(film: FilmFacts, shot: ShotFacts) -> Iterator[tuple[str, str | Html]]:
    """Give a line each: titles, lines said, whose take it shows, speed, window, advice."""
    more = shot.extras
    for title in more.titles:
        yield "Title", joined(said("q", title.text), el("span", _when(film, title.start, title.stop), class_="when"))
    for line in more.lines:
        who = f"{line.who}: " if line.who else ""
        yield "Line", joined(who, said("q", line.text), el("span", _at(line.at), class_="when"))
    if more.uses:
        yield "Shows", joined("the take of ", el("a", more.uses, href=f"#{anchor(more.uses)}"))
    if more.speed is not None:
        yield "Speed", words.speed(more.speed)
    if more.window is not None:
        yield "Window", f"the best run of frames; the take has {words.plural(more.window[1], 'frame')} to spare"
    for one in more.advice:
        yield "Advice", words.sentence(one)


def _when(film: FilmFacts, start: int, stop: int) -> str:
    return f"{words.timecode(start, film.rate)} to {words.timecode(stop, film.rate)}"


def _at(seconds: float) -> str:
    if not seconds:
        return "from the cut"
    return f"{words.duration(abs(seconds))} {'after' if seconds > 0 else 'before'} the cut"
