"""A board that passed the contract becomes the Storyboard: names looked up, defaults, looks and cast applied."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.model import Look, Shot, Storyboard, Transition
from pipeline.storyboard import settings
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.cast import Cast
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.names import Names
from pipeline.storyboard.settings import Transitions, section
from pipeline.storyboard.shots import Shots
from pipeline.storyboard.sound import Sounds
from pipeline.storyboard.words import missing_name

Board = Mapping[str, Any]


def resolve(board: Board, path: Path, assets: Assets, ledger: Ledger) -> Storyboard:
    """Make the storyboard; whatever is wrong is noted in the ledger and something usual stands in for it."""
    output = settings.output(section(board, "output"), ledger)
    names = Names(ledger)
    transitions = Transitions(names, output.rate, ledger)
    cast = Cast(section(board, "cast"), ledger)
    looks = _looks(section(board, "looks"), cast, names)
    sequences = _sequences(section(board, "sequences"), looks, names)
    defaults = section(board, "defaults")
    reader = Shots(defaults, looks, sequences, cast, names, transitions, assets, ledger)
    written = [(index, data) for index, data in enumerate(board.get("shots") or ()) if isinstance(data, dict)]
    _check_ids(written, ledger)
    skipped = tuple(str(data.get("id", "")) for _, data in written if data.get("skip"))
    shots = [reader.shot(data, index) for index, data in written if not data.get("skip")]
    if written and not shots:
        ledger.wrong("shots", "every shot is skipped; at least one must be in the film")
    in_film = {shot.id: place for place, shot in enumerate(shots) if shot.id}
    _check_chains(shots, in_film, frozenset(skipped), ledger)
    _end_with_a_cut(shots, written, ledger)
    target = board.get("target_seconds")
    return Storyboard(
        name=path.stem,
        file=path,
        title=str(board.get("title", path.stem)),
        output=output,
        shots=tuple(shots),
        seed=int(board.get("seed", 0)),
        target_seconds=None if target is None else Fraction(target),
        open=transitions.end(board.get("open"), "open"),
        close=transitions.end(board.get("close"), "close"),
        finish=settings.finish(section(board, "finish"), in_film, names),
        audio=Sounds(assets, in_film, frozenset(skipped), ledger).audio(section(board, "audio")),
        budget=settings.budget(section(board, "budget")),
        skipped=skipped,
        locate=ledger.places.of,
    )


def _looks(data: Board, cast: Cast, names: Names) -> dict[str, Look]:
    looks: dict[str, Look] = {}
    for name, look in data.items():
        if isinstance(look, dict):
            path = f"looks.{name}"
            words = {
                kind: names.term(kind, look[kind], f"{path}.{kind}") for kind in ("style", "lighting") if kind in look
            }
            prompt = cast.speak(look.get("prompt", ""), f"{path}.prompt")
            looks[name] = Look(**words, prompt=prompt, negative=look.get("negative", ""))
    return looks


def _sequences(data: Board, looks: Mapping[str, Look], names: Names) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, sequence in data.items():
        values = sequence if isinstance(sequence, dict) else {}
        found[name] = {"look": names.own("look", values.get("look"), looks, f"sequences.{name}.look")}
    return found


def _check_ids(written: Sequence[tuple[int, Board]], ledger: Ledger) -> None:
    first: dict[str, int] = {}
    for index, data in written:
        if "id" in data:
            shot = str(data["id"])
            before = first.setdefault(shot.casefold(), index)
            if before != index:
                line, _ = ledger.places.of(f"shots[{before}].id")
                ledger.wrong(
                    f"shots[{index}].id", f"{shot} is already the id of the shot in line {line}; ids are unique"
                )


def _check_chains(shots: Sequence[Shot], places: Mapping[str, int], skipped: frozenset[str], ledger: Ledger) -> None:
    for shot in shots:
        if shot.continues is None:
            continue
        path = f"shots[{shot.index}].continues"
        if shot.continues in skipped:
            ledger.wrong(path, f"shot {shot.continues} is skipped, so it has no last frame to go on from")
        elif shot.continues == shot.id:
            ledger.wrong(path, "a shot cannot continue itself")
        elif shot.continues not in places:
            ledger.wrong(path, missing_name("shot", shot.continues, places))
    for circle in _circles(shots, places):
        chain = " -> ".join([*circle, circle[0]])
        ledger.wrong(
            f"shots[{shots[places[circle[0]]].index}].continues", f"shots continue each other in a circle: {chain}"
        )


def _circles(shots: Sequence[Shot], places: Mapping[str, int]) -> list[list[str]]:
    """Find the circles of `continues`, each once, from its first shot in the film on; a shot alone is none."""
    circles: list[list[str]] = []
    done: set[str] = set()
    for shot in shots:
        walk: dict[str, int] = {}
        here: str | None = shot.id
        while here is not None and here in places and here not in done and here not in walk:
            walk[here] = len(walk)
            here = shots[places[here]].continues
        if here in walk and len(walk) - walk[here] > 1:
            circles.append(list(walk)[walk[here] :])
        done.update(walk)
    return circles


def _end_with_a_cut(shots: list[Shot], written: Sequence[tuple[int, Board]], ledger: Ledger) -> None:
    """Take the transition from the film's last shot, which has nothing to pass into."""
    if not shots or shots[-1].transition.type == "cut":
        return
    last = shots[-1]
    if any(index == last.index and "transition" in data for index, data in written[-1:]):
        ledger.doubt(
            f"shots[{last.index}].transition", "the last shot has nothing to pass into; the film's end is `close`"
        )
    shots[-1] = replace(last, transition=Transition())
