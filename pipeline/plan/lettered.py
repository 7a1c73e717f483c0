"""Every text over the picture, set in type where it can be read: found out before anything is made. Pure."""

from collections.abc import Iterator, Sequence

from pipeline.errors import Problem, ProducerError, StoryboardInvalid
from pipeline.model import Overlay, RenderPlan, Size
from pipeline.vision import lettering, screen
from pipeline.vision.lettering import Lettering, Style

Text = tuple[int, Overlay, Lettering]
"""An overlay set in type, with its number among all overlays of the film."""


def letters(plan: RenderPlan) -> list[Lettering]:
    """Set every overlay of a film in type, none over another.

    Raises:
        StoryboardInvalid: with every text that cannot be set legibly inside the safe area.
    """
    texts: list[Text] = []
    problems: list[Problem] = []
    for number, one in enumerate(plan.overlays):
        try:
            texts.append((number, one, _set(plan, one)))
        except ProducerError as failure:
            problems.append(_problem(plan, number, failure))
    apart: dict[int, Lettering] = {}
    for crowd in _crowds(texts):
        try:
            apart |= zip([number for number, _, _ in crowd], _arranged(crowd), strict=True)
        except ProducerError:
            problems += _without_room(plan, crowd)
    if problems:
        raise StoryboardInvalid(problems)
    return [apart[number] for number in range(len(plan.overlays))]


def _set(plan: RenderPlan, overlay: Overlay) -> Lettering:
    brand, size = plan.board.brand, plan.output.size
    style = Style(brand.font.path if brand.font else None, brand.ink, brand.ground, brand.margins)
    _, _, width, height = screen.inside(size, plan.output.picture)
    return lettering.set_type(overlay.text, overlay.role, overlay.place, size, style, Size(width, height))


def _crowds(texts: Sequence[Text]) -> Iterator[list[Text]]:
    """Divide texts, in the order they come, into runs that never stand together; the label stands in every run."""
    labels = [text for text in texts if text[1].kind == "label"]
    crowd, stop = list(labels), 0
    for text in texts:
        if text[1].kind == "label":
            continue
        if text[1].start >= stop and len(crowd) > len(labels):
            yield crowd
            crowd = list(labels)
        crowd.append(text)
        stop = max(stop, text[1].stop)
    yield crowd


def _arranged(crowd: Sequence[Text]) -> list[Lettering]:
    return lettering.arrange([(letters_, one.start, one.stop) for _, one, letters_ in crowd])


def _without_room(plan: RenderPlan, crowd: Sequence[Text]) -> Iterator[Problem]:
    """Tell of each text that finds no room among those before it."""
    kept: list[Text] = []
    for text in crowd:
        try:
            _arranged([*kept, text])
        except ProducerError as failure:
            yield _problem(plan, text[0], failure)
        else:
            kept.append(text)


def _problem(plan: RenderPlan, number: int, failure: ProducerError) -> Problem:
    """Say it where the text stands in the storyboard."""
    board, overlay = plan.board, plan.overlays[number]
    if overlay.kind != "title":
        return board.problem("disclosure" if overlay.kind == "label" else "subtitles", str(failure))
    shot = next(one for one in board.shots if one.id == overlay.shot)
    alike = [n for n, one in enumerate(shot.titles) if (one.text, one.role, one.place) == _like(overlay)]
    alike.sort(key=lambda n: shot.titles[n].at)  # as overlays are
    before = sum(one.shot == overlay.shot and _like(one) == _like(overlay) for one in plan.overlays[:number])
    version = f"in version '{board.version}' " if board.version else ""
    return board.problem(f"shots[{shot.index}].titles[{alike[before]}].text", f"{version}{failure}")


def _like(overlay: Overlay) -> tuple[str, str, str]:
    return overlay.text, overlay.role, overlay.place
