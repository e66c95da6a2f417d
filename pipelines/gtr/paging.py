"""How the Gateway to Research gives its lists: pages of a hundred, counted from 1, and 404 beyond the last."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.gtr.fields import Resource
from pipelines.paging import Ask, Page

ACCEPT = {"Accept": "application/vnd.rcuk.gtr.json-v7"}
"""Without the vendor's own type the oldest version of the records is served, under the same address."""

SMALLEST, LARGEST = 10, 100
"""Records a page may be asked to have; the API answers 400 to any other number."""


_TOTAL = re.compile(rb'"totalSize"\s*:\s*(\d+)')
_ID = re.compile(rb'"id"\s*:\s*"([0-9A-F-]{36})"')


@dataclass(frozen=True)
class Pages:
    """The pages of a list at an address: there is one query, the whole list."""

    resource: Resource
    address: str
    size: int = LARGEST
    cap: int | None = None

    def ask(self, query: str, offset: int) -> Ask:
        """Return the request for the page that begins at a record, in the list's own order."""
        return Ask(self.url(offset // self.size + 1, self.size), headers=ACCEPT)

    def url(self, page: int, size: int) -> str:
        """Return the address of a page."""
        return f"{self.address}?p={page}&s={size}&sf={self.resource.sort}&so=A"

    def read(self, body: bytes) -> Page:
        """Return the ids on a page and the list's total; ValueError for the old shape, and for other records.

        A page has ten thousand values, of which a hundred and one are wanted: a full page is read by what it looks
        like, and only one that does not look so, the last one too, is taken apart.
        """
        return self._glance(body) or self._parse(body)

    def _glance(self, body: bytes) -> Page | None:
        """Return a page of as many records as were asked for, each with an id that its own address repeats."""
        totals = _TOTAL.findall(body)
        addresses = set(re.findall(rb"/%s/([0-9A-F-]{36})\"" % self.resource.path.encode(), body))
        ids = [id_ for id_ in _ID.findall(body) if id_ in addresses]
        is_plain = len(totals) == 1 and len(ids) == self.size and b'"%s"' % self.resource.array.encode() in body
        return Page([id_.decode() for id_ in ids], int(totals[0])) if is_plain and body.rstrip()[-1:] == b"}" else None

    def _parse(self, body: bytes) -> Page:
        found = json.loads(body)
        missing = [name for name in (self.resource.array, "totalSize") if name not in found]
        if missing:
            raise ValueError(f"no {' and no '.join(missing)} on the page: not version 7 of the API")
        return Page([str(record["id"]) for record in found[self.resource.array]], int(found["totalSize"]))

    def split(self, query: str) -> Iterable[Sequence[str]]:
        """Return no way to cut a list: all of it can be reached."""
        return ()

    def is_empty(self, status: int, body: bytes) -> bool:
        """Say whether 404 means an empty list: page 1 is then beyond the last, which is page 0."""
        return status == 404 and re.search(rb"exceeds maximum available:\s*0\D", body + b" ") is not None
