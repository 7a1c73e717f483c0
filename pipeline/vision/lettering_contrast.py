"""Whether text can be read over a picture, by the contrast ratio of WCAG 2.2, and what plate it needs if not."""

from functools import lru_cache
from itertools import permutations

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision.lettering_value import Lettering, Style
from pipeline.vision.text import Colour

LEAST = 4.5
_WANTED = 4.95
_STEP = 0.05
_WEIGHTS = (0.2126, 0.7152, 0.0722)


@lru_cache(maxsize=1)
def _linear() -> npt.NDArray[np.float32]:
    display = np.arange(256) / 255
    return np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4).astype(np.float32)


def luminance(colour: Colour | tuple[float, float, float]) -> float:
    """Give the relative luminance 0..1 of an sRGB colour, R, G, B 0..255 (WCAG 2.2)."""
    linear = [_lit(one / 255) for one in colour]
    return sum(weight * one for weight, one in zip(_WEIGHTS, linear, strict=True))


def _lit(display: float) -> float:
    return display / 12.92 if display <= 0.04045 else ((display + 0.055) / 1.055) ** 2.4


def _shown(linear: float) -> float:
    return float(linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055)


def contrast(one: float, other: float) -> float:
    """Give the contrast ratio 1..21 of two relative luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def light(frame: Frame, lettering: Lettering) -> tuple[float, float]:
    """Give the darkest and the brightest relative luminance that a frame has under the letters.

    Details finer than a stroke are blurred away; of what is left, the most extreme half percent at each end is not
    counted.
    """
    x, y, width, height = lettering.box
    part = frame[max(y, 0) : y + height, max(x, 0) : x + width]
    scale = max(1, lettering.size // 14)
    coarse = (max(1, part.shape[1] // scale), max(1, part.shape[0] // scale))
    small = cv2.resize(part, coarse, interpolation=cv2.INTER_AREA)
    levels = cv2.transform(_linear()[small], np.array([_WEIGHTS], np.float32)).ravel()
    spare = levels.size // 200
    ordered = np.partition(levels, (spare, levels.size - 1 - spare))
    return float(ordered[spare]), float(ordered[levels.size - 1 - spare])


def plate(lettering: Lettering, darkest: float, brightest: float) -> float:
    """Give the opacity of the plate that text needs over a picture between two luminances: 0, or 0.05 to 1.

    It is the smallest at which ink and plate have a contrast of 4.5 (and a tenth more where the ink allows it)
    wherever the picture lies between the two.
    """
    ink, ground = luminance(lettering.style.ink), plate_colour(lettering.style)
    wanted = min(_WANTED, 0.99 * contrast(ink, luminance(ground)))
    for step in range(round(1 / _STEP)):
        if _least(ink, ground, step * _STEP, darkest, brightest) >= wanted:
            return round(step * _STEP, 2)
    return 1.0


@lru_cache(maxsize=64)
def plate_colour(style: Style) -> Colour:
    """Give the colour of plates: the brand's ground, moved away from the ink until text on it has a contrast of 7.

    Where ink and ground are near each other the ground is mixed with black, or with white under dark ink, in steps of
    a twentieth; an ink of middle brightness may reach less than 7, but never less than 4.5.
    """
    ink = luminance(style.ink)
    away = 0 if contrast(ink, 0.0) >= contrast(ink, 1.0) else 255
    for step in range(21):
        mixed = tuple(round(one + (away - one) * step / 20) for one in style.ground)
        found: Colour = (mixed[0], mixed[1], mixed[2])
        if contrast(ink, luminance(found)) >= 7:
            break
    return found


def _least(ink: float, ground: Colour, opacity: float, darkest: float, brightest: float) -> float:
    """Give the least contrast of ink over a plate of some opacity."""
    top = max(_mixed(ground, opacity, (_shown(brightest),) * 3), _mixed(ground, opacity, (_shown(darkest),) * 3))
    bottom = min(_mixed(ground, opacity, picture) for picture in _darkest_mixes(darkest))
    if bottom <= ink <= top:
        return 1.0
    return contrast(ink, bottom if ink < bottom else top)


def _mixed(ground: Colour, opacity: float, picture: tuple[float, float, float]) -> float:
    """Give the luminance of a plate over a picture's colour, 0..1 each, mixed in display values as pixels are."""
    mixed = [255 * one * (1 - opacity) + plate * opacity for one, plate in zip(picture, ground, strict=True)]
    return luminance((mixed[0], mixed[1], mixed[2]))


def _darkest_mixes(level: float) -> list[tuple[float, float, float]]:
    """Give the colours of a luminance among which lies the one that is darkest under a plate.

    Of all colours of one luminance, grey is the brightest once mixed with a plate (the mix is concave in linear light),
    and the darkest is one with full or empty channels but for one.
    """
    found = []
    for order in permutations(range(3)):
        left, colour = level, [0.0, 0.0, 0.0]
        for channel in order:
            share = min(1.0, max(0.0, left / _WEIGHTS[channel]))
            colour[channel] = _shown(share)
            left -= share * _WEIGHTS[channel]
        found.append((colour[0], colour[1], colour[2]))
    return found
