"""From chosen takes to one film: grades, pieces, sound, the join. Each is an artefact, made once."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from os import cpu_count
from pathlib import Path
from typing import Any

from pipeline import dress, registry, stages
from pipeline.dress import Dress, Mark
from pipeline.material import Material, Still
from pipeline.media import audio
from pipeline.media import frames as film_frames
from pipeline.media.join import join
from pipeline.model import Grade, Harmonise, Piece, Recipe, RenderPlan, ShotPlan, SoundPlan, Spec
from pipeline.ports import Frame
from pipeline.shot import CPU_WAIT, Judged
from pipeline.store import Entry, Store
from pipeline.vision import colour, lettering
from pipeline.vision.scale import CENTRE, Focus
from pipeline.vision.transition import passage

TOOL = "assemble@2"
MIX = "mix@3"
PIECE = "data.mp4"
SOUND = "data.m4a"
LIGHT = "light@1"
LIGHT_FILE = "data.json"


@dataclass(frozen=True, slots=True)
class Edit:
    """All that decides the film's pixels: the plan, each shot's material and its grade, and what lies over them."""

    plan: RenderPlan
    materials: Mapping[str, Material]
    grades: Mapping[str, Grade]
    marks: tuple[Mark, ...] = field(default=())

    @property
    def dress(self) -> Dress:
        """What the frames wear."""
        return Dress(self.plan, self.marks)


# ---------------------------------------------------------------- grades


def grades(plan: RenderPlan, chosen: Mapping[str, Judged]) -> dict[str, Grade]:
    """Harmonise colours: one affine a shot, towards its group's first shot, or the named one.

    A named shot speaks for its own group alone (night stays night), and for every group if it is in none.
    """
    wish = plan.board.finish.harmonise
    if wish is None:
        return {}
    named = next((shot for shot in plan.shots if shot.shot.id == wish.reference and wish.reference in chosen), None)
    groups: dict[str, list[ShotPlan]] = {}
    for shot in plan.shots:
        group = _group(shot, wish)
        if group is not None and shot.shot.id in chosen and _graded(shot):
            groups.setdefault(group, []).append(shot)
    made: dict[str, Grade] = {}
    for group, members in groups.items():
        leads = members[0] if named is None or _group(named, wish) not in {group, None} else named
        towards = chosen[leads.shot.id].card.colours
        for shot in members:
            own = chosen[shot.shot.id].card.colours
            if own != towards:
                made[shot.shot.id] = colour.match(own, towards, wish.strength)
    return made


def _graded(shot: ShotPlan) -> bool:
    return shot.shot.harmonise and not (shot.shot.source is not None and shot.shot.source.as_is)


def _group(shot: ShotPlan, wish: Harmonise) -> str | None:
    """Name the group a shot belongs to; a shot without a look (or sequence) belongs to none."""
    if wish.within == "film":
        return "film"
    return (shot.shot.look_name if wish.within == "look" else shot.shot.sequence) or None


# ---------------------------------------------------------------- pieces


def piece_recipe(edit: Edit, piece: Piece) -> Recipe:
    """Give the recipe of one encoded run of film frames."""
    output = edit.plan.output
    values: dict[str, Any] = {
        "kind": piece.kind,
        "type": piece.type,
        "spec": Spec(output.size, output.rate, piece.frames),
        "fit": output.fit,
        "upscale": "lanczos",
        "encoding": film_frames.PIECE.values(),
        "a": _part(edit, piece.a, piece.a_from),
        "b": _part(edit, piece.b, piece.b_from) if piece.b else None,
    }
    worn = dress.values(edit.dress, piece)
    return Recipe("piece/1", TOOL, values | ({"dress": worn} if worn else {}))


def _part(edit: Edit, shot: str, start: int) -> dict[str, Any]:
    grade, material = edit.grades.get(shot, Grade()), edit.materials[shot]
    part = {"material": material.key, "from": start + material.first, "grade": list(grade.matrix)}
    if sharpness := _sharpness(edit, shot):
        part["sharpen"] = [registry.load("finishers", "sharpen").version, sharpness]
    return part if (focus := _focus(edit, shot)) == CENTRE else part | {"focus": list(focus)}


def _sharpness(edit: Edit, shot: str) -> float:
    """Give how much sharper a shot becomes: not at all where it is a slate, a card, or footage used as it is."""
    found = _planned(edit, shot)
    able = found is not None and found.treated and not isinstance(edit.materials[shot], Still)
    return edit.plan.board.finish.sharpen if able else 0.0


def _focus(edit: Edit, shot: str) -> Focus:
    found = _planned(edit, shot)
    return (found and found.shot.focus) or CENTRE


def _planned(edit: Edit, shot: str) -> ShotPlan | None:
    return next((one for one in edit.plan.shots if one.shot.id == shot), None)


def make_piece(store: Store, edit: Edit, piece: Piece) -> Entry:
    """Give one piece, encoded if the store lacks it: decode, scale, grade, pass over, encode in one go."""
    output = edit.plan.output
    spec = Spec(output.size, output.rate, piece.frames)

    def write(folder: Path) -> None:
        worn = dress.seen(edit.dress, piece)
        shown = (dress.dressed(one, edit.dress, worn, piece, k) for k, one in enumerate(_frames(edit, piece)))
        with closing(stages.ahead(lambda: shown, "piece")) as coming:
            film_frames.write(folder / PIECE, coming, spec, film_frames.PIECE)

    return store.make(piece_recipe(edit, piece), write, wait=CPU_WAIT)


def _frames(edit: Edit, piece: Piece) -> Iterator[Frame]:
    a = finished(edit, piece.a, piece.a_from, piece.frames)
    if piece.kind == "body":
        yield from a
        return
    if piece.kind == "transition" and piece.b is not None:
        b = finished(edit, piece.b, piece.b_from, piece.frames)
        for k, (one, other) in enumerate(zip(a, b, strict=False)):  # the encoder counts
            yield passage(piece.type, one, other, k, piece.frames)
        return
    for k, frame in enumerate(a):
        before, after = (None, frame) if piece.kind == "open" else (frame, None)
        yield passage(piece.type, before, after, k, piece.frames)


def finished(edit: Edit, shot: str, start: int, count: int) -> Iterator[Frame]:
    """Stream material frames of a shot as the film shows them: at the film's size, graded."""
    output = edit.plan.output
    material = edit.materials[shot]
    stream, before = material.frames(start, start + count), Spec(material.size, output.rate, count)
    steps = [registry.load("finishers", "lanczos")(output.size, output.fit, _focus(edit, shot))]
    if sharpness := _sharpness(edit, shot):
        steps.append(registry.load("finishers", "sharpen")(sharpness))
    if shot in edit.grades:
        steps.append(registry.load("finishers", "grade")(edit.grades[shot]))
    for step in steps:
        stream, before = step.frames(stream, before), step.spec(before)
    return stream


