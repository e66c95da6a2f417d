"""What a release tells of those who may be chosen: their records of the last years, the records' terms, who shares them.

One record once: an award with its siblings is one project, an invention is one whatever offices have documents of it.
The last years are those of each source, as sources end in different years: five up to its last whole year, and what
has come in since.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from expectations.contract import literal
from pipelines import source
from pipelines.partners import words

if TYPE_CHECKING:
    import duckdb

Array = np.ndarray
YEARS = 5
"""Years of a profile."""

HEADS = """
CREATE OR REPLACE TEMP TABLE partner_source AS
WITH told AS (
    SELECT source, CAST(year(starts_on) AS BIGINT) AS year FROM award WHERE starts_on IS NOT NULL
    UNION ALL
    SELECT source, reporting_year FROM award WHERE reporting_year IS NOT NULL
    UNION ALL
    SELECT source, CAST(year(coalesce(granted_on, published_on, filed_on)) AS BIGINT) FROM patent
),
ends AS (
    SELECT source, max(year) FILTER (is_complete) AS whole, max(year) AS newest FROM coverage GROUP BY source
)
SELECT t.source, coalesce(any_value(e.whole), any_value(e.newest), max(t.year)) AS last_year
FROM told AS t LEFT JOIN ends AS e USING (source)
WHERE t.year IS NOT NULL
GROUP BY t.source
"""
"""The last whole year of each source of awards or patents; where none is whole, the last it has."""

RECORDS = """
CREATE OR REPLACE TEMP TABLE partner_record AS
WITH awards AS (
    SELECT
        'award' AS record_table,
        award_id AS document_id,
        'award ' || coalesce(project_id, award_id) AS key,
        source,
        title,
        coalesce(reporting_year, CAST(year(starts_on) AS BIGINT)) AS year,
        2 AS rank
    FROM award
    WHERE subproject IS NULL AND award_id NOT IN (SELECT award_id FROM award_same)
),
family AS (
    SELECT number, min(family_id) AS family_id
    FROM patent WHERE number IS NOT NULL AND family_id IS NOT NULL
    GROUP BY number
),
patents AS (
    SELECT
        'patent' AS record_table,
        p.patent_id AS document_id,
        'patent ' || coalesce(p.family_id, f.family_id, p.number, p.patent_id) AS key,
        p.source,
        p.title,
        CAST(year(coalesce(p.granted_on, p.published_on, p.filed_on)) AS BIGINT) AS year,
        -- Of the documents of one invention the office's own grant stands for it.
        CASE WHEN p.patent_id = p.number THEN 0 WHEN p.is_granted THEN 1 ELSE 2 END AS rank
    FROM patent AS p LEFT JOIN family AS f ON f.number = p.number
    WHERE p.is_withdrawn IS DISTINCT FROM true
),
dated AS (
    SELECT d.*
    FROM (SELECT * FROM awards UNION ALL SELECT * FROM patents) AS d
    JOIN partner_source AS s USING (source)
    WHERE d.year >= s.last_year - {years} + 1 AND {among}
)
SELECT document_id, record_table, key, source, title, year,
    row_number() OVER (PARTITION BY key ORDER BY rank, document_id, year, title) AS place
FROM dated
"""
"""Documents of the last years. The first of a key (`place` 1) stands for the record; of an award published by budget
years it is any of them."""

PARTIES = """
CREATE OR REPLACE TEMP TABLE partner_party AS
SELECT
    r.key,
    p.organisation_id,
    bool_or(p.is_institution) AS is_institution,
    max(p.sector) = 'company' AND NOT bool_or(p.is_institution) AS is_company,
    bool_or(p.is_sme) AS is_sme
FROM (SELECT DISTINCT record_table, document_id, key FROM partner_record WHERE record_table = 'award' OR place = 1) AS r
JOIN linked_party AS p ON p.record_table = r.record_table AND p.record_id = r.document_id
WHERE p.organisation_id IS NOT NULL
    -- Who only adds money takes no part; applicants own a document of which no owner is told.
    AND p.role NOT IN ('cofunder', 'inventor')
    AND (p.role <> 'applicant' OR r.document_id NOT IN (SELECT patent_id FROM patent_party WHERE role = 'assignee'))
