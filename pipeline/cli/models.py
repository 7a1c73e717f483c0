"""`dailies models`: the models for a GPU of one's own, which of them are here, and how another one gets here."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app, out
from pipeline.cli.tools import SHORT, show
from pipeline.errors import ProducerError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

ASKS = {"registration": ", ask its maker", "clause": ", by revenue", "unknown": ", read it", "forbidden": ", no trade"}
"""What commercial use comes to, for a narrow table."""

models = typer.Typer(rich_markup_mode="rich")
app.add_typer(models, name="models")


@models.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List the models for a GPU of your own and which of them are here; `pull` fetches another.

    Example: dailies models
    """
    if context.invoked_subcommand is not None:
        return
    from pipeline.finishers import catalog
    from pipeline.generators.catalog import models as catalogued
    from pipeline.generators.shipment import EYES
    from pipeline.trained.folder import models_folder

    known = [_catalogued(name) for name in catalogued()]
    finishing = [_finishing(name) for name in catalog.models()]
    eyes = [_eye(name) for name in EYES]
    others = _others({one["folder"] for one in known})
    if as_json:
        print(json.dumps([*known, *finishing, *eyes, *others], ensure_ascii=False, indent=1))
        return
    out.print(f"Models in {models_folder()}; DAILIES_MODELS names another folder.", soft_wrap=True, **PLAIN)
    _show(("name", "starts from", "here", "GPU", "licence"), [_row(one) for one in known])
    out.print("\nTo finish takes with (docs/finishing.md):", **PLAIN)
    _show(("name", "for", "here", "licence"), [_finishing_row(one) for one in finishing])
    out.print("\nTo look at takes with (docs/models.md, Alignment):", **PLAIN)
    _show(("name", "tells", "here", "licence"), [_eye_row(one) for one in eyes])
    if others:
        out.print("\nAlso in this folder:", **PLAIN)
        _show(("name", "loads as", "here", "licence"), [_other_row(one) for one in others])
    out.print("\ndailies models pull NAME fetches one; it asks the hub how large it is.", **PLAIN)
    out.print("dailies models pull OWNER/NAME fetches any other pipeline of diffusers.", **PLAIN)


@models.command()
def pull(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of the list, or a hub id: OWNER/NAME.")],
    accept: Annotated[bool, typer.Option("--accept-licence", help="You read its licence and agree to it.")] = False,
    revision: Annotated[
        str | None, typer.Option(help="A branch, tag or commit instead of the newest.", show_default=False)
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Its file, or a folder with its files: no network is asked."),
    ] = None,
) -> None:
    """Fetch a model into the models folder. What was broken off goes on from there; a new revision replaces the old.

    Example: dailies models pull wan2.1-t2v
    """
    from pipeline.finishers import catalog
    from pipeline.generators.pulling import pull as fetch

    if name in catalog.models():
        _pull_finishing(name, revision, source)
        return
    if source:
        told = f"--from is for models that finish takes: {', '.join(catalog.models())}"
        raise ProducerError(told, cure=f"leave it out, or lay the whole folder of {name} into the models folder")
    with _progress() as shown:
        made = fetch(name, _Bar(shown, name), accept=accept, revision=revision)
    said = "is here" if made.fresh else "is here already"
    told = f"{name} {said}: {_gb(made.bytes)}, revision {made.revision[:12]}, in {made.folder}"
    out.print(told, soft_wrap=True, **PLAIN)


def _pull_finishing(name: str, revision: str | None, source: Path | None) -> None:
    from pipeline.finishers.pulling import pull as fetch

    if revision:
        raise ProducerError(f"{name} has one revision, that of the catalog", cure="leave --revision out")
    with _progress() as shown:
        made = fetch(name, _Bar(shown, name), source=source)
    said = "is here" if made.fresh else "is here already"
    out.print(f"{name} {said}: {_gb(made.bytes)}, in {made.folder}", soft_wrap=True, **PLAIN)


# ---------------------------------------------------------------- what is known


def _catalogued(name: str) -> dict[str, Any]:
    from pipeline.generators.catalog import models as catalogued
    from pipeline.generators.weights import folder_of

    entry = catalogued()[name]
    return {
        "name": name,
        "repo": entry.repo,
        "tasks": list(entry.tasks),
        "licence": entry.licence,
        "commercial": entry.commercial,
        "clause": entry.clause,
        "gpu_gb": entry.gpu_gb,
        "download_gb": entry.download_gb,
        **_on_disk(folder_of(name)),
    }


