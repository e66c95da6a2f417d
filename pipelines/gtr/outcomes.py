"""What projects claim to have led to: intellectual property, spin-outs, collaborations, further funding.

An outcome is reported by people, once, and linked to each of the grants it is claimed for.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines import clean, read
from pipelines.gtr.fields import RESOURCES

SECTORS = {
    "private": "private",
    "public": "public",
    "academic/university": "academic",
    "academic": "academic",
    "hospitals": "hospital",
    "hospital": "hospital",
    "charity/non profit": "charity",
    "charity": "charity",
    "learned society": "learned_society",
    "multiple": "multiple",
    "unknown": "unknown",
}
"""Sectors by the words of the publisher (unverified: no record of ours has one), in small letters."""

KINDS = {
    "intellectualProperty": ("intellectual_property", """
        in_words(title) AS title, protection, patentId AS patent_, licensed AS licence_status,
        yearProtectedGranted AS year_,
        CASE lower(trim(licensed)) WHEN 'yes' THEN true WHEN 'no' THEN false END AS is_licensed"""),
    "spinOut": ("spin_out", """
        in_words(companyName) AS title, in_words(companyName) AS organisation, yearEstablished AS year_"""),
    "collaboration": ("collaboration", """
        in_words(coalesce(blank(parentOrganisation), childOrganisation)) AS organisation, sector AS sector_,
        country AS country_, "start" AS start_, "end" AS end_"""),
    "furtherFunding": ("further_funding", """
        in_words(organisation) AS organisation, sector AS sector_, country AS country_, "start" AS start_,
        "end" AS end_, amount.amount AS amount_, amount.currencyCode AS currency_"""),
}  # fmt: skip
"""By the name of an outcome's array: its kind, and what its fields are called here."""

LICENSED = ("yes", "no", "commercial in confidence")
"""What is said of licensing (unverified); of what is confidential nothing is known."""


