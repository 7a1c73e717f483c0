"""`dailies tools`: what is registered, and what is missing for the rest."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app, out

if TYPE_CHECKING:
    from rich.console import OverflowMethod

    from pipeline.recommend import Model

SHORT = {
    "text_to_video": "words",
    "image_to_video": "picture",
    "first_last": "pictures",
    "video_to_video": "footage",
    "frame_by_frame": "footage, by picture",
    "text_to_image": "makes pictures",
}
"""What a generator starts from, for a narrow table."""


@app.command()
def tools(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """List generators and finishing steps, what they need, cost and allow, and generators that could be added.

    Example: dailies tools
    """
    from pipeline import registry
    from pipeline.recommend import models

    here, _ = registry.at_hand()
    able = {"generators": [name for name in registry.names("generators") if name in here]}
    found = [_registered(kind, name) for kind in registry.BUILT_IN for name in able.get(kind, registry.names(kind))]
    other = [one for one in models().values() if one.name not in here and one.kind != "previz" and not one.retired]
    if as_json:
        addable = [
            {"kind": "generator", "name": one.name, "state": "not in this studio", **_facts(one)} for one in other
        ]
        print(json.dumps([*found, *addable], ensure_ascii=False, indent=1))
        return
    show(("kind", "name", "state", "needs", "licence"), map(_row_here, found))
    out.print(
        "\nNot here (`dailies models` fetches those for a GPU of your own, docs/generators.md tells more):",
        highlight=False,
    )
    show(("name", "from", "needs", "licence"), map(_row_other, other))


def _registered(kind: str, name: str) -> dict[str, Any]:
    from pipeline.recommend import models

    known = models().get(name) if kind == "generators" else None
    return {"kind": kind[:-1], "name": name, "state": _state(kind, name), **(_facts(known) if known else {})}


def _state(kind: str, name: str) -> str:
    from pipeline import registry
    from pipeline.errors import ToolMissing
    from pipeline.finishers.catalog import ENLARGER, RIFE, find
    from pipeline.finishers.catalog import models as trained

    try:
        made = registry.load(kind, name)
    except ToolMissing as failure:
        return str(failure)
    weights = [one.name for one in trained().values() if kind == "finishers" and one.kind == name]
    if weights and not any(find(one) for one in weights):
        usual = RIFE if RIFE in weights else ENLARGER
        return f"needs weights: dailies models pull {usual}"
    return f"ready, version {made.version}"


def _facts(model: "Model") -> dict[str, Any]:
    """Give what is known of a generator, for scripts: dollars a second, GB of GPU memory, seconds of a clip."""
    from pipeline.recommend.models import table

    return {
        "tasks": list(model.tasks),
        "runs": model.kind,
        "gpu_gb": model.gpu_gb,
        "usd_a_second": model.usd and list(model.usd),
        "longest_seconds": None if model.longest is None else float(model.longest),
        "licence": model.licence,
        "commercial": model.commercial,
        "clause": model.clause,
        "not_in": list(model.not_in),
        "as_of": table().as_of,
    }


# ---------------------------------------------------------------- for people


def show(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    whole: Collection[str] = ("name",),
    overflow: "OverflowMethod" = "ellipsis",
) -> None:
    """Print rows under their heads; the columns of `whole` keep their words on one line."""
    from rich.table import Table

    made = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        made.add_column(head, no_wrap=head in whole, overflow=overflow)
    for row in rows:
        made.add_row(*row)
    out.print(made, highlight=False, markup=False)


def _row_here(one: Mapping[str, Any]) -> tuple[str, ...]:
    from pipeline.recommend import models

    known = models().get(one["name"]) if one["kind"] == "generator" else None
    return one["kind"], one["name"], one["state"], _needs(known) if known else "", known.licence if known else ""


def _row_other(model: "Model") -> tuple[str, ...]:
    asks = {"registration": ", ask its maker", "clause": ", by revenue"}.get(model.commercial, "")
    shut = f", not in {', '.join(model.not_in)}" if model.not_in else ""
    return model.name, ", ".join(SHORT[one] for one in model.tasks), _needs(model), f"{model.licence}{asks}{shut}"


def _needs(model: "Model") -> str:
    from pipeline.recommend.document import price

    if model.kind == "hosted":
        return f"${price(model)} / s" if model.usd else "price not known"
    return "a GPU" if model.gpu_gb is None else f"{model.gpu_gb:g} GB GPU" if model.gpu_gb else "nothing"
