"""Do previews rank takes as the finished takes are ranked? From the logs of races that were run.

    python bench/race.py [STUDIO]

STUDIO is a studio folder in whose films shots had `race`. For a fair answer let every take go on: with six takes,
`race: {rungs: [0.2, 0.4], keep: [6, 6]}` stops none and logs all. Without a studio one such film is made by a tiny
model with random weights, which shows that the bench runs and says nothing of real models.

Printed for each rung: Spearman's rank correlation of preview and final score, the mean over races, and how often the
take that won in the end would have been kept by the best half of the previews.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr

from pipeline import film
from pipeline.production import Studio, Wanted, begin, prepare

LEAST = 3
"""Takes with both scores from which a correlation means anything."""

BOARD = """
storyboard: 1
title: Previews
output: {size: 128x96, fps: 24}
defaults:
  seconds: 0.5
  takes: 6
  camera: static
  generator: {name: wan2.1-t2v, steps: 10}
  race: {rungs: [0.2, 0.4, 0.8], keep: [6, 6, 6]}
shots:
  - {id: gate, scene: a gate in the hills}
  - {id: bridge, scene: a red bridge over a river}
  - {id: rain, scene: rain on a tin roof}
"""
TOLD = Console(width=100)


def logs(studio: Path) -> Iterator[Mapping[str, Any]]:
    """Give the log of every race in a studio."""
    for entry in Studio(studio).store.entries():
        if entry.whole() and entry.about["recipe"]["kind"] == "race/1":
            yield json.loads(entry.file("data.json").read_text("utf-8"))


def ranked(log: Mapping[str, Any]) -> Iterator[tuple[float, list[float], list[float]]]:
    """Give each rung of a race with the previews and final scores of the takes that have both."""
    for place, rung in enumerate(log["rungs"]):
        both = [
            (one["previews"][place], one["final"])
            for one in log["takes"]
            if one["final"] is not None and len(one["previews"]) > place
        ]
        if len(both) >= LEAST:
            yield float(rung), [preview for preview, _ in both], [final for _, final in both]


def kept(previews: Sequence[float], finals: Sequence[float]) -> bool:
    """Tell whether the best half of the previews holds the take that won in the end."""
    winner = max(range(len(finals)), key=lambda one: finals[one])
    half = sorted(range(len(previews)), key=lambda one: -previews[one])[: (len(previews) + 1) // 2]
    return winner in half


def made(folder: Path) -> Path:
    """Make the film of the tiny model; give its studio."""
    from tests.tiny.studio import models_folder

    os.environ["DAILIES_MODELS"] = str(models_folder(folder / "models", "wan2.1-t2v"))
    os.environ["DAILIES_DEVICE"] = "cpu"
    (folder / "previews.yaml").write_text(BOARD, "utf-8")
    production = prepare(folder / "previews.yaml", Studio(folder / "renders"), Wanted())
    begin(production, Wanted())
    for name in production.shots:
        for take in film.missing_takes(production, name)[:1]:
            film.make_shot_take(production, name, take.number, lambda _: None)
    return folder / "renders"


def report(found: Sequence[Mapping[str, Any]]) -> int:
    rows: dict[float, list[tuple[float, bool, int]]] = defaultdict(list)
    for log in found:
        for rung, previews, finals in ranked(log):
            rows[rung].append((float(spearmanr(previews, finals).statistic), kept(previews, finals), len(finals)))
    if not rows:
        TOLD.print(f"no race here has {LEAST} takes that were previewed and finished: let more go on (`keep`)")
        return 1
    table = Table(title=f"{len(found)} races")
    for head in ("share of the steps", "races", "takes", "Spearman", "winner in the best half"):
        table.add_column(head, justify="right")
    for rung, seen in sorted(rows.items()):
        likeness, held = mean(one[0] for one in seen), mean(one[1] for one in seen)
        table.add_row(f"{rung:g}", str(len(seen)), str(sum(one[2] for one in seen)), f"{likeness:+.2f}", f"{held:.0%}")
    TOLD.print(table)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studio", type=Path, nargs="?")
    asked = parser.parse_args()
    if asked.studio is not None:
        return report(list(logs(asked.studio)))
    TOLD.print("No studio named: random weights of a tiny model. This says nothing of real models.")
    with tempfile.TemporaryDirectory(prefix="bench-race-") as folder:
        return report(list(logs(made(Path(folder)))))


if __name__ == "__main__":
    sys.exit(main())
