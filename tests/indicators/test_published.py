"""Published definitions and worked figures, reproduced by the engine from the figures that were published.

- AUTM: U.S. Licensing Activity Survey FY2013, highlights (Federal Laboratory Consortium, "AUTM releases preliminary
  data from its 2013 licensing survey"): 5,198 licences and 1,356 options executed, 14,995 new patent applications,
  5,714 U.S. patents issued, 818 start-ups, 611 of them in the licensing institution's home state. Licensing Activity
  Surveys FY2016 (autm.net): Canada, 927 licence and option agreements, "including 336 new exclusive licenses, 424 new
  nonexclusive licenses and 167 options"; U.S., 25,825 disclosures, 16,487 new applications, 7,021 patents.
- CWTS Leiden Ranking: shares with industry over four years of publications in full counting (a publication counts
  whole for each of its universities). Leiden Ranking 2014 for Eindhoven: 15 % of 5,700 publications of 2009–2012 (TU/e,
  "TU/e number one in collaboration with industry"). Stability intervals: 95 % of 1,000 bootstrap samples
  (CWTSLeiden/CWTS-Leiden-Ranking-Open-Edition, `calc_stability_intervals`: coverage_prob 0.95, 1,000 samples).
- KEF: Research England (2020), Knowledge Exchange Framework: Decisions for the first iteration, the table of metrics.
  What each metric is divided by is held here; its figures are derived from published cells in test_kef.
- Triple Helix: T of three fair bits of which one is the exclusive or of the others is −1 bit (McGill 1954,
  Psychometrika 19, 97–116; Yeung 2008, Information Theory and Network Coding, example 3.10); of independent bits 0;
  of three copies of one +1 bit (Leydesdorff 2003, Scientometrics 58, 445–467, for the sign as an indicator).
- First-named patents: NAI and IPO, Top 100 Worldwide Universities Granted U.S. Utility Patents: "When a patent is
  assigned to one or more entities, credit is given to the first named entity"; utility patents by calendar year. Held
  in test_patent_indicators by hand, and on real patents in tests/release/test_real.py.
"""

from collections.abc import Iterator
from fractions import Fraction

import duckdb
import numpy as np
import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.resample import leiden
from tests.indicators import (
    hand_worked,
    hand_worked_helix,
    hand_worked_publications,
    hand_worked_survey,
    hand_worked_us,
)

# The highlights of a year, as if one institution had reported them all; in each of three years alike, so that a
# ratio of sums is the ratio of the year.
AMERICAN_2013 = {"licences_executed": 5_198, "options_executed": 1_356, "startups_formed": 818,
                 "startups_home_state": 611, "new_patent_applications": 14_995, "us_patents_issued": 5_714}  # fmt: skip
AMERICAN_2016 = {"disclosures": 25_825, "new_patent_applications": 16_487, "us_patents_issued": 7_021}
CANADIAN_2016 = {"licences_executed": 336 + 424, "options_executed": 167, "licences_exclusive": 336,
                 "licences_nonexclusive": 424}  # fmt: skip


@pytest.fixture(scope="module")
def highlights() -> Iterator[duckdb.DuckDBPyConnection]:
    told = {
        provider: "\n".join(f"{measure} n/a all {figure} {figure} {figure}" for measure, figure in figures.items())
        for provider, figures in (("alba", AMERICAN_2013), ("brock", CANADIAN_2016), ("dunning", AMERICAN_2016))
    }
    connection = hand_worked_survey.build({"panel": told})
    compute(connection, hand_worked_us.SOURCES, [("panel", "all")])
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("id_", "provider", "published"),
    [
        # "5,198 licenses executed …; 1,356 options executed": 6,554 licences and options.
        ("transfer.licences_per_year", "alba", 6_554),
        ("transfer.filings", "alba", 14_995),
        ("transfer.patents_granted_reported", "alba", 5_714),
        ("venture.formed", "alba", 818),
        # "818 startup companies formed …, with 611 having their primary place of business in the home state"
        ("venture.home_state_share", "alba", Fraction(611, 818)),
        # "927 new license and option agreements"
        ("transfer.licences_per_year", "brock", 927),
        ("transfer.exclusive_share", "brock", Fraction(336, 336 + 424)),
        # 25,825 disclosures, 16,487 applications and 7,021 patents: 63.8 and 27.2 for a hundred.
        ("transfer.disclosures", "dunning", 25_825),
        ("challenge.funnel_disclosure_to_filing", "dunning", Fraction(1_648_700, 25_825)),
        ("challenge.funnel_disclosure_to_grant", "dunning", Fraction(702_100, 25_825)),
    ],
)
def test_autms_highlights(highlights, id_, provider, published):
    row = hand_worked_survey.look_up(highlights, id_, provider, 2021)
    assert (row["status"], row["source"]) == ("published", "panel")
    assert row["value"] == pytest.approx(float(published), rel=1e-12)


