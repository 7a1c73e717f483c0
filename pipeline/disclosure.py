"""Where the pictures of a film come from, in the words of the IPTC, and how a viewer is told."""

from collections.abc import Collection, Iterable

from pipeline.model import GenerationPlan, Storyboard

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""The vocabulary `digitalSourceType` of the IPTC, which C2PA uses; every name below is a term of it."""

TRAINED = "trainedAlgorithmicMedia"
"""Made by a model that was trained on samples."""
PARTLY_TRAINED = "compositeWithTrainedAlgorithmicMedia"
"""Made by a trained model and composed with something else."""
ALGORITHMIC = "algorithmicMedia"
"""Made by an algorithm alone: nothing was learned from samples."""
CAPTURE = "digitalCapture"
"""Taken by a camera."""
CAPTURES = "compositeCapture"
"""Several takes of a camera, put together."""
COMPOSITE = "composite"
"""Several things put together, none of them known to come from a trained model."""

PREVIZ, CARD = "animatic", "card"

LABELS = {
    "en": ("AI-generated", "Partly AI-generated", "Previz"),
    "ja": ("AI生成", "一部AI生成", "プリビズ"),
    "de": ("KI-generiert", "Teilweise KI-generiert", "Previz"),
    "fr": ("Généré par IA", "En partie généré par IA", "Prévisualisation"),
    "es": ("Generado por IA", "Generado en parte por IA", "Previsualización"),
    "it": ("Generato dall'IA", "In parte generato dall'IA", "Previsualizzazione"),
    "pt": ("Gerado por IA", "Gerado em parte por IA", "Pré-visualização"),
    "nl": ("Door AI gemaakt", "Deels door AI gemaakt", "Previz"),
    "zh": ("AI生成", "部分AI生成", "预演"),
}
"""By language: made by a model; made by a model in part; drawn by the previz alone."""


def source_of_shot(made: GenerationPlan, *, trained: bool = False) -> str:
    """Tell where a shot's pictures come from; `trained`: a model has enlarged them, or made frames between them.

    A card and the previz's own drawings are `algorithmicMedia`; a clip of the producer's, conformed, is
    `digitalCapture`; a still of the producer's that the previz moves is a `composite`: neither a camera's movement nor
    an algorithm's picture. Everything else is a trained model; one that works on a clip of the producer's composes, and
    so does one that finishes what none has made.
    """
    source = _source(made)
    return PARTLY_TRAINED if trained and source != TRAINED else source


def _source(made: GenerationPlan) -> str:
    name = made.tool
    if name == CARD:
        return ALGORITHMIC
    if name == PREVIZ:
        return {"conform": CAPTURE, "drawn": ALGORITHMIC}.get(made.task, COMPOSITE)
    return PARTLY_TRAINED if any(one.role == "source" for one in made.inputs) else TRAINED


def source_of_film(shots: Iterable[str]) -> str:
    """Put the shots' sources together to the film's, in the IPTC's terms.

    Models alone, also beside cards and previz, are `trainedAlgorithmicMedia`; a model beside anything else is
    `compositeWithTrainedAlgorithmicMedia`. Without a model: one source is itself, several clips of a camera are
    `compositeCapture`, any other mixture is `composite`; a film without shots is `algorithmicMedia`.
    """
    found = list(shots)
    kinds = set(found)
    if kinds & {TRAINED, PARTLY_TRAINED}:
        return TRAINED if kinds <= {TRAINED, ALGORITHMIC} else PARTLY_TRAINED
    if kinds <= {CAPTURE, CAPTURES} and kinds:
        return CAPTURE if found == [CAPTURE] else CAPTURES
    return ALGORITHMIC if kinds <= {ALGORITHMIC} else COMPOSITE


def label(language: str, source: str = TRAINED) -> str:
    """Give the words of the label in a picture whose film comes from `source`; "" where there is nothing to tell.

    `language` is a BCP 47 tag; one that is not known here is told in English. A film of previz alone says "Previz":
    no model made it, and nobody should take its drawings for one's. Footage and stills need no label.
    """
    whole, partly, previz = LABELS.get(language.lower().partition("-")[0], LABELS["en"])
    return {TRAINED: whole, PARTLY_TRAINED: partly, ALGORITHMIC: previz}.get(source, "")


def label_of(board: Storyboard, shots: Collection[tuple[GenerationPlan, bool]]) -> str:
    """Give the label that a film's pictures carry; "" where its disclosure is not in the picture.

    Each shot is told by what makes it, and whether a trained model finishes it.
    """
    if board.disclosure not in {"picture", "both"}:
        return ""
    return label(board.language, source_of_film(source_of_shot(one, trained=trained) for one, trained in shots))
