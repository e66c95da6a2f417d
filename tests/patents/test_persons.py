"""Persons and organisations are told apart by the way the office writes names; persons' names are invented."""

import duckdb
import pytest

from pipelines.patents import persons

ORGANISATIONS = """
    ACME, INC. | REGENTS OF THE UNIVERSITY OF CALIFORNIA, THE | SMITH, KLINE & FRENCH LABORATORIES | WIDEX, A/S
    GOOGLE VENTURES 2012, L.P. | BRIGHT SUN TECHNOLOGIES, SERIES 42 OF ALLIED SECURITY TRUST I | ROCKETHOUSE, LLC
    UNIVERSITY, YALE | SAMSUNG ELECTRONICS CO., LTD. | NESTLE FOODS, S.A. | NESTLE FOODS, SA | NESTLE, S.A.
    NAVY, SECRETARY OF THE, UNITED STATES OF AMERICA | ENERGY, UNITED STATES DEPARTMENT OF | GOOGLE
    TEXAS A&M UNIVERSITY SYSTEM, THE | HITACHI, LTD. | BOEING COMPANY, THE | BROAD INSTITUTE, INC., THE | SAP SE
    COMMISSARIAT A L'ENERGIE ATOMIQUE | L'OREAL, S.A. | ELI LILLY AND COMPANY | FOO BAR CO.,LTD | NOKIA OYJ
    TELEFONAKTIEBOLAGET L M ERICSSON (PUBL) | MERCK SHARP & DOHME CORP. | MINISTER OF NATIONAL DEFENCE, CANADA
    BAYER AG, LEVERKUSEN | WISCONSIN ALUMNI RESEARCH FOUNDATION | SCRIPPS RESEARCH INSTITUTE, THE | 3M INNOVATIVE
    TRUSTEES OF THE UNIVERSITY OF PENNSYLVANIA, THE | QUORVANE INTERNATIONAL, DELAWARE | BARNES FAMILY TRUST, THE
"""

PERSONS = """
    QUORVANE, ADALIND | AL-QUORVANE, ADA SALEM | D'QUORVANE, CHARMAINE CYNTHIA | KIM, SE | KIM, SE HOON | GRAY, ASA
    SA, QUORVANA | DE SA, QUORVANA | QUORVANE, ERIC | PAO, QUOR | AO, QUORO | FINCQUOR, NICHOLAS V. | ADA Q QUORVANE
    ADA Q. QUORVANE | QUORVANE, ADA, JR. | ESTATE OF ADA QUORVANE | NGUYEN, CO | LEE, QUOR-HOON | THE, QUORVANE
    QUORVANE, ADA (DECEASED) | COWAN, QUOR | BANK, QUORVANE | POWER, ADA | QUORVANE, JOERG, DR. | VAN DER QUOR, JAN
    DR. ADA QUORVANE | QUORVANE, THEODORE | NGUYEN, THE QUOR
"""

GOVERNMENT = """
    NATIONAL INSTITUTES OF HEALTH (NIH), U.S. DEPT. OF HEALTH AND HUMAN SERVICES (DHHS), U.S. GOVERNMENT | NIH-DEITR
    US GOVERNMENT | NATIONAL SCIENCE FOUNDATION | NAVY, SECRETARY OF THE, UNITED STATES OF AMERICA
    ENERGY, UNITED STATES DEPARTMENT OF | U.S. DEPARTMENT OF ENERGY | NATIONAL INSTITUTES OF HEALTH - DIRECTOR DEITR
    THE UNITED STATES OF AMERICA AS REPRESENTED BY THE SECRETARY OF THE NAVY | OFFICE OF NAVAL RESEARCH
"""

NOT_GOVERNMENT = """
    UNITED STATES STEEL CORPORATION | US ONCOLOGY | ENERGY RECOVERY INC | UNITED STATES SURGICAL CORPORATION
    NATIONAL INSTITUTE OF ADVANCED INDUSTRIAL SCIENCE AND TECHNOLOGY | UNIVERSITY OF CALIFORNIA | SONIHULL
"""


def names(text):
    return [name.strip() for line in text.strip().splitlines() for name in line.split("|")]


@pytest.fixture(scope="module")
def said():
    with duckdb.connect() as connection:
        persons.install(connection)
        yield lambda macro, name: connection.execute(f"SELECT {macro}(?)", [name]).fetchall()[0][0]


def test_an_organisation_is_never_lost_for_its_comma(said):
    assert [name for name in names(ORGANISATIONS) if said("is_person", name)] == []


def test_a_person_is_told_by_the_comma(said):
    assert [name for name in names(PERSONS) if not said("is_person", name)] == []


def test_a_blank_name_is_nobodys(said):
    assert [said("is_person", name) for name in ("", "  ", None, ",")] == [False] * 4
    assert said("is_us_government", None) is False


def test_the_government_is_told_from_companies_that_bear_its_name(said):
    assert [name for name in names(GOVERNMENT) if not said("is_us_government", name)] == []
    assert [name for name in names(NOT_GOVERNMENT) if said("is_us_government", name)] == []
