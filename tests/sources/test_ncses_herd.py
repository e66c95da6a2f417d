"""HERD: institutions out of a table of subtotals, question 1 of the microdata, ids through renames; then real years."""

import csv
import io
import re
import zipfile
from collections import Counter

import pyarrow.parquet as pq
import pytest

from expectations import identities
from pipelines import anchors, herd_table, steps
from pipelines.herd_table import BREAKDOWNS
from pipelines.source import load

SOURCES = ("all", "federal", "state_local", "institution", "business", "nonprofit", "other")
# Path, depth and the seven figures in thousand dollars; NA adds nothing.
ROWS = (
    (("United States",), "1", (1_600, 900, 100, 400, 150, 30, 20)),
    (("United States", "Public"), "2", (1_100, 600, 100, 250, 100, 30, 20)),
    (("United States", "Private"), "2", (500, 300, 0, 150, 50, 0, 0)),
    (("United States", "Minnesota"), "2", (1_500, 800, 100, 400, 150, 30, 20)),
    (("United States", "Minnesota", "Public"), "3", (1_000, 500, 100, 250, 100, 30, 20)),
    (("United States", "Minnesota", "Public", "U. Avonlea, North<sup>a</sup>"), "4",
     (1_000, 500, 100, 250, 100, 30, 20)),
    (("United States", "Minnesota", "Private"), "3", (500, 300, 0, 150, 50, 0, 0)),
    (("United States", "Minnesota", "Private", "Saint John's U."), "4", (500, 300, 0, 150, 50, 0, 0)),
    (("United States", "Puerto Rico"), "2", (100, 100, 0, "NA", 0, 0, 0)),
    (("United States", "Puerto Rico", "Public"), "3", (100, 100, 0, "NA", 0, 0, 0)),
    (("United States", "Puerto Rico", "Public", "U. Brack"), "4", (100, 100, 0, "NA", 0, 0, 0)),
)  # fmt: skip


