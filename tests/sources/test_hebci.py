"""HE-BCI: labels to series, pounds, marks and lines; expected values are worked out from the rows."""

import csv
from collections import Counter
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.sources import hebci
from pipelines.survey import VOCABULARY
from tests import golden
from tests import small_survey as survey
from tests.small_survey import AVONLEA, BRACK, text
from warehouse.store import Home


def ingest(home, mirror):
    (outcome,) = steps.ingest(home, "hebci", mirror)
    assert not outcome.failed, outcome.failed
    return outcome


def table(home) -> list[dict]:
    return pq.read_table(home.core / "survey_value" / "hebci--all.parquet").to_pylist()


def of_tables(tmp_path, cells, given) -> tuple[list[dict], list[str]]:
    """Read the tables that cells and texts are of; all ten where there are none."""
    names = {key[0] for key in cells or ()} | {name.replace("_", "-") for name in given}
    folder = survey.write(tmp_path, cells, tuple(sorted(names)), **given)
    return survey.normalise("hebci", folder, *sorted(names))


@pytest.fixture
def read(tmp_path):
    """A function that reads tables with cells or texts of a test's own; every row is sound."""

    def rows(cells=None, **given) -> list[dict]:
        found, warnings = of_tables(tmp_path, cells, given)
        assert [r["_problem"] for r in found if r["_problem"]] == []
        assert warnings == []
        return [{k: v for k, v in r.items() if k not in ("_file", "_line")} for r in found]

    return rows


@pytest.fixture
def refused(tmp_path):
    """A function that reads tables and gives the rows with problems: file, line and problem."""

    def rows(cells=None, **given) -> list[tuple]:
        found, _ = of_tables(tmp_path, cells, given)
        return [(r["_file"], r["_line"], r["_problem"]) for r in found if r["_problem"]]

    return rows


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
    told = ["invention_disclosures", "knowledge_exchange", "licence_income", "patent_filings", "patent_grants"]
    assert outcome.manifest["observes"] == [*told, "ventures_formed"]


def test_a_row_says_who_reported_what_for_which_year(read):
    rows = read({("table-4a", "Number of disclosures", BRACK[0], "2018/19"): "41"})
    row = cell(rows, "disclosures", ukprn=BRACK[0], end="2019-07-31")
    assert row["reporter_name"] == "Brack, The University of"
    assert str(row["period_start"]) == "2018-08-01"
    assert (row["value"], row["unit"], row["currency"], row["status"]) == (41, "count", None, None)
    assert row["value_as_published"] == "41"


@pytest.mark.parametrize(
    ("written", "pounds"),
    [
        ("4138.1", 4_138_100),  # 4138.1 * 1000 is 4138100.0000000005
        ("1.005", 1_005),  # 1.005 * 1000 is 1004.9999999999999
        ("98765432.123456", 98_765_432_123.456),
        ("1,234", 1_234_000),
        ("1,234,567.5", 1_234_567_500),
        ("(1,234)", -1_234_000),
        ("-1234", -1_234_000),
        (" 7 ", 7_000),
        ("0", 0),
    ],
)
def test_money_is_pounds_to_the_penny_whatever_its_spelling(read, written, pounds):
    row = cell(read({("table-4d", "Total costs", AVONLEA[0]): written}), "ip_costs")
    assert (row["value"], row["unit"], row["currency"]) == (pounds, "money", "GBP")
    assert row["value_as_published"] == f"{written.strip()} £000s"


@pytest.mark.parametrize("written", ["xx", "1,23", "1.234.567", "(5", "5)", "£5", "1e3", "--5", "n/a"])
def test_what_is_no_number_is_refused_with_its_line(refused, written):
    assert refused({("table-4d", "Total costs", AVONLEA[0], "2017/18"): written}) == [
        ("table-4d.csv", 6, f"Value: {written} is not a number or a mark")
    ]


def test_counts_of_table_2a_are_counts_though_its_unit_says_thousands(read):
    rows = read(
        {
            ("table-2a", "Consultancy", "SME's", "Number", AVONLEA[0], "2017/18"): "184.0",
            ("table-2a", "Consultancy", "SME's", "Value", AVONLEA[0], "2017/18"): "90.5",
        }
    )
    number, value = cell(rows, "consultancy_number", "sme"), cell(rows, "consultancy_income", "sme")
    assert (number["value"], number["unit"], number["currency"]) == (184, "count", None)
    assert number["value_as_published"] == "184.0 £000s"  # as published, wrong as it is
    assert (value["value"], value["unit"], value["currency"]) == (90_500, "money", "GBP")


