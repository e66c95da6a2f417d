"""Explanations: the numbers in the formula, the reasons, the records behind a value."""

import pytest

from pipelines.indicators.explain import explain
from tests.indicators import hand_worked


def told(world, indicator, org, year):
    return explain(world, hand_worked.ror(org), indicator, year, sources=hand_worked.SOURCES)


def test_a_ratio_with_its_numbers_and_records(world):
    answer = told(world, "joint.grant_share", "alma", 2015)
    assert answer.institution_name == "alma"
    assert answer.calculation == {"alpha": "2 ÷ 4 = 50 %"}
    assert answer.reason == {"alpha": "fewer than 20 records in the denominator"}
    assert [(r.side, r.acronym) for r in answer.records] == [
        ("numerator", "A01"),
        ("numerator", "A02"),
        ("denominator", "A01"),
        ("denominator", "A02"),
        ("denominator", "A03"),
        ("denominator", "A04"),
    ]
    record = answer.records[1]
    assert (record.title, record.record_url, record.starts_on.isoformat(), record.share) == (
        "Title of A02",
        "https://example.org/A02",
        "2015-03-01",
        pytest.approx(1 / 3),
    )
    assert {v.counting for v in answer.alternatives} == {"whole", "fractional"}


def test_money_with_its_records(world):
    answer = told(world, "joint.funding", "alma", 2015)
    assert answer.calculation == {"alpha": "350 EUR"}
    assert [(r.acronym, r.amount_eur) for r in answer.records] == [("A01", 100), ("A02", 250)]


def test_partners_by_name(world):
    answer = told(world, "challenge.retention", "alma", 2020)
    assert answer.calculation == {"alpha": "2 ÷ 3 = 66.67 %"}
    former = {(r.year, r.partner_name) for r in answer.records if r.side == "denominator"}
    assert former == {(2015, "acme"), (2015, "bolt"), (2016, "bolt"), (2016, "cedar"), (2017, "acme")}
    later = {(r.year, r.partner_name) for r in answer.records if r.side == "numerator"}
    assert later == {(2018, "acme"), (2019, "cedar"), (2019, "newco"), (2020, "newco")}


def test_headline_of_partners_leaves_out_consortia(world):
    answer = told(world, "joint.partners", "alma", 2016)
    assert {r.acronym for r in answer.records} == {"A05"}


@pytest.mark.parametrize(
    ("indicator", "org", "year", "said"),
    [
        ("joint.grants", "alma", 2015, {"alpha": ""}),
        ("joint.grants", "alma", 2021, {"alpha": "2021: records of the year still come in until 2022-03-01"}),
        ("sme.r_and_d_cost", "foxtrot", 2018, {"bursar": "part all does not tell cost, sme"}),
        ("challenge.retention", "alma", 2014, {"alpha": "no records of 2009 in the release"}),
        (
            "joint.grant_share",
            "echo",
            2016,
            {"alpha": "nothing to divide by: no grants with the institution"},
        ),
        ("joint.funding", "gamma", 2019, {"alpha": "the amounts of these records are not told"}),
        (
            "joint.grants",
            "hotel",
            2016,
            {"alpha": "the release holds no record of", "bursar": "the release holds no record of"},
        ),
        (
            "joint.grants",
            "alma",
            2030,
            {"alpha": "no records of 2030 in the release", "bursar": "no record of"},
        ),
    ],
)
def test_reasons(world, indicator, org, year, said):
    answer = told(world, indicator, org, year)
    assert answer.reason.keys() == said.keys()
    for source, words in said.items():
        assert words in answer.reason[source]
        assert bool(words) == bool(answer.reason[source])


def test_a_release_on_disk(world, tmp_path):
    for name in (
        "indicator",
        "evidence",
        "coverage",
        "coverage_institution",
        "organisation",
        "award",
        "award_party",
    ):
        (tmp_path / name).mkdir()
        world.execute(f"COPY {name} TO '{tmp_path / name / name}.parquet' (FORMAT parquet)")
    from_disk = explain(tmp_path, hand_worked.ror("alma"), "joint.grant_share", 2015, sources=hand_worked.SOURCES)
    assert from_disk == told(world, "joint.grant_share", "alma", 2015)


def test_unknown_indicators_are_named(world):
    with pytest.raises(KeyError, match=r"no indicator joint\.nothing; there are joint\.grants"):
        told(world, "joint.nothing", "alma", 2015)
