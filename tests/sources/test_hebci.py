"""HE-BCI: labels to series, pounds, marks and lines; expected values are worked out from the rows."""

import csv
import json
from collections import Counter
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.sources import hebci
from tests import small_survey as survey
from tests.small_survey import AVONLEA, BRACK, text
from warehouse import files

SERVICES = "Consultancy", "SME's", "Number"


def ingest(home, mirror):
    (outcome,) = steps.ingest(home, "hebci", mirror)
    assert not outcome.failed, outcome.failed
    return outcome


def table(home) -> list[dict]:
    return pq.read_table(home.core / "survey_value" / "hebci--all.parquet").to_pylist()


def refused(home) -> list[dict]:
    return pq.read_table(home.quarantine / "survey_value" / "hebci--all.parquet").to_pylist()


def rows_of(tmp_path, cells=None, **given) -> list[dict]:
    found, warnings = survey.normalise("hebci", survey.write(tmp_path, cells, **given))
    assert [r["_problem"] for r in found if r["_problem"]] == []
    assert warnings == []
    return found


def cell(rows, measure, partner="n/a", breakdown="all", ukprn=AVONLEA[0], end="2018-07-31") -> dict:
    (row,) = [
        r for r in rows
        if (r["measure"], r["partner"], r["breakdown"], r["reporter_id"], str(r["period_end"]))
        == (measure, partner, breakdown, f"ukprn:{ukprn}", end)
    ]  # fmt: skip
    return row


def test_every_cell_becomes_a_row_of_one_series(home, tmp_path):
    outcome = ingest(home, survey.write(tmp_path))
    assert survey.ROWS == 150 * 4
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (600, 600, 0)
    assert not outcome.warnings
    assert outcome.manifest["observes"] == ["knowledge_exchange"]


def test_a_row_says_who_reported_what_for_which_year(home, tmp_path):
    ingest(home, survey.write(tmp_path, {("table-4a", "Number of disclosures", BRACK[0], "2018/19"): "41"}))
    row = cell(home, "disclosures", ukprn=BRACK[0], end="2019-07-31")
    assert row["reporter_name"] == "Brack, The University of"
    assert str(row["period_start"]) == "2018-08-01"
    assert (row["value"], row["unit"], row["currency"], row["status"]) == (41, "count", None, None)
    assert row["value_as_published"] == "41"


def test_money_is_pounds_to_the_penny_whatever_its_spelling(home, tmp_path):
    spelt = {
        "Total costs": ("4138.1", 4_138_100),
        "Subtotal overseas": ("1,234", 1_234_000),
        "Subtotal IP income": ("1,234.56", 1_234_560),
        "Total IP revenues": ("(1,234)", -1_234_000),
        "Sale of shares in spin-outs": ("-1234", -1_234_000),
    }
    cells = {("table-4d", label, AVONLEA[0], "2017/18"): written for label, (written, _) in spelt.items()}
    cells |= {("table-4c", "Other IP income", "SME", AVONLEA[0], "2017/18"): "1,234.56"}  # = the subtotal
    cells |= {("table-4d", "Total IP revenues", AVONLEA[0], "2017/18"): "0.56"}  # = subtotal + shares
    cells |= {("table-4d", "Total costs", BRACK[0], "2017/18"): "(1,234)"}
    ingest(home, survey.write(tmp_path, cells))
    assert cell(home, "ip_costs")["value"] == 4_138_100  # not 4138.1 * 1000, which is 4138100.0000000005
    assert cell(home, "ip_income_overseas", "all")["value"] == 1_234_000
    assert cell(home, "ip_income_subtotal", "all")["value"] == 1_234_560
    assert cell(home, "share_sales")["value"] == -1_234_000
    assert cell(home, "ip_costs", ukprn=BRACK[0])["value"] == -1_234_000
    assert cell(home, "ip_costs")["currency"] == "GBP"
    assert cell(home, "ip_costs")["value_as_published"] == "4138.1 £000s"


@pytest.mark.parametrize("written", ["0.1", "4138.1", "1234567.8", "98765432.123456", "3.3", "1.005"])
def test_no_binary_error_on_the_way_to_pounds(home, tmp_path, written):
    ingest(home, survey.write(tmp_path, {("table-4d", "Total costs"): written}))
    assert cell(home, "ip_costs")["value"] == float(Decimal(written) * 1000)