def test_days_persons_and_full_time_equivalents_keep_their_units(read):
    rows = read(
        {
            ("table-2b", "Total learner days of CPD/CE courses delivered"): "7",
            ("table-5", "Free events", "Attendees", "Museum education"): "8",
            ("table-5", "Chargeable events", "Academic staff time (days)", "Other"): "9",
            ("table-4e", survey.FIRMS[3], "Other spin-outs"): "10.5",
            ("table-4e", survey.FIRMS[4], "Other spin-outs"): "11",
        }
    )
    found = [
        cell(rows, *name)
        for name in (
            ("cpd_learner_days",), ("event_attendees", "n/a", "free_museum_education"),
            ("event_staff_days", "n/a", "chargeable_other"), ("firms_employment", "n/a", "spin_outs_other"),
            ("firms_turnover", "n/a", "spin_outs_other"),
        )
    ]  # fmt: skip
    assert [(r["value"], r["unit"]) for r in found] == [
        (7, "days"), (8, "persons"), (9, "days"), (10.5, "fte"), (11_000, "money"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "status"),
    [("..", "missing"), ("", "missing"), (" ", "missing"), ("Suppressed", "suppressed"), ("suppressed ", "suppressed")],
)
def test_a_mark_is_no_number_and_never_zero(read, written, status):
    rows = read({("table-4a", "Number of disclosures", AVONLEA[0]): written})
    row, reported = cell(rows, "disclosures"), cell(rows, "disclosures", ukprn=BRACK[0])
    assert (row["value"], row["status"]) == (None, status)
    assert row["value_as_published"] == (written.strip() or None)
    assert (reported["value"], reported["status"]) == (0, None)


@pytest.mark.parametrize("lines", [0, 1, 11, 30])
def test_lines_before_the_header_are_passed_over_and_counted(refused, lines):
    content = survey.rows("table-4a")
    content[20][-1] = "xx"  # the 21st row
    written = "\ufeff" + text("table-4a", content, lines, "\r\n")
    assert refused(table_4a=written) == [
        ("table-4a.csv", lines + 1 + 21, "Value: xx is not a number or a mark")
    ]  # fmt: skip


def test_columns_are_told_by_name_in_whatever_case_and_order(read):
    before = read(table_4d=text("table-4d", survey.rows("table-4d")))
    names = ["UKPRN", "Value", "Category marker", "UNIT", "academic Year", "HE provider"]
    content = [[r[0], r[7], r[5], r[6], r[4], r[1]] for r in survey.rows("table-4d")]
    assert read(table_4d=text("table-4d", content, names=names)) == before
    older = [n.replace("HE Provider", "Provider").replace("Category ", "") for n in survey.header("table-4d")]
    assert read(table_4d=text("table-4d", survey.rows("table-4d"), names=older)) == before


def test_one_series_runs_through_a_change_of_label(read):
    rows = read({("table-1", "COUNCILS", "Total", AVONLEA[0]): "5"})  # BEIS Research Councils, then UKRI
    told = [cell(rows, "collaborative_total", "n/a", "research_councils", end=f"{y}-07-31") for y in (2018, 2019)]
    assert [r["value"] for r in told] == [5_000, 5_000]


@pytest.mark.parametrize(
    ("older", "today"),
    [
        ("Graduate start-ups", "Student start-ups"),
        ("Spin-offs with some HEP ownership", "Spin-outs with some HE provider ownership"),
        ("Formal spin-offs, not HEP owned", "Other spin-outs"),
    ],
)
def test_ventures_of_older_releases_are_those_of_today(read, older, today):
    before = read({("table-4e", survey.FIRMS[0], today): "3"})
    content = survey.rows("table-4e", {("table-4e", survey.FIRMS[0], today): "3"})
    assert read(table_4e=text("table-4e", [[older if c == today else c for c in r] for r in content])) == before


@pytest.mark.parametrize("name", ["table-2a", "table-2b", "table-4b", "table-4c"])
@pytest.mark.parametrize("spelling", ["SME", "SMEs", "SME's", "SME’s"])
def test_small_companies_are_one_partner_however_spelt(read, name, spelling):
    content = [[spelling if c in ("SME's", "SMEs", "SME") else c for c in row] for row in survey.rows(name)]
    rows = read(**{name.replace("-", "_"): text(name, content)})
    assert len(rows) == len(content)
    # 2a: 3 services × number and value; 2b: 1; 4b: 2 kinds of licence; 4c: 3 incomes; 2 providers, 2 years.
    a_year = {"table-2a": 6, "table-2b": 1, "table-4b": 2, "table-4c": 3}[name]
    assert sum(r["partner"] == "sme" for r in rows) == a_year * 4