def _finishing(name: str) -> dict[str, Any]:
    """Give what finishes takes."""
    from pipeline.finishers import catalog

    known, folder = catalog.models()[name], catalog.folder_of(name)
    facts = {"name": name, "licence": known.licence, "commercial": "allowed", "download_gb": known.bytes / 1e9}
    made = {"here": catalog.find(name) is not None, "class": known.kind, "scale": known.scale, "about": known.about}
    return {**_uncatalogued(folder), "source": known.source, **facts, **made}


def _eye(name: str) -> dict[str, Any]:
    """Give what looks at takes."""
    from pipeline.generators.shipment import CONFIG, EYES
    from pipeline.generators.weights import folder_of

    folder = folder_of(name)
    return {**_uncatalogued(folder), "name": name, "repo": EYES[name], "here": (folder / CONFIG).is_file()}


def _others(taken: set[str]) -> list[dict[str, Any]]:
    """Give what else lies in the models folder and can be loaded: hub ids that were pulled, and the studio's own."""
    from pipeline.generators.weights import INDEX
    from pipeline.trained.folder import models_folder

    folders = [index.parent for index in sorted(models_folder().glob(f"[!.]*/{INDEX}"))]
    found = [_uncatalogued(folder) for folder in folders if str(folder) not in taken]
    return [one for one in found if one["here"]]


def _uncatalogued(folder: Path) -> dict[str, Any]:
    """Give what is known of a model that the catalog does not tell of: what the hub said when it was pulled."""
    from pipeline.generators.weights import read_record

    remembered = read_record(folder)
    return {
        "name": remembered.get("repo") or folder.name,
        "repo": remembered.get("repo"),
        "tasks": [],
        "licence": remembered.get("licence") or "",
        "commercial": None,
        "clause": "",
        "gpu_gb": None,
        "download_gb": None,
        **_on_disk(folder),
    }


def _on_disk(folder: Path) -> dict[str, Any]:
    from pipeline.generators.weights import find, read_record

    weights = find(folder.name)
    return {
        "here": weights is not None,
        "bytes": sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()),
        "folder": str(folder),
        "revision": read_record(folder).get("revision"),
        "class": weights and weights.made_as,
    }


# ---------------------------------------------------------------- for people

TELLS = {"alignment": "how well a take goes with its words", "consistency": "whether it shows one thing throughout"}

PLAIN: Mapping[str, Any] = {"highlight": False, "markup": False}


def _show(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    show(heads, rows, whole=("name", "here", "GPU"), overflow="fold")


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    able = ", ".join(SHORT[task] for task in one["tasks"])
    gpu = "" if one["gpu_gb"] is None else f"{one['gpu_gb']:g} GB"
    return one["name"], able, _state(one), gpu, one["licence"] + ASKS.get(one["commercial"], "")


def _other_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["name"], one["class"], _state(one), one["licence"]


def _finishing_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["name"], one["about"], _state(one), one["licence"]


def _eye_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["name"], TELLS[one["name"]], _state(one), one["licence"]


def _state(one: Mapping[str, Any]) -> str:
    if one["here"]:
        return _gb(one["bytes"])
    if one["bytes"]:
        return "damaged"
    size = one["download_gb"]
    return f"no ({size:g} GB)" if size and size >= 0.1 else f"no ({_gb(size * 1e9)})" if size else "no"


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"


def _progress() -> "Progress":
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(20), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=out, disable=not out.is_terminal)


class _Bar:
    """A bar that is drawn once the pull knows how much there is; on a pipe or in a log, one line instead.

    A class because the bar appears with the first call and moves with the others.
    """

    def __init__(self, shown: "Progress", name: str) -> None:
        self.shown, self.name = shown, name
        self.task: TaskID | None = None

    def __call__(self, done: int, total: int) -> None:
        if self.task is None:
            self.task = self.shown.add_task(self.name, completed=done, total=total)
            if self.shown.disable:
                out.print(f"{self.name}: {_gb(total - done)} of {_gb(total)} are to come", **PLAIN)
        self.shown.update(self.task, completed=done, total=total)
