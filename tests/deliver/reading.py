"""A page as a browser reads it, for the tests of pages."""

import re
from html.parser import HTMLParser

VOID = {"meta", "img", "link", "br", "input"}


class Reader(HTMLParser):
    """Keeps elements with their attributes and the text a person sees; tags must balance."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["script"], ["style"]):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def addresses(self) -> list[str]:
        plain = [found[name] for _, found in self.elements for name in ("src", "href", "poster") if found.get(name)]
        styled = [re.findall(r"url\('([^']*)'\)", found.get("style") or "") for _, found in self.elements]
        return [*plain, *(one for some in styled for one in some)]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag]
