"""Recordations as tables: what a conveyance is, who gives and receives, what is conveyed; of XML and CSV alike.

Both readers fill raw_assignment, raw_assignor, raw_assignee and raw_property (`padx.create`); the research data set
adds types of its own in raw_type. A record that stands twice in a part is told by its later one.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines import clean
from pipelines.patents import conveyance, numbers, persons

SEEDS = Path(__file__).resolve().parents[2] / "warehouse" / "seeds"

_MACROS = {
    # 20150312, 2015-03-12, 12mar2015 and Stata's days since 1960: releases of the research data set differ. A year or
    # month alone (2015, 20150000, 20150300) is no day, nor is one before the patent system or a century away.
    "office_date(text_)": r"""
        CASE
            WHEN regexp_full_match(trim(text_), '\d{8}') THEN CAST(TRY_STRPTIME(trim(text_), '%Y%m%d') AS DATE)
            WHEN regexp_full_match(trim(text_), '(?i)\d{2}[a-z]{3}\d{4}( 00:00:00)?')
                THEN CAST(TRY_STRPTIME(left(trim(text_), 9), '%d%b%Y') AS DATE)
            WHEN regexp_full_match(trim(text_), '[2-9]\d{3}|[1-4]\d{4}') AND CAST(trim(text_) AS INTEGER) > 2100
                THEN DATE '1960-01-01' + CAST(trim(text_) AS INTEGER)
            ELSE day(text_)
        END""",
    "office_day(text_)": """
        CASE WHEN office_date(text_) BETWEEN DATE '1790-01-01' AND DATE '2100-01-01' THEN office_date(text_) END""",
    "is_part_of_date(text_)": r"coalesce(regexp_full_match(trim(text_), '\d{4}|\d{6}|\d{6}00|\d{4}0000|0+'), false)",
    "date_problem(column_, text_)": """
        problem(column_, text_, CASE WHEN is_part_of_date(text_) THEN DATE '1790-01-01' ELSE office_date(text_) END,
            'a date')""",
}


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros and seeds that the queries need, and `raw_type`, empty: daily files tell no type."""
    numbers.install(connection)
    conveyance.install(connection)
    persons.install(connection)
    clean.country_names(connection)
    for head, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE us_state AS SELECT upper(unnest([code, name])) AS label, code, country
        FROM read_csv(?, header = true, all_varchar = true)""",
        [str(SEEDS / "us_states.csv")],
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE raw_type (_key BIGINT, convey_ty VARCHAR, employer BOOLEAN)")


def queries(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Make records of what the readers brought; yield a query for each table's rows, in the contract's columns."""
    for step in (_PARTIES, _RECORDS, _SAID, _WORDS):
        connection.execute(step)
    yield "transfer", _TRANSFER
    yield "transfer_party", _PARTY
    yield "transfer_patent", _PATENT