GROUP BY r.key, p.organisation_id
"""

PRESENT = """
CREATE OR REPLACE TEMP TABLE partner_known AS
WITH parties AS (
    SELECT
        p.key,
        bool_or(p.is_company) AS company_all,
        bool_or(p.is_company AND p.is_sme IS DISTINCT FROM false) AS company_sme,
        bool_or(p.is_company AND p.is_sme IS DISTINCT FROM true) AS company_large,
        bool_or(p.is_institution) AS institution_all,
        bool_or(i.kind = 'university') AS institution_university,
        bool_or(i.kind = 'research_institute') AS institution_research_institute
    FROM partner_party AS p LEFT JOIN institution AS i USING (organisation_id)
    GROUP BY p.key
)
SELECT row_number() OVER (ORDER BY r.key) - 1 AS record_no, r.source, r.year, r.title, r.record_table, r.document_id, p.*
FROM partner_record AS r JOIN parties AS p USING (key)
WHERE r.place = 1
"""

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

    `member` is organisations × records, `holds` records × terms, both of 0 and 1; `shared` says by kind of the other
    side whether one of that kind stands on the record, `told` whether the record's source names partners.
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
    member: sp.csr_matrix
    holds: sp.csc_matrix
    terms: list[str]
    term_no: dict[str, int]
    newest: int

    @property
    def number(self) -> dict[str, int]:
        """The place of each organisation by its id."""
        return {id_: n for n, id_ in enumerate(self.ids)}


def prepare(connection: "duckdb.DuckDBPyConnection", years: int = YEARS, of: str = "") -> None:
    """Create the temporary tables that sides are gathered from, of one organisation's records alone where it is given.

    Needs the tables of a release.
    """
    among = f"d.document_id IN (SELECT record_id FROM linked_party WHERE organisation_id = {literal(of)})"
    connection.execute(HEADS)
    connection.execute(RECORDS.format(years=years, among=among if of else "true"))
    connection.execute(PARTIES)
    connection.execute(PRESENT)


def clear(connection: "duckdb.DuckDBPyConnection") -> None:
    """Drop the temporary tables."""
    for name in ("source", "record", "party", "known"):
        connection.execute(f"DROP TABLE IF EXISTS partner_{name}")


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
        FROM ({CANDIDATES[name]}) AS c JOIN organisation AS o USING (organisation_id) ORDER BY c.organisation_id""",
    )
    ids = known["organisation_id"].tolist()
    count = len(records["year"])
    observed = [s for s, facts in source.facts().items() if "partners" in facts.observes]
    member = _member(connection, name, ids, count)
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
        {kind: records[f"{other}_{kind}"] .astype(bool) for kind in KINDS[other]},
        member,
        holds,
        terms,
        {term: n for n, term in enumerate(terms)},
        newest(connection),
    )


def terms_of(connection: "duckdb.DuckDBPyConnection", organisation_id: str) -> tuple[dict[str, int], int, str]:
    """Return how many records of an organisation hold each term, how many records it has, and its years in words."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE partner_side AS
        SELECT row_number() OVER (ORDER BY record_no) - 1 AS record_no, year, title, record_table, document_id
        FROM partner_known WHERE key IN (SELECT key FROM partner_party WHERE organisation_id = ?)""",
        [organisation_id],
    )
    terms = connection.execute(f"SELECT term, count(*) FROM ({TERMS}) GROUP BY term ORDER BY term").fetchall()
    ((records, first, last),) = connection.execute("SELECT count(*), min(year), max(year) FROM partner_side").fetchall()
    connection.execute("DROP TABLE partner_side")
    return dict(terms), records, "" if not records else f"{first}–{last}" if first < last else str(first)


def newest(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the last whole year of any source: the year that ages are counted from."""
    ((year,),) = connection.execute("SELECT coalesce(max(last_year), 0) FROM partner_source").fetchall()
    return int(year)


def _member(connection: "duckdb.DuckDBPyConnection", name: str, ids: list[str], count: int) -> sp.csr_matrix:
    rows = _columns(
        connection,
        f"""SELECT p.organisation_id, s.record_no
        FROM partner_party AS p JOIN partner_side AS s USING (key) WHERE p.is_{name} ORDER BY ALL""",
    )
    number = {id_: n for n, id_ in enumerate(ids)}
    # An organisation below an institution may be in the set and not be one that indicators are computed for.
    pairs = [(number[i], r) for i, r in zip(rows["organisation_id"], rows["record_no"], strict=True) if i in number]
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return sp.csr_matrix((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(ids), count))


def _holds(connection: "duckdb.DuckDBPyConnection", count: int) -> tuple[sp.csc_matrix, list[str]]:
    rows = _columns(connection, f"{TERMS} ORDER BY ALL")
    terms, at = np.unique(rows["term"].astype(str), return_inverse=True)
    matrix = sp.csc_matrix((np.ones(len(at)), (rows["record_no"].astype(np.int64), at)), shape=(count, len(terms)))
    return matrix, terms.tolist()


TERMS = f"""
SELECT record_no, term FROM ({words.of_texts("partner_side")})
UNION ALL
SELECT DISTINCT s.record_no, {literal(words.CLASS)} || c.subclass
FROM partner_side AS s JOIN patent_class AS c ON s.record_table = 'patent' AND c.patent_id = s.document_id
"""
"""Terms of the records of one side."""


def _columns(connection: "duckdb.DuckDBPyConnection", query: str) -> dict[str, Array]:
    table = connection.sql(query).to_arrow_table()
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
