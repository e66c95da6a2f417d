"""Clean values: SQL macros for text as published. Each gives null where a value cannot be read.

`problem` tells a value that cannot be read from one that is not there: the first quarantines its row.
"""

import duckdb

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
    "truth(text_)": "CASE lower(trim(text_)) WHEN 'true' THEN true WHEN 'false' THEN false END",
    # EU institutions write EL for Greece and UK for the United Kingdom; ISO 3166 has GR and GB.
    "country(text_)": "CASE upper(trim(text_)) WHEN 'EL' THEN 'GR' WHEN 'UK' THEN 'GB' ELSE upper(trim(text_)) END",
    # An entry made twice ("FI;FI", "PRC;PRC", both of Metso Outotec in CORDIS 737459) stands for one.
    "once(text_)": """
        CASE WHEN len(list_distinct(string_split(text_, ';'))) = 1 THEN split_part(text_, ';', 1) ELSE text_ END""",
    "problem(column_, text_, value_, kind_)": """
        CASE WHEN nullif(trim(text_), '') IS NOT NULL AND value_ IS NULL
             THEN column_ || ': ' || left(text_, 40) || ' is not ' || kind_ END""",
}


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a connection."""
    for head, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")
