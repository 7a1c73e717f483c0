"""HTML that escapes by itself: what is not already `Html` becomes text."""

import html
import re
from urllib.parse import quote

_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_VOID = frozenset({"img", "meta", "link", "br", "input"})


class Html(str):
    """Markup that is safe to put on a page."""

    __slots__ = ()


Part = str | None
Attribute = str | int | bool | None


def el(tag: str, *parts: Part, **attributes: Attribute) -> Html:
    """Give an element. Parts that are not Html are escaped, None is left out.

    Attribute names end in or hold `_` where Python wants it: `class_`, `aria_label`, `data_at`. True gives a bare
    attribute, None and False leave it out.
    """
    opening = tag + "".join(_attribute(name, value) for name, value in attributes.items())
    return Html(f"<{opening}>" if tag in _VOID else f"<{opening}>{joined(*parts)}</{tag}>")


def joined(*parts: Part) -> Html:
    """Put parts one after the other, each escaped unless it is Html."""
    return Html("".join(part if isinstance(part, Html) else html.escape(part) for part in parts if part is not None))


def said(tag: str, text: str, **attributes: Attribute) -> Html:
    """Give an element of a producer's own words, marked as Japanese where they are."""
    return el(tag, text, **attributes, lang="ja" if _JAPANESE.search(text) else None, dir="auto")


def url(path: str) -> str:
    """Give the relative URL of a path inside the film folder; it can name nothing else."""
    return "./" + quote(path, safe="/", errors="replace")


def strip_style(path: str) -> str:
    """Give the style that hands a strip of thumbnails to the page's stylesheet."""
    return f"--strip:url('{url(path)}')"


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
