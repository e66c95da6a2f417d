"""The organisations of a project: the links it has to them, by role, with their names and what they received.

A project links to organisations by GUID; name and address stand in the list of organisations. Innovate UK's
projects say besides what each participant's work costs and what grant it was offered.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines import clean, read

ROLES = {
    "LEAD_ORG": "lead",
    "PARTICIPANT_ORG": "participant",
    "COLLAB_ORG": "collaborator",
    "PP_ORG": "project_partner",
    "STUDENT_PP_ORG": "student_partner",
    "FELLOW_ORG": "fellow_host",
    "COFUND_ORG": "cofunder",
}
"""Roles by the name of a link, in the order in which an organisation's money goes to one of its rows."""

REGIONS = (
    "East Midlands", "East of England", "London", "North East", "North West", "Northern Ireland", "Scotland",
    "South East", "South West", "Wales", "West Midlands", "Yorkshire and The Humber",
)  # fmt: skip
"""UK regions as addresses name them: where one stands, the country is often left out."""


def prepare(connection: duckdb.DuckDBPyConnection, name: str, reading: read.Reading) -> None:
    """Create `organisation` and `value` from the raw tables; `name` is the file of the organisations."""
    clean.country_names(connection)
    connection.execute(_ORGANISATION)
    connection.execute(_VALUE)
    reading.warnings += clean.unknown_countries(connection, "SELECT country FROM address", name)
    ((unknown,),) = connection.execute(
        f"""SELECT string_agg(rel || ' ' || times, ', ' ORDER BY rel) FROM (
            SELECT rel, count(*) AS times FROM link WHERE rel LIKE '%\\_ORG' ESCAPE '\\' AND rel NOT IN {tuple(ROLES)}
            GROUP BY rel)"""
    ).fetchall()
    if unknown:
        reading.warnings.append(f"{name}: links to organisations in roles that are not known: {unknown}")


_ORGANISATION = f"""
    CREATE OR REPLACE TEMP TABLE address AS
    SELECT upper(id) AS guid, said(a.country) AS country, said(a.region) AS region, said(a.postCode) AS postcode,
        said(a.line4) AS city
    FROM (
        SELECT id, unnest(addresses.address) AS a, unnest(range(len(addresses.address))) AS nth FROM raw_organisation
    )
    QUALIFY row_number() OVER (PARTITION BY guid ORDER BY a.type IS DISTINCT FROM 'MAIN_ADDRESS', nth) = 1;

    CREATE OR REPLACE TEMP TABLE organisation AS
    SELECT
        upper(o.id) AS guid,
        blank(in_words(o.name)) AS name,
        CASE WHEN a.country IS NOT NULL THEN country_named(a.country)
            WHEN a.region IN {REGIONS} THEN 'GB'
            WHEN regexp_full_match(upper(a.postcode), '[A-Z]{{1,2}}[0-9][A-Z0-9]? ?[0-9][A-Z]{{2}}') THEN 'GB' END
            AS country,
        a.city,
        a.postcode,
        identity_problem(o.id, o.href) AS problem_
    FROM raw_organisation AS o
    LEFT JOIN address AS a ON a.guid = upper(o.id)
"""

_VALUE = """
    CREATE OR REPLACE TEMP TABLE value AS
    WITH said AS (
        SELECT upper(id) AS _key, _line, v.*, nth
        FROM (
            SELECT id, _line, unnest(participantValues.participant) AS v,
                unnest(range(1, len(participantValues.participant) + 1)) AS nth
            FROM raw_project
        )
    ),
    -- A participant is one of the project's organisations, by id, else by name.
    alike AS (
        SELECT s._key, s.nth, min(l.guid) AS alike
        FROM said AS s
        JOIN link AS l ON l._key = s._key
        JOIN organisation AS o ON o.guid = l.guid AND bare(o.name) = bare(in_words(s.organisationName))
        GROUP BY s._key, s.nth
    ),
    placed AS (
        SELECT s.*, coalesce(guid(s.organisationId), a.alike) AS guid
        FROM said AS s
        LEFT JOIN alike AS a ON a._key = s._key AND a.nth = s.nth
    )
    SELECT
        _key, _line, nth, guid,
        blank(in_words(organisationName)) AS name,
        role,
        number(projectCost) AS cost_,
        number(grantOffer) AS offer_,
        nullif(concat_ws('; ',
            problem('projectCost', projectCost, number(projectCost), 'a number'),
            problem('grantOffer', grantOffer, number(grantOffer), 'a number')
        ), '') AS problem_
    FROM placed
"""


