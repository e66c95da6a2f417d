"""Figures that institutions report about themselves: how an indicator asks for the cells of a survey.

A cell is one figure of one reporter, period, measure, kind of partner and breakdown. Three traps. Totals
(`all`) stand beside their parts: a measure lists the cells it adds, and never both. A cell that is not there
is no data, a withheld one is suppressed, and only a reported 0 is 0. A licence count is a stock: it is never
added up over years. Reference: INDICATORS §2 (evidence of surveys) and §4 (windows).
"""

import itertools
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.indicators.measure import Idea, Measure

SURVEY_CELL = Idea(
    "survey_cell",
    "figure that an institution reported about a period",
    """
    -- A survey's year is the calendar year in which the reporting period ends.
    SELECT
        v.source,
        v.part,
        p.organisation_id AS institution_id,
        CAST(extract(year FROM v.period_end) AS BIGINT) AS year,
        v.source || ':' || v.reporter_id || ':' || CAST(v.period_end AS VARCHAR) || ':' || v.measure
            || ':' || v.partner || ':' || v.breakdown AS record_id,
        v.reporter_id,
        v.period_start,
        v.period_end,
        v.measure,
        v.partner,
        v.breakdown,
        v.value,
        v.unit,
        v.currency,
        CASE WHEN v.value IS NULL THEN coalesce(v.status, 'missing') END AS status
    FROM survey_value AS v
    JOIN linked_party AS p
        ON p.record_table = 'survey_value'
        AND p.record_id = v.source || ':' || v.reporter_id || ':' || CAST(v.period_end AS VARCHAR)
    WHERE p.is_institution
    """,
)


class Term(NamedTuple):
    """Cells of one survey measure, all of which are added (`sign` 1) or taken away (−1).

    `partners` and `breakdowns` are the values of those columns; where partners are not told apart the
    survey's word is `n/a`. Every combination is one expected cell: an institution that lacks one of them in
    a year has no data in that year.
    """

    measure: str
    partners: tuple[str, ...] = ("all",)
    breakdowns: tuple[str, ...] = ("all",)
    sign: int = 1


def cells(
    name: str,
    meaning: str,
    terms: Iterable[Term | tuple],
    unit: str,
    needs: Iterable[str],
    partner: str = "all",
    elsewhere: Iterable[Term | tuple] = (),
) -> Measure:
    """Declare a measure whose value is a sum of reported cells.

    `unit` is `money`, or what is counted (`count`, `fte`, `persons`, `days`); money is in base units, with a
    currency. `needs` are facts of the sources that may answer (`knowledge_exchange`; `income`,
    `academic_staff` of HESA). `partner` is the kind of partner the measure is about (`all`, `sme`, `large`,
    `non_commercial`): give one measure per kind, and list them in `Indicator.sized`. `elsewhere` are the cells by
    which another survey tells the same figure. A term may be written as a plain tuple.

    Contract research income from companies of any size, and net income from intellectual property:

        cells("contract_from_companies", "contract research income from companies",
              [("contract_research_income", ("sme", "large"))], "money", ["knowledge_exchange"])
        cells("net_ip_income", "revenues less costs of intellectual property",
              [Term("ip_revenues", ("n/a",)), Term("ip_costs", ("n/a",), sign=-1)], "money", ["knowledge_exchange"])

    Raises ValueError where a cell is listed twice.
    """
    own, others = _expected(terms), _expected(elsewhere)
    expected = own + others
    if len({cell[:3] for cell in expected}) < len(expected):
        raise ValueError(f"measure {name}: a cell is listed twice")
    listed = ", ".join(f"('{m}', '{kind}', '{breakdown}', {sign})" for m, kind, breakdown, sign in expected)
    sql = f"""
    -- The cells that are added up, or taken away.
    WITH asked AS (
        SELECT measure, partner, breakdown, sign
        FROM (VALUES {listed}) AS v(measure, partner, breakdown, sign)
    )
    SELECT
        c.institution_id,
        c.year,
        'survey_value' AS record_table,
        c.record_id,
        '' AS partner_id,
        a.sign * c.value AS amount,
        CAST(1 AS DOUBLE) AS share,
        c.currency,
        CASE WHEN c.partner IN ('sme', 'large', 'non_commercial') THEN c.partner ELSE 'all' END AS partner,
        'n/a' AS intensity,
        c.source,
        c.part,
        c.period_start,
        c.period_end,
        c.status
    FROM survey_cell AS c
    JOIN asked AS a
        ON a.measure = c.measure
        AND a.partner = c.partner
        AND a.breakdown = c.breakdown
    """
    return Measure(
        name,
        "record",
        meaning,
        frozenset(needs),
        unit,
        sql,
        (SURVEY_CELL,),
        "survey_value",
        partner,
        cells=expected,
        sets=(len(own), len(others)) if others else (),
    )


def _expected(terms: Iterable[Term | tuple]) -> tuple[tuple[str, str, str, int], ...]:
    return tuple(
        (term.measure, kind, breakdown, term.sign)
        for term in (Term(*t) for t in terms)
        for kind, breakdown in itertools.product(term.partners, term.breakdowns)
    )
