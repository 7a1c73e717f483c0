"""`dailies gc`: give disk space back."""

from typing import Annotated

import typer

from pipeline.cli.app import app, out
from pipeline.cli.studio import StudioOption, studio_folder


@app.command()
def gc(
    studio: StudioOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    paid: Annotated[bool, typer.Option("--paid", help="Also what cost money to make.")] = False,
) -> None:
    """Remove what no film needs any more: named by no plan.json and older than 7 days.

    Example: dailies gc --dry-run
    """
    from pipeline import gc as forgetting
    from pipeline.errors import Busy
    from pipeline.production import Studio
    from pipeline.store import discard

    place = Studio(studio_folder(studio))
    found = list(forgetting.unneeded(place, paid=paid))
    if not dry_run:
        for one in list(found):
            try:
                place.store.remove(one.entry)
            except Busy:  # a render needs it after all
                found.remove(one)
        for path in list(forgetting.leftovers(place)):
            discard(path)
    verb = "would go" if dry_run else "gone"
    size = sum(one.bytes for one in found) / 1e6
    out.print(f"{len(found)} artefacts {verb}, {size:.1f} MB", highlight=False)
