"""AUTM's survey, from a SYNTHETIC export: pools and the check they serve, missing names and values, flags, columns."""

import datetime as dt

import duckdb
import openpyxl
import pytest

from pipelines import autm_columns, source, steps
from pipelines.source import SourceError
from pipelines.sources import autm

# Nobody's figures. R writes NA for what is missing, and round numbers in powers of ten.
HEADER = ["YEAR", "X.ID.", "MEDSCHL", "INSTITUTION", "Tot.Res.Exp", "Ind.Res.Exp", "Lic.Iss", "Opt.Iss", "Inv.Dis.Rec"]
ROWS = [
    ["2021", "9000001", "Yes", "Synthetic University of Avonlea", "1e+08", "5000000", "10", "2", "40"],
    ["2021", "9000002", "no", "Synthetic Institute of Camford", "60000000", "NA", "4", "", "25"],
    ["2021", "9000003", "N", "NA", "20000000", "1000000", "1", "0", "5"],
    ["2021", "NA", "NA", "Confidentials", "30000000", "2000000", "3", "1", "10"],
    ["2021", "NA", "NA", "Totals", "210000000", "8000000", "18", "3", "80"],
    ["2022", "9000001", "yes", "Synthetic University of Avonlea", "110,000,000", "6000000", "12", "2", "44"],
    ["2022", "9000002", " ", "Synthetic Institute of Camford", "61000000", "100000", "5", "1", "26"],
    ["2022", "", "", "Totals", "171000000", "6100000", "17", "3", "70"],
]


def text(rows=ROWS, header=HEADER):
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *rows]) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("IUR_AUTM_PATH", str(tmp_path / "mine"))
    return tmp_path / "mine"


def ingested(home, folder, body, name="synthetic.csv"):
    (folder / name).write_text(body)
    (outcome,) = steps.ingest(home, "autm")
    return outcome


def values(home, *, measure, breakdown="all"):
    return duckdb.sql(
        f"""SELECT reporter_id, extract(year FROM period_end), value
        FROM '{home.core}/survey_value/autm--*.parquet'
        WHERE measure = '{measure}' AND breakdown = '{breakdown}' ORDER BY ALL"""
    ).fetchall()


def test_every_figure_of_a_respondent_is_a_row_and_the_pools_are_dropped(home, folder):
    outcome = ingested(home, folder, text())
    assert not outcome.failed, outcome.failed
    book = outcome.manifest["balance"]["survey_value"]
    # Six figures a line: five lines of respondents, three of pools.
    assert (book["read"], book["kept"], book["quarantined"], dict(book["dropped"])) == (48, 30, 0, {"pool": 18})
    assert values(home, measure="research_expenditure") == [
        ("autm:9000001", 2021, 100_000_000.0),
        ("autm:9000001", 2022, 110_000_000.0),
        ("autm:9000002", 2021, 60_000_000.0),
        ("autm:9000002", 2022, 61_000_000.0),
        ("autm:9000003", 2021, 20_000_000.0),
    ]
    assert values(home, measure="research_expenditure", breakdown="industry")[2] == ("autm:9000002", 2021, None)
    rows = duckdb.sql(
        f"""SELECT DISTINCT period_start, period_end, partner FROM '{home.core}/survey_value/autm--*.parquet'
        ORDER BY ALL"""
    ).fetchall()
    assert rows == [
        (dt.date(2020, 7, 1), dt.date(2021, 6, 30), "n/a"),
        (dt.date(2021, 7, 1), dt.date(2022, 6, 30), "n/a"),
    ]


def test_flags_are_read_in_all_their_spellings(home, folder):
    ingested(home, folder, text())
    assert values(home, measure="medical_schools") == [
        ("autm:9000001", 2021, 1.0),
        ("autm:9000001", 2022, 1.0),
        ("autm:9000002", 2021, 0.0),
        ("autm:9000002", 2022, None),
        ("autm:9000003", 2021, 0.0),
    ]