def warnings(connection: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    """Say what could not be told of dates, numbers and places."""
    dates = " UNION ALL ".join(
        f"SELECT {column} AS text_ FROM raw_{table}"
        for table, columns in (
            ("assignment", ("updated", "recorded")),
            ("assignor", ("executed",)),
            ("property", ("filed", "granted")),
        )
        for column in columns
    )
    counted = {
        "dates tell a year or a month alone, or a year that cannot be, and are taken for unknown": f"""
            SELECT count(*) FROM ({dates}) WHERE blank(text_) IS NOT NULL AND office_day(text_) IS NULL
            AND (is_part_of_date(text_) OR office_date(text_) IS NOT NULL)""",
        "numbers of applications are none of the US office's, and are passed over": """
            SELECT count(*) FROM raw_property WHERE blank(application) IS NOT NULL
            AND us_application(application) IS NULL""",
        "numbers of patents are none of the US office's, and are passed over": """
            SELECT count(*) FROM raw_property WHERE blank(grant_) IS NOT NULL AND us_patent(grant_) IS NULL""",
    }
    found = [(what, connection.execute(query).fetchall()[0][0]) for what, query in counted.items()]
    unknown = f"SELECT country FROM raw_assignee WHERE {_TOLD}"
    return [
        *(f"{file}: {count:,} {what}" for what, count in found if count),
        *clean.unknown_countries(connection, unknown, file),
    ]


_TOLD = "blank(country) IS NOT NULL AND upper(trim(country)) NOT IN ('NOT PROVIDED', 'STATELESS', 'UNKNOWN')"

_ORPHAN = "CASE WHEN r._key IS NULL THEN concat('no recordation with rf_id ', p._key) END"

_PARTIES = f"""
    CREATE OR REPLACE TEMP TABLE party AS
    WITH written AS (
        SELECT
            _key, _nth AS party_no, 'grantor' AS role, blank(name) AS written, executed, NULL AS city, NULL AS state,
            NULL AS country, _file, _line, _problem
        FROM raw_assignor
        UNION ALL
        SELECT
            _key, 100000 + _nth, 'grantee', blank(name), NULL, blank(city), upper(blank(state)),
            CASE WHEN {_TOLD} THEN country END, _file, _line, _problem
        FROM raw_assignee
    )
    SELECT
        w.* EXCLUDE (state, country),
        is_person(written) AS is_person,
        office_day(executed) AS executed_on,
        -- US assignees have no country; a foreign one may have its code in the place of a state (KRX).
        coalesce(
            country_named(w.country),
            CASE WHEN w.country IS NULL THEN coalesce(
                s.country,
                CASE WHEN regexp_full_match(w.state, '[A-Z]{{2}}X')
                        AND left(w.state, 2) IN (SELECT country_ FROM country_name) THEN left(w.state, 2) END
            ) END
        ) AS country,
        CASE WHEN w.country IS NULL OR country_named(w.country) IN ('US', s.country) THEN s.code END AS state
    FROM written AS w
    LEFT JOIN us_state AS s ON s.label = w.state
"""

# Grantors all persons, a grantee none, a grantee the government: what the rules ask for.
_RECORDS = r"""
    CREATE OR REPLACE TEMP TABLE record AS
    WITH told AS (
        SELECT
            _key,
            coalesce(bool_and(is_person) FILTER (role = 'grantor' AND written IS NOT NULL), false) AS from_persons,
            coalesce(bool_or(NOT is_person) FILTER (role = 'grantee' AND written IS NOT NULL), false)
                AS to_organisation,
            coalesce(bool_or(is_us_government(written)) FILTER (role = 'grantee'), false) AS to_government,
            min(executed_on) FILTER (role = 'grantor') AS executed_on
        FROM party
        GROUP BY _key
    ),
    numbered AS (
        SELECT
            *,
            CASE WHEN regexp_full_match(trim(reel_no), '0*\d{1,6}') AND regexp_full_match(trim(frame_no), '0*\d{1,5}')
                THEN 'uspto:' || printf('%06d', CAST(trim(reel_no) AS BIGINT)) || '/'
                    || printf('%04d', CAST(trim(frame_no) AS BIGINT)) END AS transfer_id
        FROM raw_assignment
    )
    SELECT
        n._key,
        n.transfer_id,
        conveyance_text(n.text) AS text_,
        coalesce(lower(trim(t.convey_ty)), '') AS type_,
        coalesce(t.employer, false) AS employer,
        coalesce(p.from_persons, false) AS from_persons,
        coalesce(p.to_organisation, false) AS to_organisation,
        coalesce(p.to_government, false) AS to_government,
        p.executed_on,
        office_day(n.recorded) AS recorded_on,
        office_day(n.updated) AS updated_on,
        upper(trim(n.purge)) = 'Y' AS is_purged,
        TRY_CAST(trim(n.pages) AS BIGINT) AS pages,
        n._file,
        n._line,
        coalesce(n._problem, nullif(concat_ws('; ',
            CASE WHEN n.transfer_id IS NULL
                THEN concat('reel ', n.reel_no, ', frame ', n.frame_no, ' are no numbers of a record') END,
            date_problem('recorded-date', n.recorded),
            date_problem('last-update-date', n.updated),
            problem('purge-indicator', n.purge, CASE WHEN upper(trim(n.purge)) IN ('Y', 'N') THEN 1 END, 'Y or N'),
            problem('page-count', n.pages, TRY_CAST(trim(n.pages) AS BIGINT), 'a number')
        ), '')) AS _problem,
        -- A record that is told twice in a part is as the office last changed it.
        CASE WHEN n.transfer_id IS NOT NULL AND row_number() OVER (
            PARTITION BY n.transfer_id ORDER BY office_day(n.updated) DESC NULLS LAST, n._key DESC) > 1
            THEN 'superseded' END AS _dropped
    FROM numbered AS n
    LEFT JOIN told AS p USING (_key)
    LEFT JOIN raw_type AS t USING (_key)
"""

# A text is judged once, however many records have it.
_SAID = """
    CREATE OR REPLACE TEMP TABLE said AS
    WITH texts AS (
        SELECT DISTINCT text_, type_, from_persons, to_organisation, to_government, employer FROM record
    ),
    ruled AS (
        SELECT *, conveyance_rule(text_, type_, from_persons, to_organisation, to_government, employer) AS rule
        FROM texts
    )
    SELECT ruled.*, k.kind FROM ruled JOIN conveyance_kind AS k USING (rule)
"""

# Free texts may name the persons of the record (AFFIDAVIT OF …): these words of theirs are not kept.
_WORDS = """
    CREATE OR REPLACE TEMP TABLE person_word AS
    SELECT _key, list_distinct(flatten(list(regexp_split_to_array(trim(party_name(written)), '[ ,]+')))) AS words
    FROM party
    WHERE is_person AND _key IN (
        SELECT _key FROM record
        JOIN said USING (text_, type_, from_persons, to_organisation, to_government, employer)
        WHERE kind = 'other' AND text_ <> '')
    GROUP BY _key
"""

_TRANSFER = """
    SELECT
        transfer_id,
        coalesce(s.kind, 'other') AS kind,
        coalesce(s.rule, 'other') AS rule,
        executed_on,
        recorded_on,
        updated_on,
        coalesce(is_purged, false) AS is_purged,
        nullif(CASE
            WHEN w.words IS NULL THEN conveyance_shown(text_, s.kind)
            ELSE array_to_string(list_transform(string_split(text_, ' '), lambda word: CASE
                WHEN list_contains(w.words, regexp_replace(word, '[^A-Z''-]', '', 'g')) THEN '…' ELSE word END), ' ')
        END, '') AS conveyance_text,
        pages,
        r._file,
        r._line,
        r._problem,
        r._dropped
    FROM record AS r
    LEFT JOIN said AS s USING (text_, type_, from_persons, to_organisation, to_government, employer)
    LEFT JOIN person_word AS w USING (_key)
    ORDER BY r._key
"""

_PARTY = f"""
    SELECT
        r.transfer_id,
        p.party_no,
        p.role,
        CASE WHEN NOT p.is_person THEN p.written END AS name,
        p.is_person,
        p.executed_on,
        p.country,
        p.state,
        p.city,
        p._file,
        p._line,
        coalesce(p._problem, {_ORPHAN}, date_problem('execution-date', p.executed)) AS _problem,
        coalesce(r._dropped, CASE WHEN p.written IS NULL AND p._problem IS NULL THEN 'no_name' END) AS _dropped
    FROM party AS p
    LEFT JOIN record AS r USING (_key)
    ORDER BY p._key, p.party_no
"""

_PATENT = f"""
    SELECT
        r.transfer_id,
        p._nth AS property_no,
        us_application(p.application) AS application_id,
        us_patent(p.grant_) AS patent_id,
        CASE WHEN regexp_full_match(trim(p.publication), '[0-9]{{11}}') THEN trim(p.publication) END
            AS publication_number,
        office_day(p.filed) AS filed_on,
        office_day(p.granted) AS granted_on,
        p._file,
        p._line,
        coalesce(p._problem, {_ORPHAN}, nullif(concat_ws('; ',
            date_problem('date of filing', p.filed), date_problem('date of grant', p.granted)), '')) AS _problem,
        r._dropped
    FROM raw_property AS p
    LEFT JOIN record AS r USING (_key)
    ORDER BY p._key, p._nth
"""
