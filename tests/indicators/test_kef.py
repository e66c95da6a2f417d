"""KEF's ratios for Durham and Newcastle, 2021/22 to 2023/24, derived by hand from the published cells.

The cells below are HE-BCI's, in thousands of pounds where they are money, in the order of the three years.
KEF divides most of them by the provider's income, which HESA publishes: the sample of HESA's tables at hand
holds Scottish providers only. So the ratios whose two sides are both HE-BCI's are derived from real figures
throughout, and those over income, research income or staff from the same real numerators over **simulated**
incomes and staff, written by this test into a mirror beside HE-BCI's real files. On real files alone those
ratios have no value, and say that HESA holds no row for the provider (test_survey_real). Pounds become euro
at simulated rates of 0.8 throughout.

The mirror's table 4e says "Graduate start-ups" up to 2016/17, as older releases did: one series it stays.
"""

from fractions import Fraction

import pytest

from tests.indicators.survey_mirror import DURHAM, NEWCASTLE, Simulated, mirror_of, release_of

pytestmark = [pytest.mark.real, pytest.mark.slow]

SIMULATED = {
    "10007143": Simulated(
        income=(400_000, 450_000, 500_000), research=(80_000, 90_000, 80_000), staff=(1900, 2000, 2100)
    ),
    "10007799": Simulated(
        income=(500_000, 600_000, 650_000), research=(120_000, 130_000, 150_000), staff=(2800, 2900, 3000)
    ),
}
INCOME = {DURHAM: 400_000 + 450_000 + 500_000, NEWCASTLE: 500_000 + 600_000 + 650_000}
RESEARCH_INCOME = {DURHAM: 80_000 + 90_000 + 80_000, NEWCASTLE: 120_000 + 130_000 + 150_000}
STAFF = {DURHAM: 1900 + 2000 + 2100, NEWCASTLE: 2800 + 2900 + 3000}

# Table 1, source of public funding "All"
PUBLIC_FUNDING = {DURHAM: 9_341 + 10_554 + 13_410, NEWCASTLE: 51_664 + 48_742 + 56_049}
CASH = {DURHAM: 597 + 498 + 856, NEWCASTLE: 138 + 781 + 1_012}
IN_KIND = {DURHAM: 1_689 + 1_386 + 1_578, NEWCASTLE: 22_775 + 15_131 + 16_075}
# Table 2a, contract research, Value; Number of all organisations
CONTRACT_SME = {DURHAM: 121 + 326 + 117, NEWCASTLE: 355 + 790 + 487}
CONTRACT_LARGE = {DURHAM: 4_454 + 3_642 + 2_808, NEWCASTLE: 4_699 + 5_894 + 4_983}
CONTRACT_NON_COMMERCIAL = {DURHAM: 8_974 + 10_241 + 8_692, NEWCASTLE: 19_362 + 21_740 + 22_872}
CONTRACT_TOTAL = {DURHAM: 13_549 + 14_209 + 11_617, NEWCASTLE: 24_416 + 28_424 + 28_342}
CONTRACTS = {DURHAM: 252 + 359 + 261, NEWCASTLE: 811 + 919 + 876}
# Table 2a, consultancy, then facilities, Value
SERVICES_SME = {DURHAM: 324 + 472 + 179 + 645 + 706 + 570, NEWCASTLE: 1_083 + 1_253 + 1_871 + 702 + 877 + 984}
SERVICES_LARGE = {DURHAM: 268 + 182 + 31 + 682 + 1_588 + 2_291, NEWCASTLE: 2_149 + 2_220 + 2_241 + 502 + 615 + 714}
SERVICES_NON_COMMERCIAL = {
    DURHAM: 695 + 1_274 + 705 + 443 + 427 + 382,
    NEWCASTLE: 3_273 + 3_654 + 1_692 + 1_302 + 1_248 + 1_142,
}
# Table 2b, total revenue; total learner days
CPD = {DURHAM: 422 + 980 + 1_177, NEWCASTLE: 1_517 + 1_648 + 3_950}
CPD_DAYS = {DURHAM: 9_491 + 9_965 + 7_761, NEWCASTLE: 8_479 + 15_917 + 33_898}
# Table 3, total programmes
REGENERATION = {DURHAM: 909 + 957 + 1_640, NEWCASTLE: 2_549 + 3_860 + 3_211}
# Table 4a: disclosures; new patent applications; patents granted; filed by an external party
DISCLOSURES = {DURHAM: 50 + 51 + 58, NEWCASTLE: 41 + 45 + 50}
FILINGS = {DURHAM: 7 + 9 + 7, NEWCASTLE: 32 + 22 + 23}
GRANTED = {DURHAM: 22 + 10 + 11, NEWCASTLE: 18 + 17 + 16}
EXTERNAL = {DURHAM: 0 + 0 + 4, NEWCASTLE: 9 + 12 + 9}
# Table 4b, total number generating income: non-software, then software
GENERATING = {DURHAM: 3 + 0 + 0 + 0 + 1 + 0, NEWCASTLE: 53 + 56 + 55 + 1 + 0 + 0}
# Table 4c by year: non-software licences of SMEs, others and non-commercial bodies, then software's
LICENCE_INCOME = {
    DURHAM: (62 + 0 + 0 + 0 + 1 + 6, 94 + 5 + 0 + 5 + 1 + 6, 38 + 0 + 0 + 0 + 25 + 5),
    NEWCASTLE: (49 + 1_251 + 5 + 0 + 5 + 0, 40 + 1_304 + 4 + 0 + 0 + 0, 635 + 985 + 0 + 0 + 0 + 0),
}
# Table 4d: subtotal IP income; sale of shares in spin-outs
IP_INCOME = {DURHAM: 69 + 111 + 74, NEWCASTLE: 1_310 + 1_348 + 1_620}
SHARE_SALES = {DURHAM: 0 + 0 + 0, NEWCASTLE: 57 + 0 + 0}
# Table 4e, spin-outs with some provider ownership, then other spin-outs
TURNOVER = {
    DURHAM: 17_097 + 40_875 + 35_546 + 25_333 + 25_333 + 19_487,
    NEWCASTLE: 13_638 + 19_791 + 17_227 + 0 + 0 + 0,
}
ACTIVE = {DURHAM: 30 + 30 + 29 + 3 + 3 + 3, NEWCASTLE: 30 + 37 + 40 + 2 + 3 + 3}
INVESTMENT_OWNED = {DURHAM: 0 + 11_145 + 11_033, NEWCASTLE: 8_374 + 25_983 + 64_148}
ACTIVE_OWNED = {DURHAM: 30 + 30 + 29, NEWCASTLE: 30 + 37 + 40}