def test_leidens_share_of_eindhoven_with_its_stability_interval(monkeypatch):
    # 5,700 publications over four years, 855 of them with industry: 15 %.
    years = ((1_425, 213, 0), (1_425, 214, 0), (1_425, 214, 0), (1_425, 214, 0), (0, 0, 0))
    monkeypatch.setattr(hand_worked_publications, "PUBLICATIONS", {"alma": years})
    connection = hand_worked_publications.build()
    share = catalogue()["joint.co_publication_share"]
    compute(connection, hand_worked_publications.SOURCES, hand_worked_publications.PARTS, [share])
    row = hand_worked.look_up(connection, share.id, "alma", 2019)
    assert (row["numerator"], row["denominator"], row["value"], row["status"]) == (855, 5_700, 0.15, "published")
    assert (share.window_years, share.counting) == (4, ("whole",))
    # Of 1,000 samples the 25th and 975th: the binomial's spread is √(0.15 · 0.85 / 5,700) = 0.473 points, so 14.07 to
    # 15.93 %; a quantile of 1,000 samples errs by 0.04 points or so.
    records = np.repeat([1.0, 0.0], [855, 5_700 - 855])
    lower, upper = (float(end[0]) for end in leiden(records, np.ones(5_700), [0, 5_700]))
    assert lower == pytest.approx(0.1407, abs=0.0012)
    assert upper == pytest.approx(0.1593, abs=0.0012)
    # What is published is Wilson's: at Leiden's bases the same to a tenth of a point.
    assert row["lower"] == pytest.approx(lower, abs=0.0012)
    assert row["upper"] == pytest.approx(upper, abs=0.0012)


INCOME, RESEARCH = "total income", "income from research grants and contracts"
METRICS = {
    # Working with business
    "kef.innovate_uk": RESEARCH,
    "kef.contract_sme": INCOME,
    "kef.contract_non_sme": INCOME,
    "kef.services_sme": INCOME,
    "kef.services_non_sme": INCOME,
    # Working with the public and third sector
    "kef.contract_non_commercial": INCOME,
    "kef.services_non_commercial": INCOME,
    # Skills, enterprise and entrepreneurship
    "kef.cpd_income": INCOME,
    "kef.cpd_days": INCOME,
    "kef.graduate_startups": "students, in full-time equivalents",
    # Local growth and regeneration
    "kef.regeneration": INCOME,
    # IP and commercialisation: per active spin-out; per formal spin-out, one that the provider owns a part of
    "kef.turnover_per_spinout": "active spin-outs",
    "kef.investment_per_spinout": "active spin-outs of which the institution holds shares",
    "kef.ip_income": RESEARCH,
    # Research partnerships
    "joint.leverage_cash": "public funding of collaborative research",
}


@pytest.mark.parametrize("id_", METRICS)
def test_kefs_metrics_are_ratios_of_three_years_sums_over_what_research_england_says(id_):
    metric = catalogue()[id_]
    assert (metric.aggregate, metric.window_years, metric.lag) == ("ratio", 3, 0)
    assert metric.denominator.meaning == METRICS[id_]


def test_kef_has_no_other_metric_here():
    assert {i for i in catalogue() if i.startswith("kef.")} == set(METRICS) - {"joint.leverage_cash"}


@pytest.mark.parametrize(
    ("patterns", "millibits"),
    [
        # g = u XOR i: nobody; u and g; i and g; u and i.
        (((), ("alma", "agency"), ("acme", "agency"), ("alma", "acme")), -1000),
        # Three copies of one bit: all or nobody.
        (((), ("alma", "acme", "agency")), 1000),
        # Independent: each of the eight alike.
        (
            (
                (), ("alma",), ("acme",), ("agency",), ("alma", "acme"), ("alma", "agency"), ("acme", "agency"),
                ("alma", "acme", "agency"),
            ),
            0,
        ),
    ],
)  # fmt: skip
def test_the_triple_helix_of_a_countrys_records(patterns, millibits):
    grants = [
        grant
        for number, orgs in enumerate(patterns)
        for grant in hand_worked_helix.grants(2016, "ABCDEFGH"[number], 400 // len(patterns), *(orgs or ("",)))
    ]
    connection = hand_worked.build(tuple(grants))
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [catalogue()["synergy.country"]])
    row = hand_worked_helix.look_up_country(connection, "synergy.country", 2016)
    assert (row["records"], row["status"]) == (400, "published")
    assert row["value"] == pytest.approx(millibits, abs=1e-9)
