"""The inbox: storyboards that producers drop, seen when they are whole, checked, kept, and handed on.

inbox/kyoto.yaml assets/gate.png    as a producer drops them; also kyoto/ with both in it, or kyoto.zip
inbox/archive/<film>/               what became a film (archive.py)
inbox/rejected/                     what could not, each with a text that says why (rejected.py)
inbox/.work/                        what is being unpacked or copied; swept when the inbox is opened
"""

import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from pipeline.errors import DailiesError, Problem, ProducerError
from pipeline.inbox import clearing
from pipeline.inbox.archive import home_of, keep
from pipeline.inbox.checking import check
from pipeline.inbox.drops import Drop, Named, drops, still
from pipeline.inbox.names import film_of, is_board, is_zip, lexists, readable
from pipeline.inbox.rejected import FOLDER, Rejected, reject
from pipeline.inbox.sight import Item, Mark, Stamp, mark, only_board, survey
from pipeline.inbox.zips import USUAL, Limits, NotWholeError, unpack
from pipeline.store import discard, make_folder
from pipeline.storyboard.named_files import located, names_in

ARCHIVE, WORK = "archive", ".work"
OURS = frozenset({ARCHIVE, FOLDER, WORK})
RETRY = 30.0
"""Seconds until a drop is tried again that the disk refused."""

UNREADABLE = "cannot be read yet; perhaps a part of it is still on its way"


@dataclass(frozen=True, slots=True)
class Ready:
    """A film that can be started: its storyboard lies in the archive, at a path that stays.

    `sha256` is of the storyboard and its files. `again`: the archive held this very content before. `turn` counts the
    contents the film had so far: film, turn and sha256 together name this drop, also after a restart.
    """

    film: str
    board: Path
    sha256: str
    dropped: Path
    again: bool
    turn: int
    seen: Stamp


