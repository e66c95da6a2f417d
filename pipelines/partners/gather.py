"""One side of a release as arrays: those who may be chosen, their records, the records' terms, who shares them."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from pipelines import source
from pipelines.partners import prepared
from pipelines.partners.sphere import on_sphere
from pipelines.partners.terms import TERMS

if TYPE_CHECKING:
    import duckdb

Array = np.ndarray

KINDS = {"company": ("all", "sme", "large"), "institution": ("all", "university", "research_institute")}
"""Kinds of those who ask, by what they are; `all` where the kind is not known. Patents and some funders do not tell the
size of a company: it stands with the SMEs there, and with the large ones."""

CANDIDATES = {
    "institution": "SELECT organisation_id, name, country, kind FROM institution",
    "company": """SELECT organisation_id, name, country, CASE
            WHEN is_sme THEN 'sme' WHEN NOT is_sme THEN 'large' ELSE '' END AS kind
        FROM organisation JOIN (
            SELECT organisation_id, bool_or(is_sme) AS is_sme FROM partner_party WHERE is_company GROUP BY 1
        ) USING (organisation_id)""",
}


@dataclass(frozen=True)
class Side:
    """Those who may be chosen, in the order of their ids, and their records; arrays are by record unless said.

    `owners` is records × organisations, `holds` records × terms, both of 0 and 1, and `held_by` is `holds` by term;
    `shared` says by kind of the other side whether one of that kind stands on the record, `told` whether the record's
    source names partners.
    """

    side: str
    ids: list[str]
    names: list[str]
    countries: list[str]
    kinds: list[str]
    latitude: Array
    longitude: Array
    year: Array
    told: Array
    is_patent: Array
    has_title: Array
    shared: dict[str, Array]
    owners: sp.csr_matrix
    holds: sp.csr_matrix
    held_by: sp.csc_matrix
    terms: list[str]
    term_no: dict[str, int]
    newest: int

    @cached_property
    def points(self) -> Array:
        """3 × organisations: where each is on a sphere of radius 1; NaN where it is not known."""
        return on_sphere(self.latitude, self.longitude)

    @property
    def number(self) -> dict[str, int]:
        """The place of each organisation by its id."""
        return {id_: n for n, id_ in enumerate(self.ids)}

    def count(self, records: Array, *weights: Array) -> list[Array]:
        """Return how many of some records (by number, each once) each organisation has; then the sums of weights.

        Weights are by record of those given; true counts 1.
        """
        each = np.column_stack([np.ones(len(records)), *weights])
        return list(np.ascontiguousarray((self.owners[records].T @ each).T))

    def holding(self, term: str) -> Array:
        """Return the numbers of the records that hold a term."""
        number = self.term_no.get(term)
        if number is None:
            return np.zeros(0, dtype=np.int64)
        return self.held_by.indices[self.held_by.indptr[number] : self.held_by.indptr[number + 1]]


def side(connection: "duckdb.DuckDBPyConnection", name: str) -> Side:
    """Gather one side, `institution` or `company`, from the tables of `prepare`."""
    other = "company" if name == "institution" else "institution"
    flags = [f"coalesce({other}_{kind}, false) AS {other}_{kind}" for kind in KINDS[other]]
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE partner_side AS
        SELECT row_number() OVER (ORDER BY record_no) - 1 AS record_no, source, year, title, record_table, document_id,
            key, {", ".join(flags)}
        FROM partner_known WHERE {name}_all"""
    )
    records = _columns(
        connection,
        f"SELECT year, source, record_table, title IS NOT NULL AS has_title,"
        f" {', '.join(f'{other}_{kind}' for kind in KINDS[other])} FROM partner_side ORDER BY record_no",
    )
    known = _columns(
        connection,
        f"""SELECT c.organisation_id, c.name, coalesce(c.country, '') AS country, c.kind,
            o.latitude, o.longitude
        FROM ({CANDIDATES[name]}) AS c JOIN partner_site AS o USING (organisation_id) ORDER BY c.organisation_id""",
    )
    ids = known["organisation_id"].tolist()
    count = len(records["year"])
    observed = [s for s, facts in source.facts().items() if "partners" in facts.observes]
    owners = _owners(connection, name, ids, count)
    holds, terms = _holds(connection, count)
    connection.execute("DROP TABLE partner_side")
    is_patent = records["record_table"].astype(str) == "patent"
    return Side(
        name,
        ids,
        known["name"].tolist(),
        known["country"].tolist(),
        known["kind"].tolist(),
        known["latitude"].astype(float),
        known["longitude"].astype(float),
        records["year"].astype(float),
        np.isin(records["source"].astype(str), observed) | is_patent,
        is_patent,
        records["has_title"].astype(bool),
        {kind: records[f"{other}_{kind}"].astype(bool) for kind in KINDS[other]},
        owners,
        holds,
        sp.csc_matrix(holds),
        terms,
        {term: n for n, term in enumerate(terms)},
        prepared.newest(connection),
    )


def _owners(connection: "duckdb.DuckDBPyConnection", name: str, ids: list[str], count: int) -> sp.csr_matrix:
    rows = _columns(
        connection,
        f"""SELECT p.organisation_id, s.record_no
        FROM partner_party AS p JOIN partner_side AS s USING (key) WHERE p.is_{name} ORDER BY ALL""",
    )
    number = {id_: n for n, id_ in enumerate(ids)}
    # An organisation below an institution may be in the set and not be one that indicators are computed for.
    pairs = [(number[i], r) for i, r in zip(rows["organisation_id"], rows["record_no"], strict=True) if i in number]
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return sp.csr_matrix((np.ones(len(at)), (at[:, 1], at[:, 0])), shape=(count, len(ids)))


def _holds(connection: "duckdb.DuckDBPyConnection", count: int) -> tuple[sp.csr_matrix, list[str]]:
    rows = _columns(connection, f"{TERMS} ORDER BY ALL")
    terms, at = np.unique(rows["term"].astype(str), return_inverse=True)
    matrix = sp.csr_matrix((np.ones(len(at)), (rows["record_no"].astype(np.int64), at)), shape=(count, len(terms)))
    return matrix, terms.tolist()


def _columns(connection: "duckdb.DuckDBPyConnection", query: str) -> dict[str, Array]:
    table = connection.sql(query).to_arrow_table()
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
