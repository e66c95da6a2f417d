"""Patents: how many an institution is granted, by several rules; who builds on them; which are kept alive.

Ids are those of the families transfer and challenge. Reference: INDICATORS §3, "Transfer".
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.licensing_evidence import EXPENDITURE
from pipelines.indicators.patent_evidence import (
    CITED_BY_COMPANIES,
    FAMILIES,
    FIRST_NAMED,
    GOVERNMENT_INTEREST,
    PATENTS,
)
from pipelines.indicators.upkeep_evidence import KEPT, OWING

COUNTINGS = ("whole", "fractional")
_KEEPS = "INDICATORS §3, Transfer"
US = "Patents of the US alone: US institutions file at home first, so never compare them with others by this."
AT_GRANT = "Owners are those that the patent names at its grant; what is bought or sold later is not in it."
HOLDERS = "Patents of the institution's holder or foundation count for it; a name that no one knows counts for nobody."
_LATE = "Granted years after the invention: it tells of research of the past."

PATENTS_GRANTED = Indicator(
    "transfer.patents_granted",
    "US patents granted",
    "How many US patents on inventions are granted in the year with the institution among their owners.",
    "patents",
    PATENTS,
    f"{_KEEPS}; USPTO utility patents, PatentsView disambiguated assignees",
    (
        US,
        AT_GRANT,
        HOLDERS,
        _LATE,
        "Fractional: one over the organisations that own the patent; persons among its owners take no share.",
        "What institutions report themselves stands in transfer.patents_granted_reported.",
    ),
    interval="poisson",
    counting=COUNTINGS,
    by_field=True,
)
FIRST_NAMED_PATENTS = Indicator(
    "transfer.first_named_patents",
    "US patents granted, first-named owner",
    "How many US patents on inventions are granted in the year with the institution as the first of their owners.",
    "patents",
    FIRST_NAMED,
    f"{_KEEPS}; USPTO, Patenting by organizations; NAI, Top 100 worldwide universities granted US utility patents",
    (
        US,
        "The rule of the USPTO's and NAI's rankings: of several owners only the first counts, whose place is chance.",
        "Names are consolidated: all names and holders of the institution are one; NAI asks institutions for theirs.",
    ),
    interval="poisson",
)
PATENT_FAMILIES = Indicator(
    "transfer.families",
    "Patent families",
    "For how many inventions the institution sought a patent in Europe or the US, by the year of the first filing.",
    "families",
    FAMILIES,
    f"{_KEEPS}; EPO, DOCDB simple patent families",
    (
        "An invention counts once, however many patents it leads to; an application is no grant.",
        "Applications are published a year and a half after the first filing: the last years are partial.",
        "Read from the EPO's service by name of applicant: names that were not asked for are not seen.",
        HOLDERS,
    ),
    interval="poisson",
    counting=COUNTINGS,
    by_field=True,
)
PATENTS_PER_100M = Indicator(
    "transfer.patents_per_100m",
    "US patents by R&D expenditure",
    "How many US patents the institution is granted for every hundred million it spent on R&D two years before.",
    "per 100 M",
    PATENTS,
    f"{_KEEPS} ÷ NCSES HERD question 1, 01.g; Milken Institute for the idea",
    (
        US,
        "In the currency in which expenditure is reported; two years are a convention, grants take two to four.",
        "A system whose patents are the regents' and whose campuses report expenditure has no value by campus.",
    ),
    denominator=EXPENDITURE,
    aggregate="ratio",
    scale=100e6,
    window_years=3,
    lag=2,
    least_base=30e6,
    interval="fixed",
    counting=COUNTINGS,
)
CITED = Indicator(
    "transfer.cited_by_companies",
    "Companies' patents that build on the institution's",
    "How many US patents of companies cite, within five years, the US patents that the institution was granted in the "
    "year.",
    "patents",
    CITED_BY_COMPANIES,
    f"{_KEEPS}; Jaffe, Trajtenberg and Henderson (1993), Quarterly Journal of Economics 108",
    (
        US,
        "By the year of grant of the cited patents; a citing patent counts once a year, however many it cites.",
        "Patents that the institution owns itself, alone or with the company, are left out.",
        "Examiners add most citations: knowledge that flows is one reason of several.",
        "The last five years are partial: their citations still come.",
    ),
    years_back=(-5, 0),
    base_back=(0, 0),
    interval="poisson",
)


def _maintained(id_: str, stage: int, due: str) -> Indicator:
    return Indicator(
        id_,
        f"Share of US patents kept alive after {stage} years",
        f"For which part of the US patents granted in the year the fee due {due} years after the grant was paid.",
        "fraction",
        KEPT[stage],
        f"{_KEEPS}; USPTO, maintenance fee events; Schankerman and Pakes (1986), Economic Journal 96",
        (
            US,
            f"By year of grant; a year has a value once the window of its fees has closed, {stage} years later.",
            "A fee is a sign that someone expects to use the patent, not that someone does; licensees often pay it.",
            "A patent that expired and was revived counts as kept.",
        ),
        denominator=OWING[stage],
        aggregate="ratio",
        years_back=(-stage, 0),
        base_back=(0, 0),
        least_base=20,
        interval="wilson",
        counting=COUNTINGS,
        is_bounded=True,
    )


MAINTAINED = _maintained("transfer.maintained_share", 4, "three and a half")
MAINTAINED_8 = _maintained("transfer.maintained_share_8", 8, "seven and a half")
MAINTAINED_12 = _maintained("transfer.maintained_share_12", 12, "eleven and a half")
GOVERNMENT_RIGHTS = Indicator(
    "challenge.government_rights",
    "Share of patents with rights of the government",
    "In which part of the institution's US patents the government has rights because it paid for the research.",
    "fraction",
    GOVERNMENT_INTEREST,
    "INDICATORS §3, Challenges; patents' statements of government interest (35 U.S.C. 202)",
    (
        US,
        "The government may use these inventions and step in; it rarely does, but licensees ask.",
        "Statements are a floor: some are left out, and added by a certificate of correction later.",
    ),
    denominator=PATENTS,
    aggregate="ratio",
    window_years=3,
    least_base=10,
    interval="wilson",
    counting=COUNTINGS,
    is_bounded=True,
)