def test_counts_of_table_2a_are_counts_though_its_unit_says_thousands(home, tmp_path):
    cells = {
        ("table-2a", "Consultancy", "SME's", "Number", AVONLEA[0], "2017/18"): "184.0",
        ("table-2a", "Consultancy", "Total", "Number", AVONLEA[0], "2017/18"): "184.0",
        ("table-2a", "Consultancy", "SME's", "Value", AVONLEA[0], "2017/18"): "90.5",
        ("table-2a", "Consultancy", "Total", "Value", AVONLEA[0], "2017/18"): "90.5",
    }
    ingest(home, survey.write(tmp_path, cells))
    number, value = cell(home, "consultancy_number", "sme"), cell(home, "consultancy_income", "sme")
    assert (number["value"], number["unit"], number["currency"]) == (184, "count", None)
    assert number["value_as_published"] == "184.0 £000s"  # as published, wrong as it is
    assert (value["value"], value["unit"], value["currency"]) == (90_500, "money", "GBP")


def test_counts_days_persons_and_full_time_equivalents_keep_their_units(home, tmp_path):
    cells = {
        ("table-2b", "Total learner days of CPD/CE courses delivered"): "7",
        ("table-5", "Free events", "Attendees", "Museum education"): "8",
        ("table-5", "Chargeable events", "Academic staff time (days)", "Other"): "9",
        ("table-4e", survey.FIRMS[3], "Other spin-outs"): "10.5",
        ("table-4e", survey.FIRMS[4], "Other spin-outs"): "11",
    }
    ingest(home, survey.write(tmp_path, cells))
    found = {
        name: (cell(home, *name)["value"], cell(home, *name)["unit"])
        for name in (
            ("cpd_learner_days",), ("event_attendees", "n/a", "free_museum_education"),
            ("event_staff_days", "n/a", "chargeable_other"), ("firms_employment", "n/a", "spin_outs_other"),
            ("firms_turnover", "n/a", "spin_outs_other"),
        )
    }  # fmt: skip
    assert list(found.values()) == [(7, "days"), (8, "persons"), (9, "days"), (10.5, "fte"), (11_000, "money")]


@pytest.mark.parametrize(
    ("written", "status"), [("..", "missing"), ("", "missing"), (" ", "missing"), ("Suppressed", "suppressed")]
)
def test_a_mark_is_no_number_and_never_zero(home, tmp_path, written, status):
    ingest(home, survey.write(tmp_path, {("table-4a", "Number of disclosures", AVONLEA[0]): written}))
    row = cell(home, "disclosures")
    assert (row["value"], row["status"]) == (None, status)
    assert row["value_as_published"] == ((written.strip() and written) or None)
    reported = cell(home, "disclosures", ukprn=BRACK[0])
    assert (reported["value"], reported["status"]) == (0, None)


@pytest.mark.parametrize("lines", [0, 1, 11, 30])
def test_lines_before_the_header_are_passed_over_and_counted(home, tmp_path, lines):
    content = survey.rows("table-4a")
    content[20][-1] = "xx"  # the 21st row
    names = [n.replace("Academic Year", "Academic year") for n in survey.header("table-4a")]
    written = "\ufeff" + text("table-4a", content, lines, "\r\n", names)
    outcome = ingest(home, survey.write(tmp_path, table_4a=written))
    assert outcome.manifest["balance"]["survey_value"]["quarantined"] == 1
    (row,) = refused(home)
    assert (row["_file"], row["_line"], row["rules"]) == ("table-4a.csv", lines + 1 + 21, ["parsed"])
    assert row["reason"] == "Value: xx is not a number or a mark"


def test_columns_are_told_by_name_in_whatever_case_and_order(home, tmp_path):
    ingest(home, survey.write(tmp_path))
    before = table(home)
    names = ["UKPRN", "Value", "Category marker", "UNIT", "academic Year", "HE provider"]
    content = [[r[0], r[7], r[5], r[6], r[4], r[1]] for r in survey.rows("table-4d")]
    outcome = ingest(home, survey.write(tmp_path, table_4d=text("table-4d", content, names=names)))
    assert outcome.built
    assert table(home) == before
    assert not outcome.warnings


