"""From a file to a Storyboard, or to everything that is wrong with it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
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
from pipeline.storyboard.places import Places, join
from pipeline.storyboard.resolve import resolve
from pipeline.storyboard.source_text import read_text
from pipeline.storyboard.validate import validate
from pipeline.storyboard.words import short
from pipeline.storyboard.yaml_text import PLAIN, TooDeepError, Values, children, compose, grows_too_much

MOST_FAULTS = 100
"""Of duplicate keys and tags told at once; finding the path of each takes a walk through the document."""


def load(path: Path, probe: Probe) -> tuple[Storyboard, tuple[Problem, ...]]:
    """Read a storyboard and give it with its warnings, in the order of the file.

    `probe` tells what a file of the producer's is; it is asked once a file. The storyboard's `locate` finds lines
    and columns later without keeping the whole document at hand.

    Raises:
        StoryboardInvalid: with every problem found, in the order of the file; texts cut off by ` #` are among them,
            marked as warnings.
    """
    text = read_text(path)
    with _collector_paused():
        ledger = Ledger(str(path), Places(text))
        board = _read(text, ledger)
        storyboard = _understand(board, path, probe, ledger)
        ledger.places.forget()
    return storyboard, tuple(sorted(dict.fromkeys(ledger.warnings), key=_place))


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


def _understand(board: Any, path: Path, probe: Probe, ledger: Ledger) -> Storyboard:
    cut_offs = tuple(ledger.warnings)  # doubtful alone, the likely cause of what else is wrong
    checked = validate(board, ledger)
    for line, column, message in mistakes.wide_signs(ledger.places.text):
        note = ledger.wrong_at if ledger.problems else ledger.doubt_at
        note(line, column, message)
    warn_of_later_keys(checked, ledger)
    storyboard = resolve(checked, path, Assets(path, probe, ledger), ledger)
    lint(storyboard.shots, ledger)
    if ledger.problems:
        raise StoryboardInvalid(sorted(dict.fromkeys((*ledger.problems, *cut_offs)), key=_place))
    return storyboard


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column
