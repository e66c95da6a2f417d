"""Awards that name no partner, small enough to work out by hand: two sources, fifteen awards from 2005 to 2018.

Source `agency` publishes programme codes, awardees and performers, as NSF does; `union` publishes schemes and
all parties, as CORDIS does. Both begin in 2005 and were last changed on 2018-06-30, so that 2005–2017 are
complete, and 31 December 2017 is the last that is known of.
"""

import datetime as dt
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.source import Span
from tests.indicators import hand_worked

Row = hand_worked.Row

SOURCES = {
    "agency": hand_worked.source(
        "agency",
        lag_days=0,
        spans={"all": Span(2005)},
        tables=("award", "award_party", "award_programme"),
        observes={
            "awardees": "award_party.name WHERE role = 'awardee'",
            "centres": "award_programme.code",
            "dates": "award.starts_on",
            "programme_codes": "award_programme.code",
            "industry_programmes": "award_programme.code",
            "icorps": "award_programme.code",
            "training": "award_programme.code",
        },
    ),
    "union": hand_worked.source(
        "union",
        lag_days=0,
        spans={"all": Span(2005)},
        observes={"partners": "award_party.name", "centres": "award.scheme", "dates": "award.starts_on"},
    ),
}
PARTS = [("agency", "all"), ("union", "all")]


@dataclass(frozen=True)
class Award:
    """An award, its parties as `role: organisation`, and its programmes as (kind, form, requires industry)."""

    id: str
    starts_on: str
    ends_on: str
    scheme: str
    parties: tuple[tuple[str, str], ...]
    programmes: tuple[tuple[str, str, bool], ...] = ()
    project: str = ""

    @property
    def source(self) -> str:
        return "agency" if self.id.startswith("F") else "union"


COOPERATIVE, CONTINUING, STANDARD = "Cooperative Agreement", "Continuing grant", "Standard Grant"
ERC, MRSEC = ("element", "centre", True), ("element", "centre", False)
PARTNERSHIP = ("element", "centre", False)
IUCRC, GOALI = ("element", "industry_centre", True), ("element", "joint_research", True)


def to(awardee: str, performer: str = "") -> tuple[tuple[str, str], ...]:
    return (("awardee", awardee), *([("performer", performer)] if performer else []))


def of(*organisations: str) -> tuple[tuple[str, str], ...]:
    return tuple(("participant", name) for name in organisations)


AWARDS = (
    Award("F01", "2005-09-01", "2011-08-31", COOPERATIVE, to("alma"), (ERC,)),
    # A foundation that nobody knows: the performer holds the award. It ends on a 31 December.
    Award("F02", "2010-01-01", "2012-12-31", CONTINUING, to("", "beta"), (IUCRC,)),
    # A standard grant plans a centre, and is an award of the programme all the same.
    Award("F03", "2010-03-01", "2015-02-28", STANDARD, to("alma"), (IUCRC,)),
    # One project: two awards to Alma, one to Beta.
    Award("F04", "2012-01-01", "2014-12-31", STANDARD, to("alma"), (GOALI,), "F04"),
    Award("F05", "2012-01-01", "2014-12-31", STANDARD, to("alma"), (GOALI,), "F04"),
    Award("F06", "2012-01-01", "2014-12-31", STANDARD, to("beta"), (GOALI,), "F04"),
    # The work is done at Delta; the code is a reference only.
    Award("F07", "2013-05-01", "2014-04-30", STANDARD, to("beta", "delta"), (("reference", "joint_research", True),)),
    # Runs on beyond what is known.
    Award("F08", "2014-09-01", "2030-08-31", COOPERATIVE, to("alma"), (MRSEC,)),
    Award("F09", "2018-02-01", "2020-01-31", STANDARD, to("alma")),
    # Active on no 31 December.
    Award("F10", "2016-01-01", "2016-12-30", COOPERATIVE, to("beta"), (ERC,)),
    Award("F11", "2007-01-01", "2009-12-31", STANDARD, to("beta"), (("element", "talent", False),)),
    # No end is published; a centre by reference is no centre.
    Award("F12", "2011-01-01", "", COOPERATIVE, to("beta"), (ERC,)),
    Award("F13", "2011-01-01", "2015-12-31", COOPERATIVE, to("beta"), (("reference", "centre", True),)),
    Award("U01", "2010-06-01", "2013-05-31", "JTI-CS", of("alma", "acme"), (PARTNERSHIP,)),
    Award("U02", "2011-01-01", "2012-06-30", "HORIZON-JU-RIA", of("alma", "beta"), (PARTNERSHIP,)),  # no company
    Award("U03", "2011-01-01", "2012-12-31", "HORIZON-JU-CSA", of("alma", "acme"), (("element", "excluded", False),)),
    Award("U04", "2005-01-01", "2012-12-31", "RIA", of("alma", "acme")),
    Award("U05", "2018-01-01", "2019-12-31", "RIA", of("alma", "acme")),
)


