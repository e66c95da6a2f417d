"""History: what a candidate and who asks have done together; else what it has done with others like them.

A record of y years ago counts ½^(y/5). Together: score = ½ + ½ · d/(d + 1) of the decayed number d, so that any common
record weighs at least a half. Else: ½ · a/(a + 3) of the decayed number a of its records in the field with others of
the kind of who asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.link.topmost import HEADS
from pipelines.partners.component import Component, counted, half_at
from pipelines.partners.gather import Array, Side
from pipelines.partners.seeker import Seeker

if TYPE_CHECKING:
    import duckdb

HALF_LIFE = 5.0
"""Years after which a record counts half."""

ALIKE_HALF = 3.0

Past = tuple[str, int, int]
"""Candidate, year, common records of the year."""

_PAST = """
    WITH record AS (
        SELECT DISTINCT
            {candidate} AS candidate_id, {seeker} AS seeker_id, c.record_table, c.record_id, c.year
        FROM collaboration AS c
        LEFT JOIN partner_group AS g ON g.organisation_id = c.partner_id
        WHERE c.partner_sector = 'company' AND c.year IS NOT NULL AND {seeker} IN (SELECT unnest(CAST(? AS VARCHAR[])))
    )
    SELECT seeker_id, candidate_id, year, count(*)
    FROM record
    GROUP BY seeker_id, candidate_id, year
    ORDER BY seeker_id, candidate_id, year
"""


def pasts(connection: "duckdb.DuckDBPyConnection", side: str, seekers: Iterable[str]) -> dict[str, list[Past]]:
    """Return the common records of seekers with candidates: of companies by their topmost parents, as group.

    `seekers` are ids of institutions, or of companies' topmost parents. A record without a year is left out.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE partner_group AS {HEADS}")
    head = "coalesce(g.head_id, c.partner_id)"
    asks, answers = (head, "c.institution_id") if side == "institution" else ("c.institution_id", "c.partner_id")
    query = _PAST.format(candidate=answers, seeker=asks)
    found: dict[str, list[Past]] = {}
    for seeker, candidate, year, count in connection.execute(query, [sorted(seekers)]).fetchall():
        found.setdefault(seeker, []).append((candidate, year, count))
    connection.execute("DROP TABLE partner_group")
    return found


@dataclass(frozen=True)
class Alike:
    """By candidate: records of the field with others like who asks, their decayed number, and what it is worth."""

    records: Array
    decayed: Array
    score: Array


def alike(side: Side, kind: str, matching: Array) -> Alike:
    """Count the records of a field (their numbers are `matching`) with others of a kind."""
    like = matching[side.shared[kind][matching]]
    records, decayed = side.count(like, 0.5 ** (np.maximum(side.newest - side.year[like], 0) / HALF_LIFE))
    return Alike(records, decayed, 0.5 * half_at(decayed, ALIKE_HALF))


def history(side: Side, seeker: Seeker, like: Alike, past: Iterable[Past], number: Mapping[str, int]) -> Component:
    """Score common records, `past` by candidate, else records of the field with others like who asks."""
    records, decayed, last = (np.zeros(len(side.ids)) for _ in range(3))
    for candidate, year, count in past:
        if (at := number.get(candidate)) is not None:
            records[at] += count
            decayed[at] += count * 0.5 ** (max(side.newest - year, 0) / HALF_LIFE)
            last[at] = max(last[at], year)
    score, last_year = like.score.copy(), np.full(len(side.ids), np.nan)
    common = np.flatnonzero(records)
    score[common] = 0.5 + 0.5 * half_at(decayed[common], 1)
    last_year[common] = last[common]
    facts = {
        "common_records": records,
        "common_records_decayed": decayed,
        "last_common_year": last_year,
        "records_with_alike": like.records,
        "records_with_alike_decayed": like.decayed,
    }
    others = LIKE[seeker.side, seeker.kind]
    within = "in the field" if seeker.classes or seeker.key_words else "in all fields"

    def says(c: int) -> str:
        if records[c]:
            return f"{counted(records[c], 'common record')}, the last of {last[c]:.0f} ({decayed[c]:.2f} after decay)"
        none = "no common record; " if seeker.id else ""
        return f"{none}{counted(like.records[c], 'record')} with {others} {within} ({like.decayed[c]:.2f} after decay)"

    return Component("history", score, facts, says)


LIKE = {
    ("company", "all"): "companies",
    ("company", "sme"): "SMEs (or of untold size)",
    ("company", "large"): "larger companies (or of untold size)",
    ("institution", "all"): "institutions",
    ("institution", "university"): "universities",
    ("institution", "research_institute"): "research institutes",
}
"""Others like who asks, in words."""
