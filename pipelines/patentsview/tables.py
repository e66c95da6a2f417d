"""What is made of a release's tables: patents, parties, classes, government interest, citations, in DuckDB's SQL."""

import duckdb

from pipelines.patents import numbers

_MACROS = {
    "plain(text_)": "nullif(trim(text_), '')",
    # Nearly all numbers are in the normal form already, and there are a hundred million of them.
    "grant_of(text_)": """
        CASE WHEN regexp_full_match(text_, '[1-9][0-9]{0,7}') THEN 'us:' || text_ ELSE us_patent(text_) END""",
    "whole(text_)": "CASE WHEN regexp_full_match(trim(text_), '[0-9]{1,6}') THEN TRY_CAST(trim(text_) AS BIGINT) END",
    "is_persons_code(code_)": "coalesce(code_ IN ('4', '5', '14', '15'), false)",
    "degrees(text_, most_)": "CASE WHEN abs(TRY_CAST(text_ AS DOUBLE)) <= most_ THEN TRY_CAST(text_ AS DOUBLE) END",
}


def make(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros, and the tables `application` and `place` from the rows that tell more of others."""
    numbers.install(connection)
    for head, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")
    connection.execute(_APPLICATION)
    connection.execute(_PLACE)
    connection.execute(_PRINTED)


# Six digits are a number without its series, which stands apart.
_APPLICATION = """
    CREATE OR REPLACE TEMP TABLE application AS
    SELECT
        patent_id,
        min(us_application(CASE
            WHEN regexp_full_match(application_id, '[0-9]{6}') AND regexp_full_match(series_code, '[0-9]{2}')
            THEN series_code || application_id ELSE application_id END)) AS application_id,
        min(day(filing_date)) AS filed_on
    FROM g_application
    WHERE _problem IS NULL
    GROUP BY patent_id
"""

_PLACE = """
    CREATE OR REPLACE TEMP TABLE place AS
    SELECT
        location_id,
        any_value(plain(disambig_city) ORDER BY _line) AS city,
        any_value(plain(disambig_state) ORDER BY _line) AS state,
        any_value(plain(disambig_country) ORDER BY _line) AS written,
        any_value(CASE WHEN regexp_full_match(country(disambig_country), '[A-Z]{2}') THEN country(disambig_country) END
            ORDER BY _line) AS country,
        any_value(degrees(latitude, 90) ORDER BY _line) AS latitude,
        any_value(degrees(longitude, 180) ORDER BY _line) AS longitude
    FROM g_location_disambiguated
    WHERE _problem IS NULL
    GROUP BY location_id
"""

_PRINTED = """
    CREATE OR REPLACE TEMP TABLE printed AS
    SELECT
        patent_id,
        assignee_sequence,
        any_value(plain(raw_assignee_organization) ORDER BY _line) AS organisation,
        bool_or(plain(concat(raw_assignee_individual_name_first, raw_assignee_individual_name_last)) IS NOT NULL)
            AS has_person
    FROM g_assignee_not_disambiguated
    WHERE _problem IS NULL
    GROUP BY patent_id, assignee_sequence
"""

_PATENT = """
    WITH typed AS (
        SELECT
            g.*,
            grant_of(g.patent_id) AS grant_id,
            CASE lower(trim(patent_type))
                WHEN 'defensive publication' THEN 'defensive_publication'
                WHEN 'statutory invention registration' THEN 'statutory_invention'
                ELSE plain(lower(patent_type))
            END AS type,
            day(patent_date) AS published_on
        FROM g_patent AS g
    )
    SELECT
        grant_id AS patent_id,
        'US' AS office,
        -- Defensive publications and registrations of inventions bear numbers, and no rights.
        coalesce(type NOT IN ('defensive_publication', 'statutory_invention'), true) AS is_granted,
        CASE WHEN is_granted THEN grant_id END AS number,
        plain(wipo_kind) AS kind,
        type,
        CASE trim(withdrawn) WHEN '1' THEN true WHEN '0' THEN false END AS is_withdrawn,
        a.application_id,
        CASE WHEN a.filed_on BETWEEN DATE '1790-01-01' AND published_on THEN a.filed_on END AS filed_on,
        published_on,
        CASE WHEN is_granted THEN published_on END AS granted_on,
        coalesce(u.text, plain(patent_title)) AS title,
        whole(num_claims) AS claims,
        'https://ppubs.uspto.gov/pubwebapp/external.html?q=(' || substr(grant_id, 4) || ').pn.' AS record_url,
        t._file,
        t._line,
        nullif(concat_ws('; ',
            _problem,
            problem('patent_id', t.patent_id, grant_id, 'the number of a patent'),
            problem('patent_date', patent_date, published_on, 'a date'),
            CASE WHEN _problem IS NULL AND plain(patent_date) IS NULL THEN 'patent_date is blank' END,
            problem('num_claims', num_claims, whole(num_claims), 'a number'),
            problem('withdrawn', withdrawn, is_withdrawn, '0 or 1')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM typed AS t
    LEFT JOIN application AS a ON a.patent_id = t.patent_id
    LEFT JOIN unescaped AS u ON u.written = t.patent_title
"""

_ASSIGNEE = """
    SELECT
        grant_of(d.patent_id) AS patent_id,
        1 + whole(d.assignee_sequence) AS party_no,
        'assignee' AS role,
        whole(d.assignee_sequence) AS sequence,
        coalesce(u.text, plain(disambig_assignee_organization), v.text, p.organisation) AS name,
        coalesce(v.text, p.organisation) AS raw_name,
        plain(ltrim(trim(assignee_type), '0')) AS type_code,
        name IS NULL AND (
            is_persons_code(type_code)
            OR plain(disambig_assignee_individual_name_first) IS NOT NULL
            OR plain(disambig_assignee_individual_name_last) IS NOT NULL
            OR coalesce(p.has_person, false)
        ) AS is_person,
        CASE WHEN type_code IS NOT NULL THEN regexp_full_match(type_code, '1[2-9]') END AS is_part_interest,
        l.country,
        l.state,
        l.city,
        l.latitude,
        l.longitude,
        'pv:' || plain(assignee_id) AS source_org_id,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            problem('patent_id', d.patent_id, grant_of(d.patent_id), 'the number of a patent'),
            problem('assignee_sequence', d.assignee_sequence, sequence, 'a number')
        ), '') AS _problem,
        CASE WHEN d._problem IS NULL AND name IS NULL AND NOT is_person THEN 'no_name' END AS _dropped
    FROM g_assignee_disambiguated AS d
    LEFT JOIN printed AS p ON p.patent_id = d.patent_id AND p.assignee_sequence = d.assignee_sequence
    LEFT JOIN place AS l ON l.location_id = d.location_id
    LEFT JOIN unescaped AS u ON u.written = d.disambig_assignee_organization
    LEFT JOIN unescaped AS v ON v.written = p.organisation
"""

_INVENTOR = """
    SELECT
        grant_of(i.patent_id) AS patent_id,
        10001 + whole(inventor_sequence) AS party_no,
        'inventor' AS role,
        whole(inventor_sequence) AS sequence,
        true AS is_person,
        l.country,
        l.state,
        l.city,
        l.latitude,
        l.longitude,
        -- Many ids are made of the inventor's name (fl:le_ln:siprut-1): a digest tells persons apart as well.
        'pv:' || left(md5(plain(inventor_id)), 20) AS source_org_id,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            problem('patent_id', i.patent_id, grant_of(i.patent_id), 'the number of a patent'),
            problem('inventor_sequence', inventor_sequence, sequence, 'a number')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM g_inventor_disambiguated AS i
    LEFT JOIN place AS l ON l.location_id = i.location_id
"""

_CLASS = """
    SELECT
        grant_of(patent_id) AS patent_id,
        'cpc' AS scheme,
        whole(cpc_sequence) AS sequence,
        replace(plain(cpc_group), ' ', '') AS symbol,
        plain(cpc_subclass) AS subclass,
        CASE lower(trim(cpc_type)) WHEN 'inventional' THEN true WHEN 'additional' THEN false END AS is_inventive,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            problem('patent_id', g.patent_id, grant_of(g.patent_id), 'the number of a patent'),
            problem('cpc_sequence', cpc_sequence, sequence, 'a number'),
            problem('cpc_type', cpc_type, is_inventive, 'inventional or additional')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM g_cpc_current AS g
"""

# The publisher numbers none of these: their order in the file does.
_FUNDING = """
    WITH told AS (
        SELECT
            patent_id, 'statement' AS kind, coalesce(u.text, plain(gi_statement)) AS statement,
            NULL AS agency, NULL AS agency_above, NULL AS award_number, _file, _line, _problem
        FROM g_gov_interest
        LEFT JOIN unescaped AS u ON u.written = gi_statement
        UNION ALL
        SELECT
            patent_id, 'agency', NULL, coalesce(u.text, plain(fedagency_name)),
            nullif(coalesce(v.text, plain(level_one)), coalesce(u.text, plain(fedagency_name))), NULL,
            _file, _line, _problem
        FROM g_gov_interest_org
        LEFT JOIN unescaped AS u ON u.written = fedagency_name
        LEFT JOIN unescaped AS v ON v.written = level_one
        UNION ALL
        SELECT patent_id, 'award', NULL, NULL, NULL, plain(contract_award_number), _file, _line, _problem
        FROM g_gov_interest_contracts
    )
    SELECT
        grant_of(patent_id) AS patent_id,
        kind,
        row_number() OVER (PARTITION BY patent_id, kind ORDER BY _line) - 1 AS sequence,
        statement,
        agency,
        agency_above,
        award_number,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem, problem('patent_id', t.patent_id, grant_of(t.patent_id), 'the number of a patent')
        ), '') AS _problem,
        CASE
            WHEN t._problem IS NOT NULL THEN NULL
            WHEN coalesce(statement, agency, award_number) IS NULL THEN 'tells_nothing'
            WHEN row_number() OVER (
                PARTITION BY patent_id, kind, statement, agency, agency_above, award_number ORDER BY _line
            ) > 1 THEN 'duplicate_row'
        END AS _dropped
    FROM told AS t
