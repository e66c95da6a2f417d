"""Why an indicator has no published value anywhere, and which source would feed it: one case of each, by hand."""

import pytest

from pipelines import source
from pipelines.indicators import gap
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.gap import Cells, Here, Year

ALL = source.facts()
HEBCI, HESA, CORDIS = frozenset({"knowledge_exchange"}), frozenset({"income"}), frozenset({"partners", "dates"})


def here(facts, years=(), institutions=(), **more):
    """A release with parts that tell facts, years (source, first, last) that are whole, and institutions by source."""
    whole: dict[str, list[Year]] = {}
    for name, first, last in years:
        whole.setdefault(name, []).extend(Year(y, True, (), "") for y in range(first, last + 1))
    sources = {name: ALL[name] for name, _ in facts}
    return Here(sources, facts, whole, {name: frozenset(ids) for name, ids in dict(institutions).items()}, **more)


def why(id_, there, *cells):
    return gap.why_none(catalogue()[id_], cells, there)


@pytest.mark.parametrize("id_", catalogue())
def test_without_any_source_each_indicator_names_those_that_would_feed_it(id_):
    said = why(id_, Here({}))
    assert said.startswith("no_data: no source of the release tells ")
    feeds = said.partition("; it would come from ")[2]
    # The file that nobody reads as yet is named as one.
    assert any(name in feeds for name in ALL) or feeds.startswith(("HESA", "UKRI"))


def test_a_part_that_does_not_tell_what_is_needed_is_named_with_others_that_would():
    there = here({("cordis", "h2020"): CORDIS})
    assert why("platform.members", there, Cells("cordis", "no_data", 5, 2015, 2019)) == (
        "no_data: no part here tells centres: cordis (h2020); it would come from other parts of cordis, or from gtr"
    )
    # Two facts are wanting to one part and one of them to another: what no part tells is that one.
    there = here({("cordis", "fp7"): CORDIS | {"sme"}, ("cordis", "h2020"): CORDIS})
    assert "tells talent_programmes: cordis (fp7, h2020)" in why("sme.talent", there)


def test_what_stands_beside_a_record_must_be_told_as_well():
    """Patents are here and the fees that keep them up are not: those are wanting, and their source is named."""
    there = here({("patentsview", "all"): frozenset({"us_patents", "patent_owners"})})
    assert why("transfer.maintained_share", there, Cells("patentsview", "no_data", 5, 2015, 2019)) == (
        "no_data: no source of the release tells maintenance_fees; it would come from uspto_maintenance"
    )


def test_money_without_a_rate_is_said_in_its_currency():
    there = here({("hebci", "all"): HEBCI})
    cells = Cells("hebci", "no_data", 5, 2015, 2024, 4, ("GBP",))
    assert why("contract.research_income", there, cells) == (
        "no_data: 4 values of hebci (2015–2024) in GBP, for which no rate into euro is here; "
        "it would come from ecb_rates"
    )


def test_two_sides_of_different_institutions_or_years():
    facts = {("hebci", "all"): HEBCI, ("hesa", "finance-table-1"): HESA}
    years = [("hebci", 2015, 2024), ("hesa", 2016, 2022)]
    cells = Cells("hebci", "no_data", 5, 2015, 2024)
    apart = here(facts, years, {"hebci": ["durham"], "hesa": ["aberdeen"]})
    assert why("kef.contract_sme", apart, cells) == (
        "no_data: hesa has no institution that hebci has; it would come from hesa, of the institutions that hebci has"
    )
    # Patents of 2000–2006 over expenditure two years before, which is told of 2019–2022.
    facts = {
        ("patentsview", "all"): frozenset({"us_patents", "patent_owners"}),
        ("ncses_herd", "2019"): frozenset({"rd_expenditure"}),
    }
    years = [("patentsview", 2000, 2006), ("ncses_herd", 2019, 2022)]
    there = here(facts, years, {"patentsview": ["alba"], "ncses_herd": ["alba"]})
    assert why("transfer.patents_per_100m", there, Cells("patentsview", "no_data", 7, 2000, 2006)) == (
        "no_data: patentsview is whole in 2000–2006 and ncses_herd in 2019–2022, to be taken 2 years earlier: "
        "no year of both; it would come from other years of patentsview and ncses_herd"
    )
    # 2021–2024 over 2019–2022 are years of both; then something else is wanting.
    years = [("patentsview", 2021, 2021), ("ncses_herd", 2019, 2022)]
    there = here(facts, years, {"patentsview": ["alba"], "ncses_herd": ["alba"]})
    assert "no year of both" not in why("transfer.patents_per_100m", there)


