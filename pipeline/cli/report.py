"""`dailies report`: write the dailies page and the contact sheets again."""

import webbrowser
from typing import Annotated

import typer

from pipeline.cli.app import app, out
from pipeline.cli.studio import BoardFile, NameOption, StudioOption, film_folder


@app.command()
def report(
    board: BoardFile,
    open_: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
    studio: StudioOption = None,
    name: NameOption = None,
) -> None:
    """Write the dailies page and the contact sheets again, from what is on disk.

    Example: dailies report storyboards/demo.yaml --open
    """
    from pipeline.deliver.facts import MANIFEST, SCORES
    from pipeline.deliver.report import report as write_page
    from pipeline.deliver.sheet import write
    from pipeline.errors import ProducerError

    folder = film_folder(board, studio, name)
    if not (folder / MANIFEST).is_file():
        raise ProducerError("not rendered yet", cure=f"dailies render {board}")
    for scores in sorted(folder.glob(f"shots/*/{SCORES}")):
        write(scores.parent)
    page = write_page(folder)
    out.print(str(page), soft_wrap=True, markup=False, highlight=False)
    if open_:
        webbrowser.open(page.resolve().as_uri())
