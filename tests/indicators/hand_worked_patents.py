"""A world of patents small enough to work out every figure by hand: invented owners, patents, conveyances, families.

Source `register` stands for PatentsView, `fees` for maintenance fees, `recorder` for recorded assignments, `bureau` for
the EPO's service, `agency` for a funder of awards, `union` for CORDIS, `campus` for HERD. The register begins in 2001
and last tells of 5 January 2016, so that 2001–2015 are complete; the recorder begins in 1998 and was last changed in
January 2012; the bureau's documents run from 2002 to 2009; the fees end on 1 June 2014; the union's grants start from
2002 on. Alma owns patents by itself and through Alma Foundation, which is credited to it; Almed is its child. Bolt UK
belongs to Bolt.
"""

import datetime as dt
from dataclasses import dataclass, field

import duckdb

from pipelines.source import Source, Span
from tests.indicators import hand_worked, survey_rules
from tests.indicators.survey_rules import Cell

Row = hand_worked.Row
PERSON, STRANGER, FOUNDATION = "@person", "Stranger Works", "Alma Foundation"
"""An assignee that is a person; a name that no one knows; the holder of Alma."""

INSTITUTIONS = ("alma", "almed", "beta", "gamma")


def of(*owners: str) -> tuple[str, ...]:
    return owners


@dataclass(frozen=True)
class Patent:
    """A US patent: owners in the order of the patent; `cites` are numbers of others; `fees` (day, kind, stage)."""

    id: str
    granted_on: str
    owners: tuple[str, ...]
    type: str = "utility"
    is_withdrawn: bool | None = False
    has_statement: bool = False
    cites: tuple[str, ...] = ()
    fees: tuple[tuple[str, str, int | None], ...] = ()
    awards: tuple[str, ...] = ()
    part_interest: str = ""

    @property
    def patent_id(self) -> str:
        return number(self.id)


def number(id_: str) -> str:
    """`P7` is us:7000007, `D7` a design."""
    kind = {"P": "", "D": "D", "R": "RE"}[id_[0]]
    return f"us:{kind}{7_000_000 + int(id_[1:])}"


PATENTS = (
    # Granted in 2001, of whose fees the last window closed in 2013.
    Patent("P1", "2001-03-06", of("alma"), fees=(("2004-09-06", "paid", 4), ("2008-09-01", "paid", 8),
                                                 ("2012-09-01", "paid", 12))),
    Patent("P2", "2001-06-05", of(FOUNDATION), fees=(("2005-01-05", "paid", 4), ("2009-06-05", "expired", None))),
    Patent("P3", "2001-09-04", of("acme", "alma"), fees=(("2005-09-04", "expired", None),)),
    # Expired, paid late and revived; the second fee came on the third day after the last, the third never.
    Patent("P4", "2001-10-02", of("alma"), fees=(("2005-10-02", "expired", None), ("2006-01-10", "paid", 4),
                                                 ("2006-01-10", "revived", None), ("2009-10-05", "paid", 8),
                                                 ("2013-10-02", "expired", None))),
    Patent("D5", "2001-11-06", of("alma"), "design"),
    Patent("P6", "2001-11-13", of("alma"), is_withdrawn=True),
    # Granted in 2005.
    Patent("P7", "2005-02-01", of("alma"), has_statement=True, awards=("A1",)),
    Patent("P8", "2005-05-03", of("beta", "alma"), has_statement=True, awards=("A1",)),
    Patent("P9", "2005-08-02", of(PERSON, "alma"), awards=("A1", "A2")),
    Patent("P10", "2005-11-01", of(FOUNDATION, "alma", "bolt_uk"), awards=("A1", "A3")),
    Patent("P11", "2005-12-06", of("alma", STRANGER)),
    Patent("P12", "2006-03-07", of("alma", "acme"), awards=("A3",), part_interest="acme"),
    Patent("P13", "2006-06-06", of("gamma", "cedar", "acme"), awards=("A1",)),
    Patent("R14", "2006-09-05", of("alma"), "reissue"),
    Patent("P15", "2007-01-02", of("alma", "agency"), is_withdrawn=None, has_statement=True, awards=("A4",)),
    Patent("P16", "2007-05-01", of("gamma", "cedar", "acme")),
    # What awards led to, and Alma does not own.
    Patent("P20", "2006-04-04", of("acme"), awards=("A1",)),
    Patent("P21", "2006-05-02", of("agency"), awards=("A1",)),
    Patent("P22", "2007-02-06", of(PERSON), awards=("A1",)),
    Patent("P23", "2007-03-06", of(), awards=("A1",)),
    Patent("P24", "2007-04-03", of(STRANGER), awards=("A1",)),
    # What cites them.
    Patent("P30", "2006-12-05", of(STRANGER), cites=("P7",)),
    Patent("P31", "2007-07-03", of("beta"), cites=("P7",)),
    Patent("P32", "2008-04-01", of("acme"), cites=("P7", "P9")),
    Patent("D33", "2008-09-02", of("acme"), "design", cites=("P7",)),
    Patent("P34", "2009-05-05", of("acme", "alma"), cites=("P7", "P8")),
    Patent("P35", "2010-02-01", of("bolt"), cites=("P7",)),
    Patent("P36", "2010-02-02", of("cedar"), cites=("P7", "P8")),
    Patent("P37", "2010-05-04", of("cedar"), cites=("P8",)),
    # Mother, daughter and a company.
    Patent("P40", "2010-03-02", of("alma", "almed", "acme")),
    Patent("P50", "2016-01-05", of("beta")),
)  # fmt: skip

