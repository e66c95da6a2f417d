"""A small mirror written by hand: five institutions in ROR, six projects in CORDIS. The companies are invented."""

import csv
import io
import json
import zipfile
from pathlib import Path

PROJECT = (
    "id;acronym;status;title;startDate;endDate;totalCost;ecMaxContribution;legalBasis;topics;ecSignatureDate;"
    "frameworkProgramme;masterCall;subCall;fundingScheme;nature;objective;contentUpdateDate;rcn;grantDoi"
).split(";")
ORGANIZATION = (
    "projectID;projectAcronym;organisationID;vatNumber;name;shortName;SME;activityType;street;postCode;city;"
    "country;nutsCode;geolocation;organizationURL;contactForm;contentUpdateDate;rcn;order;role;ecContribution;"
    "netEcContribution;totalCost;endOfParticipation;active"
).split(";")

DELFT, LEUVEN, TNO = "https://ror.org/02e2c7k09", "https://ror.org/05f950310", "https://ror.org/01bnjb948"

INSTITUTIONS = (
    (DELFT, "Delft University of Technology", "Technische Universiteit Delft", "TU Delft", "education", "NL", "Delft"),
    (LEUVEN, "KU Leuven", "Katholieke Universiteit Leuven", "KUL", "education", "BE", "Leuven"),
    (TNO, "Netherlands Organisation for Applied Scientific Research",
     "Nederlandse Organisatie voor Toegepast Natuurwetenschappelijk Onderzoek", "TNO", "nonprofit", "NL", "The Hague"),
    ("https://ror.org/013meh722", "University of Cambridge", "Cambridge University", "", "education", "GB", "Cambridge"),
    ("https://ror.org/03cx6bg69", "National Technical University of Athens", "Εθνικό Μετσόβιο Πολυτεχνείο", "NTUA",
     "education", "GR", "Athens"),
)  # fmt: skip

# id, start, end, total cost, EU contribution, scheme
PROJECTS = (
    ("101", "2015-03-01", "2018-02-28", "1000000,5", "900000", "RIA"),
    ("102", "2016-01-01", "2018-12-31", "500000", "500000.25", "IA"),
    ("103", "2016-09-01", "2019-08-31", "2000000", "1500000", "RIA"),
    ("104", "2017-01-01", "2019-12-31", "0", "250000", "MSCA-ITN"),
    ("105", "2017-06-01", "2022-05-31", "1500000", "1500000", "ERC-STG"),
    ("106", "2018-05-01", "2020-04-30", "800000", "600000", "IA"),
)

# project, PIC, name, short name, kind, SME, city, country, role, order, gross, net, total cost
PARTIES = (
    ("101", "999977366", "TECHNISCHE UNIVERSITEIT DELFT", "TU Delft", "HES", "false", "DELFT", "NL", "coordinator", 1, "500000", "500000", "500000"),
    ("101", "900000001", "QUORVANE SYSTEMS BV", "QUORVANE", "PRC", "true", "EINDHOVEN", "NL", "participant", 2, "250000", "250000", "350000,5"),
    ("101", "999988909", "NEDERLANDSE ORGANISATIE VOOR TOEGEPAST NATUURWETENSCHAPPELIJK ONDERZOEK TNO", "TNO", "REC", "false", "THE HAGUE", "NL", "participant", 3, "150000", "150000", "150000"),
    ("102", "999991334", "KATHOLIEKE UNIVERSITEIT LEUVEN", "KU Leuven", "HES", "false", "LEUVEN", "BE", "coordinator", 1, "300000.25", "300000.25", "300000"),
    ("102", "900000002", "TALVERIN NV", "", "PRC", "false", "GENT", "BE", "participant", 2, "200000", "200000", "200000"),
    ("103", "999977366", "TECHNISCHE UNIVERSITEIT DELFT", "TU Delft", "HES", "false", "DELFT", "NL", "participant", 1, "700000", "700000", "700000"),
    ("103", "900000001", "QUORVANE SYSTEMS BV", "QUORVANE", "PRC", "true", "EINDHOVEN", "NL", "coordinator", 2, "500000", "400000", "600000"),
    ("103", "900000003", "QUORVANE RESEARCH BV", "", "PRC", "true", "EINDHOVEN", "NL", "thirdParty", 3, "0", "100000", "100000"),
    ("103", "999984059", "THE CHANCELLOR MASTERS AND SCHOLARS OF THE UNIVERSITY OF CAMBRIDGE", "", "HES", "false", "CAMBRIDGE", "UK", "participant", 4, "300000", "300000", "300000"),
    ("104", "999991334", "KATHOLIEKE UNIVERSITEIT LEUVEN", "KU Leuven", "HES", "false", "LEUVEN", "BE", "coordinator", 1, "250000", "250000", "0"),
    ("104", "900000004", "BRELLOW GMBH", "", "PRC", "", "BERLIN", "DE", "partner", 2, "", "", ""),
    ("105", "999977366", "TECHNISCHE UNIVERSITEIT DELFT", "TU Delft", "HES", "false", "DELFT", "NL", "coordinator", 1, "1500000", "1500000", "1500000"),
    ("106", "999978433", "ETHNICON METSOVION POLYTECHNION", "NTUA", "HES", "false", "ATHENS", "EL", "coordinator", 1, "350000", "350000", "450000"),
    ("106", "900000001", "QUORVANE SYSTEMS BV", "QUORVANE", "PRC", "true", "EINDHOVEN", "NL", "participant", 2, "250000", "250000", "350000"),
)  # fmt: skip


