"""The core tables of NSF awards, from the raw tables `raw_<name>` and the codes of `programme` and `form_of`."""

DATED = """
    CREATE OR REPLACE TEMP TABLE dated AS
    SELECT
        *,
        coalesce(day(awd_eff_date), us_day(awd_eff_date)) AS starts_on_,
        coalesce(day(awd_exp_date), us_day(awd_exp_date)) AS ends_on_,
        coalesce(day(awd_min_amd_letter_date), us_day(awd_min_amd_letter_date)) AS awarded_on_,
        coalesce(day(awd_max_amd_letter_date), us_day(awd_max_amd_letter_date)) AS updated_on_,
        number(awd_amount) AS amount_
    FROM raw_award
"""

WRITTEN = """
    CREATE OR REPLACE TEMP TABLE written AS
    WITH code AS (
        SELECT 'element' AS kind, trim(pgm_ele_code) AS code, blank(pgm_ele_name) AS label,
            _key, _nth, _file, _line, _problem
        FROM raw_pgm_ele
        UNION ALL
        SELECT 'reference', trim(pgm_ref_code), blank(pgm_ref_txt), _key, _nth, _file, _line, _problem
        FROM raw_pgm_ref
    )
    -- Element codes were lengthened by 00 in April 2024; in their old length they compare over the years.
    SELECT
        c.kind,
        CASE WHEN kind = 'element' AND regexp_full_match(code, '.{4}00') THEN left(code, 4) ELSE blank(code) END
            AS code,
        c.label,
        CAST(extract(year FROM a.starts_on_) AS BIGINT) AS year,
        c._key, c._nth, c._file, c._line, c._problem
    FROM code AS c
    JOIN dated AS a ON a._file = c._file
"""

AWARD = r"""
    -- Siblings share title and start, and one of them says "Collaborative Research". Where none does, a title
    -- is the programme's own: eleven "Postdoctoral Research Fellowship" of one day are eleven projects.
    WITH titled AS (
        SELECT
            *,
            trim(regexp_replace(
                regexp_replace(lower(replace(awd_titl_txt, '&', ' and ')),
                    'collaborative\s+(research|proposal|project)s?', '', 'g'),
                '[^\p{L}\p{N}]+', ' ', 'g'
            )) AS title_,
            regexp_matches(awd_titl_txt, 'collaborative\s+(research|proposal|project)', 'i') AS is_marked
        FROM dated
    ),
    kin AS (
        SELECT title_ AS kin_title, starts_on_ AS kin_start, min(_key) AS first_key
        FROM titled
        WHERE title_ <> '' AND starts_on_ IS NOT NULL
        GROUP BY title_, starts_on_
        HAVING bool_or(is_marked)
    )
    SELECT
        'nsf:' || _key AS award_id,
        'all' AS period,
        'US National Science Foundation' AS funder,
        nullif(concat_ws(' / ', blank(org_dir_long_name), blank(org_div_long_name)), '') AS programme,
        blank(awd_istr_txt) AS scheme,
        f.form,
        'nsf:' || coalesce(k.first_key, _key) AS project_id,
        blank(awd_titl_txt) AS title,
        starts_on_ AS starts_on,
        ends_on_ AS ends_on,
        awarded_on_ AS awarded_on,
        amount_ AS amount,
        CASE WHEN amount_ IS NOT NULL THEN 'USD' END AS currency,
        updated_on_ AS updated_on,
        'https://www.nsf.gov/awardsearch/showAward?AWD_ID=' || _key AS record_url,
        t._file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            CASE WHEN _problem IS NULL AND NOT coalesce(regexp_full_match(awd_id, '[0-9A-Za-z]+'), false)
                THEN 'awd_id: ' || coalesce(awd_id, '') || ' is not an award number' END,
            problem('awd_amount', awd_amount, amount_, 'a number'),
            problem('awd_eff_date', awd_eff_date, starts_on_, 'a date'),
            problem('awd_exp_date', awd_exp_date, ends_on_, 'a date'),
            problem('awd_min_amd_letter_date', awd_min_amd_letter_date, awarded_on_, 'a date'),
            problem('awd_max_amd_letter_date', awd_max_amd_letter_date, updated_on_, 'a date')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM titled AS t
    LEFT JOIN form_of AS f ON f._file = t._file
    LEFT JOIN kin AS k ON k.kin_title = t.title_ AND k.kin_start = t.starts_on_
"""

