"""How a model comes into the models folder: gathered beside it by one process, put in its place whole.

<models>/.pulling/<folder>/        what has come; a pull that was killed leaves this, and the next goes on from it
<models>/.pulling/<folder>.lock    held while a pull works
<models>/.pulling/<folder>.gone    the model whose place is taken, for a moment
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import DailiesError, OperatorError
from pipeline.store import discard, sync_folder


def tree_of(folder: Path) -> Path:
    """Give the place where what is to lie in `folder` is gathered."""
    return folder.parent / ".pulling" / folder.name


@contextmanager
def alone(name: str, folder: Path) -> Iterator[None]:
    """Keep other pulls of a model out, and mend what a killed one left between its two renames.

    Raises:
        OperatorError: another process pulls it.
    """
    tree = tree_of(folder)
    tree.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(tree.with_name(f"{tree.name}.lock"), timeout=0):
            gone = tree.with_name(f"{tree.name}.gone")
            if gone.exists() and not folder.exists():
                gone.rename(folder)
            discard(gone)
            yield
    except Timeout:
        raise OperatorError(f"{name} is being pulled by another process", cure="wait for it") from None


def put_in_place(folder: Path) -> None:
    """Have what was gathered lie in `folder`, in the place of what lay there."""
    tree = tree_of(folder)
    gone = tree.with_name(f"{tree.name}.gone")
    if folder.exists():
        folder.rename(gone)
    tree.rename(folder)
    sync_folder(folder.parent)
    discard(gone)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in one line why nothing can be written into a models folder.

    Raises:
        OperatorError: a full disk, or no right to write.
    """
    try:
        yield
    except DailiesError:
        raise
    except OSError as failure:
        told = f"cannot write in {folder}: {failure.strerror or failure}"
        cure = "free some space or give this user the right to write there, or set DAILIES_MODELS to another folder"
        raise OperatorError(told, cure=cure) from failure
