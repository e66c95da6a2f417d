"""The kinds of award: which programme pays, under which references they are counted, to whom, and how much.

Codes and labels are the publisher's own; shares and amounts are of the right order, not measured.
"""

from dataclasses import dataclass

Code = tuple[str, str]


@dataclass(frozen=True)
class Kind:
    """A kind of award: its share, programme element, references, and what the money looks like.

    `to` is who holds it: `university`, `company` or `nobody` (agreements between agencies name no institution).
    `budget` is in dollars, `years` the usual duration, `since` the first file year that has it. `words` open the
    title; where `is_plain` they are the whole of it, so that many awards have one title.
    """

    name: str
    share: float
    unit: str
    elements: tuple[Code, ...]
    references: tuple[Code, ...] = ()
    to: str = "university"
    instrument: str = "Standard Grant"
    budget: float = 300_000
    years: float = 3
    since: int = 2008
    words: str = ""
    is_plain: bool = False
    has_siblings: bool = False


UNITS = {
    "IIS": ("05020000", "CSE", "Direct For Computer & Info Scie & Enginr", "Div Of Information & Intelligent Systems"),
    "ECCS": ("07010000", "ENG", "Directorate For Engineering", "Div Of Electrical, Commun & Cyber Sys"),
    "CMMI": ("07030000", "ENG", "Directorate For Engineering", "Div Of Civil, Mechanical, & Manufact Inn"),
    "EEC": ("07050000", "ENG", "Directorate For Engineering", "Div Of Engineering Education and Centers"),
    "IIP": ("07070000", "ENG", "Directorate For Engineering", "Div Of Industrial Innovation & Partnersh"),
    "DMR": ("03070000", "MPS", "Direct For Mathematical & Physical Scien", "Division Of Materials Research"),
    "DGE": ("11010000", "EDU", "Directorate for STEM Education", "Division Of Graduate Education"),
    "BD": ("10010000", "BFA", "Office of Budget, Finance, & Award Management", "Budget Division"),
}
"""By division: organisation code, directorate's abbreviation and name, division's name."""

INFORMATICS: Code = ("7364", "Info Integration & Informatics")
PHOTONICS: Code = ("1517", "ELECT, PHOTONICS, & MAG DEVICE")
MACHINES: Code = ("1468", "Manufacturing Machines & Equip")
GOALI: Code = ("1504", "GOALI-Grnt Opp Acad Lia wIndus")
IUCRC: Code = ("5761", "IUCRC-Indust-Univ Coop Res Ctr")

KINDS = (
    Kind("informatics", 0.22, "IIS", (INFORMATICS,), (("HPCC", "HIGH PERFORMANCE COMPUTING & COMM"),), budget=450_000,
         instrument="Continuing Grant", has_siblings=True),
    Kind("photonics", 0.18, "ECCS", (PHOTONICS,), (("100E", "SIMULATED REFERENCE"),), has_siblings=True),
    Kind("machines", 0.12, "CMMI", (MACHINES,), (("MANU", "MANUFACTURING"), ("9146", "MANUFACTURING BASE RESEARCH")),
         has_siblings=True),
    Kind("fellowship", 0.05, "DMR", (("1253", "OFFICE OF MULTIDISCIPLINARY AC"),), instrument="Fellowship Award",
         budget=150_000, years=2, words="Simulated Postdoctoral Research Fellowship", is_plain=True),
    Kind("goali", 0.07, "CMMI", (MACHINES, GOALI), (("1504", "GRANT OPP FOR ACAD LIA W/INDUS"),
         ("MANU", "MANUFACTURING")), budget=350_000, words="GOALI: ", has_siblings=True),
    Kind("partnership", 0.03, "ECCS", (PHOTONICS,), (("1049", "INDUSTRY-UNIV COOPERATIVE RSCH PROJECTS"),)),
    Kind("iucrc", 0.05, "IIP", (IUCRC,), (("5761", "INDUSTRY/UNIV COOP RES CENTERS"),), instrument="Continuing Grant",
         budget=400_000, years=5, words="I/UCRC: "),
    Kind("erc", 0.012, "EEC", (("1480", "ERC-Eng Research Centers"),), (("1480", "ENGINEERING RESEARCH CENTERS"),),
         instrument="Cooperative Agreement", budget=15_000_000, years=5, words="ERC: "),
    Kind("mrsec", 0.008, "DMR", (("1736", "MATERIALS CENTERS & EDUCATION"),), instrument="Cooperative Agreement",
         budget=9_000_000, years=6, words="MRSEC: "),
    Kind("i-corps", 0.04, "IIP", (("8023", "I-Corps"),), (("8023", "I-Corps"),), budget=50_000, years=0.75, since=2012,
         words="I-Corps: "),
    Kind("pfi", 0.03, "IIP", (("1662", "PARTNRSHIPS FOR INNOVATION-PFI"),), budget=250_000, years=2, words="PFI: "),
    Kind("air", 0.01, "IIP", (("8019", "Accelerating Innovation Rsrch"),), budget=200_000, years=2, since=2010,
         words="AIR: "),
    Kind("sbir 1", 0.06, "IIP", (("5371", "SMALL BUSINESS PHASE I"),), (("5371", "SMALL BUSINESS PHASE I"),),
         to="company", budget=150_000, years=0.75, words="SBIR Phase I: "),
    Kind("sbir 2", 0.03, "IIP", (("5373", "SMALL BUSINESS PHASE II"),), to="company", budget=750_000, years=2,
         words="SBIR Phase II: "),
    Kind("sttr", 0.02, "IIP", (("1505", "STTR PHASE I"),), to="company", budget=200_000, years=1,
         words="STTR Phase I: "),
    Kind("grfp", 0.02, "DGE", (("7172", "GRADUATE RESEARCH FELLOWSHIPS"),), instrument="Fellowship Award",
         budget=2_000_000, years=5, words="Simulated Graduate Research Fellowship Programme", is_plain=True),
    Kind("igert", 0.02, "DGE", (("1335", "IGERT FULL PROPOSALS"),), (("9290", "INDUSTRY INTERNSHIP"),),
         instrument="Continuing grant", budget=2_500_000, years=5, words="IGERT: "),
    Kind("outreach", 0.005, "IIP", (("8091", "SBIR Outreach & Tech. Assist"),), budget=40_000, years=1),
    Kind("agreement", 0.01, "BD", (), to="nobody", instrument="Interagency Agreement", budget=200_000, years=1),
)  # fmt: skip
