"""Which files of a repository diffusers needs to load a pipeline: one precision of each component, and no pickles."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from pipeline.errors import ToolFailed
from pipeline.generators.hub import File, Page

BESIDE = (".json", ".txt", ".model", ".vocab", ".merges", ".jinja")
"""Endings of what lies beside weights: settings, and what readers of words go by."""

WEIGHTS = re.compile(
    r".*?(-\d+-of-\d+)?(\.(?P<variant>fp16|bf16|fp32|non_ema))?(-\d+-of-\d+)?\.safetensors"
    r"(\.index(\.(?P<of>fp16|bf16|fp32|non_ema))?\.json)?"
)
"""Weights and the lists of their pieces; `variant` and `of` are the precision, where a name tells it."""

ELSEWHERE = (".safetensors", ".bin", ".ckpt", ".pt", ".pth", ".msgpack", ".h5", ".onnx", ".gguf")
"""Endings of weights, in whatever form."""


def component_files(page: Page, index: Mapping[str, Any], *, half: bool) -> dict[str, File]:
    """Choose by path what the components that an index names need; in half precision where asked and there is any.

    Raises:
        ToolFailed: a component is there only in a form that is not loaded here.
    """
    names = {name for name, one in index.items() if isinstance(one, list) and len(one) == 2 and one[0]}
    inside = {
        path: file
        for path, file in page.files.items()
        if path.count("/") == 1 and PurePosixPath(path).parent.name in names
    }
    return _of_each_folder(page.repo, inside, half=half)


def part_files(page: Page, only: Sequence[str], *, half: bool) -> dict[str, File]:
    """Choose by path what is needed of a repository that joins another; `only` what fits one of these patterns.

    Raises:
        ToolFailed: it is there only in a form that is not loaded here.
    """
    fit = {path: one for path, one in page.files.items() if not only or any(fnmatchcase(path, wish) for wish in only)}
    return _of_each_folder(page.repo, fit, half=half)


def _of_each_folder(repo: str, files: Mapping[str, File], *, half: bool) -> dict[str, File]:
    def folder(path: str) -> str:
        return PurePosixPath(path).parent.as_posix()

    kept: dict[str, File] = {}
    for name, paths in groupby(sorted(files, key=folder), folder):
        kept |= {path: files[path] for path in _of_one_folder(repo, name, list(paths), half=half)}
    return kept


def _of_one_folder(repo: str, folder: str, paths: Sequence[str], *, half: bool) -> list[str]:
    known = {path: match["variant"] or match["of"] or "" for path in paths if (match := WEIGHTS.fullmatch(path))}
    variants = {variant for path, variant in known.items() if path.endswith(".safetensors")}
    wanted = ("fp16", "", "bf16") if half else ("", "bf16", "fp16")
    chosen = next((one for one in wanted if one in variants), None)
    if chosen is None and any(path.endswith(ELSEWHERE) for path in paths):
        where = "its weights" if folder == "." else f"its {folder}"
        told = f"{repo} has {where} in no form that is loaded here: pickles may hold code, and so are not fetched"
        raise ToolFailed(told, cure="look for another edition of the model on the hub")
    beside = [path for path in paths if path.endswith(BESIDE) and ".index." not in path]
    return beside + [path for path, variant in known.items() if variant == chosen]
