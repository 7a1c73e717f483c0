"""Where a bracket, a quotation mark or a colon was left out: the parser stops later, sometimes pages later."""

import re
from collections.abc import Sequence

Told = tuple[int, int, str]
"""Line, column (from 1) and what to do."""

LONGEST_LINE = 2000
"""Characters of a line that are looked at; beyond them the patterns below would take long."""

_QUOTE = re.compile(r"""(?<!\\)(?:(?<=[\s\[{,:])"|^"|"(?=\s*(?:[,}\]#:]|$)))""")
_KEY_LINE = re.compile(r"[ ]*(?:- +)*[\w-]+:(?:\s|$)|[ ]*- ")
_COMMENT = re.compile(r"""\s#[^"]*$""")


def without_comment(line: str) -> str:
    """Give what is looked at of a line: its beginning, less a comment; a # before a quotation mark is text."""
    return _COMMENT.sub("", line[:LONGEST_LINE])


def lonely_quote(lines: Sequence[str], stop: int) -> Told | None:
    """Find the first line up to `stop` (from 1) with a quotation mark that has no partner.

    A text may go on over several lines; it has no partner where keys stand between the two marks.
    """
    lone = 0
    for number, line in enumerate(lines[:stop], 1):
        if line.lstrip().startswith("#") or len(_QUOTE.findall(line[:LONGEST_LINE])) % 2 == 0:
            continue
        if not lone:
            lone = number
        elif any(_KEY_LINE.match(one) for one in lines[lone:number]):
            break
        else:
            lone = 0
    if not lone:
        return None
    line = lines[lone - 1][:LONGEST_LINE]
    column = [found.start() for found in _QUOTE.finditer(line)][-1] + 1
    begins = re.search(r"(?:^|[\s\[{,:])$", line[: column - 1]) is not None
    what = "this text begins with a quotation mark that never ends; close it"
    return lone, column, what if begins else "a quotation mark ends a text here that begins without one; write both"


def open_bracket(lines: Sequence[str], first: int, stop: int) -> Told | None:
    """Find the line, of those from `first` before `stop`, on which brackets should have ended or a comma should stand.

    `first` is where the brackets open in which reading stopped.
    """
    for number in range(first, stop):
        line = without_comment(lines[number - 1]).rstrip()
        if line and not line.lstrip().startswith("#") and line[-1] not in ",{[":
            what = "a bracket that opens on this line is never closed, or a comma is missing at its end"
            return number, len(line) + 1, what
    return None


def is_bare(line: str) -> bool:
    """Say whether a line is two words or more with no sign between them, as `kind person` is."""
    return re.fullmatch(r"[ ]*(?:- +)?[a-z_]+ [^:\"'{}\[\],#]+", line) is not None


def no_colon(lines: Sequence[str], number: int) -> Told | None:
    """Tell of a line that should be a key and its value."""
    found = re.match(r"[ ]*(?:- +)*([\w-]+)", lines[number - 1])
    return (number, found.end() + 1, f"a colon is missing: `{found[1]}: `") if found else None
