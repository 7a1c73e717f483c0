"""What makes people, places and styles the same in every shot: extra weights for the model, and pictures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.media.weights import SUFFIX, is_weights
from pipeline.model import Asset, Lora
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import short

MOST = 8
"""Files of weights of one shot, and pictures."""

PICKLES = (".bin", ".ckpt", ".pkl", ".pt", ".pth")
WEIGHTS = ("weights",)
PICTURE = ("picture",)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Weights and pictures that belong to somebody, or to a shot."""

    loras: tuple[Lora, ...] = ()
    references: tuple[Asset, ...] = ()


def loras(value: Any, path: str, assets: Assets, ledger: Ledger) -> tuple[Lora, ...]:
    """Read `lora`; what cannot be used is noted and left out."""
    found = []
    for index, data in enumerate(value if isinstance(value, list) else ()):
        name = data.get("file") if isinstance(data, dict) else None
        file = None if name is None else _weights(str(name), f"{path}[{index}].file", assets, ledger)
        if file is not None:
            found.append(Lora(file, float(data.get("scale", 1))))
    return tuple(found)


def _weights(name: str, path: str, assets: Assets, ledger: Ledger) -> Asset | None:
    plain = PurePosixPath(name)
    if not is_weights(Path(name)):
        why = f'"{short(name)}" is no {SUFFIX} file: other kinds of weights can run code when they are opened'
        cure = f"copy a {SUFFIX} file beside the storyboard and write e.g. assets/ink{SUFFIX}"
        if plain.suffix.casefold() in PICKLES:
            told = f'torch.load("{plain.name}", weights_only=True), "{plain.stem}{SUFFIX}"'
            cure = f"convert it in Python: safetensors.torch.save_file({told})"
        ledger.wrong(path, f"{why}; {cure}")
        return None
    found = assets.get(name, path, WEIGHTS)
    return found[0] if found else None


def likeness(data: Mapping[str, Any], path: str, usual: Likeness, assets: Assets, ledger: Ledger) -> Likeness:
    """Read what belongs to one of the cast; what is not written is `usual`."""
    worn, pictures = data.get("lora"), data.get("references")
    return Likeness(
        usual.loras if worn is None else loras(worn, f"{path}.lora", assets, ledger),
        usual.references if pictures is None else _pictures(pictures, f"{path}.references", assets),
    )


def _pictures(names: Any, path: str, assets: Assets) -> tuple[Asset, ...]:
    found = [assets.get(name, f"{path}[{index}]", PICTURE) for index, name in enumerate(names) if name is not None]
    return tuple(one[0] for one in found if one is not None)


def joined(parts: Iterable[Likeness]) -> Likeness:
    """Put likenesses behind each other; a file that is there twice keeps its first place, and its first scale."""
    worn: dict[Path, Lora] = {}
    pictures: dict[Path, Asset] = {}
    for part in parts:
        for lora in part.loras:
            worn.setdefault(lora.file.path, lora)
        for picture in part.references:
            pictures.setdefault(picture.path, picture)
    return Likeness(tuple(worn.values()), tuple(pictures.values()))


def check_most(found: Likeness, data: Mapping[str, Any], path: str, ledger: Ledger) -> None:
    """Note more weights or pictures than one shot may have, at what brings them."""
    if len(found.loras) > MOST:
        place = next((f"{path}.{key}" for key in ("lora", "scene", "prompt") if key in data), path)
        of_whom = "with those of its cast and its look this shot has"
        ledger.wrong(place, f"{of_whom} {len(found.loras)} files of weights; at most {MOST}: leave some out of `lora`")
    if len(found.references) > MOST:
        place = next((f"{path}.{key}" for key in ("scene", "prompt") if key in data), f"{path}.keyframe.prompt")
        told = f"those named here have {len(found.references)} pictures together; at most {MOST} in one shot"
        ledger.wrong(place, f"{told}: leave some out of `references`, or name fewer of the cast")
