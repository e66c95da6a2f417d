"""The catalogue: what every indicator must say of itself, tested the day it appears."""

import re

import pytest

from expectations.tables import table
from pipelines.indicators.catalogue import FAMILIES, catalogue
from pipelines.indicators.indicator import formula

INDICATORS = sorted(catalogue())


def test_the_indicators_of_the_first_issue_are_there():
    assert set(catalogue()) >= {
        "joint.grants",
        "joint.grant_share",
        "joint.grant_share_collaborative",
        "joint.funding",
        "joint.partners",
        "joint.tripartite_grants",
        "joint.tripartite_share",
        "challenge.budget_split",
        "challenge.retention",
        "challenge.repeat_share",
        "challenge.new_partners",
        "sme.r_and_d_cost",
        "sme.r_and_d_received",
    }


def test_the_indicators_of_reported_figures_are_there():
    """INDICATORS §3, of what HE-BCI and HESA feed."""
    ids = """
        joint.leverage_cash joint.leverage
        contract.research_income contract.consultancy_income contract.facilities_income
        contract.value_per_contract contract.income_share contract.industry_income_share
        transfer.disclosures transfer.filings transfer.licences transfer.licences_income_generating
        transfer.overseas_share transfer.licence_income transfer.ip_income transfer.income_per_licence
        transfer.income_top_year_share transfer.income_share_income
        talent.cpd_income talent.cpd_learner_days platform.facilities_income
        venture.formed venture.formed_with_ownership venture.active_with_ownership venture.active
        venture.mature_share venture.investment venture.turnover venture.employment
        benefit.share_sales benefit.net_ip_income benefit.ip_income_per_academic
        sme.licences sme.contracts sme.contract_income sme.technology_share
        challenge.external_filing_share challenge.funnel_disclosure_to_filing
        challenge.funnel_disclosure_to_grant
        kef.contract_sme kef.contract_non_sme kef.contract_non_commercial
        kef.services_sme kef.services_non_sme kef.services_non_commercial
        kef.cpd_income kef.cpd_days kef.regeneration kef.ip_income
        kef.turnover_per_spinout kef.investment_per_spinout kef.graduate_startups kef.innovate_uk
    """
    assert set(catalogue()) >= set(ids.split())


def test_the_indicators_of_grants_and_licensing_are_there():
    """INDICATORS §3, of what NIH, SBIR, GtR, HERD and AUTM feed."""
    ids = """
        contract.business_funded contract.business_share
        transfer.reported_licensed transfer.licences_per_year transfer.licences_to_startups transfer.licences_to_small
        transfer.exclusive_share transfer.income_share_rd
        talent.studentships talent.doctoral_networks talent.industrial_doctorates
        talent.knowledge_transfer_partnerships talent.training_grants talent.programmes
        venture.sttr venture.sttr_firms venture.icorps venture.reported_spin_outs venture.home_state_share
        platform.members benefit.private_further_funding
        sme.talent sme.reputation sme.network challenge.early_end
        challenge.funnel_research_to_disclosure challenge.funnel_disclosure_to_licence
    """
    assert set(catalogue()) >= set(ids.split())


def test_the_indicators_of_patents_and_conveyances_are_there():
    """INDICATORS §3, of what PatentsView, recorded assignments, maintenance fees and the EPO feed."""
    ids = """
        joint.co_patents joint.co_patent_share joint.h_partner joint.repeat_partners joint.top_partner_share
        transfer.patents_granted transfer.first_named_patents transfer.families transfer.patents_per_100m
        transfer.assignments_to_companies transfer.patents_transferred transfer.sponsor_preassigned
        transfer.recorded_licences transfer.cited_by_companies transfer.maintained_share
        transfer.maintained_share_8 transfer.maintained_share_12
        challenge.title_split challenge.government_rights challenge.lag_filing_to_transfer
        challenge.lag_patent_to_licence challenge.lag_grant_to_filing challenge.co_owned
    """
    assert set(catalogue()) >= set(ids.split())


def test_the_indicators_of_publications_are_there():
    """INDICATORS §3, of what OpenAlex feeds."""
    assert set(catalogue()) >= {"joint.co_publications", "joint.co_publication_share", "joint.non_academic_share"}


def test_the_indicators_of_sectors_and_places_are_there():
    """INDICATORS §3: the Triple Helix, the mix of sectors, borders and distance."""
    ids = """
        synergy.country synergy.field joint.synergy
        joint.sector_mix joint.sector_mix_industry joint.sector_mix_government joint.sector_mix_both
        challenge.cross_border challenge.distance_km
    """
    assert set(catalogue()) >= set(ids.split())


@pytest.mark.parametrize("id_", INDICATORS)
def test_an_indicator_says_what_it_is(id_):
    indicator = catalogue()[id_]
    assert re.fullmatch(table("indicator").column("indicator").pattern, id_)
    assert id_.split(".")[0] in {family.__name__.rsplit(".", 1)[1] for family in FAMILIES}
    assert indicator.title
    assert indicator.unit
    assert indicator.reference
    assert indicator.caveats
    assert indicator.meaning.endswith(".")
    assert indicator.meaning.count(". ") == 0, "one sentence"
    assert indicator.numerator.meaning in formula(indicator) or indicator.says
    assert ("÷" in formula(indicator)) == indicator.is_ratio
    assert indicator.needs
    first, last = indicator.looks_back
    assert last - first + 1 <= table("indicator").column("years_used").high


@pytest.mark.parametrize("id_", INDICATORS)
def test_both_sides_of_a_ratio_are_of_one_kind(id_):
    indicator = catalogue()[id_]
    if not indicator.denominator:
        return
    money = {indicator.numerator.unit, indicator.denominator.unit} == {"money"}
    if indicator.is_bounded or indicator.unit == "fraction":
        assert indicator.numerator.unit == indicator.denominator.unit
    if indicator.unit in ("EUR", "GBP"):
        assert indicator.numerator.unit == "money"
        assert not money, "money over money is no money"
    if not indicator.denominator.is_survey:
        assert indicator.numerator.unit == indicator.denominator.unit
        assert indicator.numerator.record_table == indicator.denominator.record_table


def test_formulas():
    assert formula(catalogue()["joint.grant_share"]) == (
        "grants with the institution and at least one company ÷ grants with the institution"
    )
    assert formula(catalogue()["joint.partners"]).endswith("; only records of at most 10 organisations")
    assert formula(catalogue()["challenge.budget_split"]).endswith("; ratio of sums over the years y−2 to y")


def test_shares_lie_within_one(world, reported, surveyed_us, patented):
    beyond = "SELECT indicator, institution_id, year FROM indicator WHERE unit = 'fraction' AND value > 1"
    for worked in (world, reported, surveyed_us, patented):
        assert worked.execute(beyond).fetchall() == []


def test_every_indicator_has_a_value_somewhere(
    world, reported, surveyed_us, funded, gateway, published, patented, helix
):
    valued = """SELECT indicator FROM indicator WHERE value > 0
        UNION SELECT indicator FROM country_indicator WHERE value > 0"""
    worlds = (world, reported, surveyed_us, funded, gateway, published, patented, helix)
    found = {i for worked in worlds for (i,) in worked.execute(valued).fetchall()}
    assert found == set(catalogue())
