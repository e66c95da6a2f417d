"""HESA's denominators: one row of each pair, markers before blanks, persons and pounds; by hand, then on real rows."""

import csv
from collections import Counter
from decimal import Decimal
from itertools import product

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.sources import hesa
from tests import golden
from tests import small_survey as survey
from tests.small_survey import AVONLEA, BRACK

FINANCE = [
    "UKPRN", "HE Provider", "Country of HE provider", "Region of HE provider", "Academic year", "Financial year end",
    "Category marker", "Category", "Value(£000s)", "Year End Month",
]  # fmt: skip
INCOME = (
    "Tuition fees and education contracts", "Funding body grants", "Research grants and contracts", "Other income",
    "Investment income", "Donations and endowments", "Total income",
)  # fmt: skip
SPENT = (
    "Staff costs", "Other operating expenses", "Depreciation and amortisation", "Interest and other finance costs",
    "Restructuring costs", "Total expenditure",
)  # fmt: skip
CATEGORIES = (
    *(("Income", c) for c in INCOME),
    *(("Expenditure", c) for c in SPENT),
    ("Taxation", "Taxation"),
    ("Taxation  ", "Total taxation"),
    ("Dividends", "Dividends"),
)
STAFF = [
    "UKPRN", "HE Provider", "Country of HE provider", "Region of HE provider", "Mode of employment", "Atypical marker",
    "Academic marker", "Contract marker", "Academic Year", "Activity standard occupational classification", "Number",
]  # fmt: skip
GROUPS = (
    ("All", "Non-atypical", "Academic", "Academic", "Professional occupations"),
    ("All", "Non-atypical", "Academic", "Academic", "Total academic staff"),
    ("All", "Non-atypical", "Academic", "All (excluding atypical)", "Total academic staff"),
    ("All", "Non-atypical", "All", "All (excluding atypical)", "Total"),
    ("All", "Non-atypical", "Non-academic", "Non-academic", "Professional occupations "),
    ("All", "Academic atypical", "Academic", "Academic", "Professional occupations  "),
    ("Full-time", "Non-atypical", "Academic", "Academic", "Total academic staff"),
    ("Part-time", "Non-atypical", "Academic", "Academic", "Total academic staff"),
)
PROVIDERS = (AVONLEA, BRACK, ("", "Total"))


def finance(figures=None, months=("All", "07, July")) -> list[list[str]]:
    """Finance rows: every figure is 0 unless told by category, UKPRN and month, or by fewer of these."""
    return [
        [ukprn, name, "England", "North East", "2018/19", "31/07/2019" if ukprn else "", *labels,
         next((v for k, v in (figures or {}).items() if k == (labels[1], ukprn, month)[: len(k)]), "0"), month]
        for month, (ukprn, name), labels in product(months, PROVIDERS, CATEGORIES)
    ]  # fmt: skip


def staff(figures=None) -> list[list[str]]:
    """Staff rows: 10 a group, and 20 for the sector, unless told by group and UKPRN."""
    return [
        [ukprn, name, "England", "North East", *group[:4], "2018/19", group[4],
         (figures or {}).get((group, ukprn), "10" if ukprn else "20")]
        for (ukprn, name), group in product(PROVIDERS, GROUPS)
    ]  # fmt: skip


def write(mirror, finance_rows=None, staff_rows=None, preamble=0):
    folder = mirror / "hesa"
    folder.mkdir(parents=True, exist_ok=True)
    for name, header, rows in (
        ("finance-table-1", FINANCE, finance_rows or finance()),
        ("staff-table-1", STAFF, staff_rows or staff()),
    ):
        written = survey.text(name, rows, preamble, "\r\n", header)
        (folder / f"{name}.csv").write_text("\ufeff" + written, newline="")
    return mirror


def ingest(home, mirror):
    outcomes = {o.part: o for o in steps.ingest(home, "hesa", mirror)}
    assert not [o.failed for o in outcomes.values() if o.failed]
    return outcomes


def table(home, part) -> list[dict]:
    return pq.read_table(home.core / "survey_value" / f"hesa--{part}.parquet").to_pylist()


