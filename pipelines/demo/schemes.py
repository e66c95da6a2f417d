"""The instruments of three framework programmes: who joins them, how many, and who pays which part.

Names are CORDIS's fundingScheme. Figures are of the right order, not measured: they shape simulated records
so that every kind of collaboration the indicators tell apart occurs.
"""

from dataclasses import dataclass

KINDS = ("HES", "REC", "PRC", "PUB", "OTH")
"""CORDIS's activityType, in the order in which mixes are written here."""

Mix = tuple[float, float, float, float, float]

JOINT: Mix = (0.32, 0.20, 0.36, 0.06, 0.06)
CLOSE: Mix = (0.36, 0.14, 0.50, 0.0, 0.0)
MARKET: Mix = (0.20, 0.16, 0.52, 0.06, 0.06)
COORDINATION: Mix = (0.30, 0.22, 0.12, 0.18, 0.18)
TRAINING: Mix = (0.58, 0.18, 0.22, 0.0, 0.02)
PEOPLE: Mix = (0.72, 0.28, 0.0, 0.0, 0.0)
FIRMS: Mix = (0.0, 0.0, 1.0, 0.0, 0.0)
LED_BY_SCIENCE: Mix = (0.60, 0.28, 0.10, 0.01, 0.01)


@dataclass(frozen=True)
class Scheme:
    """An instrument: its share of the programme's projects, sizes, mix of parties, and money.

    `least` and `most` are numbers of parties, `budget` thousand euros a party, `company_rate` the part of a
    company's cost that is paid (a university's is `science_rate`). `years` is the usual duration.
    """

    name: str
    share: float
    least: int
    most: int
    mix: Mix
    lead: Mix
    budget: float
    company_rate: float = 1.0
    science_rate: float = 1.0
    is_lump_sum: bool = False
    years: float = 3.5


@dataclass(frozen=True)
class Programme:
    """A framework programme: its part in the source, its project years, and how its files are laid out.

    Layouts differ as real releases do: a folder or none, a byte-order mark or none, one table in two files,
    a decimal comma in one more column.
    """

    part: str
    name: str
    dataset: str
    archive: str
    first: int
    last: int
    schemes: tuple[Scheme, ...]
    folder: str = ""
    has_bom: bool = False
    is_split: bool = False
    has_net: bool = True
    comma_maximum: bool = False
    unfunded_role: str = ""
    flaw: str = ""


FP7 = Programme(
    "fp7", "FP7", "cordisfp7projects", "cordis-fp7projects-csv.zip", 2008, 2014,
    (
        Scheme("CP-FP", 0.30, 4, 12, JOINT, LED_BY_SCIENCE, 330, 0.5, 0.75),
        Scheme("CP-IP", 0.08, 10, 22, JOINT, LED_BY_SCIENCE, 450, 0.5, 0.75, years=4),
        Scheme("CSA-CA", 0.09, 3, 12, COORDINATION, LED_BY_SCIENCE, 110, years=2),
        Scheme("BSG-SME", 0.09, 5, 9, MARKET, FIRMS, 160, 0.5, 0.75, years=2),
        Scheme("JTI-CS", 0.10, 2, 5, CLOSE, MARKET, 250, 0.5, 0.75, years=2.5),
        Scheme("ERC-SG", 0.10, 1, 1, PEOPLE, PEOPLE, 1450, years=5),
        Scheme("ERC-AG", 0.07, 1, 1, PEOPLE, PEOPLE, 2200, years=5),
        Scheme("MC-ITN", 0.06, 6, 14, TRAINING, PEOPLE, 330, years=4),
        Scheme("MC-IAPP", 0.05, 2, 4, CLOSE, PEOPLE, 320, years=4),
        Scheme("MC-IEF", 0.06, 1, 1, PEOPLE, PEOPLE, 175, years=2),
    ),
    folder="csv/", has_bom=True, has_net=False, flaw="letters",
)  # fmt: skip

H2020 = Programme(
    "h2020", "H2020", "cordish2020projects", "cordis-h2020projects-csv.zip", 2014, 2021,
    (
        Scheme("RIA", 0.27, 3, 16, JOINT, LED_BY_SCIENCE, 420),
        Scheme("IA", 0.15, 3, 20, MARKET, MARKET, 480, 0.7),
        Scheme("CSA", 0.08, 3, 14, COORDINATION, LED_BY_SCIENCE, 150, years=2.5),
        Scheme("ERC-STG", 0.09, 1, 1, PEOPLE, PEOPLE, 1480, years=5),
        Scheme("ERC-COG", 0.07, 1, 2, PEOPLE, PEOPLE, 1950, years=5),
        Scheme("ERC-POC", 0.02, 1, 1, PEOPLE, PEOPLE, 150, is_lump_sum=True, years=1.5),
        Scheme("MSCA-ITN-ETN", 0.06, 6, 16, TRAINING, PEOPLE, 270, is_lump_sum=True, years=4),
        Scheme("MSCA-ITN-EID", 0.05, 2, 3, CLOSE, PEOPLE, 520, is_lump_sum=True, years=4),
        Scheme("MSCA-RISE", 0.03, 4, 12, TRAINING, PEOPLE, 90, is_lump_sum=True, years=4),
        Scheme("MSCA-IF-EF-ST", 0.09, 1, 1, PEOPLE, PEOPLE, 185, is_lump_sum=True, years=2),
        Scheme("SME-1", 0.05, 1, 1, FIRMS, FIRMS, 50, is_lump_sum=True, years=0.5),
        Scheme("SME-2", 0.04, 1, 2, FIRMS, FIRMS, 1400, 0.7, years=2),
    ),
    folder="csv/", is_split=True, unfunded_role="partner", flaw="cells",
)  # fmt: skip

HORIZON = Programme(
    "horizon", "HORIZON", "cordis-eu-research-projects-under-horizon-europe-2021-2027",
    "cordis-HORIZONprojects-csv.zip", 2021, 2025,
    (
        Scheme("HORIZON-RIA", 0.29, 3, 18, JOINT, LED_BY_SCIENCE, 450),
        Scheme("HORIZON-IA", 0.17, 3, 22, MARKET, MARKET, 520, 0.7),
        Scheme("HORIZON-CSA", 0.07, 3, 14, COORDINATION, LED_BY_SCIENCE, 170, years=3),
        Scheme("HORIZON-JU-RIA", 0.06, 3, 14, MARKET, MARKET, 500, 0.7),
        Scheme("HORIZON-ERC", 0.16, 1, 2, PEOPLE, PEOPLE, 1800, years=5),
        Scheme("HORIZON-ERC-POC", 0.03, 1, 1, PEOPLE, PEOPLE, 150, is_lump_sum=True, years=1.5),
        Scheme("HORIZON-TMA-MSCA-DN", 0.06, 6, 16, TRAINING, PEOPLE, 270, is_lump_sum=True, years=4),
        Scheme("HORIZON-TMA-MSCA-DN-ID", 0.05, 2, 4, CLOSE, PEOPLE, 480, is_lump_sum=True, years=4),
        Scheme("HORIZON-TMA-MSCA-PF-EF", 0.08, 1, 1, PEOPLE, PEOPLE, 190, is_lump_sum=True, years=2),
        Scheme("HORIZON-EIC-ACC-BF", 0.03, 1, 1, FIRMS, FIRMS, 2300, 0.7, years=2),
    ),
    comma_maximum=True, unfunded_role="associatedPartner", flaw="twice",
)  # fmt: skip

PROGRAMMES = (FP7, H2020, HORIZON)