def table(rows=ROWS, marks=None) -> str:
    """A published table as converters write it; `marks` maps (last level, breakdown) to a mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(herd_table.RAW.columns)
    for n, (path, depth, figures) in enumerate(rows):
        levels = [*path, *[""] * (4 - len(path))]
        cells = [
            str([f if isinstance(f, str) else f"{f:,}", (marks or {}).get((path[-1], b), "")])
            for b, f in zip(SOURCES, figures, strict=True)
        ]
        writer.writerow(["9", f"r{n:03d}", " -> ".join(path), *levels, depth, *cells])
    return out.getvalue()


def write(mirror, text, year=2021):
    folder = mirror / "ncses_herd"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"institution_by_source_FY{year}.csv").write_text(text, newline="")
    return mirror


def ingest(home, mirror):
    return steps.ingest(home, "ncses_herd", mirror)


def kept(home, part="2021") -> list[dict]:
    return pq.read_table(home.core / "survey_value" / f"ncses_herd--{part}.parquet").to_pylist()


def test_the_columns_of_figures_are_in_the_order_of_the_test():
    assert tuple(BREAKDOWNS) == SOURCES


def test_institutions_are_kept_and_what_they_add_up_to_is_dropped(home, tmp_path):
    (outcome,) = ingest(home, write(tmp_path, table()))
    book = outcome.manifest["balance"]["survey_value"]
    # Eleven rows of seven figures; three of the rows are institutions.
    assert (book["read"], book["kept"], book["quarantined"]) == (77, 21, 0)
    assert book["dropped"] == {"subtotal": 56}
    assert outcome.manifest["identities"] == {"rd_expenditure.sources": {"checked": 3, "broken": 0}}
    assert outcome.manifest["observes"] == ["rd_by_source", "rd_expenditure", "research_expenditure"]
    assert not outcome.warnings


def test_a_figure_is_dollars_of_a_fiscal_year_with_its_mark(home, tmp_path):
    ingest(home, write(tmp_path, table(marks={("U. Brack", "federal"): "i"})))
    rows = {(r["reporter_id"], r["breakdown"]): r for r in kept(home)}
    row = rows["herd:mn-u-avonlea-north", "business"]
    assert (row["value"], row["unit"], row["currency"], row["value_as_published"]) == (100_000, "money", "USD", "100")
    assert (str(row["period_start"]), str(row["period_end"])) == ("2020-07-01", "2021-06-30")
    assert (row["reporter_name"], row["reporter_state"]) == ("U. Avonlea, North", "MN")  # without its note
    assert (row["measure"], row["partner"], row["is_imputed"], row["status"]) == ("rd_expenditure", "n/a", False, None)
    assert rows["herd:pr-u-brack", "federal"]["is_imputed"]
    missing = rows["herd:pr-u-brack", "institution"]
    assert (missing["value"], missing["status"], missing["value_as_published"]) == (None, "missing", "NA")
    assert rows["herd:pr-u-brack", "business"]["value"] == 0


def test_a_renamed_institution_keeps_its_id(home, tmp_path):
    """Saint John's U., Collegeville, is Saint John's U. from FY 2021 on (table A-1)."""
    older = table([(tuple(p.replace("John's U.", "John's U., Collegeville") for p in path), *r) for path, *r in ROWS])
    ingest(home, write(write(tmp_path, older, 2020), table()))
    names = {r["reporter_id"]: r["reporter_name"] for part in ("2020", "2021") for r in kept(home, part)}
    assert names["herd:mn-saint-john-s-u-collegeville"] == "Saint John's U."
    assert len(names) == 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"United States": (1_600, 900, 100, 400, 151, 30, 20)},
         "1 of 56 printed totals are not the sum of their institutions, the first: United States (business) 151"),
        ({"Minnesota": (1_501, 800, 100, 400, 150, 30, 20)}, "United States -> Minnesota (all) 1,501 against 1,500"),
        # Two figures of an institution grow, and leave four totals each behind: country, control, state, both.
        ({"Saint John's U.": (501, 301, 0, 150, 50, 0, 0)}, "8 of 56 printed totals"),
        ({"Saint John's U.": None}, "printed totals are not the sum"),
        ({"United States": None}, "has no row for the United States"),
    ],
)  # fmt: skip
def test_a_printed_total_that_is_not_the_sum_fails_the_part(home, tmp_path, changed, said):
    rows = [(path, depth, changed.get(path[-1], figures)) for path, depth, figures in ROWS]
    (outcome,) = ingest(home, write(tmp_path, table([row for row in rows if row[2]])))
    assert said in outcome.failed
    assert "[rule printed totals]" in outcome.failed
    assert not (home.core / "survey_value").exists()


def test_sources_that_do_not_make_the_total_are_set_aside(home, tmp_path):
    """One of 150 institutions says 10 in all and 9 of its parts: its seven figures go, the others stay."""
    many = [(("United States", "Ohio", "Public", f"U. No {n}"), "4", (10, 10, 0, 0, 0, 0, 0)) for n in range(150)]
    many[7] = (many[7][0], "4", (10, 9, 0, 0, 0, 0, 0))
    rows = [(("United States",), "1", (1_500, 1_499, 0, 0, 0, 0, 0)), *many]
    (outcome,) = ingest(home, write(tmp_path, table(rows)))
    assert not outcome.failed
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["kept"], book["quarantined"], book["rules"]) == (149 * 7, 7, {"identity.rd_expenditure.sources": 7})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\"['500', '']\"", "500", "all: 500 is not a figure and its mark"),
        ("\"['500', '']\"", "\"['5OO', '']\"", "all: 5OO is not a figure"),
        ("\"['500', '']\"", "\"['500', 'z']\"", "mark z is not known"),
        ("Minnesota,Private,Saint", "Minnesotta,Private,Saint", "level_2: Minnesotta is no state"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(home, tmp_path, old, new, said):
    text = table()
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "Saint John" in row)
    changed = "\r\n".join(r.replace(old, new) if n == line else r for n, r in enumerate(text.splitlines(), 1))
    (outcome,) = ingest(home, write(tmp_path, changed + "\r\n"))
    # One of 21 figures is more than a hundredth, so that the part fails and says where; a moved row breaks a sum.
    assert said in outcome.failed or ("Minnesotta" in new and "printed totals" in outcome.failed)
    assert f"line {line}" in outcome.failed or "Minnesotta" in new


def test_a_file_names_its_year():
    facts = load("ncses_herd").SOURCE
    for name, part in (
        ("institution_by_source_FY2019.csv", "2019"),
        ("Higher_Education_R_and_D_2022.zip", "2022"),
        ("higher_education_r_and_d_2022_short.zip", "2022"),
    ):
        assert re.fullmatch(facts.mirror, name)["part"] == part
    assert not re.fullmatch(facts.mirror, "herd_name_changes_FY2020_21_tabA1.csv")


HEADER = (
    "inst_id", "inst_name_long  ", "inst_state_code", "ipeds_unitid", "year ", "questionnaire_no", "question", "row",
    "column", "data", "status",
)  # fmt: skip
LABELS = {
    "01.a": "Federal government", "01.b": "State and local government", "01.c": "Business",
    "01.d": "Nonprofit organizations", "01.e": "Institution funds", "01.e1": "Institutionally financed research",
    "01.f": "All other sources", "01.g": "Total", "09F01": "All", "01.1": "Inclusion of Institution funds",
}  # fmt: skip
FIGURES = {
    "01.a": "500", "01.b": "100", "01.c": "100", "01.d": "", "01.e": "250", "01.e1": "200", "01.f": "50",
    "01.g": "1000", "09F01": "77", "01.1": "Yes",
}  # fmt: skip


def form(inst_id="1000", name="Université of Avonlea", unitid="999001", year="2021", labels=None, **figures) -> list:
    """The cells of one institution's form, by question number (`q01_c="7"`)."""
    told = FIGURES | {k.replace("q", "").replace("_", "."): v for k, v in figures.items()}
    return [
        [inst_id, name, "MN", unitid, year, number, "Source", (labels or LABELS)[number], "Total", data,
         "i" if number == "01.b" else ""]
        for number, data in told.items()
    ]  # fmt: skip


