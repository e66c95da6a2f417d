"""The links of a web page, for publishers whose only listing is one."""

from html.parser import HTMLParser
from urllib.parse import urljoin


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the target of an anchor, and the address to which the page says its links are relative."""
        target = (dict(attrs).get("href") or "").strip()
        if tag == "base" and target and not self.base:
            self.base = target
        if tag == "a" and target:
            self.found.append(target)


def links(page: str, address: str) -> list[str]:
    """Return the whole addresses a page links to, in its order, each once; `address` is the page's own."""
    parser = _Anchors()
    parser.feed(page)
    parser.close()
    base = urljoin(address, parser.base)
    return list(dict.fromkeys(urljoin(base, target) for target in parser.found))
