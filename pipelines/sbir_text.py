"""What SBIR.gov's cells say: macros for its spellings of dates, amounts and numbers, and the seeds it is read with."""

from pathlib import Path

import duckdb

SEEDS = Path(__file__).resolve().parents[1] / "warehouse" / "seeds"

PLACEHOLDERS = (
    "stub", "n a", "na", "none", "no", "null", "tbd", "to be determined", "not applicable", "not available",
    "unknown", "test", "other", "see abstract",
)  # fmt: skip
"""What stands for no research institution, without case and marks."""

_MACROS = {
    "text_of(text_)": "nullif(trim(regexp_replace(cleared(text_), ' +', ' ', 'g')), '')",
    # 02-21-2017, 05/07/2024, 2019-03-01 and October 16, 2018.
    "date_of(text_)": r"""
        CASE
            WHEN regexp_full_match(trim(text_), '\d{1,2}[-/]\d{1,2}[-/]\d{4}')
            THEN CAST(TRY_STRPTIME(replace(trim(text_), '/', '-'), '%m-%d-%Y') AS DATE)
            WHEN regexp_full_match(trim(text_), '[A-Za-z]+ \d{1,2}, \d{4}')
            THEN CAST(coalesce(TRY_STRPTIME(trim(text_), '%B %d, %Y'), TRY_STRPTIME(trim(text_), '%b %d, %Y')) AS DATE)
            ELSE day(text_)
        END""",
    # A date of zeros is none, as is one in words: unknown, and no fault. Any day tells the two apart from a fault.
    "date_or_none(text_)": r"""
        CASE WHEN regexp_full_match(trim(text_), '[-/0]+|(?i:n/?a|none|null|tbd)') THEN DATE '1980-01-01'
             ELSE date_of(text_) END""",
    "dollars_or_none(text_)": "CAST(figure(regexp_replace(trim(text_), '^\\$ *', '')) AS DOUBLE)",
    "dollars(text_)": "nullif(dollars_or_none(text_), 0)",
    "uei_of(text_)": "CASE WHEN regexp_full_match(upper(trim(text_)), '[A-Z0-9]{12}') THEN upper(trim(text_)) END",
    # Nine digits, of which a workbook lost leading zeros; four more tell a place of the company.
    "duns_of(text_)": r"""
        nullif(CASE
            WHEN regexp_full_match(trim(text_), '[-\d]{7,11}') THEN lpad(replace(trim(text_), '-', ''), 9, '0')
            WHEN regexp_full_match(trim(text_), '\d{13}') THEN left(trim(text_), 9)
        END, '000000000')""",
    "is_placeholder(text_)": f"coalesce(bare(text_) IN ('', {', '.join(repr(p) for p in PLACEHOLDERS)}), false)",
}  # fmt: skip


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros, and the tables agency, us_state and laboratory for the rows of the temporary table raw.

    `agency` (label, code, funder) and `us_state` (label, code, country) by small letters; `laboratory` (written)
    has the names of research institutions, as `text_of` gives them, that are federally funded centres.
    """
    for head, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")
    connection.execute(_AGENCY, {"seed": _seed("sbir_agencies")})
    connection.execute(_STATE, {"seed": _seed("us_states")})
    connection.execute(_LABORATORY, {"seed": _seed("federal_laboratories")})


def _seed(name: str) -> str:
    return str(SEEDS / f"{name}.csv")


_AGENCY = """
    CREATE OR REPLACE TEMP TABLE agency AS
    SELECT lower(unnest(string_split(labels, '|'))) AS label, code, funder
    FROM read_csv($seed, header = true, all_varchar = true)
"""

_STATE = """
    CREATE OR REPLACE TEMP TABLE us_state AS
    SELECT lower(unnest([code, name])) AS label, code, country
    FROM read_csv($seed, header = true, all_varchar = true)
"""

# A name is a laboratory's where it is one of its names, or holds a phrase that no other organisation bears.
_LABORATORY = """
    CREATE OR REPLACE TEMP TABLE laboratory AS
    WITH seed AS (SELECT * FROM read_csv($seed, header = true, all_varchar = true)),
    called AS (
        SELECT bare(unnest(list_concat([name], string_split(coalesce(other_names, ''), '|')))) AS name FROM seed
    ),
    phrase AS (SELECT bare(unnest(string_split(phrases, '|'))) AS phrase FROM seed WHERE phrases IS NOT NULL),
    asked AS (SELECT DISTINCT text_of("RI Name") AS written FROM raw)
    SELECT written
    FROM asked
    WHERE bare(written) IN (SELECT name FROM called WHERE name <> '')
        OR EXISTS (SELECT 1 FROM phrase WHERE contains(' ' || bare(written), ' ' || phrase))
"""
