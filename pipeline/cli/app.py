"""The command line's frame: one place that turns a failure into a sentence and an exit code."""

import sys

import typer
from rich.console import Console

from pipeline.errors import DailiesError

app = typer.Typer(
    name="dailies",
    help="A storyboard tonight, the film tomorrow morning.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

out = Console()
err = Console(stderr=True, soft_wrap=True, highlight=False)


STOPPED = 130
"""What typer gives for Ctrl-C."""


def run() -> int:
    """Run the command line and give its exit code (interface.md)."""
    try:
        code = int(app(standalone_mode=False) or 0)
    except DailiesError as failure:
        err.print(str(failure), style="red", markup=False)
        return failure.exit_code
    except typer.Abort:
        code = STOPPED
    except Exception as failure:  # noqa: BLE001 - the last line of defence: a bug is told as one, not as a traceback
        return _usage(failure)
    if code == STOPPED:
        err.print("stopped; what was made is kept, the same command goes on from here")
    return code


def _usage(failure: Exception) -> int:
    show = getattr(failure, "show", None)
    if show is not None:  # a wrong argument, told by click
        show(file=sys.stderr)
        return 2
    err.print(f"a bug: {type(failure).__name__}: {failure}", style="red", markup=False)
    return 1
