"""The whole way on all real records at hand: CORDIS against sums of its raw rows; what every indicator has or lacks.

The samples are small (../shared/real/README.md): what they cannot feed must say so, and name the source that would.
"""

import csv
import io
import zipfile
from collections import Counter

import pytest

import warehouse
from pipelines import reach, steps
from pipelines import release as releasing
from pipelines.indicators import composite
from pipelines.indicators.catalogue import catalogue
from pipelines.source import facts
from tests.small_world import DELFT
from warehouse.store import Home

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def release(real, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("real"))
    for outcome in steps.ingest_all(home, steps.at_hand(real), real):
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
        & (values.field == "all")
        & (values.source == "cordis")
    ].set_index("indicator")
    assert chosen.loc["joint.grants", "value"] == len({p["projectID"] for p in mine})
    assert chosen.loc["joint.funding", "value"] == pytest.approx(sum(float(p["ecContribution"] or 0) for p in mine))
    assert set(chosen.loc[["joint.grants", "joint.funding"], "status"]) == {"published"}


@pytest.fixture(scope="module")
def first_named(real):
    """The owners named first on utility patents of 2007, by their names as published, and how often each is."""

    def rows(name):
        with zipfile.ZipFile(real / "patentsview" / f"{name}.tsv.zip") as archive:
            text = archive.read(f"{name}.tsv").decode("utf-8")
        return csv.DictReader(io.StringIO(text), delimiter="\t")

    granted = {
        p["patent_id"]
        for p in rows("g_patent")
        if p["patent_date"].startswith("2007") and p["patent_type"] == "utility" and p["withdrawn"] == "0"
    }
    return Counter(
        owner["disambig_assignee_organization"].upper()
        for owner in rows("g_assignee_disambiguated")
        if owner["assignee_sequence"] == "0" and owner["patent_id"] in granted
    )


@pytest.mark.parametrize(
    ("name", "credited"),
    [
        ("THE REGENTS OF THE UNIVERSITY OF CALIFORNIA", "https://ror.org/00pjdza24"),
        ("THE TEXAS A&M UNIVERSITY SYSTEM", "https://ror.org/0034eay46"),
        ("THE JOHNS HOPKINS UNIVERSITY", "https://ror.org/00za53h95"),
        ("MASSACHUSETTS INSTITUTE OF TECHNOLOGY", "https://ror.org/042nb2s44"),
    ],
)
def test_first_named_patents_are_those_of_the_raw_rows_by_the_rule_of_the_nai(release, first_named, name, credited):
    values = release.read("indicator")
    chosen = values[
        (values.indicator == "transfer.first_named_patents")
        & (values.institution_id == credited)
        & (values.year == 2007)
        & (values.rollup == "direct")
        & (values.counting == "whole")
    ]
    # Of weeks there is one of 2007 besides, and none of these owners is in it.
    assert list(chosen["value"]) == [first_named[name]]
    assert first_named[name] > 0


def test_the_years_at_the_edges_of_the_file_are_partial(release):
    coverage = release.read("coverage")
    coverage = coverage[coverage.source == "cordis"].set_index("year")
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
    linked = release.read("linked_party", ["source", "amount", "record_id"])
    linked = linked[linked.source == "cordis"]
    assert len(linked) == len(parties) == 53_139
    assert linked["amount"].sum() == pytest.approx(sum(float(p["ecContribution"] or 0) for p in parties))


