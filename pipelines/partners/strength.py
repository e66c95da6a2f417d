"""Strength: how much a candidate does in the field, how often with the other side, how ready it is to pass results on.

Half the score is the percentile of its records in the field among all candidates; a quarter each experience and
willingness. Both are shares of few records, and are shrunk:
- experience = (records with the other side + 5 × their share among all candidates) ÷ (records + 5), of the field's
  records in sources that name partners;
- willingness = (licences and assignments + 10 × the peers' rate) ÷ (families + 10), peers being the candidates of the
  same kind; its score is willingness ÷ (willingness + the peers' rate): ½ at the peers' mean, ⅔ at twice that.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.partners.component import Component, counted
from pipelines.partners.field_records import percentile
from pipelines.partners.gather import Array, Side
from pipelines.partners.prepared import YEARS
from pipelines.partners.seeker import Seeker

if TYPE_CHECKING:
    import duckdb

PARTS = {"records": 0.5, "experience": 0.25, "willingness": 0.25}
SHRUNK_RECORDS, SHRUNK_FAMILIES = 5, 10
"""Records and families of the mean that are added to everybody's own."""

_DEALS = {
    "institution": """
        SELECT institution_id AS organisation_id, count(DISTINCT record_id) AS deals
        FROM evidence
        WHERE measure IN ('assignments_to_companies', 'licences_recorded') AND year > ? - {years}
        GROUP BY institution_id""",
    "company": """
        SELECT p.organisation_id, count(DISTINCT e.record_id) AS deals
        FROM evidence AS e
        JOIN linked_party AS p ON p.record_table = 'transfer' AND p.record_id = e.record_id AND p.role = 'grantee'
        WHERE e.measure IN ('assignments_to_companies', 'licences_recorded') AND e.year > ? - {years}
            AND p.sector = 'company' AND NOT p.is_institution
        GROUP BY p.organisation_id""",
}
"""Recorded licences and assignments from institutions to companies, by who gives and by who receives."""


@dataclass(frozen=True)
class Willing:
    """Deals and families of the last five years by candidate, the rate of its peers, and the shrunk rate."""

    deals: Array
    families: Array
    peers: Array
    rate: Array

    @property
    def score(self) -> Array:
        """½ at the peers' mean; of peers without any deal nothing can be told, and it is ½ for all."""
        both = self.rate + self.peers
        return np.where(both > 0, self.rate / np.where(both > 0, both, 1), 0.5)


def willing(connection: "duckdb.DuckDBPyConnection", side: Side) -> Willing:
    """Count deals and families (inventions with a document in the last five years) of each candidate."""
    query = _DEALS[side.side].format(years=YEARS)
    found = dict(connection.execute(query, [_last_deal(connection)]).fetchall())
    deals = np.array([found.get(id_, 0) for id_ in side.ids], dtype=float)
    (families,) = side.count(np.flatnonzero(side.is_patent))
    peers = np.zeros(len(deals))
    kinds = np.array(side.kinds, dtype=object)
    for kind in dict.fromkeys(side.kinds):
        mine = kinds == kind
        peers[mine] = deals[mine].sum() / max(families[mine].sum(), 1)
    rate = (deals + SHRUNK_FAMILIES * peers) / (families + SHRUNK_FAMILIES)
    return Willing(deals, families, peers, rate)


def _last_deal(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the last whole year of conveyances; where none is whole, the last with a deal."""
    ((year,),) = connection.execute(
        """SELECT coalesce(
            (SELECT max(year) FROM coverage WHERE is_complete AND source IN (SELECT DISTINCT source FROM transfer)),
            (SELECT max(year) FROM evidence WHERE measure IN ('assignments_to_companies', 'licences_recorded')),
            0)"""
    ).fetchall()
    return int(year)


def strength(side: Side, seeker: Seeker, matching: Array, ready: Willing) -> Component:
    """Score the candidates' records in the field; `matching` are their numbers."""
    tells = side.told[matching]
    records, told, shared = side.count(matching, tells, tells & side.shared["all"][matching])
    mean = shared.sum() / max(told.sum(), 1)
    experience = (shared + SHRUNK_RECORDS * mean) / (told + SHRUNK_RECORDS)
    placed = percentile(records)
    score = PARTS["records"] * placed + PARTS["experience"] * experience + PARTS["willingness"] * ready.score
    facts = {
        "records_in_field": records,
        "percentile": placed,
        "records_that_tell_partners": told,
        "records_with_other_side": shared,
        "experience_shrunk": experience,
        "experience_of_all": np.full(len(records), mean),
        "deals": ready.deals,
        "families": ready.families,
        "willingness_shrunk": ready.rate,
        "willingness_of_peers": ready.peers,
    }
    others = "companies" if side.side == "institution" else "institutions"
    within = "in the field" if seeker.classes or seeker.key_words else "in all fields, as none is told"

    def says(c: int) -> str:
        given = "to companies" if side.side == "institution" else "from institutions"
        shrunk = f"{experience[c]:.0%} when shrunk to the {mean:.0%} of all"
        with_ = (
            f"{shared[c]:,.0f} of {told[c]:,.0f} with {others} ({shrunk})"
            if told[c]
            else f"with whom is not told (taken as all: {mean:.0%})"
        )
        deals = counted(ready.deals[c], "licence or assignment", "licences and assignments")
        families = counted(ready.families[c], "patent family", "patent families")
        rate = f"{ready.rate[c]:.2f} a family when shrunk to its peers' {ready.peers[c]:.2f}"
        if not ready.peers[c]:
            rate = "none of its peers has any"
        placed_ = f"{counted(records[c], 'record')} {within}, percentile {100 * placed[c]:.0f}"
        return f"{placed_}; {with_}; {deals} {given}, {families} ({rate})"

    return Component("strength", score, facts, says)
