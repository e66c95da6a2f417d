"""The seed of programme codes: every row can be meant, says where it is from, and speaks of codes that exist."""

import csv
import re
import zipfile
from xml.etree import ElementTree as ET

import duckdb
import pytest

from pipelines import clean, programmes
from pipelines.sources import nsf_awards

ROWS = [row for _, row in programmes.rows()]


def test_every_row_says_what_it_means_and_where_it_is_from():
    assert len(ROWS) > 40
    for row in ROWS:
        assert row["funder"] == nsf_awards.FUNDER
        assert row["source"], row
        assert re.fullmatch("[0-9A-Z]{4}", row["code"]), row
        assert re.compile(row["label_pattern"])
        assert bool(row["centre_type"]) == (row["form"] in ("centre", "industry_centre")), row
        assert all(not row[y] or 1950 <= int(row[y]) <= 2100 for y in ("first_year", "last_year")), row


def test_no_code_and_year_has_two_rows_of_one_label():
    keys = [(r["kind"], r["code"], r["label_pattern"], r["first_year"]) for r in ROWS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("kind", "code", "form"),
    [
        # The sheet's table of NSF codes, row by row.
        *(("element", c, "industry_centre") for c in ("5761",)),
        *(("element", c, "joint_research") for c in ("1504", "7609")),
        *(("reference", c, "joint_research") for c in ("1049", "9110", "9163", "9165")),
        *(("element", c, "technology_transfer") for c in ("1662", "8019")),
        *(("element", c, "incubation") for c in ("8023", "8045", "8046")),
        *(("element", c, "sme_programme") for c in ("5371", "5373", "1505", "1591")),
        *(("reference", c, "sme_programme") for c in ("163E", "164E", "165E", "166E", "167E", "168E", "169E")),
        *(("element", c, "centre") for c in ("1480", "1736", "1790", "7213", "7555", "7614")),
        *(("reference", c, "centre") for c in ("9171", "114E", "122E")),
        *(("element", c, "talent") for c in ("7172", "1335", "068P")),
        ("reference", "9290", "talent"),
        *(("element", c, "excluded") for c in ("5370", "8091")),
    ],
)
def test_the_codes_of_the_sheet_are_there(kind, code, form):
    assert [r["form"] for r in ROWS if (r["kind"], r["code"]) == (kind, code)] == [form]


def test_a_row_that_cannot_be_meant_is_refused_with_its_line(tmp_path):
    text = programmes.SEED.read_text("utf-8").splitlines()
    for old, new, says in (
        (",joint_research,", ",joint_reserch,", "form 'joint_reserch' is none of"),
        (",element,", ",elemnt,", "kind 'elemnt' is none of"),
        (",yes,", ",ja,", "requires_industry 'ja' is none of"),
    ):
        path = tmp_path / "programme_codes.csv"
        path.write_text("\n".join([text[0], text[1].replace(old, new)]) + "\n", "utf-8")
        with pytest.raises(programmes.SeedError, match=rf"programme_codes\.csv line 2: {says}"):
            list(programmes.rows(path))


def matched(codes: list[tuple[str, str, str, int]]) -> list[str | None]:
    """The form that each of (kind, code, label, year) stands for."""
    with duckdb.connect() as connection:
        clean.install(connection)
        programmes.install(connection, nsf_awards.FUNDER)
        connection.execute(
            """CREATE TEMP TABLE written (kind VARCHAR, code VARCHAR, label VARCHAR, year BIGINT, _file BIGINT,
            _nth BIGINT)"""
        )
        connection.executemany(
            "INSERT INTO written VALUES (?, ?, ?, ?, ?, 1)", [[*code, n] for n, code in enumerate(codes)]
        )
        programmes.match(connection)
        return [form for (form,) in connection.execute("SELECT form FROM programme ORDER BY _file").fetchall()]


def test_a_label_says_more_than_a_code_and_case_says_nothing():
    codes = [
        ("element", "1504", "GOALI-Grnt Opp Acad Lia wIndus", 1990),
        ("element", "1504", "goali", 2030),
        ("reference", "1504", "GRANT OPP FOR ACAD LIA W/INDUS", 2008),
        ("element", "1504", "Ground Observation of Antarctic Lichen", 2008),
        ("element", "1049", "INDUSTRY-UNIV COOPERATIVE RSCH PROJECTS", 2008),  # known as a reference only
    ]
    assert matched(codes) == ["joint_research", "joint_research", "joint_research", None, None]


@pytest.mark.real
def test_every_pattern_meets_the_label_it_was_written_for(real):
    """Rows with a source at hand are met by the code table of about 2014 or by the zip of 2008."""
    labels: set[tuple[str, str, str]] = set()
    with (real / "nsf_awards" / "samples" / "programme_codes.csv").open(encoding="utf-8", errors="replace") as file:
        for line in file:
            code, _, label = line.strip().partition(",")
            labels |= {("element", code, label), ("reference", code, label)}
    with zipfile.ZipFile(real / "nsf_awards" / "2008.zip") as archive:
        for name in archive.namelist():
            award = ET.fromstring(archive.read(name)).find("Award")
            for kind, tag in (("element", "ProgramElement"), ("reference", "ProgramReference")):
                labels |= {(kind, p.findtext("Code"), p.findtext("Text") or "") for p in award.findall(tag)}
    unmet = [
        row["code"]
        for row in ROWS
        if row["source"].startswith("label:")
        and not any(
            (kind, code) == (row["kind"], row["code"]) and re.search(row["label_pattern"], label, re.IGNORECASE)
            for kind, code, label in labels
        )
    ]
    assert unmet == []
    assert sum(row["source"].startswith("label:") for row in ROWS) > 45


def test_country_names_answer_once_and_in_capitals():
    with (programmes.SEED.parent / "country_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(re.fullmatch("[A-Z]{2}", row["country"]) and row["source"] for row in rows)
    names = [row["name"].casefold() for row in rows]
    assert len(names) == len(set(names))
    with duckdb.connect() as connection:
        clean.country_names(connection)
        asked = "SELECT country_named('  sweden '), country_named('Paraguay'), country_named('Atlantis')"
        assert connection.execute(asked).fetchall() == [("SE", "PY", None)]