HEBCI_MONEY = (
    "joint.collaborative_income", "contract.research_income", "contract.consultancy_income",
    "contract.facilities_income", "contract.value_per_contract", "transfer.licence_income", "transfer.ip_income",
    "transfer.income_per_licence", "talent.cpd_income", "platform.facilities_income", "venture.investment",
    "venture.turnover", "venture.start_ups_investment", "venture.start_ups_turnover", "benefit.share_sales",
    "benefit.net_ip_income", "sme.contract_income",
)  # fmt: skip
WANTING = {
    # Levels in pounds and dollars: no rates are at hand.
    **dict.fromkeys((*HEBCI_MONEY, "contract.business_funded"), "ecb_rates"),
    # HE-BCI's sample is of North East England, HESA's of Scotland.
    **dict.fromkeys((i for i in catalogue() if catalogue()[i].needs & {"income", "academic_staff"}), "hesa"),
    # These wait for files that nobody reads as yet.
    "kef.graduate_startups": "HESA's student record",
    "kef.innovate_uk": "UKRI's file of Innovate UK income",
    "contract.industry_income_share": "HESA finance table 5",
    # Schemes, SMEs, states, costs and patents of projects are empty in what is here of H2020.
    **dict.fromkeys(
        (
            "joint.grant_share_collaborative", "talent.doctoral_networks", "talent.industrial_doctorates",
            "talent.programmes", "platform.members", "sme.r_and_d_cost", "sme.r_and_d_received", "sme.talent",
            "sme.reputation", "sme.network", "challenge.early_end", "challenge.co_owned",
            "challenge.lag_grant_to_filing", "challenge.lag_grant_to_filing_linked",
        ),
        "other parts of cordis",
    ),
    # One file of the NSF, two thirds of it; of the NIH one year: no year of starts is whole.
    **dict.fromkeys(
        (
            "joint.industry_programme_awards", "talent.training_grants", "platform.centres",
            "platform.industry_centres", "venture.icorps",
        ),
        "nsf_awards",
    ),
    # Five or six whole years of CORDIS where six are looked at; in STTR nobody has ten companies.
    **dict.fromkeys(("challenge.retention", "challenge.repeat_share", "challenge.new_partners"), "cordis"),
    # Eleven hundred patents of two days, and five weeks: no institution has twenty in a whole year, no patent a
    # project of one awardee, and citations begin in the weeks.
    **dict.fromkeys(
        (
            "joint.co_patent_share", "challenge.government_rights", "transfer.cited_by_companies",
            *(i for i in catalogue() if i.startswith("challenge.title_split")),
        ),
        "patentsview",
    ),
    # Patents of 2000 to 2007, expenditure of 2019 to 2022.
    "transfer.patents_per_100m": "patentsview and ncses_herd",
    # One day of recordations, all of companies.
    **dict.fromkeys(
        (i for i in catalogue() if "conveyances" in catalogue()[i].needs), "uspto_assignments"
    ),
    # No file of these at all.
    **dict.fromkeys((i for i in catalogue() if "licensing_survey" in catalogue()[i].needs), "autm"),
    "challenge.funnel_research_to_disclosure": "autm",
    **dict.fromkeys(
        (
            "talent.studentships", "talent.knowledge_transfer_partnerships", "venture.reported_spin_outs",
            "transfer.reported_licensed", "benefit.private_further_funding", "benefit.private_further_funding_income",
        ),
        "gtr",
    ),
    **dict.fromkeys(("joint.co_publications", "joint.co_publication_share", "joint.non_academic_share"), "openalex"),
    **dict.fromkeys((i for i in catalogue() if i.startswith("transfer.maintained_share")), "uspto_maintenance"),
    "transfer.families": "epo_ops",
    # No country has 200 patents in one technology.
    "synergy.field": "patentsview",
    composite.ID: "openalex",
}  # fmt: skip
"""What the samples cannot feed, and what is named that would."""


@pytest.fixture(scope="module")
def reached(release):
    return reach.reach(release)


@pytest.mark.parametrize("id_", [*catalogue(), composite.ID])
def test_what_the_sources_at_hand_can_feed_has_values_and_all_else_says_what_would_feed_it(reached, id_):
    rows = [row for row in reached if row["indicator"] == id_]
    if id_ not in WANTING:
        assert sum(row["values"] for row in rows) > 0
        assert all(row["institutions"] > 0 and row["source"] in facts() for row in rows)
        return
    (row,) = rows
    assert row["by_year"] == {}
    status, _, said = row["why"].partition(": ")
    assert status in ("no_data", "small_base", "partial_year", "no_denominator")
    assert WANTING[id_] in said.partition("it would come from ")[2], row["why"]


def test_the_framework_says_the_same_without_a_name_that_may_not_be_told(release, reached):
    why = {row["indicator"]: row["why"] for row in reached if not row["by_year"]}
    framework = release.read("framework")
    told = {
        id_: reason
        for row in framework.itertuples()
        for id_, reason in zip(row.without_values, row.reasons, strict=True)
    }
    assert len(told) > 60
    assert not [reason for reason in told.values() if "autm" in reason]
    assert {i: r for i, r in told.items() if "may not be redistributed" not in r} == {
        i: why[i] for i, r in told.items() if "may not be redistributed" not in r
    }
