"""What a pull is to bring: a model's files by their place in its folder, chosen from the pages of the hub."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pipeline.errors import OperatorError, ProducerError, ToolFailed
from pipeline.generators import hub, weights
from pipeline.generators.catalog import Entry, models
from pipeline.generators.hub import File, Page
from pipeline.generators.needed import component_files, part_files
from pipeline.trained.gathering import tree_of

EYES = {"alignment": "google/siglip-base-patch16-256-multilingual", "consistency": "facebook/dinov2-base"}
"""What looks at takes, by name, and where it is fetched from; the first also reads Japanese."""

CONFIG = "config.json"
"""What transformers writes beside a model: its kind and its measures."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """Everything of one model: its files by their place in its folder, its index, and where they are from.

    `head` is the file that `index` is written into: without it nothing loads.
    """

    name: str
    folder: Path
    page: Page
    parts: Mapping[str, Page]
    licence: str
    index: bytes
    files: Mapping[str, File]
    head: str = weights.INDEX

    @property
    def bytes(self) -> int:
        """Bytes of its files, as the hub tells them."""
        return sum(file.size for file in self.files.values())

    @property
    def record(self) -> dict[str, Any]:
        """Where it is from, as it is remembered beside it."""
        parts = [f"{part}:{page.repo}@{page.commit}" for part, page in self.parts.items()]
        return {"repo": self.page.repo, "revision": self.page.commit, "parts": parts}

    @property
    def tree(self) -> Path:
        """Where it is gathered."""
        return tree_of(self.folder)


def known(name: str) -> tuple[Entry | None, Path]:
    """Give what the catalog knows of a model, also by its hub id, and the folder it is to lie in.

    Raises:
        ProducerError: there is no such name.
    """
    entry = models().get(name) or next((one for one in models().values() if one.repo == name), None)
    if entry is None and "/" not in name and name not in EYES:
        near = get_close_matches(name, [*models(), *EYES], n=1)
        cure = f"did you mean {near[0]}?" if near else "`dailies models` lists them; a hub id is written owner/name"
        raise ProducerError(f"there is no model {name!r}", cure=cure)
    try:
        return entry, weights.folder_of(name)
    except ValueError as failure:
        raise ProducerError(f"{name!r} is no hub id", cure="it is written owner/name") from failure


def shipment(name: str, entry: Entry | None, folder: Path, revision: str | None) -> Shipment:
    """Ask the hub what a model comes to, the newest revision or the one named.

    Raises:
        ProducerError: there is no such name or revision.
        OperatorError: the hub does not give it, or only by other means.
        ToolFailed: it is not what is loaded here.
    """
    page = hub.page(entry.repo if entry else EYES.get(name, name), revision)
    made = _eye(name, folder, page) if name in EYES else _pipeline(name, entry, folder, page)
    large = next((file for file in made.files.values() if file.size > hub.LARGEST), None)
    if large:
        cure = f"hf download {page.repo} --local-dir {folder}"
        raise OperatorError(f"{large.path} of {page.repo} is too large for a plain download", cure=cure)
    return made


def _pipeline(name: str, entry: Entry | None, folder: Path, page: Page) -> Shipment:
    if weights.INDEX not in page.files:
        told = f"{page.repo} is no pipeline that diffusers saved: it has no {weights.INDEX}"
        raise ToolFailed(told, cure="look for its edition for diffusers on the hub")
    raw = hub.read(page.files[weights.INDEX])
    wanted = entry.parts if entry and "/" not in name else {}
    parts = {part: hub.page(one.repo) for part, one in wanted.items()}
    index, raw = _composed(raw, entry if "motion_adapter" in parts else None)
    half = entry is not None and entry.dtype == "float16"
    files = component_files(page, index, half=half)
    for part, one in parts.items():
        files |= {f"{part}/{path}": file for path, file in part_files(one, wanted[part].only, half=half).items()}
    return Shipment(name, folder, page, parts, page.licence or (entry.licence if entry else ""), raw, files)


def _eye(name: str, folder: Path, page: Page) -> Shipment:
    """Give what transformers loads, all of it at the top of its repository."""
    if CONFIG not in page.files:
        raise ToolFailed(f"{page.repo} has no {CONFIG}", cure="name another --revision")
    top = replace(page, files={path: one for path, one in page.files.items() if "/" not in path})
    files = part_files(top, (), half=False)
    raw = hub.read(files.pop(CONFIG))
    return Shipment(name, folder, page, {}, page.licence, raw, files, CONFIG)


def _composed(raw: bytes, entry: Entry | None) -> tuple[dict[str, Any], bytes]:
    """Read a pipeline's index; where a motion adapter joins it, as that of the pipeline that they make up."""
    try:
        index = dict(json.loads(raw))
        index["_class_name"] = str(index["_class_name"])
    except (ValueError, TypeError, KeyError) as failure:
        raise ToolFailed(f"the hub's {weights.INDEX} is damaged", cure="name another --revision") from failure
    if entry is None:
        return index, raw
    index |= {"_class_name": next(iter(entry.calls.values()))}
    index |= {"motion_adapter": ["diffusers", "MotionAdapter"], "safety_checker": [None, None]}
    index.pop("requires_safety_checker", None)
    return index, json.dumps(index, indent=2).encode()
