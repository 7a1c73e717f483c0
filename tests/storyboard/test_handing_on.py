"""What leaves the house: deliverables, rights, disclosure."""

import pytest

from pipeline.model import Deliver, Rights

SHOTS = "shots: [{id: a, card: {}}]\n"


def test_what_is_delivered(read):
    board, warnings = read("deliver: [mp4, {gif: {width: 300, max_mb: 2.5}}, otio, looks]\n" + SHOTS)
    assert board.deliver == (Deliver("gif", {"width": 300, "max_mb": 2.5}), Deliver("otio"), Deliver("looks"))
    assert warnings == ()


def test_subtitles_of_nothing_are_doubted(read):
    board, warnings = read("deliver: [srt]\n" + SHOTS)
    assert ([one.name for one in board.deliver], [one.path for one in warnings]) == (["srt"], ["deliver[0]"])
    assert read("deliver: [srt]\nshots: [{id: a, card: {}, lines: [{text: Hm.}]}]\n")[1] == ()


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("deliver: [gif, {gif: {width: 300}}]\n", "deliver[1]", "already in this list"),
        ("deliver: [{}]\n", "deliver[0]", "nothing is named"),
        ("deliver: [gfi]\n", "deliver[0]", "did you mean gif?"),
        ("deliver: [{gif: {widht: 300}}]\n", "deliver[0].gif.widht", "did you mean width?"),
        ("rights: {territory: [jp]}\n", "rights.territory[0]", "write JP"),
        ("rights: {territory: [Japan]}\n", "rights.territory[0]", "two capitals"),
        ("rights: {use: comercial}\n", "rights.use", "did you mean commercial?"),
        ("language: English!\n", "language", "en, ja"),
    ],
)
def test_slips(problems, text, path, words):
    (found,) = problems(text + SHOTS)
    assert found.path == path
    assert words in found.message


@pytest.mark.parametrize(
    ("territory", "disclosure", "count"),
    [("JP, EU", "none", 1), ("FR", "none", 1), ("JP", "none", 0), ("EU", "file", 0)],
)
def test_a_film_in_the_eu_says_that_it_was_generated(read, territory, disclosure, count):
    text = f"rights: {{use: commercial, territory: [{territory}]}}\ndisclosure: {disclosure}\n"
    board, warnings = read(text + SHOTS)
    assert [one.path for one in warnings] == ["disclosure"] * count
    assert (board.disclosure, board.rights) == (disclosure, Rights("commercial", tuple(territory.split(", "))))
    assert read(SHOTS)[0].disclosure == "file"
