"""Streaming reader of a zip of small documents, one record each, in XML or JSON: both become the same trees.

A document that cannot be read is handed on as `Unread`, with its line: the others are not touched by it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.parsers import expat

from pipelines import archive as archives
from pipelines.read import refuse_html
from pipelines.source import SourceError

LARGEST = 32 << 20
"""Bytes of a document that are still read: a thousand times the largest NSF award."""

DEEPEST = 20


@dataclass(slots=True)
class Element:
    """A named piece of a document: its text, or what it is made of, and the line it begins on."""

    tag: str
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing: an empty element, null, or an empty list."""
        return not self.children and not self.text.strip()


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that is none: the line at which the parser gave up, and what it said."""

    line: int
    says: str


def documents(archive: Path, name: str, warnings: list[str]) -> Iterator[tuple[str, Element | Unread]]:
    """Yield the documents of a zip by member name, in the archive's order; one at a time is in memory.

    Members of other kinds are named in `warnings`. Raises SourceError for a page, a truncated or damaged
    archive, one that holds no document, and one that holds two members of one name.
    """
    refuse_html(archive, name)
    mend = archives.MEND
    with archives.opened(archive, name) as opened:
        seen: set[str] = set()
        for info in opened.infolist():
            member = PurePosixPath(info.filename).name
            kind = PurePosixPath(member).suffix.lower()
            if info.is_dir():
                continue
            if kind not in (".xml", ".json"):
                warnings.append(f"{name}: member {info.filename} is neither XML nor JSON and is not read")
                continue
            if member in seen:
                raise SourceError(f"holds two members named {member}", file=name, rule="one member a name")
            seen.add(member)
            if info.file_size > LARGEST:
                yield member, Unread(1, f"{info.file_size:,} bytes, more than any record has")
                continue
            content = opened.read(info)
            yield member, parse_xml(content) if kind == ".xml" else parse_json(content)
    if not seen:
        raise SourceError("is an archive without a document", file=name, rule="archive", mend=mend)


class _RefusedError(Exception):
    """What a well-formed document may not have."""


def parse_xml(content: bytes) -> Element | Unread:
    """Parse an XML document without its entities: a document type, which could define some, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = Element("", 0)
    stack = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise _RefusedError(f"elements nested more than {DEEPEST} deep")
        element = Element(tag, parser.CurrentLineNumber)
        stack[-1].children.append(element)
        stack.append(element)

    def end(tag: str) -> None:
        stack.pop()

    def data(text: str) -> None:
        stack[-1].text += text

    def refuse(*declaration: Any) -> None:
        raise _RefusedError("declares a document type, which no record does")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = data, refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        return Unread(error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}, column {error.offset + 1}")
    except (_RefusedError, LookupError) as error:  # an encoding that there is none of is a LookupError
        return Unread(parser.CurrentLineNumber, f"not read as XML: {error}")
    return top.children[0]


class _Object(list[tuple[str, Any]]):
    """The pairs of a JSON object, in order; a key may come twice."""


def parse_json(content: bytes) -> Element | Unread:
    """Parse a JSON document that is one object; numbers keep the publisher's own spelling."""
    try:
        found = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_Object, parse_float=str, parse_int=str, parse_constant=str
        )
    except UnicodeDecodeError as error:
        return Unread(content.count(b"\n", 0, error.start) + 1, "bytes that are not UTF-8")
    except json.JSONDecodeError as error:
        return Unread(error.lineno, f"not JSON: {error.msg}, column {error.colno}")
    except RecursionError:
        return Unread(1, "not read as JSON: nested without end")
    if not isinstance(found, _Object):
        return Unread(1, "JSON, but not one object")
    top = Element("", 1)
    _grow(top, found, 0)
    return top if top.children else Unread(1, "an object without a key")


def _grow(parent: Element, pairs: _Object, depth: int) -> None:
    """Give an element the children that the pairs of an object stand for: a list is its items, one after another."""
    for key, value in pairs:
        items = value if isinstance(value, list) and not isinstance(value, _Object) else [value]
        for item in items or [None]:
            child = Element(key, 1)
            parent.children.append(child)
            if isinstance(item, _Object) and depth < DEEPEST:
                _grow(child, item, depth + 1)
            elif isinstance(item, bool):
                child.text = "true" if item else "false"
            elif item is not None:
                child.text = str(item)
