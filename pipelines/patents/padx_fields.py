"""Elements of the daily assignment XML as rows: a record, its grantors and grantees, what it conveys.

A bare ampersand, and an entity that XML does not know, stand for themselves.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from pipelines.source import RawTable, SourceError

FEW = 100
"""In fewer records than this, no property may have a document, and no grantor a day on which it signed."""

RAW = {
    "assignment": RawTable(
        ("reel-no", "frame-no", "last-update-date", "purge-indicator", "recorded-date", "conveyance-text"),
        core="transfer",
        key=("reel-no", "frame-no"),
        optional=("page-count",),
        # Who sends the papers, and how to reach them.
        unread=("correspondent",),
    ),
    "assignor": RawTable(
        ("name", "execution-date"),
        core="transfer_party",
        key=(),
        optional=("date-acknowledged",),
        unread=("address-1",),
    ),
    "assignee": RawTable(
        ("name",),
        core="transfer_party",
        key=(),
        optional=("city", "state", "country-name"),
        unread=("address-1", "address-2", "postcode"),
    ),
    "property": RawTable(("document-id",), core="transfer_patent", key=(), unread=("invention-title",)),
}

_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_GROUPS = {
    "assignor": ("patent-assignors", "patent-assignor"),
    "assignee": ("patent-assignees", "patent-assignee"),
    "property": ("patent-properties", "patent-property"),
}
_RECORD = ("assignment-record", *(group for group, _ in _GROUPS.values()))


COLUMNS = {
    "assignment": ("reel_no", "frame_no", "updated", "purge", "recorded", "text", "pages"),
    "assignor": ("name", "executed"),
    "assignee": ("name", "city", "state", "country"),
    "property": ("application", "filed", "publication", "grant_", "granted"),
}
"""The columns of the tables that both readers of assignments fill."""


@dataclass
class Census:
    """What the elements of a file had: records, promised names by table, and names that nobody knows."""

    records: int = 0
    mended: int = 0
    there: Counter[tuple[str, str]] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)


def rows_of(content: bytes, line: int, census: Census) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the rows of an element: table, then its number in the record, the cells, the line, and a problem."""
    if b"&" in content:
        content, mended = _BARE.subn(b"&amp;", content)
        census.mended += mended
    try:
        # An element cannot declare a document type, and so no entities of its own.
        record = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        at, column = error.position
        says = f"not well-formed XML: {error.msg.partition(':')[0]}, line {at} of the element, column {column + 1}"
        yield "assignment", (1, *(None for _ in COLUMNS["assignment"]), line, says)
        return
    groups = {child.tag: child for child in record}
    census.new.update(f"patent-assignment/{tag}" for tag in groups if tag not in _RECORD)
    own = _cells(groups.get("assignment-record"), "assignment", census)
    yield "assignment", (1, *(own.get(tag) for tag in _WANTED["assignment"]), line, None)
    for table, (group, item) in _GROUPS.items():
        nth = 0
        for child in groups.get(group, ()):
            if child.tag != item:
                census.new[f"{group}/{child.tag}"] += 1
                continue
            nth += 1
            if table == "property":
                yield table, (nth, *_property(child, census), line, None)
            else:
                cells = _cells(child, table, census)
                yield table, (nth, *(cells.get(tag) for tag in _WANTED[table]), line, None)


_WANTED = {
    "assignment": (
        "reel-no", "frame-no", "last-update-date", "purge-indicator", "recorded-date", "conveyance-text", "page-count",
    ),
    "assignor": ("name", "execution-date"),
    "assignee": ("name", "city", "state", "country-name"),
}  # fmt: skip


def _cells(element: ElementTree.Element | None, table: str, census: Census) -> dict[str, str | None]:
    """Return the texts of an element's children by name; a date stands in an element of its own."""
    raw = RAW[table]
    found: dict[str, str | None] = {}
    for child in () if element is None else element:
        if child.tag in raw.columns or child.tag in raw.optional:
            census.there[table, child.tag] += 1
            found[child.tag] = child.findtext("date") if len(child) else child.text
        elif not child.tag.startswith("address-") and child.tag not in raw.unread:
            census.new[f"{table}/{child.tag}"] += 1
    return found


def _property(element: ElementTree.Element, census: Census) -> tuple[str | None, ...]:
    """Return application, day of filing, publication, grant and day of grant of a property, as its documents tell.

    A document is told apart by its kind: X0 an application, one of eleven figures a publication, others grants.
    """
    application = filed = published = grant = granted = None
    for child in element:
        if child.tag != "document-id":
            if child.tag not in RAW["property"].unread:
                census.new[f"property/{child.tag}"] += 1
            continue
        census.there["property", "document-id"] += 1
        said = {cell.tag: (cell.text or "").strip() for cell in child}
        number, kind = said.get("doc-number", ""), said.get("kind", "")
        if said.get("country", "US") != "US" or not number:
            continue
        if kind.startswith("X"):
            application, filed = number, said.get("date")
        elif len(re.sub("[^0-9]", "", number)) == 11:
            published = number
        else:
            grant, granted = number, said.get("date")
    return application, filed, published, grant, granted


def check(census: Census, name: str) -> None:
    """Raise SourceError where a promised element is nowhere.

    Every record has those of the record itself; others may be told of no record among few, unless something new is.
    """
    missing = [
        f"{table}/{column}"
        for table, raw in RAW.items()
        for column in raw.columns
        if not census.there[table, column]
        and (census.records >= FEW or (census.records and (table == "assignment" or _has_new(census, table))))
    ]
    if missing:
        new = f"; not known: {', '.join(sorted(census.new))}" if census.new else ""
        raise SourceError(
            f"element missing: {', '.join(missing)}{new}",
            file=name,
            rule="columns as promised",
            mend="if the publisher renamed an element, add its name to RAW of pipelines/patents/padx_fields.py",
        )


def _has_new(census: Census, table: str) -> bool:
    return any(path.startswith(f"{table}/") for path in census.new)