def archive(mirror, rows, name="Higher_Education_R_and_D_2021.zip", member="herd2021.csv", encoding="latin-1"):
    folder = mirror / "ncses_herd"
    folder.mkdir(parents=True, exist_ok=True)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([HEADER, *rows])
    with zipfile.ZipFile(folder / name, "w") as packed:
        packed.writestr(member, out.getvalue().encode(encoding))
        packed.writestr("herd2021.sas7bdat", b"the same for SAS")
    return mirror


def test_question_1_is_read_of_both_forms_and_the_rest_is_dropped(home, tmp_path):
    archive(tmp_path, form())
    archive(tmp_path, form("000002", "Brack", ""), "Higher_Education_R_and_D_2021_short.zip", "short2021.csv")
    (outcome,) = ingest(home, tmp_path)
    assert not outcome.failed
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (20, 14, 0)
    assert book["dropped"] == {"detail_of_total": 2, "question_not_read": 4}
    rows = {(r["reporter_id"], r["breakdown"]): r for r in kept(home)}
    assert {i for i, _ in rows} == {"herd:001000", "herd:000002"}
    row = rows["herd:001000", "business"]
    assert (row["value"], row["reporter_name"], row["reporter_state"]) == (100_000, "Université of Avonlea", "MN")
    assert (row["reporter_directory_id"], rows["herd:000002", "all"]["reporter_directory_id"]) == (
        "unitid:999001",
        None,
    )
    assert rows["herd:001000", "state_local"]["is_imputed"]
    assert not row["is_imputed"]
    blank = rows["herd:001000", "nonprofit"]
    assert (blank["value"], blank["status"]) == (None, "missing")
    # 500 + 100 + 100 + nothing + 250 + 50 make 1,000 in both.
    assert outcome.manifest["identities"]["rd_expenditure.sources"] == {"checked": 2, "broken": 0}
    assert "is not UTF-8" in outcome.warnings[0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (form(year="2020"), "year: 2020 in the file of 2021"),
        (form(inst_id="A12"), "inst_id: A12 is not a number"),
        (form(unitid="12"), "ipeds_unitid: 12 is not 6 digits"),
        (form(q01_c="1,5"), "data: 1,5 is not a figure"),
        (form(labels=LABELS | {"01.c": "Nonprofit organizations"}),
         "questionnaire_no: 01.c is business elsewhere, and here Nonprofit organizations"),
        (form(q01_g="999"), "rd_expenditure = rd_expenditure (federal)"),
        ([row[:-1] for row in form()], "10 cells where the header has 11"),
    ],
)  # fmt: skip
def test_microdata_that_mean_something_else_are_refused(home, tmp_path, rows, said):
    (outcome,) = ingest(home, archive(tmp_path, rows))
    refused = pq.read_table(home.failure("ncses_herd", "2021").with_suffix(".survey_value.parquet")).to_pylist()
    assert any(said in row["reason"] for row in refused)
    assert "Higher_Education_R_and_D_2021.zip/herd2021.csv · line" in outcome.failed


