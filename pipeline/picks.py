"""picks.yaml: what the producer chose by hand, read afresh at every render, never kept in the store."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ProducerError
from pipeline.store import make_folder, write_whole

LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Pick:
    """One shot's override: the take to use (None = by score), and the number of its first take (after `--fresh`).

    With `only` no other take of the shot is made, unless it is asked for.
    """

    take: int | None = None
    first_take: int = 1
    only: bool = False


def read(folder: Path) -> dict[str, Pick]:
    """Read the picks of a film folder; no file, no picks.

    Raises:
        ProducerError: the file is not what `dailies pick` writes.
    """
    path = folder / "picks.yaml"
    if not path.exists():
        return {}
    try:
        found = yaml.load(_text(path), yaml.BaseLoader) or {}  # noqa: S506 - texts only: `no` is a shot too
        return {str(shot): _pick(one) for shot, one in (found.get("shots") or {}).items()}
    except (OSError, yaml.YAMLError, AttributeError, TypeError, ValueError, RecursionError) as failure:
        reason = _reason(failure)
        raise ProducerError(
            f"{path}: not a picks file: {reason}", cure="mend it, or delete it to choose by score"
        ) from None


def write(folder: Path, picks: Mapping[str, Pick]) -> None:
    """Write the picks of a film folder, whole."""
    shots = {shot: _plain(pick) for shot, pick in sorted(picks.items()) if pick != Pick()}
    make_folder(folder)
    text = yaml.safe_dump({"kind": "picks/1", "shots": shots}, sort_keys=False, allow_unicode=True)
    write_whole(folder / "picks.yaml", text)


def _text(path: Path) -> str:
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise ValueError("it is no small text file")
    return path.read_text("utf-8")


def _reason(failure: Exception) -> str:
    if isinstance(failure, (AttributeError, TypeError, RecursionError)):
        return "it is not laid out as `dailies pick` writes it"
    return (str(failure) or type(failure).__name__).splitlines()[0]


def _pick(one: Mapping[str, Any]) -> Pick:
    take = _number(one["take"]) if "take" in one else None
    return Pick(take, _number(one.get("first_take", "1")), _truth(one.get("only", "false")))


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise ValueError("take and first_take are whole numbers from 1")
    return int(text)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("only is true or false")
    return text == "true"


def _plain(pick: Pick) -> dict[str, int | bool]:
    made: dict[str, int | bool] = {} if pick.take is None else {"take": pick.take}
    if pick.first_take != 1:
        made["first_take"] = pick.first_take
    return made | {"only": True} if pick.only else made
