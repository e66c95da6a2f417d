"""Clean values: SQL macros for text as published. Each gives null where a value cannot be read.

`problem` tells a value that cannot be read from one that is not there: the first quarantines its row.
"""

from pathlib import Path

import duckdb

_SEEDS = Path(__file__).resolve().parents[1] / "warehouse" / "seeds"

_MACROS = {
    # Blank cells are missing values. "NA" is not: it is an acronym and Namibia's code.
    "blank(text_)": "nullif(trim(text_), '')",
    # One decimal separator, point or comma, as the columns of one CORDIS row differ in it. A second
    # separator would make a thousands mark possible, and guessing it would move money by a factor of 1000.
    "number(text_)": r"""
        CASE WHEN regexp_full_match(trim(text_), '-?\d+([.,]\d+)?([eE][+-]?\d+)?')
             THEN TRY_CAST(replace(trim(text_), ',', '.') AS DOUBLE) END""",
    # A figure as HESA prints it: thousands in groups of three, negatives with a minus or in brackets. Decimal,
    # so that 4138.1 thousand are 4138100 and not a little less.
    "figure(text_)": r"""
        CASE WHEN regexp_full_match(trim(text_), '-?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,6})?')
                OR regexp_full_match(trim(text_), '\((\d+|\d{1,3}(,\d{3})+)(\.\d{1,6})?\)')
             THEN TRY_CAST(translate(replace(trim(text_), '(', '-'), ',)', '') AS DECIMAL(28, 6)) END""",
    # 2021/22 is the academic year that ends in 2022; HESA's years run from 1 August to 31 July.
    "academic_year_end(text_)": r"""
        CASE WHEN regexp_full_match(trim(text_), '(19|20)\d{2}/\d{2}')
                AND (CAST(left(trim(text_), 4) AS INTEGER) + 1) % 100 = CAST(right(trim(text_), 2) AS INTEGER)
             THEN make_date(CAST(left(trim(text_), 4) AS INTEGER) + 1, 7, 31) END""",
    # What tells nothing in a label: case, the form of an apostrophe, and blanks (HESA makes labels of several
    # groups unique by trailing ones: the group's own column tells them apart).
    "label(text_)": r"lower(trim(regexp_replace(replace(text_, '’', ''''), '\s+', ' ', 'g')))",
    "day(text_)": r"""
        CASE WHEN regexp_full_match(trim(text_), '\d{4}-\d{2}-\d{2}([ T].*)?')
             THEN TRY_CAST(left(trim(text_), 10) AS DATE) END""",
    "us_day(text_)": r"""
        CASE WHEN regexp_full_match(trim(text_), '\d{2}/\d{2}/\d{4}')
             THEN CAST(TRY_STRPTIME(trim(text_), '%m/%d/%Y') AS DATE) END""",
    "truth(text_)": "CASE lower(trim(text_)) WHEN 'true' THEN true WHEN 'false' THEN false END",
    # EU institutions write EL for Greece and UK for the United Kingdom; ISO 3166 has GR and GB.
    "country(text_)": "CASE upper(trim(text_)) WHEN 'EL' THEN 'GR' WHEN 'UK' THEN 'GB' ELSE upper(trim(text_)) END",
    # An entry made twice ("FI;FI", "PRC;PRC", both of Metso Outotec in CORDIS 737459) stands for one.
    "once(text_)": """
        CASE WHEN len(list_distinct(string_split(text_, ';'))) = 1 THEN split_part(text_, ';', 1) ELSE text_ END""",
    # The fiscal year of the US government: October to September; until 1976 July to June, and the quarter
    # between the old and the new years stands with 1976.
    "us_fiscal_year(day_)": """
        CAST(CASE WHEN day_ >= DATE '1976-10-01' THEN extract(year FROM day_ + INTERVAL 3 MONTH)
                  WHEN day_ >= DATE '1976-07-01' THEN 1976
                  ELSE extract(year FROM day_ + INTERVAL 6 MONTH) END AS BIGINT)""",
    "us_fiscal_start(year_)": "make_date(year_ - 1, CASE WHEN year_ >= 1977 THEN 10 ELSE 7 END, 1)",
    "us_fiscal_end(year_)": "make_date(year_, CASE WHEN year_ >= 1976 THEN 9 ELSE 6 END, 30)",
    # Names that differ in case, marks and articles only ("JOHNS HOPKINS UNIVERSITY, THE") are one name.
    "bare(text_)": r"""
        trim(regexp_replace(replace(' ' || regexp_replace(strip_accents(lower(replace(text_, '&', ' and '))),
            '[^\p{L}\p{N}]+', ' ', 'g') || ' ', ' the ', ' '), ' +', ' ', 'g'))""",
    # Text that went through a workbook or a web page: line ends as _x000D_, and entities, of which R&D; is none.
    "cleared(text_)": r"""
        replace(regexp_replace(replace(replace(replace(replace(replace(replace(regexp_replace(text_,
            '_x000D_|\s', ' ', 'g'), '&#039;', ''''), '&#39;', ''''), '&apos;', ''''), '&quot;', '"'), '&lt;', '<'),
            '&gt;', '>'), '\b([A-Z])&([A-Z]);', '\1&\2', 'g'), '&amp;', '&')""",
    "problem(column_, text_, value_, kind_)": """
        CASE WHEN nullif(trim(text_), '') IS NOT NULL AND value_ IS NULL
             THEN column_ || ': ' || left(text_, 40) || ' is not ' || kind_ END""",
}


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a connection."""
    for head, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")


def country_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macro `country_named(name)`: the ISO 3166 code of a country written out in English, or null."""
    where = str(_SEEDS / "country_names.csv")
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE country_name AS
        SELECT lower(name) AS spelt_, any_value(country) AS country_
        FROM read_csv(?, header = true, all_varchar = true) GROUP BY lower(name)""",
        [where],
    )
    connection.execute(
        """CREATE OR REPLACE TEMP MACRO country_named(text_) AS
        (SELECT country_ FROM country_name WHERE spelt_ = lower(trim(text_)))"""
    )


def unknown_countries(connection: duckdb.DuckDBPyConnection, names: str, file: str) -> list[str]:
    """Name the countries, of a query of one column, that the seed does not know: their rows have no country."""
    found = connection.execute(
        f"""SELECT written_, count(*) FROM ({names}) AS n(written_)
        WHERE blank(written_) IS NOT NULL AND country_named(written_) IS NULL GROUP BY written_ ORDER BY written_"""
    ).fetchall()
    said = ", ".join(f"{name} {count}" for name, count in found)
    return [f"{file}: country names that the seed country_names does not know: {said}"] if found else []
