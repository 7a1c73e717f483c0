"""The tables of docs/generators.md, made from what is known.

`python -m pipeline.recommend.document docs/generators.md` writes them anew.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.generators import catalog
from pipeline.recommend.models import Model, table
from pipeline.recommend.rights import listed

MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
HEADINGS = {
    "local": ("name", "makes", "native", "longest", "GPU memory", "licence", "opinion"),
    "hosted": ("name", "makes", "longest", "dollars a second", "opinion", "notes"),
    "previz": ("name", "makes", "notes"),
}
COMMERCE = {"forbidden": "not for commercial films"}


def renewed(text: str) -> str:
    """Put current tables between the marks of a document."""
    return MARKED.sub(lambda mark: f"{mark[1]}{_table(mark[2])}{mark[3]}", text)


def _table(kind: str) -> str:
    if kind == "sources":
        local = catalog.catalog()
        rows = [("as of", table().as_of), *table().sources.items()]
        rows += [(f"models of the catalog, {name}", source) for name, source in local.sources.items()]
        rows += [("models of the catalog, as of", local.as_of)]
        return "".join(f"- {name}: {source}\n" for name, source in rows)
    models = [_cells(one) for one in table().models.values() if one.kind == kind]
    heads = HEADINGS[kind]
    lines = [heads, ("---",) * len(heads), *([cells[head] for head in heads] for cells in models)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(model: Model) -> dict[str, str]:
    return {
        "name": f"`{model.name}`",
        "makes": ", ".join(task.replace("_", " ") for task in model.tasks),
        "native": "; ".join(_native(model)),
        "longest": longest(model),
        "GPU memory": memory(model),
        "licence": "; ".join(licence(model)),
        "dollars a second": price(model),
        "opinion": str(model.quality),
        "notes": f"gone since {model.retired}: {model.notes}" if model.retired else model.notes,
    }


def _native(model: Model) -> Iterator[str]:
    if model.sizes:
        yield ", ".join(map(str, model.sizes))
    if model.fps:
        yield f"{float(model.fps):g} fps"
    if model.frames:
        yield f"frames {model.frames}"


def licence(model: Model) -> Iterator[str]:
    """Give the licence, and what it asks for or shuts out."""
    yield model.licence
    yield from filter(None, (COMMERCE.get(model.commercial, ""), model.clause))
    if model.not_in:
        yield f"not in {listed(model.not_in)}"


def longest(model: Model) -> str:
    """Give the seconds of the longest clip."""
    return "not known" if model.longest is None else f"{float(model.longest):.3g} s"


def memory(model: Model) -> str:
    """Give the GPU memory that a model needs."""
    return "not known" if model.gpu_gb is None else f"{model.gpu_gb:g} GB"


def price(model: Model) -> str:
    """Give what a second costs."""
    if model.usd is None:
        return "not known"
    least, most = model.usd
    return f"{most:.2f}" if least == most else f"{least:.2f} to {most:.2f}"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        place = Path(argument)
        place.write_text(renewed(place.read_text("utf-8")), "utf-8")
