"""Sums within what one institution reports: where they break, its rows of that table and year are set aside."""

import pyarrow.parquet as pq
import pytest

from expectations import identities
from expectations.identities import HEBCI, HESA, Identity
from pipelines import steps
from pipelines.sources import hebci
from pipelines.survey import VOCABULARY
from tests import small_survey as survey
from tests.small_survey import AVONLEA, BRACK

HERE = (AVONLEA[0], "2018/19")


def ingest(home, mirror):
    (outcome,) = steps.ingest(home, "hebci", mirror)
    return outcome


def test_every_sum_is_checked_for_every_provider_and_year(home, tmp_path):
    outcome = ingest(home, survey.write(tmp_path))
    checks = outcome.manifest["identities"]
    assert {name: c["checked"] for name, c in checks.items()} == {
        i.name: 2 if i.last_year else 4  # two providers, two years; of last year's totals one
        for i in HEBCI
    }
    assert sum(c["broken"] for c in checks.values()) == 0
    assert not outcome.warnings


def test_a_broken_sum_takes_what_was_reported_in_that_table_for_that_year(home, tmp_path):
    # 0 + 4 is not 5. Table 4d has five rows a provider and year; the other 595 of 600 stay.
    cells = {("table-4d", "Sale of shares in spin-outs", *HERE): "4", ("table-4d", "Total IP revenues", *HERE): "5"}
    outcome = ingest(home, survey.write(tmp_path, cells))
    assert not outcome.failed
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (600, 595, 5)
    assert book["rules"] == {"identity.ip_revenues": 5}
    assert outcome.manifest["identities"]["ip_revenues"] == {"checked": 4, "broken": 1}
    refused = pq.read_table(home.quarantine / "survey_value" / "hebci--all.parquet").to_pylist()
    assert {(r["_file"], r["reporter_id"], str(r["period_end"])) for r in refused} == {
        ("table-4d.csv", "ukprn:99990001", "2019-07-31")
    }
    assert {r["reason"] for r in refused} == {
        "ip_revenues = ip_income_subtotal + share_sales does not hold for University of Avonlea (ukprn:99990001), "
        "period to 2019-07-31: 5,000 against 4,000 (table-4d.csv line 10)"
    }
    kept = pq.read_table(home.core / "survey_value" / "hebci--all.parquet").to_pylist()
    assert ("ukprn:99990002", "ip_revenues") in {(r["reporter_id"], r["measure"]) for r in kept}


def test_a_sum_across_two_tables_takes_both_and_too_many_fail_the_part(home, tmp_path):
    # Nine rows of table 4c and five of 4d are more than one in a hundred of 600.
    ingest(home, survey.write(tmp_path))
    former = (home.core / "survey_value" / "hebci--all.parquet").read_bytes()
    outcome = ingest(home, survey.write(tmp_path, {("table-4c", "Other IP income", "SME", *HERE): "2.5"}))
    assert "14 of 600 rows of survey_value refused, more than 1% (identity.ip_income_subtotal 14)" in outcome.failed
    assert "hebci · all · table-4c.csv · line" in outcome.failed
    assert "does not hold for University of Avonlea (ukprn:99990001), period to 2019-07-31: 0 against 2,500" in (
        outcome.failed
    )
    assert "mend: look at the refused rows" in outcome.failed
    assert (home.core / "survey_value" / "hebci--all.parquet").read_bytes() == former


def test_a_soft_sum_warns_and_keeps_its_rows(home, tmp_path):
    cells = {
        ("table-4e", survey.FIRMS[2], "Other spin-outs", *HERE): "3",
        ("table-1", "All", "Previous year's total", *HERE): "7",
        ("table-1", "COUNCILS", "Previous year's total", *HERE): "7",
    }
    outcome = ingest(home, survey.write(tmp_path, cells))
    assert outcome.manifest["balance"]["survey_value"]["kept"] == 600
    assert outcome.warnings == [
        "does not always hold (1 of 2 times): collaborative_previous_total = last year's collaborative_total does not "
        "hold for University of Avonlea (ukprn:99990001), period to 2019-07-31: 7,000 against 0 (table-1.csv line 31)",
        "does not always hold (1 of 4 times): firms_surviving (spin_outs_other) ≤ firms_active (spin_outs_other) does "
        "not hold for University of Avonlea (ukprn:99990001), period to 2019-07-31: 3 against 0 (table-4e.csv line 43)",
    ]


@pytest.mark.parametrize("mark", ["..", "Suppressed", ""])
def test_a_cell_that_is_not_told_says_nothing_of_a_sum(home, tmp_path, mark):
    cells = {
        ("table-2a", "Consultancy", "SME's", "Number", *HERE): mark,
        ("table-2a", "Consultancy", "Total", "Number", *HERE): "9",
    }
    outcome = ingest(home, survey.write(tmp_path, cells))
    assert not outcome.failed
    assert outcome.manifest["identities"]["consultancy_number"] == {"checked": 3, "broken": 0}


