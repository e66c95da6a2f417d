"""The whole way on the real ROR dump and the real CORDIS archive, held against sums made from the raw rows."""

import csv
import io
import zipfile

import pytest

import warehouse
from pipelines import release as releasing
from pipelines import steps
from tests.small_world import DELFT
from warehouse.store import Home

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def release(real, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("real"))
    for outcome in steps.ingest_all(home, ("ror", "cordis"), real):
        assert not outcome.failed
    return warehouse.open(releasing.make(home).path.name, home=home)


@pytest.fixture(scope="module")
def raw(real):
    """The raw rows, read by nothing of ours: projects by id, and parties."""
    with zipfile.ZipFile(real / "cordis" / "cordis-h2020projects-csv.zip") as archive:
        projects, parties = (
            list(csv.DictReader(io.StringIO(archive.read(f"csv/{name}.csv").decode("utf-8-sig")), delimiter=";"))
            for name in ("project", "organization")
        )
    return {p["id"]: p for p in projects}, parties


@pytest.mark.parametrize("year", [2015, 2016, 2017, 2018, 2019])
def test_delfts_joint_grants_and_funding_are_the_sums_of_its_raw_rows(release, raw, year):
    projects, parties = raw
    # CORDIS calls Aircraft Research Association Limited (project 200033) OTH; ROR, which comes first, a company.
    with_company = {p["projectID"] for p in parties if p["activityType"] == "PRC"} | {"200033"}
    mine = [
        p
        for p in parties
        if "TECHNISCHE UNIVERSITEIT DELFT" in p["name"].upper()
        and projects[p["projectID"]]["startDate"].startswith(str(year))
        and p["projectID"] in with_company
    ]
    values = release.read("indicator")
    chosen = values[
        (values.institution_id == DELFT)
        & (values.year == year)
        & (values.counting == "whole")
        & (values.rollup == "direct")
        & (values.intensity == "all")
    ].set_index("indicator")
    assert chosen.loc["joint.grants", "value"] == len({p["projectID"] for p in mine})
    assert chosen.loc["joint.funding", "value"] == pytest.approx(sum(float(p["ecContribution"] or 0) for p in mine))
    assert set(chosen.loc[["joint.grants", "joint.funding"], "status"]) == {"published"}


def test_the_years_at_the_edges_of_the_file_are_partial(release):
    coverage = release.read("coverage").set_index("year")
    assert list(coverage.index[coverage["is_complete"]]) == [2015, 2016, 2017, 2018, 2019]
    assert coverage.loc[2014, "reason"] == "parts missing: fp7"


def test_what_the_file_does_not_observe_is_no_data(release):
    values = release.read("indicator")
    unobserved = values[values.indicator.isin(["sme.r_and_d_cost", "joint.grant_share_collaborative"])]
    assert set(unobserved["status"]) == {"no_data"}
    assert unobserved["value"].isna().all()


def test_an_institution_is_never_a_company_partner(release):
    institutions = set(release.read("institution")["organisation_id"])
    partners = release.read("collaboration", ["partner_id", "partner_sector"])
    assert not set(partners.loc[partners.partner_sector == "company", "partner_id"]) & institutions


def test_parties_add_up_to_their_projects(release, raw):
    _, parties = raw
    linked = release.read("linked_party", ["amount", "record_id"])
    assert len(linked) == len(parties) == 53_139
    assert linked["amount"].sum() == pytest.approx(sum(float(p["ecContribution"] or 0) for p in parties))