def test_one_series_runs_through_a_change_of_label(home, tmp_path):
    council = ("table-1", "COUNCILS", "Total", AVONLEA[0])
    every = ("table-1", "All", "Total", AVONLEA[0])
    public = ("table-1", "COUNCILS", "Public funding", AVONLEA[0]), ("table-1", "All", "Public funding", AVONLEA[0])
    ingest(home, survey.write(tmp_path, dict.fromkeys((council, every, *public), "5")))
    rows = [cell(home, "collaborative_total", "n/a", "research_councils", end=f"{y}-07-31") for y in (2018, 2019)]
    assert [r["value"] for r in rows] == [5_000, 5_000]  # BEIS Research Councils, then UKRI


def test_graduate_start_ups_of_older_releases_are_student_start_ups(home, tmp_path):
    ingest(home, survey.write(tmp_path))
    before = table(home)
    older = text("table-4e", survey.rows("table-4e")).replace("Student start-ups", "Graduate start-ups")
    outcome = ingest(home, survey.write(tmp_path, table_4e=older))
    assert outcome.built
    assert table(home) == before


@pytest.mark.parametrize("name", ["table-2a", "table-2b", "table-4b", "table-4c"])
@pytest.mark.parametrize("spelling", ["SME", "SMEs", "SME's", "SME’s"])
def test_small_companies_are_one_partner_however_spelt(home, tmp_path, name, spelling):
    content = survey.rows(name)
    content = [[spelling if c in ("SME's", "SMEs", "SME") else c for c in row] for row in content]
    outcome = ingest(home, survey.write(tmp_path, **{name.replace("-", "_"): text(name, content)}))
    assert outcome.manifest["balance"]["survey_value"]["kept"] == survey.ROWS
    assert not outcome.warnings


def test_one_cell_under_two_labels_of_a_year_is_counted_once(home, tmp_path):
    content = survey.rows("table-4e")
    double = [[c.replace("Student", "Graduate") for c in row] for row in content if "Student start-ups" in row]
    double[0][-1] = "3"  # one of 24 differs from what its other label says
    outcome = ingest(home, survey.write(tmp_path, table_4e=text("table-4e", content + double)))
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (624, 599, 2)
    assert book["dropped"] == {"duplicate_row": 23}
    assert book["rules"] == {"key.unique": 2}


def test_a_label_outside_its_years_is_quarantined_with_its_name(home, tmp_path):
    content = survey.rows("table-1")
    late = next(r for r in content if r[4] == "2018/19" and r[5].startswith("UKRI"))
    late[5] = "BEIS Research Councils"
    ingest(home, survey.write(tmp_path, table_1=text("table-1", content)))
    (row,) = refused(home)
    assert row["reason"].startswith(
        "label of other years (2015/16–2017/18) in 2018/19: BEIS Research Councils | Public funding"
    )


def test_an_unknown_label_is_quarantined_with_its_name_and_its_series_is_missed(home, tmp_path):
    content = [[c.replace("Museum education", "Zoo education") for c in r] for r in survey.rows("table-5")]
    content = [r for r in content if r[-2] != "Zoo education" or (r[0], r[4]) == (AVONLEA[0], "2017/18")]
    outcome = ingest(home, survey.write(tmp_path, table_5=text("table-5", content)))
    assert [r["reason"].partition("; ")[0] for r in refused(home)] == [
        f"label not in the vocabulary: {nature} | {metric} | Zoo education"
        for nature in ("Chargeable events", "Free events")
        for metric in ("Academic staff time (days)", "Attendees")
    ]
    assert any("no row for what survey_vocabulary.csv lists as" in w for w in outcome.warnings)
    assert sum("event_attendees n/a free_museum_education" in w for w in outcome.warnings) == 1


def test_the_sectors_total_is_no_provider(home, tmp_path):
    total = [["", "Total", *row[2:]] for row in survey.rows("table-4a", providers=(AVONLEA,))]
    stray = [["", "University of Nowhere", *total[0][2:]]]
    content = [*survey.rows("table-4a"), *total, *stray]
    outcome = ingest(home, survey.write(tmp_path, table_4a=text("table-4a", content)))
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (600 + 18 + 1, 600, 1)
    assert book["dropped"] == {"sector_total": 18}
    assert "UKPRN: is blank, and University of Nowhere is no total" in refused(home)[0]["reason"]


