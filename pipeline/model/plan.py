"""The render plan: every decision that needs no pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pipeline.errors import Problem
from pipeline.model.board import Output, Storyboard
from pipeline.model.media import Spec
from pipeline.model.shots import Made, Seconds, Shot
from pipeline.model.take import GenerationPlan, Recipe


@dataclass(frozen=True, slots=True)
class Slot:
    """A shot's place: film frames [start, end) from cut point to cut point; its material also carries handles."""

    shot: str
    start: int
    end: int
    head: int
    tail: int
    transition: str
    transition_frames: int

    @property
    def material(self) -> int:
        """Frames the shot must deliver, handles included; frame `head` of them is the first after the cut point."""
        return self.head + self.end - self.start + self.tail


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of film frames encoded once: shot `a` from its material frame `a_from`, passing into `b` if there is one.

    `open` and `close` pieces pass between black (or white) and one shot, `a`.
    """

    kind: Literal["body", "transition", "open", "close"]
    type: str
    start: int
    frames: int
    a: str
    a_from: int
    b: str | None = None
    b_from: int = 0


@dataclass(frozen=True, slots=True)
class PlacedCue:
    """A sound placed in the film: plays film seconds [start, stop), from second `skip` of the file on.

    `window` seconds of the file are played at `speed` with their pitch kept, backwards or round and round where
    asked; None = as many as it takes, as they are.
    """

    file: Path
    sha256: str
    role: Literal["music", "effect", "clip", "line", "ambience"]
    start: Seconds
    stop: Seconds
    skip: Seconds = Fraction(0)
    gain_db: float = 0.0
    fade_in: Seconds = Fraction(0)
    fade_out: Seconds = Fraction(0)
    window: Seconds | None = None
    speed: Fraction = Fraction(1)
    reverse: bool = False
    loop: bool = False
    shot: str = ""
    master: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    """Text over film frames [start, stop): a title, a line said, or the label that tells it was generated.

    It comes and goes within `fade` frames where `enter` and `leave` say so. `shot` is the one a title belongs to.
    """

    kind: Literal["title", "subtitle", "label"]
    text: str
    role: Literal["headline", "caption", "legal", "subtitle", "label"]
    place: Literal["upper", "centre", "lower"]
    start: int
    stop: int
    enter: str = "cut"
    leave: str = "cut"
    fade: int = 0
    shot: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """One subtitle: film seconds [start, stop), its lines of text, and who says it."""

    start: Seconds
    stop: Seconds
    text: tuple[str, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class SoundPlan:
    """The film's sound: music and ambience are lowered by `duck_db` inside every window of `ducks`."""

    seconds: Seconds
    cues: tuple[PlacedCue, ...] = ()
    ducks: tuple[tuple[Seconds, Seconds], ...] = ()
    duck_db: float = 0.0
    loudness: float | None = -14.0


@dataclass(frozen=True, slots=True)
class TakePlan:
    """One take to have. `recipe` is None while the take it chains from is not chosen yet."""

    number: int
    seed: int
    recipe: Recipe | None
    stored: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is still to be spent: takes, money, machine time and disk."""

    takes: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    disk_bytes: int = 0

    def with_(self, other: "Estimate") -> "Estimate":
        """Give both together."""
        return Estimate(
            self.takes + other.takes,
            self.usd + other.usd,
            self.seconds + other.seconds,
            self.disk_bytes + other.disk_bytes,
        )


@dataclass(frozen=True, slots=True)
class ShotPlan:
    """One shot, decided: what is made, how it is finished, what it waits for.

    Its takes hold `spare` film frames more than the shot needs, and the film's material begins at frame `first` of
    them, or anywhere in the spare frames where `windowed`; they are played at `speed`. `uses` names the shot whose
    takes it shows; it has none of its own then. `made` is how its takes are made, as a storyboard would write it down.
    `heat` are the takes that may be stopped in a race. `key` plans the pictures among which its first frame is chosen,
    where a picture model makes it. `treated`: takes are cleaned, enlarged and sharpened as the film asks; `trained`: by
    a model that was trained on samples.
    """

    shot: Shot
    slot: Slot
    generation: GenerationPlan
    delivered: Spec
    takes: tuple[TakePlan, ...]
    steps: tuple[str, ...]
    mezzanine: bool
    after: str | None
    estimate: Estimate
    first: int = 0
    spare: int = 0
    windowed: bool = False
    speed: Fraction = Fraction(1)
    made: Made | None = None
    uses: str | None = None
    heat: tuple[int, ...] = ()
    advice: tuple[str, ...] = ()
    key: "ShotPlan | None" = None
    treated: bool = True
    trained: bool = False


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """A whole film, decided."""

    board: Storyboard
    output: Output
    frames: int
    shots: tuple[ShotPlan, ...]
    pieces: tuple[Piece, ...]
    sound: SoundPlan
    estimate: Estimate
    warnings: tuple[Problem, ...] = field(default=())
    overlays: tuple[Overlay, ...] = ()
    captions: Mapping[str, tuple[Caption, ...]] = field(default_factory=dict)
