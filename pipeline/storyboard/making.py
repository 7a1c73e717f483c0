"""How the model of a shot is used: a picture model that paints its first frame, and takes that race."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pipeline.model import Keyframe, Race, Shot
from pipeline.storyboard.cast import Cast
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.settings import AUTO, tool
from pipeline.storyboard.words import number

PICTURE_MODELS = ("flux", "sdxl", "sd1.5")
"""Asked for in this order where none is named."""

PICTURES = 4
RACE = Race((0.2, 0.4), (3, 1))


def keyframe(value: Any, path: str, cast: Cast) -> Keyframe | None:
    """Read how the first frame is painted; None where it is not."""
    if not isinstance(value, dict):
        return None
    asked = tool(value.get("generator"))
    names = [name for one in asked.names for name in (PICTURE_MODELS if one == AUTO else (one,))]
    prompt = value.get("prompt")
    return Keyframe(
        replace(asked, names=tuple(dict.fromkeys(names))),
        int(value.get("takes", PICTURES)),
        None if prompt is None else cast.speak(prompt, f"{path}.prompt"),
    )


def race(value: Any, path: str, ledger: Ledger) -> Race | None:
    """Read when losing takes are stopped; None where none is, or where it cannot be told."""
    if not isinstance(value, dict):
        return RACE if value is True else None
    rungs, keep = value.get("rungs"), value.get("keep")
    if not isinstance(rungs, list) or not isinstance(keep, list) or None in (*rungs, *keep):
        return None
    for index, (before, after) in enumerate(pairwise(rungs), 1):
        if after <= before:
            why = f"must be more than the one before, {number(before)}: takes are stopped one time after the other"
            ledger.wrong(f"{path}.rungs[{index}]", why)
    for index, (before, after) in enumerate(pairwise(keep), 1):
        if after > before:
            why = f"must be at most the one before, {number(before)}: what was stopped does not go on"
            ledger.wrong(f"{path}.keep[{index}]", why)
    if len(rungs) != len(keep):
        both = f"`keep` has {_count(len(keep), 'number')} and `rungs` {len(rungs)}"
        ledger.wrong(f"{path}.keep", f"{both}; write for each rung how many takes go on after it")
    return Race(tuple(map(float, rungs)), tuple(map(int, keep)))


def doubt_race(wish: Race, takes: int, path: str, ledger: Ledger) -> None:
    """Warn of a race at `path` in which too few takes start; a profile that asks for few means it."""
    most = wish.keep[0]
    if takes > most or _asked_for_few(path, ledger):
        return
    what, rung = ("it", "its first rung") if takes <= wish.keep[-1] else ("its first rung", "it")
    told = f"with {_count(takes, 'take')} {what} changes nothing, as {most} may go on after {rung}"
    ledger.doubt(path, f"{told}; write `takes: {most + 1}` or more, or lower `keep`")


def doubt_usual_race(shots: Iterable[Shot], written: Mapping[int, Mapping[str, Any]], ledger: Ledger) -> None:
    """Warn once of a race in `defaults` that no shot has takes enough for."""
    racing = [shot for shot in shots if shot.race is not None and "race" not in written[shot.index]]
    if racing and racing[0].race is not None:
        doubt_race(racing[0].race, max(shot.takes for shot in racing), "defaults.race", ledger)


def _asked_for_few(path: str, ledger: Ledger) -> bool:
    takes, wish = (ledger.places.path(one).partition(".")[0] for one in ("defaults.takes", path))
    return takes == "profiles" != wish


def _count(many: int, what: str) -> str:
    return f"one {what}" if many == 1 else f"{many} {what}s"