def outputs(
    connection: duckdb.DuckDBPyConnection, name: str, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield a row for each outcome of a list and project that claims it; of spin-outs also the venture, once."""
    resource = RESOURCES[name.removesuffix(".json").lower()]
    kind, fields = KINDS[resource.array]
    clean.country_names(connection)
    connection.execute(_EMPTY)
    claimed = f"""
        SELECT id, href, _line, {fields},
            list_distinct([guid(l.href) FOR l IN coalesce(links.link, []) IF l.rel = 'PROJECT']) AS projects
        FROM raw_{resource.array}"""
    connection.execute(f"INSERT INTO outcome BY NAME ({claimed})")
    _warn(connection, name, reading)
    query = _OUTPUT.format(kind=literal(kind), path=resource.path, file=literal(name))
    for batch in connection.sql(query).to_arrow_reader(read.ROWS):
        yield "award_output", batch
    if kind == "spin_out":
        for batch in connection.sql(_VENTURE.format(path=resource.path, file=literal(name))).to_arrow_reader(read.ROWS):
            yield "venture", batch


_EMPTY = """
    CREATE OR REPLACE TEMP TABLE outcome (
        id VARCHAR, href VARCHAR, _line BIGINT, projects VARCHAR[], title VARCHAR, protection VARCHAR,
        patent_ VARCHAR, licence_status VARCHAR, is_licensed BOOLEAN, year_ VARCHAR, organisation VARCHAR,
        sector_ VARCHAR, country_ VARCHAR, start_ VARCHAR, end_ VARCHAR, amount_ VARCHAR, currency_ VARCHAR
    )
"""


def _warn(connection: duckdb.DuckDBPyConnection, name: str, reading: read.Reading) -> None:
    """Say which words of sectors and of licensing, and which countries, nobody knows."""
    for what, column, known in (
        ("sectors", "sector_", tuple(SECTORS)),
        ("words of licensing", "licence_status", LICENSED),
    ):
        found = connection.execute(
            f"""SELECT {column}, count(*) FROM outcome
            WHERE blank({column}) IS NOT NULL AND lower(trim({column})) NOT IN {known} GROUP BY 1 ORDER BY 1"""
        ).fetchall()
        if found:
            reading.warnings.append(f"{name}: {what} not known: {', '.join(f'{w} {n:,}' for w, n in found)}")
    reading.warnings += clean.unknown_countries(connection, "SELECT said(country_) FROM outcome", name)


_SECTOR = " ".join(f"WHEN {literal(said)} THEN {literal(meant)}" for said, meant in SECTORS.items())

_OUTPUT = f"""
    WITH typed AS (
        SELECT
            *,
            -- An outcome without a project stands once, to be dropped.
            unnest(CASE WHEN len(projects) > 0 THEN projects ELSE [NULL] END) AS project,
            nullif(TRY_CAST(year_ AS BIGINT), 0) AS year_told,
            london(start_) AS starts_,
            london(end_) AS ends_,
            nullif(number(amount_), 0) AS amount_told
        FROM outcome
    )
    SELECT
        'gtr:' || project AS award_id,
        'gtr:' || upper(id) AS output_id,
        {{kind}} AS kind,
        blank(title) AS title,
        blank(protection) AS protection,
        blank(patent_) AS patent_number,
        is_licensed,
        blank(licence_status) AS licence_status,
        coalesce(year_told, CAST(year(starts_) AS BIGINT)) AS year,
        starts_ AS starts_on,
        ends_ AS ends_on,
        amount_told AS amount,
        CASE WHEN amount_told IS NOT NULL THEN upper(blank(currency_)) END AS currency,
        said(organisation) AS organisation,
        CASE lower(trim(sector_)) WHEN '' THEN NULL {_SECTOR}
            ELSE CASE WHEN sector_ IS NOT NULL THEN 'unknown' END END AS sector,
        country_named(said(country_)) AS country,
        'https://gtr.ukri.org/gtr/api/{{path}}/' || upper(id) AS record_url,
        {{file}} AS _file,
        _line,
        nullif(concat_ws('; ',
            identity_problem(id, href),
            problem('year', nullif(year_, '0'), year_told, 'a year'),
            problem('start', start_, starts_, 'a time in milliseconds'),
            problem('end', end_, ends_, 'a time in milliseconds'),
            problem('amount', amount_, number(amount_), 'a number')
        ), '') AS _problem,
        CASE WHEN project IS NULL THEN 'no_project' END AS _dropped
    FROM typed
    ORDER BY _line, project
"""

_VENTURE = r"""
    WITH told AS (
        SELECT *, regexp_replace(upper(registrationNumber), '[^A-Z0-9]', '', 'g') AS number_ FROM raw_spinOut
    ),
    -- Numbers of Companies House have eight places; leading zeros are lost on the way.
    padded AS (
        SELECT *, CASE WHEN regexp_full_match(number_, '[0-9]{{6,7}}') THEN lpad(number_, 8, '0')
            WHEN regexp_full_match(number_, '[A-Z0-9]*[0-9]{{5,}}[A-Z0-9]*') THEN number_ END AS registration_number
        FROM told
    )
    SELECT
        'gtr:' || upper(id) AS venture_id,
        blank(in_words(companyName)) AS name,
        registration_number,
        CASE WHEN regexp_full_match(registration_number, '([0-9]{{2}}|[A-Z]{{2}}|R0)[0-9]{{6}}')
            THEN 'GB' END AS country,
        nullif(TRY_CAST(yearEstablished AS BIGINT), 0) AS formed_year,
        said(website) AS website,
        'https://gtr.ukri.org/gtr/api/{path}/' || upper(id) AS record_url,
        {file} AS _file,
        _line,
        nullif(concat_ws('; ',
            identity_problem(id, href),
            problem('yearEstablished', nullif(yearEstablished, '0'), TRY_CAST(yearEstablished AS BIGINT), 'a year')
        ), '') AS _problem,
        CASE WHEN blank(companyName) IS NULL THEN 'no_name' END AS _dropped
    FROM padded
    ORDER BY _line
"""
