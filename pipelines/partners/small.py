"""Starting small: the smallest instruments by which companies of a kind worked with a candidate, money told."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.partners.seeker import Seeker

if TYPE_CHECKING:
    import duckdb

MOST = 3
"""Instruments listed for a candidate."""

_INSTRUMENTS = """
    WITH asked AS (SELECT unnest(CAST(? AS VARCHAR[])) AS candidate_id),
    joint AS (
        SELECT DISTINCT {candidate} AS candidate_id, c.record_id
        FROM collaboration AS c
        LEFT JOIN institution AS i ON i.organisation_id = c.institution_id
        WHERE c.record_table = 'award' AND c.partner_sector = 'company' AND {kind}
            AND {candidate} IN (SELECT candidate_id FROM asked)
    ),
    project AS (
        SELECT DISTINCT r.key, a.award_id, a.source, coalesce(a.scheme, a.programme, 'other') AS instrument, a.currency,
            a.record_url, r.year,
            sum(a.amount) OVER (PARTITION BY a.award_id) AS amount
        FROM award AS a
        JOIN partner_record AS r ON r.record_table = 'award' AND r.document_id = a.award_id
        WHERE a.subproject IS NULL
    ),
    valued AS (
        SELECT j.candidate_id, p.*, CASE WHEN p.currency = 'EUR' THEN p.amount ELSE p.amount / e.rate END AS amount_eur
        FROM joint AS j
        JOIN project AS p ON p.award_id = j.record_id
        LEFT JOIN exchange_rate AS e
            ON e.currency = p.currency AND e.period_start = make_date(p.year, 1, 1)
            AND e.period_end = make_date(p.year, 12, 31)
        WHERE p.amount > 0
    )
    SELECT candidate_id, source, instrument, currency, count(DISTINCT key) AS projects, median(amount) AS median_amount,
        median(amount_eur) AS median_amount_eur, max(year) AS last_year,
        arg_min(award_id, (amount, award_id)) AS smallest_id, min(amount) AS smallest_amount,
        arg_min(record_url, (amount, award_id)) AS record_url
    FROM valued
    GROUP BY candidate_id, source, instrument, currency
    ORDER BY candidate_id, coalesce(median_amount_eur, median_amount), source, instrument, currency
"""
_SIZES = {
    "all": "true",
    "sme": "c.partner_is_sme IS DISTINCT FROM false",
    "large": "c.partner_is_sme IS DISTINCT FROM true",
}


def instruments(
    connection: "duckdb.DuckDBPyConnection", seeker: Seeker, candidates: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return, by candidate, the instruments with the smallest projects (median amount, all parties) first.

    Counted are joint projects of the last years with companies of the kind of who asks (of the reverse: of the company
    with institutions of the kind), each whole. Amounts are in the project's currency, and in euro by the year's mean
    rate where the release has one. Needs the tables of `prepared.prepare`.
    """
    if seeker.side == "company":
        names = {"candidate": "c.institution_id", "kind": _SIZES[seeker.kind]}
    else:
        names = {"candidate": "c.partner_id", "kind": f"i.kind = '{seeker.kind}'"}
    rows = connection.execute(_INSTRUMENTS.format(**names), [list(candidates)])
    columns = [c[0] for c in rows.description or ()]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.fetchall():
        one = dict(zip(columns, row, strict=True))
        held = found.setdefault(str(one.pop("candidate_id")), [])
        if len(held) < MOST:
            held.append(one)
    return found
