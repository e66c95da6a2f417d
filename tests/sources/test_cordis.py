"""CORDIS: money, keys and codes by the publisher's rules; expected values are worked out from the rows."""

import json

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from tests import golden
from tests import small_world as world


def table(home, name, part="h2020"):
    return pq.read_table(home.core / name / f"cordis--{part}.parquet").to_pylist()


@pytest.fixture
def parties(home, mirror):
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert not outcome.failed
    return {(r["award_id"], r["name"].split()[0], r["role"]): r for r in table(home, "award_party")}


def test_decimal_commas_and_points_are_both_read(home, parties):
    awards = {r["award_id"]: r for r in table(home, "award")}
    assert awards["cordis:101"]["total_cost"] == 1_000_000.5  # written 1000000,5
    assert awards["cordis:102"]["amount"] == 500_000.25  # written 500000.25
    assert parties["cordis:101", "QUORVANE", "participant"]["cost"] == 350_000.5  # written 350000,5


def test_a_cost_of_zero_is_unknown_not_zero(home, parties):
    awards = {r["award_id"]: r for r in table(home, "award")}
    assert awards["cordis:104"]["total_cost"] is None
    assert parties["cordis:104", "KATHOLIEKE", "coordinator"]["cost"] is None


def test_a_linked_third_party_is_not_counted_twice(parties):
    # Project 103: 500,000 gross of Quorvane Systems include the 100,000 net of Quorvane Research.
    assert parties["cordis:103", "QUORVANE", "coordinator"]["amount"] == 400_000
    assert parties["cordis:103", "QUORVANE", "coordinator"]["amount_gross"] == 500_000
    assert parties["cordis:103", "QUORVANE", "third_party"]["amount"] == 100_000
    of_103 = [r["amount"] for key, r in parties.items() if key[0] == "cordis:103"]
    assert sum(of_103) == 1_500_000  # = ecMaxContribution


def test_a_net_amount_beside_gross_ones_stays_out(home, mirror):
    # Only the third party tells a net amount: the beneficiary's gross amount includes it already.
    rows = [(*r[:11], "" if r[8] != "thirdParty" else r[11], r[12]) for r in world.PARTIES]
    world.cordis(mirror, organization=world.text(world.ORGANIZATION, world.parties(rows)))
    steps.ingest(home, "cordis", mirror)
    of_103 = {r["role"]: r["amount"] for r in table(home, "award_party") if r["award_id"] == "cordis:103"}
    assert of_103["third_party"] == 0
    assert sum(r["amount"] for r in table(home, "award_party") if r["award_id"] == "cordis:103") == 1_500_000


def test_a_partner_without_money_has_none_and_no_currency(parties):
    partner = parties["cordis:104", "BRELLOW", "partner"]
    assert partner["amount"] is None
    assert partner["currency"] is None
    assert partner["is_sme"] is None  # "" is not told, and never false


def test_a_scheme_says_what_form_of_collaboration_it_is(home, parties):
    found = {r["award_id"]: (r["code"], r["form"], r["centre_type"]) for r in table(home, "award_programme")}
    assert found["cordis:101"] == ("RIA", "joint_research", None)
    assert found["cordis:104"] == ("MSCA-ITN", "talent", "doctoral_network")
    assert found["cordis:105"] == ("ERC-STG", "excluded", None)
    forms = {r["award_id"]: r["form"] for r in table(home, "award")}
    assert forms == {award: form for award, (_, form, _) in found.items()}


