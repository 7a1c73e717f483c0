"""Everything that can go wrong, and who can mend it.

    DailiesError
    ├── ProducerError           exit 2: the storyboard or the arguments must change
    │   ├── StoryboardInvalid       one or more problems, each with file, line and column
    │   └── MediaInvalid            a picture, clip or sound of the producer's cannot be used
    ├── OperatorError           exit 4: a tool, weights, a key, a folder or the disk must change
    │   ├── ToolMissing             a generator, finisher or library that is not installed
    │   └── ToolFailed              a tool ran and did not deliver what it foretold
    ├── Busy                    nobody: another process is making this very artefact; ask again
    └── ShotFailed              one shot has no usable take; the film goes on with a slate (exit 3)

Anything else that escapes is a bug: exit 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong (or doubtful) in a storyboard, where it stands, and what would be right."""

    file: str
    line: int
    column: int
    path: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        kind = "warning: " if self.warning else ""
        return f"{where}: {self.path}: {kind}{self.message}" if self.path else f"{where}: {kind}{self.message}"


class DailiesError(Exception):
    """A failure that names its cure."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} ({self.cure})" if self.cure else self.message


class ProducerError(DailiesError):
    """The storyboard or the arguments must change."""

    exit_code = 2


class StoryboardInvalid(ProducerError):
    """A storyboard with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["StoryboardInvalid"], tuple[Sequence[Problem]]]:
        """Go from process to process with its problems, not with their text."""
        return type(self), (self.problems,)


class MediaInvalid(ProducerError):
    """A picture, clip or sound that cannot be used as it is."""


class OperatorError(DailiesError):
    """The machine must change: a tool, weights, a key, a folder, the disk."""

    exit_code = 4


class ToolMissing(OperatorError):
    """A tool that is not here; the cure says how to get it."""


class ToolFailed(OperatorError):
    """A tool that ran and did not deliver what it foretold."""


class Busy(DailiesError):
    """Another process is making this artefact right now; ask again later."""


class ShotFailed(DailiesError):
    """One shot has no usable take."""

    exit_code = 3
