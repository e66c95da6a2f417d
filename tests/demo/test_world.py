"""What the simulated publishers publish: the same every time, balanced to the cent, and nobody's."""

import csv
import io
import json
import zipfile
from collections import Counter

import numpy as np
import pytest

from pipelines.demo import cast, cordis, invented, registry
from pipelines.demo.records import World
from pipelines.link import names


@pytest.fixture(scope="session")
def tables(world, tmp_path_factory) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Every table as published, by part and member name, read by a plain CSV reader."""
    found = {}
    for part in world.snapshots:
        path = tmp_path_factory.mktemp("zips") / "one.zip"
        cordis.write(world, part, path)
        with zipfile.ZipFile(path) as archive:
            found[part] = {
                name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")), delimiter=";"))
                for name in archive.namelist()
            }
    return found


def parties(tables, part) -> list[dict[str, str]]:
    return [row for name, rows in tables[part].items() if "organization" in name for row in rows]


def test_files_are_laid_out_as_differently_as_real_releases(tables):
    assert {part: list(found)[:3] for part, found in tables.items()} == {
        "fp7": ["csv/project.csv", "csv/organization.csv", "csv/topics.csv"],
        "h2020": ["csv/project.csv", "csv/organization.csv", "csv/organization_2.csv"],
        "horizon": ["project.csv", "organization.csv", "topics.csv"],
    }


def test_contributions_of_a_project_add_up_to_its_maximum(tables):
    for part, folder in (("h2020", "csv/"), ("horizon", "")):
        maximum = {
            p["id"]: float(p["ecMaxContribution"].replace(",", ".")) for p in tables[part][f"{folder}project.csv"]
        }
        gross, net, seen = Counter(), Counter(), set()
        for row in parties(tables, part):
            if (key := (row["projectID"], row["order"])) in seen:
                continue
            seen.add(key)
            gross[row["projectID"]] += float(row["ecContribution"] or 0)
            net[row["projectID"]] += float(row["netEcContribution"] or 0)
        for project, amount in maximum.items():
            assert gross[project] == pytest.approx(amount, abs=0.005)
            assert net[project] == pytest.approx(amount, abs=0.005)


def test_linked_third_parties_are_paid_through_their_beneficiary(world):
    linked = 0
    for snapshot in world.snapshots.values():
        rows, money = snapshot.parties, snapshot.money
        for row in np.flatnonzero(rows.host >= 0):
            host = rows.host[row]
            assert rows.project[row] == rows.project[host]
            assert money.gross[row] == 0 < money.net[row]
            assert money.gross[host] >= money.net[host] + money.net[row]
            linked += 1
    assert linked > 5


def test_cost_covers_the_contribution_or_is_zero_for_lump_sums(world):
    for snapshot in world.snapshots.values():
        lump = np.array([s.is_lump_sum for s in snapshot.programme.schemes])[snapshot.projects.scheme]
        is_lump = lump[snapshot.parties.project]
        paid = snapshot.money.gross >= 0
        assert (snapshot.money.cost[is_lump & paid] == 0).all()
        assert (snapshot.money.cost[~is_lump & paid] >= snapshot.money.gross[~is_lump & paid]).all()


def test_who_takes_part_without_money_has_empty_cells_not_zero(tables):
    unpaid = [r for r in parties(tables, "horizon") if r["role"] == "associatedPartner"]
    assert unpaid
    assert {(r["ecContribution"], r["netEcContribution"], r["totalCost"]) for r in unpaid} == {("", "", "")}


def test_cells_mix_decimal_points_and_commas_and_countries_are_the_eus(tables):
    rows = parties(tables, "h2020")
    assert any("." in r["ecContribution"] for r in rows)
    assert not any("," in r["ecContribution"] for r in rows)
    assert any("," in (r["totalCost"] or "") for r in rows)
    countries = {r["country"] for r in rows}
    assert {"EL", "UK"} <= countries
    assert not {"GR", "GB"} & countries


def test_companies_and_institutions_meet_again(world):
    """Of the pairs of coordinator and company, a good part is seen in two projects or more."""
    meetings = Counter()
    for snapshot in world.snapshots.values():
        rows = snapshot.parties
        lead = dict(zip(rows.project[rows.role == 0].tolist(), rows.organisation[rows.role == 0].tolist(), strict=True))
        for project, who in zip(rows.project.tolist(), rows.organisation.tolist(), strict=True):
            if world.cast[who].activity == "PRC" and lead[project] != who:
                meetings[lead[project], who] += 1
    assert sum(n > 1 for n in meetings.values()) / len(meetings) > 0.1


def test_every_record_says_that_it_is_simulated(tables, world):
    for part in tables:
        for row in parties(tables, part):
            assert row["organizationURL"].startswith("https://example.org/simulated/")
            assert int(row["projectID"]) >= 900_000_001
        for name, rows in tables[part].items():
            if name.endswith("project.csv"):
                assert all(r["title"].startswith("Simulated project: ") for r in rows)
                assert all(r["grantDoi"].startswith("10.5555/") for r in rows)
    for record in registry.records(world):
        assert record["links"] == [{"type": "website", "value": "https://example.org/simulated"}]
    for organisation in world.cast:
        if not organisation.is_real:
            assert organisation.activity == "PRC" or "Simulated" in organisation.name
            assert not organisation.ror_id or organisation.ror_id.startswith("https://ror.org/0zz")


def test_invented_names_and_ids_do_not_repeat():
    # Syllables give 128,000 words; past them a second word follows.
    numbers = (*range(0, 128_000, 7), *range(128_000, 256_000, 7))
    assert len({invented.word(n) for n in numbers}) == len(numbers)
    assert len({invented.ror_id(n) for n in numbers}) == len(numbers)


def test_the_spellings_of_a_company_are_one_company_to_the_linker(world):
    """A legal form is one however it is written, and every form is known to be a company's."""
    companies = [o for o in world.cast if o.activity == "PRC" and not o.is_real]
    assert len(companies) >= 80
    for company in companies:
        assert len({names.identity(s) for s in company.spellings}) == 1, company.spellings
        assert names.legal_form(company.spellings[0]), company.spellings


