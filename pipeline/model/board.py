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

Amount = Literal["static", "low", "medium", "high"]
Seconds = Fraction


@dataclass(frozen=True, slots=True)
class Asset:
    """A producer's file: the name as written, and where it is."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Output:
    """What the film is delivered as."""

    size: Size
    rate: Fraction
    fit: Literal["cover", "contain"] = "cover"


@dataclass(frozen=True, slots=True)
class Transition:
    """How one shot passes into the next, or how the film opens and closes; `cut` has 0 seconds."""

    type: str = "cut"
    seconds: Seconds = Fraction(0)


@dataclass(frozen=True, slots=True)
class Look:
    """Words shared by shots: vocabulary ids or free text for style and lighting, prompt text, negative text."""

    style: str = ""
    lighting: str = ""
    prompt: str = ""
    negative: str = ""


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves in a shot; `amount` is None where the producer did not say."""

    type: str = ""
    amount: Amount | None = None
    details: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A clip of one's own: `start` and `stop` in its own seconds (stop None = to its end)."""

    file: Asset
    start: Seconds = Fraction(0)
    stop: Seconds | None = None
    speed: Fraction = Fraction(1)
    reverse: bool = False
    mirror: bool = False
    loop: bool = False
    sound: Literal["keep", "drop"] = "drop"
    as_is: bool = False


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """A tool asked for: names in order of preference, and options for it."""

    names: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot as the producer wants it, with defaults, looks, sequence and cast applied."""

    id: str
    index: int
    scene: str
    generator: ToolChoice
    takes: int
    seconds: Seconds | None = None
    frames: int | None = None
    prompt: str | None = None
    camera: str = ""
    motion: Motion = Motion()
    look: Look = Look()
    look_name: str = ""
    sequence: str = ""
    seed: int | None = None
    first_frame: Asset | None = None
    last_frame: Asset | None = None
    continues: str | None = None
    source: Source | None = None
    strength: float | None = None
    transition: Transition = Transition()
    harmonise: bool = True
    pick: int | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A sound: from the cut point of shot `start` (plus `at`) to the end of shot `stop`, or to its own end."""

    file: Asset
    start: str | None = None
    stop: str | None = None
    at: Seconds = Fraction(0)
    gain_db: float = 0.0
    fade_in: Seconds = Fraction(0)
    fade_out: Seconds = Fraction(0)
    ducks: bool = False


@dataclass(frozen=True, slots=True)
class Audio:
    """The film's sound; music drops by `duck_db` under cues that duck it; `loudness` in LUFS, None = as mixed."""

    music: tuple[Cue, ...] = ()
    effects: tuple[Cue, ...] = ()
    duck_db: float = 9.0
    loudness: float | None = -14.0


@dataclass(frozen=True, slots=True)
class Harmonise:
    """Colour harmonising inside groups of shots."""

    within: Literal["sequence", "look", "film"] = "look"
    strength: float = 1.0
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """How takes become film: method names; `harmonise` None = off."""

    interpolate: str = "auto"
    upscale: str = "lanczos"
    harmonise: Harmonise | None = Harmonise()


@dataclass(frozen=True, slots=True)
class Budget:
    """What a film may cost; None = no limit."""

    usd: float | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A whole film as the producer wants it. `locate` gives (line, column) of a path such as `shots[2].camera`."""

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
    locate: Callable[[str], tuple[int, int]] = field(default=lambda _: (1, 1), compare=False, repr=False)

    def problem(self, path: str, message: str, *, warning: bool = False) -> Problem:
        """Say what is wrong at `path`, with the line and column where it stands."""
        line, column = self.locate(path)
        return Problem(str(self.file), line, column, path, message, warning)
