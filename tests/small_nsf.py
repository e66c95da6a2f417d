"""NSF's yearly zips written by hand, in XML of both vintages and in JSON. Awards, persons and firms are invented."""

import datetime as dt
import html
import json
from dataclasses import dataclass
from pathlib import Path

from tests import small_world

PHONE, MAIL, PERSON = "5550100199", "ada.quorvane@example.org", "Adalind Quorvane"
"""What must never reach core, nor the name."""


@dataclass(frozen=True)
class Place:
    """An organisation as an award names it."""

    name: str
    city: str = "SPRINGFIELD"
    state: str = "IL"
    country: str = "United States"
    legal: str = ""
    uei: str = ""
    duns: str = ""
    code: str = "US"


@dataclass(frozen=True)
class Award:
    """An award as published. `is_old` is the vintage without agency, ids, performer and obligations."""

    id: str
    title: str
    starts: str = "2008-09-01"
    ends: str = "2011-08-31"
    amount: str = "300000"
    instrument: str = "Standard Grant"
    institution: Place | None = None
    performer: Place | None = None
    elements: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    obligations: tuple[tuple[int, str], ...] = ()
    made: str = "2008-08-20"
    changed: str = "2010-06-15"
    is_old: bool = False


ALMA = Place("University of Almere & Weesp", legal="THE REGENTS OF ALMERE", uei="ALM1234567X9")
FOUNDATION = Place("Borneo Research Foundation", "RENO", "NV", duns="012345678")
CAMPUS = Place("Borneo State University", "RENO", "NV")

AWARDS = (
    Award("0899001", "Collaborative Research:  Widgets & Gadgets", institution=ALMA, performer=ALMA,
          elements=(("1504", "GOALI-Grnt Opp Acad Lia wIndus"), ("1417", "Widget Systems")),
          references=(("9163", "SINGLE DIVISION/UNIVERSITY - INDUSTRY"), ("MANU", "MANUFACTURING")),
          obligations=((2008, "200000"), (2010, "100000"))),
    Award("0899002", "COLLABORATIVE PROPOSAL: Widgets and Gadgets", institution=FOUNDATION, performer=CAMPUS,
          elements=(("5761", "IUCRC-Indust-Univ Coop Res Ctr"),), instrument="Continuing grant",
          obligations=((2009, "300000"),)),
    Award("0899003", "Collaborative Research: Widgets & Gadgets", institution=Place("Corwen College"), is_old=True,
          elements=(("1417", ""),), references=(("0000", "UNASSIGNED"),)),
    Award("0899004", "Postdoctoral Research Fellowship", institution=ALMA, instrument="Fellowship Award",
          starts="2008-10-01", amount="0", obligations=((2009, "0"),)),
    Award("0899005", "Postdoctoral Research Fellowship", institution=ALMA, instrument="Fellowship Award",
          starts="2008-10-01", is_old=True),
    Award("49100408C0020", "Services of a library", instrument="Contract", is_old=True, starts="2008-09-30"),
)  # fmt: skip


def us(day: str) -> str:
    return dt.date.fromisoformat(day).strftime("%m/%d/%Y")


def twice(text: str) -> str:
    """Escape as the older vintage does: once for HTML, and that once more for XML."""
    return html.escape(html.escape(text, quote=False), quote=False)


def xml(award: Award) -> str:
    """An award's document until 2024."""
    new = not award.is_old
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<rootTag>",
        "<Award>",
        f"<AwardTitle><![CDATA[{award.title}]]></AwardTitle>",
        *(["<AGENCY>NSF</AGENCY>"] if new else []),
        f"<AwardEffectiveDate>{us(award.starts)}</AwardEffectiveDate>",
        f"<AwardExpirationDate>{us(award.ends)}</AwardExpirationDate>",
        "<AwardTotalIntnAmount>999999.00</AwardTotalIntnAmount>",
        f"<AwardAmount>{award.amount}</AwardAmount>",
        f"<AwardInstrument>\n<Value>{award.instrument}</Value>\n</AwardInstrument>",
        "<Organization>\n<Code>07030000</Code>\n<Directorate>\n<Abbreviation>ENG</Abbreviation>",
        "<LongName>Directorate For Engineering</LongName>\n</Directorate>",
        "<Division>\n<LongName>Div Of Civil, Mechanical, &amp; Manufact Inn</LongName>\n</Division>\n</Organization>",
        f"<ProgramOfficer>\n<SignBlockName>{PERSON}</SignBlockName>\n<PO_EMAI>{MAIL}</PO_EMAI>",
        f"<PO_PHON>{PHONE}</PO_PHON>\n</ProgramOfficer>",
        "<AbstractNarration><![CDATA[Of widgets.&lt;br/&gt;]]></AbstractNarration>",
        f"<MinAmdLetterDate>{us(award.made)}</MinAmdLetterDate>",
        f"<MaxAmdLetterDate>{us(award.changed)}</MaxAmdLetterDate>",
        "<ARRAAmount/>",
        *(["<TRAN_TYPE>Grant</TRAN_TYPE>"] if new else []),
        f"<AwardID>{award.id}</AwardID>",
        f"<Investigator>\n<FirstName>{PERSON}</FirstName>\n<EmailAddress>{MAIL}</EmailAddress>",
        f"<PI_PHON>{PHONE}</PI_PHON>\n<RoleCode>Principal Investigator</RoleCode>\n</Investigator>",
    ]
    if place := award.institution:
        lines += [
            f"<Institution>\n<Name>{twice(place.name)}</Name>\n<CityName>{place.city}</CityName>",
            f"<ZipCode>000000000</ZipCode>\n<PhoneNumber>{PHONE}</PhoneNumber>",
            f"<StreetAddress>1 MAIN ST</StreetAddress>\n<CountryName>{place.country}</CountryName>",
            f"<StateName/>\n<StateCode>{place.state}</StateCode>",
        ]
        if new:
            lines += [f"<ORG_UEI_NUM>{place.uei}</ORG_UEI_NUM>"] if place.uei else []
            lines += [f"<ORG_DUNS_NUM>{place.duns}</ORG_DUNS_NUM>"] if place.duns else []
            lines += [f"<ORG_LGL_BUS_NAME>{place.legal}</ORG_LGL_BUS_NAME>"]
        lines += ["</Institution>"]
    if new and (place := award.performer):
        lines += [
            f"<Performance_Institution>\n<Name><![CDATA[{html.escape(place.name, quote=False)}]]></Name>",
            f"<CityName>{place.city}</CityName>\n<StateCode>{place.state}</StateCode>",
            f"<CountryCode>{place.code}</CountryCode>\n<CountryName>{place.country}</CountryName>",
            "</Performance_Institution>",
        ]
    for tag, codes in (("ProgramElement", award.elements), ("ProgramReference", award.references)):
        lines += [f"<{tag}>\n<Code>{code}</Code>\n<Text>{twice(text)}</Text>\n</{tag}>" for code, text in codes]
    if new:
        lines += [f"<FUND_OBLG>{year}~{amount}</FUND_OBLG>" for year, amount in award.obligations]
    return "\n".join([*lines, "</Award>", "</rootTag>", ""])


