"""NSF's yearly zips: a document an award, XML to 2024 and JSON since, in two vintages side by side.

Traps as in real files: text escaped twice, element codes two characters longer from 2024 on, a document that is
not well formed, a contract among the grants, agreements without an institution. People are invented; their
addresses and telephone numbers are there to be thrown away.
"""

import json
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.demo import invented
from pipelines.demo.records import World
from pipelines.demo.us.awards import DUNS, LAST, OLD, UEI, Awards, awards
from pipelines.demo.us.holders import STATES, Holder, holders
from pipelines.demo.us.kinds import KINDS, UNITS, Kind

TOPICS = ("clean energy", "materials & devices", "trustworthy machines", "quantum sensors", "living systems")
ABSTRACT = "Simulated award; nobody does this.<br/>\nIt tries readers with <i>tags</i>, quotes & lines."

FIRST_NUMBER = 70_000
"""Award numbers end in five digits; real ones are given out from 0 on, and none is known above this."""

CONTRACT = (2024, 2)
"""File year and place of the contract."""


def number_of(award: Awards, row: int) -> str:
    """Return an award's number: the year's two digits and five more, or a contract's own."""
    year, nth = int(award.file_year[row]), int(award.nth[row])
    if (year, nth) == CONTRACT:
        return f"491004{year % 100}C{9000 + nth}"
    return f"{year % 100:02d}{FIRST_NUMBER + nth:05d}"


def title_of(award: Awards, row: int) -> str:
    """Return an award's title: siblings share it, and say that they are collaborative."""
    lead = int(award.lead[row])
    kind = KINDS[award.kind[row]]
    if kind.is_plain:
        return kind.words
    title = f"{kind.words}Simulated award on {TOPICS[lead % len(TOPICS)]}, no. {number_of(award, lead)}"
    return f"Collaborative Research: {title}" if award.is_shared[row] else title


def codes_of(award: Awards, row: int) -> list[tuple[str, str]]:
    """Return an award's programme elements: from 2024 on their codes are two characters longer."""
    more = "00" if award.file_year[row] >= 2024 else ""
    return [(code + more, label) for code, label in KINDS[award.kind[row]].elements]


