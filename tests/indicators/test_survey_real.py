"""The reported indicators on the real HE-BCI and HESA files, held against sums made from the raw cells.

HE-BCI's sample holds the five universities of North East England, HESA's those of Scotland: no ratio over
HESA's income has a value, and each must say so. The cells are picked in the publisher's own words, by nothing
of ours. The exchange rates are simulated (0.8 pounds to the euro throughout).
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain import explain
from pipelines.indicators.survey.fact import AWAITED
from tests.indicators import survey_mirror
from tests.indicators.survey_mirror import DURHAM, NEWCASTLE
from tests.indicators.test_survey_indicators import LEVELS, REPORTED

pytestmark = [pytest.mark.real, pytest.mark.slow]

FIVE = {
    "10001282": "https://ror.org/049e6bc10",  # Northumbria
    "10007143": DURHAM,
    "10007159": "https://ror.org/04p55hr04",  # Sunderland
    "10007161": "https://ror.org/03z28gk75",  # Teesside
    "10007799": NEWCASTLE,
}
YEARS = range(2015, 2025)
CATEGORIES = {
    "1": ("Source of public funding", "Type of income"),
    "2a": ("Type of service", "Type of organisation", "Number/Value Marker"),
    "2b": ("Category Marker",),
    "4a": ("Type of disclosure or patent",),
    "4b": ("Type of licence granted", "Type of organisation"),
    "4c": ("Income source", "Type of organisation"),
    "4d": ("Category Marker",),
    "4e": ("Metric", "Category Marker"),
}
LARGE, PUBLIC = "Other (non-SME) commercial businesses", "Non-commercial organisations"
OWNED, OTHER = "Spin-outs with some HE provider ownership", "Other spin-outs"
START_UPS = ("Staff start-ups", "Student start-ups", "Social enterprises")
FORMED, ACTIVE = "Number (of newly registered companies within the reporting period)", "Number of active firms"
EMPLOYMENT = "Estimated current employment of all active firms (FTE)"
TURNOVER = "Estimated current turnover of all active firms (£ thousands)"
INVESTMENT = "Estimated external investment received (£ thousands)"
LICENCE_INCOME = ("Non-software licences income", "Software licences income")
# Spelt in three ways in one release.
SME_2A, SME_4B, SME = "SME's", "SMEs", "SME"

# Indicator and partner: the cells that are added up, in the publisher's words, and what each is multiplied by.
PICKED: dict[tuple[str, str], list[tuple]] = {
    ("joint.collaborative_income", "all"): [("1", "All", "Total", 1000)],
    **{
        (id_, partner): [("2a", service, organisation, "Value", 1000)]
        for id_, service in (
            ("contract.research_income", "Contract research"),
            ("contract.consultancy_income", "Consultancy"),
            ("contract.facilities_income", "Facilities and equipment related"),
            ("platform.facilities_income", "Facilities and equipment related"),
        )
        for partner, organisation in (
            ("all", "Total"),
            ("sme", SME_2A),
            ("large", LARGE),
            ("non_commercial", PUBLIC),
        )
    },
    ("transfer.disclosures", "all"): [("4a", "Number of disclosures", 1)],
    ("transfer.filings", "all"): [("4a", "Number of new patent applications filed in year", 1)],
    ("transfer.patents_granted_reported", "all"): [("4a", "Number of patents granted in year", 1)],
    ("transfer.patent_portfolio", "all"): [("4a", "Cumulative patent portfolio", 1)],
    ("transfer.licences", "all"): [("4b", "Non-software", SME_4B, 1), ("4b", "Non-software", LARGE, 1)],
    ("transfer.licences", "sme"): [("4b", "Non-software", SME_4B, 1)],
    ("transfer.licences", "large"): [("4b", "Non-software", LARGE, 1)],
    ("transfer.licences_software", "all"): [("4b", "Software only", SME_4B, 1), ("4b", "Software only", LARGE, 1)],
    ("transfer.licences_software", "sme"): [("4b", "Software only", SME_4B, 1)],
    ("transfer.licences_software", "large"): [("4b", "Software only", LARGE, 1)],
    ("transfer.licences_non_commercial", "all"): [("4b", "Non-software", PUBLIC, 1)],
    ("transfer.licence_income", "all"): [
        ("4c", kind, payer, 1000) for kind in LICENCE_INCOME for payer in (SME, LARGE, PUBLIC)
    ],
    ("transfer.licence_income", "sme"): [("4c", kind, SME, 1000) for kind in LICENCE_INCOME],
    ("transfer.licence_income", "large"): [("4c", kind, LARGE, 1000) for kind in LICENCE_INCOME],
    ("transfer.licence_income", "non_commercial"): [("4c", kind, PUBLIC, 1000) for kind in LICENCE_INCOME],
    ("transfer.ip_income", "all"): [("4d", "Subtotal IP income", 1000)],
    ("talent.cpd_income", "all"): [("2b", SME, 1000), ("2b", LARGE, 1000)],
    ("talent.cpd_income", "sme"): [("2b", SME, 1000)],
    ("talent.cpd_income", "large"): [("2b", LARGE, 1000)],
    ("talent.cpd_learner_days", "all"): [("2b", "Total learner days of CPD/CE courses delivered", 1)],
    ("venture.formed", "all"): [("4e", FORMED, OWNED, 1), ("4e", FORMED, OTHER, 1)],
    ("venture.formed_with_ownership", "all"): [("4e", FORMED, OWNED, 1)],
    ("venture.start_ups_staff", "all"): [("4e", FORMED, "Staff start-ups", 1)],
    ("venture.start_ups_student", "all"): [("4e", FORMED, "Student start-ups", 1)],
    ("venture.start_ups_social", "all"): [("4e", FORMED, "Social enterprises", 1)],
    ("venture.active", "all"): [("4e", ACTIVE, OWNED, 1), ("4e", ACTIVE, OTHER, 1)],
    ("venture.active_with_ownership", "all"): [("4e", ACTIVE, OWNED, 1)],
    ("venture.start_ups_active", "all"): [("4e", ACTIVE, kind, 1) for kind in START_UPS],
    ("venture.employment", "all"): [("4e", EMPLOYMENT, OWNED, 1), ("4e", EMPLOYMENT, OTHER, 1)],
    ("venture.start_ups_employment", "all"): [("4e", EMPLOYMENT, kind, 1) for kind in START_UPS],
    ("venture.turnover", "all"): [("4e", TURNOVER, OWNED, 1000), ("4e", TURNOVER, OTHER, 1000)],
    ("venture.start_ups_turnover", "all"): [("4e", TURNOVER, kind, 1000) for kind in START_UPS],
    ("venture.investment", "all"): [("4e", INVESTMENT, OWNED, 1000), ("4e", INVESTMENT, OTHER, 1000)],
    ("venture.start_ups_investment", "all"): [("4e", INVESTMENT, kind, 1000) for kind in START_UPS],
    ("benefit.share_sales", "all"): [("4d", "Sale of shares in spin-outs", 1000)],
    ("benefit.net_ip_income", "all"): [("4d", "Total IP revenues", 1000), ("4d", "Total costs", -1000)],
    ("sme.licences", "all"): [("4b", "Non-software", SME_4B, 1)],
    ("sme.contracts", "all"): [("2a", "Contract research", SME_2A, "Number", 1)],
    ("sme.contract_income", "all"): [("2a", "Contract research", SME_2A, "Value", 1000)],
}
# Of what HE-BCI tells alone: all that is not over HESA's figures and waits for no file.
OVER_HESA = {id_ for id_ in REPORTED if catalogue()[id_].needs & {"income", "academic_staff"}}
WAITING = {id_ for id_ in REPORTED if catalogue()[id_].needs & set(AWAITED)}
FIRST_TABLE = ("joint.collaborative_income", "joint.leverage", "joint.leverage_cash")


@pytest.fixture(scope="module")
def release(real, tmp_path_factory):
    mirror = tmp_path_factory.mktemp("mirror")
    for source in ("ror", "hebci", "hesa"):
        (mirror / source).symlink_to(real / source)
    survey_mirror.rates(mirror)
    return survey_mirror.release_of(mirror, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def values(release):
    found = release.read("indicator")
    return found[found.indicator.isin(REPORTED) & (found.rollup == "direct")]


@pytest.fixture(scope="module")
def picked(real) -> Callable[[str, str], dict[tuple[str, int], float]]:
    """Add up the raw cells of an indicator, by provider and year."""
    cells: dict[tuple, float] = {}
    for table, columns in CATEGORIES.items():
        with (real / "hebci" / f"table-{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                year = int(row["Academic Year"][:4]) + 1
                key = (table, *(row[c] for c in columns), row["UKPRN"], year)
                cells[key] = float(row.get("Value") or row["Number/Value"])

    def pick(id_: str, partner: str) -> dict[tuple[str, int], float]:
        sums: dict[tuple[str, int], float] = defaultdict(float)
        for *cell, times in PICKED[id_, partner]:
            for ukprn in FIVE:
                for year in YEARS:
                    if (*cell, ukprn, year) in cells:
                        sums[FIVE[ukprn], year] += times * cells[*cell, ukprn, year]
        return dict(sums)

    return pick


def test_every_level_is_picked_from_the_raw_cells():
    assert set(PICKED) == {(id_, partner) for id_, by in LEVELS.items() for partner in by}


@pytest.mark.parametrize(("id_", "partner"), list(PICKED))
def test_levels_are_the_raw_cells_to_the_pound(values, picked, id_, partner):
    chosen = values[(values.indicator == id_) & (values.partner == partner) & (values.source == "hebci")]
    chosen = chosen[chosen.institution_id.isin(FIVE.values()) & (chosen.status == "published")]
    column = "value_national" if catalogue()[id_].unit == "EUR" else "value"
    found = {(r.institution_id, r.year): getattr(r, column) for r in chosen.itertuples()}
    expected = picked(id_, partner)
    # Collaborative research (table 1) is asked since 2015/16, everything else since 2014/15.
    assert len(expected) == 5 * (9 if id_ in FIRST_TABLE else 10)
    assert found == expected
    assert sum(found.values()) == sum(expected.values())
    if column == "value_national":
        assert list(chosen["value"]) == pytest.approx([v / 0.8 for v in chosen["value_national"]])


def test_every_indicator_of_hebci_alone_has_values_for_the_five(values):
    told = sorted(REPORTED - OVER_HESA - WAITING)
    rows = values[(values.source == "hebci") & (values.partner == "all") & values.institution_id.isin(FIVE.values())]
    for id_ in told:
        chosen = rows[rows.indicator == id_]
        first = 2015 if catalogue()[id_].window_years == 1 else 2016 if "top_year" not in id_ else 2017
        first += id_ in FIRST_TABLE
        assert len(chosen) == 50, id_
        assert set(chosen[chosen.year >= first]["status"]) <= {"published", "small_base", "no_denominator"}, id_
        assert set(chosen[chosen.year < first]["status"]) <= {"no_data"}, id_
        assert "published" in set(chosen["status"]), id_
        valued = chosen.status.isin(["published", "small_base"])
        assert chosen[valued]["value"].notna().all(), id_
        assert chosen[~valued]["value"].isna().all(), id_


def test_ratios_over_hesa_say_that_it_holds_no_row_of_the_provider(release, values):
    for id_ in sorted(OVER_HESA - WAITING):
        chosen = values[(values.indicator == id_) & values.institution_id.isin(FIVE.values())]
        assert set(chosen["status"]) == {"no_data"}, id_
        assert chosen["value"].isna().all(), id_
    with release.connect() as connection:
        for id_ in sorted(OVER_HESA - WAITING):
            why = explain(connection, DURHAM, id_, 2021).reason["hebci"]
            assert re.search("hesa (holds|has) no (row|record|figure) of", why), (id_, why)


def test_what_waits_for_a_file_has_no_value_and_says_which_fact_is_wanting(release, values):
    chosen = values[values.indicator.isin(WAITING)]
    assert set(chosen["status"]) <= {"no_data"}
    assert chosen["value"].isna().all()
    with release.connect() as connection:
        for id_ in sorted(WAITING):
            (fact,) = catalogue()[id_].needs & set(AWAITED)
            reasons = explain(connection, DURHAM, id_, 2021).reason.values()
            assert any(fact in why for why in reasons), (id_, reasons)


def test_scotland_is_in_hesa_alone(release, values):
    coverage = release.read("coverage_institution")
    scottish = set(coverage[coverage.source == "hesa"]["institution_id"])
    assert len(scottish) == 18
    assert not scottish & set(FIVE.values())
    rows = values[values.institution_id.isin(scottish)]
    assert set(rows["source"]) <= {"hesa"}
    assert rows["value"].isna().all()
    assert set(coverage[coverage.source == "hebci"]["institution_id"]) == set(FIVE.values())


def test_income_and_staff_of_aberdeen_are_hesas(release):
    # Finance table 1, total income 2021/22: 260,909 thousand pounds, once, though it stands there twice.
    figures = release.read("survey_value")
    chosen = figures[(figures.reporter_id == "ukprn:10007783") & (figures.measure == "income_total")]
    assert list(chosen[chosen.period_end.astype(str).str.startswith("2022")]["value"]) == [260_909_000]