def test_an_archive_holds_one_table(home, tmp_path):
    archive(tmp_path, form(), member="readme.doc")
    (outcome,) = ingest(home, tmp_path)
    assert "holds 0 CSV files where one is promised" in outcome.failed


def test_a_missing_column_fails_the_part(home, tmp_path):
    archive(tmp_path, [row[1:] for row in []])
    (outcome,) = ingest(home, tmp_path)
    assert "has no row for survey_value" in outcome.failed


def page(*targets: str) -> str:
    return "<html><body>" + "".join(f"<p><a class=x href='{t}'>zip</a>" for t in targets) + "</body></html>"


def test_links_are_read_as_a_browser_reads_them():
    text = (
        '<a href="a/b.zip">1</a><A HREF=\n"/c.zip?x=1&amp;y=2">2</a><a name=top>3</a>'
        '<a href="a/b.zip">4</a><!-- <a href="d">-->'
    )
    assert anchors.links(text, "https://example.org/x/page") == [
        "https://example.org/x/a/b.zip",
        "https://example.org/c.zip?x=1&y=2",
    ]
    based = '<base href="https://example.net/y/"><a href="b.zip">1</a>'
    assert anchors.links(based, "https://example.org/x/page") == ["https://example.net/y/b.zip"]


class _Page:
    def __init__(self, text):
        self.said = text

    def text(self, url):
        return self.said


def test_parts_are_the_years_the_page_links(monkeypatch):
    monkeypatch.setenv("IUR_NCSES_HERD_URL", "https://example.org/microdata")
    herd = load("ncses_herd")
    found = herd.parts(
        _Page(
            page(
                "/9/Higher_Education_R_and_D_2022_short.zip",
                "/9/Higher_Education_R_and_D_2022.zip",
                "/9/higher_education_r_and_d_2011.zip",
                "/9/higher_education_r_and_d_2009.zip",  # the former survey, with other questions
                "/9/higher_education_r_and_d_2012_short.zip",
                "/9/guide.pdf",
            )
        )
    )
    assert [offer.part for offer in found] == ["2011", "2012", "2022"]
    assert found[2].urls == tuple(
        f"https://example.org/9/Higher_Education_R_and_D_2022{form}.zip" for form in ("", "_short")
    )
    assert "short form only" in str(found[1])


def test_a_page_without_data_is_an_error(monkeypatch):
    monkeypatch.setenv("IUR_NCSES_HERD_URL", "https://example.org/microdata")
    with pytest.raises(Exception, match="links no zip of microdata"):
        load("ncses_herd").parts(_Page(page("/login")))


