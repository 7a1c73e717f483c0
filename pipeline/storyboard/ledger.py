"""The list of everything wrong or doubtful in one storyboard, kept while it is read."""

from dataclasses import dataclass, field

from pipeline.errors import Problem
from pipeline.storyboard.places import At, Places, join


@dataclass(slots=True)
class Ledger:
    """Problems and warnings so far.

    `broken` holds paths of shots whose values did not pass the contract, `unread` paths of values that YAML alone
    already refused: of them nothing more is told.
    """

    file: str
    places: Places
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def wrong(self, at: At, message: str) -> None:
        """Note a problem with the value at a path."""
        self._note(at, self.places.of(at), message)

    def wrong_key(self, at: At, message: str) -> None:
        """Note a problem with the key that a path ends with."""
        self._note(at, self.places.of_key(at), message)

    def _note(self, at: At, place: tuple[int, int], message: str) -> None:
        path = self._path(at)
        if path not in self.unread:
            self.problems.append(Problem(self.file, *place, path, message))

    def wrong_at(self, line: int, column: int, message: str, path: str = "") -> None:
        """Note a problem at a place in the text."""
        self.problems.append(Problem(self.file, line, column, path, message))

    def doubt(self, path: str, message: str) -> None:
        """Note a warning about the value at `path`."""
        self.warnings.append(Problem(self.file, *self.places.of(path), self._path(path), message, warning=True))

    def _path(self, at: At) -> str:
        return join(self.places.written(at))

    def doubt_at(self, line: int, column: int, message: str, path: str = "") -> None:
        """Note a warning at a place in the text."""
        self.warnings.append(Problem(self.file, line, column, path, message, warning=True))
