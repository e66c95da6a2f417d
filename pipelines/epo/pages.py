"""Files of the service's answers, one after the other as they came: each taken apart into documents.

An answer is a search's page, the biblio of one document, or a fault where nothing was found.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipelines import read
from pipelines.epo.service import fault_of, is_nothing
from pipelines.source import SourceError

_END = re.compile(rb"</(?:\w+:)?(world-patent-data|fault)\s*>")
_PIECE = 1 << 20

_MEND = "fetch it again; if it stays so, save the service's answers as they came, one after the other"


@dataclass
class Told:
    """What a file's searches announced by query, and how many documents came of each."""

    announced: dict[str, int] = field(default_factory=dict)
    given: Counter[str] = field(default_factory=Counter)


def documents(path: Path, name: str, told: Told) -> Iterator[Element]:
    """Yield every exchange-document of a file; what its searches announced is noted in `told`.

    Raises SourceError where the file is no answers of the service, or ends within one.
    """
    read.refuse_html(path, name)
    answers = 0
    for answers, body in enumerate(_answers(path, name), start=1):
        page = _parsed(body, name, answers)
        if _local(page) == "fault":
            if not is_nothing(body):
                raise SourceError(
                    f"is the service's refusal: {fault_of(body)}", file=name, rule="answers of the service", mend=_MEND
                )
            continue
        found = page.findall(".//{*}exchange-document")
        if (search := page.find(".//{*}biblio-search")) is not None:
            query = " ".join((search.findtext("{*}query") or "").split())
            told.announced[query] = int(search.get("total-result-count") or 0)
            told.given[query] += len(found)
        yield from found
    if not answers:
        raise SourceError("is empty", file=name, rule="answers of the service", mend=_MEND)


def _answers(path: Path, name: str) -> Iterator[bytes]:
    """Yield the bytes of one answer after the other: a year of a large applicant does not fit into memory twice."""
    held = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            held += piece
            begin = 0
            for end in _END.finditer(held):
                yield held[begin : end.end()]
                begin = end.end()
            held = held[begin:]
    if held.strip():
        raise SourceError(
            f"ends within an answer: {held.strip()[:80].decode(errors='replace')}",
            file=name,
            rule="answers of the service",
            mend=_MEND,
        )


def _parsed(body: bytes, name: str, number: int) -> Element:
    try:
        if b"<!DOCTYPE" in body:
            raise ElementTree.ParseError("declares a document type, which no answer does")
        return ElementTree.fromstring(body.lstrip(b"\xef\xbb\xbf \r\n\t"))
    except ElementTree.ParseError as error:
        raise SourceError(
            f"answer {number} cannot be read as XML: {error}", file=name, rule="answers of the service", mend=_MEND
        ) from error


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
