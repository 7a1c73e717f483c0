"""An edit and a storyboard become the storyboard of that edit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from yaml.nodes import MappingNode, Node, SequenceNode

from pipeline import storyboard, timeline
from pipeline.conform import wording
from pipeline.conform.edit import Edit, centred, refused
from pipeline.conform.placing import Placed, known_shots, place, transition_of
from pipeline.conform.written import Entries, Pages, arranged, entries, flow, rewritten
from pipeline.errors import ProducerError
from pipeline.media.probe import probe
from pipeline.model import Storyboard
from pipeline.storyboard.shorthand import listed
from pipeline.storyboard.source_text import read_text
from pipeline.storyboard.yaml_text import Values, compose

LENGTHS = ("seconds", "frames", "beats")
EDITED = ("otio", "edl", "fcpxml")


@dataclass(frozen=True, slots=True)
class Conformed:
    """The storyboard of an edit, as text, and what its producer should know."""

    text: str
    notes: tuple[str, ...]


@dataclass(slots=True)
class Draft:
    """A storyboard being changed: its text, its nodes and its values, kept in step. Not frozen: that is its work."""

    board: Storyboard
    pages: Pages
    root: MappingNode
    values: dict[str, Any]
    notes: list[str]
    faithful: bool = True

    def say(self, steps: Sequence[str | int], key: str, value: Any, instead: Sequence[str] = ()) -> None:
        """Say `key: value` in the mapping at these steps, in the text and in the values."""
        node, at = self.root, self.values
        for step in steps:
            node, at = _below(node, step), at[step]  # type: ignore[index]  # steps lead through lists too
        if not isinstance(node, MappingNode) or not node.value:
            self.faithful = False
        else:
            self.pages.say(node, key, value, instead)
        for other in instead:
            at.pop(other, None)
        at[key] = _read(flow(value))


def conform(edit_file: Path, board_file: Path, film: Path | None = None) -> Conformed:
    """Write the storyboard of an edit. `film` is the film.otio that was handed out, where the edit does not carry it.

    Raises:
        StoryboardInvalid: the storyboard cannot be read.
        ProducerError: with everything the edit asks for and cannot have, a sentence a line.
    """
    board, _ = storyboard.load(board_file, cache(probe))
    rate = board.output.rate
    edit = _read_edit(edit_file, rate)
    handed_out = _read_edit(film, rate) if film is not None else None
    _same_film(edit_file, edit, board)
    known = known_shots(board, [one for one in (handed_out, edit) if one is not None])
    placed, problems = place(board, edit, known)
    if problems:
        raise refused(edit_file, problems)
    draft = _draft(board, read_text(board_file), [*edit.notes])
    film_ids = [one.id for one in placed]
    placed = _parts_together(board, placed, problems)
    problems += _say_all(draft, edit, placed)
    problems += wording.hanging(draft.values, board, film_ids)
    if problems:
        raise refused(edit_file, problems)
    draft.notes += wording.first_of_groups(board, film_ids)
    return _written(draft, placed)


def _read_edit(path: Path, rate: Fraction) -> Edit:
    edit = _reader(path)(path, rate)
    if any(number + 1 >= len(edit.clips) for number in edit.passages) and not edit.problems:
        edit.problems.append("the last transition does not lie between two clips; use `close`")
    if not edit.clips and not edit.problems:
        edit.problems.append("there is not one clip in it")
    if edit.problems:
        raise refused(path, edit.problems)
    return centred(edit)


def _reader(path: Path) -> Callable[[Path, Fraction], Edit]:
    from pipeline.conform import fcpxml, timelines

    readers = {"otio": timelines.read_otio, "edl": timelines.read_edl, "fcpxml": fcpxml.read_fcpxml}
    kind = path.suffix.lower().removeprefix(".")
    if kind not in readers:
        raise ProducerError(f"{path.name} is no edit", cure=f"name a file ending in .{', .'.join(EDITED)}")
    return readers[kind]


def _same_film(path: Path, edit: Edit, board: Storyboard) -> None:
    version = edit.facts.get("version")
    if version:
        raise refused(path, [f"it is an edit of the version '{version}'; hand out the film itself, and edit that"])
    if edit.facts.get("storyboard", board.file.name) != board.file.name:
        edit.notes.append(f"the edit was handed out for {edit.facts['storyboard']}, not for {board.file.name}")


def _draft(board: Storyboard, text: str, notes: list[str]) -> Draft:
    root = compose(text)
    assert isinstance(root, MappingNode)
    return Draft(board, Pages(text), root, _read(text), notes)


def _read(text: str) -> Any:
    root = compose(text)
    return Values().of(root) if root is not None else None


def _below(node: Node | None, step: str | int) -> Any:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int):
        return node.value[step]
    return node if step == 0 else None


def _parts_together(board: Storyboard, placed: Sequence[Placed], problems: list[str]) -> list[Placed]:
    """Take the parts of a split shot as the one entry they are written as; they cannot be edited apart."""
    parts: dict[int, list[str]] = {}
    for shot in board.shots:
        parts.setdefault(shot.index, []).append(shot.id)
    kept: list[Placed] = []
    number = 0
    while number < len(placed):
        one = placed[number]
        names = parts.get(one.entry, []) if one.entry is not None else []
        if len(names) < 2:
            kept.append(one)
            number += 1
            continue
        group = placed[number : number + len(names)]
        if [other.id for other in group] != names or any(set(other.values) - {"pick"} for other in group):
            problems.append(f"'{one.id}' is a part of a split shot; write its parts as shots of their own to edit them")
        kept.append(replace(group[-1], values={}))
        number += max(1, len(group))
    return kept


# ---------------------------------------------------------------- saying it


def _say_all(draft: Draft, edit: Edit, placed: Sequence[Placed]) -> list[str]:
    board, rate = draft.board, draft.board.output.rate
    problems: list[str] = []
    after = {id(clip): edit.passages.get(number) for number, clip in enumerate(edit.clips)}
    for number, one in enumerate(placed):
        passage = after[id(one.clip)]
        try:
            transition = transition_of(board, placed, number, passage)
        except ValueError as unknown:
            problems.append(
                f"the transition '{unknown}' after '{one.id}' is not of this house; use a dissolve or a cut"
            )
            continue
        if number == len(placed) - 1 and one.entry is not None:
            written = draft.values["shots"][one.entry].get("transition", "cut")
            transition = None if written == "cut" else "cut"
        _say_shot(draft, one, transition, rate)
    kept = {one.entry for one in placed}
    for index in sorted({shot.index for shot in board.shots if shot.index not in kept}):
        draft.say(["shots", index], "skip", value=True)
    _say_length(draft, edit)
    return problems


def _say_shot(draft: Draft, one: Placed, transition: Any, rate: Fraction) -> None:
    if one.entry is None:
        same = _shared(draft, one.known.owner)
        entry = {"id": one.id, **_ordered(one.values), **same, **({"transition": transition} if transition else {})}
        draft.values["shots"].append(_read(flow(entry)))
        return
    steps: list[str | int] = ["shots", one.entry]
    before = draft.values["shots"][one.entry]
    if one.moved or "frames" in one.values:
        later, length = one.moved / rate, one.clip.frames / rate
        titles, lines = (listed(key, before.get(key)) for key in ("titles", "lines"))
        _say_words(draft, steps, "titles", wording.moved_titles(titles, later, length, one.id))
        _say_words(draft, steps, "lines", wording.moved_lines(lines, later, length, one.id))
        _say_effects(draft, one.id, later)
    for key, value in one.values.items():
        draft.say(steps, key, value, LENGTHS if key == "frames" else ())
    if transition is not None:
        draft.say(steps, "transition", transition)


def _shared(draft: Draft, owner: str) -> dict[str, Any]:
    """Give what another cut of a shot's take says as that shot does, so that its colours and ambience stay the same."""
    said: dict[str, Any] = next((one for one in draft.values["shots"] if str(one["id"]) == owner), {})
    return {key: said[key] for key in ("sequence", "look") if key in said}


