"""NSF awards: every award of the US National Science Foundation, in one zip for each year of award numbers.

Published by the National Science Foundation; a work of the US government, free to redistribute. A zip holds
one document an award: XML until January 2025, in two vintages side by side, JSON since; both give the same
rows. An award names one institution, and never its partners. Traps: one project of several universities is
several awards with one title; texts are escaped twice, and country codes are not ISO's (PA is Paraguay); a
file's year is that of the award numbers, not of the starts; AwardAmount and FUND_OBLG tell the same money;
codes were reused for other programmes, and those of elements grew by two zeros in April 2024.
"""

import datetime as dt
import html
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import clean, programmes, read, read_fields
from pipelines.http import Download, Session
from pipelines.source import Offer, RawFile, RawTable, Source, Span

VERSION = 1

SEEDS = ("programme_codes", "country_names")

FUNDER = "US National Science Foundation"

SOURCE = Source(
    name="nsf_awards",
    title="NSF awards by year",
    publisher=FUNDER,
    topic="grants",
    homepage="https://www.nsf.gov/awardsearch/",
    licence="US government work",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="National Science Foundation: award search, awards by year",
    cadence="daily",
    part_kind="period",
    changes_by="etag",
    first_part="1976",
    tables=("award", "award_party", "award_programme", "award_obligation"),
    mirror=r"(?P<part>(19|20)\d\d|(?i:historical))\.zip",
    mirror_example="2008.zip",
    observes={
        "awardees": "award_party.name WHERE role = 'awardee'",
        "centres": "award_programme.code WHERE kind = 'element'",
        "dates": "award.starts_on",
        "icorps": "award_programme.code WHERE kind = 'element'",
        "industry_programmes": "award_programme.code",
        "obligations": "award_obligation.amount WHERE NOT is_assumed",
        "programme_codes": "award_programme.code",
        "scheme": "award.scheme",
        "training": "award_programme.code WHERE kind = 'element'",
    },
    # Of the awards in 2008.zip 95 % were made within 20 days of their start.
    lag_days=90,
    spans={"historical": Span(1950, 1976)},
    part_years=(-1, 2),
    # An award is amended for five years, and its record with it.
    recent_parts=6,
)


def _raw(core: str, must: dict[str, str], may: dict[str, str]) -> RawTable:
    """Declare fields by their names in JSON, each with its name in XML; the first is the key."""
    formerly: dict[str, tuple[str, ...]] = {name: (old,) for name, old in (must | may).items() if old}
    return RawTable(tuple(must), core, (next(iter(must)),), tuple(may), formerly)


RAW = {
    "award": _raw(
        "award",
        {"awd_id": "AwardID", "awd_titl_txt": "AwardTitle", "awd_istr_txt": "AwardInstrument/Value",
         "awd_eff_date": "AwardEffectiveDate", "awd_exp_date": "AwardExpirationDate", "awd_amount": "AwardAmount",
         "awd_min_amd_letter_date": "MinAmdLetterDate", "awd_max_amd_letter_date": "MaxAmdLetterDate",
         "org_dir_long_name": "Organization/Directorate/LongName",
         "org_div_long_name": "Organization/Division/LongName"},
        {},
    ),
    "inst": _raw(
        "award_party",
        {"inst_name": "Name", "inst_city_name": "CityName", "inst_state_code": "StateCode",
         "inst_country_name": "CountryName"},
        {"org_lgl_bus_name": "ORG_LGL_BUS_NAME", "org_uei_num": "ORG_UEI_NUM", "org_duns_num": "ORG_DUNS_NUM"},
    ),
    "perf_inst": _raw(
        "award_party",
        {"perf_inst_name": "Name", "perf_city_name": "CityName", "perf_st_code": "StateCode",
         "perf_ctry_name": "CountryName"},
        {},
    ),
    "pgm_ele": _raw("award_programme", {"pgm_ele_code": "Code", "pgm_ele_name": "Text"}, {}),
    "pgm_ref": _raw("award_programme", {"pgm_ref_code": "Code", "pgm_ref_txt": "Text"}, {}),
    # XML writes `2008~20200` in one element.
    "oblg_fy": _raw("award_obligation", {"fund_oblg_fiscal_yr": "FUND_OBLG"}, {"fund_oblg_amt": ""}),
}  # fmt: skip