BROKEN = {
    # A cell that becomes 1 where all others are 0, and the sums it breaks.
    ("table-1", "EU government", "Public funding"): ["collaborative_public_funding.funders", "collaborative_total.eu"],
    ("table-1", "COUNCILS", "Total"): ["collaborative_total.funders", "collaborative_total.research_councils"],
    ("table-2a", "Contract research", "Total", "Value"): ["contract_research_income"],
    ("table-2a", "Facilities and equipment related", "SME's", "Number"): ["facilities_number"],
    ("table-2b", "CE and CPD for individuals"): ["cpd_income"],
    ("table-2b", "Total learner days of CPD/CE courses delivered"): [],
    ("table-3", "UK shared prosperity fund"): ["regeneration_income"],
    ("table-3", "Capital income (attributable to survey year)"): [],
    ("table-4a", survey.EXTERNAL + survey.OVERSEAS): ["external_filings.overseas"],
    ("table-4a", survey.EXTERNAL): [],
    ("table-4b", "Software only", "Total number"): ["licences.software"],
    ("table-4b", "Software only", "Total number" + survey.OVERSEAS): ["licences_overseas.software"],
    ("table-4b", "Non-software", survey.GENERATING): ["licences_generating.non_software"],
    ("table-4b", "Non-software", survey.GENERATING + survey.OVERSEAS): ["licences_generating_overseas.non_software"],
    ("table-4d", "Subtotal overseas"): ["ip_income_overseas"],
    ("table-4d", "Subtotal IP income"): ["ip_income_subtotal", "ip_revenues"],
    ("table-4d", "Total costs"): [],
    ("table-5", "Free events", "Attendees", "Other"): [],
}


@pytest.mark.parametrize("cell", BROKEN)
def test_each_kind_of_sum_notices_a_changed_cell(tmp_path, cell):
    tables = ("table-4c", "table-4d") if cell[0] == "table-4d" else (cell[0],)  # one sum goes across two tables
    folder = survey.write(tmp_path, {(*cell, BRACK[0], "2017/18"): "1"}, tables)
    rows, _ = survey.normalise("hebci", folder, *tables)
    outcomes = identities.hold(*survey.kept(rows), HEBCI)
    assert sorted(o.identity.name for o in identities.judge(outcomes)) == BROKEN[cell]
    assert {o.broken for o in outcomes} <= {0, 1}


def test_a_penny_breaks_a_sum():
    rows = [
        {"reporter_id": "x:1", "reporter_name": "X", "period_end": "2018-07-31", "measure": m, "partner": "n/a",
         "breakdown": "all", "value": v, "_file": "f", "_line": n}
        for n, (m, v) in enumerate((("whole", 0.3), ("one", 0.1), ("two", 0.2)))
    ]  # fmt: skip
    whole, one, two = (((m, "n/a", "all"),) for m in ("whole", "one", "two"))
    equal = Identity("equal", whole, one + two)  # 0.1 + 0.2 is 0.30000000000000004 in binary
    (outcome,) = identities.hold(*survey.kept(rows), [equal])
    assert (outcome.checked, outcome.broken) == (1, 0)
    rows[0]["value"] = 0.31
    (outcome,) = identities.hold(*survey.kept(rows), [equal])
    assert (outcome.checked, outcome.broken) == (1, 1)
    assert identities.judge([outcome]) == [outcome]


@pytest.mark.parametrize(("source", "declared"), [("hebci", HEBCI), ("hesa", HESA)])
def test_identities_speak_of_series_that_the_vocabulary_knows(source, declared):
    import csv

    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        entries = [e for e in csv.DictReader(file) if e["source"] == source]
    known = {(e["measure"], e["partner"], e["breakdown"]) for e in entries}
    units = {e["measure"]: e["unit"] for e in entries}
    for identity in declared:
        terms = (*identity.left, *identity.right, *identity.last_year)
        assert set(terms) <= known, identity.name
        assert len({units[measure] for measure, _, _ in terms}) == 1, identity.name
    names = [identity.name for identity in declared]
    assert len(set(names)) == len(names)


def test_a_relation_nobody_computes_is_refused():
    with pytest.raises(ValueError, match="relation <"):
        Identity("x", (), (), "<")


def test_the_identities_are_part_of_what_a_part_depends_on(monkeypatch):
    from pipelines.fingerprint import of_source

    before = of_source(hebci)
    monkeypatch.setattr(hebci, "IDENTITIES", HEBCI[1:])
    assert of_source(hebci) != before
