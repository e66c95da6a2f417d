"""A world small enough to work out every figure by hand: eight institutions, six companies, twenty grants.

Source `alpha` tells everything, in two parts: `old` (2010–2014) and `new` (2015 on), last changed on
2021-06-30 with a lag of 60 days, so that 2010–2020 are complete and 2021 is not. Source `bursar` tells
partners and amounts in dollars, but neither SMEs nor costs nor schemes; last changed on 2020-01-15, so that
2018 is complete and 2019 is not. There is a dollar rate for 2018 only: 1.25 to the euro.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import evidence
from pipelines.indicators.catalogue import catalogue
from pipelines.source import Source, Span

Row = dict[str, Any]

SECTOR = {
    "alma": "university",
    "almed": "university",
    "beta": "university",
    "echo": "university",
    "foxtrot": "university",
    "hotel": "university",
    "gamma": "research_institute",
    "delta": "research_institute",
    "acme": "company",
    "bolt": "company",
    "bolt_uk": "company",
    "cedar": "company",
    "newco": "company",
    "stateco": "company",
    "agency": "government",
}
PLACE = {
    "alma": ("NL", 50.0, 5.0),
    "acme": ("NL", 51.0, 5.0),
    "bolt": ("DE", 53.0, 5.0),
    "bolt_uk": ("GB", 54.0, 5.0),
    "cedar": ("NL", None, None),
    "beta": ("NL", 50.0, 5.0),
    "stateco": ("NL", 52.0, 5.0),
}
"""Country, latitude and longitude, where they are known: all on one meridian."""
PARENT = {"bolt_uk": "bolt", "stateco": "agency"}
# Alma and its medical school are each other's child (ROR has such cycles); delta has two parents.
DESCENDANT = [
    ("alma", "almed"),
    ("alma", "delta"),
    ("almed", "alma"),
    ("almed", "delta"),
    ("beta", "delta"),
]
PARTS = [("alpha", "old"), ("alpha", "new"), ("bursar", "all")]


@dataclass(frozen=True)
class Party:
    """A party row; without an organisation it is a name that no one knows."""

    org: str
    amount: float | None = None
    cost: float | None = None
    is_sme: bool | None = None
    role: str = "participant"
    name: str = ""


@dataclass(frozen=True)
class Grant:
    """A grant and its parties."""

    id: str
    starts_on: str
    parties: tuple[Party, ...]
    scheme: str | None = "RIA"
    source: str = "alpha"
    currency: str = "EUR"
    updated_on: str = "2021-06-30"

    @property
    def part(self) -> str:
        if self.source == "bursar":
            return "all"
        return "old" if self.starts_on < "2015" else "new"


def of(*parties: Party) -> tuple[Party, ...]:
    return parties


P = Party
GRANTS = (
    Grant("A00", "2010-05-01", of(P("beta", 10), P("bolt", 10, 20, False))),
    # 2 organisations
    Grant("A01", "2015-01-01", of(P("alma", 100), P("acme", 50, 100, True))),
    # 3 organisations: Alma is there three times, once through its holder; all tiers of a tripartite grant
    Grant(
        "A02",
        "2015-03-01",
        of(
            P("alma", 200, role="coordinator"),
            P("alma", 30, role="third_party"),
            P("alma", 20, name="Alma Ventures Ltd"),
            P("bolt", 100, 200, False),
            P("gamma", 50),
        ),
    ),
    Grant("A03", "2015-06-01", of(P("alma", 1000)), scheme="ERC-STG"),
    Grant("A04", "2015-09-01", of(P("alma", 10), P("beta", 10))),
    # 4 organisations: small; Alma's amount is not told; tripartite through delta
    Grant(
        "A05",
        "2016-01-01",
        of(P("alma"), P("delta", 40), P("bolt_uk", 20, 30, False), P("cedar", 40, 50, True)),
    ),
    # 11 organisations, nine of them known to no one: a consortium
    Grant(
        "A06",
        "2016-02-01",
        of(P("alma", 10), P("bolt", 10, 20, False), *(P("", 1, name=f"Stranger {n}") for n in range(9))),
    ),
    Grant("A07", "2017-01-01", of(P("almed", 70), P("acme", 30, 60, True))),
    # 3 organisations, two of one family; the SME's cost is not known
    Grant("A08", "2017-02-01", of(P("alma", 60), P("almed", 40), P("acme", 100, None, True))),
    # a company of the state; tripartite through delta
    Grant("A09", "2017-03-01", of(P("beta", 10), P("delta", 20), P("stateco", 70, 90, False))),
    Grant("A10", "2018-01-01", of(P("echo", 500)), scheme="ERC-COG"),
    # an associated partner has no amount, and that hides nothing
    Grant(
        "A11",
        "2018-02-01",
        of(P("alma", 50), P("acme", 50, 80, True), P("agency", role="associated_partner")),
    ),
    # whether newco is an SME is not told
    Grant("A12", "2019-01-01", of(P("alma", 10), P("cedar", 30, 40, True), P("newco", 60, 80))),
    Grant("A16", "2019-05-01", of(P("gamma"), P("bolt", 10, 20, False))),
    Grant("A13", "2020-01-01", of(P("alma", 20), P("newco", role="partner")), scheme="MSCA-IF-EF-ST"),
    Grant("A14", "2021-01-15", of(P("alma", 10), P("bolt", 10, 20, False))),
    Grant("B01", "2018-01-10", of(P("foxtrot", 1000), P("acme", 250)), None, "bursar", "USD", "2020-01-15"),
    Grant("B03", "2018-06-01", of(P("foxtrot", 500)), None, "bursar", "USD", "2020-01-15"),
    Grant("B02", "2019-02-01", of(P("foxtrot", 300), P("bolt", 100)), None, "bursar", "USD", "2020-01-15"),
)


def ror(org: str) -> str:
    """Give an organisation an id in the form of its kind."""
    if SECTOR[org] == "company":
        return f"local:nl:{sorted(SECTOR).index(org):016x}"
    return f"https://ror.org/0{sorted(SECTOR).index(org):06d}00"


def source(name: str, **facts: object) -> Source:
    """Declare a source of grants."""
    return Source(
        **{
            **dict.fromkeys(("title", "publisher", "topic", "homepage", "licence", "licence_url"), ""),
            **dict.fromkeys(("citation", "cadence", "first_part", "mirror", "mirror_example"), ""),
            "name": name,
            "is_redistributable": True,
            "part_kind": "snapshot",
            "changes_by": "etag",
            "tables": ("award", "award_party"),
            "lag_days": 60,
            "observes": {
                "partners": "award_party.name",
                "amounts": "award_party.amount",
                "sme": "award_party.is_sme",
                "cost": "award_party.cost",
                "scheme": "award.scheme",
                "individual_schemes": "award.scheme",
            },
            **facts,
        }  # type: ignore[arg-type]
    )


SOURCES = {
    "alpha": source("alpha", spans={"old": Span(2010, 2014), "new": Span(2015)}),
    "bursar": source("bursar", spans={"all": Span(2018)}),
}


def build(
    grants: tuple[Grant, ...] = GRANTS, descendant: list[tuple[str, str]] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads, written from the grants."""
    connection = duckdb.connect()
    linked = [row for grant in grants for row in _linked(grant)]
    seen = {row["organisation_id"] for row in linked}
    rows: dict[str, list[dict]] = {name: [] for name in evidence.TABLES} | {
        "award": [_award(grant) for grant in grants],
        "award_party": [_party(row) for row in linked],
        "linked_party": linked,
        "organisation": [_organisation(org) for org in sorted(SECTOR)],
        "institution": [
            {"organisation_id": ror(org), "name": org, "kind": sector, "country": "NL", "reason": "ror_type"}
            for org, sector in sorted(SECTOR.items())
            if _is_institution(org) and ror(org) in seen
        ],
        "collaboration": [row for grant in grants for row in _collaboration(grant)],
        "exchange_rate": [
            {
                "source": "ecb",
                "part": "all",
                "currency": "USD",
                "period_start": dt.date(2018, 1, 1),
                "period_end": dt.date(2018, 12, 31),
                "rate": 1.25,
            }
        ],
    }
    for name, content in rows.items():
        connection.register("_rows", pa.Table.from_pylist(content, schema=arrow_schema(table(name))))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
        connection.unregister("_rows")
    connection.execute("CREATE TABLE descendant (ancestor_id VARCHAR, organisation_id VARCHAR)")
    for above, below in DESCENDANT if descendant is None else descendant:
        connection.execute("INSERT INTO descendant VALUES (?, ?)", [ror(above), ror(below)])
    return connection