def test_a_restated_cell_replaces_the_former_and_the_rest_stays(home, tmp_path):
    ingest(home, survey.write(tmp_path, {("table-4a", "Number of disclosures", AVONLEA[0], "2017/18"): "41"}))
    before = table(home)
    outcome = ingest(home, survey.write(tmp_path, {("table-4a", "Number of disclosures", AVONLEA[0], "2017/18"): "14"}))
    assert outcome.built
    moved = [(a["value"], b["value"]) for a, b in zip(before, table(home), strict=True) if a != b]
    assert moved == [(41, 14)]


def test_money_in_another_unit_is_refused(home, tmp_path):
    content = survey.rows("table-3")
    content[0][-2] = "£m"
    ingest(home, survey.write(tmp_path, table_3=text("table-3", content)))
    assert [r["reason"] for r in refused(home)] == ["Unit: £m is not £000s"]


def test_the_vocabulary_gives_each_label_one_series_a_year():
    """Two entries of one label do not share a year, and every entry says either a series or why it is dropped."""
    from pipelines.survey import VOCABULARY

    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    for entry in entries:
        assert bool(entry["measure"]) != bool(entry["dropped"]), entry
        assert all(entry[c] for c in ("partner", "breakdown", "unit") if entry["measure"]), entry
        assert entry["reference"], entry
    labels = Counter((e["source"], e["table"], e["labels"].lower()) for e in entries)
    assert [label for label, n in labels.items() if n > 1] == []


def test_golden_sample(home, tmp_path):
    """Change VERSION in pipelines/sources/hebci.py together with this digest."""
    ingest(home, survey.write(tmp_path, {("table-4a", "Number of disclosures", AVONLEA[0]): "41"}))
    digest = files.digest(*(json.dumps(r, default=str, sort_keys=True) for r in table(home)))[:16]
    assert (hebci.VERSION, digest) == GOLDEN


GOLDEN = (1, "d12c596aa3162d61")


@pytest.fixture(scope="module")
def raw(real):
    """The raw rows by table, read by nothing of ours."""
    found = {}
    for path in sorted((real / "hebci").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


@pytest.mark.real
def test_every_real_cell_is_read_and_the_books_balance(home, real, raw):
    outcome = ingest(home, real)
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"], book["dropped"]) == (7_375, 7_375, 0, {})
    assert sum(len(rows) for rows in raw.values()) == 7_375
    assert outcome.warnings == []
    kept = Counter((r["reporter_id"].removeprefix("ukprn:"), str(r["period_end"].year)) for r in table(home))
    assert kept == Counter((r["UKPRN"], f"20{r['Academic Year'][-2:]}") for rows in raw.values() for r in rows)


@pytest.mark.real
def test_real_money_is_the_sum_of_the_raw_thousands_and_counts_are_never_added_to_it(home, real, raw):
    """Sums over everything a provider reports, made from the raw text alone, by csv and Decimal."""
    ingest(home, real)
    money, others = Counter(), Counter()
    for name, rows in raw.items():
        for row in rows:
            value = Decimal(row.get("Value") or row["Number/Value"])
            if name == "table-2a":
                is_money = row["Number/Value Marker"] == "Value"
            elif name == "table-4e":
                is_money = "(£ thousands)" in row["Metric"]
            else:
                is_money = row.get("Unit") == "£000s"
            (money if is_money else others)[row["UKPRN"]] += value * (1000 if is_money else 1)
    found_money, found_others = Counter(), Counter()
    for row in table(home):
        ukprn = row["reporter_id"].removeprefix("ukprn:")
        (found_money if row["currency"] == "GBP" else found_others)[ukprn] += Decimal(str(row["value"]))
    assert found_money == money
    assert found_others == others
    assert len(money) == 5


@pytest.mark.real
def test_a_real_series_is_the_raw_rows_of_its_label(home, real, raw):
    """Durham's contract research for SMEs, in pounds, year by year."""
    ingest(home, real)
    expected = {
        f"20{r['Academic Year'][-2:]}": Decimal(r["Number/Value"]) * 1000
        for r in raw["table-2a"]
        if r["UKPRN"] == "10007143" and r["Type of service"] == "Contract research"
        and r["Type of organisation"] == "SME's" and r["Number/Value Marker"] == "Value"
    }  # fmt: skip
    found = {
        str(r["period_end"].year): Decimal(str(r["value"]))
        for r in table(home)
        if (r["reporter_id"], r["measure"], r["partner"]) == ("ukprn:10007143", "contract_research_income", "sme")
    }
    assert found == expected
    assert len(found) == 10
