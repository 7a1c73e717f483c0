"""What the UI shows of a run: a shot's contact sheet with scores and gates, a film's table of shots, its progress."""

import base64
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from uuid import UUID

from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.logging import get_logger

from flows.deployed import link
from flows.runs import this_run
from pipeline.choose import where
from pipeline.deliver import words
from pipeline.errors import MediaInvalid
from pipeline.media import frames as film_frames
from pipeline.model import Size
from pipeline.production import Production, ShotState
from pipeline.vision import scale

SHEET_WIDTH, SHEET_BYTES = 1100, 140_000
"""A contact sheet travels inside the text; its bytes grow by a third there."""

SIGNS = re.compile(r"[|\n\r<>`\[\]]")


def tell_shot(production: Production, shot: str) -> None:
    """Show a shot's contact sheet and its takes."""
    if this_run() is not None:
        title = f"{production.name}: {shot}"
        _tell(f"shot {production.name} {shot}", title, lambda: f"# {_plain(title)}\n\n{shot_text(production, shot)}")


def tell_film(production: Production, said: str) -> None:
    """Show a film's shots and where to see it."""
    if this_run() is not None:
        _tell(f"film {production.name}", production.plan.board.title, lambda: film_text(production, said))


def queue_text(rows: Iterable[Sequence[str]], ends: str) -> str:
    """Give the queue as Markdown."""
    table = _table(("film", "round", "takes there", "time left", "state"), list(rows))
    return "\n".join([f"# Tonight, {ends}", "", *(table or ["The queue is empty."])])


def tell_queue(text: str) -> None:
    """Show the queue."""
    _tell("queue", "Tonight's queue", lambda: text)


def tell_night(text: str) -> None:
    """Show what became of a night."""
    _tell("night summary", "The night's summary", lambda: text)


class Progress:
    """How far a film's run is, in the UI.

    A class because the artifact is made once and moved afterwards; what goes wrong with it is no fault of the film.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.id: UUID | None = None
        self.told = -1.0

    def tell(self, done: int, whole: int) -> None:
        """Move the bar."""
        share = 100.0 * done / max(1, whole)
        if share == self.told:
            return
        self.told = share
        try:
            if self.id is None:
                made = create_progress_artifact(progress=share, key=key(f"progress {self.name}"))
                self.id = made if isinstance(made, UUID) else None
            else:
                update_progress_artifact(self.id, progress=share)
        except Exception as failure:  # noqa: BLE001 - a bar that does not move is no lost night
            get_logger(__name__).warning("the progress could not be shown: %s", failure)


def _tell(name: str, title: str, text: Callable[[], str]) -> None:
    try:
        create_markdown_artifact(text(), key=key(name), description=title)
    except Exception as failure:  # noqa: BLE001 - what cannot be shown is made all the same
        get_logger(__name__).warning("%s could not be shown: %s", title, failure)


def key(name: str) -> str:
    """Make an artifact's key of a name: small letters, digits and dashes, never two names in one."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    exact = plain == name.replace(" ", "-")
    return plain if exact else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}".strip("-")


# ---------------------------------------------------------------- shots


def shot_text(production: Production, shot: str) -> str:
    """Give a shot as Markdown: the contact sheet, what was chosen and why, and a table of the takes."""
    state = production.shots[shot]
    chosen = state.choice.reason if state.choice else f"**no take is used**: {state.reason} {_bracketed(state.cure)}"
    lines = [f"{_plain(state.plan.shot.scene)}", "", sheet(production, shot), "", _plain(chosen, keep="*"), ""]
    return "\n".join([*lines, *_table(("take", "score", "verdict", "seed", "made in"), _takes(state))])


def approval_text(production: Production, shot: str) -> str:
    """Give what a person sees above the form."""
    return f"**{_plain(production.plan.board.title)}, shot {shot}**\n\n{shot_text(production, shot)}"


def _takes(state: ShotState) -> Iterable[Sequence[str]]:
    for number, take in sorted(state.takes.items()):
        used = state.choice is not None and state.choice.take == number
        struck = "; ".join(f"{where(one)}: {one.reason}" for one in take.card.rejected)
        verdict = "**in the film**" if used else f"rejected: {struck}" if struck else "good"
        spent = words.duration(float(take.entry.record.get("compute_seconds", 0.0)))
        yield str(number), f"{take.card.score:.2f}", verdict, str(take.plan.seed), spent
    for number, failure in sorted(state.failures.items()):
        yield str(number), "", f"not made: {failure}", "", ""


def sheet(production: Production, shot: str) -> str:
    """Give a shot's contact sheet as a Markdown picture that needs no server; empty where there is none."""
    path = production.folder / "shots" / shot / "sheet.jpg"
    if not path.is_file():
        return ""
    encoded = base64.b64encode(_small(path)).decode()
    return f"![contact sheet of {_plain(shot)}](data:image/jpeg;base64,{encoded})"


def _small(path: Path) -> bytes:
    """Give a JPEG of at most `SHEET_BYTES`, or the smallest there is."""
    data = path.read_bytes()
    try:
        picture = film_frames.read_picture(path)
    except MediaInvalid:
        return data
    height, width = picture.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "sheet.jpg"
        for share, quality in ((1.0, 82), (1.0, 65), (0.8, 60), (0.6, 55), (0.4, 50)):
            if len(data) <= SHEET_BYTES and width <= SHEET_WIDTH:
                break
            across = min(width, round(SHEET_WIDTH * share))
            size = Size(across, max(1, round(height * across / width)))
            film_frames.write_picture(small, scale.fit(picture, size), quality)
            data, width = small.read_bytes(), size.width
    return data


# ---------------------------------------------------------------- films


def film_text(production: Production, said: str) -> str:
    """Give a film as Markdown: where to see it, what is missing, and a table of the shots."""
    plan, folder = production.plan, production.folder
    lines = [f"# {_plain(plan.board.title)}", "", _plain(said), ""]
    for name, what in (("film.mp4", "the film"), ("dailies.html", "the page with every take")):
        if (folder / name).exists():
            address = link(production.studio.root, folder / name)
            lines.append(f"- [{what}]({address})" if address else f"- {what}: `{folder / name}`")
    head = f"\n{words.length(plan.frames, plan.output.rate)}, {plan.output.size} at {plan.output.rate} fps\n"
    return "\n".join([*lines, head, *_table(("shot", "from", "take", "score", "why"), _shots(production))])


def _shots(production: Production) -> Iterable[Sequence[str]]:
    rate = production.plan.output.rate
    for name, state in production.shots.items():
        at = words.timecode(state.plan.slot.start, rate)
        if state.choice is None:
            yield name, at, "**missing**", "", f"{state.reason} {_bracketed(state.cure)}"
            continue
        score = f"{state.takes[state.choice.take].card.score:.2f}"
        yield name, at, str(state.choice.take), score, state.choice.reason


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [[_plain(cell, keep="*") for cell in row] for row in rows]
    if not cells:
        return []
    return [_row(head), _row(["---"] * len(head)), *map(_row, cells)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bracketed(text: str) -> str:
    return f"({text})" if text else ""


def _plain(text: str, keep: str = "") -> str:
    """Take the signs out of a producer's text that Markdown would take for its own."""
    kept = SIGNS.sub(" ", text)
    return kept if keep else kept.replace("*", " ").replace("#", " ")