def _ordered(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: values[key] for key in ("use", "frames", "made", "pick") if key in values}


def _say_words(draft: Draft, steps: Sequence[str | int], key: str, moved: tuple[list[Any], list[str]]) -> None:
    """Say titles or lines anew: number by number where all are left, else the whole list."""
    kept, notes = moved
    draft.notes += notes
    written = draft.values["shots"][steps[-1]].get(key) or []
    before = listed(key, written)
    in_short = written != before
    if len(kept) != len(before) or (in_short and kept != before):
        draft.say(steps, key, kept)
    if len(kept) != len(before) or in_short:
        return
    for number, (old, now) in enumerate(zip(before, kept, strict=True)):
        for name in ("at", "seconds"):
            if name in now and old.get(name) != now[name]:
                draft.say([*steps, key, number], name, now[name])


def _say_effects(draft: Draft, shot: str, later: Fraction) -> None:
    audio = draft.values.get("audio")
    effects = audio.get("effects") if isinstance(audio, dict) else None
    alone = isinstance(effects, dict)
    for number, effect in enumerate([effects] if alone else effects or ()):
        if later and isinstance(effect, dict) and str(effect.get("shot", "")) == shot:
            steps: list[str | int] = ["audio", "effects"] if alone else ["audio", "effects", number]
            draft.say(steps, "at", Fraction(effect.get("at", 0)) - later)


