"""Streaming reader of a weekly file of grants: thousands of XML documents one after the other in a zip.

A document begins at its prolog. It is handed to the parser piece by piece, so that neither a file of a gigabyte nor a
document without an end takes memory. The whole of it must be well formed, but only its bibliography and the statements
of government interest are looked at. A document that cannot be read is handed on as `Unread`, with the line of the
file; the others are not touched by it.

The parser is expat: it judges 300 MB a second where nobody listens, and takes what comes in pieces.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any
from xml.parsers import expat

from pipelines import archive as archives
from pipelines.patents.grant_fields import Census, Collector, Grant
from pipelines.read import refuse_html
from pipelines.read_members import Unread
from pipelines.source import SourceError

BLOCK = 1 << 20
PROLOG, TYPE = b"<?xml ", b"<!DOCTYPE "
KNOWN = (".txt", ".html", ".htm", ".dtd", ".ent")
"""What lies beside the documents in some weeks: lists, reports, and the publisher's own definitions."""

_JUNK = expat.errors.codes["junk after document element"]


class _RefusedError(Exception):
    """What a well-formed document may not have."""


def documents(
    archive: Path, name: str, census: Census, warnings: list[str]
) -> Iterator[tuple[str, int, Grant | Unread]]:
    """Yield (member, line, document) for every document of a weekly zip; one at a time is in memory.

    Raises SourceError for a page, a truncated or damaged archive, and one that holds no XML.
    """
    refuse_html(archive, name)
    mend = archives.MEND
    found = False
    with archives.opened(archive, name) as opened:
        for info in opened.infolist():
            member = PurePosixPath(info.filename)
            if info.is_dir() or member.suffix.lower() in KNOWN:
                continue
            if member.suffix.lower() != ".xml":
                warnings.append(f"{name}: member {info.filename} is no XML and is not read")
                continue
            found = True
            with opened.open(info) as stream:
                for line, document in split(stream, census):
                    yield member.name, line, document
    if not found:
        raise SourceError("is an archive without a document", file=name, rule="archive", mend=mend)


def split(stream: IO[bytes], census: Census) -> Iterator[tuple[int, Grant | Unread]]:
    """Yield (line, document) of the documents in a stream; what stands between two of them is one that is unread."""
    document: _Document | None = None
    for begins, line, piece in _pieces(stream):
        if document is None or begins:
            if document is not None:
                yield from document.close()
            document = _Document(line, census)
        document.feed(piece)
    if document is not None:
        yield from document.close()


def _pieces(stream: IO[bytes]) -> Iterator[tuple[bool, int, bytes]]:
    """Yield (begins a document, first line, bytes) in order.

    A document whose prolog is lost begins at its document type: a second one belongs to another document.
    """
    rest, line, has_type, begins = b"", 1, False, True
    keep = len(TYPE) - 1
    while block := stream.read(BLOCK):
        data = rest + block
        end, at = len(data) - keep, 0
        for mark in sorted([*_places(data, PROLOG, end), *_places(data, TYPE, end)]):
            is_type = data[mark + 1] == TYPE[1]
            if is_type and not has_type:
                has_type = True
                continue
            if mark > at:
                yield begins, line, data[at:mark]
                line += data.count(b"\n", at, mark)
            at, begins, has_type = mark, True, is_type
        if end > at:
            yield begins, line, data[at:end]
            line += data.count(b"\n", at, end)
            at, begins = end, False
        rest = data[at:]
    if rest:
        yield begins, line, rest


def _places(data: bytes, mark: bytes, end: int) -> Iterator[int]:
    """Yield where a mark begins, before an end."""
    at = data.find(mark)
    while 0 <= at < end:
        yield at
        at = data.find(mark, at + 1)


class _Document:
    """A document while it is read; it ends at the first thing that is wrong with it."""

    def __init__(self, line: int, census: Census) -> None:
        self.line = line
        self._problem: Unread | None = None
        self._is_blank = True
        self._parser: expat.XMLParserType | None = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.EntityDeclHandler = _refuse
        self._collector = Collector(self._parser, census)

    def feed(self, piece: bytes, is_last: bool = False) -> None:
        """Read on; what follows a fault is passed over."""
        if self._is_blank:
            self._is_blank = not piece.removeprefix(b"\xef\xbb\xbf").strip()
        if self._parser is None or self._is_blank:
            return
        try:
            self._parser.Parse(piece, is_last)
        except expat.ExpatError as error:
            says = f"not well-formed XML: {expat.ErrorString(error.code)}, column {error.offset + 1}"
            self._fail(error.lineno, says, error.code == _JUNK)
        except (_RefusedError, LookupError) as error:  # an encoding that there is none of is a LookupError
            self._fail(self._parser.CurrentLineNumber, f"not read as XML: {error}", False)

    def _fail(self, lineno: int, says: str, is_behind: bool) -> None:
        self._problem = Unread(self.line + lineno - 1, says)
        self._is_whole = is_behind
        self._release()

    def _release(self) -> None:
        """Let go of the parser: it and what listens to it hold each other."""
        self._collector.release()
        self._parser = None

    def close(self) -> Iterator[tuple[int, Grant | Unread]]:
        """Yield the document, what is wrong with it, or both: what follows a document's end spoils nothing of it."""
        if self._is_blank:
            self._release()
            return
        self.feed(b"", is_last=True)
        if self._problem is None:
            self._release()
            yield self.line, self._collector.grant
        elif self._is_whole:
            yield self.line, self._collector.grant
            yield self._problem.line, self._problem
        else:
            yield self._problem.line, self._problem


def _refuse(name: str, is_parameter: bool, value: str | None, base: Any, system: Any, public: Any, kind: Any) -> None:
    """Refuse entities, by which a short document can become an endless one or read files: no grant declares any.

    Names of drawings (unparsed ones, of which nothing comes) are all right.
    """
    if kind is None:
        raise _RefusedError(f"declares the entity {name[:40]}, which no grant does")