BOTH = (DURHAM, NEWCASTLE)


def _over(numerator: dict[str, int], denominator: dict[str, int], scale: int = 1) -> dict[str, Fraction]:
    return {who: Fraction(numerator[who] * scale, denominator[who]) for who in BOTH}


def _sum(*parts: dict[str, int]) -> dict[str, int]:
    return {who: sum(part[who] for part in parts) for who in BOTH}


LICENCES = {who: sum(LICENCE_INCOME[who]) for who in BOTH}
# 2023/24 alone: contract research, consultancy and facilities of SMEs, then of other companies
COMPANIES = {DURHAM: 117 + 179 + 570 + 2_808 + 31 + 2_291, NEWCASTLE: 487 + 1_871 + 984 + 4_983 + 2_241 + 714}
INCOME_OF_THE_YEAR = {DURHAM: 500_000, NEWCASTLE: 650_000}

# Both sides real. Thousands of pounds over thousands of pounds, or over a number (× 1,000 for pounds).
REAL = {
    "joint.leverage_cash": _over(CASH, PUBLIC_FUNDING),
    "joint.leverage": _over(_sum(CASH, IN_KIND), PUBLIC_FUNDING),
    "contract.value_per_contract": _over(CONTRACT_TOTAL, CONTRACTS, 1_000),
    "sme.technology_share": _over(CONTRACT_SME, _sum(CONTRACT_SME, CONTRACT_LARGE)),
    "transfer.income_per_licence": _over(LICENCES, GENERATING, 1_000),
    "transfer.income_top_year_share": _over({who: max(LICENCE_INCOME[who]) for who in BOTH}, LICENCES),
    "challenge.external_filing_share": _over(EXTERNAL, _sum(EXTERNAL, FILINGS)),
    "challenge.funnel_disclosure_to_filing": _over(FILINGS, DISCLOSURES, 100),
    "challenge.funnel_disclosure_to_grant": _over(GRANTED, DISCLOSURES, 100),
    "kef.turnover_per_spinout": _over(TURNOVER, ACTIVE, 1_000),
    "kef.investment_per_spinout": _over(INVESTMENT_OWNED, ACTIVE_OWNED, 1_000),
}
# Real over simulated incomes and staff.
OVER_SIMULATED = {
    "kef.contract_sme": _over(CONTRACT_SME, INCOME),
    "kef.contract_non_sme": _over(CONTRACT_LARGE, INCOME),
    "kef.contract_non_commercial": _over(CONTRACT_NON_COMMERCIAL, INCOME),
    "kef.services_sme": _over(SERVICES_SME, INCOME),
    "kef.services_non_sme": _over(SERVICES_LARGE, INCOME),
    "kef.services_non_commercial": _over(SERVICES_NON_COMMERCIAL, INCOME),
    "kef.cpd_income": _over(CPD, INCOME),
    # days per million pounds of income in thousands
    "kef.cpd_days": _over(CPD_DAYS, INCOME, 1_000),
    "kef.regeneration": _over(REGENERATION, INCOME),
    "kef.ip_income": _over(IP_INCOME, RESEARCH_INCOME),
    "contract.income_share": _over(COMPANIES, INCOME_OF_THE_YEAR),
    "transfer.income_share_income": _over(LICENCES, RESEARCH_INCOME),
    "benefit.ip_income_per_academic": _over(_sum(LICENCES, SHARE_SALES), STAFF, 1_000),
}
# Durham had four income-generating licences in three years: under five.
SMALL = {("transfer.income_per_licence", DURHAM)}
# KEF's own are in pounds; these are shown in euro, beside the pounds.
IN_EURO = {"contract.value_per_contract", "transfer.income_per_licence", "benefit.ip_income_per_academic"}


