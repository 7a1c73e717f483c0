"""`dailies serve` and `dailies worker`: the night shift, on this machine and on more."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.app import app, err
from pipeline.cli.studio import StudioOption, studio_folder
from pipeline.errors import ProducerError

GpusOption = Annotated[str, typer.Option(metavar="auto|N", help="Workers: one a GPU (auto), or so many.")]


@app.command()
def serve(
    studio: StudioOption = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the UI, on 127.0.0.1.")] = 4200,
    gpus: GpusOption = "auto",
    inbox: Annotated[Path | None, typer.Option(help="Folder to drop storyboards into (else STUDIO/inbox).")] = None,
    nightly: Annotated[
        str | None, typer.Option(metavar="CRON", help="Work through STUDIO/queue at these times.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="Where --nightly and --until are told, e.g. Asia/Tokyo.")] = "UTC",
    until: Annotated[str | None, typer.Option(metavar="HH:MM", help="Begin no take after this in the night.")] = None,
    notify: Annotated[
        str | None, typer.Option(metavar="CMD|URL", help="Send the morning's summary there, as JSON.")
    ] = None,
    take_minutes: Annotated[float, typer.Option(min=0.1, help="A take that lasts longer is stopped.")] = 120,
    disk_floor: Annotated[float, typer.Option(min=0, help="GB that stay free; below it no take is begun.")] = 2,
    approve_hours: Annotated[float, typer.Option(min=0, help="How long a shot waits for a person's answer.")] = 12,
    crew: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where workers of other machines join; see docs/operations.md.")
    ] = "127.0.0.1:0",
) -> None:
    """Serve a studio: UI, inbox, nightly queue and workers, until Ctrl-C.

    Example: dailies serve --nightly "0 22 * * *" --timezone Asia/Tokyo --until 07:00
    """
    from flows.deployed import House
    from flows.runner import Nightly
    from flows.serve import Asked
    from flows.serve import serve as run

    root = studio_folder(studio)
    rules = House(floor=int(disk_floor * 1e9), deadline=take_minutes * 60, approval=approve_hours)
    when = Nightly(_cron(nightly), _zone(timezone), _time(until))
    run(Asked(root, port, gpus, inbox or root / "inbox", when, notify, rules, _address(crew)), _say)


@app.command()
def worker(
    join: Annotated[str, typer.Option(metavar="ADDRESS", help="What `dailies serve` prints: tcp://host:8786.")],
    studio: StudioOption = None,
    gpus: GpusOption = "auto",
) -> None:
    """Add this machine's GPUs to the crew of a studio, until Ctrl-C; its folder must be the same here.

    Example: dailies worker --join tcp://studio.example:8786 --studio /mnt/studio
    """
    import time

    from flows.crew.house import joined

    root = studio_folder(studio)
    if not root.is_dir():
        raise ProducerError(f"{root} is not there", cure="mount the studio's folder at the same place as on the server")
    with joined(root, gpus, join) as crew:
        _say(f"{crew.state()}, for {join}; Ctrl-C stops them")
        while True:
            time.sleep(1)
            for told in crew.tend():
                _say(told)


def _say(line: str) -> None:
    """Tell whoever looks; that nobody does any more, because a terminal or a pipe was closed, is no reason to end."""
    import time
    from contextlib import suppress

    with suppress(OSError, SystemExit):  # rich ends the process where a pipe is broken
        err.print(f"{time.strftime('%H:%M:%S')}  {line}", markup=False, highlight=False)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise ProducerError(f"--crew {text}: not HOST:PORT", cure="such as 10.0.0.5:8786")
    return host, int(port)


def _cron(text: str | None) -> str | None:
    if text is None:
        return None
    from cronsim import CronSim, CronSimError

    try:
        CronSim(text, _now())
    except CronSimError as failure:
        raise ProducerError(f'--nightly "{text}": {failure}', cure='five fields, such as "0 22 * * *"') from None
    return text


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ProducerError(f"--timezone {name} is not known", cure="such as Asia/Tokyo or Europe/Berlin") from None
    return name


def _time(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text):
        raise ProducerError(f"--until {text}: not a time of day", cure="such as 07:00")
    return text
