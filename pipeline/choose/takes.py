"""From the cards of one shot to a choice."""

from collections.abc import Mapping
from typing import TypeVar

from pipeline.errors import ProducerError, ShotFailed
from pipeline.model import Card, Choice, Rejection

Name = TypeVar("Name")

PRAISE = {
    "warp_error": "motion leaves the fewest traces",
    "patch_error": "fewest places that morph",
    "structure_loss": "forms hold best",
    "shake": "steadiest motion",
    "jolt": "fewest jolts",
    "flicker": "steadiest light",
    "local_flicker": "no place lights up by itself",
    "colour_flicker": "steadiest colours",
    "hue_flicker": "steadiest hues",
    "sharpness_flicker": "evenest sharpness",
    "ghosting": "fewest ghosts",
    "grain": "least grain",
    "banding": "smoothest shades",
    "wobble": "shapes hold best as they move",
    "local_wobble": "no thing bends by itself",
    "shimmer": "surfaces shimmer least",
    "dissolving": "things keep their form",
    "fading": "frames are no mixtures of others",
    "halted": "nothing halts for good",
    "recurring": "nothing is shown twice",
    "stall": "motion goes on to the end",
    "light_drift": "exposure stays",
    "saturation_drift": "colours stay",
    "tint_drift": "colours keep to their edges",
    "focus_drift": "focus stays",
    "frozen": "least standing still",
    "duplicates": "fewest repeated frames",
    "still": "most of the motion asked for",
    "planar": "things move, not only the camera",
    "dark": "best lit",
}
"""What a producer hears about the term that a chosen take wins by."""

BLAME = {
    "warp_error": "things change as they move",
    "patch_error": "one place changes more than the rest",
    "structure_loss": "forms do not hold",
    "shake": "unsteady motion",
    "jolt": "sudden jolts",
    "flicker": "light flickers",
    "local_flicker": "one place lights up and dims",
    "colour_flicker": "colours flicker",
    "hue_flicker": "hues flicker",
    "sharpness_flicker": "sharpness or noise comes and goes",
    "ghosting": "earlier frames shine through",
    "grain": "grain in every frame",
    "banding": "shades fall into bands",
    "wobble": "shapes wobble as they move",
    "local_wobble": "one thing bends to and fro",
    "shimmer": "surfaces shimmer",
    "dissolving": "things lose their form",
    "fading": "cross-fades in place of motion",
    "halted": "a part of the picture halts for good",
    "recurring": "the same frames come again",
    "stall": "motion runs out",
    "light_drift": "exposure drifts",
    "saturation_drift": "colours fade or glow",
    "tint_drift": "colours run over their edges",
    "focus_drift": "focus drifts",
    "frozen": "frames stand still",
    "duplicates": "repeated frames",
    "still": "less motion than asked for",
    "planar": "a still that is moved, where motion was asked for",
    "dark": "black or empty frames",
}
"""What a producer hears about the term that costs a take most."""


UNUSABLE = frozenset({"size", "rate", "length", "undecodable"})
"""Gates whose takes do not fit into the film: nobody can pick them either."""


def choose(cards: Mapping[int, Card], pick: int | None = None, *, seeded: bool = True) -> Choice:
    """Choose a shot's take: the producer's pick, else the best score that no gate rejected; ties to the lowest number.

    `cards` by take number. `seeded` False means that there is nothing to choose from (footage, a card): gates inform,
    they do not reject.

    Raises:
        ProducerError: the picked take does not exist, and says which do; or it does not fit into the film.
        ShotFailed: gates rejected every take; says each gate and the cure.
    """
    if pick is not None:
        return _picked(cards, pick)
    if not cards:
        raise ShotFailed("no take was made", cure="render the shot again")
    cards = dict(sorted(cards.items()))
    good = [take for take in ranked(cards) if not (seeded and cards[take].rejected)]
    if not good:
        raise ShotFailed(
            f"every take was rejected: {_rejections(cards)}",
            cure="change the scene or the seed, ask for more takes, or take one all the same with `dailies pick`",
        )
    return Choice(good[0], "score", _reason(cards, good[0], good[1:], seeded=seeded))


def ranked(cards: Mapping[Name, Card]) -> list[Name]:
    """Give the names from best to worst: takes without rejection first, then by score; equals keep their order."""
    return sorted(cards, key=lambda name: (bool(cards[name].rejected), -cards[name].score))


def worst_term(card: Card) -> str:
    """Say in a producer's words what costs this clip most; empty when nothing is wrong."""
    costs = _costs(card)
    name = max(costs, key=lambda term: costs[term], default="")
    return BLAME.get(name, name.replace("_", " ")) if name and costs[name] > 0 else ""


def where(struck: Rejection) -> str:
    """Say a rejection in a few words: `frozen from frame 12 to 40`, `cut at frame 33`."""
    if struck.stop - struck.start <= 1:
        return f"{struck.gate} at frame {struck.start}"
    return f"{struck.gate} from frame {struck.start} to {struck.stop}"


def _picked(cards: Mapping[int, Card], pick: int) -> Choice:
    if pick not in cards:
        there = ", ".join(str(take) for take in sorted(cards)) or "none"
        raise ProducerError(f"take {pick} was picked, but there is no such take", cure=f"takes here: {there}")
    reason = f"take {pick}: picked by the producer"
    struck = cards[pick].rejected
    if unfit := [one.reason for one in struck if one.gate in UNUSABLE]:
        raise ProducerError(f"take {pick} was picked, but cannot be used: {unfit[0]}", cure="pick another take")
    return Choice(pick, "producer", f"{reason}, although {_gates(struck)}" if struck else reason)


def _reason(cards: Mapping[int, Card], best: int, others: list[int], *, seeded: bool) -> str:
    rejected = sorted(take for take in cards if cards[take].rejected) if seeded else []
    parts = [f"take {best}: {_praise(cards, best, others, rejected)}"]
    parts += [f"take {take} rejected: {_gates(cards[take].rejected)}" for take in rejected]
    if not seeded and cards[best].rejected:
        parts.append(f"noticed: {_gates(cards[best].rejected)}")
    return "; ".join(parts)


def _praise(cards: Mapping[int, Card], best: int, others: list[int], rejected: list[int]) -> str:
    """Name the term that tells the best take from the next one."""
    if not others:
        return "the only take left" if rejected else "the only take"
    if cards[best].score == cards[others[0]].score:
        return f"as good as take {others[0]}, and made first"
    mine, theirs = _costs(cards[best]), _costs(cards[others[0]])
    gains = {name: theirs.get(name, 0.0) - mine[name] for name in mine}
    name = max(gains, key=lambda term: gains[term], default="")
    words = PRAISE.get(name, name.replace("_", " ")) if name and gains[name] > 0 else "best"
    return f"{words} (score {cards[best].score:.2f}, next is take {others[0]} with {cards[others[0]].score:.2f})"


def _costs(card: Card) -> Mapping[str, float]:
    """Give what each term costs; cards of former versions weighed them all alike."""
    return card.costs or card.terms


def _rejections(cards: Mapping[int, Card]) -> str:
    return "; ".join(f"take {take} {_gates(cards[take].rejected)}" for take in sorted(cards))


def _gates(struck: tuple[Rejection, ...]) -> str:
    return " and ".join(where(one) for one in struck)
