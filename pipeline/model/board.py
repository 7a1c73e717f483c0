"""The storyboard as the producer wants it, with defaults, looks, sequences and cast already applied.

Times are exact `Fraction` seconds; paths are absolute.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import Problem
from pipeline.model.media import Size
from pipeline.model.shots import Asset, Seconds, Shot, Transition


@dataclass(frozen=True, slots=True)
class Output:
    """What the film is delivered as; `picture` is the shape (width / height) inside the bars, None = no bars."""

    size: Size
    rate: Fraction
    fit: Literal["cover", "contain"] = "cover"
    picture: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A sound: from the cut point of shot `start` (plus `at`) to the end of shot `stop`, or to its own end.

    `skip` seconds of the file are left out at its beginning. `loop` repeats it until `stop`. `master`: nothing ducks
    or levels it.
    """

    file: Asset
    start: str | None = None
    stop: str | None = None
    at: Seconds = Fraction(0)
    gain_db: float = 0.0
    fade_in: Seconds = Fraction(0)
    fade_out: Seconds = Fraction(0)
    ducks: bool = False
    skip: Seconds = Fraction(0)
    loop: bool = False
    master: bool = False


@dataclass(frozen=True, slots=True)
class Audio:
    """The film's sound; music drops by `duck_db` under cues that duck it; `loudness` in LUFS, None = as mixed.

    `ambience` lies under runs of shots of one sequence, one cue a run.
    """

    music: tuple[Cue, ...] = ()
    effects: tuple[Cue, ...] = ()
    ambience: tuple[Cue, ...] = ()
    duck_db: float = 9.0
    loudness: float | None = -14.0


@dataclass(frozen=True, slots=True)
class Harmonise:
    """Colour harmonising inside groups of shots."""

    within: Literal["sequence", "look", "film"] = "look"
    strength: float = 1.0
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Upscale:
    """How pictures are enlarged: `lanczos`, or `realesrgan` with a trained model, "" = the usual one.

    `fidelity`, `stabilise` and `denoise` are 0..1; `denoise` None = as the model's makers recommend. Half of `fidelity`
    keeps a network about as near to the truth as Lanczos is (docs/benchmarks.md).
    """

    name: str = "lanczos"
    model: str = ""
    fidelity: float = 0.5
    denoise: float | None = None
    stabilise: float = 0.0


@dataclass(frozen=True, slots=True)
class Finish:
    """How takes become film: method names; `harmonise` None = off; `denoise`, `deflicker`, `sharpen`, `grain` 0..1.

    `first` says which of the two is done first where a model enlarges and frames are made between those of a take.
    """

    interpolate: str = "auto"
    upscale: Upscale = Upscale()
    harmonise: Harmonise | None = Harmonise()
    grain: float = 0.0
    denoise: float = 0.0
    deflicker: float = 0.0
    sharpen: float = 0.0
    first: Literal["auto", "interpolate", "upscale"] = "auto"


@dataclass(frozen=True, slots=True)
class Margins:
    """What must stay free of text, as shares of the frame's height (top, bottom) and width (left, right)."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True, slots=True)
class Brand:
    """The house style of titles and cards; `font` None = the fonts of the house, colours are R, G, B."""

    font: Asset | None = None
    ink: tuple[int, int, int] = (255, 255, 255)
    ground: tuple[int, int, int] = (16, 16, 18)
    logo: Asset | None = None
    margins: Margins = Margins(0.05, 0.05, 0.05, 0.05)


@dataclass(frozen=True, slots=True)
class Subtitles:
    """Spoken lines as text: which languages are written, and the limits of reading; a wide letter counts as two."""

    burn: bool = False
    languages: tuple[str, ...] = ()
    line: int = 42
    pace: float = 17.0


@dataclass(frozen=True, slots=True)
class Rights:
    """What the film is for, and where it is shown (ISO 3166 countries, EU); empty = not said."""

    use: str = ""
    territory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deliver:
    """One thing to hand on besides the film; `options` belong to it, such as a GIF's width, fps and max_mb."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a film may cost; None = no limit."""

    usd: float | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A whole film as the producer wants it.

    `locate` gives (line, column) of a path such as `shots[2].camera`, `written` the path of the same in the file: a
    version's own `output.size` stands at `versions[1].output.size`.

    Of a version, `version` is its name and `takes_for` the output that its takes were made for. `versions` are the
    names of all versions of the film. `join` weighs what is seen at cuts, by measure (pipeline/choose/joins.py).
    """

    name: str
    file: Path
    title: str
    output: Output
    shots: tuple[Shot, ...]
    seed: int = 0
    target_seconds: Seconds | None = None
    open: Transition = Transition()
    close: Transition = Transition()
    finish: Finish = Finish()
    audio: Audio = Audio()
    budget: Budget = Budget()
    skipped: tuple[str, ...] = ()
    language: str = "en"
    brand: Brand = Brand()
    subtitles: Subtitles | None = None
    rights: Rights = Rights()
    disclosure: Literal["file", "picture", "both", "none"] = "file"
    deliver: tuple[Deliver, ...] = ()
    versions: tuple[str, ...] = ()
    join: Mapping[str, float] = field(default_factory=dict)
    version: str = ""
    takes_for: Output | None = None
    locate: Callable[[str], tuple[int, int]] = field(default=lambda _: (1, 1), compare=False, repr=False)
    written: Callable[[str], str] = field(default=lambda path: path, compare=False, repr=False)

    def problem(self, path: str, message: str, *, warning: bool = False) -> Problem:
        """Say what is wrong at `path`, with the line and column where it stands."""
        line, column = self.locate(path)
        return Problem(str(self.file), line, column, self.written(path), message, warning)
