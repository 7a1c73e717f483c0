"""The commonest slips in YAML, each with its cure instead of a parser's words."""

import re
from collections.abc import Callable, Iterator

import yaml

from pipeline.storyboard import unclosed
from pipeline.storyboard.words import short

Told = tuple[int, int, str]
"""Line, column (from 1) and what to do."""

_KEY = r"(?:- +)*[A-Za-z_][\w-]*"
_WIDE_COLON = re.compile(rf"^[ \t\u3000]*({_KEY})[ \u3000]*(：)", re.MULTILINE)
_WIDE_INDENT = re.compile(rf"^[ \t]*(\u3000)[ \u3000]*(?={_KEY}[:：])", re.MULTILINE)
_WIDE_AFTER = re.compile(rf"^[ \t]*({_KEY}):(\u3000)", re.MULTILINE)
_BRACKETED = re.compile(r":[ ]+(\{[^{}]*\}|\[[^\[\]]*\])[ ]*(?=[^\s,}\]#])")
_OPENER = re.compile(r":[ ]+([@`%&*!|>])")
_AFTER_QUOTE = re.compile(r""":[ ]+("[^"]*"|'[^']*')[ ]*(?=[^\s,}\]#])""")
_COLON = re.compile(r"""([\w-]+):[ ]+(?=[^"'{\[|>&*!%@`#\s])([^"'{]*?)(:)(?=\s|$)""")
_COLON_IN_FLOW = re.compile(r"""([\w-]+):[ ]+(?=[^"'{\[|>&*!%@`#\s])(([^"'{},\[\]]*?)(:)(?=\s|$)[^,{}]*)""")
_NO_SPACE = re.compile(rf"^[ ]*({_KEY})(:)(?=[^\s:/])")
_NO_DASH_SPACE = re.compile(r"^[ ]*(-)(?=[A-Za-z])")
_CUT = re.compile(r"(?<=[^\s#]) #(?=[^\s#]|[ ]?\d)")


def wide_signs(text: str) -> Iterator[Told]:
    """Find full-width colons and spaces where YAML needs the narrow ones."""
    for found in _WIDE_COLON.finditer(text):
        key = found[1].lstrip("- ")
        yield (
            *_place(text, found.start(2)),
            f"full-width colon after `{key}`; write `{key}: ` with a narrow colon and a space",
        )
    for found in _WIDE_AFTER.finditer(text):
        yield *_place(text, found.start(2)), "full-width space after the colon; write a narrow space"
    for found in _WIDE_INDENT.finditer(text):
        yield *_place(text, found.start(1)), "full-width space at the beginning of the line; indent with narrow spaces"


def cut_offs(text: str) -> Iterator[tuple[int, int]]:
    """Find each ` #` that looks like a part of a text: line and column (from 1) of the space before it."""
    if " #" not in text:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if " #" in line and not line.lstrip().startswith("#"):
            for found in _CUT.finditer(line):
                yield number, found.start() + 1


def explain(text: str, error: yaml.YAMLError) -> Told:
    """Say where and why the text is no YAML, in a producer's words with the cure."""
    wide = next(wide_signs(text), None)
    problem = getattr(error, "problem_mark", None)
    if problem is None:
        return 1, 1, f"this is not YAML: {short(str(error), 100)}"
    line, column = problem.line + 1, problem.column + 1
    if wide is not None and wide[0] <= line:
        return wide
    context = getattr(error, "context_mark", None)
    first = context.line + 1 if context else line
    lines = text.split("\n")
    by_words = _by_words(error, lines, line, column, (first, context.column + 1 if context else column))
    return by_words or _left_out(error, lines, first, line) or _by_lines(lines, line, first) or _at_last(error)


def _at_last(error: yaml.YAMLError) -> Told:
    mark = error.problem_mark  # type: ignore[attr-defined]  # explain saw that it is there
    return mark.line + 1, mark.column + 1, _otherwise(error)


def _left_out(error: yaml.YAMLError, lines: list[str], first: int, line: int) -> Told | None:
    """Recognise a sign left out before the line where parsing stopped; `first` is where the parser began to wonder."""
    doing = str(getattr(error, "context", ""))
    if "simple key" in doing and first < line:
        return _by_lines(lines, first, first) or unclosed.no_colon(lines, first)
    if "mapping values" in str(getattr(error, "problem", "")) and line > 1 and unclosed.is_bare(lines[line - 2]):
        return unclosed.no_colon(lines, line - 1)
    return unclosed.open_bracket(lines, first, line) if "parsing a flow" in doing else None


