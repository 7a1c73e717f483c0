"""The tables of docs/storyboard.md, made of the contract and the vocabulary.

`python -m pipeline.storyboard.fields docs/storyboard.md` writes them anew.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.prompts import vocabulary
from pipeline.storyboard.schema import LATER, Schema, objects, resolved, schema

BEGIN = "<!-- begin: {} (generated) -->"
END = "<!-- end: {} -->"
KINDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true, false",
    "array": "list",
    "object": "mapping",
}
REPEATED = ("profiles", "versions")
"""Sections whose keys are those of others."""


def renewed(document: str) -> str:
    """Give a document with the tables between its markers made anew."""
    for name, text in (("fields", fields()), ("vocabulary", words())):
        begin, end = BEGIN.format(name), END.format(name)
        head, _, rest = document.partition(begin)
        _, _, tail = rest.partition(end)
        document = f"{head}{begin}\n\n{text}\n{end}{tail}"
    return document


def fields() -> str:
    """Make one table for every mapping of the contract; mappings that are alike share one."""
    tables: dict[str, list[str]] = {}
    for path, part in objects(schema()):
        if path.split(".")[0].rstrip("[]") not in REPEATED:
            paths = tables.setdefault(_rows(part), [])
            if path not in paths:
                paths.append(path)
    return "\n".join(f"### {_title(paths)}\n\n{rows}\n" for rows, paths in tables.items())


def _title(paths: Sequence[str]) -> str:
    return ", ".join(f"`{path}`" if path else "The film" for path in paths)


def _rows(part: Schema) -> str:
    required = part.get("required", ())
    rows = [
        f"| `{key}`{' (needed)' if key in required else ''} | {_cell(_value(below))} | {_cell(_meaning(below))} |"
        for key, below in ((key, resolved(below)) for key, below in part["properties"].items())
    ]
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _meaning(part: Schema) -> str:
    words = str(part.get("description", ""))
    return f"{words} *Not yet in effect.*" if part.get(LATER) else words


def _value(part: Schema) -> str:
    part = resolved(part)
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_value(branch) for branch in part["anyOf"]))
    if "enum" in part:
        return ", ".join(f"`{one}`" for one in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    kind: Any = part.get("type", "anything")
    names = [KINDS.get(one, one) for one in ([kind] if isinstance(kind, str) else kind)]
    inside = f" of {_value(part['items'])}" if "items" in part and "enum" not in part["items"] else ""
    return " or ".join(names) + inside + _bounds(part)


def _bounds(part: Schema) -> str:
    least = part.get("minimum")
    most = part.get("maximum")
    if "exclusiveMaximum" in part:
        return f", over {part['exclusiveMinimum']}, below {part['exclusiveMaximum']}"
    if "exclusiveMinimum" in part:
        return f", over {part['exclusiveMinimum']}" + (f", at most {most}" if most is not None else "")
    return f", {least} to {most}" if least is not None and most is not None else f", from {least}" if least == 0 else ""


def words() -> str:
    """Make one table for every kind of word."""
    return "\n".join(_word_table(kind) for kind in vocabulary())


def _word_table(kind: str) -> str:
    rows = [
        f"| `{term.id}` | {term.en} | {term.ja} | {', '.join(term.synonyms)} |" for term in vocabulary()[kind].values()
    ]
    return "\n".join([f"### {kind}", "", "| id | English | 日本語 | also |", "|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        place = Path(argument)
        place.write_text(renewed(place.read_text("utf-8")), "utf-8")
