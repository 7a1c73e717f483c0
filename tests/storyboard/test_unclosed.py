"""A bracket, a quotation mark or a colon left out is told where it is missing, not where reading stopped."""

import pytest

SHOTS = "shots:\n  - {id: a, scene: a hill}\n  - {id: b, scene: a lake}\n"

LEFT_OUT = [
    ('title: "Kyoto\nlanguage: "en"\n' + SHOTS, 1, 8, "never ends"),
    ('title: Kyoto"\nlanguage: "en"\nopen: "cut\n' + SHOTS, 1, 13, "begins without one"),
    ('brand: {colours: {ink: "#ffffff, ground: "#000000"}}\n' + SHOTS, 1, 50, "a quotation mark"),
    ("output: {size: 1280x720, fps: 24\nlanguage: en\n" + SHOTS, 1, 33, "never closed"),
    ("looks: {day: {style: noir, night: {style: noir}}\n" + SHOTS, 1, 49, "never closed"),
    ("looks: {day: {style: noir},\n  night: {style: anime}\nlanguage: en\n" + SHOTS, 2, 24, "never closed"),
    ("language en\ntitle: Kyoto\n" + SHOTS, 1, 9, "a colon is missing: `language: `"),
    ("output:\n  size 1280x720\n  fps: 24\n" + SHOTS, 2, 7, "a colon is missing: `size: `"),
]

WHOLE = [
    'title: "Kyoto,\n  one autumn day"\n' + SHOTS,
    "output: {size: 1280x720,\n  fps: 24}\n" + SHOTS,
    'title: a 5" disc\n' + SHOTS,
    'title: she said "hello"\n' + SHOTS,
]


@pytest.mark.parametrize(("text", "line", "column", "words"), LEFT_OUT)
def test_what_was_left_out_is_told_in_its_place(problems, text, line, column, words):
    told = problems(text)[0]
    assert (told.line, told.column) == (line, column), str(told)
    assert words in told.message


@pytest.mark.parametrize("text", WHOLE)
def test_what_goes_on_over_lines_is_not_blamed_for_a_later_slip(problems, text):
    told = problems(text + "  - id: c\n\tscene: a tab\n")[0]
    assert "tab" in told.message


def test_a_missing_key_that_was_misspelt_is_told_once(problems):
    (told,) = problems(SHOTS.replace("shots", "shot"))
    assert "did you mean shots?" in told.message