def build() -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads, written from the awards."""
    connection = hand_worked.build(())
    rows = {
        "award": [_award(award) for award in AWARDS],
        "linked_party": [row for award in AWARDS for row in _parties(award)],
        "award_programme": [row for award in AWARDS for row in _programmes(award)],
    }
    rows["award_party"] = [{**row, "award_id": row["record_id"]} for row in rows["linked_party"]]
    rows["institution"] = [
        {"organisation_id": hand_worked.ror(org), "name": org, "kind": hand_worked.SECTOR[org], "country": "NL",
         "reason": "ror_type"}
        for org in ("alma", "beta", "delta")
    ]  # fmt: skip
    for name, content in rows.items():
        connection.register("_rows", pa.Table.from_pylist(content, schema=arrow_schema(table(name))))
        connection.execute(f"INSERT INTO {name} SELECT * FROM _rows")
        connection.unregister("_rows")
    return connection


def _place(award: Award) -> dict:
    return {"source": award.source, "part": "all", "period": "all"}


def _award(award: Award) -> dict:
    id_ = f"{award.source}:{award.id}"
    return {
        **_place(award),
        "award_id": id_,
        "funder": "Funder",
        "scheme": award.scheme,
        "project_id": f"{award.source}:{award.project}" if award.project else id_,
        "title": f"Title of {award.id}",
        "starts_on": dt.date.fromisoformat(award.starts_on),
        "ends_on": dt.date.fromisoformat(award.ends_on) if award.ends_on else None,
        "updated_on": dt.date(2018, 6, 30),
    }


def _parties(award: Award) -> list[dict]:
    return [
        {
            **_place(award),
            "record_table": "award",
            "record_id": f"{award.source}:{award.id}",
            "party_no": number,
            "role": role,
            "name": org or "Foundation that nobody knows",
            "country": "NL",
            "organisation_id": hand_worked.ror(org) if org else None,
            "sector": hand_worked.SECTOR.get(org, "unknown"),
            "is_institution": org in ("alma", "beta", "delta"),
        }
        for number, (role, org) in enumerate(award.parties, start=1)
    ]


def _programmes(award: Award) -> list[dict]:
    return [
        {
            **_place(award),
            "award_id": f"{award.source}:{award.id}",
            "kind": kind,
            "code": f"{number:04d}",
            "label": form,
            "form": form,
            "requires_industry": requires,
        }
        for number, (kind, form, requires) in enumerate(award.programmes)
    ]


def look_up(connection: duckdb.DuckDBPyConnection, indicator: str, org: str, year: int, source: str) -> Row | None:
    """Return the row of an indicator for an institution, a year and a source; None without one."""
    found = connection.execute(
        """SELECT * FROM indicator WHERE indicator = ? AND institution_id = ? AND year = ? AND source = ?
        AND rollup = 'direct' AND counting = 'whole' AND intensity = 'all'""",
        [indicator, hand_worked.ror(org), year, source],
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert len(rows) <= 1, rows
    return rows[0] if rows else None
