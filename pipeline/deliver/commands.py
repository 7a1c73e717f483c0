"""The commands a page offers for copying, quoted for a shell."""

import shlex
from dataclasses import dataclass

from pipeline.deliver.facts import FilmFacts, ShotFacts


@dataclass(frozen=True, slots=True)
class Commands:
    """What to type about one film."""

    film: FilmFacts

    def pick(self, shot: str, take: int) -> str:
        """Put another take into the film."""
        return self._line("pick", shot, str(take))

    def render(self) -> str:
        """Make what is missing, and the film."""
        return self._line("render", *(["--version", self.film.version] if self.film.version else []))

    def rerun(self, shot: ShotFacts) -> str:
        """Make one shot again: as the manifest says, else as it is usually done."""
        return shot.rerun or self._line("render", "--shot", shot.id)

    def report(self) -> str:
        """Write the page again."""
        return self._line("report")

    def _line(self, verb: str, *rest: str) -> str:
        board = self.film.storyboard or f"{self.film.name}.yaml"
        return shlex.join(["dailies", verb, board, *rest, *self._name(board)])

    def _name(self, board: str) -> list[str]:
        """Say which film it is, where its folder is not called as the storyboard file is."""
        stem = board.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        return [] if stem == self.film.desk.name else ["--name", self.film.desk.name]
