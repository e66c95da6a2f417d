"""What a document says: one row of `patent`, and those of its applicants, inventors and classes."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from pipelines.epo.parties import parties
from pipelines.patents.numbers import publication

Row = dict[str, Any]

APPLICANTS, INVENTORS = 1001, 10_001
"""Numbers of the first applicant and of the first inventor of a document."""

US_TYPES = {"S": "design", "E": "reissue", "P": "plant", "H": "statutory_invention"}
"""Types of US patents by the letter of their kind; all others are utility patents."""


def identity(document: Element) -> tuple[str, str, str]:
    """Return a document's country, number and kind."""
    country, number, kind = ((document.get(name) or "").strip() for name in ("country", "doc-number", "kind"))
    return country, number, kind


def patent(document: Element) -> Row:
    """Return the row of a document; `_problem` says what of it cannot be read."""
    country, number, kind = identity(document)
    grant = publication(country, number, kind)
    bibliography = document.find("{*}bibliographic-data")
    row: Row = {
        "patent_id": f"epo:{country}.{number}.{kind}",
        "office": country,
        "number": grant,
        "kind": kind or None,
        "type": US_TYPES.get(kind[:1], "utility") if grant and country == "US" else None,
        "is_granted": grant is not None,
        "family_id": document.get("family-id") or None,
        "record_url": f"https://worldwide.espacenet.com/patent/search?q=pn%3D{country}{number}{kind}",
    }
    if bibliography is None:
        return row | {"_problem": "no bibliographic-data"}
    problems: list[str] = []
    dates = bibliography.findall('{*}publication-reference/{*}document-id[@document-id-type="docdb"]/{*}date')
    published = _day(dates[0].text if dates else None, "date of publication", problems)
    filed = [_day(e.text) for e in bibliography.findall("{*}application-reference/{*}document-id/{*}date")]
    claimed = [
        _day(e.text) for e in bibliography.findall("{*}priority-claims/{*}priority-claim/{*}document-id/{*}date")
    ]
    filed_on = min((day for day in filed if day), default=None)
    if not number or not kind:
        problems.append(f"document {country}{number} has no {'kind' if number else 'number'}")
    return row | {
        "published_on": published,
        "granted_on": published if grant and _is_first(country, kind) else None,
        "filed_on": filed_on,
        # Where nothing is claimed, the application itself was the first.
        "priority_on": min((day for day in claimed if day), default=filed_on),
        "title": _title(bibliography),
        "_problem": "; ".join(problems) or None,
    }


def _is_first(country: str, kind: str) -> bool:
    """Say whether a grant's document is the one of the grant, and no later correction or amendment of it."""
    return kind[1:] not in ("8", "9") and not (country == "EP" and kind[1:] in ("2", "3"))


def _day(text: str | None, what: str = "", problems: list[str] | None = None) -> dt.date | None:
    """Read a day; one that cannot be is a problem where `what` names it, and else not told (`19991200` stands)."""
    said = (text or "").strip()
    if re.fullmatch(r"\d{8}", said):
        try:
            return dt.date(int(said[:4]), int(said[4:6]), int(said[6:]))
        except ValueError:
            pass
    if said and problems is not None:
        problems.append(f"{what}: {said[:40]} is not a day")
    return None


def _title(bibliography: Element) -> str | None:
    """Return the title: the English one, or the first there is."""
    titles = [(e.get("lang"), " ".join("".join(e.itertext()).split())) for e in
              bibliography.findall("{*}invention-title")]  # fmt: skip
    told = sorted((lang != "en", place, text) for place, (lang, text) in enumerate(titles) if text)
    return told[0][2] if told else None


def party_rows(document: Element) -> tuple[list[Row], bool]:
    """Return the applicants and inventors of a document, and whether both forms name as many applicants."""
    bibliography = document.find("{*}bibliographic-data")
    if bibliography is None:
        return [], True
    applicants, inventors, agrees = parties(bibliography)
    found: list[Row] = [
        {
            "party_no": APPLICANTS + sequence,
            "role": "applicant",
            "sequence": sequence,
            "name": None if party.is_person else party.name,
            "is_person": party.is_person,
            "country": party.country or None,
        }
        for sequence, party in enumerate(applicants)
    ]
    found += [
        {"party_no": INVENTORS + sequence, "role": "inventor", "sequence": sequence, "name": None, "is_person": True,
         "country": country or None}
        for sequence, country in enumerate(inventors)
    ]  # fmt: skip
    return found, agrees


def class_rows(document: Element) -> Iterator[Row]:
    """Yield the CPC classes of a document, each once, whichever offices have given it.

    One that any office calls inventive is; national schemes beside the CPC are passed over.
    """
    found: dict[str, Row] = {}
    for element in document.findall("{*}bibliographic-data/{*}patent-classifications/{*}patent-classification"):
        scheme = element.find("{*}classification-scheme")
        if scheme is None or not (scheme.get("scheme") or "").startswith("CPC"):
            continue
        told = {name: (element.findtext(f"{{*}}{name}") or "").strip() for name in _SYMBOL}
        subclass = "".join(told[name] for name in ("section", "class", "subclass"))
        symbol = f"{subclass}{told['main-group']}/{told['subgroup']}"
        value = {"I": True, "A": False}.get(told["classification-value"])
        row = found.setdefault(
            symbol,
            {"scheme": "cpc", "sequence": len(found), "symbol": symbol, "subclass": subclass, "is_inventive": value},
        )
        row["is_inventive"] = row["is_inventive"] or value if value is not None else row["is_inventive"]
    yield from found.values()


_SYMBOL = ("section", "class", "subclass", "main-group", "subgroup", "classification-value")