class Inbox:
    """A folder that is looked at again and again: a class because it remembers since when everything lay still.

    One process looks at an inbox; every time given is that of one steady clock. `waiting` says of each drop that is
    not taken yet what it waits for.
    """

    def __init__(
        self,
        folder: Path,
        studio: Path | None = None,
        *,
        settle: float = 2.0,
        patience: float = 60.0,
        limits: Limits = USUAL,
    ) -> None:
        """Open an inbox, made if it is not there, and finish what a killed process began.

        Args:
            folder: the inbox.
            studio: the folder of the films; the folder above unless said.
            settle: seconds that everything of a drop must lie still before it is looked into.
            patience: seconds without any change after which what is still missing will not come.
            limits: what a zip may hold.

        Raises:
            OperatorError: the folder cannot be made.
        """
        self.folder = make_folder(folder)
        self.waiting: dict[str, str] = {}
        self._studio = studio or folder.parent
        self._archive, self._work = folder / ARCHIVE, folder / WORK
        self._settle, self._patience, self._limits = settle, patience, limits
        self._since: dict[tuple[str, str], tuple[Stamp, float]] = {}
        self._names: dict[Path, tuple[Mark, tuple[str, ...]]] = {}
        self._items: list[Item] = []
        self._located: dict[Path, Named] = {}
        self._given: dict[str, Ready] = {}
        self._doubted: dict[str, Stamp] = {}
        self._films: dict[str, str] = {}
        self._not_before: dict[str, float] = {}
        clearing.resume(folder, self._work)

    def look(self, now: float) -> list[Ready | Rejected]:
        """Give what became ready, or was rejected, since the last look; a Ready once, until it is cleared.

        Never raises for what lies in the inbox: a drop that cannot be handled now waits.
        """
        self.waiting = {}
        try:
            found = drops(self.folder, self._survey(), self._files)
        except OSError as failure:
            self.waiting[""] = f"the inbox cannot be read: {failure.strerror}"
            return []
        self._forget({one.name for one in found})
        return [told for one in found if (told := self._taken(one, now)) is not None]

    def clear(self, ready: Ready) -> None:
        """Remove what a film was made of from the inbox; what changed since it was seen stays, and is looked at again.

        Raises:
            OperatorError, OSError: the folder cannot be written; to be called again.
        """
        name = ready.dropped.name
        items = self._survey()
        item = next((one for one in items if one.name == name), None)
        if item is not None and item.kind == "folder" and item.stamp == ready.seen:
            clearing.take_folder(item.path, self._work)
        elif item is not None and item.kind == "file" and still(self.folder, ready.seen):
            clearing.take_away(self.folder, self._work, ready.seen, self._kept(ready, items))
        self._given.pop(name, None)
        self._forget({one.name for one in items if lexists(one.path)})

    def _survey(self) -> list[Item]:
        """Look at the folder; where nothing changed, files need not be looked for again."""
        items = survey(self.folder, OURS)
        if items != self._items:
            self._items, self._located = items, {}
        return items

    def _files(self, board: Path) -> Named:
        """Give the files a storyboard names; it is read again only when it changed."""
        if board not in self._located:
            seen, (before, names) = mark(board), self._names.get(board, ((0, 0), ()))
            names = names if seen == before else names_in(board)
            self._names[board] = (seen, names)
            self._located[board] = located(board, names)
        return self._located[board]

    def _kept(self, ready: Ready, items: list[Item]) -> set[str]:
        """Give what other drops need, and what is a drop of its own."""
        others = [one for one in drops(self.folder, items, self._files) if one.name != ready.dropped.name]
        needed = {name for one in others for name, *_ in one.needed}
        apart = {one.name for one in others if one.kind == "folder"} | OURS
        return needed | {
            name
            for name, *_ in ready.seen
            if name.split("/")[0] in apart or (name != ready.dropped.name and (is_board(name) or is_zip(name)))
        }

    def _forget(self, names: set[str]) -> None:
        self._since = {key: value for key, value in self._since.items() if key[0] in names}
        self._names = {path: value for path, value in self._names.items() if lexists(path)}
        for memory in (self._given, self._doubted, self._films, self._not_before):
            for gone in memory.keys() - names:
                memory.pop(gone)

    def _still_since(self, drop: Drop, what: str, seen: Stamp, now: float) -> float:
        before, since = self._since.get((drop.name, what), ((), now))
        since = since if before == seen else now
        self._since[drop.name, what] = (seen, since)
        return since

    def _taken(self, drop: Drop, now: float) -> Ready | Rejected | None:
        still_since = self._still_since(drop, "it", drop.seen, now)
        quiet_since = max(still_since, self._still_since(drop, "around", drop.around, now))
        if why := self._why_not_yet(drop, now, now - still_since, quiet := now - quiet_since >= self._patience):
            self.waiting[drop.name] = why
            return None
        try:
            return self._judged(drop, final=quiet)
        except (OSError, DailiesError) as trouble:
            self.waiting[drop.name] = f"cannot be taken now: {trouble}"
            self._not_before[drop.name] = now + RETRY
        except Exception as bug:  # noqa: BLE001 - one drop that trips us up must not stop the inbox for all others
            return self._rejected(drop, f"Dailies stumbled over it, which is its own mistake: {bug!r}")
        return None

    def _why_not_yet(self, drop: Drop, now: float, still_for: float, quiet: bool) -> str:
        if still_for < self._settle:
            return "was put in just now"
        if drop.name in self._given:
            return "is being started"
        if now < self._not_before.get(drop.name, now):
            return "could not be taken, and is tried again soon"
        if drop.missing and not drop.fault and not quiet:
            return f"waits for {', '.join(drop.missing[:3])}" + (" and others" if len(drop.missing) > 3 else "")
        if self._doubted.get(drop.name) == drop.seen and not quiet:
            return UNREADABLE
        return self._busy(self._films.get(drop.name) or (film_of(drop.board) if drop.board else ""))

    def _busy(self, film: str) -> str:
        given = next((one for one in self._given.values() if one.film == film), None)
        return f"waits until {readable(given.dropped.name)} is started, which is the same film" if given else ""

    def _judged(self, drop: Drop, *, final: bool) -> Ready | Rejected | None:
        if drop.fault:
            return self._rejected(drop, drop.fault)
        if drop.board is not None:
            inside = drop.board.relative_to(self.folder).as_posix()
            return self._decided(drop, drop.board, readable(inside), final=final)
        place = make_folder(self._work / f"zip-{uuid.uuid4().hex}")
        try:
            return self._of_zip(drop, place, final=final)
        finally:
            discard(place)

    def _of_zip(self, drop: Drop, place: Path, *, final: bool) -> Ready | Rejected | None:
        try:
            names = unpack(drop.path, place, self._limits)
        except ProducerError as refused:
            return self._rejected(drop, str(refused))
        except NotWholeError:
            if final:
                return self._rejected(drop, "the zip is damaged, or a part of it is missing; copy it once more")
            self._doubt(drop)
            return None
        board, fault = only_board((one for one in names if is_board(PurePosixPath(one).name)), "zip")
        if fault:
            return self._rejected(drop, fault)
        return self._decided(drop, place / board, f"{readable(drop.name)}/{readable(board)}", final=True)

    def _decided(self, drop: Drop, board: Path, shown: str, *, final: bool) -> Ready | Rejected | None:
        film = film_of(board)
        checked = check(board, shown, self._studio, home_of(self._archive, film))
        if not checked.fine:
            may_come = checked.unread or not board.stat().st_size
            if final or not may_come:
                return self._rejected(drop, *checked.problems, shown=shown)
            self._doubt(drop)
            return None
        self._films[drop.name] = film
        if busy := self._busy(film):
            self.waiting[drop.name] = busy
            return None
        kept = keep(board, self._archive, self._work, partial(still, self.folder, drop.needed))
        if kept is None:
            return None
        ready = Ready(film, kept.board, kept.sha256, drop.path, kept.again, kept.turn, drop.seen)
        self._given[drop.name] = ready
        return ready

    def _doubt(self, drop: Drop) -> None:
        self._doubted[drop.name] = drop.seen
        self.waiting[drop.name] = UNREADABLE

    def _rejected(self, drop: Drop, *problems: Problem | str, shown: str = "") -> Rejected | None:
        name = readable(drop.name)
        told = [one if isinstance(one, Problem) else f"{name}: {one}" for one in problems]
        try:
            return reject(drop.path, drop.kind, told, shown or name)
        except (OSError, DailiesError) as trouble:
            self.waiting[drop.name] = f"should be put aside, but cannot be moved: {trouble}"
            return None
