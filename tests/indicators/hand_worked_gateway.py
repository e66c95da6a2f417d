"""Awards with outcomes, training, incubation and small firms, small enough to work out every figure by hand.

Source `gateway` is told as Gateway to Research is (projects in one part, their outcomes in two others), `firms` as
SBIR.gov, `union` as CORDIS, `circle` as CORDIS in two parts and with SMEs alone to tell, `agency` as NSF and NIH.
All begin in 2010 and were last changed on 2020-12-31, so that 2010–2020 are complete.
"""

import datetime as dt
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.link import collaboration
from pipelines.source import Span
from tests.indicators import hand_worked
from warehouse.reuse import Reuse

CODES = "award_programme.code"
SOURCES = {
    "gateway": hand_worked.source(
        "gateway",
        lag_days=0,
        spans={"projects": Span(2010)},
        tables=("award", "award_party", "award_programme", "award_output", "venture"),
        primaries={"spinouts": "award_output", "outcomes": "award_output"},
        observes={
            "partners": "award_party.name",
            "dates": "award.starts_on",
            "centres": CODES,
            "studentships": CODES,
            "knowledge_transfer_partnerships": CODES,
            "talent_programmes": CODES,
            "licensed": "award_output.is_licensed WHERE kind = 'intellectual_property'",
            "spin_outs": "award_output.output_id WHERE kind = 'spin_out'",
            "further_funding": "award_output.sector WHERE kind = 'further_funding'",
        },
    ),
    "firms": hand_worked.source(
        "firms",
        lag_days=0,
        spans={"all": Span(2010)},
        observes={
            "partners": "award_party.name WHERE role = 'research_institution'",
            "sttr": "award_party.name WHERE role = 'research_institution'",
            "dates": "award.starts_on",
        },
    ),
    "union": hand_worked.source(
        "union",
        lag_days=0,
        spans={"all": Span(2010)},
        tables=("award", "award_party", "award_programme"),
        observes={
            "partners": "award_party.name",
            "sme": "award_party.is_sme",
            "status": "award.status",
            "departures": "award_party.has_left",
            "dates": "award.starts_on",
            "doctoral_networks": CODES,
            "talent_programmes": CODES,
        },
    ),
    "circle": hand_worked.source(
        "circle",
        lag_days=0,
        spans={"old": Span(2010, 2012), "new": Span(2013)},
        observes={
            "partners": "award_party.name",
            "all_parties": "award_party.name",
            "sme": "award_party.is_sme",
        },
    ),
    "agency": hand_worked.source(
        "agency",
        lag_days=0,
        spans={"all": Span(2010)},
        tables=("award", "award_party", "award_programme"),
        observes={
            "awardees": "award_party.name WHERE role = 'awardee'",
            "dates": "award.starts_on",
            "centres": CODES,
            "training": CODES,
            "icorps": CODES,
        },
    ),
}
PARTS = [
    ("agency", "all"), ("circle", "new"), ("circle", "old"), ("firms", "all"), ("gateway", "outcomes"),
    ("gateway", "projects"), ("gateway", "spinouts"), ("union", "all"),
]  # fmt: skip
LETTERS = {"G": "gateway", "T": "firms", "U": "union", "C": "circle", "A": "agency"}
SME, NO_SME = True, False


@dataclass(frozen=True)
class Award:
    """An award of the source its letter says, with parties (role, organisation, whether it is an SME, has left)."""

    id: str
    starts_on: str
    parties: tuple[tuple, ...]
    ends_on: str = ""
    scheme: str = ""
    code: str = ""
    form: str | None = None
    kind: str | None = None
    title: str = ""
    status: str | None = "closed"
    topic: str | None = None
    period: str = "all"
    subproject: str | None = None

    @property
    def source(self) -> str:
        return LETTERS[self.id[0]]

    @property
    def award_id(self) -> str:
        return f"{self.source}:{self.id}"

    @property
    def part(self) -> str:
        if self.source == "circle":
            return "old" if self.starts_on < "2013" else "new"
        return "projects" if self.source == "gateway" else "all"


@dataclass(frozen=True)
class Outcome:
    """An outcome of gateway awards, by its kind; `number` is that of a company, `name` its name."""

    id: str
    kind: str
    claimed_by: tuple[str, ...]
    year: int | None = None
    is_licensed: bool | None = None
    number: str | None = None
    name: str = ""
    sector: str | None = None
    starts_on: str = ""
    amount: float | None = None
    part: str = field(default="outcomes")


def of(*organisations: str, sme: bool | None = None) -> tuple[tuple, ...]:
    """Participants; `sme` is what is said of the companies among them."""
    return tuple(
        ("participant", name, sme if hand_worked.SECTOR.get(name) == "company" else None, False)
        for name in organisations
    )


