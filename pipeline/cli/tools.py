"""`dailies tools`: what is registered, and what is missing for the rest."""

import json
from typing import Annotated

import typer

from pipeline.cli.app import app, out


@app.command()
def tools(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """List generators and finishing steps, and say how to get those that are not here.

    Example: dailies tools
    """
    from pipeline import registry

    found = [
        {"kind": kind[:-1], "name": name, "state": _state(kind, name)}
        for kind in registry.BUILT_IN
        for name in registry.names(kind)
    ]
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("kind", "name", "state"):
        table.add_column(title)
    for one in found:
        table.add_row(one["kind"], one["name"], one["state"])
    out.print(table)


def _state(kind: str, name: str) -> str:
    from pipeline import registry
    from pipeline.errors import ToolMissing

    try:
        made = registry.load(kind, name)
    except ToolMissing as failure:
        return str(failure)
    return f"ready, version {made.version}"
