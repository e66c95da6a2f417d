"""Title: patents that go to companies, how long that takes, and who owns what public money led to.

Ids are those of the families transfer and challenge. Reference: INDICATORS §3, "Transfer", "Challenges".
"""

from pipelines.indicators.awarded_evidence import AWARDED, TITLED
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.lag import lag, linked
from pipelines.indicators.patenting import AT_GRANT, HOLDERS, US
from pipelines.indicators.title_evidence import (
    ASSIGNMENTS,
    FILING_TO_TRANSFER,
    PATENT_TO_LICENCE,
    PREASSIGNED,
    RECORDED_LICENCES,
    TRANSFERRED,
    TRANSFERRED_DATED,
)

_KEEPS = "INDICATORS §3, Transfer; USPTO, recorded assignments"
_CHALLENGES = "INDICATORS §3, Challenges"
_VOLUNTARY = "Recording is voluntary: sales are recorded as a rule, since the law protects who records; a floor."
_BY_EXECUTION = "By the year in which the first party signed; records still come in for years after."
_NONE = (
    "Left out: grants of inventors to their employer, to the government, to the institution's own holder, mergers, "
    "changes of name, corrections, what takes effect back in time, and passing a patent on within a day."
)
_PREASSIGNED = (
    "Agreed before the application or within 90 days of it is apart: transfer.sponsor_preassigned. Where no filing is "
    "known the two cannot be told apart, and it counts here."
)

ASSIGNMENTS_TO_COMPANIES = Indicator(
    "transfer.assignments_to_companies",
    "Patents made over to companies, by deed",
    "How many recorded deals make over patents or applications of the institution to a company in the year.",
    "recordations",
    ASSIGNMENTS,
    _KEEPS,
    (_VOLUNTARY, _BY_EXECUTION, _NONE, _PREASSIGNED, "A deal may be recorded in several pieces."),
    interval="poisson",
)
PATENTS_TRANSFERRED = Indicator(
    "transfer.patents_transferred",
    "Patents and applications made over to companies",
    "How many patents and applications the institution makes over to companies in the year.",
    "patents",
    TRANSFERRED,
    _KEEPS,
    (_VOLUNTARY, _BY_EXECUTION, _NONE, _PREASSIGNED, "One deal can move a whole portfolio."),
)
SPONSOR_PREASSIGNED = Indicator(
    "transfer.sponsor_preassigned",
    "Patents promised to companies beforehand",
    "How many recorded deals give a company the institution's inventions before or within 90 days of their filing.",
    "recordations",
    PREASSIGNED,
    _KEEPS,
    (
        "Signed so early, it was agreed when the research was paid for: a sponsor's right, and no sale of a result.",
        _VOLUNTARY,
        "Needs the day of filing; where it is not known the deal stands in transfer.assignments_to_companies.",
    ),
    interval="poisson",
)
LICENCES_RECORDED = Indicator(
    "transfer.recorded_licences",
    "Licences to companies that are recorded",
    "How many licences of its patents to companies the institution signs in the year that are recorded at the office.",
    "recordations",
    RECORDED_LICENCES,
    _KEEPS,
    (
        "A floor with no known height: licences are hardly ever recorded. Surveys tell how many there are.",
        "Confirmatory licences to the government never count: they say who paid for the research.",
        "Options and endings of licences are no licences.",
    ),
)
_TEN_YEARS = "Pairs at most ten years apart alone, in years for which the ten years before are covered."
FILING_TO_TRANSFER_LAG = lag(
    "challenge.lag_filing_to_transfer",
    "Years from filing to transfer",
    "How many years pass from the application for a patent to the institution's first making it over to a company.",
    FILING_TO_TRANSFER,
    f"{_CHALLENGES}; USPTO, recorded assignments",
    (
        "Of patents that are made over in the year; most never are, and say nothing here.",
        _TEN_YEARS,
        "How many of the patents made over have a known filing: challenge.lag_filing_to_transfer_linked.",
        "What sponsors were promised beforehand is left out: transfer.sponsor_preassigned.",
        _VOLUNTARY,
    ),
)
FILING_TO_TRANSFER_LINKED = linked(
    FILING_TO_TRANSFER_LAG,
    "Share of transfers with a known filing",
    "For which part of the patents made over to companies the filing is known and lies within ten years.",
    TRANSFERRED_DATED,
    TRANSFERRED,
    _VOLUNTARY,
)
PATENT_TO_LICENCE_LAG = lag(
    "challenge.lag_patent_to_licence",
    "Years from patent to licence",
    "How many years pass from the grant of a patent to the institution's first recorded licence of it to a company.",
    PATENT_TO_LICENCE,
    f"{_CHALLENGES}; USPTO, recorded assignments",
    (
        "Licences are hardly ever recorded: as a rule there is no value, and no value says nothing.",
        "Licences of applications that were not granted yet are left out, and of patents that are not in the release.",
        _TEN_YEARS,
    ),
)

_OF = "US patents that came of the institution's federal awards"


def _split(holder: str, title: str, meaning: str, caveat: str) -> Indicator:
    suffix = "" if holder == "own" else f"_{holder}"
    return Indicator(
        f"challenge.title_split{suffix}",
        title,
        meaning,
        "fraction",
        TITLED[holder],
        f"{_CHALLENGES}; 35 U.S.C. 200–212 (Bayh–Dole); Thursby, Fuller and Thursby (2009), Research Policy 38",
        (
            caveat,
            US,
            AT_GRANT,
            "Only patents that awards of one institution alone led to, as statements of government interest and NIH's "
            "list tell: a floor. The seven shares of challenge.title_split add up to one.",
            "Left out: NIH's own laboratories and awards to small businesses. A parent or child of the institution is "
            "another institution.",
        ),
        denominator=AWARDED,
        aggregate="ratio",
        window_years=3,
        least_base=10,
        interval="wilson",
        is_bounded=True,
    )


TITLE_OWN = _split(
    "own",
    "Share of federally funded patents that it owns",
    f"Which part of the {_OF} the institution owns itself, alone or with others.",
    HOLDERS,
)
TITLE_OTHER_INSTITUTION = _split(
    "other_institution",
    "Share of federally funded patents that another institution owns",
    f"Which part of the {_OF} another institution owns, and the institution does not.",
    "Researchers move, and projects have partners elsewhere.",
)
TITLE_COMPANY = _split(
    "company",
    "Share of federally funded patents that a company owns",
    f"Which part of the {_OF} a company owns, and no institution does.",
    "Consulting, spin-outs and sponsors' rights all end here: it is no sign of wrong.",
)
TITLE_GOVERNMENT = _split(
    "government",
    "Share of federally funded patents that the government owns",
    f"Which part of the {_OF} the government owns, and no institution or company does.",
    "The government takes title where the institution does not want it, or did not report the invention.",
)
TITLE_INDIVIDUALS = _split(
    "individuals",
    "Share of federally funded patents that persons own",
    f"Which part of the {_OF} names persons alone as its owners.",
    "Institutions may give inventions back to their inventors.",
)
TITLE_NONE = _split(
    "none",
    "Share of federally funded patents without a named owner",
    f"Which part of the {_OF} names no owner, so that it belongs to its inventors.",
    "A transfer recorded after the grant is not seen.",
)
TITLE_UNKNOWN = _split(
    "unknown",
    "Share of federally funded patents of other or unknown owners",
    f"Which part of the {_OF} organisations own of which it is not known who they are, or that are of another kind.",
    "Hospitals, charities and names that no one knows.",
)
