"""What a person works with on the dailies page: the filter, the keys, and the picks to hand in.

All of it is shown by the script; without one the page is for reading.
"""

import json
from dataclasses import asdict

from pipeline.deliver import words
from pipeline.deliver.commands import Commands
from pipeline.deliver.facts import FilmFacts
from pipeline.deliver.markup import Html, el
from pipeline.deliver.page_parts import command
from pipeline.deliver.page_shot import STATES, states

KEYS = (
    ("j, k", "next shot, shot before"),
    ("1 to 9", "pick a take of this shot; the same again takes it back"),
    ("0", "let the score choose again"),
    ("Space", "play or pause this shot's take"),
    ("c", "compare this shot's takes"),
    ("Left, Right", "a frame back or on, while comparing"),
    ("?", "these keys"),
)


def bar(film: FilmFacts) -> Html | None:
    """Give the filter: which shots are shown, and how many those are."""
    if not film.shots:
        return None
    every = [name for shot in film.shots for name in states(shot)]
    shown = [name for name in STATES if name != "doubt" or name in every]
    buttons = [_filter("all", "All", len(film.shots))] + [_filter(one, STATES[one], every.count(one)) for one in shown]
    count = el("p", words.plural(len(film.shots), "shot"), class_="shown", role="status")
    keys = el("button", "Keys ", el("kbd", "?"), type="button", class_="open-keys")
    return el(
        "div",
        el("div", *buttons, role="group", aria_label="Show shots", class_="filter"),
        count,
        keys,
        class_="browse",
        hidden=True,
    )


def _filter(name: str, label: str, count: int) -> Html:
    pressed = "true" if name == "all" else "false"
    return el("button", f"{label} ", el("span", str(count)), type="button", aria_pressed=pressed, data_filter=name)


def hand_in(film: FilmFacts, commands: Commands) -> Html:
    """Give the bar of picks made on the page, and what to do with them; `data-picks` holds those there already."""
    there = {shot: asdict(pick) for shot, pick in sorted(film.picks.items())}
    return el(
        "section",
        el("p", el("strong", class_="count"), el("span", class_="list"), class_="told", role="status"),
        el(
            "div",
            el("button", "Download picks.yaml", type="button", class_="download"),
            el("button", "Forget them", type="button", class_="forget"),
            class_="does",
        ),
        el(
            "details",
            el("summary", "How to hand them in"),
            el("p", f"Put the file into the film's folder, {film.desk.name}/, in place of any picks.yaml there. Then:"),
            command(commands.render()),
            el("p", "Only what hangs on these takes is made again."),
        ),
        class_="handin",
        aria_label="Picks to hand in",
        data_film=f"{film.storyboard} {film.desk.name}",
        data_picks=json.dumps(there, ensure_ascii=False, separators=(",", ":")),
        hidden=True,
    )


def keys() -> Html:
    """Give the list of keys."""
    rows = [el("div", el("dt", el("kbd", key)), el("dd", does)) for key, does in KEYS]
    switch = el("label", el("input", type="checkbox", class_="keys-on", checked=True), " Single keys do something")
    return el(
        "dialog",
        el("h2", "Keys", id="keys-title"),
        el("dl", *rows),
        switch,
        el("button", "Close", type="button", class_="close"),
        id="keys",
        aria_labelledby="keys-title",
    )
