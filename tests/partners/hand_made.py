"""A release of a few rows, made by hand: three institutions, three companies, on the equator; last whole year 2024."""

import datetime as dt

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.partners import prepared

EAST, WEST, FAR = "https://ror.org/0aaaaaa01", "https://ror.org/0bbbbbb02", "https://ror.org/0cccccc03"
"""Two universities one degree apart (111.195 km) and an institute a quarter of the earth away."""

SMALL, LARGE, OTHER = "local:nl:0000000000000001", "local:de:0000000000000002", "local:nl:0000000000000003"
"""A Dutch SME at the place of EAST, a large German firm without a place, and a Dutch firm of untold size."""

ORGANISATIONS = (
    (EAST, "East University", "university", "NL", "Oostdorp", 0.0, 1.0, True),
    (WEST, "West University", "university", "DE", "Westdorf", 0.0, 0.0, True),
    (FAR, "Far Institute", "research_institute", "JP", "Farville", 0.0, 91.0, True),
    (SMALL, "QUORVANE SYSTEMS BV", "company", "NL", "Oostdorp", 0.0, 1.0, False),
    (LARGE, "TALVERIN GMBH", "company", "DE", None, None, None, False),
    (OTHER, "BRELLOW BV", "company", "NL", None, None, None, False),
)
LAST = {"cordis": 2024, "gtr": 2024, "nsf_awards": 2024, "patentsview": 2024, "uspto_assignments": 2024}


class HandMade:
    """Rows by table; `connect` shows them to a connection as a release does."""

    def __init__(self):
        self.rows = {name: [] for name in prepared.READ}
        for id_, name, sector, country, city, latitude, longitude, is_institution in ORGANISATIONS:
            where = {"country": country, "city": city, "latitude": latitude, "longitude": longitude}
            self.rows["organisation"].append(
                {
                    "organisation_id": id_,
                    "name": name,
                    "sector": sector,
                    "status": "active" if is_institution else "named",
                    "is_institution": is_institution,
                    "current_id": id_,
                    "ultimate_parent_id": id_,
                    **where,
                }
            )
            if is_institution:
                mine = {"organisation_id": id_, "name": name, "country": country}
                self.rows["institution"].append(mine | {"kind": sector})
                self.rows["registry_organisation"].append(mine | where)
                self.rows["registry_name"].append(
                    {"organisation_id": id_, "name_no": 1, "name": name, "kinds": ["label"]}
                )
        for source, year in LAST.items():
            self.rows["coverage"].append({"source": source, "year": year, "is_complete": True, "records": 1})
        self.rows["transfer"].append({"source": "uspto_assignments", "transfer_id": "t:0"})

    def award(self, id_, year, title, *parties, source="cordis", programme="HORIZON", scheme="RIA", amount=1e6):
        """Add an award of a year; a party is (organisation, is_sme or None, its own money or None)."""
        record = f"{source}:{id_}"
        self.rows["award"].append(
            {
                "source": source, "part": "all", "award_id": record, "period": "all", "title": title,
                "programme": programme, "scheme": scheme, "starts_on": dt.date(year, 1, 1),
                "amount": amount, "currency": "EUR", "record_url": f"https://example.org/{id_}",
            }
        )  # fmt: skip
        self._parties("award", record, source, year, "participant", parties)
        return record

    def patent(self, number, year, title, owners, *classes):
        """Add a US patent granted in a year, its owners and its CPC subclasses."""
        record = f"us:{number}"
        self.rows["patent"].append(
            {
                "source": "patentsview", "part": "all", "patent_id": record, "number": record, "office": "US",
                "type": "utility", "title": title, "granted_on": dt.date(year, 1, 1), "is_granted": True,
            }
        )  # fmt: skip
        for sequence, name in enumerate(classes):
            self.rows["patent_class"].append({"patent_id": record, "sequence": sequence, "subclass": name})
        self._parties("patent", record, "patentsview", year, "assignee", [(o, None, None) for o in owners])

    def deal(self, id_, year, institution, company, measure="assignments_to_companies"):
        """Add a recorded assignment, or licence, from an institution to a company."""
        record = f"uspto:{id_}"
        self.rows["evidence"].append(
            {"measure": measure, "institution_id": institution, "year": year, "record_id": record}
        )
        self._party("transfer", record, "uspto_assignments", "grantee", company, None, None)

    def _parties(self, kind, record, source, year, role, parties):
        for organisation, is_sme, amount in parties:
            self._party(kind, record, source, role, organisation, is_sme, amount)
        for institution, *_ in parties:
            for partner, is_sme, _ in parties:
                if self._of(institution)["is_institution"] and partner != institution:
                    self.rows["collaboration"].append(
                        {
                            "source": source, "record_table": kind, "record_id": record,
                            "institution_id": institution, "partner_id": partner, "year": year,
                            "partner_sector": self._of(partner)["sector"], "partner_is_sme": is_sme,
                        }
                    )  # fmt: skip

    def _party(self, kind, record, source, role, organisation, is_sme, amount):
        of = self._of(organisation)
        self.rows["linked_party"].append(
            {
                "source": source, "part": "all", "record_table": kind, "record_id": record, "period": "all",
                "party_no": len(self.rows["linked_party"]) + 1, "role": role, "name": of["name"],
                "country": of["country"] or "", "organisation_id": organisation, "sector": of["sector"],
                "is_institution": of["is_institution"], "is_sme": is_sme, "amount": amount,
            }
        )  # fmt: skip

    def _of(self, id_):
        return next(row for row in self.rows["organisation"] if row["organisation_id"] == id_)

    def connect(self):
        """Return a connection with every table that partners are chosen from."""
        connection = duckdb.connect()
        for name, rows in self.rows.items():
            made = pa.Table.from_pylist(rows, schema=arrow_schema(table(name)))
            connection.register("made", made)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM made")
        connection.unregister("made")
        return connection