def test_too_few_whole_years_are_counted_and_the_parts_that_lack_are_named():
    there = here({("cordis", "h2020"): CORDIS}, [("cordis", 2013, 2015), ("cordis", 2017, 2019)])
    assert why("challenge.retention", there, Cells("cordis", "no_data", 5, 2015, 2019)) == (
        "no_data: 6 whole years in a row are needed, and cordis has 3; it would come from more years of cordis"
    )
    there.years["cordis"].append(Year(2020, False, ("horizon",), "parts missing: horizon"))
    assert why("challenge.retention", there).endswith("; it would come from cordis horizon")


def test_partial_years_name_the_parts_of_the_years_looked_at():
    facts = {("nsf_awards", "2008"): frozenset({"awardees", "dates", "industry_programmes"})}
    there = here(facts)
    there.years["nsf_awards"] = [
        Year(2005, False, ("2004",), ""),
        Year(2008, False, ("2007", "2009"), ""),
        Year(2009, False, ("2009", "2010"), ""),
    ]
    assert why("joint.industry_programme_awards", there, Cells("nsf_awards", "partial_year", 9, 2008, 2009)) == (
        "partial_year: 9 values of nsf_awards (2008–2009), none of whole years; "
        "it would come from nsf_awards 2007, 2009, 2010"
    )


def test_small_bases_come_before_partial_years_and_name_the_series():
    facts = {
        ("patentsview", "all"): frozenset({"us_patents", "patent_owners"}),
        ("uspto_grants", "2012-03-27"): frozenset({"us_patents", "patent_owners"}),
    }
    cells = Cells("patentsview", "small_base", 1, 2006, 2006), Cells("patentsview", "partial_year", 3, 2007, 2007)
    there = here(facts)
    there = Here(there.sources, {("patentsview", part): told for (_, part), told in facts.items()})
    assert why("joint.co_patent_share", there, *cells) == (
        "small_base: 1 value of patentsview (2006), none on a base of 20; "
        "it would come from more of patentsview and uspto_grants"
    )


def test_nobody_on_the_records_and_nothing_to_divide_by():
    conveyed = here(
        {("uspto_assignments", "20260519"): frozenset({"conveyances"})}, [("uspto_assignments", 2001, 2025)]
    )
    assert why("transfer.assignments_to_companies", conveyed) == (
        "no_data: no institution is on the records of uspto_assignments; it would come from more of uspto_assignments"
    )
    there = here({("patentsview", "all"): frozenset({"us_patents", "patent_owners"})})
    assert why("joint.co_patent_share", there, Cells("patentsview", "no_denominator", 2, 2005, 2006)).startswith(
        "no_denominator: 2 values of patentsview (2005–2006), with nothing to divide by: no "
    )


def test_a_closed_source_is_named_to_those_who_hold_it_alone():
    there = here({("hebci", "all"): HEBCI})
    assert why("transfer.exclusive_share", there).endswith("it would come from autm")
    public = here({("hebci", "all"): HEBCI}, is_public=True)
    assert why("transfer.exclusive_share", public).endswith(f"it would come from {gap.CLOSED}")
    held = here({("autm", "mine"): frozenset({"licensing_survey"})}, is_public=True)
    said = why("transfer.licence_income", held, Cells("autm", "no_data", 3, 2020, 2022, 3, ("USD",)))
    assert "autm" not in said


def test_parts_of_a_closed_source_are_not_named_in_public():
    held = here({("autm", "our_export_2022"): frozenset({"licensing_survey"})}, is_public=True)
    held.years["autm"] = [Year(2021, False, ("our_export_2021",), "parts missing: our_export_2021")]
    cells = Cells("autm", "partial_year", 3, 2021, 2021)
    for id_ in ("transfer.licences_per_year", "transfer.disclosures", "transfer.income_share_rd"):
        assert "our_export" not in why(id_, held, cells)
        assert "autm" not in why(id_, held, cells)
    assert why("transfer.licences_per_year", held, cells) == (
        f"partial_year: 3 values of {gap.CLOSED} (2021), none of whole years; it would come from more of {gap.CLOSED}"
    )
