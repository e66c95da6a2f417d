"""Awards, their programmes and money, from the lists of projects and funds.

Money and period of a project stand on its funds, not on the project itself. What was awarded is INCOME_ACTUAL;
EXPENDITURE_ACTUAL is another view of the same money, and is never added.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines import programmes, read

WITHIN = ("PROJECT", "TRANSFER", "TRANSFER_FROM", "FUND")
"""Links that matter beside those to organisations, whose names end in _ORG."""

FUNDER = "UK Research and Innovation"
"""Whose codes grant categories are, whichever council or agency of it leads."""


def prepare(connection: duckdb.DuckDBPyConnection, name: str, reading: read.Reading) -> None:
    """Create `link`, `paid`, `project` and `chain` from the raw tables; `name` is the file of the projects."""
    connection.execute(_LINK)
    connection.execute(_FUND)
    connection.execute(_PAID)
    connection.execute(_PROJECT)
    _chain(connection)
    for what, query in _ODD.items():
        found = connection.execute(query).fetchall()
        if found:
            said = ", ".join(f"{value} {count:,}" if value else f"{count:,}" for value, count in found)
            reading.warnings.append(f"{name}: {what}: {said}")


_LINK = f"""
    CREATE OR REPLACE TEMP TABLE link AS
    SELECT
        upper(id) AS _key, _line, nth, l.rel, guid(l.href) AS guid, london(l.start) AS starts_, london(l.end) AS ends_
    FROM (
        SELECT id, _line, unnest(links.link) AS l, unnest(range(1, len(links.link) + 1)) AS nth FROM raw_project
    )
    WHERE l.rel LIKE '%\\_ORG' ESCAPE '\\' OR l.rel IN {WITHIN}
"""

_FUND = """
    CREATE OR REPLACE TEMP TABLE fund AS
    SELECT
        upper(f.id) AS fund,
        guid(l.href) AS _key,
        f.category,
        number(f.valuePounds.amount) AS amount_,
        f.valuePounds.currencyCode AS currency_,
        coalesce(london(f.start), london(l.start)) AS starts_,
        coalesce(london(f.end), london(l.end)) AS ends_,
        nullif(concat_ws('; ',
            identity_problem(f.id, f.href),
            problem('valuePounds', f.valuePounds.amount, number(f.valuePounds.amount), 'a number'),
            CASE WHEN f.valuePounds.currencyCode <> 'GBP'
                THEN 'valuePounds: ' || f.valuePounds.currencyCode || ' is not GBP' END,
            problem('start', f.start, london(f.start), 'a time in milliseconds'),
            problem('end', f.end, london(f.end), 'a time in milliseconds')
        ), '') AS problem_
    FROM (SELECT *, unnest(links.link) AS l FROM raw_fund) AS f
    WHERE l.rel = 'FUNDED'
"""

_PAID = """
    CREATE OR REPLACE TEMP TABLE paid AS
    SELECT
        _key,
        -- A studentship is published with 0: not known, and not free.
        nullif(sum(amount_) FILTER (WHERE category = 'INCOME_ACTUAL'), 0) AS amount_,
        coalesce(min(starts_) FILTER (WHERE category = 'INCOME_ACTUAL'), min(starts_)) AS starts_,
        coalesce(max(ends_) FILTER (WHERE category = 'INCOME_ACTUAL'), max(ends_)) AS ends_,
        string_agg('fund ' || fund || ': ' || problem_, '; ' ORDER BY fund) AS problem_
    FROM fund
    GROUP BY _key
"""

_PROJECT = """
    CREATE OR REPLACE TEMP TABLE project AS
    WITH named AS (
        SELECT _key, min(starts_) AS starts_, max(ends_) AS ends_ FROM link WHERE rel = 'FUND' GROUP BY _key
    )
    SELECT
        upper(p.id) AS _key,
        p.*,
        m.amount_,
        coalesce(m.starts_, n.starts_, london(p.start)) AS starts_,
        coalesce(m.ends_, n.ends_, london(p.end)) AS ends_,
        nullif(concat_ws('; ',
            identity_problem(p.id, p.href),
            problem('start', p.start, london(p.start), 'a time in milliseconds'),
            problem('end', p.end, london(p.end), 'a time in milliseconds'),
            problem('created', p.created, london(p.created), 'a time in milliseconds'),
            m.problem_
        ), '') AS _problem
    FROM raw_project AS p
    LEFT JOIN paid AS m ON m._key = upper(p.id)
    LEFT JOIN named AS n ON n._key = upper(p.id)
