"""The release's table: for every company that worked with an institution in the last years, its best ten.

All pairs of companies and institutions would be hundreds of millions of rows, most of them nothing; who asks otherwise
is answered by `iur partners` from the same release. Scores and facts are those of `iur partners --company ID`.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import parts
from pipelines.partners import history, prepared, query, rank
from pipelines.partners.rank import Index, Ranking
from pipelines.partners.words import shown
from warehouse import files
from warehouse.reuse import Reuse

if TYPE_CHECKING:
    import duckdb

BEST = 10
"""Institutions listed for a company."""

PIECE = 10_000
"""Rows that are turned into Arrow's at a time."""

_SEEN = {
    "award": ("award_id", "project_id", "subproject", "source", "title", "programme", "scheme", "starts_on",
              "reporting_year", "amount"),
    "award_same": ("award_id",),
    "linked_party": ("record_table", "record_id", "role", "organisation_id", "sector", "is_institution", "is_sme",
                     "amount", "country"),
    "patent": ("patent_id", "source", "number", "is_granted", "is_withdrawn", "filed_on", "published_on", "granted_on",
               "title", "family_id"),
    "patent_party": ("patent_id", "role"),
    "patent_class": ("patent_id", "subclass"),
    "collaboration": ("record_table", "record_id", "institution_id", "partner_id", "partner_sector", "year"),
    "coverage": ("source", "year", "is_complete"),
    "transfer": ("source",),
    "organisation": (),
    "institution": (),
    "registry_organisation": ("city", "country", "region", "latitude", "longitude"),
    "(SELECT * FROM evidence WHERE measure IN ('assignments_to_companies', 'licences_recorded'))":
        ("measure", "institution_id", "year", "record_id"),
}  # fmt: skip
"""The columns that scores are made of; where their rows are the same, so is the table."""


def write(connection: "duckdb.DuckDBPyConnection", reuse: Reuse) -> None:
    """Create `partner_candidate`; needs all other tables of the release. Of the same rows it is the former file's."""
    import pyarrow as pa

    name = "partner_candidate"
    same = reuse.same(name, {"all": _key(connection)})
    if same and (former := reuse.whole(f"{name}/{name}.parquet")) is not None:
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_parquet(?)", [str(former)])
        return
    schema, left = arrow_schema(table(name)), rows(connection)
    # A row of Python's takes ten times the memory of one of Arrow's.
    pieces = iter(lambda: list(islice(left, PIECE)), [])
    made = pa.Table.from_batches([pa.RecordBatch.from_pylist(piece, schema=schema) for piece in pieces], schema=schema)
    connection.register("_partners", made)
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _partners ORDER BY company_id, place")
    connection.unregister("_partners")


def _key(connection: "duckdb.DuckDBPyConnection") -> str:
    told = []
    for name, columns in _SEEN.items():
        read = columns or [c for c, *_ in connection.execute(f"DESCRIBE {name}").fetchall()]
        ((digest,),) = connection.execute(f"SELECT {parts.rows_digest(read)} FROM {name}").fetchall()
        told.append(f"{name} {digest}")
    return files.digest(*told)


def rows(connection: "duckdb.DuckDBPyConnection") -> Iterator[dict[str, Any]]:
    """Yield the rows of the table, by company, best first. Uses and drops the tables of `prepared.prepare`."""
    prepared.prepare(connection)
    found = connection.execute(
        """SELECT DISTINCT p.organisation_id FROM partner_party AS p JOIN partner_known AS k USING (key)
        WHERE p.is_company AND k.institution_all ORDER BY p.organisation_id"""
    ).fetchall()
    index = Index.of(connection, "institution")
    seekers = query.companies(connection, [id_ for (id_,) in found])
    past = history.pasts(connection, "institution", {head for s in seekers for head in s.group})
    prepared.clear(connection)
    for seeker in seekers:
        mine = [one for head in sorted(seeker.group) for one in past.get(head, [])]
        ranking = rank.rank(index, rank.in_terms(index, seeker), mine)
        yield from _best(index, ranking)


def _best(index: Index, ranking: Ranking) -> Iterator[dict[str, Any]]:
    columns = {c.name: c.type for c in table("partner_candidate").columns}
    asked = index.profiles.query(ranking.seeker.terms)
    for place, candidate in enumerate(ranking.order[:BEST].tolist(), 1):
        figures: dict[str, Any] = {}
        for one in ranking.components:
            score = None if one.score is None else float(one.score[candidate])
            figures |= one.figures(candidate) | {one.name: score}
        shared = [shown(term) for term, _ in index.profiles.shared(asked, candidate)]
        figures |= {
            "company_id": ranking.seeker.id,
            "institution_id": index.side.ids[candidate],
            "place": place,
            "score": float(ranking.total[candidate]),
            "shared_terms": shared,
        }
        yield {name: _plain(figures.get(name), type_) for name, type_ in columns.items()}


def _plain(value: Any, type_: str) -> Any:
    """Return counts as whole numbers, and round the others: the last digits of a sum say nothing, and move files."""
    if value is None or type_ not in ("int64", "double"):
        return value
    return int(value) if type_ == "int64" else round(value, 9)
