"""`dailies calibrate`: weights of the score learned from this studio's picks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import app, out
from pipeline.cli.studio import studio_folder
from pipeline.errors import ProducerError

if TYPE_CHECKING:
    from pipeline.deliver.picked import Picked
    from pipeline.score.profiles import Profile

FEWEST = 20
"""Picks under which there is nothing to learn: chance would decide."""

HOLD = 4.0
"""Undecided pairs that it takes to move a weight by about 1."""


@app.command()
def calibrate(
    studio: Annotated[
        Path | None, typer.Argument(metavar="[STUDIO]", help="Studio folder.", show_default=False)
    ] = None,
    name: Annotated[str, typer.Option(help="What storyboards will call it.")] = "picks",
) -> None:
    """Learn from your picks what counts for you, and write it as a profile that storyboards can name.

    Every pick says that one take is better than the others of its shot. The score's weights are fitted to that, no
    further from the usual ones than the picks demand. How often old and new weights agree with picks that they were
    not fitted to is told.

    Example: dailies calibrate renders --name house
    """
    from pipeline.deliver.picked import picked
    from pipeline.score import VERSION, profiles

    folder = studio_folder(studio)
    profiles.place(folder, name)
    found = list(picked(folder, VERSION))
    if len(found) < FEWEST:
        told = f"{folder} holds {len(found)} picks that tell takes apart, and {FEWEST} are needed"
        cure = "pick takes on the page or with `dailies pick`, render, and try again"
        raise ProducerError(told, cure=cure)
    made = _learned(name, found)
    path = profiles.write(folder, made)
    _tell(made, sum(len(one.others) for one in found), path)


def _learned(name: str, found: "list[Picked]") -> "Profile":
    import numpy as np

    from pipeline.score import VERSION, learning
    from pipeline.score.parameters import usual
    from pipeline.score.profiles import Profile

    terms, before = list(usual()), np.array(list(usual().values()))
    rows, groups, counts = [], [], []
    for place, one in enumerate(found):
        for other in one.others:
            rows.append([other.get(term, 0.0) - one.terms.get(term, 0.0) for term in terms])
            groups.append(place)
            counts.append(1.0 / len(one.others))
    pairs, shares = np.array(rows), np.array(counts)
    old, new = learning.held_out(pairs, groups, before, HOLD, shares)
    weights = learning.fit(pairs, before, HOLD, shares)
    return Profile(name, dict(zip(terms, weights.tolist(), strict=True)), VERSION, len(found), old, new)


def _tell(made: "Profile", pairs: int, path: Path) -> None:
    from pipeline.deliver import words
    from pipeline.score.parameters import usual

    out.print(f"{made.picks} picks, {pairs} pairs of takes", highlight=False)
    told = f"agreement with picks held out: {100 * made.before:.0f} % before, {100 * made.after:.0f} % after"
    out.print(told, highlight=False)
    changes = {term: made.weights[term] - weight for term, weight in usual().items()}
    moved = sorted(changes, key=lambda term: -abs(changes[term]))[:5]
    for term in moved:
        out.print(f"  {words.term(term)}: {usual()[term]:.2f} -> {made.weights[term]:.2f}", highlight=False)
    if made.after <= made.before:
        out.print("The picks say nothing that the usual weights do not say as well.", style="yellow")
    out.print(f"{path}", soft_wrap=True, highlight=False)
    out.print(f"in a storyboard: score: {{weights: {made.name}}}", highlight=False)