def _say_length(draft: Draft, edit: Edit) -> None:
    before = timeline.slots(draft.board)[-1].end
    if edit.frames == before:
        return
    draft.notes.append(wording.other_length(draft.board, before, edit.frames))
    length = edit.frames / draft.board.output.rate
    if "target_seconds" in draft.values:
        draft.say([], "target_seconds", length)
    elif "target_beats" in draft.values:
        draft.say([], "target_seconds", length, ("target_beats",))


# ---------------------------------------------------------------- writing it


def _written(draft: Draft, placed: Sequence[Placed]) -> Conformed:
    order = _order(draft, placed)
    shots = draft.values["shots"]
    draft.values["shots"] = [shots[number] for number in order]
    node = _below(draft.root, "shots")
    where: Entries | None = entries(draft.pages, node) if draft.faithful else None
    if where is not None:
        old = len(where.starts) - 1
        text = arranged(draft.pages, where, [one if one < old else flow(shots[one]) for one in order])
        if _says(text, draft.values):
            return Conformed(text, tuple(draft.notes))
    draft.notes.append("the storyboard is written anew, without its comments: its shots are not written one by one")
    return Conformed(rewritten(draft.values), tuple(draft.notes))


def _says(text: str, values: Mapping[str, Any]) -> bool:
    import yaml

    try:
        return bool(_read(text) == values)
    except yaml.YAMLError:
        return False


def _order(draft: Draft, placed: Sequence[Placed]) -> list[int]:
    """Give the entries in their new order: skipped ones stay behind the shot they follow, removed ones go last."""
    written = len(_below(draft.root, "shots").value)
    skipped: dict[int, list[int]] = {shot: [] for shot in range(-1, written)}
    in_film = [one.entry for one in placed if one.entry is not None]
    before = {shot.index for shot in draft.board.shots}
    last = -1
    for number in range(written):
        if number in before:
            last = number
        else:
            skipped[last].append(number)
    new = iter(range(written, len(draft.values["shots"])))
    order = list(skipped[-1])
    for one in placed:
        order += [next(new)] if one.entry is None else [one.entry, *skipped[one.entry]]
    removed = [number for number in sorted(before) if number not in in_film]
    return order + [one for number in removed for one in (number, *skipped[number])]