def test_fields_are_read_where_the_zip_has_them(home, mirror):
    rows = [
        ["101", "/25/73", "/engineering and technology/materials engineering", "materials engineering", ""],
        ["101", "/23/47/1019", "/natural sciences/computer and information sciences/artificial intelligence",
         "artificial intelligence", ""],
        # Twice the same, and a project that is not in the table of projects.
        ["101", "/25/73", "/engineering and technology/materials engineering", "materials engineering", ""],
        ["999", "/29", "/social sciences", "social sciences", ""],
    ]  # fmt: skip
    columns = ["projectID", "euroSciVocCode", "euroSciVocPath", "euroSciVocTitle", "euroSciVocDescription"]
    members = {"csv/euroSciVoc.csv": world.text(columns, rows)}
    world.cordis(mirror, more=members)
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert not outcome.failed, outcome.failed
    assert [(r["award_id"], r["scheme"], r["code"], r["label"], r["path"]) for r in table(home, "award_field")] == [
        ("cordis:101", "euroscivoc", "/23/47/1019", "artificial intelligence", rows[1][2]),
        ("cordis:101", "euroscivoc", "/25/73", "materials engineering", rows[0][2]),
    ]
    book = outcome.manifest["balance"]["award_field"]
    assert (book["read"], book["kept"], book["dropped"]) == (4, 2, {"duplicate_row": 1, "no_project": 1})


def test_a_zip_without_fields_is_read_all_the_same(home, mirror):
    world.cordis(mirror)
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert not outcome.failed
    assert "fields" not in outcome.manifest["observes"]


def test_greece_and_the_united_kingdom_get_their_iso_codes(parties):
    assert parties["cordis:106", "ETHNICON", "coordinator"]["country"] == "GR"
    assert parties["cordis:103", "THE", "participant"]["country"] == "GB"


def test_column_order_byte_order_mark_split_tables_and_root_members_do_not_matter(home, mirror, parties):
    before = {t: table(home, t) for t in ("award", "award_party")}
    header, rows = world.ORGANIZATION[::-1], [row[::-1] for row in world.parties()]
    world.archive(
        mirror / "cordis" / "cordis-h2020projects-csv.zip",
        {
            "project.csv": "\ufeff" + world.text(world.PROJECT, world.projects()),
            "organization.csv": "\ufeff" + world.text(header, rows[:5]),
            "organization_2.csv": "\ufeff" + world.text(header, rows[5:]),
        },
    )
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert outcome.built
    assert {t: table(home, t) for t in ("award", "award_party")} == before


def test_the_json_form_gives_the_same_rows(home, mirror, parties):
    before = {t: table(home, t) for t in ("award", "award_party")}

    def plain(column, value):
        # The JSON form writes numbers and booleans as such, and "" for missing.
        if column in {"id", "projectID", "organisationID", "order", "ecMaxContribution", "ecContribution"} and value:
            return float(value) if "." in value else int(value)
        return {"true": True, "false": False}.get(value, value)

    (mirror / "cordis" / "cordis-h2020projects-csv.zip").unlink()
    world.archive(
        mirror / "cordis" / "cordis-h2020projects-json.zip",
        {
            f"{name}.json": json.dumps([{c: plain(c, v) for c, v in zip(header, r, strict=True)} for r in rows])
            for name, header, rows in (
                ("project", world.PROJECT, world.projects()),
                ("organization", world.ORGANIZATION, world.parties()),
            )
        },
    )
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert not outcome.failed
    assert {t: table(home, t) for t in ("award", "award_party")} == before


