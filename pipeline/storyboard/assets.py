"""The producer's files: inside the storyboard's folder (or the assets folder), there, and of the right kind."""

import errno
import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pipeline.errors import MediaInvalid
from pipeline.model import Asset, MediaFacts, Probe
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import close, did_you_mean, one_of, short

CALLED = {"weights": "file of weights"}
"""What a kind of file is called, where that is not its own name."""

ASSETS_FOLDER = "DAILIES_ASSETS"
"""Environment variable: a folder beside the storyboard's own in which files are looked for."""


class Assets:
    """Finds and probes files, each once: a class because what it has seen must be kept for the whole storyboard.

    `alone`: the storyboard's folder holds all there is, as in a snapshot.
    """

    def __init__(self, board: Path, probe: Probe, ledger: Ledger, *, alone: bool = False) -> None:
        configured = None if alone else os.environ.get(ASSETS_FOLDER)
        folders = [board.absolute().parent, *([Path(configured)] if configured else [])]
        self.roots = tuple(folder.resolve() for folder in folders)
        self._probe = probe
        self._ledger = ledger
        self._found: dict[str, Path | str] = {}
        self._facts: dict[Path, MediaFacts | str] = {}

    def get(self, name: object, path: str, kinds: Sequence[str]) -> tuple[Asset, MediaFacts] | None:
        """Find the file called `name` at `path` of the storyboard; None with a problem noted when it cannot serve.

        `kinds` are what will do: picture, video, sound (a video that has sound is one), weights.
        """
        asset = self.file(name, path)
        if asset is None:
            return None
        facts = self._facts_of(asset.path)
        if isinstance(facts, str):
            self._ledger.wrong(path, facts)
            return None
        if not _serves(facts, kinds):
            found = CALLED.get(facts.kind, facts.kind)
            self._ledger.wrong(
                path, f"{short(asset.name)} is a {found}; here stands a {one_of(kinds)}{_hint(facts, kinds)}"
            )
            return None
        return asset, facts

    def file(self, name: object, path: str) -> Asset | None:
        """Find a file that is no picture, clip or sound; None with a problem noted when it is not there."""
        if not isinstance(name, str):
            return None
        if name not in self._found:
            self._found[name] = _find(name, self.roots)
        place = self._found[name]
        if isinstance(place, str):
            self._ledger.wrong(path, place)
            return None
        return Asset(name, place)

    def _facts_of(self, place: Path) -> MediaFacts | str:
        if place not in self._facts:
            try:
                self._facts[place] = self._probe(place)
            except MediaInvalid as error:
                self._facts[place] = str(error)
        return self._facts[place]


def _serves(facts: MediaFacts, kinds: Sequence[str]) -> bool:
    return facts.kind in kinds or ("sound" in kinds and facts.has_sound)


def _hint(facts: MediaFacts, kinds: Sequence[str]) -> str:
    if facts.kind == "picture" and "video" in kinds:
        return "; a picture goes to first_frame"
    if facts.kind == "weights":
        return "; weights go to lora"
    if facts.kind == "video" and "picture" in kinds:
        return "; a clip goes to source"
    return " (and this one has no sound)" if facts.kind == "video" else ""


def _find(name: str, roots: Sequence[Path]) -> Path | str:
    """Give the file, or why it cannot be used."""
    refused = _refusal(name)
    if refused:
        return refused
    reason = ""
    for root in roots:
        place = _on_disk(root, PurePosixPath(name).parts)
        if isinstance(place, str):
            reason = reason or place
            continue
        if _in_a_circle(place):
            return f"{short(name)} is a link that leads in a circle, to no file; put the file itself in its place"
        real = place.resolve()
        if not any(real.is_relative_to(one) for one in roots):
            return f"{short(name)} is a link that leads out of the storyboard's folder; copy the file into it"
        return real if real.is_file() else f"{short(name)} is not a file"
    return reason


def _in_a_circle(place: Path) -> bool:
    """Say whether links lead round and round; what `Path.resolve` does then differs between versions of Python."""
    try:
        place.stat()
    except OSError as failure:
        return failure.errno == errno.ELOOP
    return False


def _refusal(name: str) -> str:
    inside = "files are named relative to the storyboard's folder and stay inside it"
    if "://" in name:
        return f"{short(name)} is an address; copy the file beside the storyboard and name it, e.g. assets/gate.png"
    if name.startswith(("/", "~")) or name[1:3] in (":\\", ":/"):
        return f"{short(name)} is an absolute path; {inside}, e.g. assets/gate.png"
    if ".." in PurePosixPath(name.replace("\\", "/")).parts:
        return f"{short(name)} leads out with ..; {inside}, e.g. assets/gate.png"
    if "\\" in name:
        return f'write / between folders: "{short(name.replace(chr(92), "/"))}"'
    return "a file name cannot hold such characters" if any(ord(sign) < 32 for sign in name) else ""


def _on_disk(folder: Path, parts: Sequence[str]) -> Path | str:
    """Walk down by name, taking a name that differs only in Unicode form (NFC, NFD) as the same."""
    for index, part in enumerate(parts):
        try:
            here = folder / part if os.path.lexists(folder / part) else _same_letters(folder, part)
        except OSError:
            here = None
        if here is None:
            return _absent(parts, index, folder)
        folder = here
    return folder


def _same_letters(folder: Path, part: str) -> Path | None:
    wanted = unicodedata.normalize("NFC", part)
    return next((one for one in folder.iterdir() if unicodedata.normalize("NFC", one.name) == wanted), None)


def _absent(parts: Sequence[str], index: int, folder: Path) -> str:
    try:
        names = [one.name for one in folder.iterdir()]
    except OSError:
        names = []
    name, part = "/".join(parts), parts[index]
    where = f" (there is no folder {short(part)})" if index < len(parts) - 1 else ""
    return f"there is no file {short(name, 80)}{where}{did_you_mean(close(part, names))}"
