"""What an edit changes besides the lengths of shots: titles, lines, and whatever else hangs on a shot."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pipeline.conform.edit import timecode
from pipeline.model import Storyboard

Values = dict[str, Any]


def moved_titles(titles: Sequence[Any], later: Fraction, length: Fraction, shot: str) -> tuple[list[Any], list[str]]:
    """Keep titles with the picture of a shot that begins `later` seconds later and is `length` seconds long now.

    Gives the titles that are left, and a sentence for each that is gone or stands shorter.
    """
    kept, notes = [], []
    for title in titles:
        if not isinstance(title, dict):
            continue
        at = Fraction(title.get("at", 0)) - later
        stands = None if title.get("seconds") is None else Fraction(title["seconds"])
        end = length if stands is None else at + stands
        start, stop = max(at, Fraction(0)), min(end, length)
        text = str(title.get("text", ""))[:40]
        if stop <= start:
            notes.append(f"the title '{text}' of '{shot}' is gone: the edit cuts its moment away")
            continue
        if stands is not None and (start, stop) != (at, end):
            notes.append(
                f"the title '{text}' of '{shot}' stands {float(stop - start):g} s instead of {float(stands):g}"
            )
        now = dict(title)
        if start or "at" in title:
            now["at"] = start
        if stands is not None:
            now["seconds"] = stop - start
        kept.append(now)
    return kept, notes


def moved_lines(lines: Sequence[Any], later: Fraction, length: Fraction, shot: str) -> tuple[list[Any], list[str]]:
    """Keep lines with the picture, as `moved_titles` does; a line that begins outside its shot now is told."""
    kept, notes = [], []
    for line in lines:
        if not isinstance(line, dict):
            kept.append(line)
            continue
        before = Fraction(line.get("at", 0))
        at = before - later
        if (at < 0 <= before) or at >= length:
            notes.append(f"a line of {line.get('who', 'someone')} begins outside '{shot}' now; listen to it there")
        kept.append({**line, "at": at} if later else line)
    return kept, notes


def hanging(values: Values, board: Storyboard, film: Sequence[str]) -> Iterator[str]:
    """Tell what hangs on a shot that the edit takes out of the film, or turns round; `film` are its shots in order."""
    places = {shot: place for place, shot in enumerate(film)}
    removed = {shot.id for shot in board.shots} - set(places)
    for path, named in _named(values):
        if named in removed:
            yield f"{path} names '{named}', which the edit leaves out; name another there first"
    for number, cue in enumerate(_list(values.get("audio"), "music")):
        start, stop = str(cue.get("from", "")), str(cue.get("to", ""))
        if start in places and stop in places and places[start] > places[stop]:
            yield f"audio.music[{number}] plays from '{start}' to '{stop}', and the edit turns them round"
    for shot in board.shots:
        if shot.id in places and shot.continues in removed:
            yield f"'{shot.id}' continues '{shot.continues}', which the edit leaves out; keep a frame of it"


def _named(values: Values) -> Iterator[tuple[str, str]]:
    """Give every place of the film that names a shot, outside the shots."""
    for number, cue in enumerate(_list(values.get("audio"), "music")):
        yield from ((f"audio.music[{number}].{key}", str(cue[key])) for key in ("from", "to") if key in cue)
    for number, cue in enumerate(_list(values.get("audio"), "effects")):
        if "shot" in cue:
            yield f"audio.effects[{number}].shot", str(cue["shot"])
    finish = values.get("finish")
    harmonise = finish.get("harmonise") if isinstance(finish, dict) else None
    if isinstance(harmonise, dict) and "reference" in harmonise:
        yield "finish.harmonise.reference", str(harmonise["reference"])
    for number, version in enumerate(_list(values, "versions")):
        shots = version.get("shots")
        for shot in shots if isinstance(shots, list) else [one for one in (shots,) if one is not None]:
            yield f"versions[{number}].shots", str(shot)


def _list(values: Any, key: str) -> list[Values]:
    found = values.get(key) if isinstance(values, Mapping) else None
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def first_of_groups(board: Storyboard, film: Sequence[str]) -> Iterator[str]:
    """Tell where colours will be matched to another shot, because a group begins with another one now."""
    wish = board.finish.harmonise
    if wish is None:
        return
    shots = {shot.id: shot for shot in board.shots}
    groups = {
        shot.id: {"film": "film", "look": shot.look_name, "sequence": shot.sequence}[wish.within]
        for shot in board.shots
        if shot.harmonise
    }
    before, after = _leaders(groups, list(shots)), _leaders(groups, film)
    named = groups.get(wish.reference) if wish.reference is not None else None
    if wish.reference is not None and not named:
        return
    for group, shot in after.items():
        if group != named and before.get(group) != shot:
            yield f"colours of '{group}' will be matched to '{shot}', its first shot now; `reference` names another"


def _leaders(groups: Mapping[str, str], film: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for shot in film:
        if groups.get(shot):
            found.setdefault(groups[shot], shot)
    return found


def other_length(board: Storyboard, before: int, after: int) -> str:
    """Say how the film's length changed."""
    rate = board.output.rate
    return f"the film is {timecode(after, rate)} long now, it was {timecode(before, rate)}"
