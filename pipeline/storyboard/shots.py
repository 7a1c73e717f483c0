"""Shots, with defaults, looks, sequences and cast applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from pipeline.model import Amount, Look, Lora, Motion, Shot, Source, Transition
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.cast import Cast
from pipeline.storyboard.conflicts import check_defaults, check_shot, check_takes
from pipeline.storyboard.extras import Extras
from pipeline.storyboard.footage import footage
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.likeness import Likeness, check_most, joined, loras
from pipeline.storyboard.making import doubt_race, keyframe, race
from pipeline.storyboard.names import Names
from pipeline.storyboard.settings import Transitions, tool

AMOUNTS: Mapping[str, Amount] = {"static": "static", "low": "low", "medium": "medium", "high": "high"}
SECONDS = Fraction(4)
TAKES = 3
PICTURE = ("picture",)
OF_ONE_SHOT = ("style", "lighting", "negative")


@dataclass(slots=True)
class Shots:
    """Reads shots. `defaults` and `looks` have passed the contract; looks are by name, sequences name theirs.

    `worn` are the weights that looks bring, by name.
    """

    defaults: Mapping[str, Any]
    looks: Mapping[str, Look]
    worn: Mapping[str, tuple[Lora, ...]]
    sequences: Mapping[str, Any]
    cast: Cast
    names: Names
    transitions: Transitions
    assets: Assets
    ledger: Ledger
    extras: Extras
    _usual: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        defaults = self.defaults
        self._usual = {
            "generator": tool(defaults.get("generator")),
            "transition": self.transitions.between(defaults.get("transition", "cut"), "defaults.transition"),
            "motion": self._motion(defaults.get("motion"), "defaults.motion"),
            "camera": self.names.term("camera", defaults.get("camera", ""), "defaults.camera")
            if "camera" in defaults
            else "",
            "look": self.names.own("look", defaults.get("look"), self.looks, "defaults.look"),
            "race": race(defaults.get("race"), "defaults.race", self.ledger),
        }
        check_defaults(defaults, self.ledger)

    def shot(self, data: Mapping[str, Any], index: int) -> Shot:
        """Read one shot; what is wrong in it is noted and the usual stands in."""
        path = f"shots[{index}]"
        check_shot(data, path, self.ledger)
        look_name, look = self._look(data, path)
        camera = data.get("camera")
        motion = data.get("motion")
        prompt = data.get("prompt")
        usual = self._usual
        strength = data.get("strength", self.defaults.get("strength"))
        values = dict(
            id=str(data.get("id", "")),
            index=index,
            scene=self.cast.speak(data.get("scene", ""), f"{path}.scene").strip(),
            generator=tool(data["generator"]) if "generator" in data else usual["generator"],
            prompt=None if prompt is None else self.cast.speak(prompt, f"{path}.prompt"),
            camera=usual["camera"] if camera is None else self.names.term("camera", camera, f"{path}.camera"),
            motion=usual["motion"] if motion is None else self._motion(motion, f"{path}.motion"),
            look=look,
            look_name=look_name,
            sequence=str(data.get("sequence", "")),
            seed=None if data.get("seed") is None else int(data["seed"]),
            strength=None if strength is None else float(strength),
            transition=self._transition(data, path),
            **self.extras.judged.values(),
            approve=bool(data.get("approve", self.defaults.get("approve", False))),
            **self._takes(data, path),
            **self._beginning(data, path),
            **self._likeness(data, path, look_name),
        )
        return Shot(**values | self.extras.of(data, path))

    def _takes(self, data: Mapping[str, Any], path: str) -> dict[str, Any]:
        takes = int(data.get("takes", self.defaults.get("takes", TAKES)))
        most = data.get("max_takes", self.defaults.get("max_takes"))
        check_takes(data, path, self.ledger)
        wish = self._usual["race"]
        if "race" in data:
            wish = race(data["race"], f"{path}.race", self.ledger)
            if wish is not None:
                doubt_race(wish, takes, f"{path}.race", self.ledger)
        return {"takes": takes, "max_takes": None if most is None else max(int(most), takes), "race": wish}

    def _beginning(self, data: Mapping[str, Any], path: str) -> dict[str, Any]:
        """Read what the shot is made from, which also says how long it is where nothing else does."""
        source = footage(data.get("source"), f"{path}.source", self.assets, self.ledger)
        seconds, frames = self._length(data, source)
        continues = data.get("continues")
        harmonise = not (source and source[0].as_is) and self.defaults.get("harmonise", True)
        return {
            "seconds": seconds,
            "frames": frames,
            "first_frame": self._picture(data, "first_frame", path),
            "last_frame": self._picture(data, "last_frame", path),
            "keyframe": keyframe(data.get("keyframe"), f"{path}.keyframe", self.cast),
            "continues": None if continues is None else str(continues),
            "source": source[0] if source else None,
            "harmonise": bool(data.get("harmonise", harmonise)),
        }

    def _likeness(self, data: Mapping[str, Any], path: str, look: str) -> dict[str, Any]:
        """Give the weights and pictures of a shot: its own, those of its cast, those of its look."""
        painted = data.get("keyframe")
        texts = (data.get("scene"), data.get("prompt"), painted.get("prompt") if isinstance(painted, dict) else None)
        own = Likeness(loras(data.get("lora"), f"{path}.lora", self.assets, self.ledger))
        spoken = self.cast.likeness(text for text in texts if text)
        found = joined((own, spoken, Likeness(self.worn.get(look, ()))))
        check_most(found, data, path, self.ledger)
        return {"loras": found.loras, "references": found.references}

    def _look(self, data: Mapping[str, Any], path: str) -> tuple[str, Look]:
        sequence = self.names.own("sequence", data.get("sequence"), self.sequences, f"{path}.sequence")
        inherited = (self.sequences.get(sequence) or {}).get("look") if sequence else None
        name = self.names.own("look", data.get("look"), self.looks, f"{path}.look") if "look" in data else inherited
        name = name or self._usual["look"]
        look = self.looks.get(name, Look())
        own = {key: data[key] for key in OF_ONE_SHOT if key in data}
        if not own:
            return name, look
        for kind in ("style", "lighting"):
            if kind in own:
                own[kind] = self.names.term(kind, own[kind], f"{path}.{kind}")
        return name, replace(look, **own)

    def _length(
        self, data: Mapping[str, Any], source: tuple[Source, Fraction] | None
    ) -> tuple[Fraction | None, int | None]:
        """Give seconds or frames: the shot's own, else its footage's, else the default."""
        for where in (data, self.defaults):
            if where is not data and source is not None and (length := _played(source, where.get("seconds"))):
                return length, None
            if where.get("frames") is not None:
                return None, int(where["frames"])
            if where.get("seconds") is not None:
                return Fraction(where["seconds"]), None
        return SECONDS, None

    def _motion(self, value: Any, path: str) -> Motion:
        if isinstance(value, dict):
            kind = self.names.term("motion", value["type"], f"{path}.type") if "type" in value else ""
            return Motion(kind, value.get("amount"), value.get("details", ""))
        if not isinstance(value, str):
            return Motion()
        if value in AMOUNTS:
            return Motion(amount=AMOUNTS[value])
        known = self.names.term("motion", value, path)
        return Motion(known) if " " not in known.strip() else Motion(details=known)

    def _transition(self, data: Mapping[str, Any], path: str) -> Transition:
        value = data.get("transition")
        if value is None:
            usual: Transition = self._usual["transition"]
            return usual
        return self.transitions.between(value, f"{path}.transition")

    def _picture(self, data: Mapping[str, Any], key: str, path: str) -> Any:
        found = self.assets.get(data[key], f"{path}.{key}", PICTURE) if key in data else None
        return found[0] if found else None


def _played(source: tuple[Source, Fraction], default: Any) -> Fraction | None:
    """Give how long footage plays: all of what is asked of it, but no longer than `default` where no end is said."""
    clip, length = source
    if clip.loop:
        return None
    whole = ((length if clip.stop is None else clip.stop) - clip.start) / clip.speed
    return whole if clip.stop is not None or default is None else min(whole, Fraction(default))
