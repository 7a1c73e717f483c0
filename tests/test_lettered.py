"""Text that cannot be read is found in the plan, of every version, at its own line."""

import pytest

from pipeline import plan, registry, storyboard
from pipeline.errors import StoryboardInvalid
from pipeline.media.probe import probe
from pipeline.plan.lettered import letters

HEAD = "output: {size: landscape-720p, fps: 24}\ndefaults: {seconds: 3}\n"
LONG = "a very long headline that goes on and on " * 23


@pytest.fixture
def checked(board):
    """Plan a text and its versions: line, path and message of every problem."""

    def run(text):
        path = board(text)
        found = []
        try:
            film = plan.plan(storyboard.load(path, probe)[0], probe, registry.generator, lambda _: False)
            for name in film.board.versions:
                cut = storyboard.load(path, probe, version=name)[0]
                plan.version(film, cut, probe, registry.generator, lambda _: False)
        except StoryboardInvalid as invalid:
            found += invalid.problems
        return [(one.line, one.path, one.message) for one in found]

    return run


def test_a_title_too_long_for_the_picture_is_told_at_its_line(checked):
    ((line, path, message),) = checked(HEAD + f"shots:\n  - {{id: a, card: true, titles: [Short, {LONG}]}}\n")
    assert (line, path) == (4, "shots[0].titles[1]")
    assert "cannot be read" in message


def test_a_title_too_long_for_one_version_is_told_with_its_name(checked):
    text = "the harbour in the morning, before anyone is up " * 3
    versions = "versions: [{name: tall, output: {size: 64x360}}]\n"
    shots = f"shots:\n  - {{id: a, card: true, titles: '{text}'}}\n"
    assert checked(HEAD + shots) == []
    ((line, path, message),) = checked(HEAD + versions + shots)
    assert (line, path) == (5, "shots[0].titles")
    assert "in version 'tall'" in message


def test_every_title_without_room_is_told_and_those_with_room_are_not(checked):
    words = "four words of title " * 6
    shots = "shots:\n  - id: a\n    card: true\n    titles:\n" + f"      - {words}\n" * 7
    found = checked(HEAD + shots + "  - {id: b, card: true, titles: fine}\n")
    assert found
    assert len(found) == len({line for line, _, _ in found}) < 7
    assert all(line in range(6, 14) and path.startswith("shots[0].titles[") for line, path, _ in found)
    assert all("no room" in message for _, _, message in found)


def test_titles_one_after_the_other_have_room(checked):
    words = "four words of title " * 6
    titles = ", ".join(f"{{text: '{words}', at: {n}, seconds: 1}}" for n in range(3))
    assert checked(HEAD + f"shots:\n  - {{id: a, card: true, titles: [{titles}]}}\n") == []


def test_the_same_title_twice_stands_in_two_places(board):
    path = board(HEAD + "shots:\n  - {id: a, card: true, titles: [Kyoto, Kyoto]}\n")
    made = plan.plan(storyboard.load(path, probe)[0], probe, registry.generator, lambda _: False)
    first, second = letters(made)
    assert first.box[1] + first.box[3] <= second.box[1] or second.box[1] + second.box[3] <= first.box[1]
