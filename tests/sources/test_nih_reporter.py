"""NIH: three layouts that give one row, money that is counted once, traps; expected values from the records by hand."""

import datetime as dt
import itertools
import json
import re

import pyarrow.parquet as pq
import pytest

from pipelines import programmes, steps
from pipelines.nih.api import HIGHEST, Projects, Query
from pipelines.sources import nih_reporter
from tests import small_nih as nih
from tests.small_nih import CENTRE, CORE, FIRM, GRANT, RECORDS


def rows(home, table, part="2014"):
    return pq.read_table(home.core / table / f"nih_reporter--{part}.parquet").to_pylist()


def refused(home, table, part="2014"):
    return pq.read_table(home.quarantine / table / f"nih_reporter--{part}.parquet").to_pylist()


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror"


@pytest.fixture
def ingest(home, mirror):
    """Return a function that puts a file into the mirror and ingests it; the part's outcome, which may be a failure."""

    def put(content, name="RePORTER_PRJ_C_FY2014.zip", **more):
        nih.put(mirror, name, content, **more)
        (outcome,) = steps.ingest(home, "nih_reporter", mirror)
        return outcome

    return put


def many(records, count=120):
    """Fill up with plain grants, so that one bad row is less than a hundredth."""
    return [*records, *(GRANT | {"APPLICATION_ID": str(91_000_000 + n)} for n in range(count))]


def test_an_award_is_what_its_row_says(home, ingest):
    assert not ingest(nih.exporter(RECORDS)).failed
    (row,) = [r for r in rows(home, "award") if r["award_id"] == "nih:R01DA900001"]
    assert {k: v for k, v in row.items() if v is not None} == {
        "source": "nih_reporter",
        "part": "2014",
        "award_id": "nih:R01DA900001",
        "period": "2014-90000001",
        "funder": "US National Institutes of Health",
        "programme": "NATIONAL INSTITUTE ON DRUG ABUSE",
        "scheme": "R01",
        "project_id": "nih:R01DA900001",
        "title": "Widgets",
        "starts_on": dt.date(2012, 7, 1),
        "ends_on": dt.date(2017, 6, 30),
        "awarded_on": dt.date(2014, 6, 30),
        "amount": 212_488.0,
        "currency": "USD",
        "updated_on": dt.date(2015, 3, 4),  # the day the file was made
        "record_url": "https://reporter.nih.gov/project-details/90000001",
    }


def test_a_subproject_tells_money_that_its_award_holds(home, ingest):
    assert not ingest(nih.exporter(RECORDS)).failed
    own, sub = sorted((r for r in rows(home, "award") if r["award_id"] == "nih:P50DA900002"), key=lambda r: r["period"])
    assert (own["amount"], own["subproject"], own["subproject_amount"]) == (1_000_000.0, None, None)
    assert (sub["amount"], sub["subproject"], sub["subproject_amount"]) == (None, "6488", 400_000.0)
    # The centre's dates are its budget's where no others are told; a subproject's budget dates nothing.
    assert (own["starts_on"], own["ends_on"]) == (dt.date(2014, 7, 1), dt.date(2015, 6, 30))
    assert (sub["starts_on"], sub["ends_on"]) == (None, None)
    assert sum(r["amount"] or 0 for r in rows(home, "award")) == 212_488 + 1_000_000 + 150_000
    assert sum(r["amount"] or 0 for r in rows(home, "award_party")) == 212_488 + 1_000_000 + 150_000


def test_parties_by_role_and_number(home, ingest):
    assert not ingest(nih.exporter(RECORDS)).failed
    found = {
        r["period"][5:]: (r["role"], r["name"], r["source_org_id"], r["is_sme"]) for r in rows(home, "award_party")
    }
    assert found == {
        "90000001": ("awardee", "UNIVERSITY OF ALMERE", "ipf:99000001", None),
        "90000002": ("awardee", "UNIVERSITY OF ALMERE", "ipf:99000001", None),
        "90000003": ("participant", "CORWEN WIDGETS, INC.", "ipf:99000002", None),
        "90000004": ("awardee", "GIZMO, INC.", "uei:S1M0000000GZ", True),
    }


