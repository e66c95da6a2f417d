"""What NIH's records become: awards by budget period, who holds them, their activity codes, the patents they claim.

The tables `raw_project` and `raw_patent` come from `pipelines.nih.load`.
"""

import duckdb

from pipelines import programmes

FUNDER = "US National Institutes of Health"

_MACROS = (
    # The web export writes nulls out, and has no zero padding in its dates.
    """told(text_) AS CASE WHEN lower(trim(text_)) IN
        ('', 'not applicable', 'unavailable', 'no abstract available', 'no nih category available')
        THEN NULL ELSE trim(text_) END""",
    r"""nih_day(text_) AS coalesce(
        day(text_),
        CASE WHEN regexp_full_match(trim(text_), '\d{1,2}/\d{1,2}/\d{4}( .*)?')
             THEN CAST(TRY_STRPTIME(split_part(trim(text_), ' ', 1), '%m/%d/%Y') AS DATE) END
    )""",
    # What a spreadsheet leaves in text: escaped line ends and apostrophes, a byte order mark.
    """plain(text_) AS trim(replace(replace(replace(text_, '_x000D_', ' '), '&apos;', ''''), chr(65279), ''))""",
    # 5P30AI082151-05 is P30AI082151; contracts have no type before the activity: N01AI50044-9-0-1.
    r"""core_of(full_) AS regexp_extract(
        CASE WHEN regexp_matches(full_, '^[0-9][A-Z][A-Z0-9]{2}[A-Z]{2}') THEN substr(full_, 2) ELSE full_ END,
        '^[^- ]+'
    )""",
    # 7,186,302 B1 is 7186302; reissues, designs and plants keep their letters: RE41990, D309496, PP12345.
    r"""patent_of(text_) AS nullif(regexp_extract(
        regexp_replace(upper(text_), '[, ]', '', 'g'),
        '^(RE|PP|D|H|T)?0*([1-9][0-9]*)([A-Z][0-9]?)?$', 1
    ) || regexp_extract(
        regexp_replace(upper(text_), '[, ]', '', 'g'),
        '^(RE|PP|D|H|T)?0*([1-9][0-9]*)([A-Z][0-9]?)?$', 2
    ), '')""",
)

_TYPED = r"""
    CREATE OR REPLACE TEMP TABLE typed AS
    WITH read_ AS (
        SELECT
            *,
            trim(APPLICATION_ID) AS appl_,
            CASE WHEN regexp_full_match(trim(FY), '(19[5-9]|20[0-9])[0-9]') THEN CAST(trim(FY) AS BIGINT) END AS fy_,
            upper(coalesce(told(CORE_PROJECT_NUM), core_of(upper(told(FULL_PROJECT_NUM))))) AS core_,
            upper(told(ACTIVITY)) AS activity_,
            told(SUBPROJECT_ID) IS NOT NULL AS is_sub,
            number(TOTAL_COST) AS cost_,
            number(TOTAL_COST_SUB_PROJECT) AS sub_cost_,
            nih_day(PROJECT_START) AS project_start_,
            nih_day(PROJECT_END) AS project_end_,
            nih_day(BUDGET_START) AS budget_start_,
            nih_day(BUDGET_END) AS budget_end_,
            nih_day(AWARD_NOTICE_DATE) AS noticed_on_,
            nih_day(DATE_ADDED) AS added_on_
        FROM raw_project
    )
    SELECT
        *,
        'nih:' || core_ AS award_id,
        fy_ || '-' || appl_ AS period,
        nullif(concat_ws('; ',
            _problem,
            CASE WHEN _problem IS NULL AND NOT coalesce(regexp_full_match(appl_, '[0-9]+'), false)
                THEN 'APPLICATION_ID: ' || coalesce(left(appl_, 40), '') || ' is not a number' END,
            CASE WHEN _problem IS NULL AND fy_ IS NULL
                THEN 'FY: ' || coalesce(left(FY, 40), '') || ' is not a fiscal year' END,
            problem('SUPPORT_YEAR', SUPPORT_YEAR, TRY_CAST(trim(SUPPORT_YEAR) AS BIGINT), 'a number'),
            problem('TOTAL_COST', TOTAL_COST, cost_, 'a number'),
            problem('TOTAL_COST_SUB_PROJECT', TOTAL_COST_SUB_PROJECT, sub_cost_, 'a number'),
            problem('PROJECT_START', told(PROJECT_START), project_start_, 'a date'),
            problem('PROJECT_END', told(PROJECT_END), project_end_, 'a date'),
            problem('BUDGET_START', told(BUDGET_START), budget_start_, 'a date'),
            problem('BUDGET_END', told(BUDGET_END), budget_end_, 'a date'),
            problem('AWARD_NOTICE_DATE', told(AWARD_NOTICE_DATE), noticed_on_, 'a date')
        ), '') AS problem_,
        -- The web export repeats an award for every institute that pays: all but the institute is the same.
        CASE WHEN layout = 'web' AND row_number() OVER (
            PARTITION BY layout, _file, appl_, fy_, FULL_PROJECT_NUM, ACTIVITY, ADMINISTERING_IC, SUBPROJECT_ID,
                TOTAL_COST, TOTAL_COST_SUB_PROJECT, PROJECT_START, PROJECT_END, BUDGET_START, BUDGET_END,
                AWARD_NOTICE_DATE, ORG_NAME, ORG_IPF_CODE, PROJECT_TITLE, _problem
            ORDER BY _line
        ) > 1 THEN 'row_per_institute' END AS dropped_
    FROM read_
"""