def _is_institution(org: str) -> bool:
    return SECTOR.get(org) in ("university", "research_institute")


def _award(grant: Grant) -> dict:
    return {
        "source": grant.source,
        "part": grant.part,
        "award_id": f"{grant.source}:{grant.id}",
        "period": "all",
        "funder": "Funder",
        "scheme": grant.scheme,
        "title": f"Title of {grant.id}",
        "acronym": grant.id,
        "starts_on": dt.date.fromisoformat(grant.starts_on),
        "updated_on": dt.date.fromisoformat(grant.updated_on),
        "record_url": f"https://example.org/{grant.id}",
    }


def _linked(grant: Grant) -> list[dict]:
    return [
        {
            "source": grant.source,
            "part": grant.part,
            "record_table": "award",
            "record_id": f"{grant.source}:{grant.id}",
            "period": "all",
            "party_no": number,
            "role": party.role,
            "name": party.name or party.org,
            "country": "NL",
            "organisation_id": ror(party.org) if party.org else None,
            "sector": SECTOR.get(party.org, "unknown"),
            "is_institution": _is_institution(party.org),
            "is_sme": party.is_sme,
            "amount": party.amount,
            "currency": None if party.amount is None else grant.currency,
            "cost": party.cost,
        }
        for number, party in enumerate(grant.parties, start=1)
    ]


