"""From what was found in a grant's document to the rows of the core tables."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pipelines.patents import statement
from pipelines.patents.grant_fields import APPLICANT, ASSIGNEE, CITATION, CPC, FORMER, INVENTOR, ROOT, Grant
from pipelines.patents.numbers import publication, us_application, us_patent

Row = dict[str, Any]

TYPES = {"utility": "utility", "design": "design", "plant": "plant", "reissue": "reissue",
         "sir": "statutory_invention", "statutory invention registration": "statutory_invention"}  # fmt: skip
BY_KIND = {"B": "utility", "S": "design", "P": "plant", "E": "reissue", "H": "statutory_invention"}
"""Types of patents by the letter of their kind, where `appl-type` says nothing that is known."""

FIRST = {"assignee": 1, "applicant": 1001, "inventor": 10001}
"""The first party number of each role."""

PAGE = "https://ppubs.uspto.gov/pubwebapp/external.html?q=({}).pn."
"""Where the office shows a patent, by its number."""

LISTING = "sequence-cwu"
"""The root of documents that hold nucleotide sequences of a grant beside them."""

us_patent_once = lru_cache(maxsize=1 << 16)(us_patent)


def rows(grant: Grant, odd: Counter[str]) -> Iterator[tuple[str, Row]]:
    """Yield (table, row) of a document, the patent first; `odd` counts values that are taken for unknown."""
    number = us_patent(_own(grant, "publication-reference/document-id/doc-number"))
    if grant.root == LISTING:
        yield "patent", {"patent_id": number, "_dropped": "sequence_listing"}
        return
    patent = _patent(grant, number)
    yield "patent", patent
    if patent["_problem"]:
        return  # what belongs to a patent that nobody knows is nobody's
    seen: Counter[str] = Counter()
    for table, cells in grant.rows:
        if made := _ROWS[table](cells, seen, odd):
            yield made[0], {"patent_id": number, **made[1]}
    for row in _funding(grant.statements):
        yield "patent_funding", {"patent_id": number, **row}


def _own(grant: Grant, column: str) -> str:
    return grant.own.get(column, "")


def _patent(grant: Grant, number: str | None) -> Row:
    kind = _own(grant, "publication-reference/document-id/kind")
    told = _own(grant, "application-reference/@appl-type")
    granted = _own(grant, "publication-reference/document-id/date")
    filed = _own(grant, "application-reference/document-id/date")
    application = _own(grant, "application-reference/document-id/doc-number")
    claims = _own(grant, "number-of-claims")
    country = _own(grant, "publication-reference/document-id/country")
    type_ = TYPES.get(told.lower()) or BY_KIND.get(kind[:1])
    problems = [
        f"the document is {grant.root or 'empty'}, no {ROOT}" if grant.root != ROOT else "",
        f"country {country} is not US" if country not in ("US", "") else "",
        f"doc-number: {_own(grant, 'publication-reference/document-id/doc-number') or 'nothing'} is no patent's"
        if number is None
        else "",
        f"kind {kind or 'nothing'} is no grant's" if kind[:1] not in BY_KIND else "",
        f"date: {granted or 'nothing'} is not a day" if day(granted) is None else "",
        f"application's date: {filed} is not a day" if filed and not re.fullmatch(r"\d{8}", filed) else "",
        f"number-of-claims: {claims} is not a number" if claims and not claims.isdigit() else "",
    ]
    return {
        "patent_id": number,
        "office": "US",
        "number": number if type_ != "statutory_invention" else None,
        "kind": kind or None,
        "type": type_,
        # A statutory invention registration keeps others from a patent, and is none.
        "is_granted": type_ != "statutory_invention",
        "application_id": us_application(application),
        "filed_on": day(filed),
        "published_on": day(granted),
        "granted_on": day(granted) if type_ != "statutory_invention" else None,
        "title": _own(grant, "invention-title") or None,
        "claims": int(claims) if claims.isdigit() else None,
        "record_url": PAGE.format(number.removeprefix("us:")) if number else None,
        "_problem": ("; ".join(filter(None, problems)) if grant.root == ROOT else problems[0]) or None,
    }


def day(text: str) -> dt.date | None:
    """Return the day of eight figures, or None: dates of cited patents lack the day, of some patents the month too.

    >>> day("20070102"), day("19060800"), day("")
    (datetime.date(2007, 1, 2), None, None)
    """
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:])) if re.fullmatch(r"\d{8}", text) else None
    except ValueError:
        return None


def _party(role: str, cells: dict[str, str], seen: Counter[str], odd: Counter[str]) -> tuple[str, Row]:
    name = cells.get("addressbook/orgname")
    is_person = not name and "addressbook/last-name" in cells
    code = cells.get("addressbook/role", "").lstrip("0") or None
    country = cells.get("addressbook/address/country", "").upper()
    if country and not re.fullmatch("[A-Z]{2}", country):
        odd[f"country {country.lower()}"] += country not in ("UNKNOWN", "OMITTED")
        country = ""
    sequence = seen[role]
    seen[role] += 1
    return "patent_party", {
        "party_no": FIRST[role] + sequence,
        "role": role,
        "sequence": sequence,
        "name": name if role != "inventor" else None,
        "is_person": is_person or role == "inventor",
        "type_code": code,
        "is_part_interest": len(code) == 2 and code[0] == "1" if code else None,
        "country": country or None,
        "state": cells.get("addressbook/address/state"),
        "city": cells.get("addressbook/address/city"),
        "_dropped": None if name or is_person or role == "inventor" else "no_name",
    }


def _assignee(cells: dict[str, str], seen: Counter[str], odd: Counter[str]) -> tuple[str, Row]:
    return _party("assignee", cells, seen, odd)


def _inventor(cells: dict[str, str], seen: Counter[str], odd: Counter[str]) -> tuple[str, Row]:
    return _party("inventor", cells, seen, odd)


def _applicant(cells: dict[str, str], seen: Counter[str], odd: Counter[str]) -> tuple[str, Row]:
    return _party("applicant", cells, seen, odd)


def _former_applicant(cells: dict[str, str], seen: Counter[str], odd: Counter[str]) -> tuple[str, Row]:
    """Return an applicant up to 2012: inventors had to apply themselves then, and others for the dead alone."""
    return _party("inventor" if cells.get("@app-type") == "applicant-inventor" else "applicant", cells, seen, odd)


def _class(cells: dict[str, str], seen: Counter[str], odd: Counter[str]) -> tuple[str, Row]:
    subclass = "".join(cells.get(name, "") for name in ("section", "class", "subclass"))
    sequence = seen[CPC]
    seen[CPC] += 1
    return "patent_class", {
        "scheme": "cpc",
        "sequence": sequence,
        "symbol": f"{subclass}{cells.get('main-group', '')}/{cells.get('subgroup', '')}",
        "subclass": subclass,
        "is_inventive": {"I": True, "A": False}.get(cells.get("classification-value", "")),
    }


def _citation(cells: dict[str, str], seen: Counter[str], odd: Counter[str]) -> tuple[str, Row] | None:
    """Return the row of a cited US grant; applications, patents of others and literature have none."""
    sequence = seen[CITATION]
    seen[CITATION] += 1
    number, kind = cells.get("patcit/document-id/doc-number", ""), cells.get("patcit/document-id/kind")
    if cells.get("patcit/document-id/country") != "US":
        return None
    # The kind is missing in some years; a published application has eleven figures, and is no patent's number.
    cited = us_patent_once(number) if kind is None else publication("US", number, kind)
    if cited is None:
        is_application = kind in ("A1", "A2", "A9", "P1", "P4", "P9") or re.fullmatch(r"\D*\d{4}[/ ]?\d{6,7}", number)
        odd["cited US patent that is none by its number"] += not is_application
        return None
    return "patent_citation", {"sequence": sequence, "cited_id": cited, "category": cells.get("category")}


_ROWS = {ASSIGNEE: _assignee, APPLICANT: _applicant, FORMER: _former_applicant, INVENTOR: _inventor, CPC: _class,
         CITATION: _citation}  # fmt: skip


def _funding(statements: list[str]) -> Iterator[Row]:
    """Yield statements, the agencies they name and the awards whose numbers they give, each once a patent."""
    for sequence, text in enumerate(statements):
        yield {"kind": "statement", "sequence": sequence, "statement": text}
    agencies = dict.fromkeys(agency for text in statements for agency in statement.agencies(text))
    for sequence, agency in enumerate(agencies):
        yield {"kind": "agency", "sequence": sequence, "agency": agency.name, "agency_above": agency.above}
    awards = dict.fromkeys(award for text in statements for award in statement.awards(text))
    for sequence, award in enumerate(awards):
        yield {"kind": "award", "sequence": sequence, "award_number": award.number, "agency": award.agency}