_WRITTEN = """
    -- Every row is an award of its own to the seed of programme codes: its number stands for a file's name.
    CREATE OR REPLACE TEMP TABLE written AS
    SELECT
        'element' AS kind,
        activity_ AS code,
        CAST(NULL AS VARCHAR) AS label,
        fy_ AS year,
        _file || ' ' || _line AS _file,
        1 AS _nth,
        _file AS file_,
        _line,
        award_id,
        period,
        problem_,
        dropped_
    FROM typed
"""

_AWARD = f"""
    SELECT
        award_id,
        period,
        '{FUNDER}' AS funder,
        upper(coalesce(told(IC_NAME), told(ADMINISTERING_IC))) AS programme,
        activity_ AS scheme,
        f.form,
        award_id AS project_id,
        plain(told(PROJECT_TITLE)) AS title,
        -- A subproject's budget year says nothing of when its award began.
        coalesce(project_start_, CASE WHEN NOT is_sub THEN budget_start_ END) AS starts_on,
        coalesce(project_end_, CASE WHEN NOT is_sub THEN budget_end_ END) AS ends_on,
        noticed_on_ AS awarded_on,
        CASE WHEN NOT is_sub THEN cost_ END AS amount,
        CASE WHEN (CASE WHEN is_sub THEN sub_cost_ ELSE cost_ END) IS NOT NULL THEN 'USD' END AS currency,
        told(SUBPROJECT_ID) AS subproject,
        CASE WHEN is_sub THEN sub_cost_ END AS subproject_amount,
        coalesce(added_on_, made_on, noticed_on_) AS updated_on,
        'https://reporter.nih.gov/project-details/' || appl_ AS record_url,
        t._file,
        t._line,
        problem_ AS _problem,
        dropped_ AS _dropped
    FROM typed AS t
    LEFT JOIN form_of AS f ON f._file = t._file || ' ' || t._line
"""

_PARTY = """
    WITH party AS (
        SELECT
            *,
            plain(told(ORG_NAME)) AS name_,
            country_named(told(ORG_COUNTRY)) AS country_,
            upper(told(ORG_STATE)) AS state_,
            -- Several numbers are joined by ";", leading zeros are lost, and before 2009 they were not checked.
            CASE WHEN fy_ >= 2009
                THEN nullif(lpad(regexp_extract(ORG_DUNS, '[0-9]{5,9}'), 9, '0'), '000000000') END AS duns_
        FROM typed
    )
    SELECT
        award_id,
        period,
        1 AS party_no,
        -- Who does a subproject takes part in the award, and the award's money is its holder's.
        CASE WHEN is_sub THEN 'participant' ELSE 'awardee' END AS role,
        name_ AS name,
        -- Territories are states to NIH, and countries to ISO 3166 and to ROR.
        CASE WHEN country_ = 'US' AND state_ IN ('AS', 'GU', 'MP', 'PR', 'VI') THEN state_ ELSE country_ END AS country,
        plain(told(ORG_CITY)) AS city,
        state_ AS state,
        coalesce(
            'uei:' || upper(told(ORG_UEI)),
            'ipf:' || nullif(told(ORG_IPF_CODE), '0'),
            'duns:' || duns_
        ) AS source_org_id,
        told(ORG_TYPE) AS source_type,
        -- Small business programmes pay small businesses alone: 13 CFR 121.702.
        CASE WHEN NOT is_sub AND f.form = 'sme_programme' THEN true END AS is_sme,
        CASE WHEN NOT is_sub THEN cost_ END AS amount,
        CASE WHEN NOT is_sub AND cost_ IS NOT NULL THEN 'USD' END AS currency,
        p._file,
        p._line,
        problem_ AS _problem,
        CASE WHEN dropped_ IS NOT NULL THEN dropped_ WHEN name_ IS NULL THEN 'no_name' END AS _dropped
    FROM party AS p
    LEFT JOIN form_of AS f ON f._file = p._file || ' ' || p._line
"""

_PROGRAMME = """
    SELECT
        award_id,
        period,
        kind,
        code,
        label,
        form,
        centre_type,
        requires_industry,
        file_ AS _file,
        _line,
        problem_ AS _problem,
        CASE WHEN dropped_ IS NOT NULL THEN dropped_ WHEN code IS NULL THEN 'no_code' END AS _dropped
    FROM programme
"""

_OUTPUT = """
    SELECT
        'nih:' || upper(told(PROJECT_ID)) AS award_id,
        'us:' || patent_of(PATENT_ID) AS output_id,
        'patent' AS kind,
        plain(told(PATENT_TITLE)) AS title,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem, problem('PATENT_ID', PATENT_ID, patent_of(PATENT_ID), 'a number of a US patent')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM raw_patent
"""

QUERIES = (
    ("award", _AWARD),
    ("award_party", _PARTY),
    ("award_programme", _PROGRAMME),
    ("award_output", _OUTPUT),
)


def make(connection: duckdb.DuckDBPyConnection) -> None:
    """Prepare the temporary tables that `QUERIES` read, from `raw_project`."""
    for macro in _MACROS:
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    connection.execute(_TYPED)
    programmes.install(connection, FUNDER)
    connection.execute(_WRITTEN)
    programmes.match(connection)