def test_one_cell_under_two_labels_of_a_year_is_counted_once(home, tmp_path):
    content = survey.rows("table-4e")
    double = [[c.replace("Student", "Graduate") for c in row] for row in content if "Student start-ups" in row]
    double[0][-1] = "3"  # one of 24 differs from what its other label says
    outcome = ingest(home, survey.write(tmp_path, table_4e=text("table-4e", content + double)))
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (624, 599, 2)
    assert book["dropped"] == {"duplicate_row": 23}
    assert book["rules"] == {"key.unique": 2}


def test_a_label_outside_its_years_is_refused_with_its_name(refused):
    content = survey.rows("table-1")
    late = next(n for n, r in enumerate(content) if r[4] == "2018/19" and r[5].startswith("UKRI"))
    content[late][5] = "BEIS Research Councils"
    assert refused(table_1=text("table-1", content)) == [
        ("table-1.csv", late + 2,
         "label of other years (2015/16–2017/18) in 2018/19: BEIS Research Councils | Public funding")
    ]  # fmt: skip


def test_an_unknown_label_is_refused_with_its_name_and_its_series_is_missed_once(tmp_path):
    content = [[c.replace("Museum education", "Zoo education") for c in r] for r in survey.rows("table-5")]
    rows, warnings = of_tables(tmp_path, None, {"table_5": text("table-5", content)})
    problems = Counter(r["_problem"] for r in rows if r["_problem"])
    assert problems == {
        f"label not in the vocabulary: {nature} | {metric} | Zoo education": 4
        for nature in ("Chargeable events", "Free events")
        for metric in ("Academic staff time (days)", "Attendees")
    }
    assert warnings == [
        "table-5: no row for what survey_vocabulary.csv lists as "
        "event_attendees n/a chargeable_museum_education, event_attendees n/a free_museum_education, "
        "event_staff_days n/a chargeable_museum_education, event_staff_days n/a free_museum_education"
    ]


@pytest.mark.parametrize("year", ["2017-18", "2017/2018", "2017/19", "17/18", "2018", ""])
def test_an_academic_year_of_another_form_is_refused(refused, year):
    content = survey.rows("table-4d")
    content[3][4] = year
    ((file, line, problem),) = refused(table_4d=text("table-4d", content))
    assert (file, line) == ("table-4d.csv", 5)
    assert "academic year" in problem.lower()


@pytest.mark.parametrize("ukprn", ["1000714", "X0007143", "100071431"])
def test_a_ukprn_has_eight_digits(refused, ukprn):
    content = survey.rows("table-4d")
    content[3][0] = ukprn
    assert refused(table_4d=text("table-4d", content)) == [("table-4d.csv", 5, f"UKPRN: {ukprn} is not 8 digits")]


def test_the_sectors_total_is_no_provider(home, tmp_path):
    total = [["", "Total", *row[2:]] for row in survey.rows("table-4a", providers=(AVONLEA,))]
    stray = [["", "University of Nowhere", *total[0][2:]]]
    content = [*survey.rows("table-4a"), *total, *stray]
    outcome = ingest(home, survey.write(tmp_path, table_4a=text("table-4a", content)))
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (600 + 18 + 1, 600, 1)
    assert book["dropped"] == {"sector_total": 18}
    ((reason,),) = [
        (r["reason"],) for r in pq.read_table(home.quarantine / "survey_value" / "hebci--all.parquet").to_pylist()
    ]
    assert reason.startswith("UKPRN: is blank, and University of Nowhere is no total")


@pytest.mark.parametrize(("total", "is_told"), [("7", False), ("8", True)])
def test_the_sectors_total_is_held_against_the_providers(tmp_path, total, is_told):
    cells = {
        ("table-4a", "Number of disclosures", AVONLEA[0], "2017/18"): "3",
        ("table-4a", "Number of disclosures", BRACK[0], "2017/18"): "4",
    }
    sector = [["", "Total", *r[2:-1], "0"] for r in survey.rows("table-4a", providers=(AVONLEA,))]
    sector[0][-1] = total
    written = text("table-4a", [*survey.rows("table-4a", cells), *sector])
    _, warnings = of_tables(tmp_path, None, {"table_4a": written})
    said = (
        "table-4a.csv: the providers' figures do not add up to the total in 1 of 18 cells, such as "
        "Number of disclosures of 2017/18: 7.0 against 8.0 (line 38)"
    )
    assert warnings == [said] * is_told


