"""What leaves the house: subtitles, rights, disclosure and the deliverables."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model import Deliver, Rights, Shot, Subtitles
from pipeline.storyboard.ledger import Ledger

FILM = "mp4"
OF_LINES = ("srt", "vtt")
EU = frozenset(re.findall("..", "EUATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSE"))
"""The Union and its countries (ISO 3166)."""

_TERRITORY = re.compile("[A-Z]{2}")


def subtitles(data: Mapping[str, Any] | None, language: str) -> Subtitles | None:
    """Read `subtitles`; None where the film has none."""
    if not isinstance(data, dict):
        return None
    usual = Subtitles()
    languages = tuple(dict.fromkeys(one for one in data.get("languages") or () if isinstance(one, str)))
    return Subtitles(
        bool(data.get("burn", usual.burn)),
        languages or (language,),
        int(data.get("max_chars_per_line", usual.line)),
        float(data.get("max_chars_per_second", usual.pace)),
    )


def rights(data: Mapping[str, Any], ledger: Ledger) -> Rights:
    """Read what the film is for and where it is shown."""
    territory = []
    for index, code in enumerate(data.get("territory") or ()):
        if isinstance(code, str) and not _TERRITORY.fullmatch(code):
            cure = f"; write {code.upper()}" if _TERRITORY.fullmatch(code.upper()) else ""
            ledger.wrong(f"rights.territory[{index}]", f"a territory is two capitals, such as JP, US or EU{cure}")
        elif isinstance(code, str):
            territory.append(code)
    return Rights(data.get("use", ""), tuple(dict.fromkeys(territory)))


def doubt_disclosure(disclosure: str, where: Rights, ledger: Ledger) -> None:
    """Warn of a generated film that is shown in the EU without saying so."""
    if disclosure == "none" and EU.intersection(where.territory):
        message = (
            "in the EU a generated film must tell that it is one (AI Act, article 50); write file, picture or both"
        )
        ledger.doubt("disclosure", message)


def deliverables(values: Any, shots: Sequence[Shot], ledger: Ledger) -> tuple[Deliver, ...]:
    """Read what is written besides the film, each once; mp4 is the film itself."""
    found: dict[str, Deliver] = {}
    for index, entry in enumerate(values if isinstance(values, list) else ()):
        for name, options in _named(entry).items():
            path = f"deliver[{index}]"
            if name in found:
                ledger.wrong(path, f"{name} is already in this list; keep one")
            found.setdefault(name, Deliver(name, options))
            if name in OF_LINES and not any(shot.lines for shot in shots):
                ledger.doubt(path, f"no shot has `lines`, so the {name} will be empty")
        if isinstance(entry, dict) and not _named(entry):
            ledger.wrong(f"deliver[{index}]", "nothing is named here; write e.g. gif: {width: 480}")
    return tuple(one for name, one in found.items() if name != FILM)


def _named(entry: Any) -> dict[str, dict[str, Any]]:
    if isinstance(entry, str):
        return {entry: {}}
    pairs = entry.items() if isinstance(entry, dict) else ()
    return {
        name: options if isinstance(options, dict) else {} for name, options in pairs if options not in (None, False)
    }
