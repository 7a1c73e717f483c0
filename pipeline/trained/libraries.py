"""torch, as the libraries that stand on it need it."""

from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from pipeline.errors import ToolMissing

MISSING = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
"""Operators that torchvision registers a Python side for as it is imported."""

at_work = RLock()
"""Held while a model is loaded, or works where only one may: diffusers, transformers and spandrel build a network by
settings of the whole process, its usual kind of numbers among them, and two at once get a wrong one."""

_importing = Lock()
"""Steps that run side by side ask for torch at the same moment."""


def torch(install: str) -> Any:
    """Give torch; `install` is the command that brings it.

    Raises:
        ToolMissing: it is not installed, or is broken.
    """
    try:
        return mended()
    except (ImportError, OSError, RuntimeError) as failure:
        missing = getattr(failure, "name", None) or failure
        raise ToolMissing(f"this needs a library that is not here: {missing}", cure=install) from failure


def mended() -> Any:
    """Import torch so that a torchvision built for CUDA can be imported beside it where torch itself has none.

    Such a pair is what some package indexes give. torchvision then finds its compiled operators missing, and dies
    with "operator torchvision::nms does not exist", and with it transformers, diffusers and spandrel, which use none
    of them. Declared beforehand, they are merely never called.
    """
    with _importing:
        return _mended()


@cache
def _mended() -> Any:
    import torch as imported

    if imported.version.cuda is None and _built_for_cuda():
        for name, schema in MISSING.items():
            if not hasattr(imported.ops.torchvision, name):
                _library(imported).define(schema)
    return imported


@cache
def _library(imported: Any) -> Any:
    """Give the open list of torchvision's operators; they are there for as long as it is kept."""
    return imported.library.Library("torchvision", "FRAGMENT")


def _built_for_cuda() -> bool:
    """Tell whether the torchvision that is installed was built for CUDA, by its own version."""
    try:
        file = Path(str(distribution("torchvision").locate_file("torchvision/version.py")))
        return "+cu" in file.read_text("utf-8")
    except (PackageNotFoundError, OSError):
        return False