def _by_words(error: yaml.YAMLError, lines: list[str], line: int, column: int, context: tuple[int, int]) -> Told | None:
    """Recognise what the parser's own words already tell."""
    problem, doing = str(getattr(error, "problem", "")), str(getattr(error, "context", ""))
    here = lines[line - 1] if line <= len(lines) else ""
    if (
        "tab character" in problem
        or here[column - 1 : column] == "\t"
        or "\t" in here[: len(here) - len(here.lstrip())]
    ):
        return line, here.find("\t") + 1 or column, "a tab; indent with spaces"
    if (lonely := unclosed.lonely_quote(lines, line)) is not None:
        return lonely
    if "quoted scalar" in doing:
        return *context, "this text begins with a quotation mark that never ends; close it"
    if "single document" in doing:
        return line, column, "a second `---`; a file holds one storyboard"
    if "undefined alias" in problem:
        return line, column, 'text that begins with * must stand in quotes: "*..."'
    return None


def _by_lines(lines: list[str], line: int, first: int) -> Told | None:
    """Look for a slip on the line where parsing stopped, then on those just before, where it often began."""
    near = [line, line - 1, line - 2] + ([first] if first < line - 2 else [])
    for number in near:
        if 1 <= number <= len(lines) and number >= min(first, line - 1):
            for look in _LOOKS:
                told = look(unclosed.without_comment(lines[number - 1]))
                if told is not None:
                    return number, told[0], told[1]
    return None


def _bracketed(line: str) -> tuple[int, str] | None:
    found = _BRACKETED.search(line)
    if found is None:
        return None
    rest = re.match(r"[^,}\]]*", line[found.end() :])
    text = line[found.start(1) : found.end()] + (rest[0] if rest else "")
    return found.start(1) + 1, f'text that begins with {found[1][0]} must stand in quotes: "{short(text, 24)}"'


def _opener(line: str) -> tuple[int, str] | None:
    found = _OPENER.search(line)
    return (
        (found.start(1) + 1, f'text that begins with {found[1]} must stand in quotes: "{found[1]}..."')
        if found
        else None
    )


def _after_quote(line: str) -> tuple[int, str] | None:
    found = _AFTER_QUOTE.search(line)
    cure = "put the whole text in quotes of the other kind"
    return (found.end() + 1, f"text goes on after its closing quotation mark; {cure}") if found else None


def _colon(line: str) -> tuple[int, str] | None:
    if "{" in line:
        return _colon_in_flow(line)
    found = _COLON.search(line)
    if found is None:
        return None
    text = short(line[found.start(2) :], 24)
    return found.start(2) + 1, f'a colon inside a text: put the text in quotes, {found[1]}: "{text}"'


def _colon_in_flow(line: str) -> tuple[int, str] | None:
    found = _COLON_IN_FLOW.search(line)
    if found is None:
        return None
    cure = f'put the text in quotes, {found[1]}: "{short(found[2], 24)}"'
    comma = f", or put a comma before `{found[3].split()[-1]}`" if " " in found[3].strip() else ""
    return found.start(2) + 1, f"a colon inside a text: {cure}{comma}"


def _no_space(line: str) -> tuple[int, str] | None:
    found = _NO_SPACE.match(line)
    key = found[1].lstrip("- ") if found else ""
    return (found.start(2) + 1, f"a space is missing after the colon: `{key}: `") if found else None


def _no_dash_space(line: str) -> tuple[int, str] | None:
    found = _NO_DASH_SPACE.match(line)
    return (found.start(1) + 1, "a space is missing after the dash: `- `") if found else None


_LOOKS: tuple[Callable[[str], tuple[int, str] | None], ...] = (
    _bracketed,
    _opener,
    _after_quote,
    _colon,
    _no_space,
    _no_dash_space,
)


_OTHERWISE = (
    (("',' or '}'", "',' or ']'"), "a comma or the closing bracket is missing before this place"),
    (
        ("expected key", "'-' indicator", "not allowed"),
        "this line does not stand under the one it belongs to; give both the same number of spaces",
    ),
    (("node content",), "a value is missing here, or begins with a sign that must stand in quotes"),
    (("comment or line break",), "text that begins with | or > must stand in quotes, or go on in the next line"),
    (("cannot start any token", "alphabetic", "directive"), "text that begins with this sign must stand in quotes"),
    (("':'",), "a line without `key: value`; is a colon missing on this line or the one before?"),
)
"""What a parser's words mean when nothing on the line tells more."""


def _otherwise(error: yaml.YAMLError) -> str:
    problem = str(getattr(error, "problem", error))
    told = (cure for signs, cure in _OTHERWISE if any(sign in problem for sign in signs))
    return next(told, f"this is not YAML: {short(problem, 100)}")


def _place(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1