def test_units_money_and_missing_values_are_told(home, folder):
    ingested(home, folder, text())
    found = duckdb.sql(
        f"""SELECT measure, value, value_as_published, unit, currency, status
        FROM '{home.core}/survey_value/autm--*.parquet'
        WHERE reporter_id = 'autm:9000002' AND period_end = DATE '2021-06-30' ORDER BY measure, breakdown"""
    ).fetchall()
    assert found == [
        ("disclosures", 25.0, "25", "count", None, None),
        ("licences_executed", 4.0, "4", "count", None, None),
        ("medical_schools", 0.0, "no", "count", None, None),
        ("options_executed", None, "", "count", None, "missing"),
        ("research_expenditure", 60_000_000.0, "60000000", "money", "USD", None),
        ("research_expenditure", None, "NA", "money", "USD", "missing"),
    ]


def test_a_respondent_without_a_name_is_kept_under_its_id(home, folder):
    ingested(home, folder, text())
    names = duckdb.sql(
        f"SELECT DISTINCT reporter_name FROM '{home.core}/survey_value/autm--*.parquet' ORDER BY ALL"
    ).fetchall()
    assert names == [("Synthetic Institute of Camford",), ("Synthetic University of Avonlea",), ("autm:9000003",)]


def test_totals_that_do_not_add_up_warn_and_refuse_nothing(home, folder):
    """In 2022 no respondent is confidential: 110 + 61 = 171 million."""
    assert ingested(home, folder, text()).warnings == []
    wrong = [row if row[1:4] != ["NA", "NA", "Totals"] else [*row[:8], "81"] for row in ROWS]
    outcome = ingested(home, folder, text(wrong))
    assert outcome.warnings == [
        "institutions + Confidentials are not Totals (1 of 2 years): disclosures, "
        "2021: 70.0 + 10.0 where Totals has 81.0"
    ]
    assert outcome.manifest["balance"]["survey_value"]["kept"] == 30


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({1: "NA"}, "no id, and Synthetic University of Avonlea is no pool"),
        ({0: ""}, "no year"),
        ({0: "FY21"}, "year: FY21 is not a year"),
        ({8: "forty"}, "Inv.Dis.Rec: forty is not a number"),
        ({2: "perhaps"}, "MEDSCHL: perhaps is not yes or no"),
    ],
)
def test_a_figure_that_cannot_be_placed_or_read_is_quarantined(home, folder, changed, says):
    odd = [changed.get(place, cell) for place, cell in enumerate(ROWS[0])]
    # A hundred and fifty sound lines more, so that a line of six figures is within the contract's tolerance.
    many = [["2020", str(9_100_000 + n), "No", "Synthetic College", "1", "1", "1", "1", "1"] for n in range(150)]
    outcome = ingested(home, folder, text([odd, *many]))
    assert not outcome.failed, outcome.failed
    assert outcome.manifest["balance"]["survey_value"]["quarantined"] in (1, 6)
    ((reason,),) = duckdb.sql(f"SELECT DISTINCT reason FROM '{home.quarantine}/survey_value/*.parquet'").fetchall()
    assert says in reason


def test_a_workbook_gives_the_same_rows_as_text(home, folder, tmp_path):
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([int(c) if c.isdigit() else None if c == "" else c for c in row])
    book.save(folder / "synthetic.xlsx")
    (outcome,) = steps.ingest(home, "autm")
    assert not outcome.failed, outcome.failed
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], dict(book["dropped"])) == (48, 30, {"pool": 18})
    assert values(home, measure="licences_executed")[0] == ("autm:9000001", 2021, 10.0)
    lines = duckdb.sql(f"SELECT max(value) FROM '{home.core}/survey_value/autm--*.parquet'").fetchall()
    assert lines == [(110_000_000.0,)]


def test_no_export_disables_the_source_and_is_no_error(home, tmp_path, monkeypatch):
    monkeypatch.delenv("IUR_AUTM_PATH", raising=False)
    assert source.disabled("autm") == "IUR_AUTM_PATH names no export of yours"
    assert steps.ingest(home, "autm") == []
    assert steps.changed(home, "autm") == []
    monkeypatch.setenv("IUR_AUTM_PATH", str(tmp_path / "gone"))
    assert source.disabled("autm").startswith("IUR_AUTM_PATH: no csv or xlsx at")
    assert steps.ingest(home, "autm") == []
    assert source.disabled("ror") == ""


