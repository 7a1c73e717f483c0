"""Every text over the picture, set in type where it can be read: found out before anything is made. Pure."""

from collections.abc import Iterator, Sequence

from pipeline.errors import Problem, ProducerError, StoryboardInvalid
from pipeline.model import Overlay, RenderPlan, Size
from pipeline.vision import lettering, screen
from pipeline.vision.lettering import Lettering, Style

Text = tuple[Overlay, Lettering]


def letters(plan: RenderPlan) -> list[Lettering]:
    """Set every overlay of a film in type, none over another.

    Raises:
        StoryboardInvalid: with every text that cannot be set legibly inside the safe area.
    """
    texts: list[Text] = []
    problems: list[Problem] = []
    for one in plan.overlays:
        try:
            texts.append((one, _set(plan, one)))
        except ProducerError as failure:
            problems.append(_problem(plan, one, failure))
    apart: dict[Overlay, Lettering] = {}
    for crowd in _crowds(texts):
        try:
            apart |= zip([one for one, _ in crowd], _arranged(crowd), strict=True)
        except ProducerError:
            problems += _without_room(plan, crowd)
    if problems:
        raise StoryboardInvalid(problems)
    return [apart[one] for one in plan.overlays]


def _set(plan: RenderPlan, overlay: Overlay) -> Lettering:
    brand, size = plan.board.brand, plan.output.size
    style = Style(brand.font.path if brand.font else None, brand.ink, brand.ground, brand.margins)
    _, _, width, height = screen.inside(size, plan.output.picture)
    return lettering.set_type(overlay.text, overlay.role, overlay.place, size, style, Size(width, height))


def _crowds(texts: Sequence[Text]) -> Iterator[list[Text]]:
    """Divide texts, in the order they come, into runs that never stand together; the label stands in every run."""
    labels = [text for text in texts if text[0].kind == "label"]
    crowd, stop = list(labels), 0
    for text in texts:
        if text[0].kind == "label":
            continue
        if text[0].start >= stop and len(crowd) > len(labels):
            yield crowd
            crowd = list(labels)
        crowd.append(text)
        stop = max(stop, text[0].stop)
    yield crowd


def _arranged(crowd: Sequence[Text]) -> list[Lettering]:
    return lettering.arrange([(letters_, one.start, one.stop) for one, letters_ in crowd])


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


def _problem(plan: RenderPlan, overlay: Overlay, failure: ProducerError) -> Problem:
    """Say it where the text stands in the storyboard."""
    board = plan.board
    if overlay.kind != "title":
        return board.problem("disclosure" if overlay.kind == "label" else "subtitles", str(failure))
    shot = next(one for one in board.shots if one.id == overlay.shot)
    like = (overlay.text, overlay.role, overlay.place)
    number = next(n for n, one in enumerate(shot.titles) if (one.text, one.role, one.place) == like)
    version = f"in version '{board.version}' " if board.version else ""
    return board.problem(f"shots[{shot.index}].titles[{number}].text", f"{version}{failure}")