@pytest.mark.parametrize(
    ("duns", "year", "expected"),
    [
        ("12345678; 987654321", "2014", "duns:012345678"),
        ("068610245", "2009", "duns:068610245"),
        ("068610245", "2008", None),
        ("", "2014", None),
    ],
)
def test_duns_numbers_are_lists_without_leading_zeros_and_not_to_be_relied_on_before_2009(
    home, ingest, duns, year, expected
):
    assert not ingest(nih.exporter([GRANT | {"ORG_IPF_CODE": "", "ORG_DUNS": duns, "FY": year}])).failed
    assert [r["source_org_id"] for r in rows(home, "award_party")] == [expected]


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("R01", None), ("R21", None), ("P01", None), ("P30", "centre"), ("U54", "centre"), ("UL1", "centre"),
        ("T32", "talent"), ("F31", "talent"), ("K23", "talent"), ("R25", "talent"), ("D43", "talent"),
        ("R41", "sme_programme"), ("R44", "sme_programme"), ("SB1", "sme_programme"), ("ZIA", "excluded"),
        ("N01", "excluded"), ("I01", "excluded"),
    ],
)  # fmt: skip
def test_an_activity_code_says_what_an_award_is_for(code, form):
    found = {row["code"]: row["form"] for _, row in programmes.rows() if row["funder"].endswith("Institutes of Health")}
    assert found.get(code) == form


def test_the_form_stands_with_every_award_of_a_file_for_itself(home, ingest):
    assert not ingest(nih.exporter(RECORDS)).failed
    assert {r["period"][5:]: r["form"] for r in rows(home, "award")} == {
        "90000001": None, "90000002": "centre", "90000003": "centre", "90000004": "sme_programme",
    }  # fmt: skip
    assert {(r["code"], r["form"], r["centre_type"]) for r in rows(home, "award_programme")} == {
        ("R01", None, None), ("P50", "centre", "P50"), ("R43", "sme_programme", None),
    }  # fmt: skip


UNTOLD = {"source_type", "updated_on", "source_org_id", "programme"}
"""What layouts tell differently: kinds of organisation, days of change, numbers, an institute's name or letters."""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("RePORTER_API_FY2014.json", nih.pages(RECORDS)),
        ("RePORTER_API_FY2014.json", json.dumps([nih.as_json(r) for r in RECORDS], indent=1)),
        ("RePORTER_WEB_2014.csv", nih.web(RECORDS)),
        ("RePORTER_PRJ_C_FY2014.csv", nih.exporter(RECORDS)),
    ],
    ids=["pages", "list", "web", "plain"],
)
def test_every_layout_gives_the_same_rows(home, ingest, name, content):
    assert not ingest(nih.exporter(RECORDS)).failed
    tables = ("award", "award_party", "award_programme")
    before = {t: rows(home, t) for t in tables}
    (home.root.parent / "mirror" / "nih_reporter" / "RePORTER_PRJ_C_FY2014.zip").unlink()
    outcome = ingest(content, name)
    assert not outcome.failed, outcome.failed
    for table in tables:
        after = rows(home, table, outcome.part)
        for row in (*before[table], *after):
            for column in (*UNTOLD, "part"):
                row.pop(column, None)
        assert after == before[table]


def test_a_bare_record_is_a_list_of_one(home, ingest):
    assert not ingest(json.dumps(nih.as_json(FIRM), indent=2), "RePORTER_API_FY2014.json").failed
    assert [r["award_id"] for r in rows(home, "award")] == ["nih:R43DA900004"]


def test_fields_that_were_not_asked_for_are_missing_and_named(ingest):
    record = nih.as_json(GRANT)
    del record["core_project_num"], record["appl_id"]
    outcome = ingest(json.dumps([record]), "RePORTER_API_FY2014.json")
    assert "column missing: appl_id, core_project_num" in outcome.failed


def test_an_award_that_two_institutes_pay_for_is_one_award(home, ingest):
    """In the web export both rows have the whole cost (application 9755339 has seven such rows)."""
    both = [GRANT | {"FUNDING_ICs": ic} for ic in ("NIDA", "NIA", "NCI")]
    outcome = ingest(nih.web([*both, FIRM]), "RePORTER_WEB_1.csv")
    books = outcome.manifest["balance"]
    for table in ("award", "award_party", "award_programme"):
        assert (books[table]["read"], books[table]["kept"]) == (4, 2)
        assert books[table]["dropped"] == {"row_per_institute": 2}
    assert sum(r["amount"] for r in rows(home, "award", "web_1")) == 212_488 + 150_000


