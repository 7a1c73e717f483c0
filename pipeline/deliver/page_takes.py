"""The takes of one shot: clips, curves, scores, and what to do about each."""

from pipeline.deliver import page_curves, words
from pipeline.deliver.commands import Commands
from pipeline.deliver.facts import ShotFacts, TakeFacts
from pipeline.deliver.markup import Html, el, strip_style, url
from pipeline.deliver.page_parts import command, definitions
from pipeline.model import Rejection

MOST_REASONS = 3
"""Rejections told of one take."""


def takes(shot: ShotFacts, commands: Commands) -> Html | None:
    """Give the cards of a shot's takes, in the order of their numbers."""
    heaviest = max((value for take in shot.takes for value in _lost(take).values()), default=0.0)
    cards = [(take.number, _card(shot, take, heaviest, commands)) for take in shot.takes]
    cards += [(number, _failed(number, reason)) for number, reason in shot.failed]
    cards += [(number, _stopped(shot, number, reason, commands)) for number, reason in shot.stopped]
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


def _stopped(shot: ShotFacts, number: int, reason: str, commands: Commands) -> Html:
    """Give the card of a take that lost a race; it can still be had."""
    return el(
        "li",
        el("div", "stopped early", class_="take none"),
        el("h3", f"Take {number}"),
        el("p", words.sentence(reason), class_="reason"),
        el("details", el("summary", "Make it all the same"), command(commands.pick(shot.id, number))),
        class_="rejected",
    )


def _card(shot: ShotFacts, take: TakeFacts, heaviest: float, commands: Commands) -> Html:
    in_film = shot.done and take.number == shot.chosen
    own = not shot.extras.uses
    number = el("span", f"Take {take.number}", class_="circled" if in_film else None)
    verdict = words.chooser(shot.by) if in_film else "rejected" if take.rejected else ""
    return el(
        "li",
        _clip(shot, take),
        _track(take),
        page_curves.plots(take.curves, take.frames, take.rate),
        el("h3", number, el("span", verdict, class_="verdict") if verdict else None),
        _score(take),
        *_reasons(take),
        el("p", words.blame(take.costs), class_="blame") if take.costs and not take.rejected else None,
        _pick(shot, take) if own else None,
        _details(take, heaviest, commands.pick(shot.id, take.number) if own and not in_film else None),
        class_="chosen" if in_film else "rejected" if take.rejected else None,
        data_take=take.number,
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
        data_frames=take.frames or None,
        data_fps=f"{float(take.rate):.6f}" if take.rate else None,
    )


def _pick(shot: ShotFacts, take: TakeFacts) -> Html:
    """Give the button that picks a take on the page; the script shows it."""
    name = f"Pick take {take.number} of {shot.id}"
    return el("button", "Pick", type="button", class_="pick", aria_pressed="false", aria_label=name, hidden=True)


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
    total = sum(value for value in take.costs.values() if value > 0)
    if take.score is None or total <= 0:
        return {}
    shares = {name: (1 - take.score) * value / total for name, value in take.costs.items()}
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
        definitions((*_seen(take), ("Seed", _seed(take)), ("Length", _length(take)))),
        el("p", "To use this take in the film:") if pick else None,
        command(pick) if pick else None,
    )


def _seen(take: TakeFacts) -> tuple[tuple[str, str], ...]:
    """Give what trained models see, in a producer's words; it is to be compared among takes of one shot."""
    alignment, consistency = (take.seen.get(name) for name in ("alignment", "consistency"))
    return (
        ("Shows the prompt", "" if alignment is None else f"{alignment:.2f}, more is better"),
        ("Keeps its subject", "" if consistency is None else f"{consistency:.0%}"),
    )


def _seed(take: TakeFacts) -> str:
    return "" if take.seed is None else f"{take.seed}"


def _length(take: TakeFacts) -> str:
    return f"{words.plural(take.frames, 'frame')}, {words.length(take.frames, take.rate)}" if take.frames else ""