# ---------------------------------------------------------------- text


def lit(store: Store, edit: Edit) -> Edit:
    """Give every title the plate that the pictures under it call for, and no more.

    How dark and bright they are is measured on every frame, once, and kept.
    """
    with ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        marks = pool.map(lambda one: _lit(store, edit, one) if one.overlay.kind == "title" else one, edit.marks)
        return replace(edit, marks=tuple(marks))


def _lit(store: Store, edit: Edit, mark: Mark) -> Mark:
    bare = replace(edit, marks=())
    parts = [_within(piece, mark) for piece in edit.plan.pieces if dress.seen(Dress(edit.plan, (mark,)), piece)]
    under = [piece_recipe(bare, piece).key for piece in parts]
    recipe = Recipe("light/1", LIGHT, {"letters": lettering.values(mark.letters), "under": under})

    def write(folder: Path) -> None:
        found = [
            lettering.light(one, mark.letters) for piece in parts for one in islice(_frames(bare, piece), piece.frames)
        ]
        darkest, brightest = min(low for low, _ in found), max(high for _, high in found)
        (folder / LIGHT_FILE).write_text(json.dumps([darkest, brightest]), "utf-8")

    entry = store.make(recipe, write, wait=CPU_WAIT)
    return dress.in_light(mark, *json.loads(entry.file(LIGHT_FILE).read_text("utf-8")))


def _within(piece: Piece, mark: Mark) -> Piece:
    """Cut a body down to the frames in which a mark stands; a transition is needed whole."""
    if piece.kind != "body":
        return piece
    start = max(piece.start, mark.overlay.start)
    stop = min(piece.start + piece.frames, mark.overlay.stop)
    return replace(piece, start=start, frames=stop - start, a_from=piece.a_from + start - piece.start)


# ---------------------------------------------------------------- all pieces


def make_pieces(store: Store, edit: Edit, tell: Callable[[float], None]) -> list[Entry]:
    """Give every piece of the film in film order, as many at once as there are cores."""
    with ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        jobs = [pool.submit(make_piece, store, edit, piece) for piece in edit.plan.pieces]
        try:
            for done, job in enumerate(as_completed(jobs), start=1):
                job.result()
                tell(done / len(jobs))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [job.result() for job in jobs]


# ---------------------------------------------------------------- sound and film


def sound_recipe(sound: SoundPlan) -> Recipe:
    """Give the recipe of the film's sound."""
    cues = [
        {
            "file": cue.sha256,
            "role": cue.role,
            "at": [cue.start, cue.stop, cue.skip],
            "played": [cue.window, cue.speed, cue.reverse, cue.loop],
            "gain_db": cue.gain_db,
            "master": cue.master,
            "fades": [cue.fade_in, cue.fade_out],
        }
        for cue in sound.cues
    ]
    values = {
        "cues": cues,
        "seconds": sound.seconds,
        "ducks": [list(window) for window in sound.ducks],
        "duck_db": sound.duck_db,
        "loudness": sound.loudness,
    }
    return Recipe("sound/1", MIX, values)


def make_sound(store: Store, sound: SoundPlan) -> Entry:
    """Give the film's sound, mixed if the store lacks it."""

    def write(folder: Path) -> Mapping[str, Any]:
        return {"gain_db": audio.mix(sound, folder / SOUND).gain_db}

    return store.make(sound_recipe(sound), write, wait=CPU_WAIT)


def join_film(edit: Edit, pieces: Sequence[Entry], sound: Entry, out: Path) -> None:
    """Join pieces and sound into the film; `out` appears whole."""
    plan = edit.plan
    parts = [(entry.file(PIECE), piece.frames) for entry, piece in zip(pieces, plan.pieces, strict=True)]
    join(parts, out, Spec(plan.output.size, plan.output.rate, plan.frames), sound.file(SOUND))