def parties(connection: duckdb.DuckDBPyConnection, file: str) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the parties of every project; an organisation that is linked twice in one role is one party."""
    for batch in connection.sql(_PARTY.format(file=literal(file))).to_arrow_reader(read.ROWS):
        yield "award_party", batch


_ROLES = ", ".join(f"({rank}, '{rel}', '{role}')" for rank, (rel, role) in enumerate(ROLES.items(), 1))

_PARTY = f"""
    WITH role (rank, rel, role) AS (VALUES {_ROLES}),
    linked AS (
        SELECT l._key, l._line, r.rank, r.role, l.guid, l.nth, CAST(NULL AS VARCHAR) AS named
        FROM link AS l
        JOIN role AS r ON r.rel = l.rel
    ),
    -- Participants that the project has no link to.
    unlinked AS (
        SELECT v._key, v._line, r.rank, r.role, v.guid, 100000 + v.nth, v.name
        FROM value AS v
        JOIN role AS r ON r.role = CASE WHEN v.role ILIKE '%LEAD%' THEN 'lead' ELSE 'participant' END
        WHERE NOT EXISTS (SELECT 1 FROM linked AS l WHERE l._key = v._key AND l.guid = v.guid)
    ),
    numbered AS (
        SELECT
            *,
            row_number() OVER (PARTITION BY _key ORDER BY rank, guid, nth) AS party_no,
            row_number() OVER (PARTITION BY _key, role, coalesce(guid, named) ORDER BY nth) AS times,
            -- Money is an organisation's, not a role's: it stands in the first of its rows.
            row_number() OVER (PARTITION BY _key, coalesce(guid, named) ORDER BY rank, nth) AS row_
        FROM (FROM linked UNION ALL FROM unlinked)
    ),
    offered AS (
        SELECT _key, coalesce(guid, name) AS who, sum(cost_) AS cost_, sum(offer_) AS offer_,
            string_agg(problem_, '; ' ORDER BY nth) AS problem_
        FROM value
        GROUP BY _key, coalesce(guid, name)
    ),
    -- Of other projects the whole grant is the lead's to hold.
    held AS (
        SELECT p._key, p.amount_
        FROM project AS p
        JOIN (SELECT _key FROM link WHERE rel = 'LEAD_ORG' GROUP BY _key HAVING count(DISTINCT guid) = 1) USING (_key)
        WHERE p._key NOT IN (SELECT _key FROM value)
    )
    SELECT
        'gtr:' || n._key AS award_id,
        'all' AS period,
        n.party_no,
        n.role,
        coalesce(o.name, n.named) AS name,
        o.country,
        o.city,
        'gtr:' || n.guid AS source_org_id,
        coalesce(v.offer_, h.amount_) AS amount,
        CASE WHEN coalesce(v.offer_, h.amount_, v.cost_) IS NOT NULL THEN 'GBP' END AS currency,
        nullif(v.cost_, 0) AS cost,
        {{file}} AS _file,
        n._line,
        nullif(concat_ws('; ',
            o.problem_,
            v.problem_,
            CASE WHEN o.guid IS NULL AND n.named IS NULL
                THEN 'link: ' || coalesce(n.guid, '') || ' is not in the list of organisations' END
        ), '') AS _problem,
        CASE WHEN n.guid IS NULL AND n.named IS NULL THEN 'no_name'
            WHEN n.times > 1 THEN 'organisation_repeated' END AS _dropped
    FROM numbered AS n
    LEFT JOIN organisation AS o ON o.guid = n.guid
    LEFT JOIN offered AS v ON n.row_ = 1 AND v._key = n._key AND v.who = coalesce(n.guid, n.named)
    LEFT JOIN held AS h ON n.row_ = 1 AND n.role = 'lead' AND h._key = n._key
    ORDER BY n._line, n.party_no
"""