def led(lead: str, *others: tuple[str, str]) -> tuple[tuple, ...]:
    return (("lead", lead, None, None), *((role, name, None, None) for role, name in others))


TALENT = {"form": "talent"}
GATEWAY = (
    Award("G1", "2015-10-01", led("alma", ("student_partner", "acme")), kind="studentship", **TALENT),
    Award("G2", "2015-10-01", led("alma", ("student_partner", "beta")), kind="studentship", **TALENT),
    # Four organisations, and made for two all the same.
    Award(
        "G3",
        "2015-02-01",
        led("acme", ("participant", "alma"), ("participant", "beta"), ("project_partner", "cedar")),
        kind="KTP",
        **TALENT,
    ),
    Award(
        "G4",
        "2016-10-01",
        led("alma", ("project_partner", "bolt")),
        kind="training_grant",
        title="EPSRC Centre for Doctoral Training in Widgets",
        **TALENT,
    ),
    Award("G5", "2016-10-01", led("alma", ("project_partner", "bolt")), kind="training_grant", **TALENT),
    # Cedar adds money, and takes no part.
    Award(
        "G6",
        "2015-01-01",
        led("alma", ("participant", "bolt_uk"), ("participant", "acme"), ("cofunder", "cedar")),
        ends_on="2019-12-31",
        form="centre",
        kind="hub",
    ),
    Award("G7", "2016-01-01", led("alma", ("participant", "bolt")), ends_on="2018-06-30", form="centre", kind="hub"),
)
OUTCOMES = (
    Outcome("I1", "intellectual_property", ("G1", "G4"), 2017, True),
    Outcome("I2", "intellectual_property", ("G1",), 2017, False),
    Outcome("I3", "intellectual_property", ("G1",), 2017, None),  # commercial in confidence
    Outcome("I4", "intellectual_property", ("G1",), None, True),  # when, is not said
    Outcome("I5", "intellectual_property", ("G3",), 2017, True),  # led by a company
    # One company under two outcomes, by its number; another by name and year.
    Outcome("S1", "spin_out", ("G1",), 2016, number="00000001", name="Widgets", part="spinouts"),
    Outcome("S2", "spin_out", ("G4",), 2016, number="00000001", name="Widgets Ltd", part="spinouts"),
    Outcome("S3", "spin_out", ("G1",), 2016, name="Quorvane", part="spinouts"),
    Outcome("S4", "spin_out", ("G4",), 2016, name="QUORVANE", part="spinouts"),
    Outcome("S5", "spin_out", ("G4",), 2018, name="Quorvane", part="spinouts"),
    Outcome("F1", "further_funding", ("G1", "G4"), sector="private", starts_on="2017-03-01", amount=1000),
    Outcome("F2", "further_funding", ("G1",), sector="public", starts_on="2017-03-01", amount=9000),
    Outcome("F3", "further_funding", ("G1",), sector="private", starts_on="2017-12-31"),
    Outcome("F4", "further_funding", ("G4",), sector="private", starts_on="2017-06-01", amount=500),
)


def sttr(firm: str, institution: str) -> tuple[tuple, ...]:
    there = (("research_institution", institution, None, None),) if institution else ()
    return (("awardee", firm, True, None), *there)


FIRMS = (
    Award("T1", "2016-03-01", sttr("newco", "alma"), scheme="STTR Phase I", topic="X"),
    Award("T2", "2016-11-01", sttr("newco", "alma"), scheme="STTR Phase II", topic="X"),
    Award("T3", "2016-03-01", sttr("acme", "alma"), scheme="STTR Phase I", topic="Y"),
    Award("T4", "2016-03-01", sttr("newco", "alma"), scheme="SBIR Phase I", topic="Z"),
    Award("T5", "2016-03-01", sttr("newco", ""), scheme="STTR Phase I", topic="X"),
    Award("T6", "2017-03-01", sttr("newco", "alma"), scheme="STTR Phase II", topic="X"),
)


def left(name: str, has_left: bool = True) -> tuple:
    return ("participant", name, None, has_left)


def mobility(id_: str, kind: str, parties: tuple[tuple, ...]) -> Award:
    return Award(id_, "2016-09-01", parties, "2019-08-31", kind=kind, **TALENT)


