"""The registry as a plain list of names, read from ROR's own dump without any code of the linker."""

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MARKS = re.compile("[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[\W_]+")
_SEGMENT = re.compile(r"[,;|()\n]|\s[-–—/]\s")
ACRONYM = "acronym"


@dataclass(frozen=True)
class Name:
    """A name as folded words, with the organisation that bears it, its country and the kind of name."""

    text: str
    organisation: str
    country: str
    kind: str


def fold(text: str) -> str:
    """Lower case, without accents and punctuation, words parted by one blank."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.replace("&", " and ").casefold()))
    return _NOT_WORD.sub(" ", plain).strip()


def segments(text: str) -> list[str]:
    """Return the pieces between commas, semicolons, brackets and free-standing dashes, folded."""
    return [folded for piece in _SEGMENT.split(text) if (folded := fold(piece))]


def read(dump: Path) -> list[Name]:
    """Read every name of a ROR dump (schema v2) but those of withdrawn records, each once per organisation."""
    return [name for record in _records(dump) if record["status"] != "withdrawn" for name in _of(record)]


def written(dump: Path) -> set[str]:
    """Read every name of a ROR dump as it is written, those of withdrawn records too."""
    return {name["value"] for record in _records(dump) for name in record["names"]}


def _records(dump: Path) -> list[dict]:
    with zipfile.ZipFile(dump) as archive:
        member = next(n for n in archive.namelist() if n.endswith(".json"))
        records: list[dict] = json.loads(archive.read(member))
    return records


def _of(record: dict) -> Iterator[Name]:
    country = record["locations"][0]["geonames_details"]["country_code"] or ""
    seen = set()
    for name in record["names"]:
        # "Siemens (Germany)": the country in brackets tells ROR's records of a company apart.
        written = re.sub(r" \([^()]+\)$", "", name["value"]) if "company" in record["types"] else name["value"]
        text = fold(written)
        kind = ACRONYM if ACRONYM in name["types"] else "label" if "label" in name["types"] else "alias"
        if text and (text, kind) not in seen:
            seen.add((text, kind))
            yield Name(text, record["id"], country, kind)