PARTY = """
    WITH awardee AS (
        SELECT
            _key, _nth, _file, _line, _problem,
            coalesce(blank(inst_name), blank(org_lgl_bus_name)) AS name,
            blank(org_lgl_bus_name) AS legal_name,
            blank(inst_city_name) AS city, upper(blank(inst_state_code)) AS state,
            country_named(inst_country_name) AS country,
            coalesce('uei:' || blank(org_uei_num), 'duns:' || blank(org_duns_num)) AS source_org_id
        FROM raw_inst
    ),
    performer AS (
        SELECT
            p._key, p._nth, p._file, p._line, p._problem,
            blank(perf_inst_name) AS name,
            blank(perf_city_name) AS city, upper(blank(perf_st_code)) AS state,
            country_named(perf_ctry_name) AS country,
            coalesce(bool_or(bare(perf_inst_name) IN (bare(a.name), bare(a.legal_name))), false) AS is_awardee
        FROM raw_perf_inst AS p
        LEFT JOIN awardee AS a ON a._file = p._file
        GROUP BY ALL
    ),
    -- An awardee has an odd number and a performer an even one, so that 1 is the awardee and 2 the performer.
    party AS (
        SELECT
            _key, 2 * _nth - 1 AS party_no, 'awardee' AS role, name, legal_name, country, city, state,
            source_org_id, _file, _line, _problem, CASE WHEN name IS NULL THEN 'no_name' END AS _dropped
        FROM awardee
        UNION ALL
        SELECT
            _key, 2 * _nth, 'performer', name, NULL, country, city, state, NULL, _file, _line, _problem,
            CASE WHEN name IS NULL THEN 'no_name' WHEN is_awardee THEN 'performer_is_awardee' END
        FROM performer
    )
    SELECT
        'nsf:' || _key AS award_id,
        'all' AS period,
        party_no,
        role,
        name,
        legal_name,
        -- Territories are states to NSF, and countries to ISO 3166 and to ROR.
        CASE WHEN country = 'US' AND state IN ('AS', 'GU', 'MP', 'PR', 'VI') THEN state ELSE country END AS country,
        city,
        state,
        source_org_id,
        _file,
        _line,
        _problem,
        _dropped
    FROM party
"""

PROGRAMME = """
    SELECT
        'nsf:' || _key AS award_id, 'all' AS period,
        kind,
        code,
        label,
        form,
        centre_type,
        requires_industry,
        _file,
        _line,
        _problem,
        CASE WHEN code IS NULL THEN 'no_code' WHEN place > 1 THEN 'code_repeated' END AS _dropped
    FROM programme
"""

HAS_NO_OBLIGATION = "_problem IS NULL AND _file NOT IN (SELECT _file FROM raw_oblg_fy)"

OBLIGATION = f"""
    WITH written AS (
        SELECT
            _key, _nth, _file, _line, _problem,
            trim(split_part(fund_oblg_fiscal_yr, '~', 1)) AS year_text,
            coalesce(fund_oblg_amt, split_part(fund_oblg_fiscal_yr, '~', 2)) AS amount_text
        FROM raw_oblg_fy
    ),
    typed AS (
        SELECT
            *,
            CASE WHEN regexp_full_match(year_text, '(19[5-9]|20[0-9])[0-9]') THEN CAST(year_text AS BIGINT) END
                AS year_,
            number(amount_text) AS amount_,
            year_ IS NOT NULL AND amount_ IS NOT NULL AS is_read
        FROM written
    ),
    -- What cannot be read stands alone; what is published twice for a year is one amount.
    added AS (
        SELECT
            *,
            CAST(sum(CAST(amount_ AS DECIMAL(18, 4))) OVER (PARTITION BY _file, year_, is_read) AS DOUBLE) AS total,
            row_number() OVER (PARTITION BY _file, year_, is_read ORDER BY _nth) AS nth
        FROM typed
    ),
    obligation AS (
        SELECT
            _key, year_ AS fiscal_year, CASE WHEN is_read THEN total END AS amount, false AS is_assumed, _file, _line,
            nullif(concat_ws('; ', _problem, CASE WHEN NOT is_read
                THEN 'FUND_OBLG: ' || left(concat_ws('~', year_text, amount_text), 40)
                    || ' is not a fiscal year and an amount' END), '') AS _problem,
            CASE WHEN is_read AND nth > 1 THEN 'summed_with_its_year' END AS _dropped
        FROM added
        UNION ALL
        SELECT
            _key,
            us_fiscal_year(starts_on_),
            amount_, true, _file, _line, NULL,
            CASE WHEN amount_ IS NULL OR starts_on_ IS NULL THEN 'no_amount_or_start' END
        FROM dated
        WHERE {HAS_NO_OBLIGATION}
    )
    SELECT
        'nsf:' || _key AS award_id, 'all' AS period,
        fiscal_year,
        us_fiscal_start(fiscal_year) AS period_start,
        us_fiscal_end(fiscal_year) AS period_end,
        amount,
        'USD' AS currency,
        is_assumed,
        _file,
        _line,
        _problem,
        _dropped
    FROM obligation
"""