AWARDS = {"A1": ("alma", "R01"), "A2": ("beta", "R01"), "A3": ("alma", "Z01"), "A4": ("alma", "R41")}
"""Awards by their holder and scheme."""


@dataclass(frozen=True)
class Transfer:
    """A recordation; `properties` as number and day of filing; `is_step` marks what passes on within a day."""

    id: int
    kind: str
    executed_on: str | None
    grantors: tuple[str, ...]
    grantees: tuple[str, ...]
    properties: tuple[tuple[str, str | None], ...] = ()
    recorded_on: str = "2009-12-01"
    is_purged: bool = False
    is_step: bool = False

    @property
    def transfer_id(self) -> str:
        return f"uspto:{self.id:06d}/0001"

    @property
    def moves(self) -> bool:
        return self.kind == "assignment" and not self.is_step


def to(grantor: str, grantee: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (grantor,), (grantee,)


TRANSFERS = (
    Transfer(1, "assignment", "2008-03-01", *to("alma", "acme"), (("us:7000007", "2002-03-01"),)),
    Transfer(2, "assignment", "2008-05-01", *to("alma", "bolt"),
             (("us:7000010", "2003-05-01"), ("us-app:12000001", "2007-05-01"))),
    Transfer(3, "employer_assignment", "2008-01-10", *to(PERSON, "alma"), (("us-app:12000002", "2008-01-09"),)),
    Transfer(4, "confirmatory_licence", "2008-02-01", *to("alma", "agency"), (("us:7000007", "2002-03-01"),)),
    Transfer(5, "assignment", "2008-02-02", *to("alma", FOUNDATION), (("us:7000007", "2002-03-01"),)),
    Transfer(6, "nunc_pro_tunc", "2008-02-03", *to("alma", "acme"), (("us:7000001", "1997-01-01"),)),
    Transfer(7, "correction", "2008-03-09", *to("alma", "acme"), (("us:7000007", "2002-03-01"),)),
    # An inventor gives to Alma, and Alma on the same day to Cedar: Alma never held it but on the way.
    Transfer(
        28, "assignment", "2008-06-02", *to(PERSON, "alma"), (("us-app:12000003", "2006-01-01"),), is_step=True
    ),
    Transfer(8, "assignment", "2008-06-02", *to("alma", "cedar"), (("us-app:12000003", "2006-01-01"),)),
    # 30, 90 and 91 days after the filing; and a year before it.
    Transfer(9, "assignment", "2008-07-01", *to("alma", "cedar"), (("us-app:12000004", "2008-06-01"),)),
    Transfer(10, "assignment", "2008-09-01", *to("alma", "cedar"), (("us-app:12000005", "2008-06-03"),)),
    Transfer(11, "assignment", "2008-09-02", *to("alma", "cedar"), (("us-app:12000006", "2008-06-03"),)),
    Transfer(12, "assignment", "2007-09-03", *to("alma", "cedar"), (("us-app:12000007", "2008-09-03"),)),
    # Two institutions, no number that is known, and no day of execution.
    Transfer(13, "assignment", None, ("alma", "beta"), ("acme",), recorded_on="2008-12-01"),
    Transfer(14, "assignment", "2008-12-02", *to("alma", "acme"), (("us:7000001", "1997-01-01"),), is_purged=True),
    Transfer(15, "licence", "2008-10-01", *to("alma", "bolt"), (("us:7000009", "2003-01-01"),)),
    Transfer(16, "option", "2008-10-02", *to("alma", "bolt"), (("us:7000009", "2003-01-01"),)),
    Transfer(17, "security", "2008-10-03", *to("alma", "bolt"), (("us:7000009", "2003-01-01"),)),
    Transfer(18, "merger", "2008-10-04", *to("beta", "bolt"), (("us:7000008", "2003-01-01"),)),
    Transfer(19, "assignment", "2008-10-05", *to("alma", "agency"), (("us:7000015", "2004-01-01"),)),
    Transfer(20, "licence", "2008-10-06", *to("alma", "agency"), (("us:7000015", "2004-01-01"),)),
    # In 2009 a patent for the second time, one filed twelve years before, and one whose filing is not known.
    Transfer(21, "assignment", "2009-01-15", *to("alma", "bolt"),
             (("us:7000007", "2002-03-01"), ("us:7000001", "1997-01-01"), ("us-app:12000008", None))),
    # One deal over six applications, one to six years old; a seventh was licensed before it was granted.
    Transfer(22, "assignment", "2010-07-01", *to("gamma", "acme"),
             tuple((f"us-app:1300000{n}", f"{2010 - n}-07-01") for n in range(1, 7))),
    Transfer(23, "licence", "2006-01-01", *to("gamma", "acme"), (("us:7000013", "2003-01-01"),)),
    # Chains of a day that begin at an institution: Beta to Acme to Bolt, Alma to its holder to Cedar.
    Transfer(24, "assignment", "2009-03-02", *to("beta", "acme"), (("us-app:12000020", "2001-01-01"),), is_step=True),
    Transfer(25, "assignment", "2009-03-02", *to("acme", "bolt"), (("us-app:12000020", "2001-01-01"),)),
    Transfer(26, "assignment", "2010-02-01", *to("alma", FOUNDATION), (("us-app:12000021", "2005-01-01"),)),
    Transfer(27, "assignment", "2010-02-01", *to(FOUNDATION, "cedar"), (("us-app:12000021", "2005-01-01"),)),
    Transfer(30, "name_change", "1998-01-05", *to("acme", "bolt"), recorded_on="1998-02-01"),
    Transfer(31, "name_change", "2012-01-03", *to("acme", "bolt"), recorded_on="2012-01-05"),
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A document of the bureau."""

    id: str
    office: str
    family: str
    published_on: str
    applicants: tuple[str, ...]
    priority_on: str | None = None
    filed_on: str | None = None
    granted: bool = False


DOCUMENTS = (
    # One family: Alma, and in its second document Alma's holder with Acme.
    Document("EP.1.A1", "EP", "11111111", "2005-11-02", of("alma"), "2004-05-01"),
    Document("EP.1.B1", "EP", "11111111", "2008-01-02", of(FOUNDATION, "acme"), "2004-05-01", granted=True),
    # Neither the EPO nor the US.
    Document("WO.2.A1", "WO", "22222222", "2006-02-01", of("alma"), "2004-08-01"),
    # A person besides; no priority is told.
    Document("US.3.A1", "US", "33333333", "2006-02-02", of("alma", PERSON), None, "2004-08-01"),
    Document("EP.4.A1", "EP", "44444444", "2006-07-05", of("beta", "alma"), "2005-01-10"),
    # The earliest priority of the family lies in the year before, and a document elsewhere tells it.
    Document("EP.5.A1", "EP", "55555555", "2005-07-06", of("alma"), "2004-01-15"),
    Document("WO.5.A1", "WO", "55555555", "2005-07-07", of("alma"), "2003-12-31"),
    Document("EP.6.A1", "EP", "66666666", "2002-01-02", of("beta"), "2001-01-02"),
    Document("EP.7.A1", "EP", "77777777", "2009-12-30", of("beta"), "2008-01-02"),
)


@dataclass(frozen=True)
class Claimed:
    """A family that grants of the union led to, and who applied for it."""

    id: str
    grants: tuple[str, ...]
    applicants: tuple[str, ...]
    filed_on: str | None
    priority_on: str | None = None


GRANTS = {
    "G0": ("2002-01-01", of("beta")),
    "G1": ("2010-01-01", of("alma", "acme")),
    "G2": ("2011-01-01", of("alma", "acme", "bolt", "cedar")),
    "G3": ("2010-06-01", of("alma", "beta")),
    "G9": ("2014-01-01", of("beta")),
}
"""Grants of the union: start and parties."""

CLAIMS = (
    Claimed("1", ("G1",), of("alma", "acme"), "2012-01-01"),
    Claimed("2", ("G1",), of(FOUNDATION), "2012-07-01"),
    Claimed("3", ("G1",), of("acme"), "2013-01-01"),
    Claimed("4", ("G2",), of(STRANGER), "2013-01-02"),
    # No company takes part in the grant.
    Claimed("5", ("G3",), of("alma"), "2012-03-01"),
    Claimed("6", ("G2",), of("alma", "bolt_uk"), None, "2013-05-05"),
    # Filed on the day before the grant began.
    Claimed("7", ("G1",), of("alma"), "2009-12-31"),
    # Two grants claim it.
    Claimed("8", ("G1", "G2"), of("cedar"), "2013-03-01"),
)

SPENT = [Cell("campus", "unit:1", year, "rd_expenditure", value * 1e6, currency="USD")
         for year, value in ((2003, 20), (2004, 30), (2005, 50))]  # fmt: skip
"""What Alma spent on research, in dollars."""


def _source(name: str, tables: tuple[str, ...], since: int | None = None, **observes: str) -> Source:
    spans = {"all": Span(since)} if since else {}
    return hand_worked.source(name, tables=tables, lag_days=0, spans=spans, observes=observes)


SOURCES = {
    "register": _source(
        "register",
        ("patent", "patent_party", "patent_funding", "patent_citation"),
        2001,
        us_patents="patent.granted_on",
        patent_owners="patent_party.name WHERE role = 'assignee'",
        partners="patent_party.name WHERE role = 'assignee'",
        government_interest="patent_funding.kind",
        citations="patent_citation.cited_id",
    ),
    "fees": _source("fees", ("patent_fee",), maintenance_fees="patent_fee.kind"),
    "recorder": _source(
        "recorder", ("transfer", "transfer_party", "transfer_patent"), 1998, conveyances="transfer.kind"
    ),
    "bureau": _source("bureau", ("patent", "patent_party"), 2002, families="patent.family_id"),
    "agency": _source("agency", ("award", "award_party"), 2000, awardees="award_party.name WHERE role = 'awardee'"),
    "union": _source(
        "union",
        ("award", "award_party", "award_output"),
        2002,
        partners="award_party.name",
        project_patents="award_output.output_id WHERE kind = 'patent'",
    ),
    "campus": _source("campus", ("survey_value",), rd_expenditure="survey_value.value"),
}
PARTS = [(name, "all") for name in SOURCES]
PARTNERS = ("joint.partners", "challenge.retention", "challenge.repeat_share", "challenge.new_partners")
"""Indicators of partners in grants and patents alike."""


@dataclass
class _Tables:
    rows: dict[str, list[dict]] = field(default_factory=dict)

    def add(self, name: str, *rows: dict) -> None:
        self.rows.setdefault(name, []).extend(rows)


def build(without: tuple[str, ...] = ()) -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads, without the rows of some sources."""
    told = _Tables()
    for patent in PATENTS:
        _patent(told, patent)
    for transfer in TRANSFERS:
        _transfer(told, transfer)
    for document in DOCUMENTS:
        _document(told, document)
    for id_, (holder, scheme) in AWARDS.items():
        _award(told, f"agency:{id_}", scheme, "2000-06-01", "awardee", (holder,))
    for id_, (starts_on, parties) in GRANTS.items():
        _award(told, f"union:{id_}", "RIA", starts_on, "participant", parties)
    for claimed in CLAIMS:
        _claim(told, claimed)
    connection = survey_rules.build(
        [c for c in SPENT if c.source not in without], rates=[], descendant=[("alma", "almed")]
    )
    connection.execute("UPDATE survey_value SET currency = 'USD', unit = 'money'")
    there = {i for (i,) in connection.execute("SELECT organisation_id FROM institution").fetchall()}
    told.add(
        "institution",
        *(
            {"organisation_id": hand_worked.ror(org), "name": org, "kind": hand_worked.SECTOR[org], "country": "US",
             "reason": "ror_type"}
            for org in INSTITUTIONS if hand_worked.ror(org) not in there
        ),
    )  # fmt: skip
    for name, rows in told.rows.items():
        survey_rules._fill(connection, name, [row for row in rows if row.get("source") not in without])
    return connection


def _on(day: str | None) -> dt.date | None:
    return dt.date.fromisoformat(day) if day else None


def _at(source: str) -> dict:
    return {"source": source, "part": "all"}


def _who(owner: str) -> str:
    """The organisation that a name is credited to; empty where no one knows it."""
    return {FOUNDATION: "alma", STRANGER: ""}.get(owner, owner)


def _linked(source: str, table: str, record: str, number_: int, role: str, owner: str) -> dict:
    org = _who(owner)
    return {
        **_at(source),
        "record_table": table,
        "record_id": record,
        "period": "all",
        "party_no": number_,
        "role": role,
        "name": owner,
        "country": "US",
        "organisation_id": hand_worked.ror(org) if org else None,
        "sector": hand_worked.SECTOR.get(org, "unknown"),
        "is_institution": org in INSTITUTIONS,
    }


def _owners(told: _Tables, source: str, patent_id: str, role: str, owners: tuple[str, ...], part: str = "") -> None:
    first = 1 if role == "assignee" else 1001
    for sequence, owner in enumerate(owners):
        is_person = owner == PERSON
        told.add(
            "patent_party",
            {**_at(source), "patent_id": patent_id, "party_no": first + sequence, "role": role, "sequence": sequence,
             "name": None if is_person else owner, "is_person": is_person, "is_part_interest": owner == part},
        )  # fmt: skip
        if not is_person:
            told.add("linked_party", _linked(source, "patent", patent_id, first + sequence, role, owner))


def _patent(told: _Tables, patent: Patent) -> None:
    id_, granted_on = patent.patent_id, _on(patent.granted_on)
    told.add(
        "patent",
        {**_at("register"), "patent_id": id_, "number": id_, "office": "US", "type": patent.type, "is_granted": True,
         "is_withdrawn": patent.is_withdrawn, "granted_on": granted_on, "published_on": granted_on,
         "title": f"Title of {patent.id}"},
    )  # fmt: skip
    _owners(told, "register", id_, "assignee", patent.owners, patent.part_interest)
    if patent.has_statement:
        told.add("patent_funding", *(
            {**_at("register"), "patent_id": id_, "kind": kind, "sequence": 0} for kind in ("statement", "agency")
        ))  # fmt: skip
    told.add("patent_citation", *(
        {**_at("register"), "patent_id": id_, "sequence": n, "cited_id": number(cited)}
        for n, cited in enumerate(patent.cites)
    ))  # fmt: skip
    told.add("patent_fee", *(
        {**_at("fees"), "patent_id": id_, "event_on": _on(day), "code": kind.upper(), "kind": kind, "stage": stage}
        for day, kind, stage in patent.fees
    ))  # fmt: skip
    told.add("award_patent", *(
        {**_at("agency"), "award_id": f"agency:{award}", "patent_id": id_, "rule": "statement_nih", "is_known": True}
        for award in patent.awards
    ))  # fmt: skip
    if patent.id == "P50":
        told.add("patent_fee", {**_at("fees"), "patent_id": "us:1000001", "event_on": _on("2014-06-01"),
                                "code": "X", "kind": "unknown"})  # fmt: skip
    if not patent.is_withdrawn:
        told.add("collaboration", *_together(patent))


def _together(patent: Patent) -> list[dict]:
    orgs = list(dict.fromkeys(_who(owner) or owner for owner in patent.owners if owner != PERSON))
    known = [org for org in orgs if org in hand_worked.SECTOR]
    return [
        {**_at("register"), "record_table": "patent", "record_id": patent.patent_id,
         "institution_id": hand_worked.ror(own), "partner_id": hand_worked.ror(other),
         "partner_sector": hand_worked.SECTOR[other], "year": int(patent.granted_on[:4]), "organisations": len(orgs),
         "intensity": "bilateral"}
        for own in known for other in known if own in INSTITUTIONS and own != other
    ]  # fmt: skip


def _transfer(told: _Tables, transfer: Transfer) -> None:
    id_, executed_on = transfer.transfer_id, _on(transfer.executed_on)
    told.add(
        "transfer",
        {**_at("recorder"), "transfer_id": id_, "kind": transfer.kind, "rule": transfer.kind,
         "executed_on": executed_on, "recorded_on": _on(transfer.recorded_on), "updated_on": _on(transfer.recorded_on),
         "is_purged": transfer.is_purged, "conveyance_text": f"TEXT {transfer.id}"},
    )  # fmt: skip
    for role, first, names in (("grantor", 1, transfer.grantors), ("grantee", 100_001, transfer.grantees)):
        told.add("linked_party", *(
            _linked("recorder", "transfer", id_, first + n, role, name)
            for n, name in enumerate(names) if name != PERSON
        ))  # fmt: skip
    if transfer.is_purged:
        return
    told.add("title_chain", *(
        {**_at("recorder"), "property_id": property_id, "step": transfer.id, "transfer_id": id_, "kind": transfer.kind,
         "executed_on": executed_on or _on(transfer.recorded_on), "filed_on": _on(filed_on), "grantor_ids": [],
         "grantee_ids": [], "from_persons": transfer.grantors == (PERSON,), "changes_title": transfer.moves}
        for property_id, filed_on in transfer.properties
    ))  # fmt: skip


def _document(told: _Tables, document: Document) -> None:
    id_ = f"epo:{document.id}"
    told.add(
        "patent",
        {**_at("bureau"), "patent_id": id_, "office": document.office, "is_granted": document.granted,
         "published_on": _on(document.published_on), "priority_on": _on(document.priority_on),
         "granted_on": _on(document.published_on) if document.granted else None,
         "filed_on": _on(document.filed_on), "family_id": document.family, "title": f"Title of {document.id}",
         "record_url": f"https://example.org/{document.id}"},
    )  # fmt: skip
    _owners(told, "bureau", id_, "applicant", document.applicants)


def _award(told: _Tables, id_: str, scheme: str, starts_on: str, role: str, parties: tuple[str, ...]) -> None:
    source = id_.partition(":")[0]
    told.add(
        "award",
        {**_at(source), "award_id": id_, "period": "all", "funder": "Funder", "scheme": scheme, "project_id": id_,
         "title": f"Title of {id_}", "starts_on": _on(starts_on), "updated_on": _on("2016-01-01")},
    )  # fmt: skip
    for party_no, name in enumerate(parties, start=1):
        party = _linked(source, "award", id_, party_no, role, name)
        told.add("linked_party", party)
        told.add("award_party", {**party, "award_id": id_})


def _claim(told: _Tables, claimed: Claimed) -> None:
    output_id = f"docdb:{claimed.id}"
    told.add("award_output", *(
        {**_at("union"), "award_id": f"union:{grant}", "output_id": output_id, "kind": "patent",
         "title": f"Family {claimed.id}", "filed_on": _on(claimed.filed_on), "priority_on": _on(claimed.priority_on)}
        for grant in claimed.grants
    ))  # fmt: skip
    told.add("linked_party", *(
        _linked("union", "award_output", output_id, n, "applicant", name)
        for n, name in enumerate(claimed.applicants, start=1)
    ))  # fmt: skip


def look_up(
    connection: duckdb.DuckDBPyConnection, indicator: str, org: str, year: int, counting: str = "whole", **more: str
) -> Row | None:
    """Return the row of an indicator and institution; None without one."""
    return hand_worked.look_up(connection, indicator, org, year, counting=counting, **more)
