"""What running every shot as a run of its own costs: a film whose generator only sleeps, through `dailies serve`.

Run: python bench/fanout.py [--shots 100] [--takes 5] [--seconds 2] [--workers 1 2 4]

The ideal is shots x takes x seconds / workers. Start-up is left aside: the time counts from the first take that begins
to the last that ends. One line more: the same film again, with nothing to do.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

SLEEPER = '''
"""Sleeps, and copies a clip made before."""

import os
import shutil
import time
from pathlib import Path

from pipeline.generators.animatic import Animatic
from pipeline.model import TakeResult


class Sleeper(Animatic):
    name = "sleeper"

    def generate(self, orders, work, judge, tell):
        for order in orders:
            began = time.time()
            time.sleep(float(os.environ["BENCH_SECONDS"]))
            shutil.copyfile(os.environ["BENCH_CLIP"], order.out)
            with Path(os.environ["BENCH_NOTES"]).open("a") as notes:
                notes.write(f"{began} {time.time()}\\n")
            yield TakeResult(order, time.time() - began)
'''

LIMITS = {1: 1.10, 2: 1.10, 4: 1.20}


def main() -> int:
    asked = arguments()
    print(f"{asked.shots} shots x {asked.takes} takes of {asked.seconds:g} s; load {os.getloadavg()[0]:.1f} before\n")
    print("| workers | ideal, s | took, s | ratio | overhead a take, ms | film, s | again, s | server, MB | load |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    worst = []
    for workers in asked.workers:
        with TemporaryDirectory() as name:
            measured = run(Path(name), asked, workers)
        ideal = asked.shots * asked.takes * asked.seconds / workers
        ratio = measured["took"] / ideal
        each = 1000 * (measured["took"] - ideal) * workers / (asked.shots * asked.takes)
        print(
            f"| {workers} | {ideal:.0f} | {measured['took']:.1f} | {ratio:.3f} | {each:.0f} | {measured['film']:.1f}"
            f" | {measured['again']:.1f} | {measured['server']:.0f} | {os.getloadavg()[0]:.1f} |",
            flush=True,
        )
        limit = LIMITS.get(workers)
        worst += [f"{workers} workers: {ratio:.2f}, limit {limit}"] if limit and ratio > limit else []
    print(
        "\nover the limit: " + "; ".join(worst)
        if worst
        else "\nevery limit is kept (1.10 on 1 and 2 workers, 1.20 on 4)"
    )
    return 1 if worst and asked.seconds >= 2 else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=100)
    parser.add_argument("--takes", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    return parser.parse_args()


def run(folder: Path, asked: argparse.Namespace, workers: int) -> dict[str, float]:
    board, environment = prepared(folder, asked)
    port = free_port()
    command = [sys.executable, "-m", "pipeline", "serve", "--studio", str(folder / "studio"), "--port", str(port)]
    command += ["--gpus", str(workers), "--disk-floor", "0"]
    with (folder / "serve.txt").open("w") as log:
        serve = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        wait(lambda: "ready" in (folder / "serve.txt").read_text(), 120)
        film = filmed(port, board)
        lines = [[float(part) for part in line.split()] for line in (folder / "notes.txt").read_text().splitlines()]
        assert len(lines) == asked.shots * asked.takes, "a take was made twice, or not at all"
        again = filmed(port, board)
        took = max(end for _, end in lines) - min(begin for begin, _ in lines)
        return {"took": took, "film": film, "again": again, "server": server_memory(serve.pid, port)}
    finally:
        serve.terminate()
        serve.wait(60)


def prepared(folder: Path, asked: argparse.Namespace) -> tuple[Path, dict[str, str]]:
    """Lay down the plugin, a clip of what it promises, and the storyboard."""
    about = folder / "plugins" / "bench_sleeper-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bench-sleeper\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[dailies.generators]\nsleeper = bench_sleeper:Sleeper\n")
    (folder / "plugins" / "bench_sleeper.py").write_text(SLEEPER)
    shots = [{"id": f"s{n:03d}", "scene": f"hill {n}", "camera": "pan_left"} for n in range(asked.shots)]
    whole = {
        "storyboard": 1,
        "title": "fan-out",
        "disclosure": "none",
        "output": {"size": "160x96", "fps": 12},
        "defaults": {"generator": "sleeper", "takes": asked.takes, "seconds": 0.5, "motion": {"amount": "medium"}},
        "shots": shots,
    }
    board = folder / "fanout.yaml"
    board.write_text(json.dumps(whole))
    one = folder / "one.yaml"
    one.write_text(
        json.dumps(whole | {"defaults": whole["defaults"] | {"generator": "animatic", "takes": 1}, "shots": shots[:1]})
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "DAILIES_"))}
    environment["PYTHONPATH"] = os.pathsep.join([str(folder / "plugins"), str(Path(__file__).parents[1])])
    command = [sys.executable, "-m", "pipeline", "render", str(one), "--studio", str(folder / "made")]
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=folder)
    shutil.copyfile(folder / "made/one/shots/s000/take_1.mp4", folder / "clip.mp4")
    environment |= {"BENCH_SECONDS": str(asked.seconds), "BENCH_CLIP": str(folder / "clip.mp4")}
    return board, environment | {"BENCH_NOTES": str(folder / "notes.txt")}


def filmed(port: int, board: Path) -> float:
    """Run the film and give its seconds, from the asking to the end."""
    known = api(port, "/deployments/name/film/film")
    body = {"parameters": {"storyboard": str(board)}, "state": {"type": "SCHEDULED"}}
    began = time.monotonic()
    made = api(port, f"/deployments/{known['id']}/create_flow_run", body)
    final = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    wait(lambda: api(port, f"/flow_runs/{made['id']}")["state"]["type"] in final, 3600)
    state = api(port, f"/flow_runs/{made['id']}")["state"]
    assert state["type"] == "COMPLETED", state
    return time.monotonic() - began


def server_memory(serve: int, port: int) -> float:
    """Give the resident memory, in MB, of the process that answers at the port."""
    children = psutil.Process(serve).children()
    listening = [
        one for one in children if any(at.laddr and at.laddr.port == port for at in one.net_connections("tcp"))
    ]
    return listening[0].memory_info().rss / 2**20


def api(port: int, path: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api{path}", data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=150) as answer:
        return json.loads(answer.read())


def free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait(true, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.5)


if __name__ == "__main__":
    raise SystemExit(main())
