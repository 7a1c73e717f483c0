"""One shot as the producer wants it, and what it is made of.

Times are exact `Fraction` seconds; paths are absolute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

Amount = Literal["static", "low", "medium", "high"]
Seconds = Fraction


@dataclass(frozen=True, slots=True)
class Asset:
    """A producer's file: the name as written, and where it is."""

    name: str
    path: Path


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
    """A tool asked for: names in order of preference (`auto` = the best that is here), and options for it."""

    names: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lora:
    """Extra weights for a shot's model, and how strongly they count: 0 is not at all, 1 as they were made."""

    file: Asset
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A picture model that makes a shot's first frame, how many pictures there are to choose from, its own prompt.

    `prompt` None = the shot's.
    """

    generator: ToolChoice
    takes: int = 4
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Race:
    """The shares of the steps at which losing takes are stopped, and how many go on after each."""

    rungs: tuple[float, ...]
    keep: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """Text drawn over the picture, in the film's language, from `at` seconds after the shot's cut point.

    `seconds` None = to the end of its shot.
    """

    text: str
    role: Literal["headline", "caption", "legal"] = "headline"
    place: Literal["upper", "centre", "lower"] = "lower"
    at: Seconds = Fraction(0)
    seconds: Seconds | None = None
    enter: Literal["fade", "rise", "cut"] = "fade"
    leave: Literal["fade", "rise", "cut"] = "fade"


@dataclass(frozen=True, slots=True)
class Line:
    """Something said: words by language, and the recording in the film's language, if there is one.

    `at` counts from the shot's cut point; negative is before it (a J cut). `seconds` is how long it lasts, from the
    recording, else from the time it takes to read.
    """

    who: str
    text: Mapping[str, str]
    file: Asset | None
    at: Seconds
    seconds: Seconds
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class CardFace:
    """What a card shows: a plain ground (R, G, B) and a picture whose middle stands at `middle` of its height, 0..1."""

    ground: tuple[int, int, int]
    image: Asset | None = None
    middle: float = 0.5


@dataclass(frozen=True, slots=True)
class Use:
    """Another shot's take again, from `start` seconds after that shot's cut point."""

    shot: str
    start: Seconds = Fraction(0)


@dataclass(frozen=True, slots=True)
class Made:
    """How a shot's take is made where an edit shows another part of it; all in frames of the film.

    The take is `head + frames + tail` long and `frames` of it lay between cut points. The shot's cut point stands at
    frame `first` after the head; None = where the best window is.
    """

    frames: int
    head: int = 0
    tail: int = 0
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot as the producer wants it, with defaults, looks, sequence and cast applied.

    `references` are pictures of the people and places in it, in the order in which they are named. Of its takes,
    `allow` names gates whose fault is meant, `limits` where gates begin to reject in place of the usual, and `weights`
    what terms of the score count: a studio's profile by name ("" = as usual), or numbers by term.
    """

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
    max_takes: int | None = None
    speed: Fraction = Fraction(1)
    focus: tuple[float, float] | None = None
    lines: tuple[Line, ...] = ()
    titles: tuple[Title, ...] = ()
    card: CardFace | None = None
    use: Use | None = None
    made: Made | None = None
    allow: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    weights: str | Mapping[str, float] = ""
    approve: bool = False
    loras: tuple[Lora, ...] = ()
    references: tuple[Asset, ...] = ()
    keyframe: Keyframe | None = None
    race: Race | None = None