UNREAD = """
    pi Investigator po_sign_block_name po_email po_phone ProgramOfficer
    inst_phone_num PhoneNumber inst_street_address StreetAddress inst_street_address_2 StreetAddress2 inst_zip_code
    ZipCode perf_str_addr perf_zip_code inst_county_name perf_county_name CountyName inst_state_name perf_st_name
    StateName cong_dist_code st_cong_dist_code CONGRESSDISTRICT CONGRESS_DISTRICT_ORG perf_cong_dist
    perf_st_cong_dist CONGRESS_DISTRICT_PERF perf_ctry_code CountryCode perf_ctry_flag CountryFlag
    org_prnt_uei_num ORG_PRNT_UEI_NUM org_prnt_duns_num ORG_PRNT_DUNS_NUM
    awd_abstract_narration AbstractNarration por POR app_fund Appropriation Fund FoaInformation
    agcy_id AGENCY tran_type TRAN_TYPE cfda_num CFDA_NUM org_code Organization/Code NSF_PAR_USE_FLAG
    tot_intn_awd_amt AwardTotalIntnAmount awd_arra_amount ARRAAmount dir_abbr Organization/Directorate/Abbreviation
    div_abbr Organization/Division/Abbreviation awd_agcy_code AWDG_AGCY_CODE fund_agcy_code FUND_AGCY_CODE
"""
"""Elements of which nothing is read, in JSON and in XML: persons, how to reach them, long texts, codes not needed."""


def _plain(text: str) -> str:
    """Undo the escaping that is left once a document is parsed, and the note on entries that are out of use."""
    return html.unescape(html.unescape(text)).strip().removesuffix("-DO NOT USE").rstrip()


SHAPE = read_fields.Shape(
    RAW,
    own="award",
    record="Award",
    holders={
        **{table: table for table in RAW if table != "award"},
        "Institution": "inst", "Performance_Institution": "perf_inst", "FUND_OBLG": "oblg_fy",
        "ProgramElement": "pgm_ele", "ProgramReference": "pgm_ref",
    },
    unread=frozenset(UNREAD.split()),
    expected=("inst", "pgm_ele", "pgm_ref"),
    clean=_plain,
)  # fmt: skip

ADDRESS = "https://www.nsf.gov/awardsearch/download?DownloadFileName={year}&All=true"
"""The publisher's zip of a year. IUR_NSF_AWARDS_URL replaces it, with {year} in it."""


def parts(session: Session) -> list[Offer]:
    """Return the historical part and one part a year, 1976 to this year; there is no listing to ask.

    What changed is told by the conditional request for each zip; this year's may not be there yet.
    """
    address = os.environ.get("IUR_NSF_AWARDS_URL", ADDRESS)
    years = [str(year) for year in range(int(SOURCE.first_part), dt.date.today().year + 1)]
    return [
        Offer("nsf_awards", name.lower(), (address.format(year=name),), is_certain=name != years[-1])
        for name in ("Historical", *years)
    ]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the zip of a year where it changed; its name is the part's, which its address does not tell."""
    name = f"{part.part}.zip"
    return [(name, session.download(part.urls[0], into / name))]


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield awards, parties, programme codes and obligations of one zip."""
    (file,) = files
    read_fields.load(connection, file.path, file.name, SHAPE, reading)
    programmes.install(connection, FUNDER)
    clean.country_names(connection)
    connection.execute(_DATED)
    connection.execute(_WRITTEN)
    programmes.match(connection)
    ((assumed,),) = connection.execute(f"SELECT count(*) FROM dated WHERE {_HAS_NO_OBLIGATION}").fetchall()
    reading.saw(RAW["oblg_fy"], assumed)
    reading.warnings += programmes.warnings(connection, file.name)
    reading.warnings += clean.unknown_countries(
        connection,
        "SELECT inst_country_name FROM raw_inst UNION ALL SELECT perf_ctry_name FROM raw_perf_inst",
        file.name,
    )
    for table, query in (
        ("award", _AWARD),
        ("award_party", _PARTY),
        ("award_programme", _PROGRAMME),
        ("award_obligation", _OBLIGATION),
    ):
        for batch in connection.sql(query).to_arrow_reader(read.ROWS):
            yield table, batch


_DATED = """
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

_WRITTEN = """
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

_AWARD = r"""
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

_PARTY = """
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

_PROGRAMME = """
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

_HAS_NO_OBLIGATION = "_problem IS NULL AND _file NOT IN (SELECT _file FROM raw_oblg_fy)"

_OBLIGATION = f"""
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
        WHERE {_HAS_NO_OBLIGATION}
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
