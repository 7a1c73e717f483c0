"""What an animatic is to be: every decision on a wish that needs no pixels."""

from collections.abc import Mapping
from difflib import get_close_matches
from math import sqrt
from typing import Any

from pipeline import prompts
from pipeline.model import GenerationPlan, Input, MediaFacts, Size, Spec, Wish
from pipeline.ports import Problems
from pipeline.timeline import frames_needed

LONG_SIDE, PIXELS, FASTEST = 1280, 1280 * 720, 60
FAULTS = ("flicker", "frozen", "cut", "jitter")
OPTIONS = {"label": "true or false", "blemish": "{take: flicker, frozen, cut or jitter}"}
_FROM_THE_PLAN = frozenset({"head", "tail"})
_PACE = {"timelapse": 8.0, "slow_motion": 0.4}


def size_for(film: Size) -> Size:
    """Scale a film's size down to previz size: at most 1280 pixels long, 1280x720 pixels in all, even sides."""
    scale = min(1.0, LONG_SIDE / max(film.width, film.height), sqrt(PIXELS / film.pixels))
    return Size(*(max(2, round(side * scale / 2) * 2) for side in (film.width, film.height)))


def spec_for(film: Spec) -> Spec:
    """Give size, rate and frames of a drawn or moved take: the film's own rate up to 60 frames a second, else half."""
    if film.rate <= FASTEST:
        return Spec(size_for(film.size), film.rate, film.frames)
    return Spec(size_for(film.size), film.rate / 2, frames_needed(film.frames, film.rate, film.rate / 2))


def option_problems(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is wrong with the producer's options for this tool."""
    found = []
    for name, value in options.items():
        if name in _FROM_THE_PLAN:
            continue
        if name not in OPTIONS:
            near = get_close_matches(str(name), OPTIONS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"it knows {' and '.join(OPTIONS)}"
            found.append(("generator", f"animatic has no option `{name}`: {hint}"))
        elif name == "label" and not isinstance(value, bool):
            found.append(("generator", f"label must be true or false, not {value!r}"))
        elif name == "blemish":
            found += _blemish_problems(value)
    return found


def _blemish_problems(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return [("generator", "blemish must name a fault for a take, like `blemish: {2: frozen}`")]
    found = []
    for take, fault in value.items():
        if not str(take).isdecimal() or int(str(take)) < 1:
            found.append(("generator", f"blemish: `{take}` is not the number of a take (1, 2, ...)"))
        if fault not in FAULTS:
            near = get_close_matches(str(fault), FAULTS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(FAULTS)}"
            found.append(("generator", f"blemish: there is no fault `{fault}`: {hint}"))
    return found


def blemishes(options: Mapping[str, Any]) -> dict[str, str]:
    """Give the planted faults by take number, as text."""
    return {str(int(str(take))): str(fault) for take, fault in dict(options.get("blemish") or {}).items()}


def camera_of(wish: Wish) -> str:
    """Find the camera id of a shot, "" when it names none."""
    return prompts.camera_move(wish.shot.camera) if wish.shot.camera else ""


def label_of(wish: Wish, camera: str, *, shown: bool) -> dict[str, str] | None:
    """Give the words of the lower third, in the language of the scene; None when it is not shown."""
    if not wish.options.get("label", shown):
        return None
    language = "ja" if prompts.is_japanese(wish.shot.scene) else "en"
    named = prompts.label("camera", camera, language) if camera else ""
    return {"shot": wish.shot.id, "scene": wish.shot.scene, "camera": named}


def moving(wish: Wish, pictures: tuple[Input, ...]) -> GenerationPlan:
    """Decide a drawn panel, a camera move over a picture, or a passage from one picture to another."""
    shot = wish.shot
    task = {0: "drawn", 1: "picture"}.get(len(pictures), "goal")
    camera, faults = camera_of(wish), blemishes(wish.options)
    spec = spec_for(wish.spec)
    levers: dict[str, Any] = {"label": label_of(wish, camera, shown=task == "drawn" or shot.continues is not None)}
    if task != "goal":
        levers |= {"camera": camera, "amount": shot.motion.amount}
        levers |= {"alive": _alive(wish, camera)}
    if task == "picture":
        levers |= {"whole": shot.continues is not None}
        levers |= {"focus": list(shot.focus)} if shot.focus is not None else {}
    if task == "drawn":
        levers |= _drawn(wish)
    if faults:
        levers["blemish"] = faults
    return GenerationPlan(
        generator="",
        task=task,
        prompt=(shot.prompt or shot.scene) if task == "drawn" else "",
        negative="",
        spec=spec,
        inputs=pictures,
        levers=levers,
        seeded=bool(faults) or _seeded(task, levers),
        compute_seconds=0.8 + spec.frames * spec.size.pixels * 4.2e-8,
    )


def _seeded(task: str, levers: Mapping[str, Any]) -> bool:
    """Say whether two seeds give two takes: not where a picture simply stands, or passes into another."""
    return task == "drawn" or (task == "picture" and (levers["alive"] or levers["camera"] != "static"))


def _alive(wish: Wish, camera: str) -> bool:
    """Say whether a view with a fixed camera must still live a little, because motion was asked for."""
    motion = wish.shot.motion
    if camera != "static" or motion.amount is not None:
        return camera == "static" and motion.amount != "static"
    return motion.type not in {"", "minimal"}


def _drawn(wish: Wish) -> dict[str, Any]:
    shot = wish.shot
    kind = prompts.resolve("motion", shot.motion.type) or ""
    return {
        "motion": f"{shot.motion.type} {shot.motion.details}".strip(),
        "pace": _PACE.get(kind, 1.0),
        "lighting": prompts.resolve("lighting", shot.look.lighting) or "",
        "style": prompts.resolve("style", shot.look.style) or "",
    }


def pictures_of(wish: Wish) -> tuple[Input, ...]:
    """Give the pictures a wish brings, the first frame before the last."""
    roles = {one.role: one for one in wish.inputs}
    return tuple(roles[role] for role in ("first_frame", "last_frame") if role in roles)


def picture_problems(facts: Mapping[str, MediaFacts], pictures: tuple[Input, ...]) -> list[tuple[str, str]]:
    """List what is wrong with the pictures a wish brings."""
    found = [
        (one.role, f"{one.path.name} is a sound: a picture is needed here")
        for one in pictures
        if one.role in facts and facts[one.role].kind == "sound"
    ]
    if pictures and pictures[0].role == "last_frame":
        found.append(("last_frame", "a last frame needs a first frame to start from: add `first_frame`"))
    return found


def refused(problems: list[tuple[str, str]]) -> Problems | None:
    """Give the problems as the port wants them, None when there are none."""
    return Problems(problems) if problems else None
