"""The evidence of title: patents and licences that go from an institution to a company.

A recordation counts for an institution among its grantors if a company is among its grantees. Grants of rights by
inventors to their employer, to the government, to the institution's own holder, mergers, changes of name, corrections
and what takes effect back in time (nunc pro tunc) are none; nor is what the institution received from someone else on
the very day, and only passed on. Of a chain of one day that begins at the institution the first step counts, and no
other: the next ones are between companies. Its year is that of the execution. Reference: INDICATORS §3, "Transfer";
USPTO, Recording of assignments; Marco et al. (2015), The USPTO Patent Assignment Dataset.
"""

from pipelines.indicators.lag import in_time
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.patent import GRANTED_PATENT
from pipelines.indicators.record_grain import record_rows

CONVEYANCES = frozenset({"conveyances"})
"""Recorded conveyances, and what each of them is."""

CONVEYED = Idea(
    "conveyed",
    "institution, recordation in which it grants something to a company, and patent or application in it",
    """
    -- A recordation without any number that is known conveys something all the same.
    WITH giver AS (
        SELECT DISTINCT record_id, organisation_id
        FROM linked_party
        WHERE record_table = 'transfer' AND role = 'grantor' AND is_institution
    ),
    taker AS (
        SELECT DISTINCT record_id
        FROM linked_party
        WHERE record_table = 'transfer' AND role = 'grantee' AND sector = 'company' AND NOT is_institution
    ),
    received AS (
        SELECT DISTINCT c.property_id, c.executed_on, l.organisation_id
        FROM title_chain AS c
        JOIN linked_party AS l ON l.record_table = 'transfer' AND l.record_id = c.transfer_id
        LEFT JOIN giver AS own ON own.record_id = c.transfer_id AND own.organisation_id = l.organisation_id
        WHERE c.kind IN ('assignment', 'employer_assignment')
            AND l.role = 'grantee'
            AND l.is_institution
            AND own.record_id IS NULL
    )
    SELECT
        t.source,
        t.part,
        t.transfer_id,
        t.kind,
        g.organisation_id AS institution_id,
        coalesce(t.executed_on, t.recorded_on) AS executed_on,
        CAST(extract(year FROM coalesce(t.executed_on, t.recorded_on)) AS BIGINT) AS year,
        c.property_id,
        c.filed_on,
        coalesce(c.executed_on <= c.filed_on + INTERVAL 90 DAY, false) AS is_preassigned
    FROM transfer AS t
    JOIN giver AS g ON g.record_id = t.transfer_id
    JOIN taker AS k ON k.record_id = t.transfer_id
    LEFT JOIN title_chain AS c ON c.transfer_id = t.transfer_id
    LEFT JOIN received AS r
        ON r.property_id = c.property_id
        AND r.executed_on = c.executed_on
        AND r.organisation_id = g.organisation_id
    WHERE NOT t.is_purged
        AND coalesce(t.executed_on, t.recorded_on) IS NOT NULL
        AND (t.kind = 'licence' OR t.kind = 'assignment' AND r.property_id IS NULL)
    """,
)


def _recordations(name: str, meaning: str, kind: str, having: str = "true") -> Measure:
    """Declare the count of recordations of a kind, each once for an institution."""
    where = f"c.kind = '{kind}'"
    sql = record_rows("transfer", "conveyed AS c", "c", where, record="c.transfer_id", once=True, having=having)
    return Measure(name, "record", meaning, CONVEYANCES, "count", sql, (CONVEYED,), "transfer")


ASSIGNMENTS = _recordations(
    "assignments_to_companies",
    "recorded assignments from the institution to a company, those agreed before or soon after filing left out",
    "assignment",
    "NOT bool_and(c.is_preassigned)",
)
PREASSIGNED = _recordations(
    "assignments_preassigned",
    "recorded assignments from the institution to a company, executed before the filing or within 90 days after it",
    "assignment",
    "bool_and(c.is_preassigned)",
)
RECORDED_LICENCES = _recordations("licences_recorded", "recorded licences from the institution to a company", "licence")

_DATED = """c.filed_on IS NOT NULL
        AND c.executed_on <= c.filed_on + INTERVAL 10 YEAR"""


def _transferred(name: str, meaning: str, where: str = "true") -> Measure:
    """Declare the distinct patents and applications in assignments to companies."""
    where = f"c.kind = 'assignment' AND c.property_id IS NOT NULL AND NOT c.is_preassigned AND {where}"
    sql = record_rows("transfer_patent", "conveyed AS c", "c", where, record="c.property_id", once=True)
    return Measure(name, "record", meaning, CONVEYANCES, "count", sql, (CONVEYED,), "transfer_patent")


TRANSFERRED = _transferred(
    "patents_transferred", "distinct patents or applications in recorded assignments from the institution to a company"
)
TRANSFERRED_DATED = _transferred(
    "patents_transferred_dated",
    "distinct patents or applications in recorded assignments from the institution to a company within ten years of "
    "a filing that is known",
    _DATED,
)


def _lag(name: str, meaning: str, kind: str, since: str, uses: tuple[Idea, ...], dates: str = "") -> Measure:
    """Declare the years from a day to the first recordation of a kind, per patent, if at most ten years later."""
    first = record_rows(
        "transfer_patent",
        "dated AS d",
        "d",
        f"d.place = 1 AND {in_time('d.since_on', 'd.executed_on')}",
        record="d.property_id",
        amount="CAST(date_diff('day', d.since_on, d.executed_on) AS DOUBLE) / 365.25",
    )
    sql = f"""
    -- Of several recordations of a patent the earliest counts.
    WITH dated AS (
        SELECT
            c.source,
            c.part,
            c.institution_id,
            c.property_id,
            c.executed_on,
            c.year,
            {since} AS since_on,
            row_number() OVER (
                PARTITION BY c.institution_id, c.property_id ORDER BY c.executed_on, c.transfer_id
            ) AS place
        FROM conveyed AS c
        {dates}
        WHERE c.kind = '{kind}' AND c.property_id IS NOT NULL AND NOT (c.kind = 'assignment' AND c.is_preassigned)
    )
    {first}
    """
    return Measure(name, "record", meaning, CONVEYANCES, "years", sql, uses, "transfer_patent")


FILING_TO_TRANSFER = _lag(
    "lag_filing_to_transfer",
    "years from the filing to the first recorded assignment from the institution to a company, per patent or "
    "application",
    "assignment",
    "c.filed_on",
    (CONVEYED,),
)
PATENT_TO_LICENCE = _lag(
    "lag_patent_to_licence",
    "years from the grant to the first recorded licence from the institution to a company, per patent",
    "licence",
    "g.granted_on",
    (GRANTED_PATENT, CONVEYED),
    "JOIN granted_patent AS g ON g.record_id = c.property_id",
)
