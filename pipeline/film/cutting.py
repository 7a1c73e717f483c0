"""The cut: every choice read once more, pieces, sound, the signed film, and everything that lies beside it."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipeline import assemble as cutting
from pipeline import dress, soundtrack
from pipeline import picks as picking
from pipeline.deliver import cuts, deliverables, folder, provenance, report, slate
from pipeline.deliver.finished import FinishedFilm, FinishedShot
from pipeline.film.choices import choose, desk, finished
from pipeline.film.joining import choose_together
from pipeline.material import Clip, Still
from pipeline.media import frames as film_frames
from pipeline.model import Recipe, RenderPlan, SoundPlan
from pipeline.production import Production, ShotState, remember_pace
from pipeline.shot import CPU_WAIT, Judged
from pipeline.store import Entry


def assemble(production: Production, tell: Callable[[float], None]) -> cuts.Cut:
    """Choose once more over all cards, finish what changed, join and sign the film, write manifest, goods and page.

    The same cut is not joined twice: its recipe is compared with the newest one's.

    Raises:
        DailiesError: the film is there, and something to be handed on besides it is not.
    """
    store, plan = production.studio.store, production.plan
    picks = picking.read(production.desk)
    for state in sorted(production.shots.values(), key=lambda one: one.plan.uses is not None):
        choose(production, state, picks)
    choose_together(production)
    clips = {name: clip for name, state in production.shots.items() if (clip := finished(production, state))}
    materials = {name: clips.get(name) or _slate(production, state) for name, state in production.shots.items()}
    chosen = {name: one.takes[one.choice.take] for name, one in production.shots.items() if one.choice is not None}
    edit = cutting.Edit(plan, materials, cutting.grades(plan, chosen), dress.marks(plan))
    heard = _heard(plan, clips)
    with ThreadPoolExecutor(max_workers=1) as beside:
        mixing = beside.submit(cutting.make_sound, store, heard)
        pieces = cutting.make_pieces(store, cutting.lit(store, edit), tell)
    sound = mixing.result()
    signed = {"signed": plan.board.disclosure} if plan.board.disclosure in {"file", "both"} else {}
    recipe = Recipe("film/1", cutting.TOOL, {"pieces": [one.key for one in pieces], "sound": sound.key, **signed})
    newest = cuts.newest_cut(production.folder)
    cut = newest if newest and newest.recipe == recipe.key else cuts.next_cut(production.folder, recipe.key)
    gain = float(sound.record.get("gain_db", 0.0))
    made = replace(_handed(production, cut, edit, clips, heard), gain_db=gain)
    shots = [desk(state) for state in production.shots.values()]
    for one in shots:
        folder.write_shot(production.folder, one)
    seconds = time.monotonic() - production.began
    told = cuts.manifest(production.folder, production.now(), shots, cut, seconds, production.warnings)
    if cut is not newest:
        unsigned = made.cut / f".{uuid4().hex}.mp4"
        try:
            cutting.join_film(edit, pieces, sound, unsigned)
            _sign(production, unsigned, made, told)
        finally:
            unsigned.unlink(missing_ok=True)
    cuts.write_manifest(cut, told)
    _keep(production, edit, [*pieces, sound])
    _hand_on(production, cut, made)
    return cut


def _heard(plan: RenderPlan, clips: Mapping[str, Clip]) -> SoundPlan:
    """Give the sound of the shots that are there, each with the part of its take that is shown."""
    sound = soundtrack.without(plan.sound, [one.shot.id for one in plan.shots if one.shot.id not in clips])
    shifts = {name: clip.later / plan.output.rate for name, clip in clips.items() if clip.later}
    return soundtrack.later(sound, shifts)


def _sign(production: Production, unsigned: Path, made: FinishedFilm, told: Mapping[str, Any]) -> None:
    """Put the film in its place; signed, if it is to tell where it comes from."""
    if production.plan.board.disclosure in {"file", "both"}:
        provenance.sign(unsigned, made.film, made, provenance.check_signer(production.studio.root), told)
    else:
        unsigned.replace(made.film)


def _handed(
    production: Production, cut: cuts.Cut, edit: cutting.Edit, clips: Mapping[str, Clip], heard: SoundPlan
) -> FinishedFilm:
    """Give the film as those see it who hand it on."""
    shots = []
    for name, state in production.shots.items():
        clip, uses = clips.get(name), state.plan.uses
        owner = uses if uses in production.shots else name  # a version may leave out the shot whose take it shows
        place = production.folder / "shots" / owner
        shots.append(
            FinishedShot(
                state.plan,
                state.choice.take if state.choice else None,
                clip.path if clip else None,
                clip.first if clip else 0,
                {number: place / f"take_{number}.mp4" for number in state.takes},
                edit.grades.get(name),
            )
        )
    return FinishedFilm(production.folder, cut.folder, production.plan, tuple(shots), heard)


def _slate(production: Production, state: ShotState) -> Still:
    store, plan = production.studio.store, production.plan
    size, name, scene, title = plan.output.size, state.plan.shot.id, state.plan.shot.scene, plan.board.title
    card = slate.recipe(size, name, state.reason, cure=state.cure, scene=scene, title=title)

    def write(path: Path) -> None:
        picture = slate.slate(size, name, state.reason, cure=state.cure, scene=scene, title=title)
        film_frames.write_picture(path / "data.png", picture)

    return Still(card.key, store.make(card, write, wait=CPU_WAIT).file("data.png"), size)


def _keep(production: Production, edit: cutting.Edit, made: Sequence[Entry]) -> None:
    """Name in plan.json every artefact that the film hangs on."""
    keys = [*production.reads, *(entry.key for entry in made)]
    keys += [material.key for material in edit.materials.values()]
    shots = [one for state in production.shots.values() for one in (state, state.key) if one is not None]
    keys += [key for one in shots for take in one.takes.values() for key in _keys(take)]
    keys += [lost.key for one in shots for lost in one.stopped.values()]
    folder.write_plan(production.folder, production.now(), production.plan.board.file.resolve(), keys)


def _hand_on(production: Production, cut: cuts.Cut, made: FinishedFilm) -> None:
    """Put everything where people look: the film, what is handed on, the page."""
    cuts.publish(production.folder, cut)
    goods, failure = deliverables.write(made, cut.recipe)
    cuts.publish(production.folder, cut, goods)
    if production.base is not None:
        cuts.tell_version(production.desk, production.folder, production.plan.board)
    report.report(production.folder)
    remember_pace(production.studio, _pace_of(production))
    if failure is not None:
        raise type(failure)(f"{made.film} is finished, but not all beside it: {failure.message}", cure=failure.cure)


def _pace_of(production: Production) -> dict[str, tuple[int, float]]:
    """Sum frames and compute seconds of the takes made in this run, by tool."""
    made: dict[str, tuple[int, float]] = {}
    for state in production.shots.values():
        tool = state.plan.generation.generator
        for number in state.made:
            frames, seconds = made.get(tool, (0, 0.0))
            spent = float(state.takes[number].entry.record.get("compute_seconds", 0.0))
            made[tool] = (frames + state.plan.generation.spec.frames, seconds + spent)
        state.made.clear()
    return made


def _keys(take: Judged) -> list[str]:
    return [take.entry.key, take.card_entry.key]
