"""RePORTER's interface as it answers: records of a query by pages, in bytes put together cheaply.

400 for a limit above 500 and an offset above `LAST_OFFSET`; a record has only the fields that are asked for. What is
known of records stands in arrays, and a page is formatted from slices of them, so that a million records are quick.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Question, Reply
from pipelines.demo.records import World
from pipelines.demo.us.health import INSTITUTES, KINDS, Records, files_of, records, running, size
from pipelines.demo.us.health_words import core_of, full_of, place_of, places, title_of

LIMIT = 500
LAST_OFFSET = 14_999
"""The last offset that is answered; a test lowers it."""

Cells = list[Any]


def answer(world: World, question: Question, fault: Fault) -> Reply:
    """Answer a search as the publisher does."""
    try:
        asked = json.loads(question.body)
        criteria, offset, limit = asked["criteria"], int(asked.get("offset", 0)), int(asked.get("limit", 50))
        fields = [FIELDS[name] for name in asked["include_fields"]]
        (year,) = criteria["fiscal_years"]
    except (ValueError, KeyError, TypeError) as error:
        return _refuse(f"cannot be read: {error}")
    if question.method != "POST" or limit > LIMIT or not 0 <= offset <= LAST_OFFSET:
        return _refuse(f"limit is at most {LIMIT}, offset at most {LAST_OFFSET}")
    if unknown := set(criteria) - {"fiscal_years", *CRITERIA}:
        return _refuse(f"unknown criteria: {', '.join(sorted(unknown))}")
    rows = _chosen(world, size(world), year, json.dumps(criteria, sort_keys=True))
    rows = rows[:0] if fault.is_empty else rows
    total = len(rows) + (fault.moves if offset else 0)
    rows = rows[: fault.cap][offset : offset + limit]
    meta = {
        "search_id": "simulated", "total": total, "offset": offset, "limit": limit,
        "sort_field": asked.get("sort_field"), "sort_order": asked.get("sort_order"), "sorted_by_relevance": False,
        "properties": {"URL": "https:/reporter.nih.gov/search/simulated/projects"},
    }  # fmt: skip
    there = _page(world, records(world, year), rows, fields) if len(rows) else ""
    return Reply(f'{{"meta":{json.dumps(meta)},"results":[{there}]}}'.encode())


def _refuse(why: str) -> Reply:
    return Reply(json.dumps([why]).encode(), status=400)


def _between(column: str) -> Callable[[World, Records, Mapping[str, str]], np.ndarray]:
    def chosen(world: World, found: Records, span: Mapping[str, str]) -> np.ndarray:
        days = getattr(found, column).astype("datetime64[s]")
        first, last = (np.datetime64(span[bound]) for bound in ("from_date", "to_date"))
        inside: np.ndarray = (days >= first) & (days <= last)
        return inside

    return chosen


def _in_states(world: World, found: Records, states: Sequence[str]) -> np.ndarray:
    return np.isin(found.holder, [number for number, place in places(world).items() if place.state in states])


CRITERIA: dict[str, Callable[[World, Records, Any], np.ndarray]] = {
    "award_amount_range": lambda _, f, wanted: (f.cost >= wanted["min_amount"]) & (f.cost <= wanted["max_amount"]),
    "exclude_subprojects": lambda _, f, wanted: f.sub == 0,
    "sub_project_only": lambda _, f, wanted: f.sub > 0,
    "date_added": _between("added_on"),
    "project_start_date": _between("project_start"),
    "org_states": _in_states,
}
"""The criteria that are understood beside the fiscal year: which records each chooses."""


@lru_cache(maxsize=8)
def _chosen(world: World, count: int, year: int, criteria: str) -> np.ndarray:
    """Return the rows of a query, in the order of their ids; years of which nothing is simulated have none."""
    if year not in (*files_of(world), running(world)):
        return np.zeros(0, np.int64)
    found = records(world, year)
    chosen = np.ones(len(found.appl_id), bool)
    for name, wanted in json.loads(criteria).items():
        if name != "fiscal_years":
            chosen &= CRITERIA[name](world, found, wanted)
    return np.flatnonzero(chosen)


def _page(world: World, found: Records, rows: np.ndarray, fields: Sequence[tuple[str, Callable[..., Cells]]]) -> str:
    """Write the records of some rows: one template, and a column of cells for each field."""
    template = "{" + ",".join(f'"{name}":%s' for name, _ in fields) + "}"
    cells = zip(*(cells(world, found, rows) for _, cells in fields), strict=True)
    return ",".join([template % record for record in cells])


def _days(column: str) -> Callable[[World, Records, np.ndarray], Cells]:
    def cells(world: World, found: Records, rows: np.ndarray) -> Cells:
        days = np.datetime_as_string(getattr(found, column)[rows].astype("datetime64[s]")).tolist()
        return [f'"{day}"' if day != "NaT" else "null" for day in days]

    return cells


def _each(write: Callable[[Records, int], str]) -> Callable[[World, Records, np.ndarray], Cells]:
    """Return the cells of a field that is written record by record."""
    return lambda _, found, rows: [write(found, row) for row in rows.tolist()]


@lru_cache(maxsize=20_000)
def _organisation(world: World, name: str, city: str, state: str, country: str, uei: str, ipf: str) -> str:
    return json.dumps(
        {
            "org_name": name, "city": None, "country": None, "org_city": city or None, "org_country": country or None,
            "org_state": state or None, "org_state_name": None, "dept_type": None, "fips_country_code": None,
            "org_duns": [], "org_ueis": [uei] if uei else [], "primary_duns": None, "primary_uei": uei or None,
            "org_fips": None, "org_ipf_code": ipf or None, "org_zipcode": None,
            "external_org_id": int(ipf) if ipf else None,
        }
    )  # fmt: skip


def _organisations(world: World, found: Records, rows: np.ndarray) -> Cells:
    held = (place_of(world, found, row) for row in rows.tolist())
    return [_organisation(world, p.name, p.city, p.state, p.country, p.uei, p.ipf) for p in held]


def _types(world: World, found: Records, rows: np.ndarray) -> Cells:
    held = (place_of(world, found, row) for row in rows.tolist())
    return [f'{{"name":{json.dumps(p.kind) if p.kind else "null"},"code":"","is_other":false}}' for p in held]


_INSTITUTES = [json.dumps({"code": c, "abbreviation": a, "name": n.title()}) for c, a, n in INSTITUTES]
_KINDS = [json.dumps(kind.code) for kind in KINDS]

FIELDS: dict[str, tuple[str, Callable[[World, Records, np.ndarray], Cells]]] = {
    "ApplId": ("appl_id", lambda _, f, rows: f.appl_id[rows].tolist()),
    "SubprojectId": ("subproject_id", lambda _, f, rows: [f'"{9000 + s}"' if s else "null" for s in f.sub[rows]]),
    "FiscalYear": ("fiscal_year", lambda _, f, rows: [f.year] * len(rows)),
    "ProjectNum": ("project_num", _each(lambda f, row: f'"{full_of(f, row)}"')),
    "CoreProjectNum": ("core_project_num", _each(lambda f, row: f'"{core_of(f, row)}"')),
    "Organization": ("organization", _organisations),
    "OrganizationType": ("organization_type", _types),
    "ActivityCode": ("activity_code", lambda _, f, rows: [_KINDS[k] for k in f.kind[rows].tolist()]),
    "AwardAmount": ("award_amount", lambda _, f, rows: f.cost[rows].tolist()),
    "AgencyIcAdmin": ("agency_ic_admin", lambda _, f, rows: [_INSTITUTES[i] for i in f.institute[rows].tolist()]),
    "ProjectStartDate": ("project_start_date", _days("project_start")),
    "ProjectEndDate": ("project_end_date", _days("project_end")),
    "BudgetStart": ("budget_start", _days("budget_start")),
    "BudgetEnd": ("budget_end", _days("budget_end")),
    "AwardNoticeDate": ("award_notice_date", _days("noticed_on")),
    "DateAdded": ("date_added", _days("added_on")),
    "ProjectTitle": ("project_title", _each(lambda f, row: json.dumps(title_of(f, row)))),
}
"""The fields that can be asked for, by their names in a request: the key in the answer, and how cells are written."""
