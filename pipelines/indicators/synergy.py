"""Synergy: who an institution shares its records with, and what universities, industry and government add up to.

`joint.synergy` and `joint.sector_mix` are an institution's, `synergy.*` a country's. Reference: INDICATORS §3, "Joint
research", and §4, "Triple Helix".
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.sector_mix_evidence import MIX, RECORDS

_HELIX = "INDICATORS §3 and §4; Leydesdorff and Park (2014), Journal of Informetrics 8"
_T = "T = H(u) + H(i) + H(g) − H(ui) − H(ug) − H(ig) + H(uig), in thousandths of a bit,"
_SIGN = "Negative is synergy: the three know more together than two by two; positive, one stands in for another."
_RECORDS = (
    "Records are grants of sources that name partners, or US utility patents by their owners: each source by itself, "
    "and never compared with another's."
)
_COUNTRIES = "A record counts in every country that one of its parties is in, and all its parties are asked."
_KINDS = "Research institutes, hospitals, charities and organisations of unknown kind are none of the three."
_FEW = "None under 200 records, for T of few records is noise; over windows of one, three and four years."
_FUNDED = (
    "It tells of the records there are: a funder that wants companies in every grant makes synergy of its own making."
)

SYNERGY_COUNTRY = Indicator(
    "synergy.country",
    "Synergy of universities, industry and government",
    "How far universities, companies and government bodies of a country work together in threes and not just in twos.",
    "mbit",
    RECORDS,
    _HELIX,
    (_SIGN, _RECORDS, _COUNTRIES, _KINDS, _FEW, _FUNDED),
    aggregate="triple_helix",
    says=f"{_T} over all records of the country in the window; u, i, g: a university, company, government body is in",
    of="country",
)
SYNERGY_FIELD = Indicator(
    "synergy.field",
    "Synergy of universities, industry and government by field",
    "How far universities, companies and government bodies of a country work together in threes in a field.",
    "mbit",
    RECORDS,
    f"{_HELIX}; fields as in record_field",
    (
        _SIGN,
        _RECORDS,
        _COUNTRIES,
        _KINDS,
        _FEW,
        "A record of several fields counts in each; records without a field are in none.",
    ),
    aggregate="triple_helix",
    says=f"{_T} over all records of the country in the field from y−3 to y; u, i, g: a university, company, government "
    "body is in",
    window_years=4,
    of="country",
    by_field=True,
)
JOINT_SYNERGY = Indicator(
    "joint.synergy",
    "What the institution adds to its country's synergy",
    "How much of the cooperation in threes of universities, companies and government is owed to the institution.",
    "mbit",
    RECORDS,
    _HELIX,
    (
        "Negative means that the institution adds synergy; without records in the year it adds none.",
        "Large institutions move it more: it is no measure of merit.",
        _RECORDS,
        _COUNTRIES,
        _KINDS,
        "None where the country has under 200 records in the year, with or without the institution's.",
    ),
    aggregate="triple_helix",
    says=f"{_T} over all records of the country in the year − T over those without the institution",
)


def _mix(kind: str, title: str, meaning: str) -> Indicator:
    return Indicator(
        "joint.sector_mix" if kind == "none" else f"joint.sector_mix_{kind}",
        title,
        meaning,
        "fraction",
        MIX[kind],
        _HELIX,
        (
            "The four shares of joint.sector_mix add up to one.",
            "Of each source by itself: of patents, by the owners at the grant.",
            "Hospitals, charities and organisations of unknown kind are neither industry nor government: read "
            "coverage_sector beside it.",
            "Other universities and institutes on the record change nothing.",
        ),
        denominator=RECORDS,
        aggregate="ratio",
        least_base=20,
        interval="wilson",
        is_bounded=True,
    )


MIX_NONE = _mix(
    "none",
    "Share of records without industry or government",
    "Which part of the institution's grants and patents has neither a company nor a government body on board.",
)
MIX_INDUSTRY = _mix(
    "industry",
    "Share of records with industry alone",
    "Which part of the institution's grants and patents has a company on board and no government body.",
)
MIX_GOVERNMENT = _mix(
    "government",
    "Share of records with government alone",
    "Which part of the institution's grants and patents has a government body on board and no company.",
)
MIX_BOTH = _mix(
    "both",
    "Share of records with industry and government",
    "Which part of the institution's grants and patents has both a company and a government body on board.",
)
