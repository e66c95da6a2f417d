"""Programme codes: what form of collaboration a funder's code stands for, told by code, label and year together.

The seed `programme_codes.csv` is the one place that says so, for all funders; normalisers write its answer
beside each code, and measures read it there. Codes alone do not do: NSF's 8023, 8045 and 8046 were other
programmes before they were I-Corps. A code that ends in `*` stands for all that begin so, as far as no longer
code of the seed speaks of them: `HORIZON-JU-*` are partnerships, `HORIZON-JU-CSA*` is none. `centre_type` is
the kind within the form: of centre (IUCRC, partnership …), of training (doctoral_network, KTP …), of
incubation (team, node, site).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb

SEED = Path(__file__).resolve().parents[1] / "warehouse" / "seeds" / "programme_codes.csv"

FORMS = (
    "sme_programme",
    "industry_centre",
    "centre",
    "joint_research",
    "technology_transfer",
    "incubation",
    "talent",
    "contract",
    "excluded",
)
"""Forms of collaboration, strongest first: of several codes of an award, the first of these is its form.

An element, the programme that pays, says more than a reference, under which the award is counted as well:
SBIR awards refer to IUCRC where the firm is a member of a centre, and stay SBIR awards.
"""

KINDS = ("element", "reference")


class SeedError(ValueError):
    """A row of a seed that cannot be meant: file, line and what is wrong."""


def rows(path: Path = SEED) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of the seed with their lines; SeedError where a row has a value that there is none of."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            where = f"{path.name} line {reader.line_num}"
            for column, known in (("kind", KINDS), ("form", FORMS), ("requires_industry", ("yes", "no"))):
                if row[column] not in known:
                    raise SeedError(f"{where}: {column} {row[column]!r} is none of {', '.join(known)}")
            yield reader.line_num, row


def install(connection: duckdb.DuckDBPyConnection, funder: str = "", path: Path = SEED) -> None:
    """Create the temporary table `programme_code`: the seed's rows of a funder (or all), with the rank of each form."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE programme_code (line BIGINT, funder VARCHAR, kind VARCHAR, code VARCHAR,
            is_prefix BOOLEAN, label_pattern VARCHAR, first_year BIGINT, last_year BIGINT, form VARCHAR,
            form_rank BIGINT, centre_type VARCHAR, requires_industry BOOLEAN)"""
    )
    found = [_ranked(line, row) for line, row in rows(path) if funder in ("", row["funder"])]
    if found:
        connection.executemany(f"INSERT INTO programme_code VALUES ({', '.join('?' * 12)})", found)


def _ranked(line: int, row: dict[str, str]) -> list[object]:
    rank = FORMS.index(row["form"]) + (0 if row["kind"] == "element" else len(FORMS))
    return [
        line,
        row["funder"],
        row["kind"],
        row["code"].removesuffix("*"),
        row["code"].endswith("*"),
        row["label_pattern"],
        int(row["first_year"] or 0),
        int(row["last_year"] or 9999),
        row["form"],
        # What is excluded says nothing where another code does.
        rank if row["form"] != "excluded" else 2 * len(FORMS),
        row["centre_type"] or None,
        row["requires_industry"] == "yes",
    ]


SPEAKS_OF = "p.kind = s.kind AND (p.code = s.code OR s.is_prefix AND starts_with(p.code, s.code))"
"""When a row `s` of the seed has the code `p` of an award, under whatever label."""

MATCHES = f"""{SPEAKS_OF}
        AND p.year BETWEEN s.first_year AND s.last_year
        AND (s.label_pattern = '' OR coalesce(regexp_matches(p.label, s.label_pattern, 'i'), false))"""
"""When a row `s` of the seed speaks of a code `p` of an award, which starts in `p.year`."""

LONGEST = "length(s.code) - CAST(s.is_prefix AS INTEGER) DESC"
"""The order in which the seed's rows for one code are heard: the whole code, then its longest beginning."""

_PROGRAMME = f"""
    CREATE OR REPLACE TEMP TABLE programme AS
    WITH meant AS (
        SELECT p.kind, p.code, p.label, p.year, s.form, s.form_rank, s.centre_type, s.requires_industry,
            row_number() OVER (
                PARTITION BY p.kind, p.code, p.label, p.year ORDER BY {LONGEST}, s.form_rank, s.line
            ) AS first
        FROM (SELECT DISTINCT kind, code, label, year FROM written) AS p
        JOIN programme_code AS s ON {MATCHES}
    )
    SELECT
        p.*,
        m.form,
        m.form_rank,
        m.centre_type,
        m.requires_industry,
        row_number() OVER (PARTITION BY p._file, p.kind, p.code ORDER BY p.label IS NULL, p._nth) AS place
    FROM written AS p
    LEFT JOIN meant AS m
        ON m.first = 1
        AND m.kind = p.kind
        AND m.code = p.code
        AND m.label IS NOT DISTINCT FROM p.label
        AND m.year IS NOT DISTINCT FROM p.year
"""

_FORM = """
    CREATE OR REPLACE TEMP TABLE form_of AS
    SELECT _file, arg_min(form, form_rank) AS form FROM programme WHERE form IS NOT NULL GROUP BY _file
"""


def match(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables `programme` and `form_of` from the codes in `written`.

    `written` has a row per code of an award: kind, code, label, year of the award's start, `_file` and `_nth`
    within it. `programme` adds what the seed says of the code, and in `place` which of the rows with this
    code of the award a row is, one with a label first; `form_of` has the form of each `_file`.
    """
    connection.execute(_PROGRAMME)
    connection.execute(_FORM)


def warnings(connection: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    """Say which codes in `programme` the seed does not know, and which under another label or year, one line each.

    Rows of the seed that no code matches are told once a release (`programme_report`): a part holds some years
    of one funder, and most rows speak of others.
    """
    known = f"EXISTS (SELECT 1 FROM programme_code AS s WHERE {SPEAKS_OF})"
    said = []
    for what, where in (
        ("that the seed programme_codes does not know", f"code IS NOT NULL AND NOT {known}"),
        ("of the seed programme_codes with a label or in a year it does not mean", known),
    ):
        unmeant = f"FROM programme AS p WHERE form IS NULL AND {where}"
        ((codes, uses),) = connection.execute(f"SELECT count(DISTINCT (kind, code)), count(*) {unmeant}").fetchall()
        most = connection.execute(
            f"""SELECT kind || ' ' || code || coalesce(' ' || label, '') || ' ' || count(*)
            {unmeant} GROUP BY kind, code, label
            ORDER BY count(*) DESC, kind, code, label LIMIT 5"""
        ).fetchall()
        if codes:
            said.append(f"{file}: {codes:,} codes {what}, {uses:,} times: {'; '.join(m for (m,) in most)}")
    return said
