"""What a licence allows: where a film is shown, and whether money is made with it."""

import re
from collections.abc import Sequence

from pipeline.model import Rights
from pipeline.recommend.models import Model, models

EU = frozenset(re.findall("..", "EUATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSE"))
"""The Union and its 27 members (ISO 3166, since 2020)."""

PLACES = {"EU": "the EU", "GB": "the United Kingdom", "KR": "South Korea"}
OTHER_CODES = {"UK": "GB", "EL": "GR"}
"""Codes in use besides those of ISO 3166."""


def forbidden(name: str, rights: Rights) -> str | None:
    """Say why a generator may not be used for a film of these rights; None where it may, or nothing is known.

    It need not be in the studio. A registration or a limit of revenue forbids nothing: see `conditions`.
    """
    model = models().get(name)
    return None if model is None else shut_out(model, rights)


def shut_out(model: Model, rights: Rights) -> str | None:
    """Say why a licence forbids a film of these rights, or None."""
    if model.commercial == "forbidden" and rights.use == "commercial":
        return f"{model.title} may not be used for a commercial film ({model.licence})"
    shut = [place for place in model.not_in if _reached(place, rights.territory)]
    return f"{model.title} is not licensed for {listed(shut)}" if shut else None


def conditions(name: str, rights: Rights) -> str | None:
    """Say what the producer must see to before using a generator that is not forbidden; None where nothing."""
    model = models().get(name)
    if model is None:
        return None
    told = []
    if model.clause and rights.use in ("", "commercial"):
        told.append(model.clause)
    if model.not_in and not rights.territory:
        told.append(f"it is not licensed for {listed(model.not_in)}")
    return f"{model.title}: {'; '.join(told)}" if told else None


def unregistered(model: Model, rights: Rights) -> bool:
    """Tell whether someone must ask its maker first, which only the producer can have done."""
    return model.commercial == "registration" and rights.use == "commercial"


def _reached(place: str, territory: tuple[str, ...]) -> bool:
    """Tell whether a film is shown in a place; a member and the EU are in each other."""
    shown = {OTHER_CODES.get(one.upper(), one.upper()) for one in territory}
    return bool(shown & EU) if place == "EU" else place in shown or (place in EU and "EU" in shown)


def listed(places: Sequence[str]) -> str:
    """Name territories as people do."""
    words = [PLACES.get(one, one) for one in places]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
