"""What a model is to make: every decision on a wish that needs no pixels, no weights and no torch."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline import prompts
from pipeline.generators import catalog, weights
from pipeline.generators.animatic_conform import conform
from pipeline.generators.catalog import Entry, Task
from pipeline.generators.diffusion.calls import CALLS
from pipeline.generators.diffusion.options import LEVERS, asked_size, option_problems
from pipeline.generators.diffusion.shape import length, length_problems, or_, seconds, size_for, size_problems, spec
from pipeline.model import GenerationPlan, Input, Shot, Size, Wish
from pipeline.ports import Problems

STRENGTH = 0.3
"""How far footage is changed where nobody says: the middle of what keeps its motion."""

FINER = 0.55
"""Strength up to which one expert of two draws all of footage: beyond it the noise is the other one's (Wan 2.2 hands
over at 0.875 of it, which its shifted schedule reaches at 0.58 or 0.70)."""

LOOKED_AT = 0.6
"""How strongly pictures of the cast count where nobody says, beside the words."""

CRF = 12
WORDS: Mapping[Task, str] = {
    "text_to_video": "start from words alone",
    "image_to_video": "start from a picture",
    "first_last": "aim at a last frame",
    "video_to_video": "make footage anew",
    "frame_by_frame": "make footage anew",
    "text_to_image": "make pictures",
}
DOES: Mapping[Task, str] = {
    "text_to_video": "starts from words",
    "image_to_video": "starts from a picture",
    "first_last": "aims at a last frame",
    "video_to_video": "makes footage anew",
    "frame_by_frame": "makes footage anew",
    "text_to_image": "makes pictures",
}
KEYS: Mapping[Task, str] = {
    "text_to_video": "first_frame",
    "image_to_video": "first_frame",
    "first_last": "last_frame",
    "video_to_video": "source",
    "frame_by_frame": "source",
    "text_to_image": "generator",
}
CURES: Mapping[Task, str] = {
    "text_to_video": "add `first_frame`, `keyframe` or `continues`",
    "image_to_video": "leave the picture out",
    "first_last": "leave `last_frame` out",
    "video_to_video": "leave `strength` out to show the footage as it is",
    "frame_by_frame": "leave `strength` out to show the footage as it is",
    "text_to_image": "name a model that makes pictures",
}


def planned(entry: Entry, version: int, wish: Wish) -> GenerationPlan | Problems:
    """Decide what a model makes of a wish."""
    task = task_of(entry, wish)
    problems = [
        *option_problems(entry.name, wish.options),
        *_speed_problems(entry, task, wish),
        *_task_problems(entry, task, wish),
        *_weights_problems(entry, wish),
    ]
    if problems:
        return Problems(problems)
    size = size_for(entry, wish.spec.size, asked_size(wish.options))
    needed, legal, rate = length(entry, task, wish)
    footage = _footage(wish)
    problems = [
        *size_problems(entry, size, wish),
        *length_problems(entry, legal, needed),
        *prompt_problems(entry, wish),
    ]
    if problems or legal is None or isinstance(footage, Problems):
        return Problems([*problems, *(footage if isinstance(footage, Problems) else ())])
    assert size is not None
    levers = _levers(entry, task, wish, size, legal)
    if footage is not None:
        levers["footage"] = {"spec": footage.spec, **footage.levers, "label": None}
    return GenerationPlan(
        generator=f"{entry.name}@{version}",
        task=task,
        prompt=_prompt(entry, wish),
        negative=wish.negative if entry.reads and entry.reads.negative else "",
        spec=spec(task, size, needed, legal, rate, exact=wish.exact),
        inputs=_inputs(entry, task, wish),
        levers=levers,
        compute_seconds=seconds(entry, size, legal, levers["arguments"]["num_inference_steps"]),
        doubts=tuple(_doubts(entry, wish)),
    )


# ---------------------------------------------------------------- what is made from what


def task_of(entry: Entry, wish: Wish) -> Task:
    """Say what a wish asks for; of a shot that goes on from another, the first frame may not be there yet."""
    shot = wish.shot
    if shot.source is not None:
        return "frame_by_frame" if "frame_by_frame" in entry.calls else "video_to_video"
    if _has(wish, "last_frame"):
        return "first_last"
    if _has(wish, "first_frame") or _later(shot):
        return "image_to_video"
    return "text_to_image" if "text_to_image" in entry.calls else "text_to_video"


def _task_problems(entry: Entry, task: Task, wish: Wish) -> Iterator[tuple[str, str]]:
    if task == "first_last" and not _has(wish, "first_frame") and not _later(wish.shot):
        yield "last_frame", "a last frame needs a first frame to start from: add `first_frame`"
    elif task not in entry.calls:
        others = [one.name for one in catalog.models().values() if task in one.calls]
        instead = f", or name {or_(others)}" if others else ""
        if task == "text_to_video" and "image_to_video" not in entry.calls:
            yield "generator", f"{entry.name} cannot {WORDS[task]}{instead.replace(', or', ':', 1)}"
        else:
            of_key = wish.shot.keyframe is not None and task == "image_to_video"
            key, cure = ("keyframe", "leave `keyframe` out") if of_key else (KEYS[task], CURES[task])
            yield key, f"{entry.name} cannot {WORDS[task]}: {cure}{instead}"
    elif task in entry.instead and (wish.shot.strength or 0) > FINER:
        yield "strength", f"{entry.name} makes footage anew with its finer half alone: {FINER} at most"
    elif task == "text_to_image" and wish.spec.frames != 1:
        yield "generator", f"{entry.name} makes pictures, not clips: name it in `keyframe`, and a video model here"


def _weights_problems(entry: Entry, wish: Wish) -> Iterator[tuple[str, str]]:
    here = wish.weights
    if here is not None and here.made_as not in {*entry.calls.values()}:
        made = " or ".join(dict.fromkeys(entry.calls.values()))
        yield (
            "generator",
            f"{here.folder.name} holds a {here.made_as}, and {entry.name} works with {made}: name another",
        )


def _speed_problems(entry: Entry, task: Task, wish: Wish) -> Iterator[tuple[str, str]]:
    cache = wish.options.get("cache")
    if cache and task in entry.calls and not CALLS[entry.calls[task]].caches:
        yield "generator", f"{entry.name} cannot skip steps where it {DOES[task]}: leave `cache` out"
    if wish.shot.race is not None and wish.options.get("cache"):
        yield "race", "takes that race cannot skip steps: leave `cache` or `race` out"


def _later(shot: Shot) -> bool:
    """Tell whether the frame a shot starts from is made before it."""
    return shot.continues is not None or shot.keyframe is not None


def _has(wish: Wish, role: str) -> bool:
    return any(one.role == role for one in wish.inputs)


def _footage(wish: Wish) -> GenerationPlan | Problems | None:
    """Choose the frames of footage that a take is made from, as a shot that shows it as it is would."""
    clip = next((one for one in wish.inputs if one.role == "source"), None)
    return None if clip is None or wish.shot.source is None else conform(wish, wish.shot.source, clip)


def _inputs(entry: Entry, task: Task, wish: Wish) -> tuple[Input, ...]:
    """Give the files a take is made from; pictures of the cast where the model looks at them."""
    roles = {
        "image_to_video": ("first_frame",),
        "first_last": ("first_frame", "last_frame"),
        "video_to_video": ("source",),
        "frame_by_frame": ("source",),
    }.get(task, ())
    wanted = ("reference", "lora") if entry.references else ("lora",)
    return tuple(one for one in wish.inputs if one.role in roles or one.role.partition("_")[0] in wanted)


# ---------------------------------------------------------------- words


def _prompt(entry: Entry, wish: Wish) -> str:
    """Give the prompt, with words for how much moves where the model knows no number for it."""
    if entry.reads is None:
        return ""
    words = str(_amount(entry, wish).get("words", ""))
    return f"{wish.prompt}, {words}" if words and wish.shot.prompt is None else wish.prompt


def _amount(entry: Entry, wish: Wish) -> Mapping[str, Any]:
    return entry.amounts.get(wish.shot.motion.amount or "", {})


def prompt_problems(entry: Entry, wish: Wish) -> Iterator[tuple[str, str]]:
    """List what cannot be read for certain; a word is a token at least, often more."""
    if entry.reads is None:
        return
    key = "scene" if wish.shot.prompt is None else "prompt"
    if (words := len(_prompt(entry, wish).split())) >= entry.reads.tokens:
        most = f"{entry.name} reads at most {entry.reads.tokens} tokens, about {entry.reads.tokens * 3 // 4} words"
        yield key, f"{most}; this prompt has {words} words: say less, what comes first counts most"
    begins = {"first_frame", "source"} & {one.role for one in wish.inputs} or _later(wish.shot)
    if not _prompt(entry, wish).strip() and not begins:
        yield key, f"{entry.name} needs words to start from: write a `scene`"


def _doubts(entry: Entry, wish: Wish) -> Iterator[tuple[str, str]]:
    if wish.weights is None:
        name = weights.asked(entry.name, wish.options)
        cure = weights.cure(name, catalogued=name == entry.name)
        yield "generator", f"the weights of {name} are not on this machine: {cure}"
    if wish.shot.references and not entry.references:
        yield "scene", f"{entry.name} does not look at the pictures of the cast: only their descriptions are used"
    if entry.reads is None:
        if wish.shot.camera and prompts.camera_move(wish.shot.camera) != "static":
            yield "camera", f"{entry.name} reads no words, so no camera move: `motion.amount` says how much moves"
        return
    if "ja" not in entry.reads.languages and prompts.is_japanese(wish.prompt):
        key = "scene" if wish.shot.prompt is None else "prompt"
        yield key, f"{entry.name} reads {_languages(entry)}, not Japanese: write a `prompt` it can read"


def _languages(entry: Entry) -> str:
    names = {"en": "English", "zh": "Chinese"}
    assert entry.reads is not None
    return " and ".join(names.get(one, one) for one in entry.reads.languages)


# ---------------------------------------------------------------- levers


def _levers(entry: Entry, task: Task, wish: Wish, size: Size, legal: int) -> dict[str, Any]:
    """Give everything that decides the pixels besides words, files, size and seed."""
    options = wish.options
    levers: dict[str, Any] = {
        "call": entry.calls[task],
        "model": weights.asked(entry.name, options),
        "weights": wish.weights.identity if wish.weights else None,
        "arguments": _arguments(entry, task, wish),
        "frames": legal,
        "dtype": options.get("dtype", entry.dtype),
        **({"float32": list(entry.float32)} if entry.float32 else {}),
        "crf": options.get("crf", CRF),
    }
    if scheduler := _scheduler(entry, size):
        levers["scheduler"] = scheduler
    if task in entry.instead:
        levers["instead"] = dict(entry.instead[task])
    if entry.references and any(one.role.startswith("reference") for one in wish.inputs):
        levers["references"] = float(options.get("references", LOOKED_AT))
    if wish.shot.loras:
        levers["loras"] = [one.scale for one in wish.shot.loras]
    if wish.shot.focus is not None:
        levers["focus"] = list(wish.shot.focus)
    if options.get("device", "auto") != "auto":
        levers["device"] = options["device"]
    return levers | {key: options[key] for key in LEVERS if options.get(key)}


def _arguments(entry: Entry, task: Task, wish: Wish) -> dict[str, Any]:
    """Give the arguments of the pipeline's call that are not words, files, size or length."""
    options, amount = wish.options, _amount(entry, wish)
    given = dict(entry.asks) | {key: value for key, value in amount.items() if key != "words"}
    if "steps" in options:
        given["num_inference_steps"] = options["steps"]
    if "guidance" in options and "guidance_scale" in given:
        given["guidance_scale"] = float(options["guidance"])
        given |= {"guidance_scale_2": float(options["guidance"])} if "guidance_scale_2" in given else {}
    if "guidance" in options and entry.reads is None:
        given["max_guidance_scale"] = float(options["guidance"])
    if "noise" in options and entry.reads is None:
        given["noise_aug_strength"] = float(options["noise"])
    if task in ("video_to_video", "frame_by_frame"):
        given["strength"] = STRENGTH if wish.shot.strength is None else float(wish.shot.strength)
    return given


def _scheduler(entry: Entry, size: Size) -> dict[str, Any]:
    """Give the scheduler's settings for a size: those told for the size of the nearest area."""
    return {
        key: value[min(value, key=lambda one: abs(one.pixels - size.pixels))] if isinstance(value, Mapping) else value
        for key, value in entry.scheduler.items()
    }