def write(world: World, year: int, path: Path) -> None:
    """Write a year's zip, the same bytes for the same world."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _documents(world, year):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 15, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


def _documents(world: World, year: int) -> Iterator[tuple[str, str]]:
    award, known = awards(world), holders(world)
    rows = range(*award.of(year).indices(len(award.lead)))
    dates = [np.datetime_as_string(c[rows.start : rows.stop]).tolist()
             for c in (award.starts_on, award.ends_on, award.awarded_on, award.updated_on)]  # fmt: skip
    for row, days in zip(rows, zip(*dates, strict=True), strict=True):
        holder = known.get(int(award.awardee[row]))
        performer = known.get(int(award.performer[row]))
        if (year, int(award.nth[row])) == CONTRACT:
            holder = performer = None
        if year >= LAST:
            yield f"{number_of(award, row)}.json", _json(award, row, days, holder, performer)
        else:
            text = _xml(award, row, days, holder, performer)
            if row == award.ill_formed:
                text = text.replace("<AbstractNarration>", "<AbstractNarration>K< = 0 ", 1)
            yield f"{number_of(award, row)}.xml", text


def _person(row: int) -> tuple[str, str]:
    return invented.word(2 * row), invented.word(2 * row + 1)


def _text(text: str) -> str:
    return escape(text, quote=False)


def _day(day: str) -> str:
    return f"{day[5:7]}/{day[8:]}/{day[:4]}"


def _xml(award: Awards, row: int, days: tuple[str, ...], holder: Holder | None, performer: Holder | None) -> str:
    kind, vintage = KINDS[award.kind[row]], int(award.vintage[row])
    is_old = vintage == OLD
    code, short, directorate, division = UNITS[kind.unit]
    starts, ends, first, last = map(_day, days)
    # Old documents are escaped once more than XML asks for.
    title = _text(_text(title_of(award, row)) if is_old else title_of(award, row))
    instrument = "Contract" if "C" in number_of(award, row) else kind.instrument
    pieces = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rootTag>\n<Award>\n<AwardTitle>{title}</AwardTitle>\n',
        "" if is_old else "<AGENCY>NSF</AGENCY>\n",
        f"<AwardEffectiveDate>{starts}</AwardEffectiveDate>\n<AwardExpirationDate>{ends}</AwardExpirationDate>\n"
        f"<AwardTotalIntnAmount>{award.intended[row]}.00</AwardTotalIntnAmount>\n"
        f"<AwardAmount>{award.amounts[row]}</AwardAmount>\n"
        f"<AwardInstrument>\n<Value>{instrument}</Value>\n</AwardInstrument>\n"
        f"<Organization>\n<Code>{code}</Code>\n<Directorate>\n<Abbreviation>{short}</Abbreviation>\n"
        f"<LongName>{_text(directorate)}</LongName>\n</Directorate>\n<Division>\n"
        f"<Abbreviation>{kind.unit}</Abbreviation>\n<LongName>{_text(division)}</LongName>\n</Division>\n</Organization>\n"
        "<ProgramOfficer>\n<SignBlockName>Simulated Officer</SignBlockName>\n"
        "<PO_EMAI>officer@example.org</PO_EMAI>\n<PO_PHON>7035550100</PO_PHON>\n</ProgramOfficer>\n"
        f"<AbstractNarration>{_text(ABSTRACT)}</AbstractNarration>\n"
        f"<MinAmdLetterDate>{first}</MinAmdLetterDate>\n<MaxAmdLetterDate>{last}</MaxAmdLetterDate>\n<ARRAAmount/>\n",
        "" if is_old else "<TRAN_TYPE>Grant</TRAN_TYPE>\n<CFDA_NUM>47.041</CFDA_NUM>\n"
        "<NSF_PAR_USE_FLAG>0</NSF_PAR_USE_FLAG>\n<FUND_AGCY_CODE>4900</FUND_AGCY_CODE>\n"
        "<AWDG_AGCY_CODE>4900</AWDG_AGCY_CODE>\n",
        f"<AwardID>{number_of(award, row)}</AwardID>\n",
    ]  # fmt: skip
    if holder:
        pieces += [_investigator(row, first), _institution(holder, vintage)]
    if performer and not is_old:
        pieces.append(_performance(performer))
    pieces += [_code("ProgramElement", *pair) for pair in codes_of(award, row)]
    pieces += [_code("ProgramReference", *pair) for pair in kind.references]
    if not is_old:
        pieces += [f"<FUND_OBLG>{year}~{amount}</FUND_OBLG>\n" for year, amount in award.fiscal_years(row)]
    pieces.append("</Award>\n</rootTag>\n")
    return "".join(pieces)


def _investigator(row: int, first: str) -> str:
    given, family = _person(row)
    return (
        f"<Investigator>\n<FirstName>{given}</FirstName>\n<LastName>{family}</LastName>\n<PI_MID_INIT/>\n"
        f"<PI_SUFX_NAME/>\n<PI_FULL_NAME>{given} {family}</PI_FULL_NAME>\n"
        f"<EmailAddress>{given.lower()}@example.org</EmailAddress>\n<NSF_ID>000000000</NSF_ID>\n"
        f"<StartDate>{first}</StartDate>\n<EndDate/>\n<RoleCode>Principal Investigator</RoleCode>\n</Investigator>\n"
    )


def _institution(holder: Holder, vintage: int) -> str:
    legal = f"<ORG_LGL_BUS_NAME>{_text(holder.legal)}</ORG_LGL_BUS_NAME>\n"
    numbers = {
        OLD: "",
        DUNS: f"<ORG_DUNS_NUM>{holder.duns}</ORG_DUNS_NUM>\n{legal}<ORG_PRNT_DUNS_NUM/>\n",
        UEI: f"<ORG_UEI_NUM>{holder.uei}</ORG_UEI_NUM>\n{legal}<ORG_PRNT_UEI_NUM/>\n",
    }[vintage]
    return (
        f"<Institution>\n<Name>{_text(holder.name)}</Name>\n<CityName>{holder.city.upper()}</CityName>\n"
        "<ZipCode>000000000</ZipCode>\n<PhoneNumber>7035550101</PhoneNumber>\n"
        "<StreetAddress>1 SIMULATED STREET</StreetAddress>\n<StreetAddress2/>\n"
        f"<CountryName>United States</CountryName>\n<StateName>{STATES[holder.state]}</StateName>\n"
        f"<StateCode>{holder.state}</StateCode>\n{numbers}</Institution>\n"
    )


def _performance(performer: Holder) -> str:
    return (
        f"<Performance_Institution>\n<Name><![CDATA[{performer.does}]]></Name>\n<CityName>{performer.city}</CityName>\n"
        f"<StateCode>{performer.state}</StateCode>\n<ZipCode>000000000</ZipCode>\n"
        "<StreetAddress><![CDATA[1 SIMULATED STREET]]></StreetAddress>\n<CountryCode>US</CountryCode>\n"
        f"<CountryName>United States</CountryName>\n<StateName>{STATES[performer.state]}</StateName>\n"
        "<CountryFlag>1</CountryFlag>\n</Performance_Institution>\n"
    )


def _code(element: str, code: str, label: str) -> str:
    return f"<{element}>\n<Code>{code}</Code>\n<Text>{_text(label)}</Text>\n</{element}>\n"


def _json(award: Awards, row: int, days: tuple[str, ...], holder: Holder | None, performer: Holder | None) -> str:
    kind: Kind = KINDS[award.kind[row]]
    code, short, directorate, division = UNITS[kind.unit]
    given, family = _person(row)
    found: dict[str, Any] = {
        "awd_id": number_of(award, row), "agcy_id": "NSF", "tran_type": "Grant", "awd_istr_txt": kind.instrument,
        "awd_titl_txt": title_of(award, row), "cfda_num": "47.041", "org_code": code, "po_phone": "7035550100",
        "po_email": "officer@example.org", "po_sign_block_name": "Simulated Officer", "awd_eff_date": days[0],
        "awd_exp_date": days[1], "tot_intn_awd_amt": float(award.intended[row]),
        "awd_amount": float(award.amounts[row]), "awd_min_amd_letter_date": days[2],
        "awd_max_amd_letter_date": days[3], "awd_abstract_narration": ABSTRACT.replace("\n", "\r\n"),
        "awd_arra_amount": 0.0, "dir_abbr": short, "org_dir_long_name": directorate, "div_abbr": kind.unit,
        "org_div_long_name": division, "awd_agcy_code": "4900", "fund_agcy_code": "4900",
        "pi": [{"pi_role": "Principal Investigator", "pi_first_name": given, "pi_last_name": family,
                "pi_mid_init": "", "pi_sufx_name": "", "pi_full_name": f"{given} {family}",
                "pi_email_addr": f"{given.lower()}@example.org", "nsf_id": "000000000", "pi_start_date": days[2],
                "pi_end_date": None}] if holder else None,
        "inst": holder and {
            "inst_name": holder.name, "inst_street_address": "1 SIMULATED STREET", "inst_street_address_2": "",
            "inst_city_name": holder.city.upper(), "inst_state_code": holder.state,
            "inst_state_name": STATES[holder.state], "inst_phone_num": "7035550101", "inst_zip_code": "000000000",
            "inst_country_name": "United States", "cong_dist_code": "", "st_cong_dist_code": "",
            "org_lgl_bus_name": holder.legal, "org_prnt_uei_num": "", "org_uei_num": holder.uei},
        "perf_inst": performer and {
            "perf_inst_name": performer.does, "perf_str_addr": "1 SIMULATED STREET",
            "perf_city_name": performer.city, "perf_st_code": performer.state,
            "perf_st_name": STATES[performer.state], "perf_zip_code": "000000000", "perf_ctry_code": "US",
            "perf_cong_dist": "", "perf_st_cong_dist": "", "perf_ctry_name": "United States",
            "perf_ctry_flag": "1"},
        "pgm_ele": [{"pgm_ele_code": c, "pgm_ele_name": label} for c, label in codes_of(award, row)] or None,
        "pgm_ref": [{"pgm_ref_code": c, "pgm_ref_txt": label} for c, label in kind.references] or None,
        "app_fund": [],
        "oblg_fy": [{"fund_oblg_fiscal_yr": year, "fund_oblg_amt": float(amount)}
                    for year, amount in award.fiscal_years(row)] or None,
        "por": None,
    }  # fmt: skip
    return json.dumps(found, indent=1)