UNION = (
    mobility("U1", "doctoral_network", of("alma", "beta", "acme", sme=SME)),
    mobility("U2", "industrial_doctorate", of("alma", "bolt", sme=NO_SME)),
    mobility("U3", "doctoral_network", of("alma", "beta")),
    mobility("U4", "staff_exchange", of("alma", "cedar", sme=SME)),
    Award("U5", "2014-01-01", of("alma", "acme", sme=SME), "2018-12-31"),
    Award("U6", "2015-01-01", of("alma", "bolt", sme=NO_SME), "2019-06-30", status="terminated"),
    Award("U7", "2016-01-01", (*of("alma", "beta"), left("cedar")), "2020-06-30"),
    # Bolt's own party left, and its daughter goes on.
    Award("U8", "2016-01-01", (*of("alma"), left("bolt"), left("bolt_uk", False)), "2020-06-30"),
    Award("U9", "2016-01-01", of("alma", "acme", sme=SME), "2020-06-30", status=None),
    # No company; a company that left before the window.
    Award("U10", "2016-01-01", of("alma", "beta"), "2020-06-30", status="terminated"),
    Award("U11", "2013-01-01", (*of("alma"), left("acme")), "2017-06-30"),
)
STRANGERS = tuple(("participant", f"Stranger {n}", None, False) for n in range(1, 12))
CIRCLE = (
    # Acme goes on after two years, Cedar after five, Newco after four.
    Award("C1", "2011-05-01", of("echo", "acme", sme=SME)),
    Award("C2", "2013-05-01", of("foxtrot", "acme", sme=SME)),
    Award("C3", "2011-06-01", of("echo", "cedar", sme=SME)),
    Award("C4", "2016-05-01", of("hotel", "cedar", sme=SME)),
    Award("C5", "2011-07-01", of("hotel", "newco", sme=SME)),
    # Bolt is no SME; Stateco is alone in its country; a grant of one organisation brings nobody together.
    Award("C6", "2011-07-01", of("echo", "bolt", sme=NO_SME)),
    Award("C7", "2011-07-01", of("echo", "stateco", sme=SME)),
    Award("C8", "2010-07-01", of("acme", sme=SME)),
    Award("C11", "2015-03-01", of("gamma", "newco", "beta", "almed", sme=SME)),
    Award("C12", "2016-03-01", of("gamma", "newco", "beta", "hotel", sme=SME)),
    Award("C13", "2016-03-01", (*of("gamma", "cedar", sme=SME), *STRANGERS)),
    Award("C14", "2016-04-01", (*of("gamma", "cedar", sme=SME), STRANGERS[0])),
)


def to(awardee: str) -> tuple[tuple, ...]:
    return (("awardee", awardee, None, None),)


TRAINING, TEAM = {"form": "talent", "kind": "traineeship"}, {"form": "incubation", "kind": "team", "code": "8023"}
AGENCY = (
    # One project in two budget years, with a subproject at Beta; another moved from Alma to Beta.
    Award("A1", "2014-07-01", to("alma"), period="2014-1", **TRAINING),
    Award("A1", "2014-07-01", to("alma"), period="2015-2", **TRAINING),
    Award("A1", "2014-07-01", to("beta"), period="2014-3", subproject="0001", **TRAINING),
    Award("A2", "2014-07-01", to("alma"), form="talent", kind="fellowship"),
    Award("A3", "2014-07-01", to("alma"), period="2014-4", **TRAINING),
    Award("A3", "2014-07-01", to("beta"), period="2015-5", **TRAINING),
    Award("A4", "2012-03-01", to("alma"), title="I-Corps: Nodes for Sensors", **TEAM),
    Award("A5", "2011-03-01", to("alma"), title="I-Corps: Early Birds", **TEAM),
    Award("A6", "2012-03-01", to("alma"), title="Innovation Corps Site: Widget City", **TEAM),
    # The code was another programme's once; the title may say what the label does not.
    Award("A7", "2012-04-01", to("alma"), title="I-Corps: Widgets", code="8023"),
    Award("A8", "2012-04-01", to("alma"), title="Health Care Enterprise Systems", code="8023"),
    Award("A9", "2015-01-01", to("alma"), "2019-12-31", scheme="P30", code="P30", form="centre", kind="core"),
    Award("A10", "2015-01-01", to("alma"), "2017-12-31", scheme="Standard Grant", code="8046", form="incubation",
          kind="site", title="I-Corps Sites: Widget City"),
    Award("A11", "2015-01-01", to("alma"), "2019-12-31", scheme="R01", code="P30", form="centre", kind="core"),
)  # fmt: skip
# The first and the last year of every source: awards of Foxtrot alone.
BOUNDS = tuple(
    Award(f"{letter}{year}", f"{year}-01-01", to("foxtrot") if letter in "AT" else of("foxtrot"))
    for letter in LETTERS
    for year in (2010, 2020)
)
AWARDS = (*GATEWAY, *FIRMS, *UNION, *CIRCLE, *AGENCY, *BOUNDS)
INSTITUTIONS = ("alma", "almed", "beta", "echo", "foxtrot", "hotel", "gamma")