"""

_CITATION = """
    SELECT
        grant_of(patent_id) AS patent_id,
        whole(citation_sequence) AS sequence,
        grant_of(citation_patent_id) AS cited_id,
        plain(citation_category) AS category,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            problem('patent_id', g.patent_id, grant_of(g.patent_id), 'the number of a patent'),
            problem('citation_sequence', citation_sequence, sequence, 'a number'),
            problem('citation_patent_id', citation_patent_id, cited_id, 'the number of a patent')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM g_us_patent_citation AS g
"""

QUERIES = (
    ("patent", _PATENT, ""),
    ("patent_party", _ASSIGNEE, ""),
    ("patent_party", _INVENTOR, "g_inventor_disambiguated"),
    ("patent_class", _CLASS, "g_cpc_current"),
    ("patent_funding", _FUNDING, ""),
    ("patent_citation", _CITATION, "g_us_patent_citation"),
)
"""The queries over a release, parents first: the core table whose rows each gives, and the giant it alone reads."""

NOTICED = {
    "g_assignee_disambiguated: {} assignees have a place that the table of places does not know": """
        SELECT count(*) FROM g_assignee_disambiguated AS d WHERE plain(location_id) IS NOT NULL
            AND EXISTS (FROM place) AND NOT EXISTS (FROM place AS p WHERE p.location_id = d.location_id)""",
    "g_location_disambiguated: {} places have a country that is no code, and is taken for unknown": """
        SELECT count(*) FROM place WHERE written IS NOT NULL AND country IS NULL""",
    "g_assignee_not_disambiguated: {} assignees as printed belong to none of the disambiguated ones": """
        SELECT count(*) FROM printed AS p WHERE NOT EXISTS (FROM g_assignee_disambiguated AS d
            WHERE d.patent_id = p.patent_id AND d.assignee_sequence = p.assignee_sequence)""",
    "g_application: {} applications are of patents that are not there": """
        SELECT count(*) FROM application AS a WHERE NOT EXISTS (FROM g_patent AS g WHERE g.patent_id = a.patent_id)""",
    "g_application: {} patents have a day of filing that is none, or after the grant, and is taken for unknown": """
        SELECT count(*) FROM application AS a JOIN g_patent AS g ON g.patent_id = a.patent_id
        WHERE a.filed_on IS NULL OR a.filed_on > day(g.patent_date) OR a.filed_on < DATE '1790-01-01'""",
    "g_persistent_assignee: {} assignees have another id in its newest column: the tables may be of two releases": """
        SELECT count(*) FROM g_persistent_assignee AS n JOIN g_assignee_disambiguated AS d
            ON d.patent_id = n.patent_id AND d.assignee_sequence = n.assignee_sequence
        WHERE plain(n.disamb_assignee_id) <> d.assignee_id""",
}  # fmt: skip
"""What is put right or passed over without a row being refused: words with a place for the count, and its query."""


def noticed(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Say what of a release was put right, and what in it does not fit together."""
    counts = ((connection.execute(query).fetchall()[0][0], what) for what, query in NOTICED.items())
    return [what.format(f"{count:,}") for count, what in counts if count]
