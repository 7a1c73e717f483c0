"""From a file to a Storyboard, or to everything that is wrong with it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import Node, ScalarNode

from pipeline.errors import Problem, StoryboardInvalid
from pipeline.model import Probe, Storyboard
from pipeline.storyboard import mistakes
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.later import warn_of_later_keys
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.lint import lint
from pipeline.storyboard.overlays import Origins, chosen, laid_over
from pipeline.storyboard.places import Places, join
from pipeline.storyboard.resolve import Desk, resolve
from pipeline.storyboard.settings import section
from pipeline.storyboard.shorthand import in_full
from pipeline.storyboard.source_text import read_text
from pipeline.storyboard.validate import validate
from pipeline.storyboard.versions import TARGETS, as_overlay, as_small, named_versions, version_of, without_bars
from pipeline.storyboard.words import short
from pipeline.storyboard.yaml_text import PLAIN, TooDeepError, Values, children, compose, grows_too_much

MOST_FAULTS = 100
"""Of duplicate keys and tags told at once; finding the path of each takes a walk through the document."""


def load(
    path: Path,
    probe: Probe,
    *,
    version: str | None = None,
    profile: str | None = None,
    known_as: Path | str | None = None,
) -> tuple[Storyboard, tuple[Problem, ...]]:
    """Read a storyboard, or one version of it, and give it with its warnings, in the order of the file.

    `probe` tells what a file of the producer's is; it is asked once a file. A profile is laid over the storyboard
    first, then the version. The storyboard's `locate` finds lines and columns later without keeping the whole
    document at hand. `known_as`: `path` lies in a snapshot of that file, which is the one to be named in the
    storyboard and in every message; its files are looked for beside `path` only.

    Raises:
        StoryboardInvalid: with every problem found, in the order of the file; texts cut off by ` #` are among them,
            marked as warnings.
        ProducerError: the storyboard has no such version or profile.
    """
    named = path if known_as is None else Path(known_as)
    text = _text(path, named)
    with _collector_paused():
        ledger = Ledger(str(named), Places(text))
        board = _read(text, ledger)
        assets = Assets(path, probe, ledger, alone=known_as is not None)
        storyboard = _understand(board, named, assets, ledger, version, profile)
        ledger.places.forget()
    return storyboard, tuple(sorted(dict.fromkeys(ledger.warnings), key=_place))


def names(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the names of a storyboard's profiles and versions, as far as it can be read."""
    try:
        root = compose(read_text(path))
    except (StoryboardInvalid, TooDeepError, yaml.YAMLError):
        return (), ()
    if root is None or grows_too_much(root):
        return (), ()
    board = Values().of(root)
    if not isinstance(board, dict):
        return (), ()
    return tuple(section(board, "profiles")), tuple(named_versions(board))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause cyclic garbage collection: a long storyboard is a million new objects and not one cycle among them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _text(path: Path, named: Path) -> str:
    try:
        return read_text(path)
    except StoryboardInvalid as wrong:
        raise StoryboardInvalid([replace(one, file=str(named)) for one in wrong.problems]) from None


def _read(text: str, ledger: Ledger) -> Any:
    root = _root(text, ledger)
    ledger.places = Places(text, root)
    if "*" in text and grows_too_much(root):
        ledger.wrong(
            "", "aliases (*name) repeat each other until the storyboard is far larger than the file; write it out"
        )
        raise StoryboardInvalid(ledger.problems)
    values = Values()
    board = values.of(root)
    for node, message in values.faults[:MOST_FAULTS]:
        path = join(ledger.places.steps_to(node))
        ledger.wrong_at(node.start_mark.line + 1, node.start_mark.column + 1, message, path)
    ledger.unread.update(join(ledger.places.steps_to(node)) for node in values.unread[:MOST_FAULTS])
    _doubt_cut_offs(text, root, ledger)
    return board


def _root(text: str, ledger: Ledger) -> Node:
    try:
        root = compose(text)
    except TooDeepError as deep:
        ledger.wrong_at(deep.line, deep.column, "nested too deeply: brackets or indentation over 64 levels")
    except yaml.YAMLError as error:
        ledger.wrong_at(*mistakes.explain(text, error))
    else:
        if root is not None:
            return root
        ledger.wrong_at(1, 1, "the storyboard is empty; `dailies new` prints one to start from")
    raise StoryboardInvalid(ledger.problems)


def _doubt_cut_offs(text: str, root: Node, ledger: Ledger) -> None:
    """Warn where ` #` ended a text that was probably meant to go on."""
    places = set(mistakes.cut_offs(text))
    if not places:
        return
    for node in _nodes(root, set()):
        end = node.end_mark
        if isinstance(node, ScalarNode) and node.tag == PLAIN and (end.line + 1, end.column + 1) in places:
            rest = short(text.split("\n")[end.line][end.column :].strip(), 20)
            cure = f'to keep "{rest}" put the text in quotes, for a comment write two spaces before #'
            message = f'the text ends at " #"; {cure}'
            ledger.doubt_at(end.line + 1, end.column + 2, message, join(ledger.places.steps_to(node)))


def _nodes(node: Node, seen: set[int]) -> Iterator[Node]:
    if id(node) not in seen:
        seen.add(id(node))
        yield node
        for child in children(node):
            yield from _nodes(child, seen)


def _understand(
    board: Any, path: Path, assets: Assets, ledger: Ledger, version: str | None, profile: str | None
) -> Storyboard:
    cut_offs = tuple(ledger.warnings)  # doubtful alone, the likely cause of what else is wrong
    obeying = validate(board, ledger)
    for line, column, message in mistakes.wide_signs(ledger.places.text):
        note = ledger.wrong_at if ledger.problems else ledger.doubt_at
        note(line, column, message)
    warn_of_later_keys(obeying, ledger)
    checked = in_full(obeying)
    desk = Desk(path, assets, ledger, str(checked.get("language", "en")))
    storyboard = _asked_for(checked, desk, version, profile)
    lint(storyboard.shots, ledger)
    if ledger.problems:
        raise StoryboardInvalid(sorted(dict.fromkeys((*ledger.problems, *cut_offs)), key=_place))
    return storyboard


def _asked_for(board: dict[str, Any], desk: Desk, version: str | None, profile: str | None) -> Storyboard:
    """Resolve the main film, with a profile laid over it, then the version asked for."""
    moved: Origins = {}
    profiles = {name: over for name, over in section(board, "profiles").items() if isinstance(over, dict)}
    versions = named_versions(board)
    for kind, name, known in (("profile", profile, profiles), ("version", version, versions)):
        if name is not None and not (desk.ledger.problems and name not in known):
            chosen(kind, name, known, desk.path.name)
    plain = section(board, "output").get("size")
    if profile is not None and profile in profiles:
        board = laid_over(board, profiles[profile], ("profiles", profile), moved)
        desk.ledger.places.moved = moved
    main = resolve(board, desk)
    if version is None or version not in versions:
        return main
    index = versions[version]
    data = board["versions"][index]
    over, moved = as_small(as_overlay(data), plain, main.output.size), dict(moved)
    board = without_bars(board, over)
    if "shots" in data:  # the length asked for was that of all shots
        board = {key: value for key, value in board.items() if key not in TARGETS}
    board = laid_over(board, over, ("versions", index), moved)
    desk.ledger.places.moved = moved
    return resolve(board, desk, version_of(data, index, main))


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column
