"""The command line's frame: one place that turns a failure into a sentence and an exit code."""

import errno
import os
import sys
from pathlib import Path

import typer
from rich.console import Console

from flows.stopping import SENTENCE, STOPPED, stoppable
from pipeline.errors import DailiesError

DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EIO, errno.EMFILE}
"""What the operator must mend, whichever file it was that could not be written."""

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


def run() -> int:
    """Run the command line and give its exit code (interface.md)."""
    with stoppable():
        code = _run()
    if code == STOPPED:
        err.print(SENTENCE)
    return code


def _run() -> int:
    try:
        return int(app(standalone_mode=False) or 0)
    except DailiesError as failure:
        return _failed(failure)
    except (typer.Abort, KeyboardInterrupt):
        return STOPPED
    except BrokenPipeError:  # `dailies plan | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as failure:  # noqa: BLE001 - the last line of defence: a bug is told as one, not as a traceback
        if isinstance(failure, OSError) and failure.errno in DISK:
            from pipeline.store import refused

            return _failed(refused(failure, Path(failure.filename or ".")))
        return _usage(failure)


def _failed(failure: DailiesError) -> int:
    err.print(str(failure), style="red", markup=False)
    return failure.exit_code


def _usage(failure: Exception) -> int:
    show = getattr(failure, "show", None)
    if show is not None:  # a wrong argument, told by click
        show(file=sys.stderr)
        return 2
    err.print(f"a bug: {type(failure).__name__}: {failure}", style="red", markup=False)
    return 1
