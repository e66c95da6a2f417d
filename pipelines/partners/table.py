"""The release's table: for every company that worked with an institution in the last years, its best ten.

All pairs of companies and institutions would be hundreds of millions of rows, most of them nothing; who asks otherwise
is answered by `iur partners` from the same release. Scores and facts are those of `iur partners --company ID`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import parts
from pipelines.partners import history, prepared, query, rank
from pipelines.partners.gather import Array
from pipelines.partners.history import Past
from pipelines.partners.rank import Index
from pipelines.partners.seeker import Seeker
from pipelines.partners.words import shown
from warehouse import files
from warehouse.reuse import Reuse

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

NAME = "partner_candidate"

BEST = 10
"""Institutions listed for a company."""

PIECE = 500
"""Companies whose rows are turned into Arrow's at a time."""

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
    "(SELECT * FROM evidence WHERE measure IN ('assignments_to_companies', 'licences_recorded'))":
        ("measure", "institution_id", "year", "record_id"),
}  # fmt: skip
"""The columns that scores are made of; where their rows are the same, so is the table."""


def write(connection: "duckdb.DuckDBPyConnection", reuse: Reuse) -> None:
    """Create `partner_candidate`; needs all other tables of the release. Of the same rows it is the former file's."""
    import pyarrow as pa

    same = reuse.same(NAME, {"all": _key(connection)})
    if same and (former := reuse.whole(f"{NAME}/{NAME}.parquet")) is not None:
        connection.execute(f"CREATE OR REPLACE TABLE {NAME} AS SELECT * FROM read_parquet(?)", [str(former)])
        return
    empty = arrow_schema(table(NAME)).empty_table()  # noqa: F841  (DuckDB reads it by name)
    connection.execute(f"CREATE OR REPLACE TABLE {NAME} AS SELECT * FROM empty")
    for batch in batches(connection):
        made = pa.Table.from_batches([batch])  # noqa: F841
        connection.execute(f"INSERT INTO {NAME} SELECT * FROM made")


def _key(connection: "duckdb.DuckDBPyConnection") -> str:
    told = []
    for name, columns in _SEEN.items():
        read = columns or [c for c, *_ in connection.execute(f"DESCRIBE {name}").fetchall()]
        ((digest,),) = connection.execute(f"SELECT {parts.rows_digest(read)} FROM {name}").fetchall()
        told.append(f"{name} {digest}")
    return files.digest(*told)


def batches(connection: "duckdb.DuckDBPyConnection") -> "Iterator[pa.RecordBatch]":
    """Yield the rows of the table, of each company best first, companies of one field together.

    Uses and drops the tables of `prepared.prepare`.
    """
    prepared.prepare(connection)
    found = connection.execute(
        """SELECT DISTINCT p.organisation_id FROM partner_party AS p JOIN partner_known AS k USING (key)
        WHERE p.is_company AND k.institution_all ORDER BY p.organisation_id"""
    ).fetchall()
    index = Index.of(connection, "institution")
    seekers = query.companies(connection, [id_ for (id_,) in found])
    past = history.pasts(connection, "institution", {head for s in seekers for head in s.group})
    prepared.clear(connection)
    seekers.sort(key=_profile)
    for begin in range(0, len(seekers), PIECE):
        yield _batch([_ranked(index, seeker, past) for seeker in seekers[begin : begin + PIECE]])


def _profile(seeker: Seeker) -> tuple[Any, ...]:
    """Return what companies are sorted by, so that those of one field follow each other and it is looked at once."""
    terms = sorted(seeker.terms.items())
    return seeker.classes, [term for term, _ in terms], [count for _, count in terms], seeker.id


def _ranked(index: Index, seeker: Seeker, past: Mapping[str, list[Past]]) -> dict[str, Any]:
    """Return the columns of one company: of each figure the values of its best candidates."""
    names = {column.name for column in table(NAME).columns}
    mine = [one for head in sorted(seeker.group) for one in past.get(head, [])]
    ranking = rank.rank(index, rank.in_terms(index, seeker), mine, most=BEST)
    best = ranking.order
    untold = np.full(len(best), np.nan)
    columns: dict[str, Any] = dict.fromkeys(names, untold)
    columns |= {"score": ranking.total[best], "place": np.arange(1, len(best) + 1)}
    for one in ranking.components:
        columns |= {name: values[best] for name, values in one.facts.items() if name in names}
        columns |= {} if one.score is None else {one.name: one.score[best]}
    shared = index.profiles.shared(ranking.query, best.tolist())
    return columns | {
        "company_id": [seeker.id] * len(best),
        "institution_id": [index.side.ids[candidate] for candidate in best.tolist()],
        "shared_terms": [[shown(term) for term, _ in terms] for terms in shared],
    }


def _batch(companies: Sequence[Mapping[str, Any]]) -> "pa.RecordBatch":
    """Put the columns of companies below each other."""
    import pyarrow as pa

    schema = arrow_schema(table(NAME))
    made = []
    for column in schema:
        if column.type in (pa.int64(), pa.float64()):
            made.append(_numbers([one[column.name] for one in companies], column.type))
        else:
            made.append(pa.array(list(chain.from_iterable(one[column.name] for one in companies)), column.type))
    return pa.RecordBatch.from_arrays(made, schema=schema)


def _numbers(values: Sequence[Array], type_: "pa.DataType") -> "pa.Array":
    """Return counts as whole numbers, and round the others: the last digits of a sum say nothing, and move files."""
    import pyarrow as pa

    whole = np.concatenate(values).astype(float)
    untold = np.isnan(whole)
    return pa.array(np.where(untold, 0, whole).round(9), mask=untold).cast(type_)
