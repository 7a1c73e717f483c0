"""The package `realesrgan` as it was published: what the house's own enlarging is held against."""

import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from pipeline.errors import ToolMissing
from pipeline.trained.libraries import mended

INSTALL = "pip install 'dailies[realesrgan]'"

GONE = "torchvision.transforms.functional_tensor"
"""A module of torchvision until 0.17, of which basicsr, which realesrgan stands on, imports `rgb_to_grayscale`."""


@cache
def original() -> Any:
    """Give the class `RealESRGANer`.

    Raises:
        ToolMissing: the package is not installed, or does not go with what is.
    """
    try:
        mended()
        _bring_back()
        from realesrgan import RealESRGANer
    except (ImportError, OSError, RuntimeError) as failure:
        missing = getattr(failure, "name", None) or failure
        raise ToolMissing(f"this needs a library that is not here: {missing}", cure=INSTALL) from failure
    return RealESRGANer


def _bring_back() -> None:
    """Lay what is gone from torchvision where it was; where it still is, nothing changes."""
    functional = import_module("torchvision.transforms.functional")

    if GONE not in sys.modules and find_spec(GONE) is None:
        module = ModuleType(GONE)
        vars(module)["rgb_to_grayscale"] = functional.rgb_to_grayscale
        sys.modules[GONE] = module