@pytest.fixture(scope="module")
def values(real, tmp_path_factory):
    mirror = mirror_of(real, tmp_path_factory.mktemp("kef"), SIMULATED)
    return release_of(mirror, tmp_path_factory.mktemp("home")).read("indicator")


@pytest.fixture(scope="module")
def kef(values):
    """The rows of 2021/22 to 2023/24."""
    chosen = values[(values.year == 2024) & (values.partner == "all") & (values.source == "hebci")]
    return chosen[chosen.rollup == "direct"].set_index(["indicator", "institution_id"])


@pytest.mark.parametrize("provider", BOTH)
@pytest.mark.parametrize("id_", [*REAL, *OVER_SIMULATED])
def test_a_ratio_is_the_fraction_derived_by_hand(kef, id_, provider):
    row = kef.loc[id_, provider]
    expected = float((REAL | OVER_SIMULATED)[id_][provider])
    assert row["status"] == ("small_base" if (id_, provider) in SMALL else "published")
    assert row["years_used"] == (1 if id_ == "contract.income_share" else 3)
    assert row["value_national" if id_ in IN_EURO else "value"] == pytest.approx(expected, rel=1e-12)
    assert row["currency"] == "GBP" or id_.startswith("challenge.")
    if id_ in IN_EURO:
        assert row["value"] == pytest.approx(expected / 0.8, rel=1e-12)


def test_the_funnel_is_not_capped_and_the_window_not_padded(values):
    # Durham's first KEF window ends in 2016/17; collaborative research is asked since 2015/16.
    row = values[
        (values.indicator == "joint.leverage_cash") & (values.institution_id == DURHAM) & (values.year == 2017)
    ].iloc[0]
    assert row["years_used"] == 2
    # Table 1, All: cash 422 and 550, public funding 4,138 and 5,273.
    assert row["value"] == pytest.approx((422 + 550) / (4_138 + 5_273), rel=1e-12)


def test_graduate_start_ups_and_student_start_ups_are_one_series(values):
    # Table 4e, newly registered: 9 and 9 and 2 under the older label, then 9, 10, 27, 19, 32, 26 and 18.
    rows = values[(values.indicator == "venture.start_ups_student") & (values.institution_id == DURHAM)]
    assert list(rows.sort_values("year")["value"]) == [9, 9, 2, 9, 10, 27, 19, 32, 26, 18]


def test_what_kef_needs_and_nobody_tells(kef):
    for provider in BOTH:
        assert kef.loc[("kef.graduate_startups", provider), "status"] == "no_data"
