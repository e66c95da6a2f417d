"""Support: public money that companies of this kind had in joint projects with an institution, of programmes at hand.

Counted are places of companies in joint projects of the last three years of their source for which money is told: the
company's own, or the award's where the company holds it. A programme is open to a country if a company from there had
money of it in the last five years, as far as the release tells; without a country every programme is. Score:
n ÷ (n + 5).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.partners.component import Component, counted, half_at
from pipelines.partners.gather import Array, Side
from pipelines.partners.history import LIKE
from pipelines.partners.seeker import Seeker

if TYPE_CHECKING:
    import duckdb

SUPPORT_YEARS = 3
HALF = 5.0

FUNDED = """
CREATE OR REPLACE TEMP TABLE partner_funded AS
SELECT DISTINCT
    r.key,
    a.source || ' ' || coalesce(a.programme, a.scheme, 'other') AS programme,
    p.organisation_id AS company_id,
    coalesce(o.country, nullif(p.country, ''), '') AS country,
    CASE WHEN p.is_sme THEN 'sme' WHEN NOT p.is_sme THEN 'large' ELSE '' END AS size,
    r.year > s.last_year - {years} AS is_recent
FROM partner_record AS r
JOIN partner_source AS s USING (source)
JOIN award AS a ON a.award_id = r.document_id
JOIN linked_party AS p ON p.record_table = 'award' AND p.record_id = r.document_id
LEFT JOIN organisation AS o ON o.organisation_id = p.organisation_id
WHERE r.record_table = 'award' AND p.sector = 'company' AND NOT p.is_institution
    AND (p.amount > 0 OR p.role IN ('awardee', 'lead') AND a.amount > 0)
"""

_JOINT = """
    SELECT {candidate} AS candidate_id, f.programme, {kinds}, count(DISTINCT f.key)
    FROM partner_funded AS f
    JOIN partner_party AS i ON i.key = f.key AND i.is_institution
    JOIN institution AS t ON t.organisation_id = i.organisation_id
    WHERE f.is_recent
    GROUP BY {candidate}, f.programme
    ORDER BY candidate_id, f.programme
"""
_PLACES = "count(DISTINCT (f.key, f.company_id))"


@dataclass(frozen=True)
class Funds:
    """Places and projects by candidate × programme; places by kind of who asks; the countries of each programme."""

    programmes: list[str]
    places: dict[str, Array]
    projects: Array
    countries: set[tuple[str, str]]

    def open_to(self, country: str) -> Array:
        """Return which programmes a company from a country had money of; all where the country is not known."""
        return np.array([not country or (name, country) in self.countries for name in self.programmes], dtype=bool)


def funds(connection: "duckdb.DuckDBPyConnection", side: Side) -> Funds:
    """Count funded places in joint projects. Needs the tables of `prepared.prepare`."""
    connection.execute(FUNDED.format(years=SUPPORT_YEARS))
    if side.side == "institution":
        kinds = {
            kind: f"{_PLACES} FILTER ({kind_})"
            for kind, kind_ in (("all", "true"), ("sme", "f.size <> 'large'"), ("large", "f.size <> 'sme'"))
        }
        candidate = "i.organisation_id"
    else:
        kinds = {
            kind: f"{_PLACES} FILTER ({kind_})"
            for kind, kind_ in (
                ("all", "true"),
                ("university", "t.kind = 'university'"),
                ("research_institute", "t.kind = 'research_institute'"),
            )
        }
        candidate = "f.company_id"
    rows = connection.execute(_JOINT.format(candidate=candidate, kinds=", ".join(kinds.values()))).fetchall()
    countries = set(connection.execute("SELECT DISTINCT programme, country FROM partner_funded").fetchall())
    connection.execute("DROP TABLE partner_funded")
    programmes = sorted({programme for _, programme, *_ in rows})
    column = {name: n for n, name in enumerate(programmes)}
    number = side.number
    shape = (len(side.ids), len(programmes))
    places, projects = {kind: np.zeros(shape) for kind in kinds}, np.zeros(shape)
    for candidate, programme, *counts, joint in rows:
        if (at := number.get(candidate)) is not None:
            for kind, count in zip(kinds, counts, strict=True):
                places[kind][at, column[programme]] = count
            projects[at, column[programme]] = joint
    return Funds(programmes, places, projects, countries)


def support(side: Side, seeker: Seeker, found: Funds) -> Component:
    """Score the funded places in programmes open to the country of the company, who asks or who is asked."""
    table = found.places[seeker.kind]
    if seeker.side == "company":
        table = table * found.open_to(seeker.country)
    count = table.sum(axis=1)
    who = LIKE["company", seeker.kind] if seeker.side == "company" else "it"
    where = f", in programmes open to {seeker.country}" if seeker.side == "company" and seeker.country else ""
    joint = f"joint projects of the last {SUPPORT_YEARS} years{where}"

    def says(c: int) -> str:
        if not count[c]:
            return f"no money told for {who} in {joint}"
        most = sorted((-n, name) for n, name in zip(table[c], found.programmes, strict=True) if n)[:3]
        by = ", ".join(f"{name} {-n:,.0f}" for n, name in most)
        by_whom = f"of {who}" if seeker.side == "company" else f"with {LIKE['institution', seeker.kind]}"
        return f"{counted(count[c], 'funded place')} {by_whom} in {joint}: {by}"

    return Component("support", half_at(count, HALF), {"funded_places": count}, says)