def test_each_row_is_kept_once_or_dropped_with_its_reason(home, tmp_path):
    outcomes = ingest(home, write(tmp_path, preamble=13))
    money = outcomes["finance-table-1"].manifest["balance"]["survey_value"]
    # 16 categories × 2 providers and the total × 2 months; 13 of income and expenditure, 3 of others.
    assert (money["read"], money["kept"], money["quarantined"]) == (96, 26, 0)
    assert money["dropped"] == {
        "sector_total": 32, "year_end_month_duplicate": 32, "not_income_or_expenditure": 6,
    }  # fmt: skip
    people = outcomes["staff-table-1"].manifest["balance"]["survey_value"]
    assert (people["read"], people["kept"], people["quarantined"]) == (24, 2, 0)
    assert people["dropped"] == {
        "sector_total": 8, "detail_of_total": 6, "same_staff_under_another_marker": 2, "not_academic_staff": 4,
        "atypical_staff": 2,
    }  # fmt: skip
    assert outcomes["finance-table-1"].manifest["observes"] == ["income"]
    assert outcomes["staff-table-1"].manifest["observes"] == ["academic_staff"]
    assert not any(o.warnings for o in outcomes.values())


def test_income_is_pounds_and_staff_are_persons(home, tmp_path):
    figures = {(c, AVONLEA[0]): "-7408" for c in ("Investment income", "Total income")}
    totals = {(c, ""): "-7408" for c in ("Investment income", "Total income")}
    group = GROUPS[1]
    ingest(home, write(tmp_path, finance(figures | totals), staff({(group, AVONLEA[0]): "1655", (group, ""): "1665"})))
    money = {(r["reporter_id"][6:], r["measure"]): r for r in table(home, "finance-table-1")}
    row = money[AVONLEA[0], "income_total"]
    assert (row["value"], row["unit"], row["currency"]) == (-7_408_000, "money", "GBP")
    assert (str(row["period_start"]), str(row["period_end"])) == ("2018-08-01", "2019-07-31")
    assert money[BRACK[0], "income_total"]["value"] == 0
    people = {r["reporter_id"][6:]: r for r in table(home, "staff-table-1")}
    assert {(r["measure"], r["unit"], r["currency"]) for r in people.values()} == {("academic_staff", "persons", None)}
    assert (people[AVONLEA[0]]["value"], people[BRACK[0]]["value"]) == (1655, 10)


def test_the_month_gives_way_to_all_even_where_they_differ_and_stands_in_where_there_is_no_all(home, tmp_path):
    differing = finance({("Total income", AVONLEA[0], "07, July"): "999"})
    ingest(home, write(tmp_path, differing))
    assert {r["value"] for r in table(home, "finance-table-1") if r["measure"] == "income_total"} == {0}
    ingest(home, write(tmp_path, finance(months=("07, July",))))
    assert len(table(home, "finance-table-1")) == 26
    older = [[*row[:5], *row[6:9]] for row in finance(months=("All",))]  # before 2017/18: no such columns
    header = [*FINANCE[:5], *FINANCE[6:9]]
    (tmp_path / "hesa" / "finance-table-1.csv").write_text(survey.text("finance-table-1", older, 3, names=header))
    ingest(home, tmp_path)
    assert len(table(home, "finance-table-1")) == 26


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_is_missing_and_never_zero(tmp_path, blank):
    folder = write(tmp_path, finance({("Investment income", AVONLEA[0]): blank}))
    rows, _ = survey.normalise("hesa", folder, "finance-table-1")
    wanted = (f"ukprn:{AVONLEA[0]}", "income_investment", None)
    (row,) = [r for r in rows if (r["reporter_id"], r["measure"], r["_dropped"]) == wanted]
    assert (row["value"], row["status"]) == (None, "missing")