"""

_ODD = {
    "states that are neither Active nor Closed": """
        SELECT status, count(*) FROM project WHERE lower(trim(status)) NOT IN ('active', 'closed')
        GROUP BY status ORDER BY status""",
    "categories of funds that are neither income nor expenditure": """
        SELECT category, count(*) FROM fund WHERE category NOT IN ('INCOME_ACTUAL', 'EXPENDITURE_ACTUAL')
        GROUP BY category ORDER BY category""",
    "funds named by projects that are not in the list of funds": """
        SELECT '', count(*) FROM link WHERE rel = 'FUND' AND guid NOT IN (SELECT fund FROM fund) HAVING count(*) > 0""",
    "funds of projects that are not in the list of projects": """
        SELECT '', count(*) FROM fund WHERE _key NOT IN (SELECT _key FROM project) HAVING count(*) > 0""",
}


def _chain(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `chain`: with each project that was transferred, the first project of those it went on in.

    A transfer is told from either side or both, and can go on: A to B, B to C are one project.
    """
    pairs = connection.execute(
        "SELECT _key, guid FROM link WHERE rel IN ('TRANSFER', 'TRANSFER_FROM') AND guid IS NOT NULL ORDER BY ALL"
    ).fetchall()
    chains: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = chains.get(one, {one}) | chains.get(other, {other})
        chains |= dict.fromkeys(joined, joined)
    # The other side may not be in the list.
    listed = {key for (key,) in connection.execute("SELECT _key FROM project").fetchall() if key in chains}
    rows = [(key, min(chains[key] & listed)) for key in sorted(listed)]
    columns = zip(*rows, strict=True) if rows else ((), ())
    found = pa.table({n: pa.array(c, pa.string()) for n, c in zip(("_key", "first_"), columns, strict=True)})  # noqa: F841
    connection.execute("CREATE OR REPLACE TEMP TABLE chain AS SELECT * FROM found")


def awards(
    connection: duckdb.DuckDBPyConnection, file: str, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the awards, the code each is filed under (its grant category), and the fields it is about."""
    programmes.install(connection, FUNDER)
    connection.execute(_WRITTEN)
    programmes.match(connection)
    reading.warnings += programmes.warnings(connection, file)
    for table, query in (("award", _AWARD), ("award_programme", _PROGRAMME), ("award_field", _FIELD)):
        for batch in connection.sql(query.format(file=literal(file))).to_arrow_reader(read.ROWS):
            yield table, batch


_WRITTEN = """
    -- The form goes by project: what `_file` is to programmes, the GUID is here.
    CREATE OR REPLACE TEMP TABLE written AS
    SELECT
        'element' AS kind,
        in_words(grantCategory) AS code,
        in_words(grantCategory) AS label,
        coalesce(CAST(year(starts_) AS BIGINT), 9999) AS year,
        _key, _key AS _file, 1 AS _nth, _line, _problem
    FROM project
"""

_AWARD = """
    SELECT
        'gtr:' || p._key AS award_id,
        'all' AS period,
        coalesce(blank(p.leadFunder), 'UK Research and Innovation') AS funder,
        blank(in_words(p.grantCategory)) AS scheme,
        f.form,
        'gtr:' || coalesce(c.first_, p._key) AS project_id,
        blank(in_words(p.title)) AS title,
        CASE lower(trim(p.status)) WHEN 'active' THEN 'ongoing' WHEN 'closed' THEN 'closed' END AS status,
        p.starts_ AS starts_on,
        p.ends_ AS ends_on,
        p.amount_ AS amount,
        t.cost_ AS total_cost,
        CASE WHEN coalesce(p.amount_, t.cost_) IS NOT NULL THEN 'GBP' END AS currency,
        -- When the publisher wrote the record into the database; records are written anew, not amended.
        london(p.created) AS updated_on,
        CASE WHEN len(p.identifiers.identifier) > 0
            THEN 'https://gtr.ukri.org/projects?ref=' || url_encode(p.identifiers.identifier[1].value) END
            AS record_url,
        {file} AS _file,
        p._line,
        p._problem,
        NULL::VARCHAR AS _dropped
    FROM project AS p
    LEFT JOIN form_of AS f ON f._file = p._key
    LEFT JOIN chain AS c ON c._key = p._key
    LEFT JOIN (SELECT _key, nullif(sum(cost_), 0) AS cost_ FROM value GROUP BY _key) AS t ON t._key = p._key
    ORDER BY p._line
"""

_PROGRAMME = """
    SELECT
        'gtr:' || _key AS award_id,
        'all' AS period,
        kind, code, label, form, centre_type, requires_industry,
        {file} AS _file,
        _line,
        _problem,
        CASE WHEN blank(code) IS NULL THEN 'no_code' END AS _dropped
    FROM programme
    ORDER BY _line
"""

_FIELD = """
    WITH told AS (
        SELECT _key, _line, _problem, 'gtr_subject' AS scheme, unnest(researchSubjects.researchSubject) AS f
        FROM project
        UNION ALL
        SELECT _key, _line, _problem, 'gtr_topic' AS scheme, unnest(researchTopics.researchTopic) AS f
        FROM project
    )
    SELECT
        'gtr:' || _key AS award_id,
        scheme,
        upper(blank(f.id)) AS code,
        blank(in_words(f.text)) AS label,
        NULL::VARCHAR AS path,
        number(f.percentage) / 100 AS share,
        {file} AS _file,
        _line,
        coalesce(_problem, problem('percentage', f.percentage, number(f.percentage), 'a number')) AS _problem,
        -- The publisher's own word for no field.
        CASE WHEN lower(blank(f.text)) = 'unclassified' THEN 'no_field' END AS _dropped
    FROM told
    ORDER BY _line, scheme, code
"""