def test_a_restated_cell_replaces_the_former_and_the_rest_stays(home, tmp_path):
    key = ("table-4a", "Number of disclosures", AVONLEA[0], "2017/18")
    ingest(home, survey.write(tmp_path, {key: "41"}))
    before = table(home)
    assert ingest(home, survey.write(tmp_path, {key: "14"})).built
    moved = [(a["value"], b["value"]) for a, b in zip(before, table(home), strict=True) if a != b]
    assert moved == [(41, 14)]


def test_money_in_another_unit_is_refused(refused):
    content = survey.rows("table-3")
    content[0][-2] = "£m"
    assert refused(table_3=text("table-3", content)) == [("table-3.csv", 2, "Unit: £m is not £000s")]


def test_the_vocabulary_gives_each_label_one_series():
    """No label is listed twice, and every entry says either a series or why its rows are dropped."""
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
    digest = golden.digest(table(home))
    assert (hebci.VERSION, digest) == GOLDEN


GOLDEN = (1, "865d9e7f7bb5b168")


@pytest.fixture(scope="module")
def real_rows(real, tmp_path_factory):
    """The real tables in core, with the outcome of reading them."""
    home = Home(tmp_path_factory.mktemp("hebci") / "home")
    return ingest(home, real), table(home)


@pytest.fixture(scope="module")
def raw(real):
    """The raw rows by table, read by nothing of ours."""
    found = {}
    for path in sorted((real / "hebci").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


@pytest.mark.real
def test_every_real_cell_is_read_and_the_books_balance(real_rows, raw):
    outcome, rows = real_rows
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"], book["dropped"]) == (7_375, 7_375, 0, {})
    assert sum(len(of_table) for of_table in raw.values()) == 7_375
    kept = Counter((r["reporter_id"].removeprefix("ukprn:"), str(r["period_end"].year)) for r in rows)
    assert kept == Counter((r["UKPRN"], f"20{r['Academic Year'][-2:]}") for t in raw.values() for r in t)


@pytest.mark.real
def test_real_money_is_the_sum_of_the_raw_thousands_and_counts_are_never_added_to_it(real_rows, raw):
    """Sums over everything a provider reports, made from the raw text alone, by csv and Decimal."""
    money: Counter[str] = Counter()
    others: Counter[str] = Counter()
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
    found_money: Counter[str] = Counter()
    found_others: Counter[str] = Counter()
    for row in real_rows[1]:
        ukprn = row["reporter_id"].removeprefix("ukprn:")
        (found_money if row["currency"] == "GBP" else found_others)[ukprn] += Decimal(str(row["value"]))
    assert found_money == money
    assert found_others == others
    assert len(money) == 5


@pytest.mark.real
def test_a_real_series_is_the_raw_rows_of_its_label(real_rows, raw):
    """Durham's contract research for SMEs, in pounds, year by year."""
    expected = {
        f"20{r['Academic Year'][-2:]}": Decimal(r["Number/Value"]) * 1000
        for r in raw["table-2a"]
        if r["UKPRN"] == "10007143" and r["Type of service"] == "Contract research"
        and r["Type of organisation"] == "SME's" and r["Number/Value Marker"] == "Value"
    }  # fmt: skip
    found = {
        str(r["period_end"].year): Decimal(str(r["value"]))
        for r in real_rows[1]
        if (r["reporter_id"], r["measure"], r["partner"]) == ("ukprn:10007143", "contract_research_income", "sme")
    }
    assert found == expected
    assert len(found) == 10


@pytest.mark.real
def test_every_identity_holds_on_the_real_rows_and_was_checked_on_all_of_them(real_rows):
    """Five providers, ten years; table 1 starts a year later, and its first year has no year before it."""
    outcome, _ = real_rows
    checks = outcome.manifest["identities"]
    for name, check in checks.items():
        expected = 40 if name.endswith(".restated") else 45 if name.startswith("collaborative") else 50
        assert check["checked"] == expected, name
    assert len(checks) == 38
    assert sum(check["checked"] for check in checks.values()) == 9 * 45 + 40 + 28 * 50
    broken = {name: check["broken"] for name, check in checks.items() if check["broken"]}
    # The sheet: one restated total, and two of 250 cells with more old firms than active ones.
    assert broken == {
        "collaborative_previous_total.restated": 1,
        "firms_surviving.spin_outs_owned": 1,
        "firms_surviving.staff_start_ups": 1,
    }
    assert [w[:40] for w in outcome.warnings] == [
        "does not always hold (1 of 40 times): co", "does not always hold (1 of 50 times): fi",
        "does not always hold (1 of 50 times): fi",
    ]  # fmt: skip
