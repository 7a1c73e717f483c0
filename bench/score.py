"""Does the original beat its degraded copy, and what does looking cost?

    python bench/score.py [--clips FOLDER] [--quick | --speed] [--json FILE] [--fit FILE]

Every segment of every real clip and drawn scene gets every fault of bench/faults.py at three strengths, in memory and
through x264 at crf 28. Six judges look at all of them: ours, with weights that never saw the source they judge; ours
as shipped; and four published or usual ones. Printed: how often an original beats its degraded copy, by fault and
strength (intervals of 95 %, Wilson), over all (by source, bootstrap), how often it is first among many, and how well
one number tells good from bad across clips; then milliseconds a frame beside decoding alone, and two takes at a time
beside one after the other.

`--fit` writes the weights fitted to all sources that may be tuned on: that is how pipeline/score/parameters.yaml came
to be. `--quick` takes one segment a source, uncoded, and `--speed` only the time. It takes ten minutes on two cores,
`--quick` two minutes.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

import av
from rich.console import Console
from rich.table import Table

from bench.faults import STRENGTHS
from bench.scoring import agreement, fitting
from bench.scoring.agreement import Share, Trial
from bench.scoring.fitting import OURS
from bench.scoring.sources import CLIPS, Source, sources
from bench.scoring.trials import trials
from pipeline import score

RUNS = 11
TALL = 720
"""Lines from which on a clip is worth timing."""


def told(found: Sequence[Trial]) -> dict[str, object]:
    """Give every figure of a run as plain values."""
    judges = list(found[0].scores)
    return {
        "kind": "score-bench/1",
        "trials": len(found),
        "faults": {
            fault: {level: asdict(share) for level, share in levels.items()}
            for fault, levels in agreement.table(found, OURS).items()
        },
        "sources": {
            name: asdict(agreement.pairwise([one for one in found if one.source == name], OURS))
            for name in dict.fromkeys(one.source for one in found)
        },
        "judges": {
            judge: {
                "pairs": asdict(agreement.pairwise(found, judge)),
                "first among all": [asdict(agreement.first_of_all(found, judge, level)) for level in STRENGTHS],
                "first among one of each family": asdict(agreement.first_of_families(found, judge)),
                "across clips": agreement.across(found, judge),
                "static first": agreement.static_first(found, judge),
            }
            for judge in judges
        },
    }


def by_fault(found: Sequence[Trial]) -> Table:
    shown = Table("fault", "seen when looked for", "seen", "ruins the take", "worst judge", title="original first, %")
    for fault, levels in agreement.table(found, OURS).items():
        shown.add_row(fault, *(percent(share) for share in levels.values()), rivals(found, fault))
    return shown


def rivals(found: Sequence[Trial], fault: str) -> str:
    """Say which of the others is right least often about a fault."""
    here = [one for one in found if one.fault in {"", fault}]
    shares = {judge: agreement.pairwise(here, judge).value for judge in found[0].scores if judge not in fitting.NAMES}
    worst = min(shares, key=lambda judge: shares[judge])
    return f"{100 * shares[worst]:.0f} {worst}"


def by_judge(found: Sequence[Trial]) -> Table:
    shown = Table("judge", "pairs", "first of all: 1", "2", "3", "first of families", "AUC", "static first")
    for judge in found[0].scores:
        shown.add_row(
            judge,
            percent(agreement.pairwise(found, judge)),
            *(percent(agreement.first_of_all(found, judge, level), narrow=True) for level in STRENGTHS),
            percent(agreement.first_of_families(found, judge)),
            f"{agreement.across(found, judge):.3f}",
            f"{agreement.static_first(found, judge)}",
        )
    return shown


def by_source(found: Sequence[Trial], known: Sequence[Source]) -> Table:
    shown = Table("source", "pairs, %", "tuned on")
    for one in known:
        here = [trial for trial in found if trial.source == one.name]
        shown.add_row(one.name, f"{100 * agreement.pairwise(here, OURS).value:.1f}", "yes" if one.tuned else "never")
    return shown


def percent(share: Share, *, narrow: bool = False) -> str:
    value = f"{100 * share.value:.1f}"
    return value if narrow else f"{value} ({100 * share.low:.0f}-{100 * share.high:.0f})"


def decode(path: Path) -> int:
    """Decode and do nothing else, as fast as PyAV goes."""
    with av.open(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


def speed(path: Path) -> str:
    """Time decoding and measuring in turn, and two takes at once in turn with one after the other."""
    frames = decode(path)
    measured(path)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(measured, [path] * 4))
        ways = (partial(decode, path), partial(measured, path), lambda: list(pool.map(measured, [path] * 2)))
        runs = [[seconds(way) for way in ways] for _ in range(RUNS)]
    alone, whole, _ = (1000.0 * min(times) / frames for times in zip(*runs, strict=True))
    usual = statistics.median(scoring / decoding for decoding, scoring, _ in runs)
    both = statistics.median(two / (2.0 * scoring) for _, scoring, two in runs)
    return (
        f"{path.name}: decoding alone {alone:.2f} ms a frame, decoding and scoring {whole:.2f} ms (best of {RUNS}): "
        f"{whole / alone:.2f} times as long, median of run by run {usual:.2f}; at most 2.0. Two takes at once take "
        f"{both:.2f} of the time of one after the other. Load {os.getloadavg()[0]:.1f}."
    )


def measured(path: Path) -> None:
    score.measure(path)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--clips", type=Path, default=CLIPS, help="folder of real clips")
    parser.add_argument("--quick", action="store_true", help="one segment a source, not coded")
    parser.add_argument("--json", type=Path, help="write every figure there")
    parser.add_argument("--fit", type=Path, help="write the parameters, fitted anew, there")
    parser.add_argument("--speed", action="store_true", help="only the time of scoring")
    asked = parser.parse_args()
    console = Console(width=130)
    known = sources(asked.clips)
    if not asked.speed:
        agree(console, known, asked)
    for one in known:
        if one.path and one.lines >= TALL:
            console.print(speed(one.path))


def agree(console: Console, known: Sequence[Source], asked: argparse.Namespace) -> None:
    """Plant, judge, fit and tell."""
    if not any(one.path for one in known):
        console.print(f"no clips in {asked.clips}: drawn scenes alone; --clips names another folder")
    seen = trials(known, quick=asked.quick)
    tuned = {one.name for one in known if one.tuned}
    if asked.fit:
        asked.fit.write_text(fitting.written([one for one in seen if one.source in tuned]), "utf-8")
    found = fitting.judged(seen, tuned)
    for table in (by_fault(found), by_judge(found), by_source(found, known)):
        console.print(table)
    if asked.json:
        asked.json.write_text(json.dumps(told(found), indent=1), "utf-8")


if __name__ == "__main__":
    main()