def test_the_sum_of_sources_is_declared():
    (identity,) = identities.HERD
    assert identity.is_sparse
    assert {b for _, _, b in (*identity.left, *identity.right)} == set(BREAKDOWNS)


PRINTED = {
    2019: (647, 803, (83_496_348, 44_455_265, 4_495_452, 21_109_703, 5_053_576, 5_683_937, 2_698_415)),
    2020: (655, 806, (86_296_178, 46_143_829, 4_596_633, 21_946_790, 5_184_925, 5_745_238, 2_678_763)),
    2021: (648, 802, (89_723_447, 49_143_460, 4_736_015, 22_448_362, 5_115_480, 5_590_273, 2_689_857)),
    2022: (637, 791, (97_680_528, 53_971_468, 4_907_199, 24_492_663, 5_701_656, 5_974_155, 2_633_387)),
}
"""Institutions, rows, and the row of the United States as printed, in thousand dollars, by fiscal year."""


@pytest.mark.real
def test_institutions_add_up_to_the_publishers_printed_totals_of_every_year(home, real):
    outcomes = {o.part: o for o in ingest(home, real)}
    assert set(outcomes) == {str(year) for year in PRINTED}
    for year, (institutions, rows, printed) in PRINTED.items():
        outcome = outcomes[str(year)]
        assert not outcome.failed
        assert not outcome.warnings
        book = outcome.manifest["balance"]["survey_value"]
        assert (book["read"], book["kept"], book["quarantined"]) == (7 * rows, 7 * institutions, 0)
        assert book["dropped"] == {"subtotal": 7 * (rows - institutions)}
        assert outcome.manifest["identities"]["rd_expenditure.sources"] == {"checked": institutions, "broken": 0}
        sums: Counter[str] = Counter()
        reporters = set()
        for row in kept(home, str(year)):
            sums[row["breakdown"]] += int(row["value"] or 0)
            reporters.add(row["reporter_id"])
        assert len(reporters) == institutions
        in_print = dict(zip(SOURCES, printed, strict=True))
        assert sums == {source: 1_000 * thousands for source, thousands in in_print.items()}


@pytest.mark.real
def test_a_real_institution_by_hand(home, real):
    """South Carolina State University tells federal funds only; Alabama A&M was imputed in 2021."""
    ingest(home, real)
    rows = {(r["reporter_id"], r["breakdown"]): r for r in kept(home, "2019")}
    assert rows["herd:sc-south-carolina-state-u", "federal"]["value"] == 3_659_000
    assert rows["herd:sc-south-carolina-state-u", "business"]["value"] is None
    assert rows["herd:al-alabama-a-m-u", "business"]["value"] == 139_000
    imputed = {(r["reporter_id"], r["breakdown"]): r["is_imputed"] for r in kept(home, "2021")}
    assert imputed["herd:al-alabama-a-m-u", "business"]
    assert not imputed["herd:al-alabama-state-u", "business"]


@pytest.mark.real
def test_every_renamed_reporter_of_the_real_years_keeps_one_id(home, real):
    ingest(home, real)
    names: dict[str, set[str]] = {}
    for year in PRINTED:
        for row in kept(home, str(year)):
            names.setdefault(row["reporter_id"], set()).add(row["reporter_name"])
    assert {frozenset(n) for n in names.values() if len(n) > 1} == {
        frozenset({"Humboldt State U.", "California State Polytechnic U., Humboldt"}),
        frozenset({"Touro U.", "Touro U., California"}),
        frozenset({"Saint John's U., Collegeville", "Saint John's U."}),
        frozenset({"SUNY, Downstate Medical Center", "SUNY, Downstate Health Sciences U."}),
        frozenset({"North Carolina Agricultural and Technical State U.", "North Carolina A&T State U."}),
        frozenset({"Southwest C. of Naturopathic Medicine and Health Sciences", "Sonoran U. Health Sciences"}),
    }