def test_scale_multiplies_institutions_companies_and_spellings():
    one, four = World(1).cast, World(4).cast
    for activities in ({"HES", "REC"}, {"PRC"}):
        small, large = ([o for o in c if o.activity in activities] for c in (one, four))
        assert 3.5 < len(large) / len(small) < 4.5
        assert 3.5 < sum(len(o.spellings) for o in large) / sum(len(o.spellings) for o in small) < 4.5
    assert 8_000 < sum(len(s.parties.project) for s in World(1).snapshots.values()) < 10_000


def test_the_next_edition_has_one_participant_less_and_other_amounts(world):
    then, now = world.next().snapshots["horizon"], world.snapshots["horizon"]
    assert len(then.parties.project) == len(now.parties.project) - 1
    moved = (then.money.maximum != now.money.maximum).sum()
    assert 1 <= moved == (now.projects.number % 50 == 0).sum()
    counts = [registry.counts(w)["registry_organisation"] for w in (world, world.next())]
    assert counts[1] == counts[0] + 1


def test_relations_are_told_from_both_ends(world):
    inverse = {"parent": "child", "child": "parent", "successor": "predecessor", "predecessor": "successor"}
    told = {(r["id"], x["type"], x["id"]) for r in registry.records(world) for x in r["relationships"]}
    assert told
    assert all((other, inverse[kind], one) in told for one, kind, other in told)
    assert {r["status"] for r in registry.records(world)} == {"active", "inactive"}


def _real_ror(real) -> dict[str, dict]:
    (path,) = real.glob("ror/*.zip")
    with zipfile.ZipFile(path) as archive:
        return {r["id"]: r for r in json.loads(archive.read(archive.namelist()[0]))}


@pytest.mark.real
@pytest.mark.slow
def test_every_institution_of_the_seed_is_real_and_no_invented_id_is(real):
    ror = _real_ror(real)
    for organisation in cast.institutions():
        record = ror[organisation.ror_id]
        written = {n["value"] for n in record["names"]}
        acronyms = {n["value"].strip() for n in record["names"] if "acronym" in n["types"]}
        place = record["locations"][0]["geonames_details"]
        assert {organisation.name, *organisation.aliases} <= written
        assert not organisation.native_name or organisation.native_name in written
        assert not organisation.acronym or organisation.acronym in acronyms
        assert organisation.kind in record["types"]
        assert organisation.established == record["established"]
        assert place["country_code"] == organisation.country
        if place["lat"] is not None:
            assert (place["name"], place["lat"], place["lng"]) == (
                organisation.city, organisation.latitude, organisation.longitude
            )  # fmt: skip
        parents = {x["id"] for x in record["relationships"] if x["type"] == "parent"}
        assert not organisation.parent or organisation.parent in parents
    assert not [i for i in ror if i.startswith("https://ror.org/0zz")]
    companies = [r for r in ror.values() if "company" in r["types"]]
    folded = {names.normal(n["value"]).split()[0] for r in companies for n in r["names"]}
    stems = {names.normal(o.name).split()[0] for o in World(1).cast if o.activity == "PRC" and not o.is_real}
    assert len(stems & folded) == 0


@pytest.mark.real
def test_pics_and_spellings_of_the_seed_are_cordis_own(real):
    with zipfile.ZipFile(real / "cordis" / "cordis-h2020projects-csv.zip") as archive:
        text = io.TextIOWrapper(archive.open("csv/organization.csv"), "utf-8-sig")
        pairs = {(r["organisationID"], r["name"]) for r in csv.DictReader(text, delimiter=";")}
    held = {pic for pic, _ in pairs}
    with cast.SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = [row for row in rows if row["pic"] in held]
    assert len(known) >= 35
    for row in known:
        assert (row["pic"], row["written"].split("|")[0]) in pairs, row
    invented_pics = {p for o in World(1).cast for p in o.pics if p.startswith("1")}
    assert not invented_pics & held
