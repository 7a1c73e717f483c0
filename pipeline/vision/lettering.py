"""Text in the picture: set in type, kept apart, readable over any picture, painted.

In this order: set_type, arrange, light, plate, paint.
"""

from typing import Any

from pipeline.vision import fonts
from pipeline.vision.lettering_contrast import contrast, light, luminance, plate, plate_colour
from pipeline.vision.lettering_paint import letter_mask, paint
from pipeline.vision.lettering_room import arrange, moved
from pipeline.vision.lettering_set import safe_area, set_type
from pipeline.vision.lettering_value import RISE, Lettering, Place, Role, Style

__all__ = [
    "RISE",
    "Lettering",
    "Place",
    "Role",
    "Style",
    "arrange",
    "contrast",
    "letter_mask",
    "light",
    "luminance",
    "moved",
    "paint",
    "plate",
    "plate_colour",
    "safe_area",
    "set_type",
    "values",
]

VERSION = 1
"""Of the drawing: goes up when the same lettering is painted differently."""


def values(lettering: Lettering) -> dict[str, Any]:
    """Give all that decides the pixels of a lettering, for recipes.

    Raises:
        MediaInvalid: the font cannot be read.
    """
    style = lettering.style
    return {
        "lettering": VERSION,
        "lines": list(lettering.lines),
        "size": lettering.size,
        "starts": list(lettering.starts),
        "baselines": list(lettering.baselines),
        "box": list(lettering.box),
        "area": list(lettering.area),
        "role": lettering.role,
        "ink": list(style.ink),
        "ground": list(style.ground),
        "font": fonts.digest(style.font) if style.font else "house",
    }
