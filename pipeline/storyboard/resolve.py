"""A board that passed the contract becomes the Storyboard: names looked up, defaults, looks and cast applied."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.model import Look, Lora, Output, Shot, Storyboard, Subtitles
from pipeline.storyboard import handing_on, settings
from pipeline.storyboard.ambience import ambience
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.brand import House, house
from pipeline.storyboard.cast import Cast
from pipeline.storyboard.chains import as_used, check_chains, check_ids, check_uses
from pipeline.storyboard.edit import Cut, Written, edit, in_parts
from pipeline.storyboard.extras import Extras
from pipeline.storyboard.judging import Judging, judging, numbers
from pipeline.storyboard.languages import Tongue
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.likeness import loras
from pipeline.storyboard.lines import Lines
from pipeline.storyboard.making import doubt_usual_race
from pipeline.storyboard.names import Names
from pipeline.storyboard.settings import Transitions, section
from pipeline.storyboard.shots import Shots
from pipeline.storyboard.sound import Sounds
from pipeline.storyboard.versions import Version, check_versions, from_main_takes

Board = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the reading of every part of a board needs.

    `home` is the language of words written without one.
    """

    path: Path
    assets: Assets
    ledger: Ledger
    home: str


@dataclass(frozen=True, slots=True)
class Style:
    """What holds for the whole film and is asked for by its shots."""

    output: Output
    transitions: Transitions
    names: Names
    language: str
    house: House
    subtitles: Subtitles | None


def resolve(board: Board, desk: Desk, version: Version | None = None) -> Storyboard:
    """Make the storyboard; whatever is wrong is noted in the ledger and something usual stands in for it."""
    style = _style(board, desk)
    written = [(index, data) for index, data in enumerate(board.get("shots") or ()) if isinstance(data, dict)]
    check_ids(written, desk.ledger)
    reader = _reader(board, style, desk)
    shots = [reader.shot(data, index) for index, data in written if not data.get("skip")]
    doubt_usual_race(shots, dict(written), desk.ledger)
    shots = as_used(shots, {str(data.get("id", "")): data for _, data in written})
    cut = _cut(board, shots, written, style, desk, version)
    film = _film(board, cut, written, style, desk)
    return film if version is None or desk.ledger.problems else from_main_takes(film, version, desk.ledger)


def _style(board: Board, desk: Desk) -> Style:
    output = settings.output(section(board, "output"), desk.ledger)
    names = Names(desk.ledger)
    language = str(board.get("language", desk.home))
    return Style(
        output,
        Transitions(names, output.rate, desk.ledger),
        names,
        language,
        house(section(board, "brand"), output.size, desk.assets, desk.ledger),
        handing_on.subtitles(board.get("subtitles"), language),
    )


def _reader(board: Board, style: Style, desk: Desk) -> Shots:
    cast = Cast(section(board, "cast"), desk.assets, desk.ledger)
    looks = _looks(section(board, "looks"), cast, style.names)
    sequences = _sequences(section(board, "sequences"), looks, style.names)
    defaults = section(board, "defaults")
    brand = style.house.brand
    lines = Lines(
        Tongue(style.language, desk.home),
        style.subtitles,
        brand.font.path if brand.font else None,
        desk.assets,
        desk.ledger,
    )
    judged = judging(defaults, judging(board, Judging()))
    extras = Extras(style.house, lines, desk.assets, desk.ledger, judged)
    worn = _loras(section(board, "looks"), desk)
    names, passages = style.names, style.transitions
    return Shots(defaults, looks, worn, sequences, cast, names, passages, desk.assets, desk.ledger, extras)


def _skipped(written: Written) -> tuple[str, ...]:
    return tuple(str(data.get("id", "")) for _, data in written if data.get("skip"))


def _cut(board: Board, shots: list[Shot], written: Written, style: Style, desk: Desk, version: Version | None) -> Cut:
    """Give the edited film: its shots, and the sound and finish that name them."""
    ledger, rate = desk.ledger, style.output.rate
    if written and not shots:
        ledger.wrong("shots", "every shot is skipped; at least one must be in the film")
    places = {shot.id: place for place, shot in enumerate(shots) if shot.id}
    skipped = frozenset(_skipped(written))
    check_chains(shots, places, skipped, ledger)
    check_uses(shots, places, skipped, ledger)
    cut = edit(board, written, shots, rate, version, ledger)
    film = {shot.id: place for place, shot in enumerate(cut)}
    audio = Sounds(desk.assets, places, film, skipped, ledger).audio(section(board, "audio"))
    audio = replace(audio, ambience=ambience(section(board, "sequences"), cut, desk.assets))
    finish = settings.finish(section(board, "finish"), places, film, style.names)
    return in_parts(Cut(cut, audio, finish), written, rate, version, ledger)


def _film(board: Board, cut: Cut, written: Written, style: Style, desk: Desk) -> Storyboard:
    ledger = desk.ledger
    target = board.get("target_seconds")
    rights = handing_on.rights(section(board, "rights"), ledger)
    disclosure = board.get("disclosure", "file")
    handing_on.doubt_disclosure(disclosure, rights, ledger)
    return Storyboard(
        name=desk.path.stem,
        file=desk.path,
        title=str(board.get("title", desk.path.stem)),
        output=style.output,
        shots=tuple(cut.shots),
        seed=int(board.get("seed", 0)),
        target_seconds=None if target is None else Fraction(target),
        open=style.transitions.end(board.get("open"), "open"),
        close=style.transitions.end(board.get("close"), "close"),
        finish=cut.finish,
        audio=cut.audio,
        budget=settings.budget(section(board, "budget")),
        skipped=_skipped(written),
        language=style.language,
        brand=style.house.brand,
        subtitles=style.subtitles,
        rights=rights,
        disclosure=disclosure,
        deliver=handing_on.deliverables(board.get("deliver"), cut.shots, ledger),
        versions=check_versions(board.get("versions"), ledger),
        join=numbers(section(board, "score").get("join")),
        locate=ledger.places.of,
        written=ledger.places.path,
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


def _loras(data: Board, desk: Desk) -> dict[str, tuple[Lora, ...]]:
    """Give what each look adds to the model of its shots."""
    return {
        name: loras(look["lora"], f"looks.{name}.lora", desk.assets, desk.ledger)
        for name, look in data.items()
        if isinstance(look, dict) and look.get("lora") is not None
    }


def _sequences(data: Board, looks: Mapping[str, Look], names: Names) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, sequence in data.items():
        values = sequence if isinstance(sequence, dict) else {}
        found[name] = {"look": names.own("look", values.get("look"), looks, f"sequences.{name}.look")}
    return found
