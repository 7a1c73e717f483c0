"""A letter's outline out of a producer's font: at a weight, in our own em, and never without end."""

from typing import Any

MOST_PARTS = 20_000
MOST_UNITS = 20_000
EM = 1000


class Overdrawn(ValueError):
    """A letter that has no end. A class because the reader of fonts must stop from deep inside."""


def outline(font: Any, character: str, weight: int) -> tuple[Any, int]:
    """Give a letter as a TrueType glyph of 1000 units an em, and its advance.

    `font` is a fontTools TTFont; a variable one is taken at `weight` inside its own range.

    Raises:
        Overdrawn: the letter has no end, or lies far outside its em.
        Exception: whatever fontTools makes of a damaged outline.
    """
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    scale = EM / font["head"].unitsPerEm
    glyphs = font.getGlyphSet(location=location(font, weight))
    name = font.getBestCmap()[ord(character)]
    pen = TTGlyphPen(None)
    quadratic = Cu2QuPen(pen, max_err=1.0, reverse_direction="glyf" not in font)
    _bound_subroutines(font, name)
    glyphs[name].draw(_decomposing(glyphs, TransformPen(quadratic, (scale, 0, 0, scale, 0, 0))))
    glyph = pen.glyph(round=round)
    glyph.recalcBounds(None)
    advance = round(glyphs[name].width * scale)
    if max(abs(one) for one in (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax, advance)) > MOST_UNITS or advance < 0:
        raise Overdrawn(f"its letter {character} is drawn far outside its place")
    return glyph, advance


def location(font: Any, weight: int) -> dict[str, float]:
    """Give where a variable font stands at `weight`, {} for a static one."""
    if "fvar" not in font:
        return {}
    axes = [axis for axis in font["fvar"].axes if axis.axisTag == "wght"]
    return {axis.axisTag: min(max(weight, axis.minValue), axis.maxValue) for axis in axes}


def _decomposing(glyphs: Any, out: Any) -> Any:
    """Give a pen that draws the parts of composite letters one by one, and counts them."""
    from fontTools.pens.basePen import DecomposingPen

    class Counting(DecomposingPen):  # type: ignore[misc]  # fontTools has no types; its pens are classes by nature
        parts = 0

        def _count(self) -> None:
            self.parts += 1
            if self.parts > MOST_PARTS:
                raise Overdrawn("a letter of it has no end")

        def moveTo(self, pt: Any) -> None:  # noqa: N802 - the pen protocol of fontTools
            self._count()
            out.moveTo(pt)

        def lineTo(self, pt: Any) -> None:  # noqa: N802 - the pen protocol of fontTools
            self._count()
            out.lineTo(pt)

        def curveTo(self, *points: Any) -> None:  # noqa: N802 - the pen protocol of fontTools
            self._count()
            out.curveTo(*points)

        def qCurveTo(self, *points: Any) -> None:  # noqa: N802 - the pen protocol of fontTools
            self._count()
            out.qCurveTo(*points)

        def closePath(self) -> None:  # noqa: N802 - the pen protocol of fontTools
            out.closePath()

        def endPath(self) -> None:  # noqa: N802 - the pen protocol of fontTools
            out.closePath()

        def addComponent(self, name: Any, transformation: Any, **more: Any) -> None:  # noqa: N802 - as above
            self._count()
            super().addComponent(name, transformation, **more)

    return Counting(glyphs)


def _bound_subroutines(font: Any, name: str) -> None:
    """Let the program of a PostScript letter call at most MOST_PARTS subroutines."""
    from fontTools.misc.psCharStrings import T2OutlineExtractor

    if "CFF " not in font:
        return
    letters = font["CFF "].cff[0].CharStrings

    class Counting(T2OutlineExtractor):  # type: ignore[misc]  # fontTools has no types; it asks for a class
        calls = 0

        def execute(self, program: Any) -> None:
            self.calls += 1
            if self.calls > MOST_PARTS:
                raise Overdrawn("a letter of it has no end")
            super().execute(program)

    letters[name].outlineExtractor = Counting