def test_the_plain_files_of_older_releases_are_read_by_their_old_names(home, tmp_path):
    folder = tmp_path / "old" / "cordis"
    folder.mkdir(parents=True)
    projects = (
        "rcn;id;acronym;status;programme;topics;frameworkProgramme;title;startDate;endDate;projectUrl;objective;"
        "totalCost;ecMaxContribution;call;fundingScheme;coordinator;coordinatorCountry;participants;"
        "participantCountries;subjects\n"
        "1;633080;MACC-III;SIGNED;H2020-EU.2.1.6.3.;T;H2020;Monitoring;2014-10-01;2016-07-31;;a; b;"
    )
    # An objective with a semicolon stands in quotes in the publisher's file.
    projects = projects.replace("a; b", '"a; b"') + "1000,5;1000,5;C;CSA;ECMWF;UK;;;\n"
    organisations = (
        "projectRcn;projectID;projectAcronym;role;id;name;shortName;activityType;endOfParticipation;ecContribution;"
        "country;street;city;postCode;organizationUrl;vatNumber;contactForm;contactType;contactTitle;"
        "contactFirstNames;contactLastNames;contactFunction;contactTelephoneNumber;contactFaxNumber\n"
        "1;633080;MACC-III;coordinator;999987624;EUROPEAN CENTRE FOR MEDIUM-RANGE WEATHER FORECASTS;ECMWF;REC;false;"
        "1000,5;UK;SHINFIELD PARK;READING;RG2 9AX;www.ecmwf.int;GB;;;;;;;;\n"
    )
    (folder / "cordis-h2020projects.csv").write_text("\ufeff" + projects)
    (folder / "cordis-h2020organizations.csv").write_text("\ufeff" + organisations)
    (outcome,) = steps.ingest(home, "cordis", tmp_path / "old")
    assert not outcome.failed, outcome.failed
    (party,) = table(home, "award_party")
    assert party["source_org_id"] == "pic:999987624"
    assert party["amount"] == 1000.5
    assert not outcome.warnings


def test_contact_details_stay_out_of_core(home, parties):
    columns = set(table(home, "award_party")[0])
    assert not {c for c in columns if "contact" in c.lower() or "street" in c or "phone" in c}
    assert (home.root / "raw").stat().st_mode & 0o777 == 0o700


def test_golden_sample(home, parties):
    """Change VERSION in pipelines/sources/cordis.py together with these digests."""
    from pipelines.sources import cordis

    digests = {t: golden.digest(table(home, t)) for t in ("award", "award_party", "award_programme")}
    assert (cordis.VERSION, digests) == GOLDEN


GOLDEN = (
    5,
    {"award": "6b49156028badd6e", "award_party": "93fd5c784f98fa20", "award_programme": "dfb90d78a0ed1243"},
)


@pytest.mark.real
def test_the_real_archive_is_read_whole_and_sums_to_the_publishers_totals(home, real):
    (outcome,) = steps.ingest(home, "cordis", real)
    books = outcome.manifest["balance"]
    assert (books["award"]["read"], books["award"]["kept"]) == (21_066, 21_066)
    assert (books["award_party"]["read"], books["award_party"]["kept"]) == (53_139, 53_139)
    assert outcome.manifest["observes"] == ["all_parties", "amounts", "dates", "departures", "partners"]
    money: dict[str, float] = {}
    for row in table(home, "award_party"):
        money[row["award_id"]] = money.get(row["award_id"], 0) + (row["amount"] or 0)
    awards = table(home, "award")
    equal = sum(abs(money[a["award_id"]] - a["amount"]) < 0.05 for a in awards)
    # The sheet: parties add up to the project's contribution for 99.93 % of the projects of this recast.
    assert equal / len(awards) > 0.999


@pytest.mark.real
def test_the_real_json_extraction_adds_up_exactly(home, real, tmp_path):
    folder = real / "cordis" / "json"
    members = {p.name: p.read_bytes() for p in sorted(folder.glob("*.json"))}
    world.archive(tmp_path / "m" / "cordis" / "cordis-h2020projects-json.zip", members)
    (outcome,) = steps.ingest(home, "cordis", tmp_path / "m")
    assert not outcome.failed, outcome.failed
    books = outcome.manifest["balance"]
    assert (books["award"]["kept"], books["award_party"]["kept"]) == (26, 1_076)
    money: dict[str, float] = {}
    for row in table(home, "award_party"):
        money[row["award_id"]] = money.get(row["award_id"], 0) + (row["amount"] or 0)
    # Σ over the parties = ecMaxContribution on 26 of 26 projects, to the cent's rounding.
    assert [a["award_id"] for a in table(home, "award") if abs(money[a["award_id"]] - a["amount"]) > 0.05] == []
