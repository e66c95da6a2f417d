"""The cells of US surveys: R&D expenditure (HERD) and licensing (AUTM), and those that HE-BCI tells as well.

AUTM's figures are read from a subscriber's own export and never published. Its licences are those executed in
the year, a flow; HE-BCI's are those in force. Its classes of licensee (start-ups, small companies, large ones)
exclude each other. Reference: NCSES HERD question 1; AUTM Licensing Activity Survey.
"""

from pipelines.indicators.contract_evidence import ALL, NOT_BY_PARTNER, PAYERS
from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.cell import Term, cells
from pipelines.indicators.survey.fact import (
    DISCLOSED,
    FILED,
    FORMED,
    GRANTED,
    LICENCES_EARN,
    LICENSING,
    RD_EXPENDITURE,
    RESEARCH_EXPENDITURE,
)
from pipelines.indicators.transfer_evidence import BOTH
from pipelines.indicators.venture_evidence import SPIN_OUTS

EXPENDITURE = cells(
    "rd_expenditure",
    "R&D expenditure from all sources",
    (("rd_expenditure", NOT_BY_PARTNER, ALL),),
    "money",
    RD_EXPENDITURE,
)
BUSINESS_FUNDED = cells(
    "rd_expenditure_business",
    "R&D expenditure paid by business",
    (("rd_expenditure", NOT_BY_PARTNER, ("business",)),),
    "money",
    RD_EXPENDITURE,
)
RESEARCH = cells(
    "research_expenditure",
    "research expenditure",
    (("research_expenditure", NOT_BY_PARTNER, ALL),),
    "money",
    RESEARCH_EXPENDITURE,
    elsewhere=(("rd_expenditure", NOT_BY_PARTNER, ALL),),
)


def _executed(name: str, said: str, *measures: str) -> Measure:
    return cells(name, said, tuple((measure, NOT_BY_PARTNER, ALL) for measure in measures), "count", LICENSING)


EXECUTED = _executed(
    "licences_executed", "licences and options executed in the year", "licences_executed", "options_executed"
)
TO_STARTUPS = _executed(
    "licences_to_startups", "licences and options to start-ups executed in the year", "licences_to_startups"
)
TO_SMALL = _executed(
    "licences_to_small", "licences and options to small companies executed in the year", "licences_to_small"
)
EXCLUSIVE = _executed("licences_exclusive", "exclusive licences and options executed in the year", "licences_exclusive")
EXCLUSIVE_OR_NOT = _executed(
    "licences_exclusive_or_not",
    "licences and options executed in the year, exclusive or not",
    "licences_exclusive",
    "licences_nonexclusive",
)
HOME_STATE = _executed(
    "startups_home_state", "start-ups formed in the year in the institution's own state", "startups_home_state"
)
STARTUPS = _executed("startups_formed", "start-ups formed in the year on the institution's licences", "startups_formed")

_NET_OF_EQUITY = (
    Term("licence_income_gross", NOT_BY_PARTNER),
    Term("licence_income_equity", NOT_BY_PARTNER, sign=-1),
    Term("licence_income_paid_to_others", NOT_BY_PARTNER, sign=-1),
)
LICENCE_INCOME_US = cells(
    "licence_income_us",
    "licence income without what equity brought and what was paid to others",
    _NET_OF_EQUITY,
    "money",
    LICENSING,
)
LICENCE_INCOME_REPORTED = cells(
    "licence_income_reported",
    "income from licences, software included, sales of shares and what is paid to others left out",
    (("ip_income", PAYERS, BOTH),),
    "money",
    LICENCES_EARN,
    elsewhere=_NET_OF_EQUITY,
)
DISCLOSURES = cells("disclosures", "invention disclosures", (("disclosures", NOT_BY_PARTNER, ALL),), "count", DISCLOSED)
FILINGS = cells(
    "new_applications",
    "new patent applications by the institution",
    (("patent_applications", NOT_BY_PARTNER, ALL),),
    "count",
    FILED,
    elsewhere=(("new_patent_applications", NOT_BY_PARTNER, ALL),),
)
PATENTS_GRANTED = cells(
    "patents_granted_reported",
    "patents granted to the institution, as reported",
    (("patents_granted", NOT_BY_PARTNER, ALL),),
    "count",
    GRANTED,
    elsewhere=(("us_patents_issued", NOT_BY_PARTNER, ALL),),
)
VENTURES_FORMED = cells(
    "spin_outs_formed",
    "spin-outs formed in the year",
    (("firms_formed", NOT_BY_PARTNER, SPIN_OUTS),),
    "count",
    FORMED,
    elsewhere=(("startups_formed", NOT_BY_PARTNER, ALL),),
)