def test_rows_of_one_application_that_tell_different_things_are_not_merged(ingest):
    outcome = ingest(nih.web([GRANT, GRANT | {"TOTAL_COST": "1"}]), "RePORTER_WEB_1.csv")
    assert "several rows with one key and different values" in outcome.failed


def test_a_blank_cost_is_not_told_and_a_zero_is_zero(home, ingest):
    assert not ingest(nih.exporter([GRANT | {"TOTAL_COST": ""}, FIRM | {"TOTAL_COST": "0"}])).failed
    found = {r["period"][5:]: (r["amount"], r["currency"]) for r in rows(home, "award")}
    assert found == {"90000001": (None, None), "90000004": (0.0, "USD")}


def test_a_cost_of_the_award_on_a_subprojects_row_is_not_counted_and_told(home, ingest):
    outcome = ingest(nih.exporter([CENTRE, CORE | {"TOTAL_COST": "1000000"}]))
    assert "RePORTER_PRJ_C_FY2014.zip: 1 subprojects have a TOTAL_COST, which is not counted" in outcome.warnings
    assert sum(r["amount"] or 0 for r in rows(home, "award")) == 1_000_000


def test_a_row_shifted_by_a_column_is_refused_alone(home, ingest):
    text = nih.exporter(many([])).splitlines()
    text.insert(3, "," + nih.exporter([GRANT | {"APPLICATION_ID": "90000009"}]).splitlines()[1].rpartition(",")[0])
    outcome = ingest("\n".join(text) + "\n")
    assert not outcome.failed, outcome.failed
    (row,) = refused(home, "award")
    assert (row["_line"], outcome.manifest["balance"]["award"]["kept"]) == (4, 120)
    assert outcome.warnings == []  # a city among the countries is the shift, and no unknown country
    assert "APPLICATION_ID" in row["reason"]
    assert "FY" in row["reason"]


def test_a_row_with_a_cell_too_many_is_refused_alone(home, ingest):
    text = nih.exporter(many([])).splitlines()
    text[2] += ',"one more"'
    assert not ingest("\n".join(text) + "\n").failed
    (row,) = refused(home, "award")
    assert f"{len(nih.EXPORTER) + 1} cells where the header has {len(nih.EXPORTER)}" in row["reason"]


def test_a_backslash_escapes_nothing(home, ingest):
    """`NIDA:212488\\` stands before a quote, and the row goes on."""
    assert not ingest(nih.exporter([GRANT | {"FUNDING_ICs": 'NIDA:1\\NIA:"2"\\'}])).failed
    assert [r["programme"] for r in rows(home, "award")] == ["NATIONAL INSTITUTE ON DRUG ABUSE"]


def test_a_file_is_utf8_or_else_windows_1252_and_says_which(home, ingest):
    title = "Ménière’s – a cohort"
    text = nih.exporter([GRANT | {"PROJECT_TITLE": title}])
    assert ingest(text).warnings == []
    assert [r["title"] for r in rows(home, "award")] == [title]
    outcome = ingest(text.encode("cp1252"))
    assert outcome.warnings == ["RePORTER_PRJ_C_FY2014.zip/RePORTER_PRJ_C_FY2014.csv: not UTF-8, read as Windows-1252"]
    assert [r["title"] for r in rows(home, "award")] == [title]


def test_bytes_that_are_no_letter_of_either_refuse_their_row(home, ingest):
    text = nih.exporter(many([GRANT | {"PROJECT_TITLE": "XXX"}])).encode().replace(b"XXX", b"caf\xe9 \x81")
    outcome = ingest(text)
    assert not outcome.failed, outcome.failed
    assert "bytes that are not UTF-8" in refused(home, "award")[0]["reason"]


def test_cells_are_as_long_as_they_are(home, ingest):
    columns = (*nih.EXPORTER, "PROJECT_TERMS")
    text = nih.exporter([GRANT | {"PROJECT_TERMS": "a; " * 100_000}, FIRM], columns)
    outcome = ingest(text)
    assert (outcome.failed, len(rows(home, "award"))) == ("", 2)