def build() -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads, written from the awards and outcomes."""
    connection = hand_worked.build((), descendant=[])
    linked = [row for award in AWARDS for row in _parties(award)]
    rows = {
        "award": [_award(award) for award in AWARDS],
        "linked_party": linked,
        "award_party": [{**row, "award_id": row["record_id"]} for row in linked],
        "award_programme": [_programme(award) for award in AWARDS if award.form or award.code],
        "award_output": [row for outcome in OUTCOMES for row in _outputs(outcome)],
        "venture": [_venture(outcome) for outcome in OUTCOMES if outcome.kind == "spin_out"],
        "institution": [
            {"organisation_id": hand_worked.ror(org), "name": org, "kind": hand_worked.SECTOR[org], "country": "NL",
             "reason": "ror_type"}
            for org in INSTITUTIONS
        ],
    }  # fmt: skip
    for name, content in rows.items():
        connection.register("_rows", pa.Table.from_pylist(content, schema=arrow_schema(table(name))))
        connection.execute(f"INSERT INTO {name} SELECT * FROM _rows")
        connection.unregister("_rows")
    abroad = hand_worked.ror("stateco")
    connection.execute(
        "UPDATE organisation SET country = CASE WHEN organisation_id = ? THEN 'DE' ELSE 'NL' END", [abroad]
    )
    collaboration.write(connection, Reuse())
    return connection


def _place(award: Award) -> dict:
    return {"source": award.source, "part": award.part, "period": award.period}


def _award(award: Award) -> dict:
    return {
        **_place(award),
        "award_id": award.award_id,
        "funder": "Funder",
        "scheme": award.scheme or None,
        "project_id": award.award_id,
        "title": award.title or f"Title of {award.id}",
        "status": award.status,
        "starts_on": dt.date.fromisoformat(award.starts_on),
        "ends_on": dt.date.fromisoformat(award.ends_on) if award.ends_on else None,
        "topic": award.topic,
        "subproject": award.subproject,
        "updated_on": dt.date(2020, 12, 31),
        "record_url": f"https://example.org/{award.id}",
    }


def _parties(award: Award) -> list[dict]:
    return [
        {
            **_place(award),
            "record_table": "award",
            "record_id": award.award_id,
            "party_no": number,
            "role": role,
            "name": org,
            "country": "NL",
            "organisation_id": hand_worked.ror(org) if org in hand_worked.SECTOR else None,
            "sector": hand_worked.SECTOR.get(org, "unknown"),
            "is_institution": org in INSTITUTIONS,
            "is_sme": is_sme,
            "has_left": has_left,
        }
        for number, (role, org, is_sme, has_left) in enumerate(award.parties, start=1)
    ]


def _programme(award: Award) -> dict:
    return {
        **_place(award),
        "award_id": award.award_id,
        "kind": "element",
        "code": award.code or "CODE",
        "label": award.code or "Label",
        "form": award.form,
        "centre_type": award.kind,
        "requires_industry": False if award.form else None,
    }


def _outputs(outcome: Outcome) -> list[dict]:
    return [
        {
            "source": "gateway",
            "part": outcome.part,
            "award_id": f"gateway:{award}",
            "output_id": f"gateway:{outcome.id}",
            "kind": outcome.kind,
            "title": outcome.name or f"Title of {outcome.id}",
            "is_licensed": outcome.is_licensed,
            "year": outcome.year,
            "starts_on": dt.date.fromisoformat(outcome.starts_on) if outcome.starts_on else None,
            "amount": outcome.amount,
            "currency": "EUR" if outcome.amount else None,
            "sector": outcome.sector,
            "record_url": f"https://example.org/{outcome.id}",
        }
        for award in outcome.claimed_by
    ]


def _venture(outcome: Outcome) -> dict:
    return {
        "source": "gateway",
        "part": outcome.part,
        "venture_id": f"gateway:{outcome.id}",
        "name": outcome.name,
        "registration_number": outcome.number,
        "formed_year": outcome.year,
    }


def look_up(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    org: str,
    year: int,
    source: str,
    intensity: str | None = None,
) -> list[hand_worked.Row]:
    """Return the rows of an indicator of one source, of one intensity or of all that there are, each once."""
    found = connection.execute(
        """SELECT * FROM indicator
        WHERE indicator = ? AND institution_id = ? AND year = ? AND source = ?
        AND rollup = 'direct' AND counting = 'whole' AND partner = 'all' AND intensity = coalesce(?, intensity)""",
        [indicator, hand_worked.ror(org), year, source, intensity],
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert len({row["intensity"] for row in rows}) == len(rows)
    return rows
