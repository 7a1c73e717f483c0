"""A storyboard's text, printed or written into a new file."""

import os
from pathlib import Path

from pipeline.errors import OperatorError, ProducerError


def refuse_what_is_there(path: Path | None) -> None:
    """Refuse to write over anything.

    Raises:
        ProducerError: there is something of that name.
    """
    if path is not None and os.path.lexists(path):
        raise ProducerError(f"{path} is there already", cure="give another name; nothing was written")


def give(text: str, to: Path | None) -> None:
    """Print a text, or write it into a file that is not there yet and print its name.

    Raises:
        ProducerError: the file is there, or its folder cannot be written to.
    """
    from pipeline.store import write_whole

    if to is None:
        print(text, end="")
        return
    refuse_what_is_there(to)
    try:
        write_whole(to, text)
    except OperatorError as failure:
        raise ProducerError(failure.message, cure="choose another folder") from failure
    print(to)