def projects(rows=PROJECTS) -> list[list[str]]:
    """The rows of project.csv."""
    return [
        [i, "", "CLOSED", f"Project {i}", start, end, cost, money, "", "", start, "H2020", "", "", scheme, "", "", "2020-12-14 10:00:00", i, ""]
        for i, start, end, cost, money, scheme in rows
    ]  # fmt: skip


def parties(rows=PARTIES) -> list[list[str]]:
    """The rows of organization.csv."""
    return [
        [p, "", pic, "", name, short, sme, kind, "", "", city, country, "", "", "", "", "2020-12-14 10:00:00", pic, str(order), role, gross, net, cost, "false", ""]
        for p, pic, name, short, kind, sme, city, country, role, order, gross, net, cost in rows
    ]  # fmt: skip


def text(header, rows) -> str:
    """A table as CORDIS writes it: semicolons, every cell quoted, doubled quotes."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def archive(path: Path, members: dict[str, str | bytes]) -> Path:
    """A zip with members of a fixed date, so that the same content gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(zipfile.ZipInfo(name, (2020, 12, 14, 0, 0, 0)), content)
    return path


def cordis(
    mirror: Path,
    project: str | None = None,
    organization: str | None = None,
    part: str = "h2020",
    more: dict[str, str | bytes] | None = None,
) -> Path:
    """Write the CORDIS zip of a programme into a mirror, with `more` members if given."""
    return archive(
        mirror / "cordis" / f"cordis-{part}projects-csv.zip",
        {
            "csv/organization.csv": text(ORGANIZATION, parties()) if organization is None else organization,
            "csv/project.csv": text(PROJECT, projects()) if project is None else project,
            **(more or {}),
        },
    )


def registry(institutions=INSTITUTIONS) -> list[dict]:
    """The records of a ROR dump in schema 2."""
    return [
        {
            "id": id_,
            "status": "active",
            "types": [kind],
            "established": 1900,
            "names": [
                {"value": name, "types": ["ror_display", "label"], "lang": "en"},
                {"value": native, "types": ["label"], "lang": None},
                *([{"value": short, "types": ["acronym"], "lang": None}] if short else []),
            ],
            "locations": [{"geonames_id": 1, "geonames_details": {"name": city, "country_code": country,
                           "country_subdivision_code": None, "lat": 52.0, "lng": 4.0}}],
            "external_ids": [{"type": "grid", "all": ["grid.1.1"], "preferred": None}],
            "links": [],
            "domains": [],
            "relationships": [],
            "admin": {},
        }
        for id_, name, native, short, kind, country, city in institutions
    ]  # fmt: skip


def ror(mirror: Path, records: list[dict] | None = None, version: str = "v2.0-2025-01-01") -> Path:
    """Write the ROR dump into a mirror."""
    content = json.dumps(registry() if records is None else records, ensure_ascii=False)
    return archive(mirror / "ror" / f"{version}-ror-data.zip", {f"{version}-ror-data.json": content})


def write(mirror: Path) -> Path:
    """Write the whole mirror; return it."""
    ror(mirror)
    cordis(mirror)
    return mirror