def _party(row: dict) -> dict:
    kinds = {"university": "HES", "research_institute": "REC", "company": "PRC"}
    return {**row, "award_id": row["record_id"], "source_type": kinds.get(row["sector"])}


def _organisation(org: str) -> dict:
    country, latitude, longitude = PLACE.get(org, (None, None, None))
    return {
        "country": country,
        "latitude": latitude,
        "longitude": longitude,
        "organisation_id": ror(org),
        "name": org,
        "sector": SECTOR[org],
        "is_institution": _is_institution(org),
        "current_id": ror(org),
        "ultimate_parent_id": ror(PARENT.get(org, org)),
    }


def _collaboration(grant: Grant) -> list[dict]:
    smes = {p.org: p.is_sme for p in grant.parties if p.org}
    number = len({p.org or p.name for p in grant.parties})
    intensity = "bilateral" if number <= 3 else "small" if number <= 10 else "consortium"
    return [
        {
            "source": grant.source,
            "part": grant.part,
            "record_table": "award",
            "record_id": f"{grant.source}:{grant.id}",
            "institution_id": ror(own),
            "partner_id": ror(other),
            "partner_sector": SECTOR[other],
            "partner_is_sme": smes[other],
            "year": int(grant.starts_on[:4]),
            "organisations": number,
            "intensity": intensity,
        }
        for own in smes
        for other in smes
        if _is_institution(own) and own != other
    ]


def look_up(
    connection: duckdb.DuckDBPyConnection, indicator: str, org: str, year: int, **dimensions: str
) -> Row | None:
    """Return the row of an indicator, in its default dimensions unless others are given; None without one."""
    wanted = {
        "counting": "whole",
        "rollup": "direct",
        "partner": "all",
        "intensity": catalogue()[indicator].intensity,
        **dimensions,
    }
    found = connection.execute(
        f"""SELECT * FROM indicator WHERE indicator = ? AND institution_id = ? AND year = ?
        AND {" AND ".join(f"{name} = ?" for name in wanted)}""",
        [indicator, ror(org), year, *wanted.values()],
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert len(rows) <= 1, rows
    return rows[0] if rows else None
