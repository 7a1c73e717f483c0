"""The edit: which shots, how long each is, and in which parts it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pipeline.model import Audio, Finish, Shot, Transition
from pipeline.storyboard import beats
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.lines import check_lines
from pipeline.storyboard.settings import section
from pipeline.storyboard.splitting import check_parts, longest_part, split, told_again
from pipeline.storyboard.titles import check_titles
from pipeline.storyboard.versions import Version, as_in_main_film, selected, shortened
from pipeline.timeline import seconds_of

Board = Mapping[str, Any]
Written = Sequence[tuple[int, Board]]


@dataclass(frozen=True, slots=True)
class Cut:
    """The shots of a film in its order, exactly long, with the sound and finish that name them."""

    shots: Sequence[Shot]
    audio: Audio
    finish: Finish


def edit(
    board: Board, written: Written, shots: Sequence[Shot], rate: Fraction, version: Version | None, ledger: Ledger
) -> list[Shot]:
    """Give the shots of the film (or the version) with their lengths."""
    counted = {index: Fraction(data["beats"]) for index, data in written if data.get("beats") is not None}
    music = beats.grids(section(board, "audio"))
    cut = selected(shots, [str(data.get("id")) for _, data in written if data.get("skip")], version, ledger)
    if version is not None:
        cut = as_in_main_film(cut, counted, version, rate)
    counted = {shot.index: counted[shot.index] for shot in cut if shot.index in counted}
    cut, whole = beats.on_the_beat(cut, counted, music, rate, ledger)
    if not ledger.problems:  # what could not be read counts wrongly
        beats.check_target(board.get("target_beats"), whole, music, rate, ledger)
    if version is not None:
        cut = shortened(cut, counted, version, rate, ledger)
    _end_with_a_cut(cut, written, version, ledger)
    lengths = [seconds_of(shot, rate) for shot in cut]
    check_titles(cut, lengths, ledger)
    check_lines(cut, lengths, ledger)
    return cut


def _end_with_a_cut(shots: list[Shot], written: Written, version: Version | None, ledger: Ledger) -> None:
    """Take the transition from the film's last shot, which has nothing to pass into."""
    if not shots or shots[-1].transition.type == "cut":
        return
    last = shots[-1]
    if version is None and any(index == last.index and "transition" in data for index, data in written[-1:]):
        message = "the last shot has nothing to pass into; the film's end is `close`"
        ledger.doubt(f"shots[{last.index}].transition", message)
    shots[-1] = replace(last, transition=Transition())


def in_parts(cut: Cut, written: Written, rate: Fraction, version: Version | None, ledger: Ledger) -> Cut:
    """Put the parts of split shots in their places; a version's parts are as long as the main film's."""
    asked = {index: data["split"] for index, data in written if data.get("split")}
    if not asked:
        return cut
    lengths = [seconds_of(shot, rate) for shot in cut.shots]
    longest: dict[str, Fraction] = {}
    for shot, length in zip(cut.shots, lengths, strict=True):
        part = longest_part(asked.get(shot.index), length)
        before = _part_of_main(shot, version) if version is not None and shot.index in asked else part
        if before is not None:
            longest[shot.id] = before
    check_parts(cut.shots, longest, ledger)
    shots, names = split(cut.shots, lengths, longest, ledger)
    audio, finish = told_again(cut.audio, cut.finish, names)
    return Cut(shots, audio, finish)


def _part_of_main(shot: Shot, version: Version) -> Fraction | None:
    main = version.main
    return next((seconds_of(one, main.output.rate) for one in main.shots if one.id == f"{shot.id}-1"), None)
