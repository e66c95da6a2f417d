"""The seed of programme codes: every row can be meant, says where it is from, and speaks of codes that exist."""

import csv
import re
import zipfile
from xml.etree import ElementTree as ET

import duckdb
import pytest

from pipelines import clean, programme_report, programmes
from pipelines.sources import cordis, nsf_awards

ROWS = [row for _, row in programmes.rows()]


def test_every_row_says_what_it_means_and_where_it_is_from():
    assert len(ROWS) > 40
    for row in ROWS:
        assert row["funder"], row
        assert row["source"], row
        if row["funder"] == nsf_awards.FUNDER:
            assert re.fullmatch("[0-9A-Z]{4}", row["code"]), row
        assert re.fullmatch(r"[^*]+\*?", row["code"]), "a star ends a code"
        assert re.compile(row["label_pattern"])
        assert row["centre_type"] or row["form"] not in ("centre", "industry_centre"), row
        # The kind of a form is said of centres, of training and of incubation, and of nothing else.
        assert not row["centre_type"] or row["form"] in ("centre", "industry_centre", "talent", "incubation"), row
        assert all(not row[y] or 1950 <= int(row[y]) <= 2100 for y in ("first_year", "last_year")), row


def test_no_code_and_year_has_two_rows_of_one_label():
    keys = [(r["funder"], r["kind"], r["code"], r["label_pattern"], r["first_year"]) for r in ROWS]
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


def matched(codes: list[tuple[str, str, str, int]], funder: str = nsf_awards.FUNDER) -> list[str | None]:
    """The form that each of (kind, code, label, year) stands for with a funder."""
    with duckdb.connect() as connection:
        clean.install(connection)
        programmes.install(connection, funder)
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


def test_a_code_with_a_star_stands_for_all_that_begin_so_unless_a_longer_one_speaks():
    codes = {
        "JTI-CS": "centre",
        "HORIZON-JU-RIA": "centre",
        "HORIZON-JU-CSA": "excluded",
        "HORIZON-EIT-KIC": "centre",
        "MSCA-ITN-ETN": "talent",
        "RIA": "joint_research",
        "RIA-OTHER": None,  # no star, no beginning
        "ERC-STG": "excluded",
    }
    assert matched([("element", code, code, 2018) for code in codes], cordis.FUNDER) == list(codes.values())


def test_the_kind_is_that_of_the_longest_code():
    with duckdb.connect() as connection:
        programmes.install(connection, cordis.FUNDER)
        connection.execute(
            """CREATE TEMP TABLE written AS
            SELECT 'element' AS kind, unnest(['MSCA-ITN-ETN', 'MSCA-ITN-EID', 'HORIZON-TMA-MSCA-DN',
                'HORIZON-TMA-MSCA-DN-ID', 'MSCA-IF-EF-ST']) AS code, '' AS label, 2018 AS year, 1 AS _file, 1 AS _nth"""
        )
        programmes.match(connection)
        kinds = dict(connection.execute("SELECT code, centre_type FROM programme").fetchall())
    assert kinds == {
        "MSCA-ITN-ETN": "doctoral_network",
        "MSCA-ITN-EID": "industrial_doctorate",
        "HORIZON-TMA-MSCA-DN": "doctoral_network",
        "HORIZON-TMA-MSCA-DN-ID": "industrial_doctorate",
        "MSCA-IF-EF-ST": "fellowship",
    }


def test_a_funder_hears_its_own_rows_alone():
    assert matched([("element", "1504", "GOALI", 2008)], cordis.FUNDER) == [None]
    assert matched([("element", "1504", "GOALI", 2008)], "") == ["joint_research"]


def reported(awards: list[tuple[str, str, str, str, str]], speaking: dict[str, str] | None = None) -> dict:
    """The report on awards of (award, funder, start, code, label), whose source is what stands before the colon."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE award"
            " (source VARCHAR, award_id VARCHAR, funder VARCHAR, starts_on DATE, reporting_year BIGINT)"
        )
        connection.execute("CREATE TABLE award_programme (award_id VARCHAR, kind VARCHAR, code VARCHAR, label VARCHAR)")
        for award, funder, start, code, label in awards:
            source = award.partition(":")[0]
            connection.execute("INSERT INTO award VALUES (?, ?, ?, ?, NULL)", [source, award, funder, start])
            connection.execute("INSERT INTO award_programme VALUES (?, 'element', ?, ?)", [award, code, label])
        return programme_report.report(connection, speaking)


def test_codes_that_several_funders_share_are_held_against_the_seed_together():
    told = reported(
        [
            ("gtr:1", "EPSRC", "2015-01-01", "Studentship", "Studentship"),
            ("gtr:2", "Innovate UK", "2015-01-01", "Loan", "Loan"),
        ],
        {"gtr": "UK Research and Innovation"},
    )
    found = told["funders"]["UK Research and Innovation"]
    assert set(told["funders"]) == {"UK Research and Innovation"}
    assert [(c["code"], c["awards"]) for c in found["most_used_unknown"]] == [("Loan", 1)]
    assert "Studentship" not in {row["code"] for row in found["unused"]}
    assert "UK Research and Innovation" not in told["absent"]


def test_codes_and_seed_are_held_against_each_other_once_a_release():
    told = reported(
        [
            ("n:1", nsf_awards.FUNDER, "2015-01-01", "1504", "GOALI"),
            ("n:2", nsf_awards.FUNDER, "2015-01-01", "7364", "Info Integration"),
            ("n:3", nsf_awards.FUNDER, "2016-01-01", "7364", "Info Integration"),
            ("n:4", nsf_awards.FUNDER, "2016-01-01", "9999", ""),
            ("n:5", nsf_awards.FUNDER, "2008-01-01", "8023", "Health Care Enterprise Systems"),
        ]
    )
    nsf = told["funders"][nsf_awards.FUNDER]
    assert (nsf["codes"], nsf["unknown"], nsf["awards_unknown"]) == (4, 2, 3)
    assert nsf["most_used_unknown"][0] == {"kind": "element", "code": "7364", "label": "Info Integration", "awards": 2}
    unused = {(row["kind"], row["code"]) for row in nsf["unused"]}
    assert ("element", "1504") not in unused
    # Its label is another programme's, so that the row of I-Corps was not used.
    assert {("reference", "1504"), ("element", "8023"), ("element", "5761")} <= unused
    assert cordis.FUNDER in told["absent"]
    lines = list(programme_report.lines(told))
    assert lines[0].startswith(
        "US National Science Foundation: 2 of 4 programme codes stand for no form: 7364 Info Integration (2), 9999 (1)"
    )
    assert "rows of the seed programme_codes match no award: reference 1504 (line 3), element 5761" in lines[1]
    assert "European Commission" in lines[2]


def test_the_seed_speaks_of_a_source_under_one_funder_though_awards_name_others():
    awards = [("g:1", "EPSRC", "2018-01-01", "Studentship", "Studentship"), ("g:2", "MRC", "2018-01-01", "Odd", "Odd")]
    assert reported(awards)["funders"].keys() == {"EPSRC", "MRC"}
    told = reported(awards, {"g": "UK Research and Innovation"})["funders"]
    assert told.keys() == {"UK Research and Innovation"}
    found = told["UK Research and Innovation"]
    assert (found["unknown"], [u["code"] for u in found["most_used_unknown"]]) == (1, ["Odd"])
    assert "Studentship" not in {u["code"] for u in found["unused"]}


def test_a_release_of_no_awards_has_no_codes():
    told = reported([])
    assert told["funders"] == {}
    assert nsf_awards.FUNDER in told["absent"]


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
