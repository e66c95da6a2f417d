"""RePORTER's interface: projects of a fiscal year by pages, and how a year is cut into queries under the cap.

500 records a page, and none from record 15,000 of a query on: a year has some 80,000. What cuts were chosen for:

- amounts bound a query on both sides, are whole dollars and at most 2,147,483,647 (above it the interface fails);
- `exclude_subprojects` and `sub_project_only` part a year in two by what they mean;
- `date_added` is there on every record, though tens of thousands of old ones share one;
- `project_start_date` is missing on intramural projects and many subprojects, a state on foreign holders.

The first three are what others report of the interface; none was tried by us. A cut whose numbers do not add up to
the query's is passed over, so that a record which lacks a field costs requests and is never lost.
"""

import datetime as dt
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.paging import Ask, Page

FIELDS = (
    "ApplId", "SubprojectId", "FiscalYear", "ProjectNum", "Organization", "ActivityCode", "AwardAmount",
    "AgencyIcAdmin", "ProjectStartDate", "ProjectEndDate", "OrganizationType", "AwardNoticeDate", "CoreProjectNum",
    "ProjectTitle", "BudgetStart", "BudgetEnd", "DateAdded",
)  # fmt: skip
"""What is asked for of a record: no person, and no text but the title."""

SIZE, CAP = 500, 15_000
"""The most records the interface gives on a page, and of a query: offsets go up to 14,999."""

LOWEST = (0, 1, 50_000, 100_000, 200_000, 300_000, 400_000, 500_000, 700_000, 1_000_000, 2_000_000)
"""Where a year is cut by amount first; most awards lie between 100,000 and 700,000 dollars."""

HIGHEST = 2_147_483_647

STATES = tuple(
    "AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH NJ NM NV "
    "NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY".split()
)

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Query:
    """Projects of a fiscal year, and which of them: bounds are included; None asks for all."""

    year: int
    amounts: tuple[int, int] | None = None
    is_sub: bool | None = None
    added: Span | None = None
    starts: Span | None = None
    state: str = ""

    @property
    def criteria(self) -> dict[str, Any]:
        """Return the query in the interface's words."""
        found: dict[str, Any] = {"fiscal_years": [self.year]}
        if self.amounts:
            found["award_amount_range"] = {"min_amount": self.amounts[0], "max_amount": self.amounts[1]}
        if self.is_sub is not None:
            found["sub_project_only" if self.is_sub else "exclude_subprojects"] = True
        for name, span in (("date_added", self.added), ("project_start_date", self.starts)):
            if span:
                found[name] = {"from_date": span[0].isoformat(), "to_date": span[1].isoformat()}
        if self.state:
            found["org_states"] = [self.state]
        return found


@dataclass(frozen=True)
class Projects:
    """How RePORTER gives project records, at an address."""

    url: str
    size: int = field(default_factory=lambda: SIZE)
    cap: int = field(default_factory=lambda: CAP)

    def ask(self, query: Query, offset: int) -> Ask:
        """Return the request for a page, in the order of application ids, which does not change."""
        body = {
            "criteria": query.criteria,
            "include_fields": list(FIELDS),
            "offset": offset,
            "limit": self.size,
            "sort_field": "appl_id",
            "sort_order": "asc",
        }
        return Ask(self.url, json=body)

    def read(self, body: bytes) -> Page:
        """Return application ids and the total of a page; the records themselves are read when the part is built.

        Names of keys cannot stand within a text: its quotes are escaped.
        """
        total = re.search(rb'"total"\s*:\s*(\d+)', body)
        if total is None or b'"results"' not in body or not body.rstrip().endswith(b"}"):
            raise ValueError("no total and results")
        return Page([i.decode() for i in re.findall(rb'"appl_id"\s*:\s*(\d+)', body)], int(total[1]))

    def split(self, query: Query) -> Iterator[Sequence[Query]]:
        """Yield the ways to cut a query, the one that most probably adds up first."""
        if query.amounts is None:
            bounds = (*LOWEST, HIGHEST + 1)
            yield [replace(query, amounts=(low, high - 1)) for low, high in itertools.pairwise(bounds)]
        elif query.amounts[0] < query.amounts[1]:
            low, high = query.amounts
            # Amounts thin out upwards: a wide band is halved by its ratio, lest cuts run into nothing.
            middle = math.isqrt(low * high) if 0 < 4 * low < high else (low + high) // 2
            yield [replace(query, amounts=(low, middle)), replace(query, amounts=(middle + 1, high))]
        if query.is_sub is None:
            yield [replace(query, is_sub=is_sub) for is_sub in (False, True)]
        # The interface was made in 2011; a project's first day may lie before NIH's own.
        yield from (
            [replace(query, added=half) for half in _halves(query.added or _span(2005, query.year + 5), SECOND)],
            [replace(query, starts=half) for half in _halves(query.starts or _span(1930, query.year + 5), DAY)],
        )
        if not query.state:
            yield [replace(query, state=state) for state in STATES]

    def is_empty(self, status: int, body: bytes) -> bool:
        """Say that no status means "no records": an empty query has a total of 0."""
        return False


SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


def _span(first: int, last: int) -> Span:
    return dt.datetime(first, 1, 1), dt.datetime(last, 12, 31, 23, 59, 59)


def _halves(span: Span, step: dt.timedelta) -> list[Span]:
    """Return the halves of a span, a second apart and cut at whole steps; nothing of one that has no two steps."""
    first, last = span
    steps = (last - first) // step
    if steps < 1:
        return []
    middle = first + (steps + 1) // 2 * step
    return [(first, middle - SECOND), (middle, last)]