def test_an_export_is_read_again_when_its_bytes_change_and_not_before(home, folder):
    assert ingested(home, folder, text()).built
    (again,) = steps.ingest(home, "autm")
    assert (again.fetched, again.built) == (False, False)
    assert ingested(home, folder, text(ROWS[:5])).built
    (folder / "second.csv").write_text(text(ROWS[5:]))
    assert {o.part: o.built for o in steps.ingest(home, "autm")} == {"synthetic": False, "second": True}


def test_an_export_as_a_file_and_in_a_mirror(home, folder, tmp_path, monkeypatch):
    (folder / "one.csv").write_text(text())
    (folder / "other.csv").write_text(text())
    monkeypatch.setenv("IUR_AUTM_PATH", str(folder / "one.csv"))
    assert [o.part for o in steps.ingest(home, "autm")] == ["one"]
    (tmp_path / "mirror").mkdir()
    folder.rename(tmp_path / "mirror" / "autm")
    assert [o.part for o in steps.ingest(home, "autm", tmp_path / "mirror")] == ["one", "other"]


def test_one_export_in_two_forms_is_refused(home, folder):
    (folder / "one.csv").write_text(text())
    (folder / "one.xlsx").write_bytes(b"")
    (outcome,) = steps.ingest(home, "autm")
    assert "one.csv and one.xlsx are one export twice" in outcome.failed


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (text([]), "synthetic.csv", "has no row below its header"),
        (text(ROWS, ["FISCAL", *HEADER[1:]]), "synthetic.csv", "column missing: YEAR"),
        ("<!DOCTYPE html><html>sign in</html>", "synthetic.csv", "is a web page"),
        ("no workbook", "synthetic.xlsx", "is not a workbook"),
        (text([r[:2] for r in ROWS], HEADER[:2]), "synthetic.csv", "no column with a figure that is known"),
    ],
)
def test_a_file_that_is_no_export_fails_its_part(home, folder, body, name, says):
    assert says in ingested(home, folder, body, name).failed
    assert not home.manifests()


def test_the_users_own_columns_take_the_place_of_the_shipped_ones(home, folder):
    header = ["FY", "Respondent", "Disclosures"]
    body = text([["2021", "9000001", "7"]], header)
    assert "column missing" in ingested(home, folder, body).failed
    home.seeds.mkdir()
    (home.seeds / "autm_columns.csv").write_text(
        "column,formerly,field,measure,breakdown,unit\n"
        "FY,,fiscal_year,,,\nRespondent,,reporter_id,,,\nDisclosures,,figure,disclosures,,count\n"
    )
    (outcome,) = steps.ingest(home, "autm")
    assert not outcome.failed, outcome.failed
    assert values(home, measure="disclosures") == [("autm:9000001", 2021, 7.0)]
    (home.seeds / "autm_columns.csv").write_text(
        "column,formerly,field,measure,breakdown,unit\n"
        "FY,,fiscal_year,,,\nRespondent,,reporter_id,,,\nDisclosures,,figure,new_patent_applications,,count\n"
    )
    (outcome,) = steps.ingest(home, "autm")
    assert outcome.built
    assert values(home, measure="new_patent_applications") == [("autm:9000001", 2021, 7.0)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("YEAR,,fiscal_year,,,\n", "no column holds the reporter_id"),
        ("YEAR,,year,,,\n", "field is year"),
        ("YEAR,,fiscal_year,,,\nFY,,fiscal_year,,,\n", "a second column for fiscal_year"),
        ("A,,figure,disclosures,,number\n", "unit is number"),
        ("A,,figure,Disclosures,,count\n", "lower-case words"),
        ("A,,figure,disclosures,,count\nB,,figure,disclosures,all,count\n", "a second column for one figure"),
        ("A,,unread,,,\nA,,unread,,,\n", "stands twice"),
        (",,unread,,,\n", "names no column"),
    ],
)
def test_a_seed_of_columns_that_says_nothing_known_is_refused(tmp_path, rows, says):
    path = tmp_path / "autm_columns.csv"
    path.write_text(f"column,formerly,field,measure,breakdown,unit\n{rows}")
    with pytest.raises(SourceError, match=says):
        autm_columns.read(path)


def test_nothing_of_it_may_be_redistributed():
    assert not autm.SOURCE.is_redistributable
