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

from pipelines import clean, nsf_tables, programmes, read, read_fields
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
    connection.execute(nsf_tables.DATED)
    connection.execute(nsf_tables.WRITTEN)
    programmes.match(connection)
    ((assumed,),) = connection.execute(f"SELECT count(*) FROM dated WHERE {nsf_tables.HAS_NO_OBLIGATION}").fetchall()
    reading.saw(RAW["oblg_fy"], assumed)
    reading.warnings += programmes.warnings(connection, file.name)
    reading.warnings += clean.unknown_countries(
        connection,
        "SELECT inst_country_name FROM raw_inst UNION ALL SELECT perf_ctry_name FROM raw_perf_inst",
        file.name,
    )
    for table, query in (
        ("award", nsf_tables.AWARD),
        ("award_party", nsf_tables.PARTY),
        ("award_programme", nsf_tables.PROGRAMME),
        ("award_obligation", nsf_tables.OBLIGATION),
    ):
        for batch in connection.sql(query).to_arrow_reader(read.ROWS):
            yield table, batch
