"""Gateway to Research's lists written by hand, as pages of version 7. What they tell of is invented."""

import json
from collections.abc import Sequence
from pathlib import Path

PERSON = "Adalind Quorvane"
"""Who must never reach core."""

ARRAYS = {
    "projects": "project",
    "projects-funds": "fund",
    "projects-organisations": "organisation",
    "intellectualproperties": "intellectualProperty",
    "spinouts": "spinOut",
    "collaborations": "collaboration",
    "furtherfundings": "furtherFunding",
}

PATHS = {"PER": "persons", "ORG": "organisations", "FUND": "funds"}


def guid(kind: int, number: int) -> str:
    """A GUID that is nobody's: 1 projects, 2 organisations, 3 funds, 4 outcomes, 5 persons."""
    return f"{kind:08X}-0000-0000-0000-{number:012X}"


def href(path: str, id_: str) -> str:
    """An address as the API writes it: http, a port, and a slash too many now and then."""
    return f"http://gtr.ukri.org:80/gtr/api/{'/' if id_[-1] in '02468' else ''}{path}/{id_}"


def link(rel: str, path: str, id_: str, start: int | None = None, end: int | None = None) -> dict:
    return {"href": href(path, id_), "rel": rel, "start": start, "end": end, "otherAttributes": {}}


def project(number: int, orgs: Sequence[tuple[str, int]] = (("LEAD_ORG", 1),), **more) -> dict:
    """A project with links to organisations, to a person, and to the fund of its number unless told otherwise."""
    id_ = guid(1, number)
    links = [link("PI_PER", "persons", guid(5, number))]
    links += [link(rel, "organisations", guid(2, org)) for rel, org in orgs]
    links += [link("FUND", "funds", guid(3, number)), *more.pop("links", ())]
    return {
        "links": {"link": links},
        "id": id_,
        "href": href("projects", id_),
        "created": 1_525_197_342_000,
        "identifiers": {"identifier": [{"value": f"XX/S{number:06d}/1", "type": "RCUK"}]},
        "title": f"Simulated project {number}",
        "status": "Closed",
        "grantCategory": "Research Grant",
        "leadFunder": "EPSRC",
        "abstractText": f"{PERSON} will look into it.",
        "researchTopics": {"researchTopic": []},
        **more,
    }


BST, WINTER = 1_441_062_000_000, 1_546_300_800_000
"""Midnight in London: 1 September 2015, an hour before midnight in UTC; and 1 January 2019."""


def fund(number: int, amount: float, of: int | None = None, category: str = "INCOME_ACTUAL", **more) -> dict:
    id_, owner = guid(3, number), guid(1, of or number)
    start, end = more.pop("start", BST), more.pop("end", WINTER)
    return {
        "category": category,
        "valuePounds": {"amount": amount, "currencyCode": "GBP"},
        "start": start,
        "end": end,
        "created": 1_524_673_287_000,
        "id": id_,
        "href": href("funds", id_),
        "links": {
            "link": [link("FUNDER", "organisations", guid(2, 900)), link("FUNDED", "projects", owner, BST, WINTER)]
        },
        **more,
    }


def organisation(number: int, name: str, **address: str) -> dict:
    id_ = guid(2, number)
    return {
        "id": id_,
        "href": href("organisations", id_),
        "created": 1_524_673_287_000,
        "name": name,
        "addresses": {"address": [{"type": "MAIN_ADDRESS", **address}] if address else []},
        "links": {"link": []},
    }


def outcome(number: int, projects: Sequence[int], path: str, **fields) -> dict:
    id_ = guid(4, number)
    return {
        "id": id_,
        "href": href(f"outcomes/{path}", id_),
        "outcomeid": f"5e{number:08x}",
        "links": {"link": [link("PROJECT", "projects", guid(1, n)) for n in projects]},
        "description": f"Told by {PERSON}.",
        "impact": "",
        **fields,
    }


ORGANISATIONS = (
    organisation(1, "University of Almere", line1="1 High Street", line4="Almere", postCode="AL1 1AA",
                 region="South East", country="United Kingdom"),
    organisation(2, "UNIVERSITY OF ALMERE", region="Unknown", country="Unknown", postCode="al1 1aa"),
    organisation(3, "Quorvane Systems Ltd", line4="Unknown", region="Scotland"),
    organisation(4, "Brellow &amp; Sons GmbH", region="Outside UK", country="Germany"),
    organisation(5, "Corwen Foods"),
    organisation(900, "EPSRC"),
)  # fmt: skip


def pages(array: str, records: Sequence[dict], size: int = 100, indent: int | None = None) -> str:
    """The JSON texts of a list, one a page."""
    cut = [records[at : at + size] for at in range(0, len(records), size)]
    return "".join(
        json.dumps(
            {"page": n, "size": size, "totalPages": len(cut), "totalSize": len(records), array: list(some)},
            indent=indent,
        )
        + "\n"
        for n, some in enumerate(cut, 1)
    )


def write(mirror: Path, size: int = 100, indent: int | None = None, **lists: Sequence[dict]) -> Path:
    """Write lists into a mirror, a file each; `projects_funds` is `projects-funds.json`."""
    there = mirror / "gtr"
    there.mkdir(parents=True, exist_ok=True)
    for name, records in lists.items():
        name = name.replace("_", "-")
        (there / f"{name}.json").write_text(pages(ARRAYS[name], records, size, indent), encoding="utf-8")
    return mirror