def test_what_is_written_for_nothing_is_nothing(home, ingest):
    record = GRANT | {
        "ORG_CITY": "Not Applicable", "ORG_IPF_CODE": "Unavailable", "ORG_DUNS": "", "PROJECT_END": "",
        "BUDGET_END": "", "PROJECT_TITLE": "\ufeffAlzheimer&apos;s _x000D_", "AWARD_NOTICE_DATE": "7/27/2018",
    }  # fmt: skip
    outcome = ingest(nih.web([record]), "RePORTER_WEB_1.csv")
    assert not outcome.failed, outcome.failed
    (party,), (award,) = rows(home, "award_party", "web_1"), rows(home, "award", "web_1")
    assert (party["city"], party["source_org_id"]) == (None, None)
    assert (award["title"], award["ends_on"], award["awarded_on"]) == ("Alzheimer's", None, dt.date(2018, 7, 27))


@pytest.mark.parametrize(
    ("full", "core"),
    [
        ("5P30AI082151-05", "P30AI082151"),
        ("7P01CA039542-27A1S1", "P01CA039542"),
        ("1ZIDBC011642-06", "ZIDBC011642"),
        ("5U2CAG054397-04", "U2CAG054397"),
        ("N01AI50044-9-0-1", "N01AI50044"),
        ("272201200023C-10-0-1", "272201200023C"),
    ],
)
def test_the_core_of_a_number_is_without_type_and_year(home, ingest, full, core):
    assert not ingest(nih.web([GRANT | {"FULL_PROJECT_NUM": full}]), "RePORTER_WEB_1.csv").failed
    assert [r["award_id"] for r in rows(home, "award", "web_1")] == [f"nih:{core}"]


def test_states_of_the_sea_are_countries_and_others_go_by_their_names(home, ingest):
    places = {"1": ("UNITED STATES", "PR"), "2": ("NIGERIA", ""), "3": ("", ""), "4": ("ATLANTIS", "")}
    outcome = ingest(
        nih.exporter([GRANT | {"APPLICATION_ID": n, "ORG_COUNTRY": c, "ORG_STATE": s} for n, (c, s) in places.items()])
    )
    assert [(r["country"], r["state"]) for r in sorted(rows(home, "award_party"), key=lambda r: r["period"])] == [
        ("PR", "PR"), ("NG", None), (None, None), (None, None),
    ]  # fmt: skip
    assert [w for w in outcome.warnings if "ATLANTIS 1" in w]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("7186302", "us:7186302"),
        ("7,186,302", "us:7186302"),
        ("7,088,104 B2", "us:7088104"),
        ("10000000", "us:10000000"),
        ("RE41990", "us:RE41990"),
        ("RE 41,990", "us:RE41990"),
        ("D415053", "us:D415053"),
        ("PP12345", "us:PP12345"),
        ("00000000", None),
        ("pending", None),
    ],
)
def test_numbers_of_patents_have_one_form(home, ingest, written, number):
    good = [(str(8_000_000 + n), "", "R01CA900001", "") for n in range(100)]
    columns = ("PATENT_ID", "PATENT_TITLE", "PROJECT_ID", "PATENT_ORG_NAME")
    outcome = ingest(nih.table([(written, "Widget", "r01ca900002", "Almere"), *good], columns),
                     "RePORTER_PATENTS_C_ALL.zip")  # fmt: skip
    assert not outcome.failed, outcome.failed
    assert outcome.part == "patents"
    found = [r for r in rows(home, "award_output", "patents") if r["award_id"] == "nih:R01CA900002"]
    assert [(r["output_id"], r["kind"], r["title"]) for r in found] == (
        [(number, "patent", "Widget")] if number else []
    )
    assert outcome.manifest["balance"]["award_output"]["quarantined"] == (number is None)


