"""Hold a survey's tables against what they promise: every series told, every table whole, totals as published."""

import duckdb

from pipelines.source import SourceError

LOST = 0.05
"""Share of the figures a table should hold that may be missing before it counts as cut."""

ROUNDED = 5
"""HESA rounds persons to multiples of this."""


def unused(connection: duckdb.DuckDBPyConnection, seed: str) -> list[str]:
    """Name once the series of the vocabulary that no row of the part tells, under whatever label."""
    rows = connection.execute(
        """
        SELECT "table", list_sort(list(DISTINCT measure || ' ' || partner || ' ' || breakdown))
        FROM entry
        WHERE measure <> '' AND ("table", measure, partner, breakdown) NOT IN
            (SELECT (table_, measure, partner, breakdown) FROM term)
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    return [f"{table}: no row for what {seed} lists as {', '.join(series)}" for table, series in rows]


def incomplete(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Warn of tables that lack figures of some providers which report others of the same year.

    Every provider answers every question of a year. Raises SourceError where so many are missing that the file
    must be cut; rows that are there and cannot be read are refused for themselves.
    """
    warnings = []
    for file, there, unread, expected, provider, year in connection.execute(_INCOMPLETE).fetchall():
        what = f"holds {there:,} of the {expected:,} figures that its years, labels and providers make"
        example = f"{provider} lacks some in {year}"
        if there + unread < (1 - LOST) * expected:
            raise SourceError(
                f"{what}; {example}",
                file=file,
                rule="whole table",
                mend="fetch it again: the file is cut, or tables of different releases are mixed",
            )
        warnings.append(f"{file}: {what}; {example}")
    return warnings


def totals(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Warn where what the providers report does not add up to the publisher's own total rows.

    A file that somebody filtered keeps totals of providers it no longer holds, so that this refuses nothing.
    """
    rows = connection.execute(_TOTALS, {"rounded": ROUNDED}).fetchall()
    return [
        f"{file}: the providers' figures do not add up to the total in {broken:,} of {checked:,} cells, such as "
        f"{label} of {year}: {found:,} against {total:,} (line {line})"
        for file, checked, broken, (line, label, year, found, total) in rows
    ]


# What counts of a part: one row a figure, read without a problem, no total and no repetition.
_FIGURES = """
    SELECT c._file, c._line, c.table_, c.ukprn, c.provider, c.year, c.labels, t.measure, t.partner, t.breakdown
    FROM cell AS c
    JOIN term AS t
        ON t.table_ = c.table_ AND t.labels = c.labels
        AND c.year BETWEEN t.first_vintage AND coalesce(nullif(t.last_vintage, ''), '9999/00')
    WHERE c._problem IS NULL AND c.ukprn IS NOT NULL AND t.dropped = ''
"""

_INCOMPLETE = f"""
    WITH found AS ({_FIGURES}),
    asked AS (
        SELECT year, count(DISTINCT (table_, measure, partner, breakdown)) AS labels FROM found GROUP BY year
    ),
    -- Who answers less than half of a year's questions is a slip of a UKPRN rather than a provider.
    known AS (
        SELECT f.year, f.ukprn, any_value(f.provider ORDER BY f._file, f._line) AS provider
        FROM found AS f JOIN asked AS a USING (year)
        GROUP BY f.year, f.ukprn
        HAVING 2 * count(DISTINCT (f.table_, f.measure, f.partner, f.breakdown)) >= any_value(a.labels)
    ),
    figures AS (SELECT * FROM found SEMI JOIN known USING (year, ukprn)),
    providers AS (SELECT year, count(*) AS providers FROM known GROUP BY year),
    -- Labels by file and year: table 1 starts a year later than the others.
    labels AS (
        SELECT _file, year, count(DISTINCT (measure, partner, breakdown)) AS labels FROM figures GROUP BY _file, year
    ),
    answered AS (
        SELECT _file, year, ukprn, count(DISTINCT (measure, partner, breakdown)) AS answers
        FROM figures GROUP BY _file, year, ukprn
    ),
    expected AS (
        SELECT l._file, sum(l.labels * p.providers) AS expected FROM labels AS l JOIN providers AS p USING (year)
        GROUP BY l._file
    ),
    there AS (SELECT _file, CAST(sum(answers) AS BIGINT) AS there FROM answered GROUP BY _file),
    lacking AS (
        SELECT l._file, arg_min(k.provider, (l.year, k.ukprn)) AS provider, min(l.year) AS year
        FROM labels AS l
        JOIN known AS k USING (year)
        LEFT JOIN answered AS a ON a._file = l._file AND a.year = l.year AND a.ukprn = k.ukprn
        WHERE coalesce(a.answers, 0) < l.labels
        GROUP BY l._file
    )
    SELECT
        t._file, t.there,
        (SELECT count(*) FROM cell AS c WHERE c._file = t._file AND (c.ukprn IS NOT NULL OR c._problem IS NOT NULL))
            - (SELECT count(*) FROM found AS f WHERE f._file = t._file) AS unread,
        CAST(e.expected AS BIGINT), l.provider, l.year
    FROM there AS t JOIN expected AS e USING (_file) JOIN lacking AS l USING (_file)
    WHERE there < expected
    ORDER BY _file
"""

_TOTALS = """
    WITH read_ AS (
        SELECT c.*, figure(c.published) AS figure_, t.unit AS unit_, array_to_string(c.labels, ' | ') AS label_
        FROM cell AS c
        JOIN term AS t ON t.table_ = c.table_ AND t.labels = c.labels
        WHERE c._problem IS NULL AND c.month = 'All' AND t.dropped = ''
            AND c.year BETWEEN t.first_vintage AND coalesce(nullif(t.last_vintage, ''), '9999/00')
    ),
    held AS (
        SELECT
            s._file, s._line, s.label_, s.year, s.figure_ AS total, s.unit_,
            sum(r.figure_) AS found,
            count(*) AS cells,
            bool_or(r.figure_ IS NULL AND lower(trim(r.published)) NOT IN ('', '..')) AS is_hidden
        FROM read_ AS s
        JOIN read_ AS r
            ON r.table_ = s.table_ AND r.label_ = s.label_ AND r.year = s.year AND r.ukprn IS NOT NULL
            AND (s.country IS NULL OR s.country IN ('All', r.country))
            AND (s.region IS NULL OR s.region IN ('All', r.region))
        WHERE s.ukprn IS NULL AND s.figure_ IS NOT NULL
        GROUP BY ALL
    ),
    judged AS (
        SELECT *, abs(found - total) > CASE WHEN unit_ = 'persons' THEN $rounded * (cells + 1) / 2 ELSE 0 END AS is_off
        FROM held WHERE NOT is_hidden
    )
    SELECT
        _file, count(*), count(*) FILTER (is_off),
        arg_min((_line, label_, year, CAST(found AS DOUBLE), CAST(total AS DOUBLE)), _line) FILTER (is_off)
    FROM judged
    GROUP BY _file
    HAVING count(*) FILTER (is_off) > 0
    ORDER BY _file
"""