def record(award: Award) -> dict:
    """An award's document since 2025: one vintage, longer codes of elements, null for what is not there."""
    new = not award.is_old
    place, performer = award.institution, award.performer if new else None
    return {
        "awd_id": award.id,
        "agcy_id": "NSF",
        "tran_type": "Grant",
        "awd_istr_txt": award.instrument,
        "awd_titl_txt": award.title,
        "cfda_num": "47.041",
        "org_code": "07030000",
        "po_phone": PHONE,
        "po_email": MAIL,
        "po_sign_block_name": PERSON,
        "awd_eff_date": award.starts,
        "awd_exp_date": award.ends,
        "tot_intn_awd_amt": 999999.0,
        "awd_amount": float(award.amount),
        "awd_min_amd_letter_date": award.made,
        "awd_max_amd_letter_date": award.changed,
        "awd_abstract_narration": "Of widgets.\r\n",
        "awd_arra_amount": 0.0,
        "dir_abbr": "ENG",
        "org_dir_long_name": "Directorate For Engineering",
        "div_abbr": None,
        "org_div_long_name": "Div Of Civil, Mechanical, & Manufact Inn",
        "awd_agcy_code": "4900",
        "fund_agcy_code": "4900",
        "pi": [{"pi_role": "Principal Investigator", "pi_full_name": PERSON, "pi_email_addr": MAIL}],
        "inst": place
        and {
            "inst_name": place.name,
            "inst_city_name": place.city,
            "inst_state_code": place.state,
            "inst_country_name": place.country,
            "inst_phone_num": PHONE,
            "org_lgl_bus_name": place.legal if new else "",
            "org_uei_num": place.uei if new else None,
            **({"org_duns_num": place.duns} if place.duns and new else {}),
        },
        "perf_inst": performer
        and {
            "perf_inst_name": performer.name,
            "perf_city_name": performer.city,
            "perf_st_code": performer.state,
            "perf_ctry_code": performer.code,
            "perf_ctry_name": performer.country,
        },
        "pgm_ele": [{"pgm_ele_code": f"{c}00", "pgm_ele_name": t} for c, t in award.elements] or None,
        "pgm_ref": [{"pgm_ref_code": c, "pgm_ref_txt": t} for c, t in award.references],
        "app_fund": None,
        "oblg_fy": [
            {"fund_oblg_fiscal_yr": year, "fund_oblg_amt": float(amount)} for year, amount in award.obligations if new
        ],
        "por": None,
    }


def many(number: int = 150) -> list[Award]:
    """Simulated awards of no further interest, so that one bad one stays within the tolerance of one in a hundred."""
    return [
        Award(f"08{n:05d}", f"Simulated award {n}", institution=ALMA, performer=ALMA, elements=(("1417", "Widgets"),),
              references=(("MANU", "MANUFACTURING"),), obligations=((2008, "300000"),))
        for n in range(number)
    ]  # fmt: skip


def members(awards, form=xml) -> dict[str, str | bytes]:
    """The members of a zip: one document an award."""
    if form is xml:
        return {f"{award.id}.xml": xml(award) for award in awards}
    return {f"{award.id}.json": json.dumps(record(award), indent=1) for award in awards}


def write(mirror: Path, content: dict[str, str | bytes], part: str = "2008") -> Path:
    """Write the zip of a year into a mirror."""
    return small_world.archive(mirror / "nsf_awards" / f"{part}.zip", content)
