"""The house style: font, colours, logo, and where text may stand; and the cards made of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import DailiesError
from pipeline.model import Asset, Brand, CardFace, Margins, Size
from pipeline.storyboard import cures
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import missing_name, short

Colour = tuple[int, int, int]
PICTURE = ("picture",)
AREAS = {
    "title": Margins(0.05, 0.05, 0.05, 0.05),
    "action": Margins(0.035, 0.035, 0.035, 0.035),
    "vertical_feed": Margins(0.14, 0.12, 0.35, 0.06),
}
"""Title and action safe areas of EBU R 95; the last is clear of what phone feeds lay over an upright film."""

FONTS = (".ttf", ".otf", ".ttc", ".otc")

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class House:
    """The brand, and its colours by name."""

    brand: Brand
    colours: Mapping[str, Colour]


def house(data: Mapping[str, Any], size: Size, assets: Assets, ledger: Ledger) -> House:
    """Read `brand` for a film of `size`."""
    usual = Brand()
    named = data.get("colours")
    colours = {"ink": usual.ink, "ground": usual.ground} | {
        name: _rgb(text) for name, text in (named.items() if isinstance(named, dict) else ()) if isinstance(text, str)
    }
    logo = assets.get(data.get("logo"), "brand.logo", PICTURE)
    brand = Brand(
        _font(data.get("font"), assets, ledger),
        colours["ink"],
        colours["ground"],
        logo[0] if logo else None,
        _margins(data.get("safe_area", "title"), size, ledger),
    )
    return House(brand, colours)


def _rgb(text: str) -> Colour:
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def _font(name: Any, assets: Assets, ledger: Ledger) -> Asset | None:
    if isinstance(name, str) and not name.casefold().endswith(FONTS):
        cure = "copy its .ttf or .otf beside the storyboard and write e.g. assets/brand.ttf"
        ledger.wrong("brand.font", f'"{short(name)}" names no font file; {cure}')
        return None
    font = assets.file(name, "brand.font")
    if font is None:
        return None
    from pipeline.vision.fonts import check_font

    try:
        check_font(font.path)
    except DailiesError as failure:
        ledger.wrong("brand.font", str(failure))
        return None
    return font


def _margins(area: str, size: Size, ledger: Ledger) -> Margins:
    if area == "vertical_feed" and size.height <= size.width:
        if size.height < size.width:
            ledger.doubt("brand.safe_area", "this is for upright films; in one that lies it means the same as title")
        return AREAS["title"]
    return AREAS[area]


def face(data: Any, path: str, style: House, assets: Assets, ledger: Ledger) -> CardFace | None:
    """Read what a card shows, its picture in the middle of the safe area; None where the shot is none."""
    if not isinstance(data, dict):
        return None
    margins = style.brand.margins
    return CardFace(
        _ground(data.get("background", "ground"), f"{path}.background", style, ledger),
        _image(data.get("image"), f"{path}.image", style, assets, ledger),
        round((1 + margins.top - margins.bottom) / 2, 4),
    )


def _ground(name: str, path: str, style: House, ledger: Ledger) -> Colour:
    if _HEX.fullmatch(name):
        return _rgb(name)
    if name not in style.colours:
        told = missing_name("colour of the brand", name, style.colours)
        sign = next(cures.colour(name), "#rrggbb")
        ledger.wrong(path, told if told.endswith("?") else f'{told}; or write "{sign}", in quotes')
    return style.colours.get(name, style.brand.ground)


def _image(name: Any, path: str, style: House, assets: Assets, ledger: Ledger) -> Asset | None:
    if name == "logo":
        if style.brand.logo is None:
            ledger.wrong(path, "the brand has no logo; write brand: {logo: assets/logo.png}, or name a picture here")
        return style.brand.logo
    found = assets.get(name, path, PICTURE)
    return found[0] if found else None