def test_a_patent_of_two_projects_stands_for_each(home, ingest):
    columns = ("PATENT_ID", "PROJECT_ID")
    text = nih.table([("7186302", "R01CA1"), ("7,186,302", "R01CA2"), ("7,186,302", "R01CA1")], columns)
    outcome = ingest(text, "Patents.csv".replace("Patents", "RePORTER_PATENTS_C_ALL"))
    assert [(r["output_id"], r["award_id"]) for r in rows(home, "award_output", "patents")] == [
        ("us:7186302", "nih:R01CA1"), ("us:7186302", "nih:R01CA2"),
    ]  # fmt: skip
    assert outcome.manifest["balance"]["award_output"]["dropped"] == {"duplicate_row": 1}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("RePORTER_PRJ_C_FY2014.zip", "2014"),
        ("RePORTER_PRJ_C_FY1985.csv", "1985"),
        ("RePORTER_API_FY2026.json", "2026"),
        ("RePORTER_PATENTS_C_ALL.zip", "PATENTS"),
        ("RePORTER_WEB_2021.csv", "WEB_2021"),
        ("RePORTER_PRJ_C_FY2020_034.zip", None),  # an increment of the running year is no year
        ("RePORTER_PRJABS_C_FY2014.zip", None),
        ("RePORTER_DUNS_C_FY2004.zip", None),
        ("RePORTER_PRJFUNDING_C_FY1990.zip", None),
    ],
)
def test_files_of_a_mirror_go_by_the_publishers_names(name, part):
    found = re.fullmatch(nih_reporter.SOURCE.mirror, name)
    assert (found and found["part"]) == part


def test_a_zip_supersedes_the_pages_of_its_year(home, mirror, ingest):
    nih.put(mirror, "RePORTER_API_FY2014.json", nih.pages([GRANT]))
    outcome = ingest(nih.exporter(RECORDS))
    assert len(rows(home, "award")) == 4
    assert [w for w in outcome.warnings if "RePORTER_API_FY2014.json in the mirror is not read" in w]


def test_ways_to_cut_a_query_leave_no_gap_and_no_overlap():
    paging = Projects("")
    bands, kinds, added, starts, states = paging.split(Query(2026))
    assert bands[0].amounts[0] == 0
    assert bands[-1].amounts[1] == HIGHEST
    assert all(a.amounts[1] + 1 == b.amounts[0] for a, b in itertools.pairwise(bands))
    low, high = next(iter(paging.split(Query(2026, amounts=(100, 201)))))
    assert (low.amounts, high.amounts) == ((100, 150), (151, 201))
    low, high = next(iter(paging.split(Query(2026, amounts=(2_000_000, HIGHEST)))))
    assert (low.amounts, high.amounts) == ((2_000_000, 65_535_999), (65_536_000, HIGHEST))
    assert [q.criteria for q in kinds] == [
        {"fiscal_years": [2026], "exclude_subprojects": True}, {"fiscal_years": [2026], "sub_project_only": True},
    ]  # fmt: skip
    for way, name in ((added, "added"), (starts, "starts")):
        first, second = (getattr(q, name) for q in way)
        assert second[0] - first[1] == dt.timedelta(seconds=1)
    assert {q.state for q in states} >= {"CA", "PR", "DC"}
    assert len(states) == 56


def test_a_query_that_cannot_be_cut_in_a_way_is_cut_in_the_others():
    day = dt.datetime(2026, 1, 5)
    one = Query(2026, amounts=(7, 7), is_sub=False, added=(day, day), state="CA",
                starts=(day, day.replace(hour=23, minute=59, second=59)))  # fmt: skip
    assert [list(way) for way in Projects("").split(one)] == [[], []]


def test_a_question_asks_for_what_is_read_and_nothing_of_persons():
    ask = Projects("https://example.org/search").ask(Query(2026, amounts=(0, 1)), 500)
    assert ask.json["criteria"] == {"fiscal_years": [2026], "award_amount_range": {"min_amount": 0, "max_amount": 1}}
    assert (ask.json["offset"], ask.json["limit"], ask.json["sort_field"]) == (500, 500, "appl_id")
    assert not [f for f in ask.json["include_fields"] if "Principal" in f or "Pi" in f or "Officer" in f]


@pytest.mark.parametrize("body", [b"[]", b'{"meta":{"total":3}}', b'{"meta":{"total":1},"results":[{"appl_id":1'])
def test_what_is_no_page_is_refused(body):
    with pytest.raises(ValueError):
        Projects("").read(body)


def test_a_page_tells_its_ids_and_total_whatever_stands_in_its_texts():
    title = 'a "quoted" "appl_id": 5 and "total": 9'
    body = json.dumps({"meta": {"total": 2}, "results": [{"appl_id": 1, "project_title": title}, {"appl_id": 2}]})
    page = Projects("").read(body.encode())
    assert (page.ids, page.total) == (["1", "2"], 2)