def test_six_incomes_make_the_total(home, tmp_path):
    broken = finance({("Total income", AVONLEA[0]): "1", ("Total income", ""): "1"})
    failed = {o.part: o.failed for o in steps.ingest(home, "hesa", write(tmp_path, broken))}
    assert not failed["staff-table-1"]
    assert "identity.income_total 13" in failed["finance-table-1"]
    assert (
        "does not hold for University of Avonlea (ukprn:99990001), period to 2019-07-31: 1,000 against 0"
        in (failed["finance-table-1"])
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"finance_rows": [[*r[:6], "Incoming", *r[7:]] if r[6] == "Income" else r for r in finance()]},
         "label not in the vocabulary: Incoming | Tuition fees and education contracts"),
        ({"staff_rows": [[*r[:4], "Hourly", *r[5:]] if r[4] == "Part-time" else r for r in staff()]},
         "label not in the vocabulary: Hourly | Non-atypical | Academic | Academic | Total academic staff"),
        ({"staff_rows": [[*r[:10], "about ten"] for r in staff()]}, "Value: about ten is not a number or a mark"),
    ],
)  # fmt: skip
def test_what_is_not_known_fails_the_part_with_its_line(home, tmp_path, rows, said):
    failed = [o.failed for o in steps.ingest(home, "hesa", write(tmp_path, **rows)) if o.failed]
    assert len(failed) == 1
    assert said in failed[0]
    assert "-table-1.csv · line" in failed[0]


def test_the_sectors_total_is_held_against_the_providers_but_for_rounded_persons(tmp_path):
    def warned(**rows):
        name = "finance-table-1" if "finance_rows" in rows else "staff-table-1"
        return survey.normalise("hesa", write(tmp_path, **rows), name)[1]

    (said,) = warned(finance_rows=finance({("Staff costs", ""): "3"}))
    assert "do not add up to the total in 1 of 13 cells" in said
    assert "Expenditure | Staff costs of 2018/19: 0.0 against 3.0" in said
    # Two providers and the total are each rounded to five: up to 7 may lie between them.
    assert warned(staff_rows=staff({(GROUPS[1], ""): "25"})) == []
    assert len(warned(staff_rows=staff({(GROUPS[1], ""): "30"}))) == 1


def test_golden_sample(home, tmp_path):
    """Change VERSION in pipelines/sources/hesa.py together with this digest."""
    ingest(home, write(tmp_path))
    rows = [*table(home, "finance-table-1"), *table(home, "staff-table-1")]
    digest = golden.digest(rows)
    assert (hesa.VERSION, digest) == GOLDEN


GOLDEN = (1, "aa87451f84f75101")


@pytest.mark.real
def test_real_rows_balance_and_sum_to_the_publishers_totals(home, real):
    """All 8,814 and 16,416 rows; sums over providers equal HESA's own total rows, read by csv alone."""
    outcomes = ingest(home, real)
    money = outcomes["finance-table-1"].manifest["balance"]["survey_value"]
    people = outcomes["staff-table-1"].manifest["balance"]["survey_value"]
    assert money["read"] == money["kept"] + sum(money["dropped"].values()) == 8_814
    assert people["read"] == people["kept"] + sum(people["dropped"].values()) == 16_416
    assert money["dropped"]["year_end_month_duplicate"] + 5 * 39 == 3_666  # with the totals of five years
    assert outcomes["finance-table-1"].manifest["identities"]["income_total"] == {"checked": 125, "broken": 0}
    assert not any(o.warnings for o in outcomes.values())
    with (real / "hesa" / "finance-table-1.csv").open(encoding="utf-8-sig", newline="") as file:
        total = {
            r["Academic year"]: Decimal(r["Value(£000s)"]) * 1000
            for r in csv.DictReader(file)
            if not r["UKPRN"] and r["Category"] == "Total income" and r["Year End Month"] == "All"
        }
    found: Counter[str] = Counter()
    for row in table(home, "finance-table-1"):
        if row["measure"] == "income_total":
            found[f"{row['period_start'].year}/{row['period_end'].year % 100}"] += Decimal(str(row["value"]))
    assert found == total
    assert len(total) == 7
    assert {r["measure"]: r["unit"] for r in table(home, "staff-table-1")} == {"academic_staff": "persons"}
    assert len(table(home, "staff-table-1")) == 18 * 8
